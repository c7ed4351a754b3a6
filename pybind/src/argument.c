/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file argument.c
 * @brief What an argument of a kernel is: its type as a number, its words, and why it is refused.
 *
 * Words: an integer or bool is one, of its value; a floating-point number one, the bits of a double
 * (float32 too); a complex number two such. An array is its address, its extents, its strides in
 * elements. Messages begin with "is" or "has", as the caller puts the argument's name in front;
 * they make the file long.
 */
#include "module.h"

#include <string.h>

static int refuse_dtype(const char *holder, PyObject *dtype) {
    PyErr_Format(PyExc_TypeError,
                 "has dtype %S, expected one of int8..int64, uint8..uint64, float32, float64, "
                 "complex64, complex128, bool%s",
                 dtype, holder);
    return -1;
}

/* Whether a dtype has fields. */
static bool is_structured(PyObject *descr) {
    PyObject *names = PyObject_GetAttrString(descr, "names");
    const bool found = names && names != Py_None;

    if (!names) {
        PyErr_Clear();
    }
    Py_XDECREF(names);
    return found;
}

static int classify_ndarray(module_state *state, PyObject *argument, type_code *code,
                            bool *readonly) {
    const array_object *array = (const array_object *)argument;
    int dtype = (int)dtype_of_descr(state, array->descr);
    int layout = GR_STRIDED;
    Py_ssize_t size;

    if (!dtype && is_structured(array->descr)) {
        if (record_find(state, array->descr, &dtype) < 0) {
            return -1;
        }
    }
    if (!dtype) {
        PyObject *native = PyObject_GetAttrString(array->descr, "isnative");
        const bool swapped = native == Py_False;

        Py_XDECREF(native);
        if (PyErr_Occurred()) {
            return -1;
        }
        if (swapped) {
            PyErr_Format(PyExc_TypeError,
                         "has dtype %S in the other byte order, expected this machine's: pass "
                         "a.astype(a.dtype.newbyteorder('='))",
                         array->descr);
            return -1;
        }
        return refuse_dtype(": pass a.astype(...)", array->descr);
    }
    if (array->nd > GR_MAX_RANK) {
        PyErr_Format(PyExc_ValueError, "has rank %d, expected 0..%d", array->nd, GR_MAX_RANK);
        return -1;
    }
    size = record_size(state, dtype);
    if (!(array->flags & ARRAY_ALIGNED) && dtype < FIRST_RECORD) {
        PyErr_Format(PyExc_ValueError,
                     "is not aligned to its items of %zu bytes, expected an aligned array: pass "
                     "a.copy()",
                     (size_t)size);
        return -1;
    }
    if (array->nd == 0) {
        *code = CODE_SCALAR(dtype);
        return 0;
    }
    if (array->flags & ARRAY_C) {
        layout = GR_RIGHT;
    } else if (array->flags & ARRAY_F) {
        layout = GR_LEFT;
    }
    *readonly = !(array->flags & ARRAY_WRITEABLE);
    for (int d = 0; d < array->nd; d++) {
        if (size > 0 && array->strides[d] % size != 0) {
            PyErr_Format(PyExc_ValueError,
                         "has a stride of %zd bytes in dimension %d, expected a multiple of its "
                         "items' %zu: pass a.copy()",
                         array->strides[d], d, (size_t)size);
            return -1;
        }
        *readonly |= array->strides[d] == 0 && array->dimensions[d] > 1;
    }
    *code = CODE_ARRAY(dtype, array->nd, layout);
    return 0;
}

/* C's class of a View's strides: right and left as NumPy's flags mean them. */
static int layout_of(const gr_any_view *view) {
    gr_index right = 1, left = 1;
    bool is_right = true, is_left = true;

    for (int d = 0; d < view->rank; d++) {
        const int back = view->rank - 1 - d;

        if (view->extent[d] == 0) {
            return GR_RIGHT;
        }
        is_left &= view->extent[d] == 1 || view->stride[d] == left;
        left *= view->extent[d];
        is_right &= view->extent[back] == 1 || view->stride[back] == right;
        right *= view->extent[back];
    }
    return is_right ? GR_RIGHT : is_left ? GR_LEFT : GR_STRIDED;
}

