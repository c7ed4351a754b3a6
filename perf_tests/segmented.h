/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file segmented.h
 * @brief Exclusive sums that begin anew at each head, two ways.
 */
#ifndef PERF_TESTS_SEGMENTED_H
#define PERF_TESTS_SEGMENTED_H

#include <granum/granum.h>

typedef struct segmented_data {
    gr_view1_f64 out, in, expected;
    gr_view1_u8 head; /**< 1 where a segment begins */
} segmented_data;

/* Each takes a segmented_data. */
void segmented_granum(void *data);
void segmented_twin(void *data);

#endif
