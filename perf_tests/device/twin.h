/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file twin.h
 * @brief What the hand-written sides share: their stream, and how errors end the program.
 */
#ifndef GRANUM_BENCH_TWIN_H
#define GRANUM_BENCH_TWIN_H

#include "device.h"

#include <cstdio>
#include <cstdlib>

inline void twin_check(cudaError_t error) {
    if (error != cudaSuccess) {
        fprintf(stderr, "twin: %s\n", cudaGetErrorString(error));
        exit(1);
    }
}

inline cudaStream_t twin_stream() {
    static cudaStream_t made;

    if (!made) {
        twin_check(cudaStreamCreateWithFlags(&made, cudaStreamNonBlocking));
    }
    return made;
}

enum { TWIN_THREADS = 256 };

inline unsigned twin_blocks(gr_index n) {
    return static_cast<unsigned>((n + TWIN_THREADS - 1) / TWIN_THREADS);
}

/* The number of an element along one dimension. */
__device__ inline gr_index twin_index() {
    return static_cast<gr_index>(blockIdx.x) * TWIN_THREADS + threadIdx.x;
}

/* CUB's calls come twice: how much memory, then the work. The memory is kept. */
template <class F> void twin_cub(const F &call) {
    static void *kept;
    static size_t size;
    size_t wanted = 0;

    twin_check(call(static_cast<void *>(nullptr), wanted));
    if (wanted > size) {
        twin_check(cudaStreamSynchronize(twin_stream()));
        twin_check(cudaFree(kept));
        twin_check(cudaMalloc(&kept, wanted));
        size = wanted;
    }
    twin_check(call(kept, wanted));
}

inline const device_data *twin_data(const void *data) {
    return static_cast<const device_data *>(data);
}

#endif
