/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file view_protocols.c
 * @brief Views for others and others' arrays as Views: buffers (PEP 3118) and __array_interface__.
 *
 * Memory of devices is view_device.c's.
 */
#include "module.h"

#include <string.h>

/* Shape and strides of an export, freed by the View that made it: a View's never change, so one
 * copy serves every export. */
int view_get_buffer(view_object *self, Py_buffer *buffer, int flags) {
    const gr_any_view *view = &self->view;
    const bool is_right = CODE_LAYOUT(self->code) == GR_RIGHT;
    const bool is_left = is_right ? view->rank <= 1 : CODE_LAYOUT(self->code) == GR_LEFT;
    const char *format = self->record ? NULL : dtype_format(view->dtype);

    buffer->obj = NULL;
    if (CODE_REACHED(self->code) == BY_DEVICE) {
        PyErr_SetString(PyExc_BufferError,
                        "the View lies in device memory, which the host does not "
                        "reach: use view.copy(space='host')");
        return -1;
    }
    if ((flags & PyBUF_WRITABLE) && self->readonly) {
        PyErr_SetString(PyExc_BufferError, "the View is read-only, expected a writable one");
        return -1;
    }
    if ((!(flags & PyBUF_STRIDES) || (flags & PyBUF_C_CONTIGUOUS) == PyBUF_C_CONTIGUOUS) &&
        !is_right) {
        PyErr_SetString(PyExc_BufferError, "the View is not C-contiguous: use view.copy("
                                           "layout='right')");
        return -1;
    }
    if (((flags & PyBUF_F_CONTIGUOUS) == PyBUF_F_CONTIGUOUS && !is_left) ||
        ((flags & PyBUF_ANY_CONTIGUOUS) == PyBUF_ANY_CONTIGUOUS && !is_right && !is_left)) {
        PyErr_SetString(PyExc_BufferError, "the View is not contiguous: use view.copy()");
        return -1;
    }
    if (self->record) {
        format = record_format(view_state(Py_TYPE(self)), self->record);
        if (!format) {
            return -1;
        }
    }
    for (int d = 0; d < view->rank; d++) {
        self->bytes[d] = view->stride[d] * (gr_index)view->item;
    }
    buffer->buf = view->data;
    buffer->obj = Py_NewRef(self);
    buffer->len = gr_view_size(*view) * (gr_index)view->item;
    buffer->readonly = self->readonly;
    buffer->itemsize = (Py_ssize_t)view->item;
    buffer->format = flags & PyBUF_FORMAT ? (char *)(uintptr_t)format : NULL;
    buffer->ndim = flags & PyBUF_ND ? view->rank : 1;
    buffer->shape = flags & PyBUF_ND ? self->view.extent : NULL;
    buffer->strides = (flags & PyBUF_STRIDES) == PyBUF_STRIDES ? self->bytes : NULL;
    buffer->suboffsets = NULL;
    buffer->internal = NULL;
    return 0;
}

/** The dict of __array_interface__, or of __cuda_array_interface__. */
PyObject *view_interface(view_object *self, bool host) {
    static const char kinds[] = "iiiiuuuuffccb";
    const gr_any_view *view = &self->view;
    PyObject *shape = PyObject_GetAttrString((PyObject *)self, "shape");
    PyObject *strides = !host && CODE_LAYOUT(self->code) == GR_RIGHT
                            ? Py_NewRef(Py_None)
                            : PyObject_GetAttrString((PyObject *)self, "strides");
    PyObject *made;

    if (self->record && !host) {
        PyErr_SetString(PyExc_AttributeError, "the View has structs, which this protocol does not "
                                              "describe: use view.numpy(), or view['field']");
    }
    if (!shape || !strides || (self->record && !host)) {
        Py_XDECREF(shape);
        Py_XDECREF(strides);
        return NULL;
    }
    made = Py_BuildValue(
        "{s:i,s:N,s:N,s:N,s:(NO)}", "version", 3, "shape", shape, "strides", strides, "typestr",
        PyUnicode_FromFormat("%c%c%zu", view->item == 1 || self->record ? '|' : '<',
                             self->record ? 'V' : kinds[view->dtype - GR_I8], view->item),
        "data", PyLong_FromVoidPtr(view->data), self->readonly ? Py_True : Py_False);
    if (made && !host && PyDict_SetItemString(made, "stream", Py_None) < 0) {
        Py_CLEAR(made);
    }
    return made;
}

