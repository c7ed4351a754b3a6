/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file gpu/hardware.h
 * @brief What compilers for real devices spell alike, included by their vendor.h.
 *
 * Before it stand the runtime's header and GR_IMPL_TRAP(), which ends a kernel.
 */
#ifndef GRANUM_GPU_HARDWARE_H
#define GRANUM_GPU_HARDWARE_H

#include <granum/impl/device.h>

#ifndef GR_IMPL_RTC
#include <stdio.h>
#endif

#define GR_IMPL_GLOBAL __global__
#define GR_IMPL_DEVICE __device__
#define GR_IMPL_HOST_DEVICE __host__ __device__
#define GR_IMPL_DEVICE_INLINE static __device__ __forceinline__ __attribute__((unused))
#define GR_IMPL_HOST_DEVICE_INLINE \
    static __host__ __device__ __forceinline__ __attribute__((unused))
#define GR_IMPL_MATH(name) ::name
#define GR_IMPL_DEVICE_VARIABLE static __device__

GR_IMPL_DEVICE_INLINE unsigned gr_impl_dev_thread() {
    return threadIdx.x;
}
GR_IMPL_DEVICE_INLINE unsigned gr_impl_dev_threads() {
    return blockDim.x;
}
GR_IMPL_DEVICE_INLINE unsigned gr_impl_dev_block() {
    return blockIdx.x;
}
GR_IMPL_DEVICE_INLINE unsigned gr_impl_dev_blocks() {
    return gridDim.x;
}
extern __shared__ uint4 gr_impl_block_shared[];
GR_IMPL_DEVICE_INLINE void *gr_impl_dev_shared() {
    return gr_impl_block_shared;
}
GR_IMPL_DEVICE_INLINE void gr_impl_dev_barrier() {
    __syncthreads();
}
GR_IMPL_DEVICE_INLINE void gr_impl_dev_fence() {
    __threadfence();
}

extern "C" GR_API int gr_printf(const char *format, ...) __attribute__((format(printf, 1, 2)));
/** gr_printf of kernel bodies: a device has no C functions with "..." but its own printf. */
template <class... A> GR_IMPL_HOST_DEVICE int gr_impl_gpu_printf(const char *format, A... values) {
#if defined(__CUDA_ARCH__) || defined(__HIP_DEVICE_COMPILE__)
    return printf(format, values...);
#else
    return (gr_printf)(format, values...);
#endif
}
#define GR_IMPL_PRINTF(...) gr_impl_gpu_printf(__VA_ARGS__)

/** Say that scratch memory is used up, and end the kernel: it has nowhere to go on with. */
static __device__ __noinline__ __attribute__((unused)) void *gr_impl_dev_scratch_is_full(
    size_t bytes, int level, size_t room, bool per_thread) {
    printf("granum: scratch View of %llu bytes at level %d, expected at most the %llu bytes left "
           "of what gr_with_scratch asks for per %s\n",
           (unsigned long long)bytes, level, (unsigned long long)room,
           per_thread ? "thread" : "team");
    GR_IMPL_TRAP();
    return nullptr;
}

#endif
