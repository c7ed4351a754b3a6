/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file cg_twin.c
 * @brief Conjugate gradients in plain C + OpenMP: the same three loops a step.
 */
#include "cg.h"

void cg_twin(void *data) {
    cg_data *d = (cg_data *)data;
    const int64_t *row = d->a.row.data;
    const int32_t *col = d->a.col.data;
    const double *val = d->a.val.data, *b = d->b.data;
    double *x = d->x.data, *r = d->r.data, *p = d->p.data, *q = d->q.data;
    const gr_index n = d->b.extent[0];
    double rr = 0;

#pragma omp parallel for simd schedule(static) reduction(+ : rr)
    for (gr_index i = 0; i < n; i++) {
        x[i] = 0;
        r[i] = p[i] = b[i];
        rr += b[i] * b[i];
    }
    for (int step = 0; step < d->steps; step++) {
        double pq = 0, next = 0, alpha, beta;

#pragma omp parallel for schedule(static) reduction(+ : pq)
        for (gr_index i = 0; i < n; i++) {
            double sum = 0;

            for (int64_t k = row[i]; k < row[i + 1]; k++)
                sum += val[k] * p[col[k]];
            q[i] = sum;
            pq += sum * p[i];
        }
        alpha = rr / pq;
#pragma omp parallel for simd schedule(static) reduction(+ : next)
        for (gr_index i = 0; i < n; i++) {
            const double rest = r[i] - alpha * q[i];

            x[i] += alpha * p[i];
            r[i] = rest;
            next += rest * rest;
        }
        beta = next / rr;
#pragma omp parallel for simd schedule(static)
        for (gr_index i = 0; i < n; i++)
            p[i] = r[i] + beta * p[i];
        rr = next;
    }
    d->rr = rr;
}
