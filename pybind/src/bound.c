/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file bound.c
 * @brief Bound launches: a plan and its words, filled once and run at each call.
 */
#include "request.h"

#include <string.h>

typedef struct bound_object {
    PyObject_HEAD vectorcallfunc call;
    module_state *state;
    plan_object *plan;
    kernel_object *kernel;
    PyObject *held; /* the arguments, a tuple */
    int64_t *words;
    double iterations;
    gr_instance instance;
    PyObject *policy; /* holds the instance */
} bound_object;

static PyObject *bound_call(PyObject *object, PyObject *const *args, size_t flags,
                            PyObject *names) {
    bound_object *self = (bound_object *)object;
    plan_object *plan = self->plan;

    (void)args;
    if (PyVectorcall_NARGS(flags) != 0 || names) {
        PyErr_SetString(PyExc_TypeError, "a bound launch takes no arguments");
        return NULL;
    }
    if (plan->results > 0) {
        int64_t words[MOST_WORDS];

        /* Several threads may call it at once, each with results of its own. */
        memcpy(words, self->words, (size_t)plan->words * sizeof *words);
        return plan_run(self->state, plan, words, self->iterations, self->instance, self->kernel,
                        ((PyTupleObject *)self->held)->ob_item);
    }
    return plan_run(self->state, plan, self->words, self->iterations, self->instance, self->kernel,
                    ((PyTupleObject *)self->held)->ob_item);
}

/** kernel.bind(policy, *args, pattern='for') */
PyObject *kernel_bind(PyObject *self, PyTypeObject *type, PyObject *const *args, Py_ssize_t count,
                      PyObject *names) {
    kernel_object *kernel = (kernel_object *)self;
    request request = {kernel->state, kernel, PATTERN_FOR, 0, {0}, {0}, args + 1, count - 1};
    PyTypeObject *bound_type = kernel->state->bound_type;
    bound_object *bound;

    (void)type;
    if (count < 1) {
        PyErr_SetString(PyExc_TypeError, "bind takes a range and the kernel's arguments");
        return NULL;
    }
    if (names && PyTuple_GET_SIZE(names) > 0) {
        if (PyTuple_GET_SIZE(names) > 1 ||
            PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(names, 0), "pattern") != 0) {
            PyErr_SetString(PyExc_TypeError, "bind takes the kernel's arguments by position, and "
                                             "pattern= by name");
            return NULL;
        }
        request.pattern = pattern_of(args[count]);
        if (request.pattern < 0) {
            return NULL;
        }
    }
    if (launch_read_range(&request, args[0]) < 0) {
        return NULL;
    }
    if (kernel_is_stale(request.state, kernel) && !kernel_verify(request.state, kernel)) {
        return NULL;
    }
    bound = (bound_object *)bound_type->tp_alloc(bound_type, 0);
    if (!bound) {
        return NULL;
    }
    bound->call = bound_call;
    bound->state = request.state;
    bound->words = launch_prepare(&request, &bound->plan, &bound->held);
    if (!bound->words) {
        Py_DECREF(bound);
        return NULL;
    }
    bound->kernel = (kernel_object *)Py_NewRef(self);
    bound->instance = request.instance;
    bound->policy = Py_NewRef(args[0]);
    bound->iterations = iterations_of(request.bounds, request.rank);
    return (PyObject *)bound;
}

/** The plan and the words of a bound launch. */
void bound_parts(PyObject *bound, const plan_object **plan, const int64_t **words) {
    *plan = ((const bound_object *)bound)->plan;
    *words = ((const bound_object *)bound)->words;
}

/** Raise what a fault of a bound launch means. */
void bound_raise(module_state *state, PyObject *bound, int32_t code, const fault_record *fault) {
    const bound_object *self = (const bound_object *)bound;

    if (code == -1) {
        raise_last_error(state);
    } else {
        plan_raise(state, self->plan, code, fault, self->kernel,
                   ((PyTupleObject *)self->held)->ob_item);
    }
}

static int bound_traverse(bound_object *self, visitproc visit, void *arg) {
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(self->plan);
    Py_VISIT(self->kernel);
    Py_VISIT(self->held);
    Py_VISIT(self->policy);
    return 0;
}

static void bound_dealloc(bound_object *self) {
    PyTypeObject *type = Py_TYPE(self);

    PyObject_GC_UnTrack(self);
    Py_CLEAR(self->plan);
    Py_CLEAR(self->kernel);
    Py_CLEAR(self->held);
    Py_CLEAR(self->policy);
    PyMem_Free(self->words);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyObject *bound_repr(bound_object *self) {
    PyObject *name = PyObject_GetAttrString((PyObject *)self->kernel, "__name__");
    PyObject *text;

    if (!name) {
        PyErr_Clear();
    }
    text = PyUnicode_FromFormat("<bound launch of %S, %d arguments>", name ? name : Py_None,
                                self->plan->arguments);
    Py_XDECREF(name);
    return text;
}

static PyMemberDef bound_members[] = {
    {"__vectorcalloffset__", T_PYSSIZET, offsetof(bound_object, call), READONLY, NULL},
    {"kernel", T_OBJECT_EX, offsetof(bound_object, kernel), READONLY, "The kernel."},
    {"plan", T_OBJECT_EX, offsetof(bound_object, plan), READONLY, "The specialisation."},
    {"policy", T_OBJECT_EX, offsetof(bound_object, policy), READONLY, "The range."},
    {"args", T_OBJECT_EX, offsetof(bound_object, held), READONLY, "The kernel's arguments."},
    {NULL, 0, 0, 0, NULL},
};

static PyType_Slot bound_slots[] = {
    {Py_tp_doc, "A launch with everything decided; made by kernel.bind."},
    {Py_tp_dealloc, bound_dealloc},
    {Py_tp_traverse, bound_traverse},
    {Py_tp_repr, bound_repr},
    {Py_tp_call, PyVectorcall_Call},
    {Py_tp_members, bound_members},
    {0, NULL},
};

PyType_Spec bound_spec = {
    .name = "granum.BoundLaunch",
    .basicsize = sizeof(bound_object),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL |
             Py_TPFLAGS_IMMUTABLETYPE | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = bound_slots,
};
