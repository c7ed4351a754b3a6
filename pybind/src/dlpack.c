/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file dlpack.c
 * @brief DLPack, both ways: versioned tensors (1.x), and those of before.
 *
 * Source: https://dmlc.github.io/dlpack/latest/ (the structs are an ABI and are declared again).
 */
#include "module.h"

#include <granum/impl/device.h>

#include <string.h>

typedef struct dl_device {
    int32_t type, id;
} dl_device;

typedef struct dl_tensor {
    void *data;
    dl_device device;
    int32_t rank;
    struct {
        uint8_t code, bits;
        uint16_t lanes;
    } dtype;
    int64_t *shape, *strides; /* strides in elements; NULL: C order */
    uint64_t offset;          /* of the first element [B] */
} dl_tensor;

typedef struct dl_managed {
    dl_tensor tensor;
    void *context;
    void (*deleter)(struct dl_managed *self);
} dl_managed;

typedef struct dl_versioned {
    uint32_t major, minor;
    void *context;
    void (*deleter)(struct dl_versioned *self);
    uint64_t flags;
    dl_tensor tensor;
} dl_versioned;

_Static_assert(sizeof(dl_tensor) == 48 && offsetof(dl_tensor, shape) == 24, "DLPack's DLTensor");
_Static_assert(offsetof(dl_managed, deleter) == 56, "DLPack's DLManagedTensor");
_Static_assert(offsetof(dl_versioned, tensor) == 32, "DLPack's DLManagedTensorVersioned");

enum {
    DL_CPU = 1,
    DL_CUDA = 2,
    DL_CUDA_HOST = 3,
    DL_ROCM = 10,
    DL_ROCM_HOST = 11,
    DL_EXTENSION = 12, /* what is simulated */
    DL_CUDA_MANAGED = 13
};
enum { DL_INT = 0, DL_UINT = 1, DL_FLOAT = 2, DL_COMPLEX = 5, DL_BOOL = 6 };
enum { DL_READ_ONLY = 1, DL_COPIED = 2 };
/* A device's default stream, as DLPack numbers it: of CUDA, and of ROCm. */
enum { CUDA_STREAM = 1, ROCM_STREAM = 0 };

/* A tensor of ours: what it needs behind it, and the View that it keeps. */
typedef struct exported {
    union {
        dl_managed plain;
        dl_versioned versioned;
    } managed;
    int64_t shape[GR_MAX_RANK], strides[GR_MAX_RANK];
    PyObject *view;
} exported;

static void drop_exported(exported *self) {
    if (Py_IsInitialized()) {
        const PyGILState_STATE gil = PyGILState_Ensure();
        PyObject *type, *value, *trace;

        PyErr_Fetch(&type, &value, &trace);
        Py_CLEAR(self->view);
        PyErr_Restore(type, value, trace);
        PyGILState_Release(gil);
    }
    free(self);
}

static void drop_plain(dl_managed *self) {
    drop_exported(self->context);
}

static void drop_versioned(dl_versioned *self) {
    drop_exported(self->context);
}

/* A capsule that nobody took gives its tensor back. */
static void drop_capsule(PyObject *capsule) {
    PyObject *type, *value, *trace;

    PyErr_Fetch(&type, &value, &trace);
    if (PyCapsule_IsValid(capsule, "dltensor")) {
        dl_managed *managed = PyCapsule_GetPointer(capsule, "dltensor");

        if (managed && managed->deleter) {
            managed->deleter(managed);
        }
    } else if (PyCapsule_IsValid(capsule, "dltensor_versioned")) {
        dl_versioned *managed = PyCapsule_GetPointer(capsule, "dltensor_versioned");

        if (managed && managed->deleter) {
            managed->deleter(managed);
        }
    }
    PyErr_Restore(type, value, trace);
}

/** Give the tensor back that a View was made of. */
void view_drop_dlpack(void *managed, bool versioned) {
    if (versioned && ((dl_versioned *)managed)->deleter) {
        ((dl_versioned *)managed)->deleter(managed);
    } else if (!versioned && ((dl_managed *)managed)->deleter) {
        ((dl_managed *)managed)->deleter(managed);
    }
}

