/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file plan.c
 * @brief Plan: one compiled specialisation, how its words are filled and its entry called.
 *
 * The words of a launch are the entry's only argument: bounds of the range, then each argument's
 * words, then the addresses of the results. Filling them and calling the entry is what a launch
 * takes its time with, so the compiler sees both in this file, with the type they belong to.
 */
#include "module.h"

#include <string.h>
#include <time.h>

/* Releasing the GIL costs about 50 ns and lets others run: not for launches shorter than this. */
#define RELEASE_NS 5000.0
/* Launches of a plan between two measurements. */
#define MEASURE_EVERY 64u

/* Write an array's words behind `words`: the caller has compared dtype, rank and flags. */
static inline int64_t *fill_ndarray(const slot *slot, const array_object *array, int64_t *words) {
    const int rank = slot->rank;

    *words++ = (int64_t)(intptr_t)array->data;
    for (int d = 0; d < rank; d++) {
        words[d] = array->dimensions[d];
        words[rank + d] = array->strides[d] >> slot->shift;
    }
    return words + 2 * rank;
}

/* The same of an array of structs, whose size is any number. */
static int64_t *fill_structs(const slot *slot, const array_object *array, int64_t *words) {
    const int rank = slot->rank;

    *words++ = (int64_t)(intptr_t)array->data;
    for (int d = 0; d < rank; d++) {
        words[d] = array->dimensions[d];
        words[rank + d] = array->strides[d] / slot->item;
    }
    return words + 2 * rank;
}

/* Whether an array of strides of its own is what a kernel may have. */
static bool strides_are_fine(const slot *slot, const array_object *array) {
    for (int d = 0; d < slot->rank; d++) {
        const Py_ssize_t rest = slot->item
                                    ? array->strides[d] % slot->item
                                    : array->strides[d] & (((Py_ssize_t)1 << slot->shift) - 1);

        if (rest != 0 || (slot->written && array->strides[d] == 0 && array->dimensions[d] > 1)) {
            return false;
        }
    }
    return true;
}

/* An argument of a type that the fast paths do not know; as plan_fill. */
static int64_t *fill_other(module_state *state, const slot *slot, PyObject *argument,
                           int64_t *words) {
    type_code code;
    bool readonly;

    if (CODE_IS_RECORD(slot->code) && slot->rank == 0 &&
        record_is(state, (int)CODE_DTYPE(slot->code), argument)) {
        return record_fill_object(state, (int)CODE_DTYPE(slot->code), argument, words);
    }
    if (argument_classify(state, argument, &code, &readonly) != 1) {
        PyErr_Clear(); /* the slow path finds it again, with the argument's name */
        return NULL;
    }
    if (!code_fits(code, slot->code) || (readonly && slot->written)) {
        return NULL;
    }
    return argument_fill(state, slot, argument, words);
}

/**
 * The words of the arguments, if they are what the plan was made for: the word after them. NULL if
 * they are not, or with an exception if one of them cannot be read.
 */
int64_t *plan_fill(module_state *state, const plan_object *plan, PyObject *const *args,
                   int64_t *words) {
    for (int k = 0; k < plan->arguments; k++) {
        const slot *slot = &plan->slots[k];
        PyObject *argument = args[k];
        PyTypeObject *type = Py_TYPE(argument);

        if (slot->rank > 0) {
            const array_object *array = (const array_object *)argument;

            if (type == state->ndarray && array->descr == state->descr[CODE_DTYPE(slot->code)]) {
                if (array->nd != slot->rank || (array->flags & slot->mask) != slot->want ||
                    (CODE_LAYOUT(slot->code) == GR_STRIDED && !strides_are_fine(slot, array))) {
                    return NULL;
                }
                words = GR_IMPL_UNLIKELY(slot->item) ? fill_structs(slot, array, words)
                                                     : fill_ndarray(slot, array, words);
                continue;
            }
            if (type == state->view_type) {
                const view_object *view = (const view_object *)argument;

                if (!code_fits(view->code, slot->code) || (slot->written && view->fixed)) {
                    return NULL;
                }
                *words++ = (int64_t)(intptr_t)view->view.data;
                for (int d = 0; d < slot->rank; d++) {
                    words[d] = view->view.extent[d];
                    words[slot->rank + d] = view->view.stride[d];
                }
                words += 2 * slot->rank;
                continue;
            }
        } else if (type == &PyFloat_Type && slot->code == CODE_SCALAR(GR_F64)) {
            const double value = PyFloat_AS_DOUBLE(argument);

            memcpy(words++, &value, sizeof value);
            continue;
        } else if (type == &PyLong_Type && slot->code == CODE_SCALAR(GR_I64)) {
            int overflow;

            *words = PyLong_AsLongLongAndOverflow(argument, &overflow);
            if (overflow) {
                return argument_fill(state, slot, argument, words);
            }
            words++;
            continue;
        }
        words = fill_other(state, slot, argument, words);
        if (!words) {
            return NULL;
        }
    }
    return words;
}

