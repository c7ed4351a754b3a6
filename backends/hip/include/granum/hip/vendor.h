/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file hip/vendor.h
 * @brief The names of backends/gpu for HIP; nothing else. A wave has 64 threads, or 32.
 */
#ifndef GRANUM_HIP_VENDOR_H
#define GRANUM_HIP_VENDOR_H

#if !defined(__HIPCC__) && !defined(GR_IMPL_RTC)
#error "granum: kernel files of the hip backend are compiled by hipcc -x hip"
#endif

#ifndef GR_IMPL_RTC
#include <hip/hip_runtime.h>
#endif

#define GR_IMPL_TRAP() __builtin_trap()
#include <granum/gpu/hardware.h>

#define GR_IMPL_VENDOR 2                 /* of GR_IMPL_VENDOR_LIST */
#define GR_IMPL_GPU_CALL(name) hip##name /* of the runtime, on the host */
#define GR_IMPL_PARAMETER_CONST const
/* Threads of a block; how many of them a unit holds is the compiler's choice here. */
#define GR_IMPL_LAUNCH_BOUNDS(threads, blocks) __launch_bounds__(threads)

/* A wave runs in step: only memory and the compiler have to be told. */
GR_IMPL_DEVICE_INLINE void gr_impl_dev_barrier_group(int) {
    __builtin_amdgcn_fence(__ATOMIC_ACQ_REL, "wavefront");
    __builtin_amdgcn_wave_barrier();
}
GR_IMPL_DEVICE_INLINE uint32_t gr_impl_dev_shuffle(uint32_t word, int lane, int lanes) {
    return static_cast<uint32_t>(__shfl(static_cast<int>(word), lane, lanes));
}

/* Atomics of the device's scope, which HIP calls an agent. */
GR_IMPL_DEVICE_INLINE unsigned gr_impl_dev_fetch_add(unsigned *p, unsigned v) {
    return __hip_atomic_fetch_add(p, v, __ATOMIC_ACQ_REL, __HIP_MEMORY_SCOPE_AGENT);
}
template <class T> GR_IMPL_DEVICE_INLINE T gr_impl_dev_load(const T *p) {
    return __hip_atomic_load(const_cast<T *>(p), __ATOMIC_ACQUIRE, __HIP_MEMORY_SCOPE_AGENT);
}
template <class T> GR_IMPL_DEVICE_INLINE void gr_impl_dev_store(T *p, T v) {
    __hip_atomic_store(p, v, __ATOMIC_RELEASE, __HIP_MEMORY_SCOPE_AGENT);
}

/* Let others go on: what the caller waits for is theirs to do. */
GR_IMPL_DEVICE_INLINE void gr_impl_dev_pause() {
    __builtin_amdgcn_s_sleep(1);
}

/* Words of 4 and 8 bytes, relaxed; what was there before. */
template <class T> GR_IMPL_DEVICE_INLINE T gr_impl_dev_relaxed(const T *p) {
    return __hip_atomic_load(const_cast<T *>(p), __ATOMIC_RELAXED, __HIP_MEMORY_SCOPE_AGENT);
}
template <class T>
GR_IMPL_DEVICE_INLINE T gr_impl_dev_compare_exchange(T *p, T expected, T desired) {
    (void)__hip_atomic_compare_exchange_strong(p, &expected, desired, __ATOMIC_RELAXED,
                                               __ATOMIC_RELAXED, __HIP_MEMORY_SCOPE_AGENT);
    return expected;
}
#define GR_IMPL_HIP_ATOMIC(name, fetch)                                        \
    template <class T> GR_IMPL_DEVICE_INLINE T gr_impl_dev_##name(T *p, T v) { \
        return fetch(p, v, __ATOMIC_RELAXED, __HIP_MEMORY_SCOPE_AGENT);        \
    }
GR_IMPL_HIP_ATOMIC(add, __hip_atomic_fetch_add)
GR_IMPL_HIP_ATOMIC(and, __hip_atomic_fetch_and)
GR_IMPL_HIP_ATOMIC(or, __hip_atomic_fetch_or)
GR_IMPL_HIP_ATOMIC(xor, __hip_atomic_fetch_xor)
GR_IMPL_HIP_ATOMIC(min, __hip_atomic_fetch_min)
GR_IMPL_HIP_ATOMIC(max, __hip_atomic_fetch_max)
#undef GR_IMPL_HIP_ATOMIC

#ifndef GR_IMPL_RTC
/** Blocks of so many threads of a kernel that a multiprocessor holds at a time. */
template <class... P>
unsigned gr_impl_gpu_resident(const gr_impl_gpu_launch *, void (*kernel)(P...), unsigned threads) {
    int blocks = 0;

    if (hipOccupancyMaxActiveBlocksPerMultiprocessor(&blocks,
                                                     reinterpret_cast<const void *>(kernel),
                                                     static_cast<int>(threads), 0) != hipSuccess) {
        (void)hipGetLastError(); /* no block of this size runs */
    }
    return static_cast<unsigned>(blocks);
}

/** Run kernel<<<blocks, threads, shared, stream>>>(arguments...). */
template <class... P, class... A>
void gr_impl_gpu_run(gr_impl_gpu_launch *launch, void (*kernel)(P...), unsigned blocks,
                     unsigned threads, size_t shared, const A &...arguments) {
    const void *places[] = {static_cast<const P *>(&arguments)...};
    const hipError_t failed = hipLaunchKernel(reinterpret_cast<const void *>(kernel), dim3(blocks),
                                              dim3(threads), const_cast<void **>(places), shared,
                                              static_cast<hipStream_t>(launch->stream));

    if (failed != hipSuccess && !launch->failure) {
        launch->failure = hipGetErrorString(failed);
        (void)hipGetLastError(); /* it is told once */
    }
}

#endif

#endif
