/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file graph_twin.c
 * @brief STREAM's kernels as a hundred `omp parallel for`.
 */
#include "graph.h"

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
