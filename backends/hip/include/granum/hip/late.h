/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file hip/late.h
 * @brief HIP's runtime for kernel files: its library is opened when the program starts, and may be
 * missing.
 *
 * What the compiler and launches call of HIP stands here by name, so that a program with HIP kernel
 * files is not linked with libamdhip64.so and starts on a machine without it. No launch gets here
 * then: libgranum_hip.so, which is linked with it, was not loaded, and the library says so. Each
 * kernel file has these functions, and the linker keeps one of each.
 */
#ifndef GRANUM_HIP_LATE_H
#define GRANUM_HIP_LATE_H

#if defined(__HIP_PLATFORM_AMD__) && !defined(GR_IMPL_RTC)

#include <dlfcn.h>

#define GR_IMPL_HIP_TEXT_OF(x) #x
#define GR_IMPL_HIP_TEXT(x) GR_IMPL_HIP_TEXT_OF(x)

/* A function of the library that the headers are of; NULL: there is none. */
static inline void *gr_impl_hip_find(const char *name) {
    void *library =
        dlopen("libamdhip64.so." GR_IMPL_HIP_TEXT(HIP_VERSION_MAJOR), RTLD_LAZY | RTLD_LOCAL);

    return library ? dlsym(library, name) : nullptr;
}

/* A function that calls the library's of the same name; `missing` is the answer without it. */
#define GR_IMPL_HIP_LATE(result, missing, name, parameters, arguments)                  \
    extern "C" __attribute__((weak)) result name parameters {                           \
        static void *found;                                                             \
        void *call = __atomic_load_n(&found, __ATOMIC_ACQUIRE);                         \
                                                                                        \
        if (!call) {                                                                    \
            call = gr_impl_hip_find(#name);                                             \
            __atomic_store_n(&found, call, __ATOMIC_RELEASE);                           \
        }                                                                               \
        return call ? reinterpret_cast<result(*) parameters>(call) arguments : missing; \
    }

/* What compiled kernels are made known by, when the program starts and ends. */
GR_IMPL_HIP_LATE(void **, nullptr, __hipRegisterFatBinary, (const void *code), (code))
GR_IMPL_HIP_LATE(void, (void)0, __hipUnregisterFatBinary, (void **code), (code))
GR_IMPL_HIP_LATE(void, (void)0, __hipRegisterFunction,
                 (void **code, const void *host, char *device, const char *name, unsigned threads,
                  void *thread, void *block, void *sides, void *grid, int *warp),
                 (code, host, device, name, threads, thread, block, sides, grid, warp))
GR_IMPL_HIP_LATE(void, (void)0, __hipRegisterVar,
                 (void **code, void *host, char *device, char *name, int is_extern, size_t bytes,
                  int is_constant, int is_global),
                 (code, host, device, name, is_extern, bytes, is_constant, is_global))

/* What launches are made of. */
GR_IMPL_HIP_LATE(hipError_t, hipErrorNoDevice, __hipPushCallConfiguration,
                 (dim3 blocks, dim3 threads, size_t shared, hipStream_t stream),
                 (blocks, threads, shared, stream))
GR_IMPL_HIP_LATE(hipError_t, hipErrorNoDevice, __hipPopCallConfiguration,
                 (dim3 * blocks, dim3 *threads, size_t *shared, hipStream_t *stream),
                 (blocks, threads, shared, stream))
GR_IMPL_HIP_LATE(hipError_t, hipErrorNoDevice, hipLaunchKernel,
                 (const void *kernel, dim3 blocks, dim3 threads, void **arguments, size_t shared,
                  hipStream_t stream),
                 (kernel, blocks, threads, arguments, shared, stream))
GR_IMPL_HIP_LATE(hipError_t, hipErrorNoDevice, hipOccupancyMaxActiveBlocksPerMultiprocessor,
                 (int *blocks, const void *kernel, int threads, size_t shared),
                 (blocks, kernel, threads, shared))
GR_IMPL_HIP_LATE(hipError_t, hipErrorNoDevice, hipGetLastError, (void), ())
GR_IMPL_HIP_LATE(const char *, "HIP's runtime is missing", hipGetErrorString, (hipError_t error),
                 (error))
GR_IMPL_HIP_LATE(hipError_t, hipErrorNoDevice, hipMemcpyFromSymbol,
                 (void *to, const void *symbol, size_t bytes, size_t offset, hipMemcpyKind kind),
                 (to, symbol, bytes, offset, kind))
GR_IMPL_HIP_LATE(hipError_t, hipErrorNoDevice, hipMemcpyToSymbol,
                 (const void *symbol, const void *from, size_t bytes, size_t offset,
                  hipMemcpyKind kind),
                 (symbol, from, bytes, offset, kind))

#undef GR_IMPL_HIP_LATE
#undef GR_IMPL_HIP_TEXT
#undef GR_IMPL_HIP_TEXT_OF

#endif

#endif