PyObject *view_array_interface(view_object *self, void *closure) {
    (void)closure;

    if (CODE_REACHED(self->code) == BY_DEVICE) {
        PyErr_SetString(PyExc_AttributeError,
                        "the View lies in device memory, which the host does not reach: use "
                        "view.copy(space='host')");
        return NULL;
    }
    return view_interface(self, true);
}

/* A member of a dict; NULL without an exception when it is missing or None. */
static PyObject *member(PyObject *dict, const char *name) {
    PyObject *value = PyDict_GetItemString(dict, name);

    return value == Py_None ? NULL : value;
}

/** The View that an interface of that name describes. */
int view_read_interface(PyObject *interface, const char *name, gr_any_view *view, bool *readonly) {
    PyObject *shape = member(interface, "shape"), *text = member(interface, "typestr");
    PyObject *strides = member(interface, "strides"), *data = member(interface, "data");
    gr_index step = 1;

    memset(view, 0, sizeof *view);
    view->dtype = text ? dtype_of_typestr(text) : (gr_dtype)0;
    if (!view->dtype) {
        PyErr_Format(PyExc_TypeError,
                     "has the type string %R, expected a number's in this "
                     "machine's byte order",
                     text ? text : Py_None);
        return -1;
    }
    if (!shape || !PyTuple_Check(shape) || PyTuple_GET_SIZE(shape) > GR_MAX_RANK || !data ||
        !PyTuple_Check(data) || PyTuple_GET_SIZE(data) != 2 ||
        (strides &&
         (!PyTuple_Check(strides) || PyTuple_GET_SIZE(strides) != PyTuple_GET_SIZE(shape)))) {
        PyErr_Format(PyExc_TypeError,
                     "has %s that cannot be read, expected tuples shape, data and strides", name);
        return -1;
    }
    if (member(interface, "mask")) {
        PyErr_SetString(PyExc_TypeError, "has a mask, which kernels do not see, expected a plain "
                                         "array: pass one whose masked elements are filled");
        return -1;
    }
    view->item = gr_dtype_size(view->dtype);
    view->layout = GR_STRIDED;
    view->rank = (int)PyTuple_GET_SIZE(shape);
    view->data = PyLong_AsVoidPtr(PyTuple_GET_ITEM(data, 0));
    *readonly = PyObject_IsTrue(PyTuple_GET_ITEM(data, 1)) != 0;
    for (int d = view->rank - 1; d >= 0; d--) {
        view->extent[d] = PyLong_AsSsize_t(PyTuple_GET_ITEM(shape, d));
        view->stride[d] = step;
        step *= view->extent[d];
        if (strides) {
            const Py_ssize_t bytes = PyLong_AsSsize_t(PyTuple_GET_ITEM(strides, d));

            view->stride[d] = bytes / (Py_ssize_t)view->item;
            if (bytes % (Py_ssize_t)view->item) {
                PyErr_Format(PyExc_ValueError,
                             "has a stride of %zd bytes in dimension %d, "
                             "expected a multiple of its items' %zu",
                             bytes, d, view->item);
                return -1;
            }
        }
    }
    return PyErr_Occurred() ? -1 : 0;
}

/** A View of an object without a buffer: DLPack, then __array_interface__. */
PyObject *view_from_protocol(module_state *state, PyObject *object) {
    PyObject *interface, *result = NULL;
    gr_any_view view;
    bool readonly;

    /* Arrays of a GPU have DLPack too, which cannot say read-only everywhere. */
    if (PyObject_HasAttrString(object, "__cuda_array_interface__")) {
        return view_from_device(state, object);
    }
    if (PyObject_HasAttrString(object, "__dlpack__")) {
        return view_from_dlpack(state, object);
    }
    interface = PyObject_GetAttrString(object, "__array_interface__");
    if (!interface) {
        if (PyErr_ExceptionMatches(PyExc_AttributeError)) {
            PyErr_Format(PyExc_TypeError,
                         "is a %s, expected an array with the buffer protocol, "
                         "__dlpack__ or __array_interface__",
                         Py_TYPE(object)->tp_name);
        }
        return NULL;
    }
    if (!PyDict_Check(interface)) {
        PyErr_SetString(PyExc_TypeError, "has an __array_interface__ that is no dict");
    } else if (view_read_interface(interface, "an __array_interface__", &view, &readonly) == 0) {
        result = view_new_from(state, view, object, readonly);
    }
    Py_DECREF(interface);
    return result;
}
