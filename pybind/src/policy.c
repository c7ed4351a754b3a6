/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file policy.c
 * @brief Ranges of indices: n, (n, m), gr.range(lo, hi), gr.mdrange((lo, hi), ...).
 */
#include "module.h"

/* One bound; `what` names it in the message. */
static int bound_of(PyObject *object, const char *what, int64_t *bound) {
    PyObject *number;
    int overflow;

    if (PyBool_Check(object) || PyFloat_Check(object)) {
        PyErr_Format(PyExc_TypeError, "%s = %R, expected an integer", what, object);
        return -1;
    }
    number = PyNumber_Index(object);
    if (!number) {
        if (PyErr_ExceptionMatches(PyExc_TypeError)) {
            PyErr_Format(PyExc_TypeError, "%s = %R, expected an integer", what, object);
        }
        return -1;
    }
    *bound = PyLong_AsLongLongAndOverflow(number, &overflow);
    Py_DECREF(number);
    if (overflow) {
        PyErr_Format(PyExc_OverflowError, "%s = %R, expected an integer of 64 bits", what, object);
        return -1;
    }
    return *bound == -1 && PyErr_Occurred() ? -1 : 0;
}

/* lo and hi of one dimension must be in order, and their distance an index. */
static int check_bounds(int64_t lo, int64_t hi) {
    int64_t extent;

    if (hi < lo) {
        if (lo == 0) {
            PyErr_Format(PyExc_ValueError, "range of %lld iterations, expected 0 or more",
                         (long long)hi);
        } else {
            PyErr_Format(PyExc_ValueError, "range lo = %lld, hi = %lld, expected lo <= hi",
                         (long long)lo, (long long)hi);
        }
        return -1;
    }
    if (__builtin_sub_overflow(hi, lo, &extent)) {
        PyErr_Format(PyExc_OverflowError,
                     "range lo = %lld, hi = %lld, expected fewer than 2**63 iterations",
                     (long long)lo, (long long)hi);
        return -1;
    }
    return 0;
}

/**
 * The rank and the bounds (lo, hi of each dimension) of a policy: 1, 0 when it is none of the
 * kinds above, -1 with an exception.
 */
int policy_read(module_state *state, PyObject *policy, int *rank, int64_t *bounds,
                gr_instance *instance) {
    if (Py_TYPE(policy) == state->policy_type) {
        const policy_object *range = (const policy_object *)policy;

        if (range->instance && instance_read(state, range->instance, instance) < 0) {
            return -1;
        }
        *rank = range->rank;
        for (int d = 0; d < range->rank; d++) {
            bounds[2 * d] = range->lo[d];
            bounds[2 * d + 1] = range->hi[d];
        }
        return 1;
    }
    if (PyTuple_Check(policy)) {
        const Py_ssize_t count = PyTuple_GET_SIZE(policy);

        if (count < 1 || count > MOST_RANK) {
            PyErr_Format(PyExc_ValueError, "range of %zd dimensions, expected 1..%d", count,
                         MOST_RANK);
            return -1;
        }
        *rank = (int)count;
        for (int d = 0; d < *rank; d++) {
            PyObject *extent = PyTuple_GET_ITEM(policy, d);

            if (PyTuple_Check(extent)) {
                PyErr_Format(PyExc_TypeError,
                             "extent = %R, expected an integer: bounds are given as "
                             "granum.mdrange((lo, hi), ...)",
                             extent);
                return -1;
            }
            bounds[2 * d] = 0;
            if (bound_of(extent, "extent", &bounds[2 * d + 1]) < 0 ||
                check_bounds(0, bounds[2 * d + 1]) < 0) {
                return -1;
            }
        }
        return 1;
    }
    if (!PyIndex_Check(policy) || PyBool_Check(policy)) {
        return 0;
    }
    *rank = 1;
    bounds[0] = 0;
    return bound_of(policy, "range", &bounds[1]) < 0 || check_bounds(0, bounds[1]) < 0 ? -1 : 1;
}

static policy_object *policy_make(module_state *state, int rank) {
    policy_object *self = PyObject_New(policy_object, state->policy_type);

    if (self) {
        self->rank = rank;
        self->instance = NULL;
    }
    return self;
}

