/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file launch_twin.c
 * @brief Short loops and heavy iterations in plain C, serial; heavy iterations in OpenMP too.
 */
#include "launch.h"

void launch_for_twin(void *data) {
    const launch_data *d = (const launch_data *)data;
    const gr_index n = d->a.extent[0];
    double *a = d->a.data;
    const double *b = d->b.data, *c = d->c.data, scalar = d->scalar;

#pragma omp simd
    for (gr_index i = 0; i < n; i++)
        a[i] = b[i] + scalar * c[i];
}

void launch_reduce_twin(void *data) {
    launch_data *d = (launch_data *)data;
    const gr_index n = d->b.extent[0];
    const double *b = d->b.data, *c = d->c.data;
    double dot = 0;

#pragma omp simd reduction(+ : dot)
    for (gr_index i = 0; i < n; i++)
        dot += b[i] * c[i];
    d->dot = dot;
}

void heavy_twin(void *data) {
    const heavy_data *d = (const heavy_data *)data;

    for (gr_index i = 0; i < d->v.extent[0]; i++) {
        double value = 2.0;

        HEAVY_CHAIN(value, d->steps);
        d->v.data[i] = value;
    }
}

void heavy_best(void *data) {
    const heavy_data *d = (const heavy_data *)data;

#pragma omp parallel for schedule(static)
    for (gr_index i = 0; i < d->v.extent[0]; i++) {
        double value = 2.0;

        HEAVY_CHAIN(value, d->steps);
        d->v.data[i] = value;
    }
}
