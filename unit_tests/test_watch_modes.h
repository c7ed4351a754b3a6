/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_watch_modes.h
 * @brief Kernels with a bug each, and the same without.
 */
#ifndef GRANUM_TEST_WATCH_MODES_H
#define GRANUM_TEST_WATCH_MODES_H

#include <granum/view.h>

GR_EXTERN_C_BEGIN

/** y = x, element by element. */
void copy_1d(gr_view1_f64 y, gr_view1_f64 x);
/** y = 1 / x: infinite where x is 0. */
void invert_2d(gr_view2_f64 y, gr_view2_f64 x);
void invert_2d_f32(gr_view2_f32_left y, gr_view2_f32_left x);
/** x[i] += x[i - 1]: what it gives depends on the order of iterations. */
void smear(gr_view1_f64 x);
/** The same over the rows of a 2D View of integers. */
void smear_rows(gr_view2_i32 x);
/** y[i] = x[i] + x[i + 1], without dependence; and a reduction over it. */
double smooth(gr_view1_f64 y, gr_view1_f64 x);
/** Bins of a histogram, with plain and with atomic increments. */
void bin_plainly(gr_view1_i64 bin, gr_view2_i32 x);
void bin_atomically(gr_view1_i64 bin, gr_view2_i32 x);
/** Each team sums a row of x in scratch memory, `of` teams into an element of sums; the answer is
 * the league's sum. */
double sum_rows(gr_view1_f64 sums, gr_view2_f64 x, gr_index of);
/** Each team of so many threads turns its row of x round in scratch memory, with a barrier between
 * writing and reading or without; the same in y itself. */
void turn_rows(gr_view2_f64 y, gr_view2_f64 x, int threads, bool waits);
void shift_rows(gr_view2_f64 y, gr_view2_f64 x, int threads, bool waits);
/** Teams that each add what the one before has left. */
void smear_teams(gr_view1_f64 x, int threads);
/** Sums before each element of x, into y and into the element after the next one of y; the answer
 * is the sum of all. In place, y is x. */
int64_t sum_before(gr_view1_i64 y, gr_view1_i64 x, gr_index after);
/** The same of doubles, for each element the sum before it and x of the element before. */
double sum_and_look_back(gr_view1_f64 y, gr_view1_f64 x);
/** Sums of x, after each element has taken what the one `before` it has: itself, or the one in the
 * row before. */
double sum_and_take(gr_view1_f64 x, gr_index before);
double sum_and_take_2d(gr_view2_f64 x, gr_index before);
/** Sums of scratch memory of which half was set. */
void sum_unset_scratch(gr_view1_f64 sums, gr_index set, int threads);
/** copy_1d for bytes. */
void copy_bytes(gr_view1_u8 y, gr_view1_u8 x);
/** A struct with 4 bytes that nobody sets: members alone, and as a whole. */
typedef struct padded {
    double number;
    int32_t count;
} padded;
GR_DEFINE_VIEW(padded, padded)
void set_members(gr_view1_padded x);
void copy_structs(gr_view1_padded y, gr_view1_padded x);
/** Each of n iterations launches copy_1d, which fails. */
void launch_inside(gr_view1_f64 y, gr_view1_f64 x, gr_index n);
/** Every element is one more; how often did the bodies run? By atomics on calls. */
void count_calls(gr_view1_i64 x, gr_view0_i64 calls);

GR_EXTERN_C_END

#endif
