/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file sim/vendor.h
 * @brief The names of backends/gpu for the simulated device: threads of a block are fibres of a
 * host thread.
 *
 * A fibre runs until it meets a barrier or a shuffle, so what lies between them is a plain loop
 * over threads. Barriers and shuffles take the place of their call for the machine's reports.
 */
#ifndef GRANUM_SIM_VENDOR_H
#define GRANUM_SIM_VENDOR_H

#ifndef __cplusplus
#error "granum: GPU backends compile kernel files as C++17 (granum_kernels(... BACKEND sim))"
#endif

#include <granum/impl/device.h>

#include <tuple>
#include <type_traits>

#define GR_IMPL_VENDOR 3 /* of GR_IMPL_VENDOR_LIST */
#define GR_IMPL_GLOBAL static inline __attribute__((unused))
#define GR_IMPL_DEVICE
#define GR_IMPL_HOST_DEVICE
#define GR_IMPL_DEVICE_INLINE static inline __attribute__((always_inline, unused))
#define GR_IMPL_HOST_DEVICE_INLINE static inline __attribute__((always_inline, unused))
#define GR_IMPL_PARAMETER_CONST const
#define GR_IMPL_LAUNCH_BOUNDS(threads, blocks)
#define GR_IMPL_DEVICE_VARIABLE static __attribute__((unused))

/** What threads of a block ask of the machine. */
struct gr_impl_sim_machine {
    /** Wait for the aligned group of `lanes` threads; 0: for the block. */
    void (*barrier)(int lanes, const char *file, int line);
    uint32_t (*shuffle)(uint32_t word, int lane, int lanes, const char *file, int line);
    /** Let others run: what the caller waits for may be theirs to do. */
    void (*relax)();
};

/** The block that a host thread runs. */
struct gr_impl_sim_block {
    gr_impl_device_thread self; /* first */
    unsigned thread, threads, block, blocks;
    int warp;
    unsigned loads; /* since a fibre last made way for others */
    char *shared;
    const gr_impl_sim_machine *machine;
};

GR_IMPL_DEVICE_INLINE gr_impl_sim_block *gr_impl_sim_now() {
    return reinterpret_cast<gr_impl_sim_block *>(gr_impl_device_now);
}

GR_IMPL_DEVICE_INLINE unsigned gr_impl_dev_thread() {
    return gr_impl_sim_now()->thread;
}
GR_IMPL_DEVICE_INLINE unsigned gr_impl_dev_threads() {
    return gr_impl_sim_now()->threads;
}
GR_IMPL_DEVICE_INLINE unsigned gr_impl_dev_block() {
    return gr_impl_sim_now()->block;
}
GR_IMPL_DEVICE_INLINE unsigned gr_impl_dev_blocks() {
    return gr_impl_sim_now()->blocks;
}
GR_IMPL_DEVICE_INLINE void *gr_impl_dev_shared() {
    return gr_impl_sim_now()->shared;
}

GR_IMPL_DEVICE_INLINE void gr_impl_dev_barrier(const char *file = __builtin_FILE(),
                                               int line = __builtin_LINE()) {
    gr_impl_sim_now()->machine->barrier(0, file, line);
}
GR_IMPL_DEVICE_INLINE void gr_impl_dev_barrier_group(int lanes, const char *file = __builtin_FILE(),
                                                     int line = __builtin_LINE()) {
    gr_impl_sim_now()->machine->barrier(lanes, file, line);
}
GR_IMPL_DEVICE_INLINE uint32_t gr_impl_dev_shuffle(uint32_t word, int lane, int lanes,
                                                   const char *file = __builtin_FILE(),
                                                   int line = __builtin_LINE()) {
    return gr_impl_sim_now()->machine->shuffle(word, lane, lanes, file, line);
}

GR_IMPL_DEVICE_INLINE unsigned gr_impl_dev_fetch_add(unsigned *p, unsigned v) {
    return __atomic_fetch_add(p, v, __ATOMIC_ACQ_REL);
}

/* A thread that loads again and again waits for another one, which may be of the same host thread.
 */
