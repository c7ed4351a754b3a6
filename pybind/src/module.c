/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file module.c
 * @brief granum._granum: the extension between Python and libgranum.
 */
#include "module.h"

#include <granum/impl/arguments.h>

#include <granum/initialize.h>

static PyObject *parallel_for(PyObject *module, PyObject *const *args, Py_ssize_t count,
                              PyObject *names) {
    return launch(module, PATTERN_FOR, args, count, names);
}

static PyObject *parallel_reduce(PyObject *module, PyObject *const *args, Py_ssize_t count,
                                 PyObject *names) {
    return launch(module, PATTERN_REDUCE, args, count, names);
}

static PyObject *parallel_scan(PyObject *module, PyObject *const *args, Py_ssize_t count,
                               PyObject *names) {
    return launch(module, PATTERN_SCAN, args, count, names);
}

/* launch(pattern, ...): the pattern by name, for Python's part of a launch. */
static PyObject *launch_by_name(PyObject *module, PyObject *const *args, Py_ssize_t count,
                                PyObject *names) {
    const int pattern = count > 0 ? pattern_of(args[0]) : -1;

    if (count < 1) {
        PyErr_SetString(PyExc_TypeError, "launch takes a pattern, a range, a kernel, arguments");
    }
    return pattern < 0 ? NULL : launch(module, pattern, args + 1, count - 1, names);
}

#define FAST(function) (PyCFunction)(void (*)(void))(function)
static PyMethodDef methods[] = {
    {"parallel_for", FAST(parallel_for), METH_FASTCALL | METH_KEYWORDS,
     "parallel_for($module, range, kernel, /, *args, **kwargs)\n--\n\n"
     "Run a kernel once for each index of a range: an int, a tuple of ints, gr.range, gr.mdrange "
     "or "
     "gr.team.\n\n"
     "The arguments are the kernel's, behind its indices, by position or by name; "
     "space='python' runs it interpreted, space='sim' on a simulated GPU, with Views of the "
     "device. "
     "It has ended when this returns."},
    {"parallel_reduce", FAST(parallel_reduce), METH_FASTCALL | METH_KEYWORDS,
     "parallel_reduce($module, range, kernel, /, *args, **kwargs)\n--\n\n"
     "Run a kernel for each index and return what its accumulators hold: a number, or a tuple of "
     "several.\n\n"
     "The order of combining depends on the range alone: the same bits for any number of "
     "threads."},
    {"parallel_scan", FAST(parallel_scan), METH_FASTCALL | METH_KEYWORDS,
     "parallel_scan($module, range, kernel, /, *args, **kwargs)\n--\n\n"
     "Run a kernel for each index with what was accumulated before it, and return the total.\n\n"
     "A kernel may run twice for an index; only where `final` is true may it write."},
    {"launch", FAST(launch_by_name), METH_FASTCALL | METH_KEYWORDS,
     "launch($module, pattern, range, kernel, /, *args)\n--\n\n"},
    {"_describe", FAST(launch_describe), METH_FASTCALL,
     "_describe($module, kernel, /, *args)\n--\n\n"},
    {"range", FAST(policy_range), METH_FASTCALL,
     "range($module, lo, hi=None, /)\n--\n\nThe indices lo <= i < hi; of one argument, "
     "0 <= i < lo."},
    {"mdrange", FAST(policy_mdrange), METH_FASTCALL,
     "mdrange($module, /, *bounds)\n--\n\nIndices of several dimensions: (lo, hi) or an extent for "
     "each, the last innermost."},
    {"on", FAST(policy_on), METH_FASTCALL,
     "on($module, range, instance, /)\n--\n\nThe range on the threads of an instance, after the "
     "work that it has."},
    {"partition", (PyCFunction)(void (*)(void))instance_partition, METH_VARARGS | METH_KEYWORDS,
     "partition($module, /, weights, whole=None)\n--\n\nSplit the threads of an instance (None: "
     "all threads) by weight: a tuple of instances.\n\nEach has one thread at least."},
    {NULL, NULL, 0, NULL},
};

static int add_type(PyObject *module, PyType_Spec *spec, PyTypeObject **type) {
    *type = (PyTypeObject *)PyType_FromModuleAndSpec(module, spec, NULL);
    return *type ? PyModule_AddType(module, *type) : -1;
}

