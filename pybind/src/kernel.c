/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file kernel.c
 * @brief KernelBase: a kernel's plans, and the constants that they were compiled with.
 *
 * The table of plans is replaced as a whole, so a launch reads it without a lock. Where threads run
 * without a GIL, tables that were replaced stay until the kernel goes: somebody may still read one.
 */
#include "module.h"

#include <string.h>

static const char *const patterns[PATTERNS] = {"for", "reduce", "scan"};

/** The pattern of a name, or -1 with an exception. */
int pattern_of(PyObject *name) {
    for (int k = 0; k < PATTERNS; k++) {
        if (PyUnicode_Check(name) && PyUnicode_CompareWithASCIIString(name, patterns[k]) == 0) {
            return k;
        }
    }
    PyErr_Format(PyExc_ValueError, "pattern = %R, expected 'for', 'reduce' or 'scan'", name);
    return -1;
}

PyObject *pattern_name(int pattern) {
    return PyUnicode_InternFromString(patterns[pattern]);
}

static void table_free(plan_table *table) {
    for (Py_ssize_t k = 0; k < table->count; k++) {
        Py_DECREF(table->plan[k]);
    }
    PyMem_Free(table);
}

/* Put a table in place of the old one; called with the kernel locked. */
static void table_swap(kernel_object *self, plan_table *table) {
    plan_table *old = self->table;

#ifdef Py_GIL_DISABLED
    table->retired = old;
    __atomic_store_n(&self->table, table, __ATOMIC_RELEASE);
#else
    self->table = table;
    if (old) {
        table_free(old);
    }
#endif
}

static plan_table *table_new(Py_ssize_t count) {
    plan_table *table = PyMem_Malloc(sizeof *table + (size_t)count * sizeof *table->plan);

    if (!table) {
        PyErr_NoMemory();
        return NULL;
    }
    table->retired = NULL;
    table->count = count;
    return table;
}

static int keep_locked(kernel_object *self, plan_object *plan) {
    const plan_table *old = self->table;
    const Py_ssize_t count = old ? old->count : 0;
    plan_table *table;

    for (Py_ssize_t k = 0; k < count; k++) {
        if (old->plan[k] == plan) {
            return 0;
        }
    }
    table = table_new(count + 1);
    if (!table) {
        return -1;
    }
    for (Py_ssize_t k = 0; k < count; k++) {
        table->plan[k] = (plan_object *)Py_NewRef(old->plan[k]);
    }
    table->plan[count] = (plan_object *)Py_NewRef(plan);
    table_swap(self, table);
    return 0;
}

/** Add a plan to a kernel's: 0, or -1 with an exception. */
int kernel_keep(kernel_object *self, plan_object *plan) {
    int status;

#ifdef Py_GIL_DISABLED
    Py_BEGIN_CRITICAL_SECTION(self);
    status = keep_locked(self, plan);
    Py_END_CRITICAL_SECTION();
#else
    status = keep_locked(self, plan);
#endif
    return status;
}

static int drop_plans(kernel_object *self) {
    plan_table *table = table_new(0);

    if (!table) {
        return -1;
    }
#ifdef Py_GIL_DISABLED
    Py_BEGIN_CRITICAL_SECTION(self);
    table_swap(self, table);
    Py_END_CRITICAL_SECTION();
#else
    table_swap(self, table);
#endif
    return 0;
}

/** Whether an object's attribute is what it was; also false where it is gone. */
bool kernel_attribute_holds(const guard *guard) {
    PyObject *value = PyObject_GetAttr(guard->holder, guard->key);

    if (!value) {
        PyErr_Clear();
        return false;
    }
    Py_DECREF(value);
    return value == guard->value;
}

/* 1: the value is the one that was frozen, 0: another, -1: an exception. */
static int guard_holds(const guard *guard) {
    PyObject *value;

    if (!guard->key) {
        return PyCell_GET(guard->holder) == guard->value;
    }
    if (guard->attribute) {
        return kernel_attribute_holds(guard);
    }
    value = PyDict_GetItemWithError(guard->holder, guard->key);
    if (!value && PyErr_Occurred()) {
        return -1;
    }
    return value == guard->value;
}

/**
 * Compare the watched constants, one of which may have changed. Where one has, the plans are
 * dropped and the kernel is told. False with an exception.
 */
bool kernel_verify(module_state *state, kernel_object *self) {
    const uint64_t stamp = kernel_stamp(state, self);

    for (Py_ssize_t k = 0; k < self->guards; k++) {
        const int holds = guard_holds(&self->guard[k]);
        PyObject *result;

        if (holds == 1) {
            continue;
        }
        if (holds < 0 || drop_plans(self) < 0) {
            return false;
        }
        result = PyObject_CallMethodNoArgs((PyObject *)self, state->constants_changed);
        Py_XDECREF(result);
        return result != NULL;
    }
    self->seen = stamp;
    return true;
}

