/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file launch.h
 * @brief Launches so short that their own cost is what one sees.
 */
#ifndef PERF_TESTS_LAUNCH_H
#define PERF_TESTS_LAUNCH_H

#include <granum/granum.h>

typedef struct launch_data {
    gr_view1_f64 a, b, c;
    double scalar, dot;
} launch_data;

typedef struct heavy_data {
    gr_view1_f64 v;
    gr_index steps; /**< of an iteration's own loop */
    double expected;
} heavy_data;

/* Triad and dot product; each takes a launch_data. */
void launch_for_granum(void *data);
void launch_reduce_granum(void *data);

/* The same as plain serial loops. */
void launch_for_twin(void *data);
void launch_reduce_twin(void *data);

/* A few iterations of `steps` dependent steps each; each takes a heavy_data. The twin is serial,
 * best OpenMP. */
void heavy_granum(void *data);
void heavy_twin(void *data);
void heavy_best(void *data);

/** One iteration: a chain that nothing can shorten; the same text for every side. */
#define HEAVY_CHAIN(value, steps)                       \
    do {                                                \
        for (gr_index step = 0; step < (steps); step++) \
            (value) = (value)*0.999 + 0.001;            \
    } while (0)

#endif
