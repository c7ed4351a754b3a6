/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file dgemm.h
 * @brief C += A B for dense square matrices, two ways.
 */
#ifndef PERF_TESTS_DGEMM_H
#define PERF_TESTS_DGEMM_H

#include <granum/granum.h>

typedef struct dgemm_data {
    gr_view2_f64_right a, b, c;
    gr_view1_f64 expected;
} dgemm_data;

/* Rows and columns of C that are summed in registers; depth of a panel of B. */
/* Each takes a dgemm_data. */
void dgemm_granum(void *data);
void dgemm_twin(void *data);

#endif
