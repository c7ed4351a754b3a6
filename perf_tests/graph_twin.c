/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file graph_twin.c
 * @brief The series as a hundred `omp parallel for`.
 */
#include "graph.h"

void series_twin(void *data) {
    const series_data *d = (const series_data *)data;
    const double *restrict x = d->x.data;
    const gr_index n = d->x.extent[0];

    for (int k = 0; k < SERIES_TERMS; k++) {
        const double *restrict last = d->b[(k + 1) % 2].data;
        double *restrict b = d->b[k % 2].data;
        const double c = SERIES_COEFFICIENT(SERIES_TERMS - 1 - k);

#pragma omp parallel for simd schedule(static)
        for (gr_index i = 0; i < n; i++)
            b[i] = c + 2 * x[i] * last[i] - b[i];
    }
}