#if PY_VERSION_HEX >= 0x030C0000
/* Changes of watched dictionaries in the whole process: a watcher is told no more than the dict. */
uint64_t kernel_epoch;

static int watched(PyDict_WatchEvent event, PyObject *dict, PyObject *key, PyObject *value) {
    (void)event, (void)dict, (void)key, (void)value;
    __atomic_add_fetch(&kernel_epoch, 1, __ATOMIC_RELAXED);
    return 0;
}
#endif

/** Have dictionaries watched where this Python can; negative where no watcher is left. */
int kernel_watch_start(void) {
#if PY_VERSION_HEX >= 0x030C0000
    const int watcher = PyDict_AddWatcher(watched);

    if (watcher < 0) {
        PyErr_Clear();
    }
    return watcher;
#else
    return -1;
#endif
}

static void drop_guards(kernel_object *self) {
    for (Py_ssize_t k = 0; k < self->guards; k++) {
        Py_DECREF(self->guard[k].holder);
        Py_XDECREF(self->guard[k].key);
        Py_XDECREF(self->guard[k].value);
    }
    PyMem_Free(self->guard);
    PyMem_Free(self->holder);
    self->guard = NULL;
    self->holder = NULL;
    self->guards = self->holders = 0;
}

static int add_guard(module_state *state, kernel_object *self, PyObject *triple) {
    guard *guard = &self->guard[self->guards];
    PyObject *holder, *key, *value;

    if (!PyTuple_Check(triple) || PyTuple_GET_SIZE(triple) != 3) {
        PyErr_Format(PyExc_TypeError,
                     "guard = %R, expected (dict, key, value), (cell, None, value) or "
                     "(object, attribute, value)",
                     triple);
        return -1;
    }
    holder = PyTuple_GET_ITEM(triple, 0);
    key = PyTuple_GET_ITEM(triple, 1);
    value = PyTuple_GET_ITEM(triple, 2);
    guard->attribute = !PyDict_Check(holder) && !PyCell_Check(holder);
    if (guard->attribute && !PyUnicode_Check(key)) {
        PyErr_Format(PyExc_TypeError, "guard of a %s, expected one of a dict or a cell",
                     Py_TYPE(holder)->tp_name);
        return -1;
    }
    guard->holder = Py_NewRef(holder);
    guard->key = PyCell_Check(holder) ? NULL : Py_NewRef(key);
    guard->value = Py_NewRef(value);
    self->guards++;
    if (!guard->key || guard->attribute) {
        return 0;
    }
    for (Py_ssize_t k = 0; k < self->holders; k++) {
        if (self->holder[k] == holder) {
            return 0;
        }
    }
    self->holder[self->holders++] = holder;
#if PY_VERSION_HEX >= 0x030C0000
    if (state->watcher >= 0 && PyDict_Watch(state->watcher, holder) < 0) {
        return -1;
    }
#else
    (void)state;
#endif
    return 0;
}

static PyObject *kernel_watch(kernel_object *self, PyObject *guards) {
    PyObject *list = PySequence_Fast(guards, "guards: expected a sequence");
    Py_ssize_t count;

    if (!list) {
        return NULL;
    }
    count = PySequence_Fast_GET_SIZE(list);
    drop_guards(self);
    self->guard = PyMem_Calloc((size_t)count + 1, sizeof *self->guard);
    self->holder = PyMem_Calloc((size_t)count + 1, sizeof(PyObject *));
    if (!self->guard || !self->holder) {
        Py_DECREF(list);
        return PyErr_NoMemory();
    }
    for (Py_ssize_t k = 0; k < count; k++) {
        if (add_guard(self->state, self, PySequence_Fast_GET_ITEM(list, k)) < 0) {
            Py_DECREF(list);
            return NULL;
        }
    }
    Py_DECREF(list);
    self->seen = kernel_stamp(self->state, self);
    Py_RETURN_NONE;
}

