/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file runtime.c
 * @brief The library's own calls: fences, settings, memory; and shared objects with kernels.
 */
#include "module.h"

#include <granum/impl/device.h>

#include <granum/impl/backend.h>
#include <granum/initialize.h>

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

PyObject *raise_last_error(module_state *state) {
    const gr_error *last = gr_last_error();
    PyObject *type = state->error, *error, *status;

    switch (last->status) {
    case GR_OUT_OF_MEMORY:
        type = PyExc_MemoryError;
        break;
    case GR_INVALID_ARG:
        type = PyExc_ValueError;
        break;
    case GR_OUT_OF_BOUNDS:
        type = PyExc_IndexError;
        break;
    case GR_IO:
        type = PyExc_OSError;
        break;
    default:
        break;
    }
    error = last->status == GR_BAD_VALUE /* which a kernel's line had */
                ? PyObject_CallFunction(
                      type, "N",
                      PyUnicode_FromFormat("%s:%d: %s", last->file, last->line, last->message))
                : PyObject_CallFunction(type, "s", last->message);
    if (!error) {
        return NULL;
    }
    if (type == state->error) {
        status = PyUnicode_FromString(gr_status_name(last->status));
        if (!status || PyObject_SetAttrString(error, "status", status) < 0) {
            PyErr_Clear();
        }
        Py_XDECREF(status);
    }
    PyErr_SetObject(type, error);
    Py_DECREF(error);
    return NULL;
}

static PyObject *runtime_fence(PyObject *module, PyObject *ignored) {
    (void)ignored;
    return view_finish(state_of(module), gr_fence());
}

static PyObject *runtime_num_threads(PyObject *module, PyObject *ignored) {
    (void)module, (void)ignored;
    return PyLong_FromLong(gr_impl_num_threads());
}

/* Bits of gr_debug from a string of words, or None: 0, or -1 with an exception. */
static int debug_of(PyObject *text, unsigned *bits) {
    static const struct {
        const char *word;
        unsigned bit;
    } words[] = {
#define WORD(name, word, bit, what) {#word, bit},
        GR_DEBUG_LIST(WORD)
#undef WORD
    };
    const char *at = text == Py_None ? "" : PyUnicode_AsUTF8(text);

    *bits = 0;
    while (at && *at) {
        const size_t length = strcspn(at, ", ");
        bool found = length == 0;

        for (size_t k = 0; k < sizeof words / sizeof *words; k++) {
            if (length == strlen(words[k].word) && strncmp(at, words[k].word, length) == 0) {
                *bits |= words[k].bit;
                found = true;
            }
        }
        if (!found) {
            PyErr_Format(PyExc_ValueError,
                         "debug = %R, expected words of GRANUM_DEBUG such as "
                         "'sync,errors'",
                         text);
            return -1;
        }
        at += length + (at[length] != 0);
    }
    return at ? 0 : -1;
}

static PyObject *runtime_initialize(PyObject *module, PyObject *args, PyObject *names) {
    static char *keywords[] = {"num_threads",         "debug",  "trace_kernels",
                               "print_configuration", "tools",  "tools_libs",
                               "tools_args",          "device", NULL};
    gr_settings settings = {0};
    PyObject *debug = Py_None;
    int trace = 0, print = 0;
    gr_status status;

    if (!PyArg_ParseTupleAndKeywords(args, names, "|$iOppzzzi:initialize", keywords,
                                     &settings.num_threads, &debug, &trace, &print, &settings.tools,
                                     &settings.tools_libs, &settings.tools_args,
                                     &settings.device) ||
        debug_of(debug, &settings.debug) < 0) {
        return NULL;
    }
    settings.trace_kernels = trace != 0;
    settings.print_configuration = print != 0;
    Py_BEGIN_ALLOW_THREADS;
    status = gr_initialize(&settings);
    Py_END_ALLOW_THREADS;
    return view_finish(state_of(module), status);
}

/* The configuration as text, by way of a stream in memory. */
static PyObject *runtime_configuration(PyObject *module, PyObject *ignored) {
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    PyObject *result;

    (void)module, (void)ignored;
    if (!stream) {
        return PyErr_SetFromErrno(PyExc_OSError);
    }
    gr_print_configuration(stream);
    fclose(stream);
    result = PyUnicode_DecodeUTF8(text, (Py_ssize_t)size, "replace");
    free(text);
    return result;
}