/** range(hi) or range(lo, hi). */
PyObject *policy_range(PyObject *module, PyObject *const *args, Py_ssize_t count) {
    policy_object *self;

    if (count < 1 || count > 2) {
        PyErr_Format(PyExc_TypeError, "range takes (hi) or (lo, hi), not %zd arguments", count);
        return NULL;
    }
    self = policy_make(state_of(module), 1);
    if (!self) {
        return NULL;
    }
    self->lo[0] = 0;
    if ((count == 2 && bound_of(args[0], "lo", &self->lo[0]) < 0) ||
        bound_of(args[count - 1], "hi", &self->hi[0]) < 0 ||
        check_bounds(self->lo[0], self->hi[0]) < 0) {
        Py_DECREF(self);
        return NULL;
    }
    return (PyObject *)self;
}

/** mdrange((lo, hi), ...): a pair or an extent a dimension. */
PyObject *policy_mdrange(PyObject *module, PyObject *const *args, Py_ssize_t count) {
    policy_object *self;

    if (count < 1 || count > MOST_RANK) {
        PyErr_Format(PyExc_TypeError, "mdrange takes 1..%d pairs (lo, hi), not %zd", MOST_RANK,
                     count);
        return NULL;
    }
    self = policy_make(state_of(module), (int)count);
    if (!self) {
        return NULL;
    }
    for (int d = 0; d < self->rank; d++) {
        const bool pair = PyTuple_Check(args[d]) || PyList_Check(args[d]);
        int status;

        self->lo[d] = 0;
        if (!pair) {
            status = bound_of(args[d], "hi", &self->hi[d]);
        } else if (PySequence_Size(args[d]) != 2) {
            PyErr_Format(PyExc_ValueError, "dimension %d of mdrange = %R, expected (lo, hi)", d,
                         args[d]);
            status = -1;
        } else {
            PyObject *lo = PySequence_GetItem(args[d], 0);
            PyObject *hi = PySequence_GetItem(args[d], 1);

            status = !lo || !hi || bound_of(lo, "lo", &self->lo[d]) < 0 ||
                             bound_of(hi, "hi", &self->hi[d]) < 0
                         ? -1
                         : 0;
            Py_XDECREF(lo);
            Py_XDECREF(hi);
        }
        if (status < 0 || check_bounds(self->lo[d], self->hi[d]) < 0) {
            Py_DECREF(self);
            return NULL;
        }
    }
    return (PyObject *)self;
}

/** on(range, instance): the range on the threads of an instance. */
PyObject *policy_on(PyObject *module, PyObject *const *args, Py_ssize_t count) {
    module_state *state = state_of(module);
    gr_instance instance, before;
    policy_object *self;
    int64_t bounds[2 * MOST_RANK];
    int rank, status;

    if (count != 2) {
        PyErr_Format(PyExc_TypeError, "on takes a range and an instance, not %zd arguments", count);
        return NULL;
    }
    if (instance_read(state, args[1], &instance) < 0) {
        return NULL;
    }
    status = policy_read(state, args[0], &rank, bounds, &before);
    if (status < 0) {
        return NULL;
    }
    if (status == 0 && !PyObject_HasAttrString(args[0], "_on")) {
        PyErr_Format(PyExc_TypeError,
                     "range = %R, expected an integer, a tuple of integers, granum.range, "
                     "granum.mdrange or granum.team",
                     args[0]);
        return NULL;
    }
    if (status == 0) {
        return PyObject_CallMethod(args[0], "_on", "O", args[1]);
    }
    self = policy_make(state, rank);
    if (!self) {
        return NULL;
    }
    for (int d = 0; d < rank; d++) {
        self->lo[d] = bounds[2 * d];
        self->hi[d] = bounds[2 * d + 1];
    }
    self->instance = args[1] == Py_None ? NULL : Py_NewRef(args[1]);
    return (PyObject *)self;
}

static void policy_dealloc(PyObject *self) {
    PyTypeObject *type = Py_TYPE(self);

    Py_XDECREF(((policy_object *)self)->instance);
    PyObject_Free(self);
    Py_DECREF(type);
}

static PyObject *numbers(const int64_t *values, int count) {
    PyObject *tuple = PyTuple_New(count);

    for (int d = 0; tuple && d < count; d++) {
        PyObject *number = PyLong_FromLongLong(values[d]);

        if (!number) {
            Py_CLEAR(tuple);
        } else {
            PyTuple_SET_ITEM(tuple, d, number);
        }
    }
    return tuple;
}

static PyObject *policy_lo(policy_object *self, void *closure) {
    (void)closure;
    return numbers(self->lo, self->rank);
}

