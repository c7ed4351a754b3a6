/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file watch.c
 * @brief Launches under the debug modes that look at memory: the library is told what a launch
 * works on by the names of the kernel's arguments.
 */
#include "module.h"

#include <granum/impl/arguments.h>
#include <granum/impl/backend.h>

#include <string.h>

/** The words of GRANUM_DEBUG that are in force, as a tuple. */
PyObject *watch_modes(PyObject *module, PyObject *ignored) {
    static const struct {
        const char *word;
        unsigned bit;
    } words[] = {
#define WORD(name, word, bit, what) {#word, bit},
        GR_DEBUG_LIST(WORD)
#undef WORD
    };
    PyObject *list, *tuple;
    unsigned modes;

    (void)module, (void)ignored;
    (void)!gr_impl_ensure_initialized(); /* a bad environment is the launch's error */
    modes = gr_impl_debug();
    list = PyList_New(0);
    for (size_t k = 0; list && k < sizeof words / sizeof *words; k++) {
        PyObject *word = modes & words[k].bit ? PyUnicode_FromString(words[k].word) : NULL;

        if (word && PyList_Append(list, word) < 0) {
            Py_CLEAR(list);
        }
        Py_XDECREF(word);
    }
    tuple = list ? PyList_AsTuple(list) : NULL;
    Py_XDECREF(list);
    return tuple;
}

/** Take the arguments' names from a plan's info, which keeps them: 0, or -1 with an exception. */
int watch_prepare(plan_object *plan) {
    PyObject *names;

    if (plan->device || !(gr_impl_debug() & GR_IMPL_DEBUG_WATCHES) || !PyDict_Check(plan->info)) {
        return 0;
    }
    names = PyDict_GetItemString(plan->info, "arguments");
    if (!names || !PySequence_Check(names) || PySequence_Size(names) != plan->arguments) {
        return 0;
    }
    plan->names = PyMem_Calloc((size_t)plan->arguments + 1, sizeof *plan->names);
    if (!plan->names) {
        PyErr_NoMemory();
        return -1;
    }
    for (int k = 0; k < plan->arguments; k++) {
        PyObject *name = PySequence_GetItem(names, k); /* the list holds it too */

        plan->names[k] = name ? PyUnicode_AsUTF8(name) : NULL;
        Py_XDECREF(name);
        if (!plan->names[k]) {
            return -1;
        }
    }
    return 0;
}

static gr_any_view view_of(const slot *slot, const int64_t *words) {
    const bool is_struct = CODE_IS_RECORD(slot->code);
    gr_any_view view = {.data = (void *)(intptr_t)words[0],
                        .dtype = is_struct ? GR_STRUCT : CODE_DTYPE(slot->code),
                        .rank = slot->rank,
                        .layout = GR_STRIDED};

    view.item = is_struct ? (size_t)slot->item : gr_dtype_size(view.dtype);
    for (int d = 0; d < slot->rank; d++) {
        view.extent[d] = words[1 + d];
        view.stride[d] = words[1 + slot->rank + d];
    }
    return view;
}

/* The arrays among the words of a launch, and its results: how many. */
static int arguments_of(const module_state *state, const plan_object *plan, const int64_t *words,
                        gr_impl_argument *argument) {
    const int64_t *at = words + 2 * plan->rank;
    int count = 0;

    for (int k = 0; k < plan->arguments; k++) {
        const slot *slot = &plan->slots[k];

        if (slot->code == CODE_NONE) {
            continue;
        }
        if (!CODE_IS_ARRAY(slot->code)) {
            at += record_words(state, (int)CODE_DTYPE(slot->code));
            continue;
        }
        argument[count++] = (gr_impl_argument){plan->names[k], view_of(slot, at), slot->written};
        at += 1 + 2 * slot->rank;
    }
    for (int k = 0; k < plan->results; k++) {
        const gr_any_view result = {.data = (void *)(intptr_t)words[plan->words + k],
                                    .dtype = plan->result[k],
                                    .item = gr_dtype_size(plan->result[k])};

        argument[count++] = (gr_impl_argument){NULL, result, true};
    }
    return count;
}

typedef struct launch_call {
    const plan_object *plan;
    const int64_t *words;
    fault_record *fault;
} launch_call;

static int32_t call_entry(void *passed) {
    const launch_call *call = (const launch_call *)passed;

    return call->plan->entry(call->words, call->fault);
}

/**
 * Call the entry of a plan with names. The GIL stays where it is: other threads of Python would
 * write into the arrays meanwhile.
 */
int32_t watch_entry(const module_state *state, const plan_object *plan, const int64_t *words,
                    fault_record *fault) {
    gr_impl_argument argument[MOST_ARGUMENTS + MOST_RESULTS];
    launch_call call = {plan, words, fault};

    return gr_impl_watch_call(argument, arguments_of(state, plan, words, argument), call_entry,
                              &call);
}

/** Where Python is, for what is created there: its file's name stays for good. */
gr_place watch_place(gr_place otherwise) {
    PyFrameObject *frame = gr_impl_debug() ? PyEval_GetFrame() : NULL;
    PyCodeObject *code = frame ? PyFrame_GetCode(frame) : NULL;
    const char *file = code ? PyUnicode_AsUTF8(code->co_filename) : NULL;

    if (!file) {
        PyErr_Clear();
        Py_XDECREF(code);
        return otherwise;
    }
    otherwise.file = file;
    otherwise.line = PyFrame_GetLineNumber(frame);
    Py_INCREF(code->co_filename); /* for whoever reads the place later */
    Py_DECREF(code);
    return otherwise;
}

/** Raise what a debug mode found in a launch whose entry answered a code: NULL. */
PyObject *watch_raise(plan_object *plan, int32_t code, const fault_record *fault,
                      kernel_object *kernel, PyObject *const *args) {
    const gr_error *found = gr_last_error();
    PyObject *arguments = PyTuple_New(plan->arguments), *result;

    for (int k = 0; arguments && k < plan->arguments; k++) {
        PyTuple_SET_ITEM(arguments, k, Py_NewRef(args[k]));
    }
    if (!arguments) {
        return NULL;
    }
    result = PyObject_CallMethod(
        (PyObject *)kernel, "_raise_found", "O(iiLLLLLL)N(ssi)", plan, (int)code, (int)fault->line,
        (long long)fault->value[0], (long long)fault->value[1], (long long)fault->value[2],
        (long long)fault->value[3], (long long)fault->value[4], (long long)fault->value[5],
        arguments, found->message, found->file, found->line);
    if (result) {
        Py_CLEAR(result);
        PyErr_SetString(PyExc_SystemError, "_raise_found has raised nothing");
    }
    return NULL;
}