template <class T> GR_IMPL_DEVICE_INLINE T gr_impl_dev_load(const T *p) {
    T value;

    if (++gr_impl_sim_now()->loads % 64 == 0) {
        gr_impl_sim_now()->machine->relax();
    }
    __atomic_load(const_cast<T *>(p), &value, __ATOMIC_ACQUIRE);
    return value;
}
template <class T> GR_IMPL_DEVICE_INLINE void gr_impl_dev_store(T *p, T v) {
    __atomic_store(p, &v, __ATOMIC_RELEASE);
}

/* Let others go on: what the caller waits for is theirs to do. */
GR_IMPL_DEVICE_INLINE void gr_impl_dev_pause() {
    gr_impl_sim_now()->machine->relax();
}

/* Words of 4 and 8 bytes, relaxed; what was there before. */
GR_IMPL_DEVICE_INLINE void gr_impl_dev_fence() {
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}
template <class T> GR_IMPL_DEVICE_INLINE T gr_impl_dev_relaxed(const T *p) {
    return __atomic_load_n(p, __ATOMIC_RELAXED);
}
template <class T>
GR_IMPL_DEVICE_INLINE T gr_impl_dev_compare_exchange(T *p, T expected, T desired) {
    (void)__atomic_compare_exchange_n(p, &expected, desired, false, __ATOMIC_RELAXED,
                                      __ATOMIC_RELAXED);
    return expected;
}
template <class T, class F> GR_IMPL_DEVICE_INLINE T gr_impl_sim_change(T *p, const F &change) {
    T before, after;

    __atomic_load(p, &before, __ATOMIC_RELAXED);
    do {
        after = change(before);
    } while (
        !__atomic_compare_exchange(p, &before, &after, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED));
    return before;
}
template <class T> GR_IMPL_DEVICE_INLINE T gr_impl_dev_add(T *p, T v) {
    return gr_impl_sim_change(p, [v](T a) { return a + v; });
}
template <class T> GR_IMPL_DEVICE_INLINE T gr_impl_dev_min(T *p, T v) {
    return gr_impl_sim_change(p, [v](T a) { return v < a ? v : a; });
}
template <class T> GR_IMPL_DEVICE_INLINE T gr_impl_dev_max(T *p, T v) {
    return gr_impl_sim_change(p, [v](T a) { return v > a ? v : a; });
}
template <class T> GR_IMPL_DEVICE_INLINE T gr_impl_dev_and(T *p, T v) {
    return __atomic_fetch_and(p, v, __ATOMIC_RELAXED);
}
template <class T> GR_IMPL_DEVICE_INLINE T gr_impl_dev_or(T *p, T v) {
    return __atomic_fetch_or(p, v, __ATOMIC_RELAXED);
}
template <class T> GR_IMPL_DEVICE_INLINE T gr_impl_dev_xor(T *p, T v) {
    return __atomic_fetch_xor(p, v, __ATOMIC_RELAXED);
}

/** Record that scratch memory is used up; memory with which the kernel can go on to its end. */
extern "C" GR_API void *gr_impl_device_scratch_is_full(size_t bytes, int level, size_t room,
                                                       bool per_thread);
GR_IMPL_DEVICE_INLINE void *gr_impl_dev_scratch_is_full(size_t bytes, int level, size_t room,
                                                        bool per_thread) {
    return gr_impl_device_scratch_is_full(bytes, level, room, per_thread);
}

/** Blocks of so many threads of a kernel that a multiprocessor holds at a time. */
template <class... P>
unsigned gr_impl_gpu_resident(const gr_impl_gpu_launch *launch, void (*)(P...), unsigned threads) {
    return launch->table->resident(launch->device, nullptr, threads);
}

/** Run kernel(arguments...) on each thread of blocks * threads; arguments go by value. */
template <class... P, class... A>
void gr_impl_gpu_run(gr_impl_gpu_launch *launch, void (*kernel)(P...), unsigned blocks,
                     unsigned threads, size_t shared, const A &...arguments) {
    struct call {
        void (*kernel)(P...);
        std::tuple<std::decay_t<P>...> values;
    } all = {kernel, std::tuple<std::decay_t<P>...>(arguments...)};

    launch->table->run(
        launch, blocks, threads, shared,
        [](void *p) {
            const call *c = static_cast<const call *>(p);

            std::apply(c->kernel, c->values);
        },
        &all, sizeof all);
}

#endif
