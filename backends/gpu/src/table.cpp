/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file table.cpp
 * @brief A vendor's devices as the library wants them: memory, streams, copies. Compiled by each
 * vendor's compiler, into libgranum_NAME.so.
 */
#include GR_GPU_RUNTIME_HEADER

#include <cstdio>
#include <cstring>

#include "copy.h"
#include "reasons.h"

namespace {

/* What a failed call answers, in the vendor's words. */
const char *failure_of(GR_GPU(Error_t) error) {
    static thread_local char text[256];

    if (error == GR_GPU(Success)) {
        return nullptr;
    }
    (void)GR_GPU(GetLastError)(); /* it is told once */
    snprintf(text, sizeof text, "%s (%s)", GR_GPU(GetErrorName)(error),
             GR_GPU(GetErrorString)(error));
    return text;
}

GR_GPU(Stream_t) stream_of(void *stream) {
    return static_cast<GR_GPU(Stream_t)>(stream);
}

/* Make a device the calling thread's; before: the one that is to be given back, or -1. */
GR_GPU(Error_t) choose(int device, int *before) {
    GR_GPU(Error_t) error = GR_GPU(GetDevice)(before);

    if (error == GR_GPU(Success) && *before != device) {
        error = GR_GPU(SetDevice)(device);
    } else {
        *before = -1;
    }
    return error;
}

/* A device that nobody uses stays unused: to choose it would take some of its memory. */
void give_back(int before) {
    if (before >= 0 && gr_gpu_is_used(before)) {
        (void)GR_GPU(SetDevice)(before);
    }
}

/* While it lives a device is the calling thread's; then the one before is again. */
struct chosen {
    int before = -1;
    GR_GPU(Error_t) error;

    explicit chosen(int device) : error(choose(device, &before)) {}
    ~chosen() {
        give_back(before);
    }
    chosen(const chosen &) = delete;
    chosen &operator=(const chosen &) = delete;

