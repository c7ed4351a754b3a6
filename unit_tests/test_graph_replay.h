/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_graph_replay.h
 * @brief Functions of nodes, with the kernels of test_graph_replay.c and threads/graphs.c.
 */
#ifndef GRANUM_TEST_GRAPH_REPLAY_H
#define GRANUM_TEST_GRAPH_REPLAY_H

#include <granum/graph.h>

GR_EXTERN_C_BEGIN

/** y = a x + y, or x's neighbours' mean into y. */
typedef struct vectors {
    double *x, *y;
    double a;
    gr_index n;
} vectors;

void graph_axpy(gr_index lo, gr_index hi, void *arguments);
void graph_smooth(gr_index lo, gr_index hi, void *arguments);

/** A 2D kernel over rows lo..hi of an n x n matrix, and a reduction and a scan inside of a part. */
void graph_rows(gr_index lo, gr_index hi, void *arguments);
void graph_part_patterns(gr_index lo, gr_index hi, void *arguments);

/** Sum of x into *result, maximum into result[1]; scan of x into y; a team's row sums. */
typedef struct results {
    const double *x;
    double *result;
    int64_t *prefix;
    gr_index n;
} results;

void graph_reduce(void *arguments);
void graph_scan(void *arguments);
void graph_team(void *arguments);

/** Adds 1 to *counter: what must happen once a submit. */
void graph_count(void *counter);

/** Writes down that it ran: when[self] = (*clock)++, and checks that those before it did. */
typedef struct moment {
    int *clock, *when;
    int self, before[4], wrong_place;
} moment;

void graph_moment(void *arguments);

/** Indices of a range node that were visited, each once a submit. */
typedef struct visits {
    int64_t *seen, *before; /* before: of another node, each index already visited; may be NULL */
    int64_t *wrong;
    gr_index n;
} visits;

void graph_visit(gr_index lo, gr_index hi, void *arguments);

/** Launches that fail. */
void graph_bad_range(void *arguments);
void graph_bad_part(gr_index lo, gr_index hi, void *arguments);

/** Submits the graph that it is in; *status is the answer. From a kernel too. */
typedef struct inside {
    gr_graph *graph;
    int *status;
} inside;

void graph_submits_itself(void *arguments);
int graph_submit_in_kernel(gr_graph *graph);

/** Most threads that a launch of the node got. */
void graph_threads(void *most);

GR_EXTERN_C_END

#endif
