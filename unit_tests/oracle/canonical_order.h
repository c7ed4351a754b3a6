/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file canonical_order.h
 * @brief Reductions and scans over hashed data, whose bits canonical_order.py computes too.
 */
#ifndef GRANUM_TEST_CANONICAL_ORDER_H
#define GRANUM_TEST_CANONICAL_ORDER_H

#include <granum/range.h>
#include <granum/reduce.h>
#include <granum/view.h>

GR_EXTERN_C_BEGIN

/** A range of 1 to 6 dimensions. An element's number counts them all, the last index fastest. */
typedef struct order_range {
    int rank;
    gr_index n[6];
    gr_index lo[6];
    gr_options options;
} order_range;

typedef struct order_f64 {
    double sum, prod, min, max;
    gr_minmax_f64 both;
    gr_loc_f64 least, most;
} order_f64;

typedef struct order_f32 {
    float sum, prod, min, max;
    gr_minmax_f32 both;
    gr_loc_f32 least, most;
} order_f32;

typedef struct order_integer {
    int64_t sum;
    uint32_t prod;
    int8_t min;
    uint16_t max;
    uint64_t band;
    uint8_t bor;
    int32_t land;
    bool lor;
} order_integer;

/** A line, x -> m x + c. */
typedef struct order_line {
    double m, c;
} order_line;

/** Results of scans over n elements; arrays of n that the caller provides. */
typedef struct order_scan {
    double *before_sum, *after_sum;
    float *after_product;
    int64_t *before_whole;
    order_line *before_line, *after_line;
    double sum;
    float product;
    int64_t whole;
    order_line line;
} order_scan;

order_f64 order_reduce_f64(const order_range *range);
order_f32 order_reduce_f32(const order_range *range);
order_integer order_reduce_integer(const order_range *range);
double order_sum_f64(const order_range *range);
float order_sum_f32(const order_range *range);
void order_scan_all(const order_range *range, order_scan *results);

/** Sums in segments, before and after each element. */
void order_scan_segmented(const order_range *range, double *before, double *after);

/** Nested reductions over a range of one dimension, by a team of so many threads. */
order_f64 order_nested_f64(const order_range *range, int team_size);
order_line order_nested_line(const order_range *range, int team_size);

/** Over a league: one rank an element. */
order_f64 order_league_f64(const order_range *range);
order_line order_league_line(const order_range *range);

/** Sums by key, over a range of one or two dimensions. */
void order_array_f64(const order_range *range, gr_view1_f64 bins);

GR_EXTERN_C_END

#endif
