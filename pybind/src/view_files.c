/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file view_files.c
 * @brief Views from and to .npy files: the library's own, NumPy's where the elements are structs.
 */
#include "module.h"

#include <string.h>

PyObject *view_save(view_object *self, PyObject *path) {
    PyObject *name;
    gr_status status;

    if (self->record) {
        PyObject *args = PyTuple_Pack(1, path);
        PyObject *done = args ? view_in_python(self, "save", args) : NULL;

        Py_XDECREF(args);
        return done;
    }
    if (!PyUnicode_FSConverter(path, &name)) {
        return NULL;
    }
    Py_BEGIN_ALLOW_THREADS;
    status = gr_npy_save(PyBytes_AS_STRING(name), self->view);
    Py_END_ALLOW_THREADS;
    Py_DECREF(name);
    return view_finish(view_state(Py_TYPE(self)), status);
}

/* A file that the library does not read may hold structs, which NumPy does; else what it said. */
static PyObject *load_structs(module_state *state, PyObject *path) {
    PyObject *kind, *value, *trace, *module, *result;

    (void)raise_last_error(state);
    PyErr_Fetch(&kind, &value, &trace);
    module = PyImport_ImportModule("granum._view");
    result = module ? PyObject_CallMethod(module, "load", "ON", path, PyObject_Str(value)) : NULL;
    Py_XDECREF(module);
    if (result != Py_None) {
        Py_XDECREF(kind);
        Py_XDECREF(value);
        Py_XDECREF(trace);
        return result;
    }
    Py_DECREF(result);
    PyErr_Restore(kind, value, trace);
    return NULL;
}

PyObject *view_load(PyTypeObject *type, PyObject *path) {
    PyObject *name;
    gr_any_view view;
    gr_status status;

    if (!PyUnicode_FSConverter(path, &name)) {
        return NULL;
    }
    memset(&view, 0, sizeof view);
    Py_BEGIN_ALLOW_THREADS;
    status = gr_npy_load(&view, PyBytes_AS_STRING(name));
    Py_END_ALLOW_THREADS;
    Py_DECREF(name);
    return status != GR_SUCCESS ? load_structs(view_state(type), path)
                                : view_new_from(view_state(type), view, NULL, false);
}
