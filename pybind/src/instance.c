/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file instance.c
 * @brief gr.Instance and gr.partition: parts of the threads; gr.on puts a range on one.
 */
#include "module.h"

#include <granum/instance.h>

#include <limits.h>

typedef struct instance_object {
    PyObject_HEAD gr_instance instance; /**< all zero: ended, or the default instance */
    bool ended, whole;
} instance_object;

static instance_object *instance_make(module_state *state, gr_instance instance) {
    instance_object *self =
        (instance_object *)state->instance_type->tp_alloc(state->instance_type, 0);

    if (self) {
        self->instance = instance;
    }
    return self;
}

/**
 * The instance that an object names: 0, or -1 with an exception. None is the default one.
 */
int instance_read(module_state *state, PyObject *object, gr_instance *instance) {
    const instance_object *self = (const instance_object *)object;

    *instance = GR_DEFAULT_INSTANCE;
    if (object == Py_None) {
        return 0;
    }
    if (Py_TYPE(object) != state->instance_type) {
        PyErr_Format(PyExc_TypeError, "instance = %R, expected a granum.Instance or None", object);
        return -1;
    }
    if (self->ended) {
        PyErr_SetString(PyExc_ValueError, "the instance has ended");
        return -1;
    }
    *instance = self->instance;
    return 0;
}

static PyObject *instance_new(PyTypeObject *type, PyObject *args, PyObject *names) {
    static char *keywords[] = {"threads", NULL};
    module_state *state = (module_state *)PyType_GetModuleState(type);
    gr_instance instance;
    gr_status status;
    int threads;

    if (!PyArg_ParseTupleAndKeywords(args, names, "i:Instance", keywords, &threads)) {
        return NULL;
    }
    status = gr_instance_create(&instance, threads);
    return status == GR_SUCCESS ? (PyObject *)instance_make(state, instance)
                                : raise_last_error(state);
}

static void instance_dealloc(instance_object *self) {
    PyTypeObject *type = Py_TYPE(self);

    if (!self->ended && !self->whole && gr_is_initialized()) {
        Py_BEGIN_ALLOW_THREADS;
        if (gr_instance_destroy(&self->instance) != GR_SUCCESS) {
            gr_error_clear();
        }
        Py_END_ALLOW_THREADS;
    }
    type->tp_free(self);
    Py_DECREF(type);
}

static PyObject *instance_finish(instance_object *self, gr_status status) {
    return view_finish((module_state *)PyType_GetModuleState(Py_TYPE(self)), status);
}

static PyObject *instance_close(instance_object *self, PyObject *ignored) {
    gr_status status;

    (void)ignored;
    if (self->ended) {
        Py_RETURN_NONE;
    }
    self->ended = true;
    Py_BEGIN_ALLOW_THREADS;
    status = gr_instance_destroy(&self->instance);
    Py_END_ALLOW_THREADS;
    return instance_finish(self, status);
}

static PyObject *instance_fence(instance_object *self, PyObject *ignored) {
    gr_instance instance;
    gr_status status;

    (void)ignored;
    if (instance_read((module_state *)PyType_GetModuleState(Py_TYPE(self)), (PyObject *)self,
                      &instance) < 0) {
        return NULL;
    }
    Py_BEGIN_ALLOW_THREADS;
    status = gr_instance_fence(instance);
    Py_END_ALLOW_THREADS;
    return instance_finish(self, status);
}

static PyObject *instance_set_chunk(instance_object *self, PyObject *chunk) {
    const long long size = chunk == Py_None ? (long long)GR_AUTO : PyLong_AsLongLong(chunk);
    gr_instance instance;

    if (PyErr_Occurred() || instance_read((module_state *)PyType_GetModuleState(Py_TYPE(self)),
                                          (PyObject *)self, &instance) < 0) {
        return NULL;
    }
    return instance_finish(self, gr_instance_set_chunk(instance, size));
}

static PyObject *instance_enter(PyObject *self, PyObject *ignored) {
    (void)ignored;
    return Py_NewRef(self);
}

static PyObject *instance_exit(instance_object *self, PyObject *args) {
    (void)args;
    return instance_close(self, NULL);
}

