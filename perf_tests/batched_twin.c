/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file batched_twin.c
 * @brief LU with partial pivoting in plain C + OpenMP: a system an iteration, on the stack.
 */
#include "batched.h"

#include <math.h>

static void solve(const double *a, const double *b, double *x, int64_t *info, gr_index n) {
    double w[BATCHED_N * BATCHED_N] __attribute__((aligned(64))), y[BATCHED_N];

#pragma omp simd
    for (gr_index i = 0; i < n * n; i++)
        w[i] = a[i];
    for (gr_index i = 0; i < n; i++)
        y[i] = b[i];
    *info = 0;
    for (gr_index k = 0; k < n; k++) {
        gr_index pivot = k;
        double largest = fabs(w[k * n + k]), inverse, swapped;

        for (gr_index i = k + 1; i < n; i++)
            if (fabs(w[i * n + k]) > largest) {
                largest = fabs(w[i * n + k]);
                pivot = i;
            }
        if (!(largest > 0)) {
            *info = k + 1;
            break;
        }
#pragma omp simd
        for (gr_index j = k; j < n; j++) {
            const double upper = w[k * n + j];

            w[k * n + j] = w[pivot * n + j];
            w[pivot * n + j] = upper;
        }
        swapped = y[k];
        y[k] = y[pivot];
        y[pivot] = swapped;
        inverse = 1 / w[k * n + k];
        for (gr_index i = k + 1; i < n; i++) {
            const double factor = w[i * n + k] * inverse;

#pragma omp simd
            for (gr_index j = k + 1; j < n; j++)
                w[i * n + j] -= factor * w[k * n + j];
            y[i] -= factor * y[k];
        }
    }
    for (gr_index k = n - 1; k >= 0; k--) {
        const double value = y[k] / w[k * n + k];

#pragma omp simd
        for (gr_index i = 0; i < k; i++)
            y[i] -= w[i * n + k] * value;
        x[k] = value;
    }
}

void batched_twin(void *data) {
    const batched_data *d = (const batched_data *)data;
    const gr_index batch = d->a.extent[0], n = d->a.extent[1];

#pragma omp parallel for schedule(static)
    for (gr_index m = 0; m < batch; m++)
        solve(d->a.data + m * n * n, d->b.data + m * n, d->x.data + m * n, d->info.data + m, n);
}