static PyObject *kernel_clear_plans(kernel_object *self, PyObject *ignored) {
    (void)ignored;
    if (drop_plans(self) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *kernel_plans(kernel_object *self, void *closure) {
    const plan_table *table = self->table;
    PyObject *tuple = PyTuple_New(table ? table->count : 0);

    (void)closure;
    for (Py_ssize_t k = 0; tuple && table && k < table->count; k++) {
        PyTuple_SET_ITEM(tuple, k, Py_NewRef(table->plan[k]));
    }
    return tuple;
}

static PyObject *kernel_nothing(PyObject *self, PyObject *ignored) {
    (void)self, (void)ignored;
    Py_RETURN_NONE;
}

static PyObject *kernel_new(PyTypeObject *type, PyObject *args, PyObject *names) {
    /* The module is the one of the base class, whatever derives from it. */
    PyTypeObject *base = type;
    kernel_object *self;

    (void)args, (void)names;
    while (base && base->tp_new == kernel_new && base->tp_base &&
           base->tp_base->tp_new == kernel_new) {
        base = base->tp_base;
    }
    self = (kernel_object *)type->tp_alloc(type, 0);
    if (self) {
        self->state = (module_state *)PyType_GetModuleState(base);
        if (!self->state) {
            Py_CLEAR(self);
        }
    }
    return (PyObject *)self;
}

static int kernel_traverse(kernel_object *self, visitproc visit, void *arg) {
    Py_VISIT(Py_TYPE(self));
    for (Py_ssize_t k = 0; self->table && k < self->table->count; k++) {
        Py_VISIT(self->table->plan[k]);
    }
    Py_VISIT(self->there);
    for (Py_ssize_t k = 0; k < self->guards; k++) {
        Py_VISIT(self->guard[k].holder);
        Py_VISIT(self->guard[k].key);
        Py_VISIT(self->guard[k].value);
    }
    return 0;
}

static int kernel_clear(kernel_object *self) {
    plan_table *table = self->table;

    self->table = NULL;
    while (table) {
        plan_table *next = table->retired;

        table_free(table);
        table = next;
    }
    drop_guards(self);
    Py_CLEAR(self->there);
    Py_CLEAR(self->space);
    return 0;
}

static void kernel_dealloc(kernel_object *self) {
    PyTypeObject *type = Py_TYPE(self);

    PyObject_GC_UnTrack(self);
    if (self->weak) {
        PyObject_ClearWeakRefs((PyObject *)self);
    }
    kernel_clear(self);
    type->tp_free(self);
    Py_DECREF(type);
}

/* _launches_in(space, kernel): launches by position with space= are those of another kernel. */
static PyObject *kernel_launches_in(kernel_object *self, PyObject *args) {
    PyObject *space, *there;

    if (!PyArg_ParseTuple(args, "UO!", &space, self->state->kernel_type, &there)) {
        return NULL;
    }
    if (!self->space) {
        self->there = Py_NewRef(there);
        self->space = Py_NewRef(space);
    }
    Py_RETURN_NONE;
}

static PyMethodDef kernel_methods[] = {
    {"bind", (PyCFunction)(void (*)(void))kernel_bind, METH_METHOD | METH_FASTCALL | METH_KEYWORDS,
     "bind($self, policy, /, *args, pattern='for')\n--\n\n"
     "A launch with everything decided: call it to run it.\n\n"
     "It keeps the arguments alive and sees what is written into the arrays; a later change of a "
     "constant that the kernel was compiled with it does not see."},
    {"_watch", (PyCFunction)kernel_watch, METH_O, "_watch($self, guards, /)\n--\n\n"},
    {"_launches_in", (PyCFunction)kernel_launches_in, METH_VARARGS,
     "_launches_in($self, space, kernel, /)\n--\n\n"},
    {"_clear", (PyCFunction)kernel_clear_plans, METH_NOARGS, "_clear($self, /)\n--\n\n"},
    {"_constants_changed", kernel_nothing, METH_NOARGS, "_constants_changed($self, /)\n--\n\n"},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef kernel_getset[] = {
    {"_plans", (getter)kernel_plans, NULL, "Specialisations so far.", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyMemberDef kernel_members[] = {
    {"__weaklistoffset__", T_PYSSIZET, offsetof(kernel_object, weak), READONLY, NULL},
    {"_device", T_INT, offsetof(kernel_object, device), 0,
     "The vendor of the devices that its plans run on, 0: the host."},
    {NULL, 0, 0, 0, NULL},
};

static PyType_Slot kernel_slots[] = {
    {Py_tp_doc, "Base of granum.Kernel: holds the compiled specialisations of a kernel."},
    {Py_tp_new, kernel_new},
    {Py_tp_dealloc, kernel_dealloc},
    {Py_tp_traverse, kernel_traverse},
    {Py_tp_clear, kernel_clear},
    {Py_tp_methods, kernel_methods},
    {Py_tp_getset, kernel_getset},
    {Py_tp_members, kernel_members},
    {0, NULL},
};

PyType_Spec kernel_spec = {
    .name = "granum._granum.KernelBase",
    .basicsize = sizeof(kernel_object),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
    .slots = kernel_slots,
};
