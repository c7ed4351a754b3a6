/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file array.c
 * @brief NumPy's arrays as C sees them, without NumPy's headers.
 *
 * The head of an ndarray has been laid out the same since NumPy 1.0, in 2.x too. It is compared
 * with what a probe array's attributes say before any array is read; where they differ, arrays go
 * through the buffer protocol, more slowly.
 */
#include "module.h"

#include <string.h>

static const struct {
    gr_dtype dtype;
    const char *name, *format, *typestr, *scalar;
} dtypes[] = {
    {GR_I8, "i8", "b", "|i1", "int8"},         {GR_I16, "i16", "h", "<i2", "int16"},
    {GR_I32, "i32", "i", "<i4", "int32"},      {GR_I64, "i64", "q", "<i8", "int64"},
    {GR_U8, "u8", "B", "|u1", "uint8"},        {GR_U16, "u16", "H", "<u2", "uint16"},
    {GR_U32, "u32", "I", "<u4", "uint32"},     {GR_U64, "u64", "Q", "<u8", "uint64"},
    {GR_F32, "f32", "f", "<f4", "float32"},    {GR_F64, "f64", "d", "<f8", "float64"},
    {GR_C64, "c64", "Zf", "<c8", "complex64"}, {GR_C128, "c128", "Zd", "<c16", "complex128"},
    {GR_BOOL, "bool", "?", "|b1", "bool"},
};
#define DTYPES (sizeof dtypes / sizeof *dtypes)

const char *dtype_format(gr_dtype dtype) {
    for (size_t k = 0; k < DTYPES; k++) {
        if (dtypes[k].dtype == dtype) {
            return dtypes[k].format;
        }
    }
    return NULL;
}

int shift_of(gr_dtype dtype) {
    return __builtin_ctzll((unsigned long long)gr_dtype_size(dtype));
}

gr_dtype dtype_of_format(const char *format, Py_ssize_t item, bool *swapped) {
    const char letter = format ? format[strspn(format, "@=<>!|")] : 'B';
    const bool is_complex = letter == 'Z';
    const bool foreign = format && (*format == '>' || *format == '!') && item > 1;
    const char *rest = format ? format + strspn(format, "@=<>!|") + is_complex : "B";

    *swapped = foreign && PY_LITTLE_ENDIAN;
    if (*rest == 0 || rest[1] != 0) {
        return (gr_dtype)0;
    }
    if (is_complex) {
        return *rest == 'f' ? GR_C64 : *rest == 'd' ? GR_C128 : (gr_dtype)0;
    }
    if (strchr("bhilqn", letter)) {
        return (gr_dtype)(GR_I8 + __builtin_ctzll((unsigned long long)item));
    }
    if (strchr("BHILQN", letter)) {
        return (gr_dtype)(GR_U8 + __builtin_ctzll((unsigned long long)item));
    }
    return letter == 'f' ? GR_F32 : letter == 'd' ? GR_F64 : letter == '?' ? GR_BOOL : (gr_dtype)0;
}

/* NumPy's short names are not taken: its "i8" has 8 bytes, ours 8 bits. */
gr_dtype dtype_of_name(PyObject *name) {
    PyObject *text = NULL;
    gr_dtype found = (gr_dtype)0;

    if (PyUnicode_Check(name)) {
        text = Py_NewRef(name);
    } else if (name == (PyObject *)&PyFloat_Type) {
        return GR_F64;
    } else if (name == (PyObject *)&PyLong_Type) {
        return GR_I64;
    } else if (name == (PyObject *)&PyBool_Type) {
        return GR_BOOL;
    } else if (name == (PyObject *)&PyComplex_Type) {
        return GR_C128;
    } else {
        /* A dtype has a name, a scalar type too. */
        text = PyObject_GetAttrString(name, PyType_Check(name) ? "__name__" : "name");
        if (!text) {
            PyErr_Clear();
        }
    }
    for (size_t k = 0; text && PyUnicode_Check(text) && k < DTYPES; k++) {
        if (PyUnicode_CompareWithASCIIString(text, dtypes[k].name) == 0 ||
            PyUnicode_CompareWithASCIIString(text, dtypes[k].scalar) == 0 ||
            PyUnicode_CompareWithASCIIString(text, dtypes[k].typestr) == 0) {
            found = dtypes[k].dtype;
        }
    }
    if (text && PyUnicode_Check(text) && PyUnicode_CompareWithASCIIString(text, "bool_") == 0) {
        found = GR_BOOL; /* NumPy 1's name of the type */
    }
    Py_XDECREF(text);
    if (!found && !PyErr_Occurred()) {
        PyErr_Format(PyExc_TypeError,
                     "dtype = %R, expected one of i8, i16, i32, i64, u8, u16, u32, u64, f32, f64, "
                     "c64, c128, bool, or NumPy's dtypes",
                     name);
    }
    return found;
}

/** The dtype of a NumPy type string, '<f8'; 0 for others. */
gr_dtype dtype_of_typestr(PyObject *text) {
    for (size_t k = 0; k < DTYPES; k++) {
        if (PyUnicode_Check(text) &&
            PyUnicode_CompareWithASCIIString(text, dtypes[k].typestr) == 0) {
            return dtypes[k].dtype;
        }
    }
    return (gr_dtype)0;
}

