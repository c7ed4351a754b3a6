/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file table.cpp
 * @brief A vendor's devices as the library wants them: memory, streams, copies. Compiled by each
 * vendor's compiler, into libgranum_NAME.so.
 */
#include GR_GPU_RUNTIME_HEADER

#include <granum/gpu/words.h>
#include <granum/impl/device.h>

#include <cstdio>
#include <cstring>

namespace {

/* Threads of a block of the kernels below, and blocks of one launch. */
const unsigned THREADS = 256;
const gr_index MOST_BLOCKS = 0x7fffffff;
/* An item that kernels take by value [B]. */
const size_t ITEM = 64;

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

/* Run calls on a device; the first failure ends them. */
#define ON(device, call)                                      \
    do {                                                      \
        GR_GPU(Error_t) on_error = GR_GPU(SetDevice)(device); \
        if (on_error == GR_GPU(Success)) {                    \
            on_error = (call);                                \
        }                                                     \
        return failure_of(on_error);                          \
    } while (0)

/* ---- copies and fills of items ---- */

/* Nested loops by the number of an item: the last loop is the fastest. */
struct loops {
    char *to;
    const char *from;
    gr_index items;
    int rank;
    gr_index extent[GR_MAX_RANK], to_step[GR_MAX_RANK], from_step[GR_MAX_RANK];
};

struct item_value {
    alignas(16) char bytes[ITEM];
};

/* Copy items that are `count` units of T each; a fill reads them from `value`. */
template <class T, bool fill>
GR_IMPL_GLOBAL void items_kernel(GR_IMPL_PARAMETER_CONST loops x, int count,
                                 GR_IMPL_PARAMETER_CONST item_value value, gr_index first) {
    gr_index k = first + static_cast<gr_index>(gr_impl_dev_block()) * THREADS +
                 static_cast<gr_index>(gr_impl_dev_thread());
    gr_index to = 0, from = 0;

    if (k >= x.items) {
        return;
    }
    for (int d = x.rank - 1; d > 0; --d) {
        const gr_index next = k / x.extent[d], at = k - next * x.extent[d];

        to += at * x.to_step[d];
        from += at * x.from_step[d];
        k = next;
    }
    if (x.rank > 0) {
        to += k * x.to_step[0];
        from += k * x.from_step[0];
    }
    for (int w = 0; w < count; ++w) {
        reinterpret_cast<T *>(x.to + to)[w] = fill ? reinterpret_cast<const T *>(value.bytes)[w]
                                                   : reinterpret_cast<const T *>(x.from + from)[w];
    }
}

struct sixteen {
    alignas(16) uint32_t word[4];
};

/* Memory that is one pattern of 16 bytes again and again. */
GR_IMPL_GLOBAL void pattern_kernel(sixteen *to, gr_index n, GR_IMPL_PARAMETER_CONST sixteen value) {
    const gr_index step = static_cast<gr_index>(gr_impl_dev_blocks()) * THREADS;
    gr_index k = static_cast<gr_index>(gr_impl_dev_block()) * THREADS +
                 static_cast<gr_index>(gr_impl_dev_thread());

    for (; k < n; k += step) {
        to[k] = value;
    }
}

/* The loops of a plan without those of one step, and with those that go on where another ends as
 * one; the fastest in the destination last. */
loops loops_of(const gr_impl_device_plan *plan) {
    loops x = {plan->to, plan->from, 1, 0, {}, {}, {}};

    for (int d = 0; d < plan->rank; ++d) {
        const gr_impl_device_loop &loop = plan->loop[d];
        int at = x.rank;

        x.items *= loop.extent;
        if (loop.extent == 1) {
            continue;
        }
        while (at > 0 && x.to_step[at - 1] < loop.to_step) {
            x.extent[at] = x.extent[at - 1];
            x.to_step[at] = x.to_step[at - 1];
            x.from_step[at] = x.from_step[at - 1];
            --at;
        }
        x.extent[at] = loop.extent;
        x.to_step[at] = loop.to_step;
        x.from_step[at] = loop.from_step;
        ++x.rank;
    }
    for (int d = x.rank - 1; d > 0; --d) {
        if (x.to_step[d - 1] == x.to_step[d] * x.extent[d] &&
            x.from_step[d - 1] == x.from_step[d] * x.extent[d]) {
            x.extent[d - 1] *= x.extent[d];
            x.to_step[d - 1] = x.to_step[d];
            x.from_step[d - 1] = x.from_step[d];
            for (int e = d; e < x.rank - 1; ++e) {
                x.extent[e] = x.extent[e + 1];
                x.to_step[e] = x.to_step[e + 1];
                x.from_step[e] = x.from_step[e + 1];
            }
            --x.rank;
        }
    }
    return x;
}

/* Whether a size, the addresses and all steps are whole multiples of `unit`. */
bool fits(const loops &x, size_t item, bool fill, size_t unit) {
    uintptr_t all = static_cast<uintptr_t>(item) | reinterpret_cast<uintptr_t>(x.to);

    if (!fill) {
        all |= reinterpret_cast<uintptr_t>(x.from);
    }
    for (int d = 0; d < x.rank; ++d) {
        all |= static_cast<uintptr_t>(x.to_step[d]);
        all |= fill ? 0 : static_cast<uintptr_t>(x.from_step[d]);
    }
    return all % unit == 0;
}

template <class T, bool fill>
GR_GPU(Error_t)
run_items(const loops &x, size_t item, const item_value &value, GR_GPU(Stream_t) stream) {
    int count = static_cast<int>(item / sizeof(T));
    gr_index first = 0;

    while (first < x.items) {
        const gr_index blocks = gr_impl_steps(x.items - first, THREADS);
        const gr_index now = blocks < MOST_BLOCKS ? blocks : MOST_BLOCKS;

        items_kernel<T, fill>
            <<<static_cast<unsigned>(now), THREADS, 0, stream>>>(x, count, value, first);
        first += now * static_cast<gr_index>(THREADS);
    }
    return GR_GPU(GetLastError)();
}

template <bool fill>
GR_GPU(Error_t)
any_items(const loops &x, size_t item, const item_value &value, GR_GPU(Stream_t) stream) {
    return fits(x, item, fill, 16)  ? run_items<sixteen, fill>(x, item, value, stream)
           : fits(x, item, fill, 8) ? run_items<uint64_t, fill>(x, item, value, stream)
           : fits(x, item, fill, 4) ? run_items<uint32_t, fill>(x, item, value, stream)
           : fits(x, item, fill, 2) ? run_items<uint16_t, fill>(x, item, value, stream)
                                    : run_items<uint8_t, fill>(x, item, value, stream);
}

const char *copy_items(int device, void *stream, const gr_impl_device_plan *plan) {
    const loops x = loops_of(plan);
    const gr_index item = static_cast<gr_index>(plan->item);

    if (x.items == 0) {
        return nullptr;
    }
    if (x.rank == 0 || (x.rank == 1 && x.to_step[0] == item && x.from_step[0] == item)) {
        ON(device, GR_GPU(MemcpyAsync)(x.to, x.from, static_cast<size_t>(x.items) * plan->item,
                                       GR_GPU(MemcpyDefault), stream_of(stream)));
    }
    ON(device, any_items<false>(x, plan->item, item_value{}, stream_of(stream)));
}

/* A fill without holes of an item whose size divides 16. */
GR_GPU(Error_t)
fill_whole(const loops &x, size_t item, const item_value &value, GR_GPU(Stream_t) stream) {
    const size_t bytes = static_cast<size_t>(x.items) * item;
    const gr_index whole = static_cast<gr_index>(bytes / sizeof(sixteen));
    const gr_index blocks = gr_impl_steps(whole, THREADS);
    loops rest = {x.to + static_cast<size_t>(whole) * sizeof(sixteen), nullptr, 0, 1, {}, {}, {}};
    sixteen pattern;

    for (size_t k = 0; k < sizeof pattern; k += item) {
        memcpy(reinterpret_cast<char *>(&pattern) + k, value.bytes, item);
    }
    if (whole > 0) {
        pattern_kernel<<<static_cast<unsigned>(blocks < 65536 ? blocks : 65536), THREADS, 0,
                         stream>>>(reinterpret_cast<sixteen *>(x.to), whole, pattern);
    }
    rest.items = rest.extent[0] =
        static_cast<gr_index>((bytes - static_cast<size_t>(whole) * sizeof(sixteen)) / item);
    rest.to_step[0] = static_cast<gr_index>(item);
    return rest.items > 0 ? any_items<true>(rest, item, value, stream) : GR_GPU(GetLastError)();
}

/* Items larger than kernels take by value: through a copy in device memory. */
GR_GPU(Error_t) fill_large(loops x, size_t item, GR_GPU(Stream_t) stream) {
    void *memory = nullptr;
    GR_GPU(Error_t) error = GR_GPU(Malloc)(&memory, item);

    if (error == GR_GPU(Success)) {
        error = GR_GPU(MemcpyAsync)(memory, x.from, item, GR_GPU(MemcpyDefault), stream);
    }
    x.from = static_cast<const char *>(memory);
    for (int d = 0; d < x.rank; ++d) {
        x.from_step[d] = 0;
    }
    if (error == GR_GPU(Success)) {
        error = any_items<false>(x, item, item_value{}, stream);
    }
    if (error == GR_GPU(Success)) {
        error = GR_GPU(StreamSynchronize)(stream);
    }
    (void)GR_GPU(Free)(memory);
    return error;
}

const char *fill_items(int device, void *stream, const gr_impl_device_plan *plan) {
    const loops x = loops_of(plan);
    item_value value = {};

    if (x.items == 0) {
        return nullptr;
    }
    if (plan->item > ITEM) {
        ON(device, fill_large(x, plan->item, stream_of(stream)));
    }
    memcpy(value.bytes, plan->from, plan->item);
    if (16 % plan->item == 0 && reinterpret_cast<uintptr_t>(x.to) % 16 == 0 &&
        (x.rank == 0 || (x.rank == 1 && x.to_step[0] == static_cast<gr_index>(plan->item)))) {
        ON(device, fill_whole(x, plan->item, value, stream_of(stream)));
    }
    ON(device, any_items<true>(x, plan->item, value, stream_of(stream)));
}

/* ---- the rest of the table ---- */

const char *start(int *count) {
    static char text[256];

    return gr_gpu_count(count, text, sizeof text);
}

const char *properties(int device, gr_impl_device_properties *out) {
    static char wrong[512];
    gr_gpu_properties device_is;
    GR_GPU(FuncAttributes) attributes;
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
    failure = failure_of(GR_GPU(SetDevice)(device));
    if (!failure &&
        GR_GPU(FuncGetAttributes)(&attributes, reinterpret_cast<const void *>(pattern_kernel)) !=
            GR_GPU(Success)) {
        (void)GR_GPU(GetLastError)();
        snprintf(wrong, sizeof wrong,
                 "device %d (%s) is a %s, expected one of the architectures that this library was "
                 "compiled for: %s",
                 device, out->name, out->architecture, GR_GPU_ARCHITECTURES);
        failure = wrong;
    }
    return failure;
}

const char *allocate(int device, gr_space space, size_t bytes, void **out) {
    GR_GPU(Error_t) error = GR_GPU(SetDevice)(device);

    *out = nullptr;
    if (error == GR_GPU(Success)) {
        error = space == GR_DEVICE   ? GR_GPU(Malloc)(out, bytes)
                : space == GR_PINNED ? gr_gpu_pin(out, bytes)
                                     : GR_GPU(MallocManaged)(out, bytes);
    }
    if (error == GR_GPU_NO_MEMORY) {
        (void)GR_GPU(GetLastError)();
        *out = nullptr;
        return nullptr;
    }
    return failure_of(error);
}

/* Waits until the device is done with it, as the vendors' own calls do. */
const char *release(int device, gr_space space, void *memory) {
    if (!memory) {
        return nullptr;
    }
    ON(device, space == GR_PINNED ? gr_gpu_unpin(memory) : GR_GPU(Free)(memory));
}

const char *free_memory(int device, size_t *bytes, size_t *total) {
    ON(device, GR_GPU(MemGetInfo)(bytes, total));
}

bool find(const void *pointer, gr_space *space, int *device) {
    GR_GPU(PointerAttributes) attributes;
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
    GR_GPU(Error_t) error = GR_GPU(SetDevice)(device);

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

const char *copy(int device, void *stream, void *to, const void *from, size_t bytes) {
    ON(device, GR_GPU(MemcpyAsync)(to, from, bytes, GR_GPU(MemcpyDefault), stream_of(stream)));
}

const char *set(int device, void *stream, void *to, int value, size_t bytes) {
    ON(device, GR_GPU(MemsetAsync)(to, value, bytes, stream_of(stream)));
}

const char *settings() {
    return nullptr;
}

const gr_impl_device_table table = {
    GR_IMPL_DEVICE_TABLE,
    GR_GPU_NAME,
    start,
    properties,
    allocate,
    release,
    free_memory,
    find,
    stream_create,
    stream_destroy,
    stream_wait,
    copy,
    set,
    copy_items,
    fill_items,
    false, /* captures are looked at in checked builds */
    settings,
    nullptr, /* the compiler launches */
};

} // namespace

extern "C" GR_API const gr_impl_device_table *gr_impl_device_plugin() {
    return &table;
}
