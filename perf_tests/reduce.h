/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file reduce.h
 * @brief Reductions to one number, three ways, for double and float.
 */
#ifndef PERF_TESTS_REDUCE_H
#define PERF_TESTS_REDUCE_H

#include <granum/granum.h>

/** What a reduction gave and should have given; first in the data of every dtype. */
typedef struct reduce_answer {
    double result, expected;
} reduce_answer;

typedef struct reduce_data_f64 {
    reduce_answer answer;
    gr_view1_f64 x, y; /**< of one extent; y for dot only */
    double limit;      /**< count: how many x are above */
} reduce_data_f64;

typedef struct reduce_data_f32 {
    reduce_answer answer;
    gr_view1_f32 x, y;
    float limit;
} reduce_data_f32;

#define REDUCE_SIDES(kernel)               \
    void reduce_##kernel##_granum(void *); \
    void reduce_##kernel##_twin(void *);   \
    void reduce_##kernel##_best(void *);
#define REDUCE_KERNELS(dtype)  \
    REDUCE_SIDES(dot_##dtype)  \
    REDUCE_SIDES(nrm2_##dtype) \
    REDUCE_SIDES(sum_##dtype)  \
    REDUCE_SIDES(min_##dtype)  \
    REDUCE_SIDES(max_##dtype)  \
    REDUCE_SIDES(count_##dtype)
/* Each takes a reduce_data_<dtype>. */
REDUCE_KERNELS(f64)
REDUCE_KERNELS(f32)
#undef REDUCE_KERNELS
#undef REDUCE_SIDES

#endif