static int classify_view(const view_object *object, type_code *code, bool *readonly) {
    *readonly = object->fixed;
    if (object->view.rank == 0 && CODE_REACHED(object->code) == BY_DEVICE) {
        PyErr_SetString(PyExc_TypeError, "is a View of rank 0 in device memory, expected a number: "
                                         "pass view[()]");
        return -1;
    }
    *code = object->view.rank == 0 ? CODE_TYPE(object->code) & 0xff : object->code;
    return 1;
}

/** What launches look up of a View, once its view is set. */
void argument_note(view_object *object) {
    const gr_any_view *view = &object->view;

    object->fixed = object->readonly;
    for (int d = 0; d < view->rank; d++) {
        object->fixed |= view->stride[d] == 0 && view->extent[d] > 1;
    }
    object->code =
        CODE_ARRAY(object->record ? object->record : (int)view->dtype, view->rank, layout_of(view));
    if (view->buffer || object->elsewhere) {
        const gr_space space = gr_view_space(*view);

        object->code |= CODE_BY(space == GR_HOST     ? BY_HOST
                                : space == GR_DEVICE ? BY_DEVICE
                                                     : BY_BOTH);
        if (space == GR_DEVICE) {
            int device = 0;
            const int vendor = view_vendor(object, &device);

            object->code |= CODE_AT(vendor, device);
        }
    }
}

/* What to say of an argument that is neither number nor array. */
static int refuse(PyObject *argument) {
    if (PyUnicode_Check(argument) || PyBytes_Check(argument)) {
        PyErr_Format(PyExc_TypeError, "is a %s, expected an array, a View or a number",
                     Py_TYPE(argument)->tp_name);
    } else if (PyList_Check(argument) || PyTuple_Check(argument)) {
        PyErr_Format(PyExc_TypeError,
                     "is a %s, expected an array, a View or a number: pass numpy.asarray(...)",
                     Py_TYPE(argument)->tp_name);
    } else {
        PyErr_Format(PyExc_TypeError,
                     "is a %s, expected a number, a View, or an array with the buffer protocol, "
                     "__dlpack__ or __array_interface__",
                     Py_TYPE(argument)->tp_name);
    }
    return -1;
}

/* Whether an object may hold an array in memory that C can read. */
static bool may_be_adopted(PyObject *argument) {
    return !PyBytes_Check(argument) && !PyUnicode_Check(argument) && !PyType_Check(argument) &&
           (PyObject_CheckBuffer(argument) || PyObject_HasAttrString(argument, "__dlpack__") ||
            PyObject_HasAttrString(argument, "__array_interface__") ||
            PyObject_HasAttrString(argument, "__cuda_array_interface__"));
}

/* A dataclass or an enumeration. */
static int classify_class(module_state *state, PyObject *type, type_code *code) {
    int number;

    if (record_find(state, type, &number) < 0) {
        return -1;
    }
    *code = CODE_SCALAR(number);
    return 0;
}

/* An element of a structured array. */
static int classify_struct(module_state *state, PyObject *argument, type_code *code) {
    PyObject *descr = PyObject_GetAttrString(argument, "dtype");
    int status = -1, number;

    if (descr && !is_structured(descr)) {
        refuse_dtype("", descr);
    } else if (descr && record_find(state, descr, &number) == 0) {
        *code = CODE_SCALAR(number);
        status = 0;
    }
    Py_XDECREF(descr);
    return status;
}

/**
 * The type of an argument: 1 with its code, 0 when view_wrap must make a View of it first, -1
 * with an exception that lacks the argument's name.
 */
