/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_order_any.h
 * @brief Scans and a reduction of a file that is compiled with ORDER any.
 */
#ifndef GRANUM_TEST_ORDER_ANY_H
#define GRANUM_TEST_ORDER_ANY_H

#include <granum/status.h>
#include <granum/types.h>

GR_EXTERN_C_BEGIN

/** Length of the segments of the segmented scan [elements]. */
#define ANY_SEGMENT 100

/** Results over n elements in the host's memory; arrays of n that the caller provides. */
typedef struct any_results {
    double *before, *after; /* exclusive and inclusive sums */
    float *small;           /* inclusive sums of floats */
    double *segment;        /* inclusive sums in segments */
    double total, sum;      /* of the scan, and of a reduction */
} any_results;

/** Sum order_value_f64(order_mix(i)) over [lo, lo + n). */
gr_status any_sums(gr_index lo, gr_index n, any_results *results);

/** Sums over rectangles and boxes of elements 0, 1, ..., the last index fastest, that start at lo;
 * of floating-point numbers, and of the numbers of the elements. */
typedef struct any_boxes {
    double flat, right, solid; /* of the first two and all three extents */
    int64_t whole_flat, whole_solid;
} any_boxes;
gr_status any_box_sums(gr_index lo, const gr_index *extent, any_boxes *sums);

/** Sums by key, element i to bin i mod 7. */
enum { ANY_BINS = 7 };
gr_status any_bins(gr_index n, double *real, int64_t *whole);

GR_EXTERN_C_END

#endif
