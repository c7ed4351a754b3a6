/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file graph.c
 * @brief GraphBase: bound launches, copies and calls of Python functions as nodes of a gr_graph.
 *
 * What a node's name, dependencies and results are to users is in graphs.py. A launch over a range
 * without a result is a range node: its entry is called for parts of the outermost dimension, on
 * any threads of the instance, so faults go to a record that the first one takes. Python functions
 * run on the submitting thread, which takes its thread state back for them.
 */
#include "module.h"

#include <granum/graph.h>
#include <pthread.h>
#include <string.h>

/** What a node's function gets: a copy of this. */
typedef struct step {
    struct graph_object *graph;
    const plan_object *plan;
    const int64_t *words; /**< of the bound launch */
    struct outcome *outcome;
    PyObject *function; /**< of a call, else NULL */
} step;

/** What became of a node in the last submit. */
typedef struct outcome {
    int32_t code; /**< of its first fault, atomic; 0: none */
    fault_record fault;
    char result[MOST_RESULTS][16] __attribute__((aligned(16)));
} outcome;

typedef struct graph_object {
    PyObject_HEAD module_state *state;
    gr_graph *graph;
    PyObject *held;     /**< of each node a bound launch, a function, a pair of Views or None */
    outcome **outcomes; /**< of each node; NULL: it has none */
    gr_node *nodes;
    Py_ssize_t count;
    bool instantiated;
    PyObject *again;       /**< of repeat_while, or NULL */
    PyThreadState *thread; /**< of the submit under way, which lock guards */
    pthread_mutex_t lock;
    PyObject *error[3]; /**< what a function of the submit under way raised first */
} graph_object;

