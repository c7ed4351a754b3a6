/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file atomic.h
 * @brief Adding many values into few cells: by atomics, and in order.
 */
#ifndef PERF_TESTS_ATOMIC_H
#define PERF_TESTS_ATOMIC_H

#include <granum/granum.h>

typedef struct atomic_data {
    gr_view1_i64 keys; /**< the cell of each value */
    gr_view1_i64 integers, integer_cells;
    gr_view1_f64 reals, real_cells; /**< whole numbers: their sums are exact in any order */
} atomic_data;

/* Each takes an atomic_data. */
void atomic_add_i64_granum(void *data);
void atomic_add_f64_granum(void *data);
void atomic_scatter_granum(void *data);
void atomic_add_i64_twin(void *data);
void atomic_add_f64_twin(void *data);
void atomic_scatter_twin(void *data);

#endif