PyObject *number_of(gr_dtype dtype, const void *result) {
    switch (dtype) {
    case GR_I8:
        return PyLong_FromLong(*(const int8_t *)result);
    case GR_I16:
        return PyLong_FromLong(*(const int16_t *)result);
    case GR_I32:
        return PyLong_FromLong(*(const int32_t *)result);
    case GR_I64:
        return PyLong_FromLongLong(*(const int64_t *)result);
    case GR_U8:
        return PyLong_FromLong(*(const uint8_t *)result);
    case GR_U16:
        return PyLong_FromLong(*(const uint16_t *)result);
    case GR_U32:
        return PyLong_FromUnsignedLong(*(const uint32_t *)result);
    case GR_U64:
        return PyLong_FromUnsignedLongLong(*(const uint64_t *)result);
    case GR_F32:
        return PyFloat_FromDouble((double)*(const float *)result);
    case GR_F64:
        return PyFloat_FromDouble(*(const double *)result);
    case GR_C64:
        return PyComplex_FromDoubles((double)((const gr_c64 *)result)->re,
                                     (double)((const gr_c64 *)result)->im);
    case GR_C128:
        return PyComplex_FromDoubles(((const gr_c128 *)result)->re, ((const gr_c128 *)result)->im);
    case GR_BOOL:
        return PyBool_FromLong(*(const bool *)result);
    default:
        PyErr_SetString(PyExc_SystemError, "result of no dtype");
        return NULL;
    }
}

/** The results of a launch as Python objects. */
PyObject *plan_results(const plan_object *plan, char result[][16]) {
    PyObject *tuple, *wrapped;

    if (plan->results == 1) {
        return number_of(plan->result[0], result[0]);
    }
    tuple = PyTuple_New(plan->results);
    for (int k = 0; tuple && k < plan->results; k++) {
        PyObject *number = number_of(plan->result[k], result[k]);

        if (!number) {
            Py_CLEAR(tuple);
        } else {
            PyTuple_SET_ITEM(tuple, k, number);
        }
    }
    if (!tuple || !plan->wrap) {
        return tuple;
    }
    wrapped = PyObject_Call(plan->wrap, tuple, NULL);
    Py_DECREF(tuple);
    return wrapped;
}

/** Have the kernel raise what a fault of its code means: NULL. */
PyObject *plan_raise(module_state *state, plan_object *plan, int32_t code,
                     const fault_record *fault, kernel_object *kernel, PyObject *const *args) {
    PyObject *values = PyTuple_New(6), *arguments = PyTuple_New(plan->arguments);
    PyObject *result = NULL, *number = PyLong_FromLong(code), *line = PyLong_FromLong(fault->line);

    if (values && arguments && number && line) {
        for (int k = 0; k < 6; k++) {
            PyTuple_SET_ITEM(values, k, PyLong_FromLongLong(fault->value[k]));
        }
        for (int k = 0; k < plan->arguments; k++) {
            PyTuple_SET_ITEM(arguments, k, Py_NewRef(args[k]));
        }
        result = PyObject_CallMethodObjArgs((PyObject *)kernel, state->raise_fault, plan, number,
                                            line, values, arguments, NULL);
        if (result) {
            Py_CLEAR(result);
            PyErr_Format(state->error, "the kernel stopped with fault %d in line %d", (int)code,
                         (int)fault->line);
        }
    }
    Py_XDECREF(values);
    Py_XDECREF(arguments);
    Py_XDECREF(number);
    Py_XDECREF(line);
    return NULL;
}

