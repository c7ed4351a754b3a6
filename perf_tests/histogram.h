/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file histogram.h
 * @brief Counting 64-bit keys into bins, four ways; each keeps its scratch memory between calls.
 */
#ifndef PERF_TESTS_HISTOGRAM_H
#define PERF_TESTS_HISTOGRAM_H

#include <granum/granum.h>

typedef struct histogram_data {
    gr_view1_i64 keys; /**< each in [0, bins) */
    gr_view1_i64 bins, expected;
    gr_view2_i64 parts; /**< a row of bins for every piece of the keys */
} histogram_data;

/* Each takes a histogram_data. */
void histogram_granum(void *data);
void histogram_array(void *data); /* the reducer made for it */
void histogram_twin(void *data);
void histogram_best(void *data);

#endif