int argument_classify(module_state *state, PyObject *argument, type_code *code, bool *readonly) {
    PyTypeObject *type = Py_TYPE(argument);

    *readonly = false;
    if (type == &PyFloat_Type) {
        *code = CODE_SCALAR(GR_F64);
    } else if (type == &PyLong_Type) {
        *code = CODE_SCALAR(GR_I64);
    } else if (type == &PyBool_Type) {
        *code = CODE_SCALAR(GR_BOOL);
    } else if (type == &PyComplex_Type) {
        *code = CODE_SCALAR(GR_C128);
    } else if (argument == Py_None) {
        *code = CODE_NONE;
    } else if (PyType_IsSubtype(type, state->view_type)) {
        return classify_view((const view_object *)argument, code, readonly);
    } else {
        if (numpy_find(state) < 0) {
            return -1;
        }
        for (int k = GR_I8; k <= GR_BOOL; k++) {
            if (type == state->scalar[k]) {
                *code = CODE_SCALAR(k);
                return 1;
            }
        }
        if (state->ndarray && PyType_IsSubtype(type, state->ndarray)) {
            if (PyObject_HasAttrString(argument, "mask")) {
                PyErr_SetString(PyExc_TypeError,
                                "is a masked array, whose mask kernels do not see, expected a "
                                "plain one: pass a.data or a.filled(...)");
                return -1;
            }
            return classify_ndarray(state, argument, code, readonly) < 0 ? -1 : 1;
        }
        if (state->scalar_struct && PyType_IsSubtype(type, state->scalar_struct)) {
            return classify_struct(state, argument, code) < 0 ? -1 : 1;
        }
        if (PyObject_HasAttrString((PyObject *)type, "__dataclass_fields__")) {
            return classify_class(state, (PyObject *)type, code) < 0 ? -1 : 1;
        }
        if (PyLong_Check(argument)) {
            *code = CODE_SCALAR(GR_I64); /* an enumeration's member */
        } else if (PyFloat_Check(argument)) {
            *code = CODE_SCALAR(GR_F64);
        } else if (PyObject_HasAttrString((PyObject *)type, "__members__")) {
            return classify_class(state, (PyObject *)type, code) < 0 ? -1 : 1;
        } else if (may_be_adopted(argument)) {
            return 0;
        } else {
            return refuse(argument);
        }
    }
    return 1;
}

/**
 * ('f64', rank, 'C' | 'F' | 'S', False) of an array, 'f64' of a scalar; a struct's description
 * (granum.records) stands where the name of a number would.
 */
PyObject *argument_describe(const module_state *state, type_code code) {
    static const char *const layouts[] = {"", "C", "F", "S"};
    PyObject *element = CODE_IS_RECORD(code)
                            ? record_described(state, (int)CODE_DTYPE(code))
                            : PyUnicode_InternFromString(
                                  code == CODE_NONE ? "none" : gr_dtype_name(CODE_DTYPE(code)));

    if (!CODE_IS_ARRAY(code) || !element) {
        return element;
    }
    return Py_BuildValue("(NisO)", element, CODE_RANK(code), layouts[CODE_LAYOUT(code)], Py_False);
}

/* Whether a tuple is a struct's description rather than an array's. */
static bool is_description(PyObject *described) {
    PyObject *first = PyTuple_Check(described) && PyTuple_GET_SIZE(described) == 3
                          ? PyTuple_GET_ITEM(described, 0)
                          : NULL;

    return first && PyUnicode_Check(first) &&
           (PyUnicode_CompareWithASCIIString(first, "struct") == 0 ||
            PyUnicode_CompareWithASCIIString(first, "dataclass") == 0 ||
            PyUnicode_CompareWithASCIIString(first, "enum") == 0);
}