static double now_ns(void) {
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return 1e9 * (double)time.tv_sec + (double)time.tv_nsec;
}

/* Call the entry and learn what an iteration costs: a few launches do. */
static int32_t run_measured(plan_object *plan, const int64_t *words, double iterations,
                            fault_record *fault) {
    PyThreadState *thread = PyEval_SaveThread();
    const double start = now_ns();
    const int32_t code = plan->entry(words, fault);
    const double cost = (now_ns() - start) / (iterations < 1 ? 1 : iterations);
    double from;

    PyEval_RestoreThread(thread);
    /* The first launches pay for waking threads and touching memory: the least of them counts. */
    if (plan->cost == 0 || cost < (double)plan->cost) {
        plan->cost = (float)cost;
    } else {
        plan->cost += (float)(0.25 * (cost - (double)plan->cost));
    }
    from = RELEASE_NS / (plan->cost > 0 ? (double)plan->cost : 1e-3);
    __atomic_store(&plan->release_from, &from, __ATOMIC_RELAXED);
    return code;
}

/* Call the entry with the GIL released where that is worth it. */
static inline int32_t run_entry(plan_object *plan, const int64_t *words, double iterations,
                                fault_record *fault) {
    const uint32_t calls = __atomic_load_n(&plan->calls, __ATOMIC_RELAXED);
    double from;

    __atomic_store_n(&plan->calls, calls + 1, __ATOMIC_RELAXED);
    if (calls < 4 || calls % MEASURE_EVERY == 0) {
        return run_measured(plan, words, iterations, fault);
    }
    __atomic_load(&plan->release_from, &from, __ATOMIC_RELAXED);
    if (iterations >= from) {
        PyThreadState *thread = PyEval_SaveThread();
        const int32_t code = plan->entry(words, fault);

        PyEval_RestoreThread(thread);
        return code;
    }
    return plan->entry(words, fault);
}

/**
 * Run a launch whose words are complete but for the results' addresses, which are put behind them
 * (a plan with results needs words that can be written to).
 */
PyObject *plan_run(module_state *state, plan_object *plan, const int64_t *words, double iterations,
                   gr_instance instance, kernel_object *kernel, PyObject *const *args) {
    char result[MOST_RESULTS][16] __attribute__((aligned(16)));
    fault_record fault;
    int32_t code;

    fault.code = 0;
    fault.line = 0;
    fault.instance = instance;
    if (plan->results > 0) {
        int64_t *address = (int64_t *)(uintptr_t)words + plan->words;

        for (int k = 0; k < plan->results; k++) {
            address[k] = (int64_t)(intptr_t)result[k];
        }
    }
    Py_INCREF(plan);
    if (GR_IMPL_UNLIKELY(plan->names != NULL)) {
        code = watch_entry(state, plan, words, &fault);
    } else {
        code = run_entry(plan, words, iterations, &fault);
    }
    /* An entry that has found a launch error itself answers -1. */
    if (GR_IMPL_UNLIKELY(gr_fence() != GR_SUCCESS || code == -1)) {
        if (plan->names && gr_last_error()->status == GR_BAD_VALUE) {
            watch_raise(plan, code, &fault, kernel, args);
        } else {
            raise_last_error(state);
        }
        Py_DECREF(plan);
        return NULL;
    }
    if (GR_IMPL_UNLIKELY(code != 0)) {
        plan_raise(state, plan, code, &fault, kernel, args);
        Py_DECREF(plan);
        return NULL;
    }
    if (plan->results > 0) {
        PyObject *results = plan_results(plan, result);

        Py_DECREF(plan);
        return results;
    }
    Py_DECREF(plan);
    Py_RETURN_NONE;
}

