/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file bfs.h
 * @brief What a breadth-first search needs, and who does it.
 */
#ifndef PERF_TESTS_BFS_H
#define PERF_TESTS_BFS_H

#include "../examples/graph.h"

typedef struct bfs_data {
    graph g;
    gr_index start;
    gr_view1_i32 level, expected; /**< (n): steps from the start, or -1 */
    gr_view1_i32 frontier, next;  /**< (n) */
    gr_view1_i64 tail;            /**< (1): granum's */
} bfs_data;

GR_EXTERN_C_BEGIN

/** A maze of n x n cells, a third of them walls. */
gr_status bfs_make_grid(graph *g, gr_index n);
/** 2^scale vertices of 16 edges each on average. */
gr_status bfs_make_rmat(graph *g, int scale);

void bfs_granum(void *data);
void bfs_twin(void *data);

GR_EXTERN_C_END

#endif
