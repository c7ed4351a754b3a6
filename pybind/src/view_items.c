/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file view_items.c
 * @brief Subscripts of Views: elements, parts, and what is assigned to them.
 */
#include "module.h"

#include <string.h>

/* One item of a subscript applied to dimension d of from; 0, or -1 with an exception. */
static int select_one(PyObject *item, const gr_any_view *from, int d, gr_any_view *to,
                      gr_index *offset) {
    const gr_index extent = from->extent[d], stride = from->stride[d];
    Py_ssize_t start, stop, step, index;

    if (PySlice_Check(item)) {
        if (PySlice_Unpack(item, &start, &stop, &step) < 0) {
            return -1;
        }
        to->extent[to->rank] = PySlice_AdjustIndices(extent, &start, &stop, step);
        to->stride[to->rank] = stride * step;
        *offset += to->extent[to->rank] > 0 ? start * stride : 0;
        to->rank++;
        return 0;
    }
    if (!PyIndex_Check(item) || PyBool_Check(item)) {
        PyErr_Format(PyExc_TypeError, "index = %R, expected an integer, a slice or ...", item);
        return -1;
    }
    index = PyNumber_AsSsize_t(item, PyExc_IndexError);
    if (index == -1 && PyErr_Occurred()) {
        return -1;
    }
    if (index < -extent || index >= extent) {
        PyErr_Format(PyExc_IndexError, "index %zd of dimension %d, expected %zd..%zd", index, d,
                     -extent, extent - 1);
        return -1;
    }
    *offset += (index < 0 ? index + extent : index) * stride;
    return 0;
}

/* The part of a View that a subscript names. */
static int subscript(view_object *self, PyObject *key, gr_any_view *to) {
    const gr_any_view *from = &self->view;
    PyObject *single[1] = {key};
    PyObject **item = PyTuple_Check(key) ? ((PyTupleObject *)key)->ob_item : single;
    const Py_ssize_t count = PyTuple_Check(key) ? PyTuple_GET_SIZE(key) : 1;
    Py_ssize_t dots = 0;
    gr_index offset = 0;
    int d = 0;

    *to = *from;
    to->rank = 0;
    to->layout = GR_STRIDED;
    for (Py_ssize_t k = 0; k < count; k++) {
        dots += item[k] == Py_Ellipsis;
    }
    if (count - dots > from->rank || dots > 1) {
        PyErr_Format(PyExc_IndexError, "%zd indices%s, expected at most %d", count - dots,
                     dots > 1 ? " and several ..." : "", from->rank);
        return -1;
    }
    for (Py_ssize_t k = 0; k < count; k++) {
        if (item[k] == Py_Ellipsis) {
            for (Py_ssize_t skip = from->rank - (count - 1); skip > 0; skip--, d++) {
                to->extent[to->rank] = from->extent[d];
                to->stride[to->rank++] = from->stride[d];
            }
        } else if (select_one(item[k], from, d++, to, &offset) < 0) {
            return -1;
        }
    }
    for (; d < from->rank; d++) {
        to->extent[to->rank] = from->extent[d];
        to->stride[to->rank++] = from->stride[d];
    }
    if (to->data) {
        to->data = (char *)to->data + offset * (gr_index)to->item;
    }
    return 0;
}

/* The number of a View of rank 0, wherever it lies. */
static PyObject *number_at(const view_object *self, gr_any_view part) {
    char element[16] __attribute__((aligned(16)));
    gr_any_view here = part;
    gr_status status;

    if (CODE_REACHED(self->code) == BY_HOST) {
        return number_of(part.dtype, part.data);
    }
    here.data = element;
    here.buffer = NULL;
    Py_BEGIN_ALLOW_THREADS;
    status = gr_deep_copy(here, part);
    Py_END_ALLOW_THREADS;
    return status == GR_SUCCESS ? number_of(part.dtype, element)
                                : raise_last_error(view_state(Py_TYPE(self)));
}

PyObject *view_getitem(view_object *self, PyObject *key) {
    gr_any_view part;

    if (self->record && PyUnicode_Check(key)) {
        return view_struct_field(self, key);
    }
    if (subscript(self, key, &part) < 0) {
        return NULL;
    }
    /* As in NumPy: all indices given is a number, a tuple with ... in it a View. */
    if (part.rank == 0 && !(PyTuple_Check(key) && PySequence_Contains(key, Py_Ellipsis) == 1) &&
        key != Py_Ellipsis) {
        if (self->record) {
            PyObject *one = view_share(self, part);
            PyObject *element = one ? view_struct_element((view_object *)one) : NULL;

            Py_XDECREF(one);
            return element;
        }
        return number_at(self, part);
    }
    return view_share(self, part);
}

