/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file view.c
 * @brief granum.View: memory of granum's own or of others, with extents, strides and a label.
 *
 * A View's shape and memory never change, so what launches need is worked out once. What Views
 * share with others (buffers, interfaces) is in view_protocols.c and dlpack.c; what is not called
 * often is Python, in granum/_view.py. The table of the type's members makes the file long.
 */
#include "module.h"

#include <string.h>

module_state *view_state(PyTypeObject *type) {
    return (module_state *)PyType_GetModuleState(type); /* the type has no subclasses */
}

/** A View object of a View, whose count of owners is passed on; owner is kept alive. */
PyObject *view_new_from(module_state *state, gr_any_view view, PyObject *owner, bool readonly) {
    view_object *self = (view_object *)state->view_type->tp_alloc(state->view_type, 0);

    if (!self) {
        if (view.buffer) {
            (void)!gr_view_release(&view);
        }
        return NULL;
    }
    self->view = view;
    self->owner = Py_XNewRef(owner);
    self->readonly = readonly;
    argument_note(self);
    return (PyObject *)self;
}

/* Extents from an integer or a sequence of integers. */
static int read_shape(PyObject *shape, gr_any_view *view) {
    PyObject *list;
    int status = 0;

    if (PyIndex_Check(shape)) {
        view->rank = 1;
        view->extent[0] = PyNumber_AsSsize_t(shape, PyExc_OverflowError);
        return view->extent[0] == -1 && PyErr_Occurred() ? -1 : 0;
    }
    list = PySequence_Fast(shape, "shape: expected an integer or a sequence of integers");
    if (!list) {
        return -1;
    }
    if (PySequence_Fast_GET_SIZE(list) > GR_MAX_RANK) {
        PyErr_Format(PyExc_ValueError, "shape of rank %zd, expected 0..%d",
                     PySequence_Fast_GET_SIZE(list), GR_MAX_RANK);
        status = -1;
    } else {
        view->rank = (int)PySequence_Fast_GET_SIZE(list);
    }
    for (int d = 0; status == 0 && d < view->rank; d++) {
        view->extent[d] =
            PyNumber_AsSsize_t(PySequence_Fast_GET_ITEM(list, d), PyExc_OverflowError);
        status = view->extent[d] == -1 && PyErr_Occurred() ? -1 : 0;
    }
    Py_DECREF(list);
    return status;
}

static int read_layout(const char *name, gr_layout *layout) {
    if (strcmp(name, "right") == 0 || strcmp(name, "C") == 0) {
        *layout = GR_RIGHT;
    } else if (strcmp(name, "left") == 0 || strcmp(name, "F") == 0) {
        *layout = GR_LEFT;
    } else {
        PyErr_Format(PyExc_ValueError,
                     "layout = '%s', expected 'right' (C order) or 'left' "
                     "(Fortran order)",
                     name);
        return -1;
    }
    return 0;
}

/* A space by its name. */
static int read_space(const char *name, gr_space *space) {
    for (int k = 0; k < GR_IMPL_SPACES; k++) {
        if (strcmp(name, gr_space_name((gr_space)k)) == 0) {
            *space = (gr_space)k;
            return 0;
        }
    }
    PyErr_Format(PyExc_ValueError, "space = '%s', expected 'host', 'device', 'pinned' or 'managed'",
                 name);
    return -1;
}

static PyObject *view_new(PyTypeObject *type, PyObject *args, PyObject *names) {
    static char *keywords[] = {"shape", "dtype", "label", "layout", "initialize", "space", NULL};
    module_state *state = view_state(type);
    PyObject *shape, *dtype = NULL;
    const char *label = "", *layout = "right", *where = "host";
    int initialize = 1, record;
    gr_space space;
    gr_any_view view;
    gr_status status;
    gr_place place;

    memset(&view, 0, sizeof view);
    if (!PyArg_ParseTupleAndKeywords(args, names, "O|O$ssps:View", keywords, &shape, &dtype, &label,
                                     &layout, &initialize, &where) ||
        read_shape(shape, &view) < 0 || read_layout(layout, &view.layout) < 0 ||
        read_space(where, &space) < 0) {
        return NULL;
    }
    record = dtype && dtype != Py_None ? view_struct_of(state, dtype) : 0;
    if (record < 0) {
        view_name_problem("the dtype");
        return NULL;
    }
    view.dtype = record ? GR_STRUCT : dtype && dtype != Py_None ? dtype_of_name(dtype) : GR_F64;
    view.item = record ? (size_t)record_size(state, record) : 0;
    if (!view.dtype) {
        return NULL;
    }
    if (gr_impl_ensure_initialized() != GR_SUCCESS) {
        return raise_last_error(state);
    }
    place = watch_place(GR_HERE);
    Py_BEGIN_ALLOW_THREADS;
    status = gr_impl_any_create(
        &view, label, (initialize ? 0u : GR_UNINITIALIZED) | GR_IMPL_IN_SPACE(space), place);
    Py_END_ALLOW_THREADS;
    if (status != GR_SUCCESS) {
        return raise_last_error(state);
    }
    return view_new_structs(state, view, NULL, false, record);
}

