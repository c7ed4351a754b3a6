/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file apps_twin.cu
 * @brief Sparse and dense matrices, a histogram, and forces between neighbours by hand in CUDA.
 */
#include "twin.h"

namespace {

/* Rows of a few dozen: eight lanes each (Bell & Garland 2009, doi:10.1145/1654059.1654078). */
enum { LANES = 8 };

__global__ void spmv_kernel(const int64_t *__restrict__ row, const int32_t *__restrict__ col,
                            const double *__restrict__ val, const double *__restrict__ x,
                            double *__restrict__ y, gr_index rows) {
    const gr_index i = twin_index() / LANES;
    const int lane = static_cast<int>(threadIdx.x) % LANES;
    double sum = 0;

    if (i < rows) {
        for (int64_t k = row[i] + lane; k < row[i + 1]; k += LANES) {
            sum += val[k] * x[col[k]];
        }
    }
    for (int step = LANES / 2; step > 0; step /= 2) {
        sum += __shfl_down_sync(0xffffffff, sum, static_cast<unsigned>(step), LANES);
    }
    if (i < rows && lane == 0) {
        y[i] = sum;
    }
}

/* Tiles of C by 256 threads, 4 x 4 sums a thread in registers; A's tile lies by columns. */
enum { TILE = 64, DEPTH = 16, SIDE = 4 };

__global__ void __launch_bounds__(256)
    dgemm_kernel(const double *__restrict__ a, const double *__restrict__ b, double *__restrict__ c,
                 gr_index n) {
    __shared__ double of_a[DEPTH][TILE + 2], of_b[DEPTH][TILE];
    const int t = static_cast<int>(threadIdx.x), ti = t / 16 * SIDE, tj = t % 16 * SIDE;
    const gr_index i0 = static_cast<gr_index>(blockIdx.y) * TILE;
    const gr_index j0 = static_cast<gr_index>(blockIdx.x) * TILE;
    double sum[SIDE][SIDE] = {};

    for (gr_index k0 = 0; k0 < n; k0 += DEPTH) {
        for (int e = t; e < TILE * DEPTH; e += 256) {
            const int i = e / DEPTH, k = e % DEPTH;

            of_a[k][i] = i0 + i < n && k0 + k < n ? a[(i0 + i) * n + k0 + k] : 0;
        }
        for (int e = t; e < TILE * DEPTH; e += 256) {
            const int k = e / TILE, j = e % TILE;

            of_b[k][j] = k0 + k < n && j0 + j < n ? b[(k0 + k) * n + j0 + j] : 0;
        }
        __syncthreads();
#pragma unroll
        for (int k = 0; k < DEPTH; ++k) {
            double column[SIDE], line[SIDE];

#pragma unroll
            for (int s = 0; s < SIDE; ++s) {
                column[s] = of_a[k][ti + s];
                line[s] = of_b[k][tj + s];
            }
#pragma unroll
            for (int i = 0; i < SIDE; ++i) {
#pragma unroll
                for (int j = 0; j < SIDE; ++j) {
                    sum[i][j] = fma(column[i], line[j], sum[i][j]);
                }
            }
        }
        __syncthreads();
    }
    for (int i = 0; i < SIDE; ++i) {
        for (int j = 0; j < SIDE; ++j) {
            if (i0 + ti + i < n && j0 + tj + j < n) {
                c[(i0 + ti + i) * n + j0 + tj + j] += sum[i][j];
            }
        }
    }
}

/* Blocks count in shared memory, then add to the bins. */
__global__ void histogram_kernel(const int64_t *__restrict__ keys, unsigned long long *bins,
                                 gr_index n) {
    __shared__ unsigned own[DEVICE_BINS];
    const gr_index step = static_cast<gr_index>(gridDim.x) * TWIN_THREADS;

    for (int b = static_cast<int>(threadIdx.x); b < DEVICE_BINS; b += TWIN_THREADS) {
        own[b] = 0;
    }
    __syncthreads();
    for (gr_index i = twin_index(); i < n; i += step) {
        atomicAdd(&own[keys[i]], 1u);
    }
    __syncthreads();
    for (int b = static_cast<int>(threadIdx.x); b < DEVICE_BINS; b += TWIN_THREADS) {
        if (own[b] > 0) {
            atomicAdd(&bins[b], static_cast<unsigned long long>(own[b]));
        }
    }
}

/* A block a cell: the atoms of 27 cells in shared memory, a warp an atom, a lane a neighbour. */
enum { WARPS = 4 };

__global__ void forces_kernel(const int64_t *__restrict__ first, const int64_t *__restrict__ order,
                              const double *__restrict__ x, double *__restrict__ force, gr_index m,
                              gr_index room, double box) {
    extern __shared__ double near[];
    const gr_index c = blockIdx.x;
    const int t = static_cast<int>(threadIdx.x), lane = t % 32;
    gr_index count = 0;

    for (int around = 0; around < 27; ++around) {
        const gr_index at[3] = {c / (m * m) + around / 9 - 1, c / m % m + around / 3 % 3 - 1,
                                c % m + around % 3 - 1};
        const gr_index other = ((at[0] + m) % m * m + (at[1] + m) % m) * m + (at[2] + m) % m;
        const gr_index lo = first[other], hi = first[other + 1];

        for (gr_index k = lo + t; k < hi; k += 32 * WARPS) {
            for (int axis = 0; axis < 3; ++axis) {
                near[axis * room + count + k - lo] = x[3 * k + axis] + (at[axis] < 0   ? -box
                                                                        : at[axis] < m ? 0
                                                                                       : box);
            }
        }
        count += hi - lo;
    }
    __syncthreads();
    for (gr_index a = first[c] + t / 32; a < first[c + 1]; a += WARPS) {
        const double here[3] = {x[3 * a], x[3 * a + 1], x[3 * a + 2]};
        double sum[3] = {0, 0, 0};

        for (gr_index k = lane; k < count; k += 32) {
            const double dx = here[0] - near[k], dy = here[1] - near[room + k];
            const double dz = here[2] - near[2 * room + k];
            const double r2 = dx * dx + dy * dy + dz * dz;

            if (r2 < 2.5 * 2.5 && r2 > 0) {
                const double p2 = 1.0 / r2, p6 = p2 * p2 * p2;
                const double f = 48.0 * p6 * (p6 - 0.5) * p2;

                sum[0] += f * dx;
                sum[1] += f * dy;
                sum[2] += f * dz;
            }
        }
        for (int axis = 0; axis < 3; ++axis) {
            for (unsigned step = 16; step > 0; step /= 2) {
                sum[axis] += __shfl_down_sync(0xffffffff, sum[axis], step);
            }
            if (lane == 0) {
                force[3 * order[a] + axis] = sum[axis];
            }
        }
    }
}

} // namespace

