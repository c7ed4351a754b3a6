/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file graph_twin.c
 * @brief STREAM's kernels as a hundred `omp parallel for`.
 */
#include "graph.h"

#include <omp.h>

void cycle_twin(void *data) {
    const cycle_data *d = (const cycle_data *)data;
    double *restrict a = d->a.data, *restrict b = d->b.data, *restrict c = d->c.data;
    const gr_index n = d->a.extent[0];

    for (int k = 0; k < CYCLE_KERNELS; k += 4) {
#pragma omp parallel for simd schedule(static)
        for (gr_index i = 0; i < n; i++)
            c[i] = a[i];
#pragma omp parallel for simd schedule(static)
        for (gr_index i = 0; i < n; i++)
            b[i] = CYCLE_FACTOR * c[i];
#pragma omp parallel for simd schedule(static)
        for (gr_index i = 0; i < n; i++)
            c[i] = a[i] + b[i];
#pragma omp parallel for simd schedule(static)
        for (gr_index i = 0; i < n; i++)
            a[i] = b[i] + CYCLE_FACTOR * c[i];
    }
}

void dots_twin(void *data) {
    pattern_data *d = (pattern_data *)data;
    double *restrict x = d->x.data, *restrict y = d->y.data;
    const gr_index n = d->x.extent[0];

    for (int k = 0; k < CYCLE_KERNELS / 2; k++) {
        double sum = 0;

#pragma omp parallel for simd schedule(static)
        for (gr_index i = 0; i < n; i++)
            y[i] += PATTERN_FACTOR * x[i];
#pragma omp parallel for simd schedule(static) reduction(+ : sum)
        for (gr_index i = 0; i < n; i++)
            sum += y[i] * y[i];
        d->dot = sum;
    }
}

/* Each thread sums its part, then begins with the sums of those before it. */
static void prefix(double *restrict y, const double *restrict x, gr_index n, double *part) {
#pragma omp parallel
    {
        const gr_index team = omp_get_num_threads(), me = omp_get_thread_num();
        const gr_index lo = n * me / team, hi = n * (me + 1) / team;
        double sum = 0;

#pragma omp simd reduction(+ : sum)
        for (gr_index i = lo; i < hi; i++)
            sum += x[i];
        part[8 * me] = sum;
#pragma omp barrier
        sum = 0;
        for (gr_index t = 0; t < me; t++)
            sum += part[8 * t];
        for (gr_index i = lo; i < hi; i++) {
            sum += x[i];
            y[i] = sum;
        }
    }
}

void scans_twin(void *data) {
    pattern_data *d = (pattern_data *)data;
    double *restrict x = d->x.data, *restrict y = d->y.data;
    const gr_index n = d->x.extent[0];
    static double part[8 * 1024];

    for (int k = 0; k < CYCLE_KERNELS; k += 2) {
        prefix(y, x, n, part);
#pragma omp parallel for simd schedule(static)
        for (gr_index i = 0; i < n; i++)
            x[i] = PATTERN_FACTOR * y[i];
    }
}
