/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file hip_runtime.h
 * @brief The names of HIP that granum uses, as CUDA's: found in the place of HIP's own header, it
 * lets nvcc compile the hip backend for an NVIDIA GPU.
 */
#ifndef GRANUM_HIP_ON_CUDA_H
#define GRANUM_HIP_ON_CUDA_H

#include <cuda_runtime.h>

#include <stdio.h>
#include <type_traits>

#ifdef __CUDA_ARCH__
#define __HIP_DEVICE_COMPILE__ 1
#endif

/* ---- device code ---- */

/* A wave that runs in step is a warp that meets. */
#define __builtin_amdgcn_fence(order, scope) __threadfence_block()
#define __builtin_amdgcn_wave_barrier() __syncwarp()
#define __builtin_amdgcn_s_sleep(n) __nanosleep(20 * (n))
#define __builtin_trap() __trap()
static __device__ __forceinline__ int gr_hip_shfl(int word, int lane, int lanes) {
    const unsigned all = lanes == 32 ? ~0u : (1u << lanes) - 1;

    return __shfl_sync(all << (threadIdx.x & 31 & ~((unsigned)lanes - 1)), word, lane, lanes);
}

#define __shfl gr_hip_shfl

/* Orders are the compiler's __ATOMIC_... in HIP; CUDA has numbers of its own, and wants constants.
 */
#define __HIP_MEMORY_SCOPE_AGENT 0
template <int O> struct gr_hip_order {
    enum {
        value = O == __ATOMIC_RELAXED   ? __NV_ATOMIC_RELAXED
                : O == __ATOMIC_ACQUIRE ? __NV_ATOMIC_ACQUIRE
                : O == __ATOMIC_RELEASE ? __NV_ATOMIC_RELEASE
                                        : __NV_ATOMIC_ACQ_REL
    };
};
/* The types that CUDA's atomics take: words of 8 bytes are long long. */
template <class T> struct gr_hip_word {
    typedef std::conditional_t<
        std::is_integral<T>::value && sizeof(T) == 8,
        std::conditional_t<std::is_signed<T>::value, long long, unsigned long long>, T>
        type;
};
template <class T> using gr_hip_word_t = typename gr_hip_word<T>::type;

template <int O, class T> __device__ __forceinline__ T gr_hip_load(T *p) {
    T value;

    __nv_atomic_load(p, &value, gr_hip_order<O>::value, __NV_THREAD_SCOPE_DEVICE);
    return value;
}
template <int O, class T> __device__ __forceinline__ void gr_hip_store(T *p, T value) {
    __nv_atomic_store(p, &value, gr_hip_order<O>::value, __NV_THREAD_SCOPE_DEVICE);
}
template <class T>
__device__ __forceinline__ bool gr_hip_compare_exchange(T *p, T *expected, T desired) {
    typedef std::conditional_t<sizeof(T) == 8, unsigned long long, unsigned> word;
    const T before = static_cast<T>(atomicCAS(
        reinterpret_cast<word *>(p), static_cast<word>(*expected), static_cast<word>(desired)));
    const bool is_done = before == *expected;

    *expected = before;
    return is_done;
}
#define __hip_atomic_load(p, order, scope) gr_hip_load<order>(p)
#define __hip_atomic_store(p, value, order, scope) gr_hip_store<order>(p, value)
#define __hip_atomic_compare_exchange_strong(p, expected, desired, success, failure, scope) \
    gr_hip_compare_exchange(p, expected, desired)
/* Those of reductions acquire and release by a fence on either side. */
#define GR_HIP_FETCH(name, atomic)                                                          \
    template <class T>                                                                      \
    __device__ __forceinline__ T __hip_atomic_fetch_##name(T *p, T value, int order, int) { \
        if (order != __ATOMIC_RELAXED) {                                                    \
            __threadfence();                                                                \
        }                                                                                   \
        const T before = static_cast<T>(                                                    \
            atomic(reinterpret_cast<gr_hip_word_t<T> *>(p), (gr_hip_word_t<T>)value));      \
        if (order != __ATOMIC_RELAXED) {                                                    \
            __threadfence();                                                                \
        }                                                                                   \
        return before;                                                                      \
    }
GR_HIP_FETCH(add, atomicAdd)
GR_HIP_FETCH(and, atomicAnd)
GR_HIP_FETCH(or, atomicOr)
GR_HIP_FETCH(xor, atomicXor)
GR_HIP_FETCH(min, atomicMin)
GR_HIP_FETCH(max, atomicMax)
#undef GR_HIP_FETCH

/* ---- the runtime ---- */

typedef cudaError_t hipError_t;
typedef cudaStream_t hipStream_t;
typedef cudaEvent_t hipEvent_t;
typedef cudaGraph_t hipGraph_t;
typedef cudaGraphExec_t hipGraphExec_t;
typedef cudaMemPool_t hipMemPool_t;
typedef cudaMemAccessDesc hipMemAccessDesc;
typedef cudaFuncAttributes hipFuncAttributes;
typedef cudaLibrary_t hipModule_t;
typedef cudaKernel_t hipFunction_t;