extern "C" {

void device_spmv_twin(void *data) {
    const device_data *d = twin_data(data);

    spmv_kernel<<<twin_blocks(d->rows * LANES), TWIN_THREADS, 0, twin_stream()>>>(
        d->row, d->col, d->val, d->x, d->y, d->rows);
}

void device_dgemm_twin(void *data) {
    const device_data *d = twin_data(data);
    const unsigned side = static_cast<unsigned>((d->n + TILE - 1) / TILE);

    dgemm_kernel<<<dim3(side, side), 256, 0, twin_stream()>>>(d->ma.data, d->mb.data, d->mc.data,
                                                              d->n);
}

void device_histogram_twin(void *data) {
    const device_data *d = twin_data(data);
    static int processors;

    if (processors == 0) {
        twin_check(cudaDeviceGetAttribute(&processors, cudaDevAttrMultiProcessorCount, 0));
    }
    const unsigned most = 8 * static_cast<unsigned>(processors);
    const unsigned blocks = twin_blocks(d->n), used = blocks < most ? blocks : most;

    twin_check(cudaMemsetAsync(d->bins, 0, DEVICE_BINS * sizeof(int64_t), twin_stream()));
    histogram_kernel<<<used, TWIN_THREADS, 0, twin_stream()>>>(
        d->keys, reinterpret_cast<unsigned long long *>(d->bins), d->n);
}

/* As the example's: waited for. */
void device_lennard_jones_twin(void *data) {
    const device_data *d = twin_data(data);
    const size_t shared = 3 * static_cast<size_t>(d->room) * sizeof(double);

    twin_check(cudaFuncSetAttribute(forces_kernel, cudaFuncAttributeMaxDynamicSharedMemorySize,
                                    static_cast<int>(shared)));
    forces_kernel<<<static_cast<unsigned>(d->cells * d->cells * d->cells), 32 * WARPS, shared,
                    twin_stream()>>>(d->first, d->order, d->sorted, d->force, d->cells, d->room,
                                     d->box);
    twin_check(cudaStreamSynchronize(twin_stream()));
}
}
