/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file cuda/vendor.h
 * @brief The names of backends/gpu for CUDA; nothing else.
 */
#ifndef GRANUM_CUDA_VENDOR_H
#define GRANUM_CUDA_VENDOR_H

#ifndef __CUDACC__
#error "granum: kernel files of the cuda backend are compiled by nvcc -x cu --extended-lambda"
#endif

#define GR_IMPL_TRAP() __trap()
#include <granum/gpu/hardware.h>

#define GR_IMPL_VENDOR 1                  /* of GR_IMPL_VENDOR_LIST */
#define GR_IMPL_GPU_CALL(name) cuda##name /* of the runtime, on the host */
#define GR_IMPL_PARAMETER_CONST const __grid_constant__
/* Threads of a block, and blocks that a multiprocessor should hold at least. */
#define GR_IMPL_LAUNCH_BOUNDS(threads, blocks) __launch_bounds__(threads, blocks)

/* The threads of the caller's aligned group. */
GR_IMPL_DEVICE_INLINE unsigned gr_impl_cuda_mask(int lanes) {
    const unsigned lane = threadIdx.x & 31;

    return lanes == 32 ? ~0u : ((1u << lanes) - 1) << (lane & ~((unsigned)lanes - 1));
}
GR_IMPL_DEVICE_INLINE void gr_impl_dev_barrier_group(int lanes) {
    __syncwarp(gr_impl_cuda_mask(lanes));
}
GR_IMPL_DEVICE_INLINE uint32_t gr_impl_dev_shuffle(uint32_t word, int lane, int lanes) {
    return __shfl_sync(gr_impl_cuda_mask(lanes), word, lane, lanes);
}

/* Atomics of the device's scope. The compiler's intrinsics name order and scope, and become one
 * instruction each. */
GR_IMPL_DEVICE_INLINE unsigned gr_impl_dev_fetch_add(unsigned *p, unsigned v) {
    return __nv_atomic_fetch_add(p, v, __NV_ATOMIC_ACQ_REL, __NV_THREAD_SCOPE_DEVICE);
}
template <class T> GR_IMPL_DEVICE_INLINE T gr_impl_dev_load(const T *p) {
    T value;

    __nv_atomic_load(const_cast<T *>(p), &value, __NV_ATOMIC_ACQUIRE, __NV_THREAD_SCOPE_DEVICE);
    return value;
}
template <class T> GR_IMPL_DEVICE_INLINE void gr_impl_dev_store(T *p, T v) {
    __nv_atomic_store(p, &v, __NV_ATOMIC_RELEASE, __NV_THREAD_SCOPE_DEVICE);
}

/* CUDA's words of 8 bytes are long long, <stdint.h>'s are long. */
GR_IMPL_DEVICE_INLINE uint32_t *gr_impl_cuda_word(uint32_t *p) {
    return p;
}
GR_IMPL_DEVICE_INLINE int32_t *gr_impl_cuda_word(int32_t *p) {
    return p;
}
GR_IMPL_DEVICE_INLINE unsigned long long *gr_impl_cuda_word(uint64_t *p) {
    return reinterpret_cast<unsigned long long *>(p);
}
GR_IMPL_DEVICE_INLINE long long *gr_impl_cuda_word(int64_t *p) {
    return reinterpret_cast<long long *>(p);
}
GR_IMPL_DEVICE_INLINE uint32_t gr_impl_cuda_value(uint32_t v) {
    return v;
}
GR_IMPL_DEVICE_INLINE int32_t gr_impl_cuda_value(int32_t v) {
    return v;
}
GR_IMPL_DEVICE_INLINE unsigned long long gr_impl_cuda_value(uint64_t v) {
    return v;
}
GR_IMPL_DEVICE_INLINE long long gr_impl_cuda_value(int64_t v) {
    return v;
}

/* Let others go on: what the caller waits for is theirs to do. */
GR_IMPL_DEVICE_INLINE void gr_impl_dev_pause() {
    __nanosleep(20);
}

