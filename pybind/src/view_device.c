/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file view_device.c
 * @brief Views and others' arrays in the memory of devices: __cuda_array_interface__, version 3.
 *
 * Source: https://numba.readthedocs.io/en/stable/cuda/cuda_array_interface.html
 *
 * What a stream has to do with an array is waited for when the array changes hands: launches of
 * Python have ended when they return, so nobody has to be told of granum's own streams.
 */
#include "module.h"

#include <granum/impl/device.h>

#define NAME(number, name) #name,
const char *const vendor_names[] = {"host", GR_IMPL_VENDOR_LIST(NAME)};
#undef NAME

/** The vendor whose device a View's memory is, and which; 0 where there is no memory. */
int view_vendor(const view_object *self, int *device) {
    const gr_impl_where where = gr_impl_space_of(self->view.data);

    *device = where.device;
    return where.vendor;
}

/** The vendor's device that the calling thread's launches go to. */
int device_now(int vendor) {
    gr_impl_where where;

    /* One that is not usable is the launch's to report. */
    return vendor && gr_impl_space_choose(GR_DEVICE, vendor, "", GR_HERE, &where) == GR_SUCCESS
               ? where.device
               : 0;
}

/** Wait for what devices do with a View's memory: 0, or -1 with an exception. */
int view_settle(view_object *self) {
    gr_status status;

    Py_BEGIN_ALLOW_THREADS;
    status = gr_fence();
    Py_END_ALLOW_THREADS;
    if (status != GR_SUCCESS) {
        raise_last_error(view_state(Py_TYPE(self)));
        return -1;
    }
    return 0;
}

/** view.__cuda_array_interface__, which hipified libraries have under the same name. */
PyObject *view_device_interface(view_object *self, void *closure) {
    int device, vendor;

    (void)closure;
    if (CODE_REACHED(self->code) == BY_HOST) {
        PyErr_SetString(PyExc_AttributeError,
                        "the View lies in the host's memory: use __array_interface__, or "
                        "view.copy(space='device')");
        return NULL;
    }
    vendor = view_vendor(self, &device);
    if (vendor == GR_IMPL_VENDOR_sim) {
        PyErr_SetString(PyExc_AttributeError,
                        "the View lies in device memory that is simulated, which no other library "
                        "reaches: use view.copy(space='host')");
        return NULL;
    }
    return view_settle(self) < 0 ? NULL : view_interface(self, false);
}

/** A View of foreign memory that a device should know; vendor 0: any. */
PyObject *view_new_elsewhere(module_state *state, gr_any_view view, PyObject *owner, bool readonly,
                             int vendor) {
    bool empty = false;
    gr_impl_where where;
    view_object *self;

    for (int d = 0; d < view.rank; d++) {
        empty |= view.extent[d] == 0;
    }
    if (gr_device_count() == 0) { /* which loads the vendors */
        PyErr_Format(PyExc_TypeError,
                     "is a %s in a GPU's memory, expected an array in the host's: no device is "
                     "usable here (python -m granum doctor says why)",
                     Py_TYPE(owner)->tp_name);
        return NULL;
    }
    where = gr_impl_space_of(view.data);
    if ((where.vendor == 0 || (vendor != 0 && where.vendor != vendor)) && !empty) {
        PyErr_Format(PyExc_TypeError,
                     "is a %s in a GPU's memory at %p, expected memory of a device that is usable "
                     "here (python -m granum doctor lists them)",
                     Py_TYPE(owner)->tp_name, view.data);
        return NULL;
    }
    self = (view_object *)view_new_from(state, view, owner, readonly);
    if (self) {
        self->elsewhere = true;
        argument_note(self);
        if (empty) { /* whoever asks reaches all of nothing */
            self->code = CODE_TYPE(self->code) | CODE_BY(BY_BOTH);
        }
    }
    return (PyObject *)self;
}

/* The stream whose work an array waits for; *given = false: it says that there is none. */
static int read_stream(PyObject *interface, void **stream, bool *given) {
    PyObject *value = PyDict_GetItemString(interface, "stream");

    *given = value && value != Py_None;
    if (!*given) {
        return 0;
    }
    if (!PyLong_Check(value) || PyBool_Check(value)) {
        PyErr_Format(PyExc_TypeError,
                     "has the stream %R, expected None, 1, 2 or a stream's address", value);
        return -1;
    }
    *stream = PyLong_AsVoidPtr(value);
    if (PyErr_Occurred()) {
        return -1;
    }
    if (!*stream) {
        PyErr_SetString(PyExc_ValueError,
                        "has stream 0, which may mean two streams, expected None, 1, 2 or a "
                        "stream's address");
        return -1;
    }
    return 0;
}

/** A View of an array with a __cuda_array_interface__, after the work of its stream. */
PyObject *view_from_device(module_state *state, PyObject *object) {
    PyObject *interface = PyObject_GetAttrString(object, "__cuda_array_interface__");
    PyObject *result = NULL;
    bool readonly, given;
    void *stream = NULL;
    gr_any_view view;

    if (!interface) {
        return NULL;
    }
    if (!PyDict_Check(interface)) {
        PyErr_SetString(PyExc_TypeError, "has a __cuda_array_interface__ that is no dict");
    } else if (view_read_interface(interface, "a __cuda_array_interface__", &view, &readonly) ==
                   0 &&
               read_stream(interface, &stream, &given) == 0) {
        result = view_new_elsewhere(state, view, object, readonly, 0);
        if (result && given) {
            const gr_impl_where where = gr_impl_space_of(view.data);
            gr_status status;

            Py_BEGIN_ALLOW_THREADS;
            status = gr_impl_space_wait_for(where, stream, GR_HERE);
            Py_END_ALLOW_THREADS;
            if (status != GR_SUCCESS) {
                Py_CLEAR(result);
                raise_last_error(state);
            }
        }
    }
    Py_DECREF(interface);
    return result;
}
