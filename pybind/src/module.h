/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file module.h
 * @brief What the files of the extension share: the module's state, its types, their C faces.
 *
 * In reading order: array.c (what an ndarray is to C), argument.c (what an argument is), record.c
 * (structs), policy.c, plan.c, kernel.c, launch.c, bound.c, instance.c, graph.c, view.c,
 * view_items.c, view_struct.c, view_files.c, view_protocols.c, view_device.c, dlpack.c, watch.c,
 * module.c.
 */
#ifndef GRANUM_PYBIND_MODULE_H
#define GRANUM_PYBIND_MODULE_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <structmember.h>

#include <granum/granum.h>

/* Numbers of element types: those of gr_dtype, then the structs that this process has met. */
#define FIRST_RECORD (GR_BOOL + 1)
#define MOST_DTYPES 256
typedef struct record record;

/** Everything that belongs to one import of the extension. */
typedef struct module_state {
    PyTypeObject *leaf; /**< the subclass of kernel_type that was launched last */
    PyTypeObject *policy_type, *plan_type, *bound_type, *kernel_type, *view_type, *library_type,
        *instance_type, *graph_type;
    PyObject *error; /**< granum.Error, with the attribute status */
    /* NumPy, from the first argument that is an array; NULL until then. */
    PyTypeObject *ndarray, *masked;
    PyObject *descr[MOST_DTYPES];      /**< dtype objects by number */
    PyObject *twin[GR_BOOL + 1];       /**< another dtype object of the same meaning, or NULL */
    PyTypeObject *scalar[GR_BOOL + 1]; /**< types of NumPy's scalars by gr_dtype */
    PyTypeObject *scalar_struct;       /**< of NumPy's structured dtypes */
    record *record[MOST_DTYPES];       /**< structs by number */
    PyObject *known; /**< {structured dtype, dataclass or description: number}, or NULL */
    int numpy;   /**< 0: not looked for, 1: there, -1: its arrays are not laid out as expected */
    int watcher; /**< of dictionaries (Python 3.12 and newer), negative: none */
    /* Names of attributes, made once. */
    PyObject *specialise, *raise_fault, *call_with, *argument_name, *constants_changed,
        *launch_other;
} module_state;

/** The state of a module object. */
static inline module_state *state_of(PyObject *module) {
    return (module_state *)PyModule_GetState(module);
}

/** Patterns of a launch. */
enum { PATTERN_FOR, PATTERN_REDUCE, PATTERN_SCAN, PATTERNS };

#define MOST_RANK 6       /**< dimensions of a range */
#define MOST_ARGUMENTS 64 /**< of one kernel */
#define MOST_WORDS 384    /**< of one launch */
#define MOST_RESULTS GR_MAX_REDUCERS

/*
 * The type of an argument as a number: dtype or struct in bits 0-7, rank + 1 of an array in bits
 * 8-11 (0: a scalar), layout in bits 12-13; of an array who reaches it in bits 14-15 (BY_...), and
 * of device memory the vendor in bits 16-17 (0: unknown, for there are no elements) and its device
 * in bits 18-23.
 */
typedef uint32_t type_code;
#define CODE_NONE ((type_code)0) /* None: no words */
#define CODE_DTYPE(code) ((gr_dtype)((code)&0xff))
#define CODE_IS_RECORD(code) (((code)&0xff) >= FIRST_RECORD)
#define CODE_IS_ARRAY(code) (((code) >> 8 & 0xf) != 0)
#define CODE_RANK(code) ((int)((code) >> 8 & 0xf) - 1)
#define CODE_LAYOUT(code) ((int)((code) >> 12 & 3))
#define CODE_REACHED(code) ((code) >> 14 & 3)
#define CODE_BY(reached) ((type_code)(reached) << 14)
enum { BY_HOST, BY_DEVICE, BY_BOTH };
#define CODE_TYPE(code) ((code)&0x3fff) /* wherever it lies */
#define CODE_AT(vendor, device) ((type_code)(vendor) << 16 | (type_code)(device) << 18)
#define CODE_VENDOR(code) ((int)((code) >> 16 & 3))
#define CODE_DEVICE(code) ((int)((code) >> 18 & 63))
#define CODE_SCALAR(dtype) ((type_code)(dtype))
#define CODE_ARRAY(dtype, rank, layout) \
    ((type_code)(dtype) | (type_code)((rank) + 1) << 8 | (type_code)(layout) << 12)