static PyObject *instance_threads(instance_object *self, void *closure) {
    (void)closure;
    return PyLong_FromLong(self->ended ? 0 : gr_instance_num_threads(self->instance));
}

static PyObject *instance_ended(instance_object *self, void *closure) {
    (void)closure;
    return PyBool_FromLong(self->ended);
}

static PyObject *instance_repr(instance_object *self) {
    if (self->ended) {
        return PyUnicode_FromString("<granum.Instance, ended>");
    }
    return PyUnicode_FromFormat("<granum.Instance of %d threads>",
                                gr_instance_num_threads(self->instance));
}

/** partition(weights, whole=None): instances that share the threads of one by weight. */
PyObject *instance_partition(PyObject *module, PyObject *args, PyObject *names) {
    static char *keywords[] = {"weights", "whole", NULL};
    module_state *state = state_of(module);
    PyObject *weights, *whole = Py_None, *list, *parts = NULL;
    gr_instance instance, *part;
    double *weight;
    Py_ssize_t count;
    gr_status status = GR_SUCCESS;

    if (!PyArg_ParseTupleAndKeywords(args, names, "O|O:partition", keywords, &weights, &whole) ||
        instance_read(state, whole, &instance) < 0) {
        return NULL;
    }
    list = PySequence_Fast(weights, "weights: expected a sequence of numbers");
    if (!list) {
        return NULL;
    }
    count = PySequence_Fast_GET_SIZE(list);
    part = PyMem_Calloc((size_t)count + 1, sizeof *part);
    weight = PyMem_Calloc((size_t)count + 1, sizeof *weight);
    if (!part || !weight || count > INT_MAX) {
        PyErr_NoMemory();
        goto done;
    }
    for (Py_ssize_t k = 0; k < count; k++) {
        weight[k] = PyFloat_AsDouble(PySequence_Fast_GET_ITEM(list, k));
        if (weight[k] == -1.0 && PyErr_Occurred()) {
            goto done;
        }
    }
    status = gr_instance_partition(part, instance, weight, (int)count);
    if (status != GR_SUCCESS) {
        raise_last_error(state);
        goto done;
    }
    parts = PyTuple_New(count);
    for (Py_ssize_t k = 0; parts && k < count; k++) {
        instance_object *made = instance_make(state, part[k]);

        if (!made) {
            Py_CLEAR(parts);
            break;
        }
        PyTuple_SET_ITEM(parts, k, (PyObject *)made);
    }
done:
    Py_DECREF(list);
    PyMem_Free(part);
    PyMem_Free(weight);
    return parts;
}

static PyMethodDef instance_methods[] = {
    {"fence", (PyCFunction)instance_fence, METH_NOARGS,
     "fence($self, /)\n--\n\nWait for the work on the instance, whoever sent it, and raise what a "
     "launch of the calling thread recorded."},
    {"close", (PyCFunction)instance_close, METH_NOARGS,
     "close($self, /)\n--\n\nEnd the instance after the work that it has; `with` does it too."},
    {"set_chunk", (PyCFunction)instance_set_chunk, METH_O,
     "set_chunk($self, iterations, /)\n--\n\nPieces that the instance deals out where work is "
     "dealt out on demand; None: granum chooses."},
    {"__enter__", instance_enter, METH_NOARGS, NULL},
    {"__exit__", (PyCFunction)instance_exit, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef instance_getset[] = {
    {"num_threads", (getter)instance_threads, NULL, "Threads that it has now.", NULL},
    {"ended", (getter)instance_ended, NULL, "Whether it was closed.", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot instance_slots[] = {
    {Py_tp_doc,
     "Instance(threads)\n--\n\nSo many threads, on which launches with `instance=` run one after "
     "the other.\n\nWork on two instances runs side by side. Others may share the threads; "
     "gr.partition splits them. It ends with `with`, close(), or when nobody holds it."},
    {Py_tp_new, instance_new},
    {Py_tp_dealloc, instance_dealloc},
    {Py_tp_repr, instance_repr},
    {Py_tp_methods, instance_methods},
    {Py_tp_getset, instance_getset},
    {0, NULL},
};

PyType_Spec instance_spec = {
    .name = "granum.Instance",
    .basicsize = sizeof(instance_object),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = instance_slots,
};
