/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file reduce_twin.cu
 * @brief Reductions by CUB: results stay on the device, or are copied to the host and waited for.
 */
#include "twin.h"

#include <cub/device/device_reduce.cuh>
#include <thrust/iterator/counting_iterator.h>
#include <thrust/iterator/transform_iterator.h>

namespace {

template <class T> struct product {
    const T *a, *b;

    __host__ __device__ T operator()(gr_index i) const {
        return a[i] * b[i];
    }
};

template <class T> auto products(const T *a, const T *b) {
    return thrust::make_transform_iterator(thrust::counting_iterator<gr_index>(0),
                                           product<T>{a, b});
}

template <class I, class T> void sum(I first, gr_index n, T *to) {
    twin_cub([&](void *memory, size_t &bytes) {
        return cub::DeviceReduce::Sum(memory, bytes, first, to, n, twin_stream());
    });
}

template <class T> void least(const T *first, gr_index n, T *to) {
    twin_cub([&](void *memory, size_t &bytes) {
        return cub::DeviceReduce::Min(memory, bytes, first, to, n, twin_stream());
    });
}

template <class T, class Low> void lowest(const T *first, gr_index n, Low *to) {
    twin_cub([&](void *memory, size_t &bytes) {
        return cub::DeviceReduce::ArgMin(memory, bytes, first, &to->value, &to->location, n,
                                         twin_stream());
    });
}

/* A result to the host, which waits for it. */
template <class T> T fetch(const T *from) {
    static T *host;

    if (!host) {
        twin_check(cudaMallocHost(&host, sizeof(T)));
    }
    twin_check(cudaMemcpyAsync(host, from, sizeof(T), cudaMemcpyDeviceToHost, twin_stream()));
    twin_check(cudaStreamSynchronize(twin_stream()));
    return *host;
}

template <class T> void tell(void *data, const T *from) {
    static_cast<device_data *>(data)->result = static_cast<double>(fetch(from));
}

template <class Low> void tell_place(void *data, const Low *from) {
    const Low low = fetch(from);

    static_cast<device_data *>(data)->result = static_cast<double>(low.value);
    static_cast<device_data *>(data)->where = low.location;
}

} // namespace

extern "C" {

void device_dot_f64_twin(void *data) {
    const device_data *d = twin_data(data);

    sum(products<double>(d->a.data, d->b.data), d->n, d->s64.data);
}
void device_sum_f64_twin(void *data) {
    const device_data *d = twin_data(data);

    sum(d->a.data, d->n, d->s64.data);
}
void device_min_f64_twin(void *data) {
    const device_data *d = twin_data(data);

    least(d->b.data, d->n, d->s64.data);
}
void device_minloc_f64_twin(void *data) {
    const device_data *d = twin_data(data);

    lowest(d->b.data, d->n, d->low64.data);
}
void device_dot_f32_twin(void *data) {
    const device_data *d = twin_data(data);

    sum(products<float>(d->fa.data, d->fb.data), d->n, d->s32.data);
}
void device_sum_f32_twin(void *data) {
    const device_data *d = twin_data(data);

    sum(d->fa.data, d->n, d->s32.data);
}
void device_min_f32_twin(void *data) {
    const device_data *d = twin_data(data);

    least(d->fb.data, d->n, d->s32.data);
}
void device_minloc_f32_twin(void *data) {
    const device_data *d = twin_data(data);

    lowest(d->fb.data, d->n, d->low32.data);
}

#define TOLD(kernel, tell, to)                     \
    void device_host_##kernel##_twin(void *data) { \
        device_##kernel##_twin(data);              \
        tell(data, twin_data(data)->to.data);      \
    }
TOLD(dot_f64, tell, s64)
TOLD(sum_f64, tell, s64)
TOLD(min_f64, tell, s64)
TOLD(minloc_f64, tell_place, low64)
TOLD(dot_f32, tell, s32)
TOLD(sum_f32, tell, s32)
TOLD(min_f32, tell, s32)
TOLD(minloc_f32, tell_place, low32)
}