/* The device that a View lies on, as DLPack numbers it. */
static dl_device device_of(const view_object *self) {
    dl_device found = {DL_CPU, 0};

    if (CODE_REACHED(self->code) == BY_DEVICE) {
        found.type = CODE_VENDOR(self->code) == GR_IMPL_VENDOR_cuda  ? DL_CUDA
                     : CODE_VENDOR(self->code) == GR_IMPL_VENDOR_hip ? DL_ROCM
                                                                     : DL_EXTENSION;
        found.id = CODE_DEVICE(self->code);
    }
    return found;
}

static void describe(const view_object *self, exported *export, dl_tensor *tensor) {
    static const uint8_t codes[] = {DL_INT,     DL_INT,     DL_INT,  DL_INT,   DL_UINT,
                                    DL_UINT,    DL_UINT,    DL_UINT, DL_FLOAT, DL_FLOAT,
                                    DL_COMPLEX, DL_COMPLEX, DL_BOOL};
    const gr_any_view *view = &self->view;

    tensor->data = view->data;
    tensor->device = device_of(self);
    tensor->rank = view->rank;
    tensor->dtype.code = codes[view->dtype - GR_I8];
    tensor->dtype.bits = (uint8_t)(8 * view->item);
    tensor->dtype.lanes = 1;
    tensor->offset = 0;
    tensor->shape = export->shape;
    tensor->strides = export->strides;
    for (int d = 0; d < view->rank; d++) {
        export->shape[d] = view->extent[d];
        export->strides[d] = view->stride[d];
    }
}

static PyObject *export_view(view_object *self, bool versioned, uint64_t flags) {
    exported *export = calloc(1, sizeof *export);
    PyObject *capsule;

    if (!export) {
        return PyErr_NoMemory();
    }
    if (versioned) {
        dl_versioned *managed = &export->managed.versioned;

        managed->major = 1;
        managed->minor = 0;
        managed->context = export;
        managed->deleter = drop_versioned;
        managed->flags = flags | (self->readonly ? DL_READ_ONLY : 0);
        describe(self, export, &managed->tensor);
        capsule = PyCapsule_New(managed, "dltensor_versioned", drop_capsule);
    } else {
        dl_managed *managed = &export->managed.plain;

        managed->context = export;
        managed->deleter = drop_plain;
        describe(self, export, &managed->tensor);
        capsule = PyCapsule_New(managed, "dltensor", drop_capsule);
    }
    if (!capsule) {
        free(export);
        return NULL;
    }
    export->view = Py_NewRef(self);
    return capsule;
}

/* A copy of a View, on the host or where the View lies. */
static PyObject *copy_of_view(PyObject *view, bool to_host) {
    PyObject *method = PyObject_GetAttrString(view, "copy"), *none = PyTuple_New(0);
    PyObject *names = to_host ? Py_BuildValue("{s:s}", "space", "host") : PyDict_New();
    PyObject *copy = method && none && names ? PyObject_Call(method, none, names) : NULL;

    Py_XDECREF(method);
    Py_XDECREF(none);
    Py_XDECREF(names);
    return copy;
}

/* What the caller of __dlpack__ wants. */
typedef struct request {
    bool versioned;
    int copy; /* -1: only if it must be */
    dl_device device;
} request;