/* What the C type of a dtype is aligned to. */
static uintptr_t alignment_of(gr_dtype dtype) {
    const size_t size = gr_dtype_size(dtype);

    return dtype == GR_C64 || dtype == GR_C128 ? size / 2 : size;
}

/** A View of the memory behind an object: the buffer protocol, DLPack or __array_interface__. */
PyObject *view_wrap(module_state *state, PyObject *object) {
    view_object *self;
    Py_buffer *buffer;
    gr_any_view view;
    bool swapped;
    int record = 0;

    if (Py_TYPE(object) == state->view_type) {
        return Py_NewRef(object);
    }
    if (!PyObject_CheckBuffer(object)) {
        return view_from_protocol(state, object);
    }
    if (numpy_find(state) == 0 && state->ndarray &&
        PyType_IsSubtype(Py_TYPE(object), state->ndarray)) {
        record = view_struct_of(state, ((const array_object *)object)->descr);
        if (record) {
            return record < 0 ? NULL : view_struct_wrap(state, object, record);
        }
    }
    buffer = PyMem_Calloc(1, sizeof *buffer);
    if (!buffer) {
        return PyErr_NoMemory();
    }
    if (PyObject_GetBuffer(object, buffer, PyBUF_RECORDS_RO) < 0) {
        PyMem_Free(buffer);
        /* NumPy has no buffer format for some of its dtypes, devices have no buffer at all. */
        if (PyObject_HasAttrString(object, "__dlpack__")) {
            PyErr_Clear();
            return view_from_protocol(state, object);
        }
        return NULL;
    }
    memset(&view, 0, sizeof view);
    view.dtype = dtype_of_format(buffer->format, buffer->itemsize, &swapped);
    view.item = (size_t)buffer->itemsize;
    view.rank = buffer->ndim;
    view.layout = GR_STRIDED;
    view.data = buffer->buf;
    if (!view.dtype && buffer->format && buffer->format[0] == 'T') {
        record = view_struct_of_buffer(state, object);
        if (record < 0) {
            goto failed;
        }
        view.dtype = GR_STRUCT;
    } else if (!view.dtype || swapped || gr_dtype_size(view.dtype) != view.item) {
        PyErr_Format(PyExc_TypeError,
                     "has items of format '%s'%s, expected numbers of 1, 2, 4, "
                     "8 or 16 bytes",
                     buffer->format ? buffer->format : "B",
                     swapped ? " in the other byte order" : "");
        goto failed;
    }
    if (view.rank > GR_MAX_RANK || buffer->suboffsets) {
        PyErr_Format(PyExc_ValueError, "has rank %d%s, expected 0..%d", view.rank,
                     buffer->suboffsets ? " with indirections" : "", GR_MAX_RANK);
        goto failed;
    }
    if (!record && (uintptr_t)buffer->buf & (alignment_of(view.dtype) - 1)) {
        PyErr_Format(PyExc_ValueError,
                     "is not aligned to its items of %zu bytes, expected an "
                     "aligned array: pass a copy",
                     view.item);
        goto failed;
    }
    for (int d = 0; d < view.rank; d++) {
        view.extent[d] = buffer->shape[d];
        view.stride[d] = buffer->strides[d] / (Py_ssize_t)view.item;
        if (buffer->strides[d] % (Py_ssize_t)view.item) {
            PyErr_Format(PyExc_ValueError,
                         "has a stride of %zd bytes in dimension %d, expected a "
                         "multiple of its items' %zu: pass a copy",
                         buffer->strides[d], d, view.item);
            goto failed;
        }
    }
    self = (view_object *)view_new_structs(state, view, object, buffer->readonly, record);
    if (self) {
        self->buffer = buffer;
        return (PyObject *)self;
    }
failed:
    PyBuffer_Release(buffer);
    PyMem_Free(buffer);
    return NULL;
}

