/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file copy_twin.c
 * @brief Copies in plain C + OpenMP.
 */
#include "copy.h"

void copy_transpose_f64_twin(void *data) {
    const transpose_data_f64 *d = (const transpose_data_f64 *)data;
    const gr_index n0 = d->in.extent[0], n1 = d->in.extent[1];
    const double *in = d->in.data;
    double *out = d->out.data;

#pragma omp parallel for schedule(static)
    for (gr_index i = 0; i < n0; i++)
        for (gr_index j = 0; j < n1; j++)
            out[j * n0 + i] = in[i * n1 + j];
}

void copy_transpose_f32_twin(void *data) {
    const transpose_data_f32 *d = (const transpose_data_f32 *)data;
    const gr_index n0 = d->in.extent[0], n1 = d->in.extent[1];
    const float *in = d->in.data;
    float *out = d->out.data;

#pragma omp parallel for schedule(static)
    for (gr_index i = 0; i < n0; i++)
        for (gr_index j = 0; j < n1; j++)
            out[j * n0 + i] = in[i * n1 + j];
}

void copy_same_twin(void *data) {
    const same_data *d = (const same_data *)data;
    const gr_index n = d->out.extent[0];
    const double *in = d->in.data;
    double *out = d->out.data;

#pragma omp parallel for simd schedule(static)
    for (gr_index i = 0; i < n; i++)
        out[i] = in[i];
}

void copy_fill_twin(void *data) {
    const same_data *d = (const same_data *)data;
    const gr_index n = d->out.extent[0];
    const double value = d->value;
    double *out = d->out.data;

#pragma omp parallel for simd schedule(static)
    for (gr_index i = 0; i < n; i++)
        out[i] = value;
}