/** A range of indices. */
typedef struct policy_object {
    PyObject_HEAD int rank;
    int64_t lo[MOST_RANK], hi[MOST_RANK];
    PyObject *instance; /**< whose threads run it, or NULL */
} policy_object;

/** What a plan expects of one argument. */
typedef struct slot {
    type_code code;
    unsigned char rank, shift; /**< of an array; log2 of the item size */
    bool written;              /**< the kernel writes it */
    Py_ssize_t item;           /**< size of a struct, 0: shift has it [B] */
    int mask, want;            /**< of ndarray's flags */
} slot;

/** One compiled specialisation of a kernel. */
typedef struct plan_object {
    PyObject_HEAD int32_t (*entry)(const int64_t *words, void *fault);
    const char **names; /**< of the arguments where debug modes look at launches, else NULL */
    int pattern, rank, results;
    int device; /**< the vendor of its device, whose Views its arrays are; 0: the host */
    int arguments, words;
    gr_dtype result[MOST_RESULTS];
    slot *slots;
    PyObject *keep; /**< what the entry lives in */
    PyObject *info; /**< whatever the kernel wants to find again */
    PyObject *wrap; /**< makes the result of several, or NULL */
    /* What launches have cost; relaxed. */
    uint32_t calls;
    float cost;          /**< nanoseconds an iteration, 0: not measured */
    double release_from; /**< iterations from which on the GIL is released */
} plan_object;

/** What the entry says of a fault: the other half is in the generated C. */
typedef struct fault_record {
    int32_t code, line;
    int64_t value[6];
    gr_instance instance; /**< in: where the launch runs */
} fault_record;

/** The plans of a kernel; never changed, only replaced. */
typedef struct plan_table {
    struct plan_table *retired;
    Py_ssize_t count;
    plan_object *plan[];
} plan_table;

typedef struct guard {
    PyObject *holder; /**< a dict, a cell or an object with an attribute, strong */
    PyObject *key;    /**< NULL for a cell */
    bool attribute;   /**< of an object: looked at in each launch, as cells are */
    PyObject *value;  /**< strong; NULL: absent */
} guard;

/** Base of granum.Kernel. */
typedef struct kernel_object {
    PyObject_HEAD module_state *state;
    plan_table *table;
    Py_ssize_t guards, holders;
    guard *guard;
    PyObject **holder; /**< the dicts among the guards' holders, each once */
    uint64_t seen;     /**< epoch, or sum of version tags, when the guards were last compared */
    PyObject *weak;
    int device; /**< the vendor of the devices that its plans run on; 0: the host */
    /** A space= of its launches, and the kernel that they are launches of; set once, or NULL. */
    PyObject *space, *there;
} kernel_object;

typedef struct view_object {
    PyObject_HEAD gr_any_view view;
    type_code code;
    PyObject *owner;               /**< what keeps foreign memory alive, or NULL */
    Py_buffer *buffer;             /**< the export that wrap holds, or NULL */
    void *managed;                 /**< the DLPack tensor that it holds, or NULL */
    bool versioned;                /**< of DLPack 1 */
    bool readonly;                 /**< nobody may write through it */
    bool elsewhere;                /**< foreign memory that a device knows */
    Py_ssize_t bytes[GR_MAX_RANK]; /**< strides for exports */
    bool fixed; /**< kernels may not: readonly, or several elements share memory */
    int record; /**< the number of the structs that its elements are, or 0 */
    PyObject *weak;
} view_object;

/* array.c: NumPy without its headers. */
typedef struct array_object {
    PyObject_HEAD char *data;
    int nd;
    Py_ssize_t *dimensions, *strides;
    PyObject *base, *descr;
    int flags;
} array_object;
enum { ARRAY_C = 1, ARRAY_F = 2, ARRAY_ALIGNED = 0x100, ARRAY_WRITEABLE = 0x400 };

int numpy_find(module_state *state);
gr_dtype dtype_of_descr(module_state *state, PyObject *descr);
const char *dtype_format(gr_dtype dtype);
gr_dtype dtype_of_format(const char *format, Py_ssize_t item, bool *swapped);
gr_dtype dtype_of_typestr(PyObject *text);
gr_dtype dtype_of_name(PyObject *name);
int shift_of(gr_dtype dtype);

