/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file residual_twin.c
 * @brief The residual in plain C + OpenMP.
 */
#include "residual.h"

#define A(i, j, k) a[((i)*n1 + (j)) * n2 + (k)]
#define F(i, j, k) f[((i)*n1 + (j)) * n2 + (k)]

void residual_twin(void *data) {
    residual_data *d = (residual_data *)data;
    const gr_index n0 = d->a.extent[0], n1 = d->a.extent[1], n2 = d->a.extent[2];
    const double *a = d->a.data, *f = d->f.data, limit = d->limit;
    double sum = 0;

#pragma omp parallel for collapse(2) schedule(static) reduction(+ : sum)
    for (gr_index i = 1; i < n0 - 1; i++)
        for (gr_index j = 1; j < n1 - 1; j++) {
#pragma omp simd reduction(+ : sum)
            for (gr_index k = 1; k < n2 - 1; k++) {
                double r = RESIDUAL(F, A, i, j, k);

                if (r > limit)
                    r = limit;
                sum += r * r;
            }
        }
    d->result = sum;
}