/** Put a subject in front of an exception that says what something is or has. */
void view_name_problem(const char *subject) {
    PyObject *type, *value, *trace;

    PyErr_Fetch(&type, &value, &trace);
    PyErr_Format(type, "%s %S", subject, value ? value : Py_None);
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(trace);
}

static PyObject *view_wrap_method(PyTypeObject *type, PyObject *object) {
    PyObject *view = view_wrap(view_state(type), object);

    if (!view) {
        view_name_problem("the array");
    }
    return view;
}

/* Another View of the same memory, with the shape in view. */
PyObject *view_share(view_object *self, gr_any_view view) {
    if (view.buffer && gr_view_retain(view) != GR_SUCCESS) {
        return raise_last_error(view_state(Py_TYPE(self)));
    }
    /* A View of foreign memory keeps the first one alive, which keeps the memory. */
    if (self->elsewhere) {
        return view_new_elsewhere(view_state(Py_TYPE(self)), view, (PyObject *)self, self->readonly,
                                  0);
    }
    return view_new_structs(view_state(Py_TYPE(self)), view, view.buffer ? NULL : (PyObject *)self,
                            self->readonly, view.dtype == GR_STRUCT ? self->record : 0);
}

static PyObject *view_copy(view_object *self, PyObject *args, PyObject *names) {
    static char *keywords[] = {"layout", "space", NULL};
    module_state *state = view_state(Py_TYPE(self));
    const char *layout = NULL, *where = NULL;
    gr_space space = gr_view_space(self->view);
    gr_any_view copy = self->view;
    gr_status status;
    gr_place place;

    if (!PyArg_ParseTupleAndKeywords(args, names, "|$zz:copy", keywords, &layout, &where) ||
        (where && read_space(where, &space) < 0)) {
        return NULL;
    }
    copy.layout = CODE_LAYOUT(self->code) == GR_LEFT ? GR_LEFT : GR_RIGHT;
    if (layout && read_layout(layout, &copy.layout) < 0) {
        return NULL;
    }
    place = watch_place(GR_HERE);
    Py_BEGIN_ALLOW_THREADS;
    status = gr_impl_any_create(&copy, gr_view_label(self->view),
                                GR_UNINITIALIZED | GR_IMPL_IN_SPACE(space), place);
    if (status == GR_SUCCESS) {
        status = gr_deep_copy(copy, self->view);
        if (status != GR_SUCCESS) {
            (void)!gr_view_release(&copy);
        }
    }
    Py_END_ALLOW_THREADS;
    return status != GR_SUCCESS ? raise_last_error(state)
                                : view_new_structs(state, copy, NULL, false, self->record);
}

/* Methods in Python: granum._view.<name>(self, ...). */
PyObject *view_in_python(view_object *self, const char *name, PyObject *args) {
    PyObject *module = PyImport_ImportModule("granum._view");
    PyObject *function = module ? PyObject_GetAttrString(module, name) : NULL;
    PyObject *first = function ? PyTuple_Pack(1, self) : NULL;
    PyObject *all = first ? PySequence_Concat(first, args) : NULL;
    PyObject *result = all ? PyObject_Call(function, all, NULL) : NULL;

    Py_XDECREF(module);
    Py_XDECREF(function);
    Py_XDECREF(first);
    Py_XDECREF(all);
    return result;
}

static PyObject *view_numpy(view_object *self, PyObject *args) {
    return view_in_python(self, "numpy", args);
}

static PyObject *view_array(view_object *self, PyObject *args, PyObject *names) {
    static char *keywords[] = {"dtype", "copy", NULL};
    PyObject *dtype = Py_None, *copy = Py_None, *both, *result;

    if (!PyArg_ParseTupleAndKeywords(args, names, "|OO:__array__", keywords, &dtype, &copy)) {
        return NULL;
    }
    both = PyTuple_Pack(2, dtype, copy);
    result = both ? view_in_python(self, "array", both) : NULL;
    Py_XDECREF(both);
    return result;
}

static PyObject *view_reduce_ex(view_object *self, PyObject *protocol) {
    PyObject *args = PyTuple_Pack(1, protocol);
    PyObject *result = args ? view_in_python(self, "reduce", args) : NULL;

    Py_XDECREF(args);
    return result;
}

