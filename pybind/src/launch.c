/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file launch.c
 * @brief parallel_for, parallel_reduce and parallel_scan.
 *
 * A launch reads its range, fills words on the stack for the first plan that fits its arguments and
 * calls that plan's entry: no dictionary, no allocation, no attribute is looked at. Everything else
 * (a first launch, an argument that must be wrapped, one that is refused) takes the slow path;
 * bound launches (bound.c) share its preparation.
 */
#include "request.h"

#include <string.h>

/* Put "axpy: argument 'y' " in front of the exception under way. */
static void name_argument(const request *request, Py_ssize_t at) {
    PyObject *type, *value, *trace, *name = NULL, *argument = NULL;

    PyErr_Fetch(&type, &value, &trace);
    name = PyObject_GetAttrString((PyObject *)request->kernel, "__name__");
    PyErr_Clear();
    argument = PyObject_CallMethod((PyObject *)request->kernel, "_argument_name", "sin",
                                   request->pattern == PATTERN_FOR      ? "for"
                                   : request->pattern == PATTERN_REDUCE ? "reduce"
                                                                        : "scan",
                                   request->rank, at);
    PyErr_Clear();
    if (argument) {
        PyErr_Format(type, "%S: argument '%S' %S", name ? name : Py_None, argument,
                     value ? value : Py_None);
    } else {
        PyErr_Format(type, "%S: argument %zd %S", name ? name : Py_None, at + 1,
                     value ? value : Py_None);
    }
    Py_XDECREF(name);
    Py_XDECREF(argument);
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(trace);
}

/* Why an argument that the kernel writes cannot be written to. */
static void refuse_write(const request *request, Py_ssize_t at) {
    PyObject *argument = request->args[at];
    module_state *state = request->state;
    bool flag = true;

    if (state->ndarray && PyType_IsSubtype(Py_TYPE(argument), state->ndarray)) {
        flag = !(((const array_object *)argument)->flags & ARRAY_WRITEABLE);
    } else if (PyType_IsSubtype(Py_TYPE(argument), state->view_type)) {
        flag = ((const view_object *)argument)->readonly;
    }
    PyErr_SetString(PyExc_ValueError,
                    flag ? "is read-only, expected a writable array: the kernel writes to it"
                         : "has a stride of 0 (it was broadcast), expected elements of their own: "
                           "the kernel writes to it; pass a.copy()");
    name_argument(request, at);
}

static bool types_are(const plan_object *plan, const request *request, const type_code *code) {
    if (plan->pattern != request->pattern || plan->rank != request->rank ||
        plan->arguments != request->count) {
        return false;
    }
    for (int k = 0; k < plan->arguments; k++) {
        if (plan->slots[k].code != code[k]) {
            return false;
        }
    }
    return true;
}

static PyObject *describe_all(const module_state *state, const type_code *code, Py_ssize_t count) {
    PyObject *types = PyTuple_New(count);

    for (Py_ssize_t k = 0; types && k < count; k++) {
        PyObject *described = argument_describe(state, code[k]);

        if (!described) {
            Py_CLEAR(types);
        } else {
            PyTuple_SET_ITEM(types, k, described);
        }
    }
    return types;
}

/* The plan for types: one that is there, or a new one from Python. A new reference. */
static plan_object *plan_for(const request *request, const type_code *code) {
    const plan_table *table = request->kernel->table;
    PyObject *types, *plan;

    for (Py_ssize_t k = 0; table && k < table->count; k++) {
        if (types_are(table->plan[k], request, code)) {
            return (plan_object *)Py_NewRef(table->plan[k]);
        }
    }
    types = describe_all(request->state, code, request->count);
    if (!types) {
        return NULL;
    }
    plan = PyObject_CallMethod((PyObject *)request->kernel, "_specialise", "NiN",
                               pattern_name(request->pattern), request->rank, types);
    if (plan && Py_TYPE(plan) != request->state->plan_type) {
        PyErr_Format(PyExc_TypeError, "_specialise answered a %s, expected a Plan",
                     Py_TYPE(plan)->tp_name);
        Py_CLEAR(plan);
    }
    if (plan && !types_are((plan_object *)plan, request, code)) {
        PyErr_SetString(PyExc_ValueError, "_specialise answered a Plan of other types");
        Py_CLEAR(plan);
    }
    if (plan && kernel_keep(request->kernel, (plan_object *)plan) < 0) {
        Py_CLEAR(plan);
    }
    return (plan_object *)plan;
}

