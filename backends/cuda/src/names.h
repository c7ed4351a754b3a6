/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file names.h
 * @brief CUDA's runtime under the names that backends/gpu/src/runtime.cpp uses.
 */
#ifndef GRANUM_CUDA_NAMES_H
#define GRANUM_CUDA_NAMES_H

#include <granum/cuda/vendor.h>

#define GR_IMPL_GPU(name) cuda##name
#define GR_IMPL_GPU_NAME "cuda"
#define GR_IMPL_GPU_PROPERTIES cudaDeviceProp
typedef cudaError_t gr_impl_gpu_error;
typedef cudaStream_t gr_impl_gpu_stream;

static inline gr_impl_gpu_error gr_impl_gpu_pinned(void **out, size_t bytes) {
    return cudaHostAlloc(out, bytes, cudaHostAllocPortable | cudaHostAllocMapped);
}
static inline gr_impl_gpu_error gr_impl_gpu_pinned_free(void *memory) {
    return cudaFreeHost(memory);
}

/* Whose memory a pointer is; false: nobody's that CUDA knows. */
static inline bool gr_impl_gpu_find(const void *pointer, gr_space *space, int *device) {
    cudaPointerAttributes found;

    if (cudaPointerGetAttributes(&found, pointer) != cudaSuccess) {
        (void)cudaGetLastError();
        return false;
    }
    *device = found.device;
    *space = found.type == cudaMemoryTypeDevice    ? GR_DEVICE
             : found.type == cudaMemoryTypeManaged ? GR_MANAGED
             : found.type == cudaMemoryTypeHost    ? GR_PINNED
                                                   : GR_HOST;
    return *space != GR_HOST;
}

static inline void gr_impl_gpu_architecture(const cudaDeviceProp &p, char *text, size_t size) {
    snprintf(text, size, "sm_%d%d", p.major, p.minor);
}

/* Shared memory of a block where a kernel asks for more than the usual 48 KiB. */
static inline size_t gr_impl_gpu_shared(const cudaDeviceProp &p) {
    return p.sharedMemPerBlock;
}

/* Bytes of arguments: 32764 from Volta on with CUDA 12.1 or newer. */
static inline size_t gr_impl_gpu_arguments(const cudaDeviceProp &p) {
    int driver = 0;

    return CUDART_VERSION >= 12010 && p.major >= 7 &&
                   cudaDriverGetVersion(&driver) == cudaSuccess && driver >= 12010
               ? 32764
               : 4096;
}

#endif
