/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file spmv.h
 * @brief Sparse matrix times vector, and conjugate gradients on it.
 */
#ifndef PERF_TESTS_SPMV_H
#define PERF_TESTS_SPMV_H

#include "../examples/csr.h"

typedef struct spmv_data {
    csr a;
    gr_view1_f64 x, y, expected;
    /* by nonzeros: one for each piece, or each thread */
    gr_view1_i64 goes_on;
    gr_view1_f64 carry;
} spmv_data;

/* Matrices and vectors; they are made by kernels. */
gr_status spmv_make_laplace27(spmv_data *d, gr_index n);
gr_status spmv_make_power_law(spmv_data *d, gr_index rows);
gr_status spmv_load(spmv_data *d, const char *folder, const char *name);

/* Each takes a spmv_data. */
void spmv_rows_granum(void *data);
void spmv_rows_twin(void *data);
void spmv_rows_best(void *data);
void spmv_nonzeros_granum(void *data);
void spmv_nonzeros_twin(void *data);

/* Fewer nonzeros than SPMV_SERIAL are done before another thread has woken. Pieces are cut for the
 * matrix alone, so that the bits do not depend on the threads; each costs two searches. */
enum { SPMV_SERIAL = 10000, SPMV_PIECES = 256, SPMV_THREADS = 1024 };

/* Rows whose ends come before step d of a walk with a step for each nonzero and each end of a row
 * (Merrill & Garland 2016, doi:10.1109/SC.2016.57). */
GR_FUNCTION int64_t spmv_rows_before(const int64_t *row, int64_t n, int64_t d) {
    int64_t lo = 0, hi = n;

    while (lo < hi) {
        const int64_t mid = (lo + hi) / 2;

        if (row[mid + 1] + mid < d) {
            lo = mid + 1;
        } else {
            hi = mid;
        }
    }
    return lo;
}

#endif
