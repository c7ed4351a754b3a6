/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file copy.h
 * @brief Copies of whole Views: the same layout, a transposing one, and filling, three ways.
 */
#ifndef PERF_TESTS_COPY_H
#define PERF_TESTS_COPY_H

#include <granum/granum.h>

typedef struct transpose_data_f64 {
    gr_view2_f64_left out; /**< shape (n0, n1), the first index contiguous */
    gr_view2_f64_right in; /**< shape (n0, n1), the last index contiguous */
} transpose_data_f64;

typedef struct transpose_data_f32 {
    gr_view2_f32_left out;
    gr_view2_f32_right in;
} transpose_data_f32;

typedef struct same_data {
    gr_view1_f64 out, in;
    double value; /**< to fill with */
} same_data;

void copy_transpose_f64_granum(void *data);
void copy_transpose_f64_twin(void *data);
void copy_transpose_f64_best(void *data);

void copy_transpose_f32_granum(void *data);
void copy_transpose_f32_twin(void *data);
void copy_transpose_f32_best(void *data);

/* Each takes a same_data. */
void copy_same_granum(void *data);
void copy_same_twin(void *data);
void copy_same_best(void *data);

void copy_fill_granum(void *data);
void copy_fill_twin(void *data);
void copy_fill_best(void *data);

#endif
