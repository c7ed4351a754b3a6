/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_parallel_large.h
 * @brief Launches over more elements than 32 bits can count.
 */
#ifndef GRANUM_TEST_PARALLEL_LARGE_H
#define GRANUM_TEST_PARALLEL_LARGE_H

#include <granum/reduce.h>
#include <granum/view.h>

/** What a reduction finds in it. */
typedef struct large_results {
    int64_t sum, count;
    gr_loc_i8 least, most;
} large_results;

GR_EXTERN_C_BEGIN

/** Element at gets at % 64; one below and one above all others are put in by the caller. */
void large_fill_1d(gr_view1_i8 v);
void large_fill_3d(gr_view3_i8 v);
large_results large_reduce_1d(gr_view1_i8 v);
large_results large_reduce_3d(gr_view3_i8 v);

/** Replace each element by the number of elements before it that are 63, mod 128; their number. */
int64_t large_scan(gr_view1_i8 v);

GR_EXTERN_C_END

#endif
