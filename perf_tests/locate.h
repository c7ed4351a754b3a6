/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file locate.h
 * @brief Reductions with several results: where the extremes are, both extremes, four statistics at
 * once.
 */
#ifndef PERF_TESTS_LOCATE_H
#define PERF_TESTS_LOCATE_H

#include <granum/granum.h>

typedef struct locate_data {
    gr_view1_f64 x;
    /** minloc, maxloc: value, index; minmaxloc: both; minmax: both values; stats: min, max, sum,
     * sum of squares */
    double result[4];
    double expected[4]; /**< indices are exact below 2^53 */
    int results;        /**< how many of them count */
} locate_data;

/* Each takes a locate_data. */
void locate_minloc_granum(void *data);
void locate_maxloc_granum(void *data);
void locate_minmaxloc_granum(void *data);
void locate_minmax_granum(void *data);
void locate_stats_granum(void *data);

void locate_minloc_twin(void *data);
void locate_maxloc_twin(void *data);
void locate_minmaxloc_twin(void *data);
void locate_minmax_twin(void *data);
void locate_stats_twin(void *data);

void locate_minloc_best(void *data);
void locate_maxloc_best(void *data);
void locate_minmaxloc_best(void *data);
void locate_minmax_best(void *data);
void locate_stats_best(void *data);

#endif