/* Take one argument: 0, or -1 with an exception. */
static int take_argument(request *wanted, PyObject *name, PyObject *value) {
    int device, id;

    if (PyUnicode_CompareWithASCIIString(name, "max_version") == 0) {
        if (value != Py_None && (!PyTuple_Check(value) || PyTuple_GET_SIZE(value) != 2)) {
            PyErr_Format(PyExc_TypeError, "max_version = %R, expected (major, minor)", value);
            return -1;
        }
        wanted->versioned = value != Py_None && PyLong_AsLong(PyTuple_GET_ITEM(value, 0)) >= 1;
    } else if (PyUnicode_CompareWithASCIIString(name, "copy") == 0) {
        wanted->copy = value == Py_None ? -1 : PyObject_IsTrue(value);
    } else if (PyUnicode_CompareWithASCIIString(name, "dl_device") == 0) {
        if (value == Py_None) {
            return 0;
        }
        if (!PyTuple_Check(value)) {
            PyErr_Format(PyExc_TypeError, "dl_device = %R, expected (type, id)", value);
            return -1;
        }
        if (!PyArg_ParseTuple(value, "ii", &device, &id)) {
            return -1;
        }
        wanted->device.type = device;
        wanted->device.id = id;
    } else if (PyUnicode_CompareWithASCIIString(name, "stream") != 0) {
        PyErr_Format(PyExc_TypeError, "__dlpack__ has no argument %R", name);
    }
    return PyErr_Occurred() ? -1 : 0;
}

static bool same_device(dl_device a, dl_device b) {
    return a.type == b.type && a.id == b.id;
}

/** view.__dlpack__(*, stream=None, max_version=None, dl_device=None, copy=None) */
PyObject *view_dlpack(PyObject *object, PyTypeObject *type, PyObject *const *args, Py_ssize_t count,
                      PyObject *names) {
    view_object *self = (view_object *)object;
    const dl_device own = device_of(self);
    request wanted = {false, -1, own};
    bool to_host;

    (void)type;
    if (count > 0) {
        PyErr_SetString(PyExc_TypeError, "__dlpack__ takes its arguments by name");
        return NULL;
    }
    if (self->record) {
        PyErr_SetString(PyExc_BufferError, "the View has structs, which DLPack does not have: use "
                                           "view.numpy(), or view['field']");
        return NULL;
    }
    for (Py_ssize_t k = 0; names && k < PyTuple_GET_SIZE(names); k++) {
        if (take_argument(&wanted, PyTuple_GET_ITEM(names, k), args[k]) < 0) {
            return NULL;
        }
    }
    to_host = own.type != DL_CPU && wanted.device.type == DL_CPU;
    if (!to_host && !same_device(wanted.device, own)) {
        PyErr_Format(PyExc_BufferError,
                     "dl_device = (%d, %d), expected (%d, %d)%s, where the View lies",
                     (int)wanted.device.type, (int)wanted.device.id, (int)own.type, (int)own.id,
                     own.type == DL_CPU ? "" : " or (1, 0)");
        return NULL;
    }
    if (to_host && wanted.copy == 0) {
        PyErr_SetString(PyExc_BufferError,
                        "copy = False with dl_device = (1, 0), expected None or True: the View "
                        "lies in device memory, which the host does not reach");
        return NULL;
    }
    if (!to_host && own.type == DL_EXTENSION) {
        PyErr_SetString(PyExc_BufferError,
                        "the View lies in device memory, which no other library reaches: ask with "
                        "dl_device=(1, 0), or use view.copy(space='host')");
        return NULL;
    }
    if (!wanted.versioned && self->readonly && wanted.copy != 1 && !to_host) {
        PyErr_SetString(PyExc_BufferError, "the View is read-only, which tensors before DLPack 1.0 "
                                           "cannot say: ask with max_version=(1, 0) or copy=True");
        return NULL;
    }
    if (wanted.copy == 1 || to_host) {
        view_object *other = (view_object *)copy_of_view(object, to_host);
        PyObject *capsule = NULL;

        if (other && !same_device(device_of(other), wanted.device)) {
            PyErr_SetString(PyExc_BufferError, "copy = True of a View on a device that new Views "
                                               "do not go to, expected one on the thread's device");
        } else if (other && (to_host || own.type == DL_CPU || view_settle(other) == 0)) {
            capsule = export_view(other, wanted.versioned, DL_COPIED);
        }
        Py_XDECREF((PyObject *)other);
        return capsule;
    }
    /* Whatever stream was named: its work comes after what has ended. */
    if (own.type != DL_CPU && view_settle(self) < 0) {
        return NULL;
    }
    return export_view(self, wanted.versioned, 0);
}