gr_dtype dtype_of_descr(module_state *state, PyObject *descr) {
    PyObject *text;
    gr_dtype found;

    for (int k = GR_I8; k <= GR_BOOL; k++) {
        if (descr == state->descr[k] || descr == state->twin[k]) {
            return (gr_dtype)k;
        }
    }
    /* Another object of the same meaning, from a pickle for example. */
    text = PyObject_GetAttrString(descr, "str");
    if (!text) {
        PyErr_Clear();
        return (gr_dtype)0;
    }
    found = dtype_of_typestr(text);
    Py_DECREF(text);
    return found;
}

/* One number of a probe's attribute, of a tuple's member `at` unless that is negative. */
static Py_ssize_t attribute_of(PyObject *object, const char *name, Py_ssize_t at) {
    PyObject *value = PyObject_GetAttrString(object, name);
    PyObject *item = value;
    Py_ssize_t number;

    if (!value) {
        return -1;
    }
    if (at >= 0) {
        item = PySequence_GetItem(value, at);
        Py_DECREF(value);
        if (!item) {
            return -1;
        }
    }
    number = PyNumber_AsSsize_t(item, NULL);
    Py_DECREF(item);
    return number;
}

/* Whether a probe's head says what its attributes say: 1 or 0, -1 with an exception. */
static int probe_fits(PyObject *probe) {
    const array_object *array = (const array_object *)probe;
    PyObject *interface = PyObject_GetAttrString(probe, "__array_interface__");
    PyObject *data = interface ? PyMapping_GetItemString(interface, "data") : NULL;
    PyObject *address = data ? PySequence_GetItem(data, 0) : NULL;
    PyObject *descr = PyObject_GetAttrString(probe, "dtype");
    void *pointer = address ? PyLong_AsVoidPtr(address) : NULL;
    int fits;

    Py_XDECREF(interface);
    Py_XDECREF(data);
    Py_XDECREF(address);
    Py_XDECREF(descr);
    if (PyErr_Occurred()) {
        return -1;
    }
    fits = array->data == (char *)pointer && array->nd == 2 && array->descr == descr &&
           array->dimensions[0] == attribute_of(probe, "shape", 0) &&
           array->dimensions[1] == attribute_of(probe, "shape", 1) &&
           array->strides[0] == attribute_of(probe, "strides", 0) &&
           array->strides[1] == attribute_of(probe, "strides", 1) &&
           (array->flags & (ARRAY_C | ARRAY_F | ARRAY_ALIGNED | ARRAY_WRITEABLE)) ==
               (ARRAY_C | ARRAY_ALIGNED | ARRAY_WRITEABLE);
    return PyErr_Occurred() ? -1 : fits;
}

static int load_types(module_state *state, PyObject *numpy) {
    PyObject *dtype = PyObject_GetAttrString(numpy, "dtype");
    int result = -1;

    if (!dtype) {
        return -1;
    }
    for (size_t k = 0; k < DTYPES; k++) {
        const gr_dtype at = dtypes[k].dtype;

        state->descr[at] = PyObject_CallFunction(dtype, "s", dtypes[k].typestr);
        if (!state->descr[at]) {
            goto done;
        }
        state->scalar[at] = (PyTypeObject *)PyObject_GetAttrString(state->descr[at], "type");
        if (!state->scalar[at]) {
            goto done;
        }
    }
    state->scalar_struct = (PyTypeObject *)PyObject_GetAttrString(numpy, "void");
    if (!state->scalar_struct) {
        goto done;
    }
    /* long long is another type than long, and as long. */
    state->twin[GR_I64] = PyObject_CallFunction(dtype, "s", "q");
    state->twin[GR_U64] = PyObject_CallFunction(dtype, "s", "Q");
    if (state->twin[GR_I64] && state->twin[GR_U64]) {
        result = 0;
    }
done:
    Py_DECREF(dtype);
    return result;
}

/* Get to know NumPy, which somebody has imported: 0, or -1 with an exception. */
int numpy_find(module_state *state) {
    PyObject *name, *numpy, *probe = NULL, *type = NULL;
    int fits = -1;

    if (state->numpy != 0) {
        return 0;
    }
    name = PyUnicode_FromString("numpy");
    numpy = name ? PyImport_GetModule(name) : NULL;
    Py_XDECREF(name);
    if (!numpy) {
        return PyErr_Occurred() ? -1 : 0;
    }
    type = PyObject_GetAttrString(numpy, "ndarray");
    probe = type ? PyObject_CallMethod(numpy, "zeros", "((ii))", 2, 3) : NULL;
    if (probe) {
        fits = ((PyTypeObject *)type)->tp_basicsize >= (Py_ssize_t)sizeof(array_object)
                   ? probe_fits(probe)
                   : 0;
    }
    if (fits >= 0 && load_types(state, numpy) == 0) {
        state->ndarray = fits ? (PyTypeObject *)Py_NewRef(type) : NULL;
        state->numpy = fits ? 1 : -1;
    }
    Py_XDECREF(type);
    Py_XDECREF(probe);
    Py_DECREF(numpy);
    return PyErr_Occurred() ? -1 : 0;
}