static PyObject *view_repr(view_object *self) {
    PyObject *none = PyTuple_New(0);
    PyObject *result = none ? view_in_python(self, "represent", none) : NULL;

    Py_XDECREF(none);
    return result;
}

static PyObject *indices(const gr_index *values, int rank, gr_index factor) {
    PyObject *tuple = PyTuple_New(rank);

    for (int d = 0; tuple && d < rank; d++) {
        PyObject *number = PyLong_FromSsize_t(values[d] * factor);

        if (!number) {
            Py_CLEAR(tuple);
        } else {
            PyTuple_SET_ITEM(tuple, d, number);
        }
    }
    return tuple;
}

static PyObject *view_shape(view_object *self, void *closure) {
    (void)closure;
    return indices(self->view.extent, self->view.rank, 1);
}

static PyObject *view_strides(view_object *self, void *closure) {
    (void)closure;
    return indices(self->view.stride, self->view.rank, (gr_index)self->view.item);
}

static PyObject *view_dtype(view_object *self, void *closure) {
    (void)closure;
    if (self->record) {
        return Py_NewRef(view_state(Py_TYPE(self))->descr[self->record]);
    }
    return PyUnicode_InternFromString(gr_dtype_name(self->view.dtype));
}

static PyObject *view_ndim(view_object *self, void *closure) {
    (void)closure;
    return PyLong_FromLong(self->view.rank);
}

static PyObject *view_size(view_object *self, void *closure) {
    (void)closure;
    return PyLong_FromSsize_t(gr_view_size(self->view));
}

static PyObject *view_itemsize(view_object *self, void *closure) {
    (void)closure;
    return PyLong_FromSize_t(self->view.item);
}

static PyObject *view_nbytes(view_object *self, void *closure) {
    (void)closure;
    return PyLong_FromSsize_t(gr_view_size(self->view) * (gr_index)self->view.item);
}

static PyObject *view_label(view_object *self, void *closure) {
    (void)closure;
    return PyUnicode_DecodeFSDefault(gr_view_label(self->view));
}

static PyObject *view_space(view_object *self, void *closure) {
    (void)closure;
    return PyUnicode_InternFromString(gr_space_name(gr_view_space(self->view)));
}

static PyObject *view_layout(view_object *self, void *closure) {
    static const char *const names[] = {"", "right", "left", "strided"};

    (void)closure;
    return PyUnicode_InternFromString(names[CODE_LAYOUT(self->code)]);
}

static PyObject *view_readonly(view_object *self, void *closure) {
    (void)closure;
    return PyBool_FromLong(self->readonly);
}

static PyObject *view_owner(view_object *self, void *closure) {
    (void)closure;
    return Py_NewRef(self->owner ? self->owner : Py_None);
}

static PyObject *view_transposed(view_object *self, void *closure) {
    gr_any_view turned = self->view;

    (void)closure;
    turned.layout = GR_STRIDED;
    for (int d = 0; d < turned.rank; d++) {
        turned.extent[d] = self->view.extent[turned.rank - 1 - d];
        turned.stride[d] = self->view.stride[turned.rank - 1 - d];
    }
    return view_share(self, turned);
}

static int view_traverse(view_object *self, visitproc visit, void *arg) {
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(self->owner);
    return 0;
}

