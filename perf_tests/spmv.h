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

/* Fewer nonzeros than SPMV_SERIAL are done before another thread has woken. */
enum { SPMV_SERIAL = 10000, SPMV_THREADS = 1024 };

#endif