/** The inverse of argument_describe: 0, or -1 with an exception. */
int argument_code(module_state *state, PyObject *described, type_code *code) {
    int dtype;
    long rank;
    const char *layout;

    if (PyUnicode_Check(described) && PyUnicode_CompareWithASCIIString(described, "none") == 0) {
        *code = CODE_NONE;
        return 0;
    }
    if (PyUnicode_Check(described)) {
        dtype = (int)dtype_of_name(described);
        *code = CODE_SCALAR(dtype);
        return dtype ? 0 : -1;
    }
    if (is_description(described)) {
        if (record_number(state, described, &dtype) < 0) {
            return -1;
        }
        *code = CODE_SCALAR(dtype);
        return 0;
    }
    if (!PyTuple_Check(described) || PyTuple_GET_SIZE(described) < 3 ||
        !PyUnicode_Check(PyTuple_GET_ITEM(described, 2))) {
        PyErr_Format(PyExc_TypeError,
                     "type = %R, expected a dtype's name or (dtype, rank, 'C' | 'F' | 'S', ...)",
                     described);
        return -1;
    }
    if (!is_description(PyTuple_GET_ITEM(described, 0))) {
        dtype = (int)dtype_of_name(PyTuple_GET_ITEM(described, 0));
    } else if (record_number(state, PyTuple_GET_ITEM(described, 0), &dtype) < 0) {
        return -1;
    }
    rank = PyLong_AsLong(PyTuple_GET_ITEM(described, 1));
    layout = PyUnicode_AsUTF8(PyTuple_GET_ITEM(described, 2));
    if (!dtype || PyErr_Occurred()) {
        return -1;
    }
    if (rank < 1 || rank > GR_MAX_RANK || !strchr("CFS", *layout)) {
        PyErr_Format(PyExc_ValueError,
                     "type = %R, expected a rank of 1..8 and a layout of C, F or S", described);
        return -1;
    }
    *code = CODE_ARRAY(dtype, rank,
                       *layout == 'C'   ? GR_RIGHT
                       : *layout == 'F' ? GR_LEFT
                                        : GR_STRIDED);
    return 0;
}

static int64_t word_of_double(double value) {
    int64_t word;

    memcpy(&word, &value, sizeof word);
    return word;
}

/* An integer of a width: NumPy's scalars cannot be out of theirs. */
static int64_t *fill_integer(gr_dtype dtype, PyObject *argument, int64_t *words) {
    PyObject *number = PyNumber_Index(argument);
    int overflow = 0;

    if (!number) {
        return NULL;
    }
    if (dtype == GR_U64) {
        *words = (int64_t)PyLong_AsUnsignedLongLong(number);
    } else {
        *words = PyLong_AsLongLongAndOverflow(number, &overflow);
    }
    Py_DECREF(number);
    if (overflow) {
        PyErr_Format(PyExc_OverflowError,
                     "is %S, expected an integer of 64 bits (-2**63 .. 2**63 - 1); "
                     "numpy.uint64 holds up to 2**64 - 1",
                     argument);
    }
    return PyErr_Occurred() ? NULL : words + 1;
}

/** The words of a number of a dtype, or NULL with an exception. */
int64_t *argument_from_number(gr_dtype dtype, PyObject *argument, int64_t *words) {
    Py_complex parts;
    double value;

    switch (dtype) {
    case GR_F64:
    case GR_F32:
        value = PyFloat_AsDouble(argument);
        *words = word_of_double(value);
        return value == -1.0 && PyErr_Occurred() ? NULL : words + 1;
    case GR_C64:
    case GR_C128:
        parts = PyComplex_AsCComplex(argument);
        words[0] = word_of_double(parts.real);
        words[1] = word_of_double(parts.imag);
        return parts.real == -1.0 && PyErr_Occurred() ? NULL : words + 2;
    case GR_BOOL:
        *words = PyObject_IsTrue(argument);
        return *words < 0 ? NULL : words + 1;
    default:
        return fill_integer(dtype, argument, words);
    }
}