    bool is_good() const {
        return error == GR_GPU(Success);
    }
};

/* Run calls on a device; the first failure ends them. */
#define ON(device, call)                    \
    do {                                    \
        chosen on_device(device);           \
                                            \
        if (on_device.is_good()) {          \
            on_device.error = (call);       \
        }                                   \
        return failure_of(on_device.error); \
    } while (0)

/* ---- copies and fills of items ---- */

const char *items(int device, void *stream, const gr_impl_device_plan *plan,
                  void (*what)(gr_impl_gpu_launch *launch, const gr_impl_device_plan *plan)) {
    static gr_site site = {"copy of items", __FILE__, __LINE__, 1, 0, 0, 0};
    gr_impl_gpu_launch launch = {};
    const chosen here(device);

    launch.site = &site;
    launch.stream = stream;
    launch.device = device;
    launch.failure = failure_of(here.error);
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

/* ---- memory ---- */

enum { MOST_DEVICES = 64 };

bool has_pool[MOST_DEVICES];

/* Whether the device has a pool; it then keeps what is given back, for the next who wants some. */
bool keep_pool(int device) {
    GR_GPU(MemPool_t) pool;
    uint64_t all = UINT64_MAX;
    int is_there = 0;

    if (device >= MOST_DEVICES ||
        GR_GPU(DeviceGetAttribute)(&is_there, GR_GPU_HAS_POOLS, device) != GR_GPU(Success) ||
        !is_there || GR_GPU(DeviceGetDefaultMemPool)(&pool, device) != GR_GPU(Success) ||
        GR_GPU(MemPoolSetAttribute)(pool, GR_GPU(MemPoolAttrReleaseThreshold), &all) !=
            GR_GPU(Success)) {
        (void)GR_GPU(GetLastError)();
        return false;
    }
    has_pool[device] = true;
    return true;
}

/* Let a device reach another one's memory, also that of its pool, where they are connected. Without
 * that copies between them go through the host's memory, by the driver. */
void reach(int device, int other) {
    GR_GPU(MemAccessDesc) access = {};
    GR_GPU(MemPool_t) pool;
    const chosen here(device);
    int can = 0;

    if (here.is_good() && GR_GPU(DeviceCanAccessPeer)(&can, device, other) == GR_GPU(Success) &&
        can) {
        access.location.type = GR_GPU(MemLocationTypeDevice);
        access.location.id = device;
        access.flags = GR_GPU(MemAccessFlagsProtReadWrite);
        (void)GR_GPU(DeviceEnablePeerAccess)(other, 0); /* the program may have done so already */
        if (has_pool[other] && GR_GPU(DeviceGetDefaultMemPool)(&pool, other) == GR_GPU(Success)) {
            (void)GR_GPU(MemPoolSetAccess)(pool, &access, 1);
        }
    }
    (void)GR_GPU(GetLastError)();
}

/* Once for each two devices; a thread that comes meanwhile copies all the same. */
void connect_peers(int device, int other) {
    static unsigned char is_connected[MOST_DEVICES][MOST_DEVICES];

    if (!__atomic_exchange_n(&is_connected[device][other], 1, __ATOMIC_RELAXED)) {
        reach(device, other);
        reach(other, device);
    }
}

GR_GPU(Error_t) take(int device, gr_space space, void *stream, size_t bytes, void **out) {
    return space == GR_PINNED           ? gr_gpu_pin(out, bytes)
           : space == GR_MANAGED        ? GR_GPU(MallocManaged)(out, bytes)
           : stream && has_pool[device] ? GR_GPU(MallocAsync)(out, bytes, stream_of(stream))
                                        : GR_GPU(Malloc)(out, bytes);
}

/* ---- the rest of the table ---- */

const char *start(int *count) {
    static char text[256];

    return gr_gpu_count(count, text, sizeof text);
}

const char *properties(int device, gr_impl_device_properties *out) {
    gr_gpu_properties device_is;
    const char *failure = failure_of(GR_GPU(GetDeviceProperties)(&device_is, device));

    if (failure) {
        return failure;
    }
    *out = gr_impl_device_properties{};
    snprintf(out->name, sizeof out->name, "%.127s", device_is.name);
    gr_gpu_architecture(device_is, out->architecture, sizeof out->architecture);
    out->warp = device_is.warpSize;
    out->most_threads = static_cast<unsigned>(device_is.maxThreadsPerBlock);
    out->most_blocks = static_cast<unsigned>(device_is.maxGridSize[0]);
    out->multiprocessors = static_cast<unsigned>(device_is.multiProcessorCount);
    out->shared = gr_gpu_shared(device_is);
    out->memory = device_is.totalGlobalMem;
    out->arguments = gr_gpu_arguments(device_is);
    out->pools = keep_pool(device);
    out->peers = device < MOST_DEVICES;
    out->chunk = (size_t)4 << 20;
    return nullptr;
}

/* Whether there is code for it is known when the driver has started it, which takes time and memory
 * of the device. */
const char *open_device(int device) {
    static char wrong[512];
    gr_impl_device_properties is;
    GR_GPU(FuncAttributes) attributes;
    const chosen here(device);
    const char *failure = failure_of(here.error);

    if (!failure && GR_GPU(FuncGetAttributes)(&attributes, reinterpret_cast<const void *>(
                                                               gr_impl_copy_kernel<uint64_t>)) !=
                        GR_GPU(Success)) {
        (void)GR_GPU(GetLastError)();
        failure = properties(device, &is);
        if (!failure) {
            failure =
                gr_gpu_other_architecture(wrong, sizeof wrong, device, &is, GR_GPU_ARCHITECTURES);
        }
    }
    return failure;
}

const char *allocate(int device, gr_space space, void *stream, size_t bytes, void **out) {
    const chosen here(device);
    GR_GPU(Error_t) error = here.error;

    *out = nullptr;
    if (error == GR_GPU(Success)) {
        error = take(device, space, stream, bytes, out);
    }
    if (error == GR_GPU_NO_MEMORY) {
        /* Streams may still have to give back some; and what the pool keeps is no other's. */
        GR_GPU(MemPool_t) pool;

        (void)GR_GPU(GetLastError)();
        (void)GR_GPU(DeviceSynchronize)();
        if (has_pool[device] && GR_GPU(DeviceGetDefaultMemPool)(&pool, device) == GR_GPU(Success)) {
            (void)GR_GPU(MemPoolTrimTo)(pool, 0);
        }
        error = take(device, space, stream, bytes, out);
    }
    if (error == GR_GPU_NO_MEMORY) {
        (void)GR_GPU(GetLastError)();
        *out = nullptr;
        return nullptr;
    }
    return failure_of(error);
}

/* What no stream gives back waits until the device is done with it, as the vendors' calls do. */
const char *release(int device, gr_space space, void *stream, void *memory) {
    if (!memory) {
        return nullptr;
    }
    ON(device, space == GR_PINNED ? gr_gpu_unpin(memory)
               : space == GR_DEVICE && stream && has_pool[device]
                   ? GR_GPU(FreeAsync)(memory, stream_of(stream))
                   : GR_GPU(Free)(memory));
}

const char *free_memory(int device, size_t *bytes, size_t *total) {
    ON(device, GR_GPU(MemGetInfo)(bytes, total));
}

bool find(const void *pointer, gr_space *space, int *device) {
    gr_gpu_pointer attributes;
    char kind = 0;

    if (GR_GPU(PointerGetAttributes)(&attributes, pointer) == GR_GPU(Success)) {
        kind = gr_gpu_kind(attributes);
    } else {
        (void)GR_GPU(GetLastError)();
    }
    if (kind) {
        *space = kind == 'd' ? GR_DEVICE : kind == 'p' ? GR_PINNED : GR_MANAGED;
        *device = attributes.device;
    }
    return kind != 0;
}

const char *stream_create(int device, void **stream) {
    GR_GPU(Stream_t) made = nullptr;
    const chosen here(device);
    GR_GPU(Error_t) error = here.error;

    if (error == GR_GPU(Success)) {
        error = GR_GPU(StreamCreateWithFlags)(&made, GR_GPU(StreamNonBlocking));
    }
    *stream = made;
    return failure_of(error);
}

const char *stream_destroy(int device, void *stream) {
    ON(device, GR_GPU(StreamDestroy)(stream_of(stream)));
}

const char *stream_wait(int device, void *stream) {
    ON(device, GR_GPU(StreamSynchronize)(stream_of(stream)));
}

/* An event, of the earlier stream's device, may be destroyed as soon as it is waited for: it lasts
 * until it has happened. A stream waits for events of any device. */
const char *stream_after(int, void *stream, int earlier_device, void *earlier) {
    GR_GPU(Event_t) event = nullptr;
    const chosen here(earlier_device);
    GR_GPU(Error_t) error = here.error;

    if (error == GR_GPU(Success)) {
        error = GR_GPU(EventCreateWithFlags)(&event, GR_GPU(EventDisableTiming));
    }
    if (error == GR_GPU(Success)) {
        error = GR_GPU(EventRecord)(event, stream_of(earlier));
    }
    if (error == GR_GPU(Success)) {
        error = GR_GPU(StreamWaitEvent)(stream_of(stream), event, 0);
    }
    if (event) {
        (void)GR_GPU(EventDestroy)(event);
    }
    return failure_of(error);
}

/* ---- graphs ---- */

const char *graph_begin(int device, void *stream) {
    ON(device, GR_GPU(StreamBeginCapture)(stream_of(stream), GR_GPU(StreamCaptureModeRelaxed)));
}

const char *graph_end(int device, void *stream, void **out) {
    GR_GPU(Graph_t) graph = nullptr;
    GR_GPU(GraphExec_t) made = nullptr;
    const chosen here(device);
    GR_GPU(Error_t) error = here.error;

    if (error == GR_GPU(Success)) {
        error = GR_GPU(StreamEndCapture)(stream_of(stream), &graph);
    }
    if (error == GR_GPU(Success)) {
        error = GR_GPU(GraphInstantiateWithFlags)(&made, graph, 0);
    }
    if (graph) {
        (void)GR_GPU(GraphDestroy)(graph);
    }
    *out = made;
    return failure_of(error);
}

const char *graph_run(int device, void *graph, void *stream) {
    ON(device, GR_GPU(GraphLaunch)(static_cast<GR_GPU(GraphExec_t)>(graph), stream_of(stream)));
}

const char *graph_destroy(int device, void *graph) {
    ON(device, GR_GPU(GraphExecDestroy)(static_cast<GR_GPU(GraphExec_t)>(graph)));
}

const char *copy(int device, void *stream, void *to, const void *from, size_t bytes) {
    ON(device, GR_GPU(MemcpyAsync)(to, from, bytes, GR_GPU(MemcpyDefault), stream_of(stream)));
}

const char *copy_peer(int device, void *stream, void *to, int from_device, const void *from,
                      size_t bytes) {
    connect_peers(device, from_device);
    ON(device, GR_GPU(MemcpyPeerAsync)(to, device, from, from_device, bytes, stream_of(stream)));
}

const char *set(int device, void *stream, void *to, int value, size_t bytes) {
    ON(device, GR_GPU(MemsetAsync)(to, value, bytes, stream_of(stream)));
}

const char *enter(int device, int *before) {
    return failure_of(choose(device, before));
}

void leave(int before) {
    give_back(before);
}

/* An error that stays is answered again by a call that does nothing. */
const char *lost(int device) {
    const chosen here(device);
    GR_GPU(Error_t) error = here.error;

    (void)GR_GPU(GetLastError)();
    if (error == GR_GPU(Success)) {
        error = GR_GPU(Free)(nullptr);
    }
    return failure_of(error);
}

const char *settings() {
    return nullptr;
}

/* ---- kernels that were compiled at run time ---- */

const char *module_load(int device, const void *image, void **module) {
    gr_gpu_module made = {};
    const chosen here(device);
    GR_GPU(Error_t) error = here.error;

    if (error == GR_GPU(Success)) {
        error = gr_gpu_module_load(&made, image);
    }
    *module = made;
    return failure_of(error);
}

const char *module_kernel(int device, void *module, const char *name, void **kernel) {
    gr_gpu_kernel found = {};
    const chosen here(device);
    GR_GPU(Error_t) error = here.error;

    if (error == GR_GPU(Success)) {
        error = gr_gpu_module_kernel(&found, static_cast<gr_gpu_module>(module), name);
    }
    *kernel = found;
    return failure_of(error);
}

const char *module_run(gr_impl_gpu_launch *launch, void *kernel, unsigned blocks, unsigned threads,
                       size_t shared, void *argument, size_t) {
    return failure_of(gr_gpu_module_run(static_cast<gr_gpu_kernel>(kernel), blocks, threads, shared,
                                        stream_of(launch->stream), argument));
}

unsigned resident(int device, void *kernel, unsigned threads) {
    int blocks = 0;

    if (GR_GPU(SetDevice)(device) != GR_GPU(Success) ||
        gr_gpu_module_resident(&blocks, static_cast<gr_gpu_kernel>(kernel),
                               static_cast<int>(threads)) != GR_GPU(Success)) {
        (void)GR_GPU(GetLastError)(); /* no block of this size runs */
        blocks = 0;
    }
    return static_cast<unsigned>(blocks);
}

const gr_impl_device_table table = {
    GR_IMPL_DEVICE_TABLE,
    GR_GPU_NAME,
    GR_GPU_TOOL_TYPE,
    GR_GPU_TOOL_SPACES,
    start,
    properties,
    open_device,
    allocate,
    release,
    free_memory,
    find,
    stream_create,
    stream_destroy,
    stream_wait,
    stream_after,
    copy,
    set,
    copy_peer,
    copy_items,
    fill_items,
    graph_begin,
    graph_end,
    graph_run,
    graph_destroy,
    enter,
    leave,
    lost,
    false, /* captures are looked at in checked builds */
    settings,
    nullptr, /* the compiler launches */
    module_load,
    module_kernel,
    module_run,
    resident,
};

} // namespace

extern "C" GR_API const gr_impl_device_table *gr_impl_device_plugin() {
    return &table;
}