/* Words of 4 and 8 bytes, relaxed; what was there before. */
template <class T> GR_IMPL_DEVICE_INLINE T gr_impl_dev_relaxed(const T *p) {
    return *static_cast<const volatile T *>(p);
}
GR_IMPL_DEVICE_INLINE uint32_t gr_impl_dev_compare_exchange(uint32_t *p, uint32_t expected,
                                                            uint32_t desired) {
    return atomicCAS(p, expected, desired);
}
GR_IMPL_DEVICE_INLINE uint64_t gr_impl_dev_compare_exchange(uint64_t *p, uint64_t expected,
                                                            uint64_t desired) {
    return atomicCAS(gr_impl_cuda_word(p), expected, desired);
}
GR_IMPL_DEVICE_INLINE float gr_impl_dev_add(float *p, float v) {
    return atomicAdd(p, v);
}
GR_IMPL_DEVICE_INLINE double gr_impl_dev_add(double *p, double v) {
    return atomicAdd(p, v);
}
#define GR_IMPL_CUDA_ATOMIC(name, atomic, T)                                        \
    GR_IMPL_DEVICE_INLINE T gr_impl_dev_##name(T *p, T v) {                         \
        return static_cast<T>(atomic(gr_impl_cuda_word(p), gr_impl_cuda_value(v))); \
    }
#define GR_IMPL_CUDA_UNSIGNED(name, atomic)     \
    GR_IMPL_CUDA_ATOMIC(name, atomic, uint32_t) \
    GR_IMPL_CUDA_ATOMIC(name, atomic, uint64_t)
GR_IMPL_CUDA_UNSIGNED(add, atomicAdd)
GR_IMPL_CUDA_UNSIGNED(and, atomicAnd)
GR_IMPL_CUDA_UNSIGNED(or, atomicOr)
GR_IMPL_CUDA_UNSIGNED(xor, atomicXor)
GR_IMPL_CUDA_UNSIGNED(min, atomicMin)
GR_IMPL_CUDA_UNSIGNED(max, atomicMax)
GR_IMPL_CUDA_ATOMIC(min, atomicMin, int32_t)
GR_IMPL_CUDA_ATOMIC(min, atomicMin, int64_t)
GR_IMPL_CUDA_ATOMIC(max, atomicMax, int32_t)
GR_IMPL_CUDA_ATOMIC(max, atomicMax, int64_t)
#undef GR_IMPL_CUDA_UNSIGNED
#undef GR_IMPL_CUDA_ATOMIC

#ifndef GR_IMPL_RTC
/** Blocks of so many threads of a kernel that a multiprocessor holds at a time. */
template <class... P>
unsigned gr_impl_gpu_resident(const gr_impl_gpu_launch *, void (*kernel)(P...), unsigned threads) {
    int blocks = 0;

    if (cudaOccupancyMaxActiveBlocksPerMultiprocessor(
            &blocks, reinterpret_cast<const void *>(kernel), static_cast<int>(threads), 0) !=
        cudaSuccess) {
        (void)cudaGetLastError(); /* no block of this size runs */
    }
    return static_cast<unsigned>(blocks);
}

/* Dynamic shared memory that a block has without asking for more [B]. */
#define GR_IMPL_CUDA_SHARED 49152

/** Run kernel<<<blocks, threads, shared, stream>>>(arguments...). */
template <class... P, class... A>
void gr_impl_gpu_run(gr_impl_gpu_launch *launch, void (*kernel)(P...), unsigned blocks,
                     unsigned threads, size_t shared, const A &...arguments) {
    const void *const function = reinterpret_cast<const void *>(kernel);
    const void *places[] = {static_cast<const P *>(&arguments)...};
    cudaError_t failed = cudaSuccess;

    if (shared > GR_IMPL_CUDA_SHARED) {
        failed = cudaFuncSetAttribute(function, cudaFuncAttributeMaxDynamicSharedMemorySize,
                                      static_cast<int>(shared));
    }
    if (failed == cudaSuccess) {
        failed =
            cudaLaunchKernel(function, dim3(blocks), dim3(threads), const_cast<void **>(places),
                             shared, static_cast<cudaStream_t>(launch->stream));
    }
    if (failed != cudaSuccess && !launch->failure) {
        launch->failure = cudaGetErrorString(failed);
        (void)cudaGetLastError(); /* it is told once */
    }
}

#endif

#endif