PyObject *view_dlpack_device(PyObject *self, PyObject *ignored) {
    const dl_device own = device_of((const view_object *)self);

    (void)ignored;
    return Py_BuildValue("(ii)", (int)own.type, (int)own.id);
}

static gr_dtype dtype_of_tensor(const dl_tensor *tensor) {
    const int bits = tensor->dtype.bits;
    const int log2_bytes = bits >= 8 ? __builtin_ctz((unsigned)bits / 8) : -1;

    if (tensor->dtype.lanes != 1 || bits < 8 || (bits & (bits - 1))) {
        return (gr_dtype)0;
    }
    switch (tensor->dtype.code) {
    case DL_INT:
        return log2_bytes <= 3 ? (gr_dtype)(GR_I8 + log2_bytes) : (gr_dtype)0;
    case DL_UINT:
        return log2_bytes <= 3 ? (gr_dtype)(GR_U8 + log2_bytes) : (gr_dtype)0;
    case DL_FLOAT:
        return bits == 32 ? GR_F32 : bits == 64 ? GR_F64 : (gr_dtype)0;
    case DL_COMPLEX:
        return bits == 64 ? GR_C64 : bits == 128 ? GR_C128 : (gr_dtype)0;
    case DL_BOOL:
        return bits == 8 ? GR_BOOL : (gr_dtype)0;
    default:
        return (gr_dtype)0;
    }
}

/* Devices whose tensors may be ours: the vendor, 0 for the host; -1 for others. */
static int vendor_of(int type) {
    switch (type) {
    case DL_CPU:
    case DL_CUDA_HOST:
    case DL_ROCM_HOST:
    case DL_CUDA_MANAGED:
        return 0;
    case DL_CUDA:
        return GR_IMPL_VENDOR_cuda;
    case DL_ROCM:
        return GR_IMPL_VENDOR_hip;
    case DL_EXTENSION:
        return GR_IMPL_VENDOR_sim;
    default:
        return -1;
    }
}

static int read_tensor(const dl_tensor *tensor, gr_any_view *view) {
    gr_index step = 1;

    memset(view, 0, sizeof *view);
    if (vendor_of(tensor->device.type) < 0) {
        PyErr_Format(PyExc_TypeError,
                     "lies on a device of DLPack type %d, expected the memory of the host (1), of "
                     "CUDA (2) or of ROCm (10)",
                     (int)tensor->device.type);
        return -1;
    }
    view->dtype = dtype_of_tensor(tensor);
    if (!view->dtype || tensor->rank < 0 || tensor->rank > GR_MAX_RANK) {
        PyErr_Format(PyExc_TypeError,
                     "has DLPack type (%d, %d, %d) and rank %d, expected a number "
                     "of 8 to 128 bits and rank 0..%d",
                     tensor->dtype.code, tensor->dtype.bits, tensor->dtype.lanes, (int)tensor->rank,
                     GR_MAX_RANK);
        return -1;
    }
    view->item = gr_dtype_size(view->dtype);
    view->layout = GR_STRIDED;
    view->rank = tensor->rank;
    view->data = tensor->data ? (char *)tensor->data + tensor->offset : NULL;
    for (int d = view->rank - 1; d >= 0; d--) {
        view->extent[d] = (gr_index)tensor->shape[d];
        view->stride[d] = tensor->strides ? (gr_index)tensor->strides[d] : step;
        step *= view->extent[d];
    }
    return 0;
}

/* The type of the device that a producer's tensors lie on, -1 with an exception. A producer need
 * not have the method: then its tensor says it. */
static int type_of(PyObject *object) {
    PyObject *method = PyObject_GetAttrString(object, "__dlpack_device__"), *device;
    int type = DL_CPU, id = 0;

    if (!method) {
        if (!PyErr_ExceptionMatches(PyExc_AttributeError)) {
            return -1;
        }
        PyErr_Clear();
        return DL_CPU;
    }
    device = PyObject_CallNoArgs(method);
    Py_DECREF(method);
    if (device && !PyTuple_Check(device)) {
        PyErr_Format(PyExc_TypeError,
                     "has a __dlpack_device__ that answers %R, expected (type, id)", device);
        type = -1;
    } else if (!device || !PyArg_ParseTuple(device, "ii", &type, &id)) {
        type = -1;
    }
    Py_XDECREF(device);
    return type;
}

