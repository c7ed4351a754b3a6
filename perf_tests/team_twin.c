/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file team_twin.c
 * @brief The row sums in plain C + OpenMP: rows by threads, columns by vector lanes.
 */
#include "team.h"

void team_rowsum_twin(void *data) {
    team_data *d = (team_data *)data;
    const gr_index n = d->a.extent[0], m = d->a.extent[1];
    const double *a = d->a.data;
    double *y = d->sum.data;

#pragma omp parallel for schedule(static)
    for (gr_index i = 0; i < n; i++) {
        double sum = 0;

#pragma omp simd reduction(+ : sum)
        for (gr_index j = 0; j < m; j++)
            sum += a[i * m + j];
        y[i] = sum;
    }
}
