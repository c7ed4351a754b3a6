/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file stream_twin.cu
 * @brief STREAM, fills and copies by hand in CUDA.
 */
#include "twin.h"

namespace {

enum kernel { COPY, MUL, ADD, TRIAD };

template <class T, kernel K>
__global__ void stream_kernel(const T *__restrict__ a, const T *__restrict__ b, T *__restrict__ c,
                              T scalar, gr_index n) {
    const gr_index i = twin_index();

    if (i < n) {
        c[i] = K == COPY  ? a[i]
               : K == MUL ? scalar * a[i]
               : K == ADD ? a[i] + b[i]
                          : a[i] + scalar * b[i];
    }
}

template <kernel K> void f64(const void *data) {
    const device_data *d = twin_data(data);

    stream_kernel<double, K><<<twin_blocks(d->n), TWIN_THREADS, 0, twin_stream()>>>(
        d->a.data, d->b.data, d->c.data, 0.4, d->n);
}

template <kernel K> void f32(const void *data) {
    const device_data *d = twin_data(data);

    stream_kernel<float, K><<<twin_blocks(d->n), TWIN_THREADS, 0, twin_stream()>>>(
        d->fa.data, d->fb.data, d->fc.data, 0.4f, d->n);
}

/* 16 bytes a thread. */
template <class T> __global__ void fill_kernel(T *c, T value, gr_index n) {
    constexpr int wide = 16 / sizeof(T);
    const gr_index i = wide * twin_index();
    struct alignas(16) word {
        T at[wide];
    } words;

    for (int k = 0; k < wide; ++k) {
        words.at[k] = value;
    }
    if (i + wide <= n) {
        *reinterpret_cast<word *>(c + i) = words;
    } else {
        for (gr_index k = i; k < n; ++k) {
            c[k] = value;
        }
    }
}

template <class T> void fill(T *c, T value, gr_index n) {
    constexpr int wide = 16 / sizeof(T);

    fill_kernel<<<twin_blocks((n + wide - 1) / wide), TWIN_THREADS, 0, twin_stream()>>>(c, value,
                                                                                        n);
}

} // namespace

extern "C" {

void device_copy_f64_twin(void *data) {
    f64<COPY>(data);
}
void device_mul_f64_twin(void *data) {
    f64<MUL>(data);
}
void device_add_f64_twin(void *data) {
    f64<ADD>(data);
}
void device_triad_f64_twin(void *data) {
    f64<TRIAD>(data);
}
void device_copy_f32_twin(void *data) {
    f32<COPY>(data);
}
void device_mul_f32_twin(void *data) {
    f32<MUL>(data);
}
void device_add_f32_twin(void *data) {
    f32<ADD>(data);
}
void device_triad_f32_twin(void *data) {
    f32<TRIAD>(data);
}
void device_fill_f64_twin(void *data) {
    fill(twin_data(data)->c.data, 3.0, twin_data(data)->n);
}
void device_fill_f32_twin(void *data) {
    fill(twin_data(data)->fc.data, 3.0f, twin_data(data)->n);
}

void device_twin_copy(void *to, const void *from, size_t bytes) {
    twin_check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToDevice, twin_stream()));
}
void device_same_f64_twin(void *data) {
    const device_data *d = twin_data(data);

    device_twin_copy(d->c.data, d->a.data, static_cast<size_t>(d->n) * sizeof(double));
}
void device_same_f32_twin(void *data) {
    const device_data *d = twin_data(data);

    device_twin_copy(d->fc.data, d->fa.data, static_cast<size_t>(d->n) * sizeof(float));
}
}