/* The capsule of a producer: of DLPack 1 if it knows that, else of before. */
static PyObject *capsule_of(PyObject *object) {
    PyObject *method, *empty, *older, *names, *version, *capsule = NULL;
    const int type = type_of(object);

    if (type < 0) {
        return NULL;
    }
    method = PyObject_GetAttrString(object, "__dlpack__");
    empty = PyTuple_New(0);
    older = type == DL_CUDA   ? Py_BuildValue("{s:i}", "stream", CUDA_STREAM)
            : type == DL_ROCM ? Py_BuildValue("{s:i}", "stream", ROCM_STREAM)
                              : PyDict_New();
    names = older ? PyDict_Copy(older) : NULL;
    version = Py_BuildValue("(ii)", 1, 0);

    if (method && empty && names && version &&
        PyDict_SetItemString(names, "max_version", version) == 0) {
        capsule = PyObject_Call(method, empty, names);
        if (!capsule && PyErr_ExceptionMatches(PyExc_TypeError)) {
            PyErr_Clear();
            capsule = PyObject_Call(method, empty, older);
        }
    }
    Py_XDECREF(method);
    Py_XDECREF(empty);
    Py_XDECREF(older);
    Py_XDECREF(names);
    Py_XDECREF(version);
    return capsule;
}

/* A View of a tensor: on a device after the work of the stream that its producer was told of. */
static PyObject *view_of(module_state *state, const dl_tensor *tensor, gr_any_view view,
                         PyObject *object, bool readonly) {
    const int vendor = vendor_of(tensor->device.type);
    PyObject *result;
    gr_status status;

    if (vendor == 0) {
        return view_new_from(state, view, object, readonly);
    }
    result = view_new_elsewhere(state, view, object, readonly, vendor);
    if (result) {
        const gr_impl_where where = gr_impl_space_of(view.data);

        Py_BEGIN_ALLOW_THREADS;
        status = gr_impl_space_wait_for(where, (void *)(uintptr_t)CUDA_STREAM, GR_HERE);
        Py_END_ALLOW_THREADS;
        if (status != GR_SUCCESS) {
            Py_CLEAR(result);
            raise_last_error(state);
        }
    }
    return result;
}

/** A View of a tensor of somebody's DLPack. */
PyObject *view_from_dlpack(module_state *state, PyObject *object) {
    PyObject *capsule = capsule_of(object), *result = NULL;
    bool versioned, readonly;
    void *managed;
    gr_any_view view;

    if (!capsule) {
        return NULL;
    }
    versioned = PyCapsule_IsValid(capsule, "dltensor_versioned");
    managed = PyCapsule_GetPointer(capsule, versioned ? "dltensor_versioned" : "dltensor");
    if (managed && versioned && ((dl_versioned *)managed)->major != 1) {
        PyErr_Format(PyExc_BufferError, "has DLPack version %d.%d, expected 1.x",
                     (int)((dl_versioned *)managed)->major, (int)((dl_versioned *)managed)->minor);
        managed = NULL;
    }
    if (managed) {
        const dl_tensor *tensor =
            versioned ? &((dl_versioned *)managed)->tensor : &((dl_managed *)managed)->tensor;

        readonly = versioned && (((dl_versioned *)managed)->flags & DL_READ_ONLY);
        result =
            read_tensor(tensor, &view) == 0 ? view_of(state, tensor, view, object, readonly) : NULL;
    }
    if (result) {
        ((view_object *)result)->managed = managed;
        ((view_object *)result)->versioned = versioned;
        PyCapsule_SetName(capsule, versioned ? "used_dltensor_versioned" : "used_dltensor");
    }
    Py_DECREF(capsule);
    return result;
}