/* argument.c */
int argument_classify(module_state *state, PyObject *argument, type_code *code, bool *readonly);
PyObject *argument_describe(const module_state *state, type_code code);
int argument_code(module_state *state, PyObject *described, type_code *code);
int64_t *argument_from_number(gr_dtype dtype, PyObject *number, int64_t *words);
int64_t *argument_from_memory(gr_dtype dtype, const void *data, int64_t *words);
int64_t *argument_fill(module_state *state, const slot *slot, PyObject *argument, int64_t *words);
void argument_note(view_object *object);

/* record.c */
int record_find(module_state *state, PyObject *thing, int *number);
int record_number(module_state *state, PyObject *described, int *number);
int record_words(const module_state *state, int dtype);
Py_ssize_t record_size(const module_state *state, int dtype);
PyObject *record_described(const module_state *state, int dtype);
int64_t *record_fill_memory(const module_state *state, int dtype, const char *data, int64_t *words);
int64_t *record_fill_object(const module_state *state, int dtype, PyObject *object, int64_t *words);
bool record_is(const module_state *state, int dtype, PyObject *object);
void record_clear(module_state *state);
int record_field_of(const module_state *state, int dtype, PyObject *name, int *type,
                    Py_ssize_t *offset, Py_ssize_t *count);
const char *record_format(module_state *state, int dtype);

/* policy.c */
extern PyType_Spec policy_spec;
int policy_read(module_state *state, PyObject *policy, int *rank, int64_t *bounds,
                gr_instance *instance);
PyObject *policy_on(PyObject *module, PyObject *const *args, Py_ssize_t count);
PyObject *policy_range(PyObject *module, PyObject *const *args, Py_ssize_t count);
PyObject *policy_mdrange(PyObject *module, PyObject *const *args, Py_ssize_t count);

/* view_struct.c */
int view_struct_of(module_state *state, PyObject *dtype);
int view_struct_of_buffer(module_state *state, PyObject *object);
PyObject *view_new_structs(module_state *state, gr_any_view view, PyObject *owner, bool readonly,
                           int record);
PyObject *view_struct_wrap(module_state *state, PyObject *object, int record);
PyObject *view_struct_field(view_object *self, PyObject *name);
PyObject *view_struct_element(view_object *self);
int view_struct_assign(view_object *self, gr_any_view to, PyObject *value);
bool view_struct_same(const view_object *from, const view_object *to);

/* plan.c, kernel.c, launch.c, bound.c */
extern PyType_Spec plan_spec, bound_spec, kernel_spec, instance_spec, graph_spec;
PyObject *launch_describe(PyObject *module, PyObject *const *args, Py_ssize_t count);
int pattern_of(PyObject *name);
PyObject *pattern_name(int pattern);
bool kernel_verify(module_state *state, kernel_object *kernel);
bool kernel_attribute_holds(const guard *guard);
int kernel_watch_start(void);
int kernel_keep(kernel_object *kernel, plan_object *plan);
int64_t *plan_fill(module_state *state, const plan_object *plan, PyObject *const *args,
                   int64_t *words);
PyObject *plan_run(module_state *state, plan_object *plan, const int64_t *words, double iterations,
                   gr_instance instance, kernel_object *kernel, PyObject *const *args);
PyObject *plan_results(const plan_object *plan, char result[][16]);
PyObject *plan_raise(module_state *state, plan_object *plan, int32_t code,
                     const fault_record *fault, kernel_object *kernel, PyObject *const *args);
void bound_parts(PyObject *bound, const plan_object **plan, const int64_t **words);
void bound_raise(module_state *state, PyObject *bound, int32_t code, const fault_record *fault);
PyObject *launch(PyObject *module, int pattern, PyObject *const *args, Py_ssize_t count,
                 PyObject *names);
PyObject *kernel_bind(PyObject *self, PyTypeObject *type, PyObject *const *args, Py_ssize_t count,
                      PyObject *names);

/* watch.c */
PyObject *watch_modes(PyObject *module, PyObject *ignored);
int watch_prepare(plan_object *plan);
int32_t watch_entry(const module_state *state, const plan_object *plan, const int64_t *words,
                    fault_record *fault);
PyObject *watch_raise(plan_object *plan, int32_t code, const fault_record *fault,
                      kernel_object *kernel, PyObject *const *args);