/* print_configuration(file=None) */
static PyObject *runtime_print(PyObject *module, PyObject *const *args, Py_ssize_t count) {
    PyObject *file = count == 1 && args[0] != Py_None ? args[0] : PySys_GetObject("stdout");
    PyObject *text;
    int status;

    if (count > 1) {
        PyErr_Format(PyExc_TypeError, "print_configuration takes a file, not %zd arguments", count);
        return NULL;
    }
    text = runtime_configuration(module, NULL);
    if (!text) {
        return NULL;
    }
    status = file && file != Py_None ? PyFile_WriteObject(text, file, Py_PRINT_RAW) : 0;
    Py_DECREF(text);
    if (status < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *runtime_finalize(PyObject *module, PyObject *ignored) {
    gr_status status;

    (void)ignored;
    Py_BEGIN_ALLOW_THREADS;
    status = gr_finalize();
    Py_END_ALLOW_THREADS;
    return view_finish(state_of(module), status);
}

static PyObject *runtime_is_initialized(PyObject *module, PyObject *ignored) {
    (void)module, (void)ignored;
    return PyBool_FromLong(gr_is_initialized());
}

static PyObject *runtime_memory(PyObject *module, PyObject *ignored) {
    (void)module, (void)ignored;
    return Py_BuildValue("{s:n,s:n}", "used", (Py_ssize_t)gr_memory_used(GR_HOST), "peak",
                         (Py_ssize_t)gr_memory_peak(GR_HOST));
}

static PyObject *runtime_memory_used(PyObject *module, PyObject *ignored) {
    (void)module, (void)ignored;
    return PyLong_FromSize_t(gr_memory_used(GR_HOST));
}

static PyObject *runtime_memory_peak(PyObject *module, PyObject *ignored) {
    (void)module, (void)ignored;
    return PyLong_FromSize_t(gr_memory_peak(GR_HOST));
}

static PyObject *runtime_version(PyObject *module, PyObject *ignored) {
    (void)module, (void)ignored;
    return PyUnicode_FromString(gr_version());
}

/* The architecture of the vendor's device that the thread's launches go to; an error that says why
 * there is none. */
static PyObject *runtime_architecture(PyObject *module, PyObject *number) {
    const int vendor = (int)PyLong_AsLong(number);
    gr_device_info info;
    gr_impl_where where;
    gr_status status;

    if (PyErr_Occurred()) {
        return NULL;
    }
    Py_BEGIN_ALLOW_THREADS;
    status = gr_impl_space_choose(GR_DEVICE, vendor, "kernels of Python", GR_HERE, &where);
    /* Devices of all vendors are counted together; each vendor's stand in their own order. */
    for (int d = 0, before = 0; status == GR_SUCCESS; d++) {
        status = gr_device_describe(d, &info);
        if (status == GR_SUCCESS && strcmp(info.backend, vendor_names[vendor]) == 0 &&
            before++ == where.device) {
            break;
        }
    }
    Py_END_ALLOW_THREADS;
    return status == GR_SUCCESS ? PyUnicode_FromString(info.architecture)
                                : raise_last_error(state_of(module));
}

/* What -march=native depends on: the processor's words about itself. */
static PyObject *runtime_processor(PyObject *module, PyObject *ignored) {
    (void)module, (void)ignored;
#if defined(__x86_64__) || defined(__i386__)
    unsigned words[16] = {0};

    for (unsigned k = 0; k < 2; k++) {
        __asm__("cpuid"
                : "=a"(words[4 * k]), "=b"(words[4 * k + 1]), "=c"(words[4 * k + 2]),
                  "=d"(words[4 * k + 3])
                : "a"(k == 0 ? 1u : 7u), "c"(0u));
    }
    words[1] &= 0xffff;      /* the rest is the number of the processor asked */
    words[2] &= ~(1u << 27); /* and whether the kernel uses xsave, which never changes here */
    __asm__("cpuid"
            : "=a"(words[8]), "=b"(words[9]), "=c"(words[10]), "=d"(words[11])
            : "a"(0x80000001u), "c"(0u));
    __asm__("cpuid"
            : "=a"(words[12]), "=b"(words[13]), "=c"(words[14]), "=d"(words[15])
            : "a"(7u), "c"(1u));
    return PyUnicode_FromFormat("%08x%08x%08x%08x-%08x%08x%08x-%08x%08x-%08x", words[0], words[1],
                                words[2], words[3], words[5], words[6], words[7], words[10],
                                words[11], words[12]);
#else
    return PyUnicode_FromString("native");
#endif
}

/** A shared object with compiled kernels. */
typedef struct library_object {
    PyObject_HEAD void *handle;
    PyObject *path;
} library_object;

static PyObject *library_new(PyTypeObject *type, PyObject *args, PyObject *names) {
    static char *keywords[] = {"path", NULL};
    PyObject *path;
    library_object *self;

    if (!PyArg_ParseTupleAndKeywords(args, names, "O&:Library", keywords, PyUnicode_FSConverter,
                                     &path)) {
        return NULL;
    }
    self = (library_object *)type->tp_alloc(type, 0);
    if (!self) {
        Py_DECREF(path);
        return NULL;
    }
    self->path = path;
    self->handle = dlopen(PyBytes_AS_STRING(path), RTLD_NOW | RTLD_LOCAL);
    if (!self->handle) {
        PyErr_Format(PyExc_OSError, "%s", dlerror());
        Py_CLEAR(self);
    }
    return (PyObject *)self;
}

static void library_dealloc(library_object *self) {
    PyTypeObject *type = Py_TYPE(self);

    if (self->handle) {
        dlclose(self->handle);
    }
    Py_CLEAR(self->path);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyObject *library_address(library_object *self, PyObject *name) {
    const char *symbol = PyUnicode_AsUTF8(name);
    void *address;

    if (!symbol) {
        return NULL;
    }
    address = dlsym(self->handle, symbol);
    if (!address) {
        PyErr_Format(PyExc_LookupError, "symbol %s in %s: not there", symbol,
                     PyBytes_AS_STRING(self->path));
        return NULL;
    }
    return PyLong_FromVoidPtr(address);
}

static PyObject *library_path(library_object *self, void *closure) {
    (void)closure;
    return PyUnicode_DecodeFSDefault(PyBytes_AS_STRING(self->path));
}

static PyMethodDef library_methods[] = {
    {"address", (PyCFunction)library_address, METH_O,
     "address($self, symbol, /)\n--\n\nThe address of a symbol."},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef library_getset[] = {
    {"path", (getter)library_path, NULL, "The file it was loaded from.", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot library_slots[] = {
    {Py_tp_doc, "Library(path)\n--\n\nA shared object with compiled kernels, loaded as long as "
                "this lives."},
    {Py_tp_new, library_new},
    {Py_tp_dealloc, library_dealloc},
    {Py_tp_methods, library_methods},
    {Py_tp_getset, library_getset},
    {0, NULL},
};

PyType_Spec library_spec = {
    .name = "granum._granum.Library",
    .basicsize = sizeof(library_object),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = library_slots,
};

PyMethodDef runtime_methods[] = {
    {"fence", runtime_fence, METH_NOARGS,
     "fence($module, /)\n--\n\nWait for launches and raise what one of them recorded."},
    {"num_threads", runtime_num_threads, METH_NOARGS,
     "num_threads($module, /)\n--\n\nThreads that launches may use."},
    {"initialize", (PyCFunction)(void (*)(void))runtime_initialize, METH_VARARGS | METH_KEYWORDS,
     "initialize($module, /, *, num_threads=0, debug=None, trace_kernels=False,\n"
     "           print_configuration=False, tools=None, tools_libs=None, tools_args=None,\n"
     "           device=0)\n--\n\n"
     "Start the library with settings of one's own, before the first launch.\n\n"
     "They are gr_settings of C; debug is words such as 'sync,errors'. GRANUM_* in the "
     "environment is stronger."},
    {"finalize", runtime_finalize, METH_NOARGS,
     "finalize($module, /)\n--\n\nEnd what initialize began."},
    {"is_initialized", runtime_is_initialized, METH_NOARGS,
     "is_initialized($module, /)\n--\n\nWhether the library was started, by a call or a launch."},
    {"memory", runtime_memory, METH_NOARGS,
     "memory($module, /)\n--\n\nBytes that Views hold now, and the most they ever held."},
    {"memory_used", runtime_memory_used, METH_NOARGS,
     "memory_used($module, /)\n--\n\nBytes that Views hold now."},
    {"memory_peak", runtime_memory_peak, METH_NOARGS,
     "memory_peak($module, /)\n--\n\nThe most bytes that Views ever held at once."},
    {"configuration", runtime_configuration, METH_NOARGS,
     "configuration($module, /)\n--\n\nVersion, backends, threads, settings and memory, as text."},
    {"print_configuration", (PyCFunction)(void (*)(void))runtime_print, METH_FASTCALL,
     "print_configuration($module, file=None, /)\n--\n\nWrite what configuration() says to a "
     "file, to standard output unless another is given."},
    {"version", runtime_version, METH_NOARGS, "version($module, /)\n--\n\nOf the C library."},
    {"_device_architecture", runtime_architecture, METH_O,
     "_device_architecture($module, vendor, /)\n--\n\n"},
    {"_debug_modes", watch_modes, METH_NOARGS, "_debug_modes($module, /)\n--\n\n"},
    {"_processor", runtime_processor, METH_NOARGS, "_processor($module, /)\n--\n\n"},
    {NULL, NULL, 0, NULL},
};
