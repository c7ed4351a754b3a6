/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file graph.h
 * @brief STREAM's four kernels, copy, scale, add and triad, 25 times after each other.
 *
 * With the factor sqrt(2) - 1 the numbers stay what they are, but for rounding.
 * Source: McCalpin 1995, Memory bandwidth and machine balance in current high performance
 * computers.
 */
#ifndef PERF_TESTS_GRAPH_H
#define PERF_TESTS_GRAPH_H

#include <granum/granum.h>

GR_EXTERN_C_BEGIN

/** Kernels of a run. */
#define CYCLE_KERNELS 100
#define CYCLE_FACTOR 0.41421356237309503
/** Keeps prefix sums of any length from growing beyond what a double holds. */
#define PATTERN_FACTOR 0x1p-20

typedef struct cycle_data {
    gr_view1_f64 a, b, c;
    gr_graph *graph;
} cycle_data;

/** Record the kernels; by_index: dependencies are by index, otherwise each kernel waits for all of
 * the one before. */
gr_status cycle_record(cycle_data *d, bool by_index);

/** A hundred nodes as well: y += a x, then b = y.y behind the same indices, 50 times after each
 * other; or a prefix sum of x into y and x = y - what came before, 50 times. */
typedef struct pattern_data {
    gr_view1_f64 x, y;
    double dot;
    gr_graph *graph;
} pattern_data;

gr_status dots_record(pattern_data *d);
void dots_graph(void *data);
void dots_launches(void *data);
void dots_twin(void *data);

gr_status scans_record(pattern_data *d);
void scans_graph(void *data);
void scans_launches(void *data);
void scans_twin(void *data);

void cycle_graph(void *data);    /**< the graph */
void cycle_launches(void *data); /**< its launches one by one */
void cycle_twin(void *data);     /**< a hundred `omp parallel for` */

GR_EXTERN_C_END

#endif
