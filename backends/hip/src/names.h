/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file names.h
 * @brief HIP's runtime under the names that backends/gpu/src/runtime.cpp uses.
 */
#ifndef GRANUM_HIP_NAMES_H
#define GRANUM_HIP_NAMES_H

#include <granum/hip/vendor.h>

#define GR_IMPL_GPU(name) hip##name
#define GR_IMPL_GPU_NAME "hip"
#define GR_IMPL_GPU_PROPERTIES hipDeviceProp_t
typedef hipError_t gr_impl_gpu_error;
typedef hipStream_t gr_impl_gpu_stream;

static inline gr_impl_gpu_error gr_impl_gpu_pinned(void **out, size_t bytes) {
    return hipHostMalloc(out, bytes, hipHostMallocPortable | hipHostMallocMapped);
}
static inline gr_impl_gpu_error gr_impl_gpu_pinned_free(void *memory) {
    return hipHostFree(memory);
}

/* Whose memory a pointer is; false: nobody's that HIP knows. */
static inline bool gr_impl_gpu_find(const void *pointer, gr_space *space, int *device) {
    hipPointerAttribute_t found;

    if (hipPointerGetAttributes(&found, const_cast<void *>(pointer)) != hipSuccess) {
        (void)hipGetLastError();
        return false;
    }
    *device = found.device;
#if HIP_VERSION_MAJOR >= 6
    const hipMemoryType type = found.type;
#else
    const hipMemoryType type = found.memoryType;
#endif
    *space = found.isManaged               ? GR_MANAGED
             : type == hipMemoryTypeDevice ? GR_DEVICE
             : type == hipMemoryTypeHost   ? GR_PINNED
                                           : GR_HOST;
    return *space != GR_HOST;
}

static inline void gr_impl_gpu_architecture(const hipDeviceProp_t &p, char *text, size_t size) {
    snprintf(text, size, "%.*s", (int)size - 1, p.gcnArchName);
}

static inline size_t gr_impl_gpu_shared(const hipDeviceProp_t &p) {
    return p.sharedMemPerBlock;
}

static inline size_t gr_impl_gpu_arguments(const hipDeviceProp_t &) {
    return 4096;
}

#endif