static void view_dealloc(view_object *self) {
    PyTypeObject *type = Py_TYPE(self);

    PyObject_GC_UnTrack(self);
    if (self->weak) {
        PyObject_ClearWeakRefs((PyObject *)self);
    }
    if (self->view.buffer) {
        (void)!gr_view_release(&self->view);
    }
    if (self->buffer) {
        PyBuffer_Release(self->buffer);
        PyMem_Free(self->buffer);
    }
    if (self->managed) {
        view_drop_dlpack(self->managed, self->versioned);
    }
    Py_CLEAR(self->owner);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyMethodDef view_methods[] = {
    {"wrap", (PyCFunction)view_wrap_method, METH_O | METH_CLASS,
     "wrap($type, array, /)\n--\n\nA View of an array's memory, without a copy: NumPy's, anything "
     "with the buffer protocol, DLPack or __array_interface__."},
    {"load", (PyCFunction)view_load, METH_O | METH_CLASS,
     "load($type, path, /)\n--\n\nA View with the elements of a .npy file."},
    {"save", (PyCFunction)view_save, METH_O,
     "save($self, path, /)\n--\n\nWrite a .npy file, as numpy.save does."},
    {"fill", (PyCFunction)view_fill, METH_O, "fill($self, value, /)\n--\n\nSet every element."},
    {"copy_to", (PyCFunction)view_copy_to, METH_O,
     "copy_to($self, target, /)\n--\n\nCopy the elements into a View or array of the same shape "
     "and dtype, whatever its layout."},
    {"copy", (PyCFunction)(void (*)(void))view_copy, METH_VARARGS | METH_KEYWORDS,
     "copy($self, /, *, layout=None, space=None)\n--\n\nA View of its own memory with the same "
     "elements; in another space, if one is named."},
    {"numpy", (PyCFunction)view_numpy, METH_VARARGS,
     "numpy($self, /)\n--\n\nAn ndarray of the same memory."},
    {"__array__", (PyCFunction)(void (*)(void))view_array, METH_VARARGS | METH_KEYWORDS,
     "__array__($self, /, dtype=None, copy=None)\n--\n\n"},
    {"__reduce_ex__", (PyCFunction)view_reduce_ex, METH_O,
     "__reduce_ex__($self, protocol, /)\n--\n\n"},
    {"__dlpack__", (PyCFunction)(void (*)(void))view_dlpack,
     METH_METHOD | METH_FASTCALL | METH_KEYWORDS,
     "__dlpack__($self, /, *, stream=None, max_version=None, dl_device=None, copy=None)\n--\n\n"},
    {"__dlpack_device__", (PyCFunction)view_dlpack_device, METH_NOARGS,
     "__dlpack_device__($self, /)\n--\n\n"},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef view_getset[] = {
    {"shape", (getter)view_shape, NULL, "Extents.", NULL},
    {"strides", (getter)view_strides, NULL, "Strides [bytes], as NumPy's.", NULL},
    {"dtype", (getter)view_dtype, NULL,
     "Name of the element type, 'f64'; of structs NumPy's dtype.", NULL},
    {"ndim", (getter)view_ndim, NULL, "Number of dimensions.", NULL},
    {"size", (getter)view_size, NULL, "Number of elements.", NULL},
    {"itemsize", (getter)view_itemsize, NULL, "Size of an element [bytes].", NULL},
    {"nbytes", (getter)view_nbytes, NULL, "Size of all elements [bytes].", NULL},
    {"label", (getter)view_label, NULL, "Label given at creation.", NULL},
    {"space", (getter)view_space, NULL, "Memory space: 'host', 'device', 'pinned' or 'managed'.",
     NULL},
    {"layout", (getter)view_layout, NULL, "'right' (C order), 'left' (Fortran order), 'strided'.",
     NULL},
    {"readonly", (getter)view_readonly, NULL, "Whether it may not be written to.", NULL},
    {"base", (getter)view_owner, NULL, "What keeps foreign memory alive, or None.", NULL},
    {"T", (getter)view_transposed, NULL, "A View with the dimensions in reverse order.", NULL},
    {"__array_interface__", (getter)view_array_interface, NULL, NULL, NULL},
    {"__cuda_array_interface__", (getter)view_device_interface, NULL, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyMemberDef view_members[] = {
    {"__weaklistoffset__", T_PYSSIZET, offsetof(view_object, weak), READONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyType_Slot view_slots[] = {
    {Py_tp_doc,
     "View(shape, dtype='f64', *, label='', layout='right', initialize=True, "
     "space='host')\n--\n\n"
     "A multidimensional array that granum allocates: 64-byte aligned, zeroed, first touched by "
     "the threads that kernels use.\n\n"
     "In space 'device' kernels of the device reach it alone; in 'pinned' and 'managed' the host "
     "does too.\n\n"
     "It is sliced like an array, without a copy, and speaks the buffer protocol, DLPack, "
     "__array__ and __array_interface__; pickles of protocol 5 hold its memory out of band."},
    {Py_tp_new, view_new},
    {Py_tp_dealloc, view_dealloc},
    {Py_tp_traverse, view_traverse},
    {Py_tp_repr, view_repr},
    {Py_tp_methods, view_methods},
    {Py_tp_getset, view_getset},
    {Py_tp_members, view_members},
    {Py_mp_length, view_length},
    {Py_mp_subscript, view_getitem},
    {Py_mp_ass_subscript, view_setitem},
    {Py_sq_length, view_length},
    {Py_sq_item, view_item},
    {Py_bf_getbuffer, view_get_buffer},
    {0, NULL},
};

PyType_Spec view_spec = {
    .name = "granum.View",
    .basicsize = sizeof(view_object),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = view_slots,
};
