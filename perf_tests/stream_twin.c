/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file stream_twin.c
 * @brief STREAM in plain C + OpenMP.
 */
#include "stream.h"

void stream_copy_twin(void *data) {
    const stream_data *d = (const stream_data *)data;
    double *out = d->out.data;
    const double *x = d->x.data;
    const gr_index n = d->out.extent[0];

#pragma omp parallel for simd schedule(static)
    for (gr_index i = 0; i < n; i++)
        out[i] = x[i];
}

void stream_mul_twin(void *data) {
    const stream_data *d = (const stream_data *)data;
    double *out = d->out.data;
    const double *x = d->x.data, scalar = d->scalar;
    const gr_index n = d->out.extent[0];

#pragma omp parallel for simd schedule(static)
    for (gr_index i = 0; i < n; i++)
        out[i] = scalar * x[i];
}

void stream_add_twin(void *data) {
    const stream_data *d = (const stream_data *)data;
    double *out = d->out.data;
    const double *x = d->x.data, *y = d->y.data;
    const gr_index n = d->out.extent[0];

#pragma omp parallel for simd schedule(static)
    for (gr_index i = 0; i < n; i++)
        out[i] = x[i] + y[i];
}

void stream_triad_twin(void *data) {
    const stream_data *d = (const stream_data *)data;
    double *out = d->out.data;
    const double *x = d->x.data, *y = d->y.data, scalar = d->scalar;
    const gr_index n = d->out.extent[0];

#pragma omp parallel for simd schedule(static)
    for (gr_index i = 0; i < n; i++)
        out[i] = x[i] + scalar * y[i];
}
