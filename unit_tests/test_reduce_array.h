/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_reduce_array.h
 * @brief Reductions into arrays of run-time length.
 */
#ifndef GRANUM_TEST_REDUCE_ARRAY_H
#define GRANUM_TEST_REDUCE_ARRAY_H

#include <granum/granum.h>

/** Two numbers that are joined as one; Views of it. */
typedef struct weighted {
    double sum, weight;
} weighted;
GR_DEFINE_VIEW(weighted, weighted)

GR_EXTERN_C_BEGIN

/** Elements i with i * i % length == b are counted in bins[b]. */
void count_squares(gr_view1_i64_right bins, gr_index length, gr_index n, gr_options options);
/** The same into a View whose elements are not neighbours. */
void count_squares_strided(gr_view1_i64_strided bins, gr_index length, gr_index n,
                           gr_options options);
/** bins[key[i]] += value[i]. */
void add_values(gr_view1_f64 bins, gr_index length, gr_view1_i32 key, gr_view1_f64 value,
                gr_options options);
/** Two arrays, a sum and a place in one launch. */
typedef struct mixed {
    double sum;
    gr_minmaxloc_f64 both;
} mixed;
mixed add_mixed(gr_view1_f32 most, gr_view1_i32 least, gr_view1_i32 key, gr_view1_f64 value,
                gr_options options);
/** The greatest common mask, the product of ones and a bitwise or, by key. */
void join_every_way(gr_view1_u8 bits, gr_view1_f64 products, gr_index n, gr_options options);
/** A user's struct: sums and weights by key. */
void add_weighted(gr_view1_weighted bins, gr_view1_i32 key, gr_view1_f64 value, gr_options options);
/** bins[(sum of the indices) % length] += 1 over a box. */
void count_box(int rank, gr_view1_i32 bins, const gr_index n[6], gr_options options);
/** A body that skips odd indices. */
void count_even(gr_view1_i32 bins, gr_index n);
/** The length is evaluated once. */
gr_index next_length(gr_index *calls);
void count_calls(gr_view1_i32 bins, gr_index *calls, gr_index n);

GR_EXTERN_C_END

#endif
