/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file spmv_twin.c
 * @brief The products in plain C + OpenMP: a row an iteration, or a piece of equal work a thread;
 * for small matrices without OpenMP, since even a region that stays serial costs 300 ns.
 */
#include "spmv.h"

#include <omp.h>

void spmv_rows_twin(void *data) {
    const spmv_data *d = (const spmv_data *)data;
    const gr_index n = d->y.extent[0];
    const int64_t *row = d->a.row.data;
    const int32_t *col = d->a.col.data;
    const double *val = d->a.val.data, *x = d->x.data;
    double *y = d->y.data;

#pragma omp parallel for schedule(static) if (row[n] > SPMV_SERIAL)
    for (gr_index i = 0; i < n; i++) {
        double sum = 0;

        for (int64_t k = row[i]; k < row[i + 1]; k++)
            sum += val[k] * x[col[k]];
        y[i] = sum;
    }
}

void spmv_rows_best(void *data) {
    const spmv_data *d = (const spmv_data *)data;
    const gr_index n = d->y.extent[0];
    const int64_t *row = d->a.row.data;
    const int32_t *col = d->a.col.data;
    const double *val = d->a.val.data, *x = d->x.data;
    double *y = d->y.data;

    for (gr_index i = 0; i < n; i++) {
        double sum = 0;

        for (int64_t k = row[i]; k < row[i + 1]; k++)
            sum += val[k] * x[col[k]];
        y[i] = sum;
    }
}

/* Rows whose ends come before step d of a walk with a step for each nonzero and each end of a row
 * (Merrill & Garland 2016, doi:10.1109/SC.2016.57). */
static int64_t rows_before(const int64_t *row, int64_t n, int64_t d) {
    int64_t lo = 0, hi = n;

    while (lo < hi) {
        const int64_t mid = (lo + hi) / 2;

        if (row[mid + 1] + mid < d)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

void spmv_nonzeros_twin(void *data) {
    const spmv_data *d = (const spmv_data *)data;
    const int64_t n = d->y.extent[0];
    const int64_t *row = d->a.row.data;
    const int32_t *col = d->a.col.data;
    const double *val = d->a.val.data, *x = d->x.data;
    double *y = d->y.data, carry[SPMV_THREADS];
    int64_t goes_on[SPMV_THREADS];
    int threads = 1;

#pragma omp parallel
    {
        const int thread = omp_get_thread_num(), team = omp_get_num_threads();
        const int64_t all = n + row[n], from = all * thread / team, to = all * (thread + 1) / team;
        const int64_t last = rows_before(row, n, to);
        int64_t i = rows_before(row, n, from), k = from - i;
        double sum = 0;

        for (; i < last; i++) {
            for (; k < row[i + 1]; k++)
                sum += val[k] * x[col[k]];
            y[i] = sum;
            sum = 0;
        }
        for (; k < to - last; k++)
            sum += val[k] * x[col[k]];
        goes_on[thread] = last;
        carry[thread] = sum;
        if (thread == 0)
            threads = team;
    }
    for (int thread = 0; thread < threads; thread++)
        if (goes_on[thread] < n)
            y[goes_on[thread]] += carry[thread];
}
