/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file device_twin.cu
 * @brief The same rows by hand in CUDA, and by CUB where it has them.
 */
#include "device.h"

#include <cub/device/device_reduce.cuh>
#include <cub/device/device_scan.cuh>
#include <thrust/iterator/counting_iterator.h>
#include <thrust/iterator/transform_iterator.h>

#include <cstdio>
#include <cstdlib>

namespace {

void check(cudaError_t error) {
    if (error != cudaSuccess) {
        fprintf(stderr, "twin: %s\n", cudaGetErrorString(error));
        exit(1);
    }
}

cudaStream_t stream() {
    static cudaStream_t made;

    if (!made) {
        check(cudaStreamCreateWithFlags(&made, cudaStreamNonBlocking));
    }
    return made;
}

/* Memory that CUB asks for, kept; and a place for results, with one on the host. */
void *room(size_t bytes) {
    static void *kept;
    static size_t size;

    if (bytes > size) {
        check(cudaStreamSynchronize(stream()));
        check(cudaFree(kept));
        check(cudaMalloc(&kept, bytes));
        size = bytes;
    }
    return kept;
}

struct places {
    double *device, *host;
};

const places &results() {
    static places made;

    if (!made.device) {
        check(cudaMalloc(&made.device, 64));
        check(cudaMallocHost(&made.host, 64));
    }
    return made;
}

/* CUB's calls come twice: how much memory, then the work. Then the results, of so many bytes. */
template <class F> void cub_call(const F &call, size_t bytes) {
    size_t wanted = 0;
    void *memory;

    check(call(static_cast<void *>(nullptr), wanted));
    memory = room(wanted);
    check(call(memory, wanted));
    if (bytes > 0) {
        check(cudaMemcpyAsync(results().host, results().device, bytes, cudaMemcpyDeviceToHost,
                              stream()));
        check(cudaStreamSynchronize(stream()));
    }
}

enum { THREADS = 256 };

unsigned blocks(gr_index n) {
    return static_cast<unsigned>((n + THREADS - 1) / THREADS);
}

__global__ void empty_kernel() {}

template <class T, int What>
__global__ void stream_kernel(const T *a, const T *b, T *c, gr_index n) {
    const gr_index i = static_cast<gr_index>(blockIdx.x) * THREADS + threadIdx.x;

    if (i < n) {
        c[i] = What == 0   ? a[i]
               : What == 1 ? static_cast<T>(0.4) * a[i]
               : What == 2 ? a[i] + b[i]
                           : a[i] + static_cast<T>(0.4) * b[i];
    }
}

template <int What, class T> void run_stream(const T *a, const T *b, T *c, gr_index n) {
    stream_kernel<T, What><<<blocks(n), THREADS, 0, stream()>>>(a, b, c, n);
}

/* Two elements a thread, 16 bytes at a time. */
__global__ void fill_kernel(double *c, gr_index n) {
    const gr_index i = 2 * (static_cast<gr_index>(blockIdx.x) * THREADS + threadIdx.x);

    if (i + 1 < n) {
        *reinterpret_cast<double2 *>(c + i) = make_double2(3.0, 3.0);
    } else if (i < n) {
        c[i] = 3.0;
    }
}

enum { TILE = 32, ROWS = 8 };

/* q[i + j n] = t[i n + j]. */
__global__ void transpose_kernel(const double *t, double *q, gr_index n) {
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

__global__ void jacobi_2d_kernel(const double *p, double *q, gr_index n) {
    const gr_index i = 1 + static_cast<gr_index>(blockIdx.x) * 64 + threadIdx.x;
    const gr_index j = 1 + static_cast<gr_index>(blockIdx.y) * 4 + threadIdx.y;

    if (i < n - 1 && j < n - 1) {
        const double *at = p + i + j * n;

        q[i + j * n] = 0.25 * (at[-1] + at[1] + at[-n] + at[n]);
    }
}

__global__ void jacobi_3d_kernel(const double *u, double *v, gr_index n) {
    const gr_index i = 1 + static_cast<gr_index>(blockIdx.x) * 64 + threadIdx.x;
    const gr_index j = 1 + static_cast<gr_index>(blockIdx.y) * 4 + threadIdx.y;
    const gr_index k = 1 + static_cast<gr_index>(blockIdx.z);
    const gr_index at = i + (j + k * n) * n;

    if (i < n - 1 && j < n - 1) {
        v[at] = (u[at - 1] + u[at + 1] + u[at - n] + u[at + n] + u[at - n * n] + u[at + n * n]) *
                (1.0 / 6);
    }
}

__global__ void node_kernel(const double *b, double *c, gr_index n) {
    const gr_index i = static_cast<gr_index>(blockIdx.x) * THREADS + threadIdx.x;

    if (i < n) {
        c[i] = 0.5 * c[i] + b[i];
    }
}

/* The graph of these Views, captured when they are not those of the last call. */
cudaGraphExec_t graph_of(const device_data &d) {
    static cudaGraphExec_t made;
    static const double *a, *b, *c;
    static gr_index n;
    cudaGraph_t graph;

    if (made && a == d.a.data && b == d.b.data && c == d.c.data && n == d.n) {
        return made;
    }
    if (made) {
        check(cudaGraphExecDestroy(made));
    }
    a = d.a.data;
    b = d.b.data;
    c = d.c.data;
    n = d.n;
    check(cudaStreamBeginCapture(stream(), cudaStreamCaptureModeRelaxed));
    run_stream<0>(a, b, d.c.data, n);
    for (int k = 1; k < DEVICE_NODES; ++k) {
        node_kernel<<<blocks(n), THREADS, 0, stream()>>>(b, d.c.data, n);
    }
    check(cudaStreamEndCapture(stream(), &graph));
    check(cudaGraphInstantiateWithFlags(&made, graph, 0));
    check(cudaGraphDestroy(graph));
    return made;
}

struct product {
    const double *a, *b;

    __host__ __device__ double operator()(gr_index i) const {
        return a[i] * b[i];
    }
};

template <class I> void sum_of(device_data *d, I first) {
    double *out = results().device;

    cub_call(
        [&](void *memory, size_t &bytes) {
            return cub::DeviceReduce::Sum(memory, bytes, first, out, d->n, stream());
        },
        sizeof(double));
    d->result = *results().host;
}

template <class T> void scan_of(const T *from, T *to, gr_index n) {
    cub_call(
        [&](void *memory, size_t &bytes) {
            return cub::DeviceScan::InclusiveSum(memory, bytes, from, to, n, stream());
        },
        0);
}

} // namespace

extern "C" {

void device_twin_wait(void) {
    check(cudaStreamSynchronize(stream()));
    check(cudaGetLastError());
}

void device_empty_twin(device_data *) {
    empty_kernel<<<1, THREADS, 0, stream()>>>();
}
void device_copy_f64_twin(device_data *d) {
    run_stream<0>(d->a.data, d->b.data, d->c.data, d->n);
}
void device_mul_f64_twin(device_data *d) {
    run_stream<1>(d->a.data, d->b.data, d->c.data, d->n);
}
void device_add_f64_twin(device_data *d) {
    run_stream<2>(d->a.data, d->b.data, d->c.data, d->n);
}
void device_triad_f64_twin(device_data *d) {
    run_stream<3>(d->a.data, d->b.data, d->c.data, d->n);
}
void device_copy_f32_twin(device_data *d) {
    run_stream<0>(d->fa.data, d->fb.data, d->fc.data, d->n);
}
void device_triad_f32_twin(device_data *d) {
    run_stream<3>(d->fa.data, d->fb.data, d->fc.data, d->n);
}
void device_fill_f64_twin(device_data *d) {
    fill_kernel<<<blocks((d->n + 1) / 2), THREADS, 0, stream()>>>(d->c.data, d->n);
}
void device_deep_copy_f64_twin(device_data *d) {
    check(cudaMemcpyAsync(d->c.data, d->a.data, static_cast<size_t>(d->n) * sizeof(double),
                          cudaMemcpyDeviceToDevice, stream()));
}
void device_dot_f64_twin(device_data *d) {
    sum_of(d, thrust::make_transform_iterator(thrust::counting_iterator<gr_index>(0),
                                              product{d->a.data, d->b.data}));
}
void device_sum_f64_twin(device_data *d) {
    sum_of(d, d->a.data);
}
void device_sum_f32_twin(device_data *d) {
    float *out = reinterpret_cast<float *>(results().device);

    cub_call(
        [&](void *memory, size_t &bytes) {
            return cub::DeviceReduce::Sum(memory, bytes, d->fa.data, out, d->n, stream());
        },
        sizeof(float));
    d->result = *reinterpret_cast<float *>(results().host);
}
void device_min_f64_twin(device_data *d) {
    double *out = results().device;

    cub_call(
        [&](void *memory, size_t &bytes) {
            return cub::DeviceReduce::Min(memory, bytes, d->b.data, out, d->n, stream());
        },
        sizeof(double));
    d->result = *results().host;
}
void device_minloc_f64_twin(device_data *d) {
    double *out = results().device;
    long long *where = reinterpret_cast<long long *>(out + 1);

    cub_call(
        [&](void *memory, size_t &bytes) {
            return cub::DeviceReduce::ArgMin(memory, bytes, d->b.data, out, where,
                                             static_cast<long long>(d->n), stream());
        },
        2 * sizeof(double));
    d->result = *results().host;
    d->where = *reinterpret_cast<long long *>(results().host + 1);
}
void device_scan_f64_twin(device_data *d) {
    scan_of(d->a.data, d->c.data, d->n);
}
void device_scan_f32_twin(device_data *d) {
    scan_of(d->fa.data, d->fc.data, d->n);
}
void device_scan_i64_twin(device_data *d) {
    scan_of(d->ia.data, d->ic.data, d->n);
}
void device_transpose_twin(device_data *d) {
    const unsigned side = static_cast<unsigned>((d->n + TILE - 1) / TILE);

    transpose_kernel<<<dim3(side, side), dim3(TILE, ROWS), 0, stream()>>>(d->t.data, d->q.data,
                                                                          d->n);
}
void device_jacobi_2d_twin(device_data *d) {
    const unsigned n = static_cast<unsigned>(d->n - 2);

    jacobi_2d_kernel<<<dim3((n + 63) / 64, (n + 3) / 4), dim3(64, 4), 0, stream()>>>(
        d->p.data, d->q.data, d->n);
}
void device_graph_node_twin(device_data *d) {
    check(cudaGraphLaunch(graph_of(*d), stream()));
}
void device_jacobi_3d_twin(device_data *d) {
    const unsigned n = static_cast<unsigned>(d->n - 2);

    jacobi_3d_kernel<<<dim3((n + 63) / 64, (n + 3) / 4, n), dim3(64, 4), 0, stream()>>>(
        d->u.data, d->v.data, d->n);
}
}