/* Whether the kernel's space reaches an array; its code then says that space. */
static bool reach(const request *request, type_code *code) {
    const int vendor = request->kernel->device;
    const int device = CODE_IS_ARRAY(*code) ? device_now(vendor) : 0;
    const unsigned by = vendor ? BY_DEVICE : BY_HOST;

    if (!CODE_IS_ARRAY(*code)) {
        return true;
    }
    if (CODE_REACHED(*code) != by && CODE_REACHED(*code) != BY_BOTH) {
        PyErr_SetString(PyExc_TypeError,
                        by == BY_DEVICE
                            ? "lies in host memory, expected a View that the device reaches, as "
                              "the kernel runs there: pass "
                              "granum.View.wrap(a).copy(space='device')"
                            : "is a View in device memory, expected one that the host reaches, as "
                              "the kernel runs there: launch with space=, or pass "
                              "view.copy(space='host')");
        return false;
    }
    if (by == BY_DEVICE && CODE_REACHED(*code) == by && CODE_VENDOR(*code) != 0 &&
        (CODE_VENDOR(*code) != vendor || CODE_DEVICE(*code) != device)) {
        PyErr_Format(PyExc_TypeError,
                     "is a View on device %d of %s, expected one on device %d of %s, where the "
                     "kernel runs: pass view.copy(space='host').copy(space='device')",
                     CODE_DEVICE(*code), vendor_names[CODE_VENDOR(*code)], device,
                     vendor_names[vendor]);
        return false;
    }
    *code = CODE_TYPE(*code) | CODE_BY(by) | CODE_AT(vendor, device);
    return true;
}

/* The types of the arguments; those that must be wrapped are, as new references in own. */
static int classify(request *request, PyObject **own, type_code *code, bool *fixed) {
    for (Py_ssize_t k = 0; k < request->count; k++) {
        int known = argument_classify(request->state, request->args[k], &code[k], &fixed[k]);

        if (known == 0) {
            own[k] = view_wrap(request->state, request->args[k]);
            known = own[k] ? argument_classify(request->state, own[k], &code[k], &fixed[k]) : -1;
        }
        if (known < 0 || !reach(request, &code[k])) {
            name_argument(request, k);
            return -1;
        }
        if (!own[k]) {
            own[k] = Py_NewRef(request->args[k]);
        }
    }
    return 0;
}

/* Words for the plan in memory of their own, with room for the results' addresses. */
static int64_t *words_for(const request *request, const plan_object *plan) {
    int64_t *words = PyMem_Malloc(((size_t)plan->words + MOST_RESULTS) * sizeof *words);
    int64_t *at;

    if (!words) {
        PyErr_NoMemory();
        return NULL;
    }
    memcpy(words, request->bounds, 2 * (size_t)request->rank * sizeof *words);
    at = words + 2 * request->rank;
    for (Py_ssize_t k = 0; k < request->count; k++) {
        at = argument_fill(request->state, &plan->slots[k], request->args[k], at);
        if (!at) {
            name_argument(request, k);
            PyMem_Free(words);
            return NULL;
        }
    }
    return words;
}

/**
 * Prepare a launch: a plan and its words, both for the caller to give back. Arguments that had to
 * be wrapped are replaced by their Views, which *held (a tuple) keeps alive.
 */
int64_t *launch_prepare(request *request, plan_object **plan, PyObject **held) {
    type_code code[MOST_ARGUMENTS];
    bool fixed[MOST_ARGUMENTS];
    int64_t *words = NULL;

    *plan = NULL;
    if (request->count > MOST_ARGUMENTS) {
        PyErr_Format(PyExc_TypeError, "%zd arguments, expected at most %d", request->count,
                     MOST_ARGUMENTS);
        return NULL;
    }
    *held = PyTuple_New(request->count);
    if (!*held) {
        return NULL;
    }
    if (classify(request, ((PyTupleObject *)*held)->ob_item, code, fixed) == 0) {
        request->args = ((PyTupleObject *)*held)->ob_item;
        *plan = plan_for(request, code);
    }
    for (Py_ssize_t k = 0; *plan && k < request->count; k++) {
        if (fixed[k] && (*plan)->slots[k].written) {
            refuse_write(request, k);
            goto failed;
        }
    }
    if (*plan) {
        words = words_for(request, *plan);
    }
    if (words) {
        return words;
    }
failed:
    Py_CLEAR(*plan);
    Py_CLEAR(*held);
    return NULL;
}