static int add_names(module_state *state) {
    const struct {
        PyObject **name;
        const char *text;
    } names[] = {
        {&state->specialise, "_specialise"},
        {&state->raise_fault, "_raise_fault"},
        {&state->call_with, "_call_with"},
        {&state->argument_name, "_argument_name"},
        {&state->constants_changed, "_constants_changed"},
        {&state->launch_other, "_launch_other"},
    };

    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        *names[k].name = PyUnicode_InternFromString(names[k].text);
        if (!*names[k].name) {
            return -1;
        }
    }
    return 0;
}

static int execute(PyObject *module) {
    module_state *state = state_of(module);

    /* Words of GRANUM_DEBUG that kernels from Python act on themselves, and that they serve. */
    gr_impl_debug_elsewhere |= GR_DEBUG_BOUNDS | GR_DEBUG_OVERFLOW;
    gr_impl_debug_serve(GR_IMPL_DEBUG_WATCHES);
    state->watcher = kernel_watch_start();
    state->known = PyDict_New();
    if (!state->known || add_names(state) < 0 ||
        PyModule_AddFunctions(module, runtime_methods) < 0 ||
        add_type(module, &policy_spec, &state->policy_type) < 0 ||
        add_type(module, &plan_spec, &state->plan_type) < 0 ||
        add_type(module, &bound_spec, &state->bound_type) < 0 ||
        add_type(module, &kernel_spec, &state->kernel_type) < 0 ||
        add_type(module, &view_spec, &state->view_type) < 0 ||
        add_type(module, &library_spec, &state->library_type) < 0 ||
        add_type(module, &instance_spec, &state->instance_type) < 0 ||
        add_type(module, &graph_spec, &state->graph_type) < 0) {
        return -1;
    }
    state->error = PyErr_NewExceptionWithDoc(
        "granum.Error", "An error of the granum library; status is its name in C.",
        PyExc_RuntimeError, NULL);
    if (!state->error || PyModule_AddObjectRef(module, "Error", state->error) < 0) {
        return -1;
    }
    return PyModule_AddStringConstant(module, "__version__", gr_version());
}

static int traverse(PyObject *module, visitproc visit, void *arg) {
    module_state *state = state_of(module);

    Py_VISIT(state->leaf);
    Py_VISIT(state->policy_type);
    Py_VISIT(state->plan_type);
    Py_VISIT(state->bound_type);
    Py_VISIT(state->kernel_type);
    Py_VISIT(state->view_type);
    Py_VISIT(state->library_type);
    Py_VISIT(state->instance_type);
    Py_VISIT(state->graph_type);
    Py_VISIT(state->error);
    Py_VISIT(state->ndarray);
    Py_VISIT(state->known);
    return 0;
}

static int clear(PyObject *module) {
    module_state *state = state_of(module);

    Py_CLEAR(state->leaf);
    Py_CLEAR(state->policy_type);
    Py_CLEAR(state->plan_type);
    Py_CLEAR(state->bound_type);
    Py_CLEAR(state->kernel_type);
    Py_CLEAR(state->view_type);
    Py_CLEAR(state->library_type);
    Py_CLEAR(state->instance_type);
    Py_CLEAR(state->graph_type);
    Py_CLEAR(state->error);
    Py_CLEAR(state->ndarray);
    record_clear(state);
    Py_CLEAR(state->scalar_struct);
    for (int k = 0; k < MOST_DTYPES; k++) {
        Py_CLEAR(state->descr[k]);
    }
    for (int k = 0; k <= GR_BOOL; k++) {
        Py_CLEAR(state->twin[k]);
        Py_CLEAR(state->scalar[k]);
    }
    Py_CLEAR(state->specialise);
    Py_CLEAR(state->raise_fault);
    Py_CLEAR(state->call_with);
    Py_CLEAR(state->argument_name);
    Py_CLEAR(state->constants_changed);
    Py_CLEAR(state->launch_other);
    return 0;
}

static void release(void *module) {
    clear((PyObject *)module);
}

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, execute},
#if PY_VERSION_HEX >= 0x030D0000
    /* Python 3.12 frees memory of _blake2 in the wrong interpreter where each has a GIL of its own;
       without this it refuses to import granum there. */
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
#endif
#ifdef Py_MOD_GIL_NOT_USED
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "granum._granum",
    .m_doc = "The extension between Python and libgranum; use granum.",
    .m_size = sizeof(module_state),
    .m_methods = methods,
    .m_slots = slots,
    .m_traverse = traverse,
    .m_clear = clear,
    .m_free = release,
};

PyMODINIT_FUNC PyInit__granum(void);

PyMODINIT_FUNC PyInit__granum(void) {
    return PyModuleDef_Init(&definition);
}
