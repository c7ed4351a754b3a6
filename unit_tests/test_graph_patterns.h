/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_graph_patterns.h
 * @brief Functions of reduction and scan nodes, and the same statements outside of graphs.
 */
#ifndef GRANUM_TEST_GRAPH_PATTERNS_H
#define GRANUM_TEST_GRAPH_PATTERNS_H

#include <granum/graph.h>

/** Arrays of n; results. */
typedef struct series {
    double *x, *y, *before;
    int64_t *place;
    const uint8_t *head;
    double factor;
} series;

/** A mean as a user's own reducer. */
typedef struct mean {
    double sum;
    int64_t count;
} mean;

GR_EXTERN_C_BEGIN

/** y += factor x; y = sqrt(|y|) + 1. */
void series_axpy(gr_index lo, gr_index hi, void *arguments);
void series_root(gr_index lo, gr_index hi, void *arguments);

/** Sum of x y, maximum of x, the mean of x. */
void series_dot(gr_index lo, gr_index hi, void *arguments, void *result);
void series_most(gr_index lo, gr_index hi, void *arguments, void *result);
void series_mean(gr_index lo, gr_index hi, void *arguments, void *result);
void mean_join(void *into, const void *other);

/** before = what came before in x; place = the place in the segment, counted exactly. */
void series_prefix(gr_index lo, gr_index hi, void *arguments);
void series_places(gr_index lo, gr_index hi, void *arguments);

/** Functions that are wrong: another range, two reductions, no reduction, rows, a scan. */
enum { WRONG_RANGE, WRONG_TWICE, WRONG_NONE, WRONG_ROWS, WRONG_SCAN, WRONG_TEAMS, WRONG_KINDS };
typedef struct wrong_node {
    int kind;
} wrong_node;
void wrong_reduction(gr_index lo, gr_index hi, void *arguments, void *result);
void wrong_scan(gr_index lo, gr_index hi, void *arguments);
void scan_of_large(gr_index lo, gr_index hi, void *arguments);

/** x[i] += x[i - 1]: what it gives depends on the order. */
void series_smear(gr_index lo, gr_index hi, void *arguments);
/** x[7] = 1 / 0. */
void series_spoil(gr_index lo, gr_index hi, void *arguments);

GR_EXTERN_C_END

#endif
