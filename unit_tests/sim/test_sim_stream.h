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
    int calls; /**< of the function, counted by it */
} step;

/** to[i] = from[i] + add. */
void step_range(gr_index lo, gr_index hi, void *arguments);
/** to = exclusive sums of from. */
void step_scan(gr_index lo, gr_index hi, void *arguments);
/** Sum `from` on the host's side, and put it into to[0]. */
void step_host(void *arguments);

GR_EXTERN_C_END

#endif