static int set_slots(module_state *state, plan_object *self, PyObject *types, PyObject *writes) {
    const Py_ssize_t count = PyTuple_GET_SIZE(types);

    if (count > MOST_ARGUMENTS) {
        PyErr_Format(PyExc_TypeError, "%zd arguments, expected at most %d", count, MOST_ARGUMENTS);
        return -1;
    }
    self->slots = PyMem_Calloc((size_t)count + 1, sizeof *self->slots);
    if (!self->slots) {
        PyErr_NoMemory();
        return -1;
    }
    self->arguments = (int)count;
    self->words = 2 * self->rank;
    for (Py_ssize_t k = 0; k < count; k++) {
        slot *slot = &self->slots[k];
        const unsigned long long mask = PyLong_AsUnsignedLongLong(writes);
        gr_dtype dtype;

        if (PyErr_Occurred() || argument_code(state, PyTuple_GET_ITEM(types, k), &slot->code) < 0) {
            return -1;
        }
        if (slot->code == CODE_NONE) {
            continue;
        }
        dtype = CODE_DTYPE(slot->code);
        slot->written = mask >> k & 1;
        if (!CODE_IS_ARRAY(slot->code)) {
            self->words += record_words(state, (int)dtype);
            continue;
        }
        if (CODE_IS_RECORD(slot->code)) {
            slot->item = record_size(state, (int)dtype);
        } else {
            slot->shift = (unsigned char)shift_of(dtype);
        }
        slot->rank = (unsigned char)CODE_RANK(slot->code);
        self->words += 1 + 2 * slot->rank;
        slot->mask = ARRAY_ALIGNED | ARRAY_C;
        slot->want = ARRAY_ALIGNED | ARRAY_C;
        if (CODE_LAYOUT(slot->code) != GR_RIGHT) {
            slot->mask |= ARRAY_F;
            slot->want = ARRAY_ALIGNED | (CODE_LAYOUT(slot->code) == GR_LEFT ? ARRAY_F : 0);
        }
        if (slot->item) { /* fields are read as they lie */
            slot->mask &= ~ARRAY_ALIGNED;
            slot->want &= ~ARRAY_ALIGNED;
        }
        if (slot->written) {
            slot->mask |= ARRAY_WRITEABLE;
            slot->want |= ARRAY_WRITEABLE;
        }
        if (self->device) { /* no ndarray lies there */
            slot->code |= CODE_BY(BY_DEVICE) | CODE_AT(self->device, device_now(self->device));
            slot->mask = 0;
            slot->want = 1;
        }
    }
    if (self->words + MOST_RESULTS > MOST_WORDS) {
        PyErr_Format(PyExc_TypeError, "arguments of %d words, expected at most %d", self->words,
                     MOST_WORDS - MOST_RESULTS);
        return -1;
    }
    return 0;
}

static int set_results(plan_object *self, PyObject *results) {
    const Py_ssize_t count = PyTuple_GET_SIZE(results);

    if (count > MOST_RESULTS) {
        PyErr_Format(PyExc_ValueError, "%zd results, expected at most %d", count, MOST_RESULTS);
        return -1;
    }
    for (Py_ssize_t k = 0; k < count; k++) {
        self->result[k] = dtype_of_name(PyTuple_GET_ITEM(results, k));
        if (!self->result[k]) {
            return -1;
        }
    }
    self->results = (int)count;
    return 0;
}

static PyObject *plan_new(PyTypeObject *type, PyObject *args, PyObject *names) {
    static char *keywords[] = {"entry",   "keep", "pattern", "rank",   "types", "writes",
                               "results", "wrap", "info",    "device", NULL};
    PyObject *entry, *keep, *pattern, *types, *writes = NULL, *results = NULL;
    PyObject *wrap = Py_None, *info = Py_None, *zero;
    int rank, status, device = 0;
    plan_object *self;

    if (!PyArg_ParseTupleAndKeywords(args, names, "OOUiO!|$OO!OOi:Plan", keywords, &entry, &keep,
                                     &pattern, &rank, &PyTuple_Type, &types, &writes, &PyTuple_Type,
                                     &results, &wrap, &info, &device)) {
        return NULL;
    }
    if (rank < 1 || rank > MOST_RANK) {
        PyErr_Format(PyExc_ValueError, "rank = %d, expected 1..%d", rank, MOST_RANK);
        return NULL;
    }
    self = (plan_object *)type->tp_alloc(type, 0);
    if (!self) {
        return NULL;
    }
    self->rank = rank;
    self->device = device;
    self->pattern = pattern_of(pattern);
    self->entry = (int32_t(*)(const int64_t *, void *))(uintptr_t)PyLong_AsVoidPtr(entry);
    self->keep = Py_NewRef(keep);
    self->info = Py_NewRef(info);
    self->wrap = wrap == Py_None ? NULL : Py_NewRef(wrap);
    zero = writes ? Py_NewRef(writes) : PyLong_FromLong(0);
    status = zero && self->pattern >= 0 && !PyErr_Occurred()
                 ? set_slots((module_state *)PyType_GetModuleState(type), self, types, zero)
                 : -1;
    Py_XDECREF(zero);
    if (status < 0 || (results && set_results(self, results) < 0) || watch_prepare(self) < 0) {
        Py_DECREF(self);
        return NULL;
    }
    if (!self->entry) {
        PyErr_SetString(PyExc_ValueError, "entry = 0, expected an address");
        Py_CLEAR(self);
    }
    return (PyObject *)self;
}

