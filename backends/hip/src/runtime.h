/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file runtime.h
 * @brief HIP's runtime for backends/gpu/src: GR_GPU(name) is HIP's name, the rest what differs.
 */
#ifndef GRANUM_HIP_RUNTIME_H
#define GRANUM_HIP_RUNTIME_H

#include <granum/hip/vendor.h>

#include <stdio.h>

#define GR_GPU(name) hip##name
#define GR_GPU_NAME "hip"
#define GR_GPU_TOOL_TYPE 3
#define GR_GPU_TOOL_SPACES \
    { "Host", "HIP", "HIPHostPinned", "HIPManaged" }
#define GR_GPU_HAS_POOLS hipDeviceAttributeMemoryPoolsSupported
#define GR_GPU_NO_MEMORY hipErrorOutOfMemory

typedef hipDeviceProp_t gr_gpu_properties;
typedef hipPointerAttribute_t gr_gpu_pointer;

static inline hipError_t gr_gpu_pin(void **memory, size_t bytes) {
    return hipHostMalloc(memory, bytes, hipHostMallocPortable | hipHostMallocMapped);
}
static inline hipError_t gr_gpu_unpin(void *memory) {
    return hipHostFree(memory);
}

/** Count the devices; NULL, or why there are none. */
static inline const char *gr_gpu_count(int *count, char *text, size_t size) {
    const hipError_t error = hipGetDeviceCount(count);

    if (error == hipSuccess) {
        return nullptr;
    }
    (void)hipGetLastError();
    if (error == hipErrorNoDevice) {
        snprintf(text, size,
                 "no AMD GPU was found, expected one whose driver lets this user open /dev/kfd");
    } else {
        snprintf(text, size, "%s (%s)", hipGetErrorName(error), hipGetErrorString(error));
    }
    return text;
}

/** Whether choosing a device costs nothing that somebody has not asked for: HIP starts it when it
 * is first given something to do. */
static inline bool gr_gpu_is_used(int) {
    return true;
}

/** What kind of memory a pointer is to: 'd'evice, 'p'inned, 'm'anaged, 0 for other. */
static inline char gr_gpu_kind(const hipPointerAttribute_t &attributes) {
#if HIP_VERSION_MAJOR >= 6
    const int type = attributes.type;
#else
    const int type = attributes.memoryType;
#endif

    return attributes.isManaged           ? 'm'
           : type == hipMemoryTypeDevice  ? 'd'
           : type == hipMemoryTypeHost    ? 'p'
           : type == hipMemoryTypeUnified ? 'm'
                                          : 0;
}

static inline size_t gr_gpu_shared(const hipDeviceProp_t &device) {
    return device.sharedMemPerBlock;
}
/** Bytes that a kernel's arguments may have. */
static inline size_t gr_gpu_arguments(const hipDeviceProp_t &) {
    return 4096;
}
static inline void gr_gpu_architecture(const hipDeviceProp_t &device, char *text, size_t size) {
    snprintf(text, size, "%.31s", device.gcnArchName);
}

typedef hipModule_t gr_gpu_module;
typedef hipFunction_t gr_gpu_kernel;

static inline hipError_t gr_gpu_module_load(gr_gpu_module *module, const void *image) {
    return hipModuleLoadData(module, image);
}
static inline hipError_t gr_gpu_module_kernel(gr_gpu_kernel *kernel, gr_gpu_module module,
                                              const char *name) {
    return hipModuleGetFunction(kernel, module, name);
}
static inline hipError_t gr_gpu_module_resident(int *blocks, gr_gpu_kernel kernel, int threads) {
    return hipModuleOccupancyMaxActiveBlocksPerMultiprocessor(blocks, kernel, threads, 0);
}
/** Launch with the kernel's one argument. */
static inline hipError_t gr_gpu_module_run(gr_gpu_kernel kernel, unsigned blocks, unsigned threads,
                                           size_t shared, hipStream_t stream, void *argument) {
    void *places[] = {argument};

    return hipModuleLaunchKernel(kernel, blocks, 1, 1, threads, 1, 1, static_cast<unsigned>(shared),
                                 stream, places, nullptr);
}

#endif
