/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file view_struct.c
 * @brief Views whose elements are structs of NumPy's: their dtype, their fields, their elements.
 *
 * The library knows the size of such an element, NumPy the rest: whatever looks into one is in
 * granum/_view.py.
 */
#include "module.h"

#include <string.h>

/**
 * The number of a structured dtype, 0 where an object is none, -1 with an exception that lacks the
 * dtype's name.
 */
int view_struct_of(module_state *state, PyObject *dtype) {
    PyObject *names = PyType_Check(dtype) || PyUnicode_Check(dtype)
                          ? NULL
                          : PyObject_GetAttrString(dtype, "names");
    const bool structured = names && names != Py_None;
    int number = 0;

    if (!names) {
        PyErr_Clear();
    }
    Py_XDECREF(names);
    return structured && record_find(state, dtype, &number) < 0 ? -1 : number;
}

/** The number of the structs that a buffer holds, or -1 with an exception. */
int view_struct_of_buffer(module_state *state, PyObject *object) {
    PyObject *module = PyImport_ImportModule("granum._view");
    PyObject *dtype = module ? PyObject_CallMethod(module, "dtype_of", "O", object) : NULL;
    const int number = dtype ? view_struct_of(state, dtype) : -1;

    Py_XDECREF(module);
    Py_XDECREF(dtype);
    return number;
}

/** A View of structs. */
PyObject *view_new_structs(module_state *state, gr_any_view view, PyObject *owner, bool readonly,
                           int record) {
    view_object *self = (view_object *)view_new_from(state, view, owner, readonly);

    if (self && record) {
        self->record = record;
        argument_note(self);
    }
    return (PyObject *)self;
}

/* Why a field is no View; 0 where it is one. */
static int refuse_field(const view_object *self, PyObject *name, const gr_any_view *field,
                        Py_ssize_t count) {
    const size_t align = field->dtype == GR_STRUCT                           ? 1
                         : field->dtype == GR_C64 || field->dtype == GR_C128 ? field->item / 2
                                                                             : field->item;

    if (count != 1 || self->view.item % field->item || (uintptr_t)field->data % align ||
        self->view.item % align) {
        PyErr_Format(PyExc_ValueError,
                     "field = %R of %zd x %zu bytes in elements of %zu, expected one number that "
                     "goes into them a whole number of times: use view.numpy()[%R]",
                     name, count, field->item, self->view.item, name);
        return -1;
    }
    return 0;
}

/* Meet the dtype of a field that is a struct itself: 0, or -1 with an exception. */
static int meet_inner(module_state *state, int record, PyObject *name, int *dtype) {
    PyObject *fields = PyObject_GetAttrString(state->descr[record], "fields");
    PyObject *field = fields ? PyObject_GetItem(fields, name) : NULL;
    PyObject *inner = field ? PySequence_GetItem(field, 0) : NULL;
    const int status = inner ? record_find(state, inner, dtype) : -1;

    Py_XDECREF(fields);
    Py_XDECREF(field);
    Py_XDECREF(inner);
    return status;
}

/** view["x"]: a View of one field of all elements. */
PyObject *view_struct_field(view_object *self, PyObject *name) {
    module_state *state = view_state(Py_TYPE(self));
    gr_any_view field = self->view;
    Py_ssize_t offset, count;
    int dtype;
    PyObject *made;

    if (record_field_of(state, self->record, name, &dtype, &offset, &count) < 0) {
        PyErr_Format(PyExc_KeyError, "the structs of the View have no field %R", name);
        return NULL;
    }
    if (dtype >= FIRST_RECORD && count == 1 && meet_inner(state, self->record, name, &dtype) < 0) {
        return NULL;
    }
    field.dtype = dtype >= FIRST_RECORD ? GR_STRUCT : (gr_dtype)dtype;
    field.item = (size_t)record_size(state, dtype);
    field.layout = GR_STRIDED;
    if (field.data) {
        field.data = (char *)field.data + offset;
    }
    if (refuse_field(self, name, &field, count) < 0) {
        return NULL;
    }
    for (int d = 0; d < field.rank; d++) {
        field.stride[d] *= (gr_index)(self->view.item / field.item);
    }
    made = view_share(self, field);
    if (made) {
        ((view_object *)made)->record = dtype >= FIRST_RECORD ? dtype : 0;
        argument_note((view_object *)made);
    }
    return made;
}

/** The element of a View of rank 0, as NumPy's struct. */
PyObject *view_struct_element(view_object *self) {
    PyObject *none = PyTuple_New(0);
    PyObject *result = none ? view_in_python(self, "element", none) : NULL;

    Py_XDECREF(none);
    return result;
}

/** Assign a struct, a tuple, or what holds an array of them: 0, or -1 with an exception. */
int view_struct_assign(view_object *self, gr_any_view to, PyObject *value) {
    PyObject *part = view_share(self, to);
    PyObject *args = part ? PyTuple_Pack(1, value) : NULL;
    PyObject *done = args ? view_in_python((view_object *)part, "assign", args) : NULL;

    Py_XDECREF(part);
    Py_XDECREF(args);
    Py_XDECREF(done);
    return done ? 0 : -1;
}

/** The View of a NumPy array of structs, whose dtype need not have a buffer's format. */
PyObject *view_struct_wrap(module_state *state, PyObject *object, int record) {
    const array_object *array = (const array_object *)object;
    const Py_ssize_t size = record_size(state, record);
    PyObject *flags = PyObject_GetAttrString(object, "flags");
    PyObject *writeable = flags ? PyObject_GetAttrString(flags, "writeable") : NULL;
    const bool readonly = writeable == Py_False;
    gr_any_view view;

    Py_XDECREF(flags);
    Py_XDECREF(writeable);
    if (!writeable) {
        return NULL;
    }
    memset(&view, 0, sizeof view);
    view.dtype = GR_STRUCT;
    view.item = (size_t)size;
    view.layout = GR_STRIDED;
    view.rank = array->nd;
    view.data = array->data;
    for (int d = 0; d < array->nd && d < GR_MAX_RANK; d++) {
        view.extent[d] = array->dimensions[d];
        view.stride[d] = array->strides[d] / size;
        if (array->strides[d] % size || array->nd > GR_MAX_RANK) {
            PyErr_Format(PyExc_ValueError,
                         "has a stride of %zd bytes in dimension %d of %d, expected a multiple of "
                         "its items' %zd and at most %d dimensions: pass a copy",
                         array->strides[d], d, array->nd, size, GR_MAX_RANK);
            return NULL;
        }
    }
    return view_new_structs(state, view, object, readonly, record);
}

/** Whether two Views have elements of the same kind; else an exception. */
bool view_struct_same(const view_object *from, const view_object *to) {
    PyObject *mine, *others;

    if (from->record == to->record) {
        return true;
    }
    mine = PyObject_GetAttrString((PyObject *)from, "dtype");
    others = PyObject_GetAttrString((PyObject *)to, "dtype");
    if (mine && others) {
        PyErr_Format(PyExc_TypeError, "the target has dtype %S, expected %S", others, mine);
    }
    Py_XDECREF(mine);
    Py_XDECREF(others);
    return false;
}
