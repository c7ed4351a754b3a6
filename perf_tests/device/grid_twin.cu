/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file grid_twin.cu
 * @brief A transpose and two stencils by hand in CUDA.
 */
#include "twin.h"

namespace {

enum { TILE = 32, ROWS = 8 };

/* q[i + j n] = t[i n + j], by tiles whose columns lie in different banks (Harris 2013,
 * https://developer.nvidia.com/blog/efficient-matrix-transpose-cuda-cc/). */
__global__ void transpose_kernel(const double *__restrict__ t, double *__restrict__ q, gr_index n) {
    __shared__ double tile[TILE][TILE + 1];
    const gr_index i0 = blockIdx.y * TILE, j0 = blockIdx.x * TILE;

    for (int k = static_cast<int>(threadIdx.y); k < TILE; k += ROWS) {
        if (i0 + k < n && j0 + threadIdx.x < n) {
            tile[k][threadIdx.x] = t[(i0 + k) * n + j0 + threadIdx.x];
        }
    }
    __syncthreads();
    for (int k = static_cast<int>(threadIdx.y); k < TILE; k += ROWS) {
        if (j0 + k < n && i0 + threadIdx.x < n) {
            q[(j0 + k) * n + i0 + threadIdx.x] = tile[threadIdx.x][k];
        }
    }
}

/* Neighbours come from the first cache: blocks are wide enough. */
__global__ void jacobi_2d_kernel(const double *__restrict__ p, double *__restrict__ q, gr_index n) {
    const gr_index i = 1 + static_cast<gr_index>(blockIdx.x) * 64 + threadIdx.x;
    const gr_index j = 1 + static_cast<gr_index>(blockIdx.y) * 4 + threadIdx.y;

    if (i < n - 1 && j < n - 1) {
        const double *at = p + i + j * n;

        q[i + j * n] = 0.25 * (at[-1] + at[1] + at[-n] + at[n]);
    }
}

/* A thread climbs some planes with the value below, here and above in registers. */
enum { CLIMB = 16 };

__global__ void jacobi_3d_kernel(const double *__restrict__ u, double *__restrict__ v, gr_index n) {
    const gr_index i = 1 + static_cast<gr_index>(blockIdx.x) * 64 + threadIdx.x;
    const gr_index j = 1 + static_cast<gr_index>(blockIdx.y) * 4 + threadIdx.y;
    const gr_index first = 1 + static_cast<gr_index>(blockIdx.z) * CLIMB;
    const gr_index last = first + CLIMB < n - 1 ? first + CLIMB : n - 1;

    if (i < n - 1 && j < n - 1) {
        gr_index at = i + (j + first * n) * n;
        double below = u[at - n * n], here = u[at];

        for (gr_index k = first; k < last; ++k, at += n * n) {
            const double above = u[at + n * n];

            v[at] = (1.0 / 6.0) * (u[at - 1] + u[at + 1] + u[at - n] + u[at + n] + below + above);
            below = here;
            here = above;
        }
    }
}

} // namespace

extern "C" {

void device_transpose_twin(void *data) {
    const device_data *d = twin_data(data);
    const unsigned side = static_cast<unsigned>((d->n + TILE - 1) / TILE);

    transpose_kernel<<<dim3(side, side), dim3(TILE, ROWS), 0, twin_stream()>>>(d->t.data, d->q.data,
                                                                               d->n);
}

void device_jacobi_2d_twin(void *data) {
    const device_data *d = twin_data(data);
    const unsigned n = static_cast<unsigned>(d->n - 2);

    jacobi_2d_kernel<<<dim3((n + 63) / 64, (n + 3) / 4), dim3(64, 4), 0, twin_stream()>>>(
        d->p.data, d->q.data, d->n);
}

void device_jacobi_3d_twin(void *data) {
    const device_data *d = twin_data(data);
    const unsigned n = static_cast<unsigned>(d->n - 2);

    jacobi_3d_kernel<<<dim3((n + 63) / 64, (n + 3) / 4, (n + CLIMB - 1) / CLIMB), dim3(64, 4), 0,
                       twin_stream()>>>(d->u.data, d->v.data, d->n);
}
}
