/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_sim_stream.h
 * @brief Functions of a device's kernel file: launches, without a fence.
 */
#ifndef GRANUM_TEST_SIM_STREAM_H
#define GRANUM_TEST_SIM_STREAM_H

#include <granum/granum.h>

GR_EXTERN_C_BEGIN

/** v[i] += add on an instance. */
void send_add(gr_view1_f64 v, double add, gr_instance instance);

/** v[i][j] += add + 10 i + j. */
void send_add_2d(gr_view2_f64_strided v, double add);

/** to[i] = 2 from[i] on an instance. */
void send_twice(gr_view1_f64 to, gr_view1_f64 from, gr_instance instance);

/** The sum of v, which waits for its stream. */
double sum_of(gr_view1_f64 v, gr_instance instance);

/** A launch whose threads meet different barriers. */
void send_divergent(void);

/** For graphs: what a node's function gets. */
typedef struct step {
    gr_view1_f64 to, from;
    double add;
    int *calls; /**< of the function, counted by it */
} step;

/** to[i] = from[i] + add: of a range node, and of one that only launches. */
void step_range(gr_index lo, gr_index hi, void *arguments);
void step_device(void *arguments);
/** to = exclusive sums of from. */
void step_scan(gr_index lo, gr_index hi, void *arguments);
/** The sum of `from`, of a reduction node. */
void step_sum(gr_index lo, gr_index hi, void *arguments, void *result);
/** Of a node that only launches, and breaks its word: to[0] = sum of from, through the host. */
void step_waits(void *arguments);

GR_EXTERN_C_END

#endif