static PyObject *launch_slowly(request *request) {
    plan_object *plan;
    PyObject *held, *result;
    int64_t *words = launch_prepare(request, &plan, &held);

    if (!words) {
        return NULL;
    }
    result = plan_run(request->state, plan, words, iterations_of(request->bounds, request->rank),
                      request->instance, request->kernel, request->args);
    PyMem_Free(words);
    Py_DECREF(plan);
    Py_DECREF(held);
    return result;
}

/* A launch that Python code has to look at first: method(pattern, policy, args[, kwargs]). */
static PyObject *launch_in_python(module_state *state, PyObject *kernel, int pattern,
                                  PyObject *const *args, Py_ssize_t count, PyObject *names) {
    PyObject *arguments = PyTuple_New(count - 2), *keywords = NULL, *result = NULL;
    PyObject *word = pattern_name(pattern);

    if (!arguments || !word) {
        goto done;
    }
    for (Py_ssize_t k = 2; k < count; k++) {
        PyTuple_SET_ITEM(arguments, k - 2, Py_NewRef(args[k]));
    }
    if (!names) {
        result =
            PyObject_CallMethodObjArgs(kernel, state->launch_other, word, args[0], arguments, NULL);
        goto done;
    }
    keywords = PyDict_New();
    for (Py_ssize_t k = 0; keywords && k < PyTuple_GET_SIZE(names); k++) {
        if (PyDict_SetItem(keywords, PyTuple_GET_ITEM(names, k), args[count + k]) < 0) {
            Py_CLEAR(keywords);
        }
    }
    if (keywords) {
        result = PyObject_CallMethodObjArgs(kernel, state->call_with, word, args[0], arguments,
                                            keywords, NULL);
    }
done:
    Py_XDECREF(word);
    Py_XDECREF(arguments);
    Py_XDECREF(keywords);
    return result;
}

/* Whether an object is a kernel; subclasses are found out once. */
static inline bool is_kernel(module_state *state, PyObject *object) {
    PyTypeObject *type = Py_TYPE(object);

    if (GR_IMPL_LIKELY(type == state->leaf)) {
        return true;
    }
    if (!PyType_IsSubtype(type, state->kernel_type)) {
        return false;
    }
    Py_INCREF(type);
    Py_XSETREF(state->leaf, type);
    return true;
}

static PyObject *refuse_kernel(int pattern, Py_ssize_t count, PyObject *const *args) {
    static const char *const names[] = {"parallel_for", "parallel_reduce", "parallel_scan"};

    if (count < 2) {
        PyErr_Format(PyExc_TypeError, "%s takes a range, a kernel and the kernel's arguments",
                     names[pattern]);
    } else if (PyFunction_Check(args[1])) {
        PyErr_Format(PyExc_TypeError,
                     "%s: %U is a plain function, expected a kernel: put @granum.kernel above it",
                     names[pattern], ((PyFunctionObject *)args[1])->func_name);
    } else {
        PyErr_Format(PyExc_TypeError, "%s: the second argument is a %s, expected a kernel",
                     names[pattern], Py_TYPE(args[1])->tp_name);
    }
    return NULL;
}

/* The kernel that a launch with space= and nothing else by name is of, if that is known. */
static inline kernel_object *kernel_there(kernel_object *kernel, PyObject *names, PyObject *space) {
    const bool known = kernel->space && PyTuple_GET_SIZE(names) == 1 &&
                       PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(names, 0), "space") == 0 &&
                       (space == kernel->space || (PyUnicode_CheckExact(space) &&
                                                   PyUnicode_Compare(space, kernel->space) == 0));

    return known ? (kernel_object *)kernel->there : NULL;
}

/* The range of a launch as words: its rank, 0 for a policy of another kind, -1 with an exception.
 */
static inline int read_range(module_state *state, PyObject *policy, int64_t *bounds,
                             gr_instance *instance) {
    int rank = 1, status;

    if (GR_IMPL_LIKELY(PyLong_CheckExact(policy))) {
        int overflow;

        bounds[0] = 0;
        bounds[1] = PyLong_AsLongLongAndOverflow(policy, &overflow);
        if (GR_IMPL_LIKELY(bounds[1] >= 0 && !overflow)) {
            return 1;
        }
    }
    status = policy_read(state, policy, &rank, bounds, instance);
    return status > 0 ? rank : status;
}