static PyObject *policy_hi(policy_object *self, void *closure) {
    (void)closure;
    return numbers(self->hi, self->rank);
}

static PyObject *policy_instance(policy_object *self, void *closure) {
    (void)closure;
    return Py_NewRef(self->instance ? self->instance : Py_None);
}

static PyObject *policy_rank(policy_object *self, void *closure) {
    (void)closure;
    return PyLong_FromLong(self->rank);
}

static PyObject *policy_shape(policy_object *self, void *closure) {
    int64_t extent[MOST_RANK];

    (void)closure;
    for (int d = 0; d < self->rank; d++) {
        extent[d] = self->hi[d] - self->lo[d];
    }
    return numbers(extent, self->rank);
}

static PyObject *policy_pairs(policy_object *self) {
    PyObject *pairs = PyTuple_New(self->rank);

    for (int d = 0; pairs && d < self->rank; d++) {
        PyObject *pair = Py_BuildValue("(LL)", (long long)self->lo[d], (long long)self->hi[d]);

        if (!pair) {
            Py_CLEAR(pairs);
        } else {
            PyTuple_SET_ITEM(pairs, d, pair);
        }
    }
    return pairs;
}

static PyObject *policy_repr(policy_object *self) {
    PyObject *pairs, *text, *result;

    if (self->rank == 1) {
        return PyUnicode_FromFormat("granum.range(%lld, %lld)", (long long)self->lo[0],
                                    (long long)self->hi[0]);
    }
    pairs = policy_pairs(self);
    text = pairs ? PyObject_Repr(pairs) : NULL;
    result = text ? PyUnicode_FromFormat("granum.mdrange%U", text) : NULL;
    Py_XDECREF(pairs);
    Py_XDECREF(text);
    return result;
}

static PyObject *policy_compare(policy_object *self, PyObject *other, int operation) {
    const policy_object *that = (const policy_object *)other;
    bool same;

    if (Py_TYPE(other) != Py_TYPE(self) || (operation != Py_EQ && operation != Py_NE)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    same = self->rank == that->rank && self->instance == that->instance;
    for (int d = 0; same && d < self->rank; d++) {
        same = self->lo[d] == that->lo[d] && self->hi[d] == that->hi[d];
    }
    return PyBool_FromLong(same == (operation == Py_EQ));
}

static Py_hash_t policy_hash(policy_object *self) {
    PyObject *pairs = policy_pairs(self);
    Py_hash_t hash = pairs ? PyObject_Hash(pairs) : -1;

    Py_XDECREF(pairs);
    return hash;
}

/* As mdrange(...): from there a range of one dimension is the same. */
static PyObject *policy_reduce(policy_object *self, PyObject *ignored) {
    PyObject *module, *maker, *pairs;

    (void)ignored;
    if (self->instance) {
        PyErr_SetString(PyExc_TypeError, "a range on an instance does not pickle: instances are "
                                         "the process's own");
        return NULL;
    }
    module = PyImport_ImportModule("granum._granum");
    maker = module ? PyObject_GetAttrString(module, "mdrange") : NULL;
    pairs = maker ? policy_pairs(self) : NULL;
    Py_XDECREF(module);
    return pairs ? Py_BuildValue("(NN)", maker, pairs) : (Py_XDECREF(maker), NULL);
}

static PyMethodDef policy_methods[] = {
    {"__reduce__", (PyCFunction)policy_reduce, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef policy_getset[] = {
    {"lo", (getter)policy_lo, NULL, "Lower bounds, one a dimension.", NULL},
    {"hi", (getter)policy_hi, NULL, "Upper bounds, which are not in the range.", NULL},
    {"rank", (getter)policy_rank, NULL, "Number of dimensions.", NULL},
    {"instance", (getter)policy_instance, NULL, "Whose threads run it; None: all.", NULL},
    {"shape", (getter)policy_shape, NULL, "Iterations of each dimension.", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot policy_slots[] = {
    {Py_tp_doc, "A range of indices; made by granum.range and granum.mdrange."},
    {Py_tp_dealloc, policy_dealloc},
    {Py_tp_repr, policy_repr},
    {Py_tp_richcompare, policy_compare},
    {Py_tp_hash, policy_hash},
    {Py_tp_methods, policy_methods},
    {Py_tp_getset, policy_getset},
    {0, NULL},
};

PyType_Spec policy_spec = {
    .name = "granum.Range",
    .basicsize = sizeof(policy_object),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = policy_slots,
};