#define hipSuccess cudaSuccess
#define hipErrorOutOfMemory cudaErrorMemoryAllocation
#define hipErrorNoDevice cudaErrorNoDevice
#define hipDeviceAttributeMemoryPoolsSupported cudaDevAttrMemoryPoolsSupported
#define hipMemPoolAttrReleaseThreshold cudaMemPoolAttrReleaseThreshold
#define hipMemLocationTypeDevice cudaMemLocationTypeDevice
#define hipMemAccessFlagsProtReadWrite cudaMemAccessFlagsProtReadWrite
#define hipMemcpyDefault cudaMemcpyDefault
#define hipStreamNonBlocking cudaStreamNonBlocking
#define hipStreamCaptureModeRelaxed cudaStreamCaptureModeRelaxed
#define hipEventDisableTiming cudaEventDisableTiming
#define hipHostMallocPortable cudaHostAllocPortable
#define hipHostMallocMapped cudaHostAllocMapped

#define hipDeviceGetAttribute cudaDeviceGetAttribute
#define hipDeviceGetDefaultMemPool cudaDeviceGetDefaultMemPool
#define hipDeviceCanAccessPeer cudaDeviceCanAccessPeer
#define hipDeviceEnablePeerAccess cudaDeviceEnablePeerAccess
#define hipDeviceSynchronize cudaDeviceSynchronize
#define hipEventCreateWithFlags cudaEventCreateWithFlags
#define hipEventDestroy cudaEventDestroy
#define hipEventRecord cudaEventRecord
#define hipFree cudaFree
#define hipFreeAsync cudaFreeAsync
#define hipFuncGetAttributes cudaFuncGetAttributes
#define hipGetDevice cudaGetDevice
#define hipGetDeviceCount cudaGetDeviceCount
#define hipGetErrorName cudaGetErrorName
#define hipGetErrorString cudaGetErrorString
#define hipGetLastError cudaGetLastError
#define hipGraphDestroy cudaGraphDestroy
#define hipGraphExecDestroy cudaGraphExecDestroy
#define hipGraphInstantiateWithFlags cudaGraphInstantiateWithFlags
#define hipGraphLaunch cudaGraphLaunch
#define hipHostFree cudaFreeHost
#define hipHostMalloc cudaHostAlloc
#define hipLaunchKernel cudaLaunchKernel
#define hipMalloc cudaMalloc
#define hipMallocAsync cudaMallocAsync
#define hipMallocManaged cudaMallocManaged
#define hipMemGetInfo cudaMemGetInfo
#define hipMemPoolSetAccess cudaMemPoolSetAccess
#define hipMemPoolSetAttribute cudaMemPoolSetAttribute
#define hipMemPoolTrimTo cudaMemPoolTrimTo
#define hipMemcpyPeerAsync cudaMemcpyPeerAsync
#define hipMemcpyAsync cudaMemcpyAsync
#define hipMemcpyFromSymbol cudaMemcpyFromSymbol
#define hipMemcpyToSymbol cudaMemcpyToSymbol
#define hipMemsetAsync cudaMemsetAsync
#define hipModuleGetFunction cudaLibraryGetKernel
#define hipOccupancyMaxActiveBlocksPerMultiprocessor cudaOccupancyMaxActiveBlocksPerMultiprocessor
#define hipSetDevice cudaSetDevice
#define hipStreamBeginCapture cudaStreamBeginCapture
#define hipStreamCreateWithFlags cudaStreamCreateWithFlags
#define hipStreamDestroy cudaStreamDestroy
#define hipStreamEndCapture cudaStreamEndCapture
#define hipStreamSynchronize cudaStreamSynchronize
#define hipStreamWaitEvent cudaStreamWaitEvent

static inline hipError_t hipModuleLoadData(hipModule_t *module, const void *image) {
    return cudaLibraryLoadData(module, image, nullptr, nullptr, 0, nullptr, nullptr, 0);
}
static inline hipError_t hipModuleLaunchKernel(hipFunction_t kernel, unsigned blocks, unsigned,
                                               unsigned, unsigned threads, unsigned, unsigned,
                                               unsigned shared, hipStream_t stream, void **places,
                                               void **) {
    return cudaLaunchKernel(reinterpret_cast<const void *>(kernel), dim3(blocks), dim3(threads),
                            places, shared, stream);
}
static inline hipError_t hipModuleOccupancyMaxActiveBlocksPerMultiprocessor(int *blocks,
                                                                            hipFunction_t kernel,
                                                                            int threads,
                                                                            size_t shared) {
    return cudaOccupancyMaxActiveBlocksPerMultiprocessor(
        blocks, reinterpret_cast<const void *>(kernel), threads, shared);
}

/* Properties have a name for the architecture, and pointers other fields. */
struct hipDeviceProp_t : cudaDeviceProp {
    char gcnArchName[32];
};
static inline hipError_t hipGetDeviceProperties(hipDeviceProp_t *out, int device) {
    const hipError_t error = cudaGetDeviceProperties(out, device);

    snprintf(out->gcnArchName, sizeof out->gcnArchName, "sm_%d%d", out->major, out->minor);
    return error;
}

enum {
    hipMemoryTypeHost = cudaMemoryTypeHost,
    hipMemoryTypeDevice = cudaMemoryTypeDevice,
    hipMemoryTypeUnified = 100
};
struct hipPointerAttribute_t {
    int memoryType, device;
    bool isManaged;
};
static inline hipError_t hipPointerGetAttributes(hipPointerAttribute_t *out, const void *pointer) {
    cudaPointerAttributes attributes;
    const hipError_t error = cudaPointerGetAttributes(&attributes, pointer);

    *out = {static_cast<int>(attributes.type), attributes.device,
            attributes.type == cudaMemoryTypeManaged};
    return error;
}

#endif