static int plan_traverse(plan_object *self, visitproc visit, void *arg) {
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(self->keep);
    Py_VISIT(self->info);
    Py_VISIT(self->wrap);
    return 0;
}

static int plan_clear(plan_object *self) {
    Py_CLEAR(self->info);
    Py_CLEAR(self->wrap);
    return 0;
}

static void plan_dealloc(plan_object *self) {
    PyTypeObject *type = Py_TYPE(self);

    PyObject_GC_UnTrack(self);
    plan_clear(self);
    Py_CLEAR(self->keep);
    PyMem_Free(self->slots);
    PyMem_Free(self->names);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyObject *plan_types(plan_object *self, void *closure) {
    const module_state *state = (module_state *)PyType_GetModuleState(Py_TYPE(self));
    PyObject *tuple = PyTuple_New(self->arguments);

    (void)closure;
    for (int k = 0; tuple && k < self->arguments; k++) {
        PyObject *described = argument_describe(state, self->slots[k].code);

        if (!described) {
            Py_CLEAR(tuple);
        } else {
            PyTuple_SET_ITEM(tuple, k, described);
        }
    }
    return tuple;
}

static PyObject *plan_pattern(plan_object *self, void *closure) {
    (void)closure;
    return pattern_name(self->pattern);
}

static PyObject *plan_rank(plan_object *self, void *closure) {
    (void)closure;
    return PyLong_FromLong(self->rank);
}

static PyObject *plan_entry(plan_object *self, void *closure) {
    (void)closure;
    return PyLong_FromVoidPtr((void *)(uintptr_t)self->entry);
}

static PyObject *plan_info(plan_object *self, void *closure) {
    (void)closure;
    return Py_NewRef(self->info ? self->info : Py_None);
}

static PyObject *plan_calls(plan_object *self, void *closure) {
    (void)closure;
    return PyLong_FromUnsignedLong(self->calls);
}

static PyGetSetDef plan_getset[] = {
    {"types", (getter)plan_types, NULL, "Types of the arguments.", NULL},
    {"pattern", (getter)plan_pattern, NULL, "'for', 'reduce' or 'scan'.", NULL},
    {"rank", (getter)plan_rank, NULL, "Dimensions of the range.", NULL},
    {"entry", (getter)plan_entry, NULL, "Address of the compiled function.", NULL},
    {"info", (getter)plan_info, NULL, "What the maker gave.", NULL},
    {"calls", (getter)plan_calls, NULL, "Launches so far, modulo 2**32.", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot plan_slots[] = {
    {Py_tp_doc, "Plan(entry, keep, pattern, rank, types, *, writes=0, results=(), wrap=None, "
                "info=None, device=0)\n--\n\nOne compiled specialisation of a kernel."},
    {Py_tp_new, plan_new},
    {Py_tp_dealloc, plan_dealloc},
    {Py_tp_traverse, plan_traverse},
    {Py_tp_clear, plan_clear},
    {Py_tp_getset, plan_getset},
    {0, NULL},
};

PyType_Spec plan_spec = {
    .name = "granum._granum.Plan",
    .basicsize = sizeof(plan_object),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = plan_slots,
};