/* A Python number as an element of a dtype. */
static int element_of(gr_dtype dtype, PyObject *number, void *element) {
    Py_complex parts;
    double value;
    long long integer;
    unsigned long long natural;
    PyObject *index;

    switch (dtype) {
    case GR_F32:
    case GR_F64:
        value = PyFloat_AsDouble(number);
        if (value == -1.0 && PyErr_Occurred()) {
            return -1;
        }
        if (dtype == GR_F64) {
            *(double *)element = value;
        } else {
            *(float *)element = (float)value;
        }
        return 0;
    case GR_C64:
    case GR_C128:
        parts = PyComplex_AsCComplex(number);
        if (parts.real == -1.0 && PyErr_Occurred()) {
            return -1;
        }
        if (dtype == GR_C128) {
            *(gr_c128 *)element = (gr_c128){parts.real, parts.imag};
        } else {
            *(gr_c64 *)element = (gr_c64){(float)parts.real, (float)parts.imag};
        }
        return 0;
    case GR_BOOL: {
        const int truth = PyObject_IsTrue(number);

        *(bool *)element = truth > 0;
        return truth < 0 ? -1 : 0;
    }
    default:
        break;
    }
    index = PyNumber_Index(number);
    if (!index) {
        return -1;
    }
    natural = 0;
    integer = dtype == GR_U64 ? 0 : PyLong_AsLongLong(index);
    if (dtype == GR_U64) {
        natural = PyLong_AsUnsignedLongLong(index);
    }
    Py_DECREF(index);
    if (PyErr_Occurred()) {
        return -1;
    }
    if (dtype == GR_U64) {
        memcpy(element, &natural, 8);
        return 0;
    }
    if (dtype != GR_I64) {
        const int bits = 8 * (int)gr_dtype_size(dtype);
        const bool is_signed = dtype <= GR_I64;
        const long long lowest = is_signed ? -(1LL << (bits - 1)) : 0;
        const long long highest = is_signed ? (1LL << (bits - 1)) - 1 : (1LL << bits) - 1;

        if (integer < lowest || integer > highest) {
            PyErr_Format(PyExc_OverflowError, "value = %lld, expected %lld..%lld for %s", integer,
                         lowest, highest, gr_dtype_name(dtype));
            return -1;
        }
    }
    memcpy(element, &integer, gr_dtype_size(dtype)); /* the low bytes come first */
    return 0;
}

PyObject *view_finish(module_state *state, gr_status status) {
    if (status != GR_SUCCESS) {
        return raise_last_error(state);
    }
    Py_RETURN_NONE;
}

static int refuse_write(const view_object *self) {
    if (self->readonly) {
        PyErr_SetString(PyExc_ValueError, "the View is read-only, expected a writable one");
        return -1;
    }
    return 0;
}

/* Fill by a number, or copy from whatever holds an array; the GIL is released for the work. */
static int assign(view_object *self, gr_any_view to, PyObject *value) {
    module_state *state = view_state(Py_TYPE(self));
    char element[16] __attribute__((aligned(16)));
    type_code code;
    bool fixed;
    gr_status status;
    int known;

    if (self->record) {
        return refuse_write(self) < 0 ? -1 : view_struct_assign(self, to, value);
    }
    known = argument_classify(state, value, &code, &fixed);
    if (known < 0) {
        view_name_problem("the value");
        return -1;
    }
    if (refuse_write(self) < 0) {
        return -1;
    }
    if (known == 1 && !CODE_IS_ARRAY(code)) {
        if (element_of(to.dtype, value, element) < 0) {
            return -1;
        }
        Py_BEGIN_ALLOW_THREADS;
        status = gr_view_fill(to, element);
        Py_END_ALLOW_THREADS;
    } else {
        PyObject *from = view_wrap(state, value);
        gr_any_view source;

        if (!from) {
            view_name_problem("the value");
            return -1;
        }
        source = ((view_object *)from)->view;
        Py_BEGIN_ALLOW_THREADS;
        status = gr_deep_copy(to, source);
        Py_END_ALLOW_THREADS;
        Py_DECREF(from);
    }
    if (status != GR_SUCCESS) {
        raise_last_error(state);
        return -1;
    }
    return 0;
}

int view_setitem(view_object *self, PyObject *key, PyObject *value) {
    gr_any_view part;

    if (!value) {
        PyErr_SetString(PyExc_TypeError, "elements of a View cannot be deleted");
        return -1;
    }
    if (self->record && PyUnicode_Check(key)) {
        PyObject *field = view_struct_field(self, key);
        const int status =
            field ? assign((view_object *)field, ((view_object *)field)->view, value) : -1;

        Py_XDECREF(field);
        return status;
    }
    return subscript(self, key, &part) < 0 ? -1 : assign(self, part, value);
}

Py_ssize_t view_length(view_object *self) {
    if (self->view.rank == 0) {
        PyErr_SetString(PyExc_TypeError, "len() of a View of rank 0");
        return -1;
    }
    return self->view.extent[0];
}

PyObject *view_item(view_object *self, Py_ssize_t at) {
    PyObject *key, *result;

    if (self->view.rank == 0 || at < 0 || at >= self->view.extent[0]) {
        PyErr_Format(PyExc_IndexError, "index %zd, expected 0..%zd", at,
                     self->view.rank == 0 ? -1 : self->view.extent[0] - 1);
        return NULL;
    }
    key = PyLong_FromSsize_t(at);
    result = key ? view_getitem(self, key) : NULL;
    Py_XDECREF(key);
    return result;
}

PyObject *view_fill(view_object *self, PyObject *value) {
    if (assign(self, self->view, value) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

PyObject *view_copy_to(view_object *self, PyObject *target) {
    module_state *state = view_state(Py_TYPE(self));
    PyObject *to = view_wrap(state, target);
    gr_status status = GR_SUCCESS;

    if (!to) {
        view_name_problem("the target");
        return NULL;
    }
    if (refuse_write((view_object *)to) < 0 || !view_struct_same(self, (const view_object *)to)) {
        Py_DECREF(to);
        return NULL;
    }
    {
        const gr_any_view source = self->view, result = ((view_object *)to)->view;

        Py_BEGIN_ALLOW_THREADS;
        status = gr_deep_copy(result, source);
        Py_END_ALLOW_THREADS;
    }
    Py_DECREF(to);
    return view_finish(state, status);
}
