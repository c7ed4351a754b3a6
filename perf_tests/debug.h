/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file debug.h
 * @brief Two kernels that every tool and every debug mode is tried on: a triad and a 27-point
 * stencil.
 */
#ifndef PERF_TESTS_DEBUG_H
#define PERF_TESTS_DEBUG_H

#include <granum/granum.h>

/** Both kernels' arrays; those of the other one are not created. */
typedef struct debug_data {
    gr_view1_f64 a, b, c;
    gr_view3_f64 out, in; /**< cubes */
} debug_data;

/** a = b + 0.4 * c. */
void debug_triad(const debug_data *d);

/** out = a weighted sum of the 27 elements around, inside of the cube. */
void debug_stencil27(const debug_data *d);

/** Weight of a neighbour that differs in so many indices. */
#define DEBUG_WEIGHT(apart) \
    ((apart) == 0 ? 0.25 : (apart) == 1 ? 0.0625 : (apart) == 2 ? 0.015625 : 0.0234375)

#endif