gr_place watch_place(gr_place otherwise);

/* instance.c */
int instance_read(module_state *state, PyObject *object, gr_instance *instance);
PyObject *instance_partition(PyObject *module, PyObject *args, PyObject *names);

#if PY_VERSION_HEX >= 0x030C0000
extern uint64_t kernel_epoch;
#endif

/* A number that changes with the dictionaries that a kernel's constants come from. */
static inline uint64_t kernel_stamp(const module_state *state, const kernel_object *kernel) {
    uint64_t stamp = 0;

    if (kernel->holders == 0) {
        return 0;
    }
#if PY_VERSION_HEX >= 0x030C0000
    stamp = __atomic_load_n(&kernel_epoch, __ATOMIC_RELAXED);
    return state->watcher < 0 ? kernel->seen + 1 : stamp; /* unwatched: compared each time */
#else
    (void)state;
    for (Py_ssize_t k = 0; k < kernel->holders; k++) {
        stamp += ((PyDictObject *)kernel->holder[k])->ma_version_tag;
    }
    return stamp;
#endif
}

/* Whether an argument's code is what a slot wants; memory that both reach suits either. */
static inline bool code_fits(type_code code, type_code wanted) {
    return code == wanted ||
           (CODE_REACHED(code) == BY_BOTH && CODE_TYPE(code) == CODE_TYPE(wanted));
}

/* Whether what the kernel was compiled with may have changed; false in the usual case. */
static inline bool kernel_is_stale(const module_state *state, const kernel_object *kernel) {
    for (Py_ssize_t k = 0; k < kernel->guards; k++) {
        const guard *guard = &kernel->guard[k];

        if (guard->key ? guard->attribute && !kernel_attribute_holds(guard)
                       : PyCell_GET(guard->holder) != guard->value) {
            return true;
        }
    }
    return kernel_stamp(state, kernel) != kernel->seen;
}

/* view.c and its neighbours */
extern PyType_Spec view_spec, library_spec;
extern PyMethodDef runtime_methods[];
module_state *view_state(PyTypeObject *type);
PyObject *view_new_from(module_state *state, gr_any_view view, PyObject *owner, bool readonly);
PyObject *view_share(view_object *self, gr_any_view view);
PyObject *view_in_python(view_object *self, const char *name, PyObject *args);
PyObject *view_wrap(module_state *state, PyObject *object);
void view_name_problem(const char *subject);
PyObject *view_from_protocol(module_state *state, PyObject *object);
PyObject *view_getitem(view_object *self, PyObject *key);
int view_setitem(view_object *self, PyObject *key, PyObject *value);
Py_ssize_t view_length(view_object *self);
PyObject *view_item(view_object *self, Py_ssize_t at);
PyObject *view_fill(view_object *self, PyObject *value);
PyObject *view_copy_to(view_object *self, PyObject *target);
PyObject *view_finish(module_state *state, gr_status status);
PyObject *view_from_dlpack(module_state *state, PyObject *object);
void view_drop_dlpack(void *managed, bool versioned);
PyObject *view_dlpack(PyObject *self, PyTypeObject *type, PyObject *const *args, Py_ssize_t count,
                      PyObject *names);
PyObject *view_dlpack_device(PyObject *self, PyObject *ignored);
int view_get_buffer(view_object *self, Py_buffer *buffer, int flags);
PyObject *view_array_interface(view_object *self, void *closure);
PyObject *view_interface(view_object *self, bool host);
int view_read_interface(PyObject *interface, const char *name, gr_any_view *view, bool *readonly);

/* view_files.c */
PyObject *view_save(view_object *self, PyObject *path);
PyObject *view_load(PyTypeObject *type, PyObject *path);

/* view_device.c */
extern const char *const vendor_names[];
PyObject *view_new_elsewhere(module_state *state, gr_any_view view, PyObject *owner, bool readonly,
                             int vendor);
PyObject *view_from_device(module_state *state, PyObject *object);
PyObject *view_device_interface(view_object *self, void *closure);
int view_settle(view_object *self);
int device_now(int vendor);
int view_vendor(const view_object *self, int *device);

/** A Python number of a dtype's value in memory. */
PyObject *number_of(gr_dtype dtype, const void *value);

/** Raise granum.Error, or the built-in error that fits, with the library's last message. */
PyObject *raise_last_error(module_state *state);

#endif