/* Only the first fault is kept, whichever thread meets it. */
static void keep_fault(outcome *outcome, int32_t code, const fault_record *fault) {
    int32_t none = 0;

    if (code != 0 && __atomic_compare_exchange_n(&outcome->code, &none, INT32_MIN, false,
                                                 __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
        outcome->fault = *fault;
        __atomic_store_n(&outcome->code, code, __ATOMIC_RELEASE);
    }
}

static int32_t enter(const step *self, const int64_t *words, fault_record *fault) {
    return self->plan->names ? watch_entry(self->graph->state, self->plan, words, fault)
                             : self->plan->entry(words, fault);
}

static void run_part(gr_index lo, gr_index hi, void *argument) {
    const step *self = (const step *)argument;
    int64_t words[MOST_WORDS];
    fault_record fault = {0};

    memcpy(words, self->words, (size_t)self->plan->words * sizeof *words);
    words[1] = words[0] + hi;
    words[0] += lo;
    keep_fault(self->outcome, enter(self, words, &fault), &fault);
}

static void run_whole(void *argument) {
    const step *self = (const step *)argument;
    int64_t words[MOST_WORDS];
    fault_record fault = {0};

    memcpy(words, self->words, (size_t)self->plan->words * sizeof *words);
    for (int k = 0; k < self->plan->results; k++) {
        words[self->plan->words + k] = (int64_t)(intptr_t)self->outcome->result[k];
    }
    keep_fault(self->outcome, enter(self, words, &fault), &fault);
    /* What a device does is not waited for by nodes on the host that come after it. */
    if (self->plan->device != 0 && gr_fence() != GR_SUCCESS) {
        keep_fault(self->outcome, -1, &fault);
    }
}

/* Call a function with the submitting thread's state: what it answers, NULL where it raised. */
static PyObject *call_out(graph_object *self, PyObject *function) {
    PyObject *result = self->error[0] ? NULL : PyObject_CallNoArgs(function);

    if (!result && !self->error[0]) {
        PyErr_Fetch(&self->error[0], &self->error[1], &self->error[2]);
    }
    return result;
}

static void run_call(void *argument) {
    const step *self = (const step *)argument;
    graph_object *graph = self->graph;

    PyEval_RestoreThread(graph->thread);
    Py_XDECREF(call_out(graph, self->function));
    graph->thread = PyEval_SaveThread();
}

static bool ask_again(void *argument) {
    graph_object *self = *(graph_object **)argument;
    PyObject *answer;
    int again = 0;

    PyEval_RestoreThread(self->thread);
    answer = call_out(self, self->again);
    if (answer) {
        again = PyObject_IsTrue(answer);
        Py_DECREF(answer);
        if (again < 0) {
            PyErr_Fetch(&self->error[0], &self->error[1], &self->error[2]);
        }
    }
    self->thread = PyEval_SaveThread();
    return again > 0;
}

static PyObject *graph_new(PyTypeObject *type, PyObject *args, PyObject *names) {
    static char *keywords[] = {"label", NULL};
    const char *label = "graph";
    PyTypeObject *base = type;
    graph_object *self;

    if (!PyArg_ParseTupleAndKeywords(args, names, "|s:Graph", keywords, &label)) {
        return NULL;
    }
    while (base->tp_base && base->tp_base->tp_new == graph_new) {
        base = base->tp_base;
    }
    self = (graph_object *)type->tp_alloc(type, 0);
    if (!self) {
        return NULL;
    }
    self->state = (module_state *)PyType_GetModuleState(base);
    pthread_mutex_init(&self->lock, NULL);
    self->held = PyList_New(0);
    if (self->held && gr_graph_create(&self->graph, label) != GR_SUCCESS) {
        raise_last_error(self->state);
    }
    if (!self->graph) {
        Py_CLEAR(self);
    }
    return (PyObject *)self;
}

/* Room for one more node, which holds an object: 0, or -1 with an exception. */
static int make_room(graph_object *self, PyObject *held, bool outcome_too) {
    const size_t count = (size_t)self->count + 1;
    outcome **outcomes = PyMem_Realloc(self->outcomes, count * sizeof *outcomes);
    gr_node *nodes;

    if (outcomes) {
        self->outcomes = outcomes;
    }
    nodes = PyMem_Realloc(self->nodes, count * sizeof *nodes);
    if (nodes) {
        self->nodes = nodes;
    }
    if (!outcomes || !nodes) {
        PyErr_NoMemory();
        return -1;
    }
    /* PyMem_Malloc aligns to 16, as results need it. */
    outcomes[self->count] = outcome_too ? PyMem_Calloc(1, sizeof **outcomes) : NULL;
    if (outcome_too && !outcomes[self->count]) {
        PyErr_NoMemory();
        return -1;
    }
    if (PyList_Append(self->held, held) < 0) {
        PyMem_Free(outcomes[self->count]);
        return -1;
    }
    return 0;
}

/* The number of the node that was added, or an exception. */
static PyObject *added(graph_object *self, gr_status status) {
    if (status != GR_SUCCESS) {
        PyMem_Free(self->outcomes[self->count]);
        if (PyList_SetSlice(self->held, self->count, self->count + 1, NULL) < 0) {
            return NULL;
        }
        return raise_last_error(self->state);
    }
    return PyLong_FromSsize_t(self->count++);
}

static PyObject *graph_add_launch(graph_object *self, PyObject *args) {
    PyObject *bound;
    const char *label;
    int whole;
    step step = {0};
    gr_status status;

    if (!PyArg_ParseTuple(args, "O!sp", self->state->bound_type, &bound, &label, &whole) ||
        make_room(self, bound, true) < 0) {
        return NULL;
    }
    step.graph = self;
    step.outcome = self->outcomes[self->count];
    bound_parts(bound, &step.plan, &step.words);
    if (step.plan->pattern == PATTERN_FOR && !whole && step.plan->device == 0) {
        status = gr_graph_add_range(self->graph, &self->nodes[self->count], label, run_part,
                                    step.words[1] - step.words[0], &step, sizeof step);
    } else {
        status = gr_graph_add(self->graph, &self->nodes[self->count], label, run_whole, &step,
                              sizeof step);
    }
    return added(self, status);
}

static PyObject *graph_add_call(graph_object *self, PyObject *args) {
    step step = {0};
    const char *label;

    if (!PyArg_ParseTuple(args, "Os", &step.function, &label) ||
        make_room(self, step.function, false) < 0) {
        return NULL;
    }
    step.graph = self;
    return added(self, gr_graph_add(self->graph, &self->nodes[self->count], label, run_call, &step,
                                    sizeof step));
}

static PyObject *graph_add_copy(graph_object *self, PyObject *args) {
    PyObject *target, *source, *pair;
    view_object *to, *from;
    const char *label;
    int status;

    if (!PyArg_ParseTuple(args, "OOs", &target, &source, &label)) {
        return NULL;
    }
    to = (view_object *)view_wrap(self->state, target);
    if (!to) {
        view_name_problem("the target");
        return NULL;
    }
    from = (view_object *)view_wrap(self->state, source);
    if (!from) {
        Py_DECREF(to);
        view_name_problem("the source");
        return NULL;
    }
    pair = Py_BuildValue("(NN)", to, from);
    if (pair && to->fixed) {
        PyErr_SetString(PyExc_ValueError, "the target cannot be written to");
        Py_CLEAR(pair);
    }
    if (!pair) {
        return NULL;
    }
    status = make_room(self, pair, false);
    Py_DECREF(pair);
    return status < 0 ? NULL
                      : added(self, gr_graph_add_copy(self->graph, &self->nodes[self->count], label,
                                                      to->view, from->view));
}

/* _memory(array): (first, end) of the addresses of its elements, wherever it lies. */
static PyObject *graph_memory(graph_object *self, PyObject *array) {
    view_object *view = (view_object *)view_wrap(self->state, array);
    gr_index low = 0, high = 1;
    uintptr_t first;

    if (!view) {
        return NULL;
    }
    for (int d = 0; d < view->view.rank; d++) {
        const gr_index reach = (view->view.extent[d] - 1) * view->view.stride[d];

        low += reach < 0 ? reach : 0;
        high += reach > 0 ? reach : 0;
    }
    for (int d = 0; d < view->view.rank; d++) {
        if (view->view.extent[d] == 0) {
            low = high = 0;
        }
    }
    first = (uintptr_t)view->view.data;
    low *= (gr_index)view->view.item;
    high *= (gr_index)view->view.item;
    Py_DECREF(view);
    return Py_BuildValue("KK", (unsigned long long)(first + (uintptr_t)low),
                         (unsigned long long)(first + (uintptr_t)high));
}

static PyObject *graph_add_join(graph_object *self, PyObject *args) {
    const char *label;

    if (!PyArg_ParseTuple(args, "s", &label) || make_room(self, Py_None, false) < 0) {
        return NULL;
    }
    return added(self, gr_graph_add_join(self->graph, &self->nodes[self->count], label));
}

static PyObject *graph_after(graph_object *self, PyObject *args) {
    Py_ssize_t node, earlier;
    int same_index;
    gr_status status;

    if (!PyArg_ParseTuple(args, "nnp", &node, &earlier, &same_index)) {
        return NULL;
    }
    if (node < 0 || node >= self->count || earlier < 0 || earlier >= self->count) {
        PyErr_Format(PyExc_ValueError, "node = %zd, %zd, expected 0..%zd", node, earlier,
                     self->count - 1);
        return NULL;
    }
    status = same_index
                 ? gr_graph_after_same_index(self->graph, self->nodes[node], self->nodes[earlier])
                 : gr_graph_after(self->graph, self->nodes[node], self->nodes[earlier]);
    return view_finish(self->state, status);
}

static PyObject *graph_repeat(graph_object *self, PyObject *again) {
    gr_status status;

    if (!PyCallable_Check(again)) {
        PyErr_Format(PyExc_TypeError, "again = %R, expected a function", again);
        return NULL;
    }
    status = gr_graph_repeat_while(self->graph, ask_again, &self, sizeof self);
    if (status != GR_SUCCESS) {
        return raise_last_error(self->state);
    }
    Py_XSETREF(self->again, Py_NewRef(again));
    Py_RETURN_NONE;
}

static PyObject *graph_instantiate(graph_object *self, PyObject *ignored) {
    const gr_status status = gr_graph_instantiate(self->graph);

    (void)ignored;
    self->instantiated |= status == GR_SUCCESS;
    return view_finish(self->state, status);
}

/* Raise the first fault of the nodes, in the order in which they were added: false if there is. */
static bool no_faults(graph_object *self) {
    for (Py_ssize_t k = 0; k < self->count; k++) {
        const outcome *outcome = self->outcomes[k];

        if (outcome && outcome->code != 0) {
            bound_raise(self->state, PyList_GET_ITEM(self->held, k), outcome->code,
                        &outcome->fault);
            return false;
        }
    }
    return true;
}

static PyObject *graph_submit(graph_object *self, PyObject *on) {
    gr_instance instance;
    gr_status status, fence;
    PyThreadState *thread;
    PyObject *error[3];
    bool fine;

    if (instance_read(self->state, on, &instance) < 0) {
        return NULL;
    }
    Py_INCREF(self);
    thread = PyEval_SaveThread();
    pthread_mutex_lock(&self->lock);
    self->thread = thread;
    for (Py_ssize_t k = 0; k < self->count; k++) {
        if (self->outcomes[k]) {
            self->outcomes[k]->code = 0;
        }
    }
    status = gr_graph_submit(self->graph, instance);
    fence = gr_fence();
    thread = self->thread;
    PyEval_RestoreThread(thread);
    memcpy(error, self->error, sizeof error);
    memset(self->error, 0, sizeof self->error);
    if (error[0]) {
        PyErr_Restore(error[0], error[1], error[2]);
        fine = false;
    } else if (status != GR_SUCCESS || fence != GR_SUCCESS) {
        raise_last_error(self->state);
        fine = false;
    } else {
        fine = no_faults(self);
    }
    pthread_mutex_unlock(&self->lock);
    Py_DECREF(self);
    if (!fine) {
        return NULL;
    }
    Py_RETURN_NONE;
}

/* result(node): what a reduction or a scan gave in the last submit. */
static PyObject *graph_result(graph_object *self, PyObject *number) {
    const Py_ssize_t node = PyLong_AsSsize_t(number);
    const plan_object *plan;
    const int64_t *words;

    if (node < 0 || node >= self->count || !self->outcomes[node]) {
        Py_RETURN_NONE;
    }
    bound_parts(PyList_GET_ITEM(self->held, node), &plan, &words);
    if (plan->results == 0) {
        Py_RETURN_NONE;
    }
    return plan_results(plan, self->outcomes[node]->result);
}

static int graph_traverse(graph_object *self, visitproc visit, void *arg) {
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(self->held);
    Py_VISIT(self->again);
    return 0;
}

static int graph_clear(graph_object *self) {
    if (self->graph && gr_graph_destroy(&self->graph) != GR_SUCCESS) {
        gr_error_clear();
    }
    Py_CLEAR(self->held);
    Py_CLEAR(self->again);
    return 0;
}

static void graph_dealloc(graph_object *self) {
    PyTypeObject *type = Py_TYPE(self);

    PyObject_GC_UnTrack(self);
    graph_clear(self);
    for (Py_ssize_t k = 0; k < self->count; k++) {
        PyMem_Free(self->outcomes[k]);
    }
    PyMem_Free(self->outcomes);
    PyMem_Free(self->nodes);
    pthread_mutex_destroy(&self->lock);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyMethodDef graph_methods[] = {
    {"_launch", (PyCFunction)graph_add_launch, METH_VARARGS, NULL},
    {"_call", (PyCFunction)graph_add_call, METH_VARARGS, NULL},
    {"_copy", (PyCFunction)graph_add_copy, METH_VARARGS, NULL},
    {"_memory", (PyCFunction)graph_memory, METH_O, NULL},
    {"_join", (PyCFunction)graph_add_join, METH_VARARGS, NULL},
    {"_after", (PyCFunction)graph_after, METH_VARARGS, NULL},
    {"_repeat", (PyCFunction)graph_repeat, METH_O, NULL},
    {"_instantiate", (PyCFunction)graph_instantiate, METH_NOARGS, NULL},
    {"_submit", (PyCFunction)graph_submit, METH_O, NULL},
    {"_result", (PyCFunction)graph_result, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyMemberDef graph_members[] = {
    {"_instantiated", T_BOOL, offsetof(graph_object, instantiated), READONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyType_Slot graph_slots[] = {
    {Py_tp_doc, "Base of granum.Graph: its nodes."},
    {Py_tp_new, graph_new},
    {Py_tp_dealloc, graph_dealloc},
    {Py_tp_traverse, graph_traverse},
    {Py_tp_clear, graph_clear},
    {Py_tp_methods, graph_methods},
    {Py_tp_members, graph_members},
    {0, NULL},
};

PyType_Spec graph_spec = {
    .name = "granum._granum.GraphBase",
    .basicsize = sizeof(graph_object),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
    .slots = graph_slots,
};