/** The words of a number that lies in memory. */
int64_t *argument_from_memory(gr_dtype dtype, const void *data, int64_t *words) {
    float parts[2];

    words[0] = words[1] = 0;
    switch (dtype) {
    case GR_C128:
        memcpy(words, data, 16);
        return words + 2;
    case GR_C64:
        memcpy(parts, data, 8);
        words[0] = word_of_double((double)parts[0]);
        words[1] = word_of_double((double)parts[1]);
        return words + 2;
    case GR_I8:
        *words = *(const int8_t *)data;
        break;
    case GR_I16:
        *words = *(const int16_t *)data;
        break;
    case GR_I32:
        *words = *(const int32_t *)data;
        break;
    case GR_U64:
    case GR_F64:
    case GR_I64:
        memcpy(words, data, 8);
        break;
    case GR_F32:
        memcpy(parts, data, 4);
        *words = word_of_double((double)parts[0]);
        break;
    case GR_U32:
        *words = *(const uint32_t *)data;
        break;
    case GR_U16:
        *words = *(const uint16_t *)data;
        break;
    default:
        *words = *(const uint8_t *)data;
        break;
    }
    return words + 1;
}

/* An element of a structured array, which NumPy makes an array of rank 0 of. */
static int64_t *fill_struct(module_state *state, const slot *slot, PyObject *argument,
                            int64_t *words) {
    PyObject *array = PyObject_CallMethod(argument, "__array__", NULL);

    if (array && state->ndarray && PyType_IsSubtype(Py_TYPE(array), state->ndarray)) {
        words = record_fill_memory(state, (int)CODE_DTYPE(slot->code),
                                   ((const array_object *)array)->data, words);
    } else {
        words = NULL;
        if (!PyErr_Occurred()) {
            PyErr_SetString(PyExc_TypeError, "is a struct that NumPy makes no array of");
        }
    }
    Py_XDECREF(array);
    return words;
}

/**
 * The words of an argument whose code is the slot's, for what plan_fill does not do itself: the
 * word after them, or NULL with an exception that lacks the argument's name.
 */
int64_t *argument_fill(module_state *state, const slot *slot, PyObject *argument, int64_t *words) {
    if (slot->code == CODE_NONE) {
        return words;
    }
    if (PyType_IsSubtype(Py_TYPE(argument), state->view_type)) {
        const gr_any_view *view = &((const view_object *)argument)->view;
        const int record = ((const view_object *)argument)->record;

        if (view->rank == 0 && record) {
            return record_fill_memory(state, record, view->data, words);
        }
        if (view->rank == 0) {
            return argument_from_memory(view->dtype, view->data, words);
        }
        *words++ = (int64_t)(intptr_t)view->data;
        for (int d = 0; d < view->rank; d++) {
            words[d] = view->extent[d];
            words[view->rank + d] = view->stride[d];
        }
        return words + 2 * view->rank;
    }
    if (state->ndarray && PyType_IsSubtype(Py_TYPE(argument), state->ndarray)) {
        const array_object *array = (const array_object *)argument;
        const Py_ssize_t size = record_size(state, (int)CODE_DTYPE(slot->code));

        if (array->nd == 0) {
            return CODE_IS_RECORD(slot->code)
                       ? record_fill_memory(state, (int)CODE_DTYPE(slot->code), array->data, words)
                       : argument_from_memory(CODE_DTYPE(slot->code), array->data, words);
        }
        *words++ = (int64_t)(intptr_t)array->data;
        for (int d = 0; d < array->nd; d++) {
            words[d] = array->dimensions[d];
            words[array->nd + d] = size > 0 ? array->strides[d] / size : 0;
        }
        return words + 2 * array->nd;
    }
    if (CODE_IS_RECORD(slot->code)) {
        return state->scalar_struct && PyType_IsSubtype(Py_TYPE(argument), state->scalar_struct)
                   ? fill_struct(state, slot, argument, words)
                   : record_fill_object(state, (int)CODE_DTYPE(slot->code), argument, words);
    }
    return argument_from_number(CODE_DTYPE(slot->code), argument, words);
}
