/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file runtime.h
 * @brief CUDA's runtime for backends/gpu/src: GR_GPU(name) is CUDA's name, the rest what differs.
 */
#ifndef GRANUM_CUDA_RUNTIME_H
#define GRANUM_CUDA_RUNTIME_H

#include <granum/cuda/vendor.h>

#include "../../gpu/src/reasons.h"

#include <dlfcn.h>
#include <stdio.h>

#define GR_GPU(name) cuda##name
#define GR_GPU_NAME "cuda"
#define GR_GPU_TOOL_TYPE 2
#define GR_GPU_TOOL_SPACES \
    { "Host", "Cuda", "CudaHostPinned", "CudaUVM" }
#define GR_GPU_HAS_POOLS cudaDevAttrMemoryPoolsSupported
#define GR_GPU_NO_MEMORY cudaErrorMemoryAllocation

typedef cudaDeviceProp gr_gpu_properties;
typedef cudaPointerAttributes gr_gpu_pointer;

static inline cudaError_t gr_gpu_pin(void **memory, size_t bytes) {
    return cudaHostAlloc(memory, bytes, cudaHostAllocPortable | cudaHostAllocMapped);
}
static inline cudaError_t gr_gpu_unpin(void *memory) {
    return cudaFreeHost(memory);
}

/** Count the devices; NULL, or why there are none. */
static inline const char *gr_gpu_count(int *count, char *text, size_t size) {
    const cudaError_t error = cudaGetDeviceCount(count);
    int driver = 0, runtime = 0;

    if (error == cudaSuccess) {
        return nullptr;
    }
    (void)cudaGetLastError();
    (void)cudaDriverGetVersion(&driver);
    (void)cudaRuntimeGetVersion(&runtime);
    if (driver == 0) {
        snprintf(text, size, "no NVIDIA driver was found, expected libcuda.so.1");
    } else if (error == cudaErrorInsufficientDriver) {
        return gr_gpu_old_driver(text, size, "CUDA", driver, runtime);
    } else {
        snprintf(text, size, "%s (%s)", cudaGetErrorName(error), cudaGetErrorString(error));
    }
    return text;
}

/** Whether a device has been started by anybody: cudaSetDevice would start it. Only the driver's
 * interface tells, and the runtime has loaded its library. */
static inline bool gr_gpu_is_used(int device) {
    typedef int state_function(int device, unsigned *flags, int *is_active);
    static void *const driver = dlopen("libcuda.so.1", RTLD_LAZY | RTLD_NOLOAD);
    static state_function *const state = reinterpret_cast<state_function *>(
        driver ? dlsym(driver, "cuDevicePrimaryCtxGetState") : nullptr);
    unsigned flags;
    int is_active = 0;

    return !state || state(device, &flags, &is_active) != 0 || is_active;
}

/** What kind of memory a pointer is to: 'd'evice, 'p'inned, 'm'anaged, 0 for other. */
static inline char gr_gpu_kind(const cudaPointerAttributes &attributes) {
    return attributes.type == cudaMemoryTypeDevice    ? 'd'
           : attributes.type == cudaMemoryTypeHost    ? 'p'
           : attributes.type == cudaMemoryTypeManaged ? 'm'
                                                      : 0;
}

static inline size_t gr_gpu_shared(const cudaDeviceProp &device) {
    return device.sharedMemPerBlockOptin;
}
/** Bytes that a kernel's arguments may have: more from Volta and CUDA 12.1 on. */
static inline size_t gr_gpu_arguments(const cudaDeviceProp &device) {
    return device.major >= 7 && CUDART_VERSION >= 12010 ? 32764 : 4096;
}
static inline void gr_gpu_architecture(const cudaDeviceProp &device, char *text, size_t size) {
    snprintf(text, size, "sm_%d%d", device.major, device.minor);
}

/* A library of the runtime belongs to no device, and needs no driver's interface. */
typedef cudaLibrary_t gr_gpu_module;
typedef cudaKernel_t gr_gpu_kernel;

static inline cudaError_t gr_gpu_module_load(gr_gpu_module *module, const void *image) {
    return cudaLibraryLoadData(module, image, nullptr, nullptr, 0, nullptr, nullptr, 0);
}
static inline cudaError_t gr_gpu_module_kernel(gr_gpu_kernel *kernel, gr_gpu_module module,
                                               const char *name) {
    return cudaLibraryGetKernel(kernel, module, name);
}
static inline cudaError_t gr_gpu_module_resident(int *blocks, gr_gpu_kernel kernel, int threads) {
    return cudaOccupancyMaxActiveBlocksPerMultiprocessor(
        blocks, reinterpret_cast<const void *>(kernel), threads, 0);
}
/** Launch with the kernel's one argument; shared memory beyond 48 KiB has to be asked for. */
static inline cudaError_t gr_gpu_module_run(gr_gpu_kernel kernel, unsigned blocks, unsigned threads,
                                            size_t shared, cudaStream_t stream, void *argument) {
    const void *const function = reinterpret_cast<const void *>(kernel);
    void *places[] = {argument};
    cudaError_t error = cudaSuccess;

    if (shared > 49152) {
        error = cudaFuncSetAttribute(function, cudaFuncAttributeMaxDynamicSharedMemorySize,
                                     static_cast<int>(shared));
    }
    return error == cudaSuccess
               ? cudaLaunchKernel(function, dim3(blocks), dim3(threads), places, shared, stream)
               : error;
}

#endif
