/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file batched.h
 * @brief Many small systems of equations, two ways.
 */
#ifndef PERF_TESTS_BATCHED_H
#define PERF_TESTS_BATCHED_H

#include <granum/granum.h>

/* Equations of a system. */
enum { BATCHED_N = 32 };

typedef struct batched_data {
    gr_view3_f64 a;
    gr_view2_f64 b, x;
    gr_view1_i64 info;
} batched_data;

/* Each takes a batched_data. */
void batched_granum(void *data);
void batched_twin(void *data);

#endif
