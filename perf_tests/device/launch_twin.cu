/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file launch_twin.cu
 * @brief Launches by <<<>>>, a graph that CUDA captured, and what the device says of itself.
 */
#include "twin.h"

#include <cstring>

namespace {

__global__ void empty_kernel() {}

__global__ void copy_kernel(const double *__restrict__ a, double *__restrict__ c, gr_index n) {
    const gr_index i = twin_index();

    if (i < n) {
        c[i] = a[i];
    }
}

__global__ void node_kernel(const double *__restrict__ b, double *__restrict__ c, gr_index n) {
    const gr_index i = twin_index();

    if (i < n) {
        c[i] = 0.5 * c[i] + b[i];
    }
}

/* The graph of these Views, captured when they are not those of the last call. */
cudaGraphExec_t graph_of(const device_data *d) {
    static cudaGraphExec_t made;
    static const double *a, *b, *c;
    static gr_index n;
    const unsigned blocks = twin_blocks(d->n);
    cudaGraph_t graph;

    if (made && a == d->a.data && b == d->b.data && c == d->c.data && n == d->n) {
        return made;
    }
    if (made) {
        twin_check(cudaGraphExecDestroy(made));
    }
    a = d->a.data;
    b = d->b.data;
    c = d->c.data;
    n = d->n;
    twin_check(cudaStreamBeginCapture(twin_stream(), cudaStreamCaptureModeRelaxed));
    copy_kernel<<<blocks, TWIN_THREADS, 0, twin_stream()>>>(a, d->c.data, n);
    for (int k = 1; k < DEVICE_NODES; ++k) {
        node_kernel<<<blocks, TWIN_THREADS, 0, twin_stream()>>>(b, d->c.data, n);
    }
    twin_check(cudaStreamEndCapture(twin_stream(), &graph));
    twin_check(cudaGraphInstantiateWithFlags(&made, graph, 0));
    twin_check(cudaGraphDestroy(graph));
    return made;
}

} // namespace

extern "C" {

void device_twin_wait(void) {
    twin_check(cudaStreamSynchronize(twin_stream()));
    twin_check(cudaGetLastError());
}

/* Clocks are the most that the device goes up to; nvidia-smi knows what it does. */
void device_twin_describe(char *text, size_t size) {
    int driver = 0, runtime = 0, clock = 0, memory = 0, processors = 0;

    twin_check(cudaDriverGetVersion(&driver));
    twin_check(cudaRuntimeGetVersion(&runtime));
    twin_check(cudaDeviceGetAttribute(&clock, cudaDevAttrClockRate, 0));
    twin_check(cudaDeviceGetAttribute(&memory, cudaDevAttrMemoryClockRate, 0));
    twin_check(cudaDeviceGetAttribute(&processors, cudaDevAttrMultiProcessorCount, 0));
    snprintf(text, size,
             "%d multiprocessors of up to %d MHz, memory %d MHz, CUDA %d.%d, driver's CUDA %d.%d",
             processors, clock / 1000, memory / 1000, runtime / 1000, runtime % 1000 / 10,
             driver / 1000, driver % 1000 / 10);
}

void device_empty_twin(void *) {
    for (int k = 0; k < DEVICE_LAUNCHES; ++k) {
        empty_kernel<<<1, TWIN_THREADS, 0, twin_stream()>>>();
    }
}

void device_graph_twin(void *data) {
    twin_check(cudaGraphLaunch(graph_of(twin_data(data)), twin_stream()));
}
}