/** The same for a request; what is no range of indices is refused. */
int launch_read_range(request *request, PyObject *policy) {
    request->rank = read_range(request->state, policy, request->bounds, &request->instance);
    if (request->rank == 0) {
        PyErr_Format(PyExc_TypeError,
                     "range = %R, expected an integer, a tuple of integers, "
                     "granum.range or granum.mdrange",
                     policy);
    }
    return request->rank > 0 ? 0 : -1;
}

/** A launch of any pattern: args are the policy, the kernel, the kernel's arguments. */
PyObject *launch(PyObject *module, int pattern, PyObject *const *args, Py_ssize_t count,
                 PyObject *names) {
    module_state *state = state_of(module);
    int64_t words[MOST_WORDS];
    kernel_object *kernel;
    const plan_table *table;
    gr_instance instance = GR_DEFAULT_INSTANCE;
    PyObject *on = NULL, *space = NULL;
    int rank;

    if (GR_IMPL_UNLIKELY(count < 2 || !is_kernel(state, args[1]))) {
        return refuse_kernel(pattern, count, args);
    }
    kernel = (kernel_object *)args[1];
    if (GR_IMPL_UNLIKELY(names && PyTuple_GET_SIZE(names) > 0)) {
        kernel_object *there = kernel_there(kernel, names, args[count]);

        if (there) {
            kernel = there;
            space = args[count];
        } else if (PyTuple_GET_SIZE(names) > 1 ||
                   PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(names, 0), "instance") != 0) {
            return launch_in_python(state, args[1], pattern, args, count, names);
        } else {
            on = args[count];
        }
    }
    rank = read_range(state, args[0], words, &instance);
    if (GR_IMPL_UNLIKELY(rank <= 0)) {
        return rank < 0 ? NULL
                        : launch_in_python(state, args[1], pattern, args, count,
                                           on || space ? names : NULL);
    }
    if (GR_IMPL_UNLIKELY(on != NULL)) {
        if (on != Py_None && Py_TYPE(on) != state->instance_type) { /* the kernel's own argument */
            return launch_in_python(state, args[1], pattern, args, count, names);
        }
        if (instance_read(state, on, &instance) < 0) {
            return NULL;
        }
    }
    if (GR_IMPL_UNLIKELY(kernel_is_stale(state, kernel)) && !kernel_verify(state, kernel)) {
        return NULL;
    }
    table = __atomic_load_n(&kernel->table, __ATOMIC_ACQUIRE);
    for (Py_ssize_t k = 0; table && k < table->count; k++) {
        plan_object *plan = table->plan[k];

        if (plan->rank == rank && plan->pattern == pattern && plan->arguments == count - 2) {
            const bool filled = plan_fill(state, plan, args + 2, words + 2 * rank) != NULL;

            if (GR_IMPL_LIKELY(filled)) {
                return plan_run(state, plan, words, iterations_of(words, rank), instance, kernel,
                                args + 2);
            }
            PyErr_Clear(); /* the slow path meets it again and names the argument */
        }
    }
    if (GR_IMPL_UNLIKELY(space != NULL)) {
        return launch_in_python(state, args[1], pattern, args, count, names);
    }
    {
        request request = {state, kernel, pattern, rank, {0}, instance, args + 2, count - 2};

        memcpy(request.bounds, words, 2 * (size_t)rank * sizeof *words);
        return launch_slowly(&request);
    }
}

/** _describe(kernel, *args): the types of arguments, as _specialise gets them. */
PyObject *launch_describe(PyObject *module, PyObject *const *args, Py_ssize_t count) {
    module_state *state = state_of(module);
    type_code code[MOST_ARGUMENTS];
    bool fixed[MOST_ARGUMENTS];
    PyObject *held, *types;
    request request;

    if (count < 1 || count - 1 > MOST_ARGUMENTS || !is_kernel(state, args[0])) {
        PyErr_SetString(PyExc_TypeError, "_describe takes a kernel and its arguments");
        return NULL;
    }
    request = (struct request){
        state, (kernel_object *)args[0], PATTERN_FOR, 1, {0}, {0}, args + 1, count - 1};
    held = PyTuple_New(request.count);
    if (!held || classify(&request, ((PyTupleObject *)held)->ob_item, code, fixed) < 0) {
        Py_XDECREF(held);
        return NULL;
    }
    Py_DECREF(held);
    types = describe_all(state, code, request.count);
    return types;
}
