/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file runtime.cpp
 * @brief The table of a vendor whose runtime is CUDA's or looks like it; compiled once for each.
 *
 * names.h of the vendor's folder comes first in the include path. Every call is made with the
 * device current and gives the thread back the one that it had: the program's own use of the
 * vendor's runtime must not see granum.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "names.h"

#include "copy.h"

namespace {

#define SUCCESS GR_IMPL_GPU(Success)

/* The vendor's words for an error; NULL for none. */
const char *words(gr_impl_gpu_error error) {
    static thread_local char text[256];

    if (error == SUCCESS) {
        return nullptr;
    }
    (void)GR_IMPL_GPU(GetLastError)(); /* it has been seen */
    snprintf(text, sizeof text, "%s (%s)", GR_IMPL_GPU(GetErrorString)(error),
             GR_IMPL_GPU(GetErrorName)(error));
    return text;
}

/* A device is the thread's while this lives. */
struct on_device {
    int before = -1;
    gr_impl_gpu_error error;

    explicit on_device(int device) {
        error = GR_IMPL_GPU(GetDevice)(&before);
        if (error == SUCCESS && before != device) {
            error = GR_IMPL_GPU(SetDevice)(device);
        } else {
            before = -1;
        }
    }
    ~on_device() {
        if (before >= 0) {
            (void)GR_IMPL_GPU(SetDevice)(before);
        }
    }
    on_device(const on_device &) = delete;
    on_device &operator=(const on_device &) = delete;
};

/* Whether the library's own kernels, and so those of programs built like it, run on the device. */
const char *check_architecture(int device) {
    static char text[320];
    GR_IMPL_GPU(FuncAttributes) attributes;
    on_device here(device);
    gr_impl_gpu_error error = here.error;

    if (error == SUCCESS) {
        error = GR_IMPL_GPU(FuncGetAttributes)(
            &attributes, reinterpret_cast<const void *>(gr_impl_copy_kernel<uint64_t>));
    }
    if (error == SUCCESS) {
        return nullptr;
    }
    snprintf(text, sizeof text, "device %d: %.200s; this build has code for: %s", device,
             words(error), GR_IMPL_ARCHITECTURES);
    return text;
}

const char *start(int *count) {
    static char text[256];
    const gr_impl_gpu_error error = GR_IMPL_GPU(GetDeviceCount)(count);
    int driver = 0, runtime = 0;

    if (error != SUCCESS) {
        *count = 0;
        (void)GR_IMPL_GPU(DriverGetVersion)(&driver);
        (void)GR_IMPL_GPU(RuntimeGetVersion)(&runtime);
        snprintf(text, sizeof text, "%.160s; driver %d, runtime %d (0: none found)", words(error),
                 driver, runtime);
        return text;
    }
    return *count > 0 ? check_architecture(0) : nullptr;
}

const char *properties(int device, gr_impl_device_properties *out) {
    GR_IMPL_GPU_PROPERTIES p;
    const gr_impl_gpu_error error = GR_IMPL_GPU(GetDeviceProperties)(&p, device);

    memset(out, 0, sizeof *out);
    if (error == SUCCESS) {
        snprintf(out->name, sizeof out->name, "%.127s", p.name);
        gr_impl_gpu_architecture(p, out->architecture, sizeof out->architecture);
        out->warp = p.warpSize;
        out->most_threads = (unsigned)p.maxThreadsPerBlock;
        out->most_blocks = (unsigned)p.maxGridSize[0];
        out->multiprocessors = (unsigned)p.multiProcessorCount;
        out->shared = gr_impl_gpu_shared(p);
        out->memory = p.totalGlobalMem;
        out->arguments = gr_impl_gpu_arguments(p);
    }
    return words(error);
}

const char *allocate(int device, gr_space space, size_t bytes, void **out) {
    on_device here(device);
    gr_impl_gpu_error error = here.error;

    *out = nullptr;
    if (error == SUCCESS) {
        bytes = bytes > 0 ? bytes : 1;
        error = space == GR_DEVICE   ? GR_IMPL_GPU(Malloc)(out, bytes)
                : space == GR_PINNED ? gr_impl_gpu_pinned(out, bytes)
                                     : GR_IMPL_GPU(MallocManaged)(out, bytes);
    }
    if (error == GR_IMPL_GPU(ErrorMemoryAllocation)) {
        (void)GR_IMPL_GPU(GetLastError)();
        *out = nullptr;
        return nullptr;
    }
    return words(error);
}

/* The vendors' calls wait for the kernels that use the memory. */
const char *release(int device, gr_space space, void *memory) {
    on_device here(device);

    if (!memory || here.error != SUCCESS) {
        return words(here.error);
    }
    return words(space == GR_PINNED ? gr_impl_gpu_pinned_free(memory) : GR_IMPL_GPU(Free)(memory));
}

const char *free_memory(int device, size_t *bytes, size_t *total) {
    on_device here(device);

    return words(here.error == SUCCESS ? GR_IMPL_GPU(MemGetInfo)(bytes, total) : here.error);
}

/* One that the vendor's legacy default stream does not wait for, nor it for that. */
const char *stream_create(int device, void **stream) {
    on_device here(device);
    gr_impl_gpu_stream made = nullptr;
    gr_impl_gpu_error error = here.error;

    if (error == SUCCESS) {
        error = GR_IMPL_GPU(StreamCreateWithFlags)(&made, GR_IMPL_GPU(StreamNonBlocking));
    }
    *stream = made;
    return words(error);
}

gr_impl_gpu_stream of(void *stream) {
    return static_cast<gr_impl_gpu_stream>(stream);
}

const char *stream_destroy(int device, void *stream) {
    on_device here(device);

    return words(here.error == SUCCESS ? GR_IMPL_GPU(StreamDestroy)(of(stream)) : here.error);
}

const char *stream_wait(int device, void *stream) {
    on_device here(device);

    return words(here.error == SUCCESS ? GR_IMPL_GPU(StreamSynchronize)(of(stream)) : here.error);
}

const char *copy(int device, void *stream, void *to, const void *from, size_t bytes) {
    on_device here(device);

    return words(
        here.error == SUCCESS
            ? GR_IMPL_GPU(MemcpyAsync)(to, from, bytes, GR_IMPL_GPU(MemcpyDefault), of(stream))
            : here.error);
}

const char *set(int device, void *stream, void *to, int value, size_t bytes) {
    on_device here(device);

    return words(here.error == SUCCESS ? GR_IMPL_GPU(MemsetAsync)(to, value, bytes, of(stream))
                                       : here.error);
}

const char *items(int device, void *stream, const gr_impl_device_plan *plan,
                  void (*what)(gr_impl_gpu_launch *launch, const gr_impl_device_plan *plan)) {
    static gr_site site = {"copy of items", __FILE__, __LINE__, 1, 0, 0, 0};
    gr_impl_gpu_launch launch;
    on_device here(device);

    memset(&launch, 0, sizeof launch);
    launch.site = &site;
    launch.stream = stream;
    launch.device = device;
    launch.failure = words(here.error);
    if (!launch.failure) {
        what(&launch, plan);
    }
    return launch.failure;
}

const char *copy_items(int device, void *stream, const gr_impl_device_plan *plan) {
    return items(device, stream, plan, gr_impl_gpu_copy_items);
}

const char *fill_items(int device, void *stream, const gr_impl_device_plan *plan) {
    return items(device, stream, plan, gr_impl_gpu_fill_items);
}

const char *enter(int device, int *before) {
    gr_impl_gpu_error error = GR_IMPL_GPU(GetDevice)(before);

    if (error == SUCCESS && *before != device) {
        error = GR_IMPL_GPU(SetDevice)(device);
    } else {
        *before = -1;
    }
    return words(error);
}

void leave(int before) {
    if (before >= 0) {
        (void)GR_IMPL_GPU(SetDevice)(before);
    }
}

#ifdef GRANUM_CHECKED
#define LOOKS true
#else
#define LOOKS false
#endif

const gr_impl_device_table table = {
    GR_IMPL_DEVICE_TABLE,
    GR_IMPL_GPU_NAME,
    start,
    properties,
    allocate,
    release,
    free_memory,
    gr_impl_gpu_find,
    stream_create,
    stream_destroy,
    stream_wait,
    copy,
    set,
    copy_items,
    fill_items,
    enter,
    leave,
    LOOKS,
    nullptr, /* no settings */
    nullptr, /* the vendor's compiler launches */
};

} // namespace

extern "C" GR_API const gr_impl_device_table *gr_impl_device_plugin() {
    return &table;
}
