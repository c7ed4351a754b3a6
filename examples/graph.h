/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file graph.h
 * @brief Two kinds of graphs, made on all threads: the steps one can take on a map of heights, and
 * a network with few hubs and many followers. For kernel files.
 */
#ifndef EXAMPLES_GRAPH_H
#define EXAMPLES_GRAPH_H

#include <granum/granum.h>

/** The neighbours of v are col(row(v)) .. col(row(v + 1) - 1). */
typedef struct graph {
    gr_view1_i64 row;
    gr_view1_i32 col;
} graph;

static inline gr_status graph_release(graph *g) {
    GR_TRY(GR_RELEASE(&g->row));
    return GR_RELEASE(&g->col);
}

GR_FUNCTION uint64_t graph_hash(uint64_t k) { /* SplitMix64 (Steele, Lea & Flood 2014) */
    k = (k + 1) * 0x9e3779b97f4a7c15u;
    k = (k ^ k >> 30) * 0xbf58476d1ce4e5b9u;
    k = (k ^ k >> 27) * 0x94d049bb133111ebu;
    return k ^ k >> 31;
}

/* row holds a count at each vertex; afterwards where its neighbours begin, and the sum at the end.
 */
static inline gr_status graph_begin(graph *g) {
    const gr_view1_i64 row = g->row;
    int64_t edges = 0;

    GR_PARALLEL_SCAN_TOTAL("row", v, gr_range(0, row.extent[0]), GR_SUM(int64_t, sum), final,
                           edges) {
        const int64_t count = GR_AT(row, v);

        if (final) {
            GR_AT(row, v) = sum;
        }
        sum += count;
    };
    GR_TRY(gr_fence());
    return GR_CREATE(&g->col, "col", edges);
}

/* Whether one can step from cell (i, j) of a map in direction k, and to which cell; -1 if not. */
GR_FUNCTION gr_index graph_step(gr_view2_i16 height, gr_index i, gr_index j, int k, int climb) {
    const gr_index y = i + (k == 0) - (k == 1), x = j + (k == 2) - (k == 3);

    if (y < 0 || y >= height.extent[0] || x < 0 || x >= height.extent[1]) {
        return -1;
    }
    const int up = GR_AT(height, y, x) - GR_AT(height, i, j);
    return up <= climb && -up <= climb ? y * height.extent[1] + x : -1;
}

/** Cells of a map and the steps between neighbours whose heights differ by no more than climb. */
static inline gr_status graph_of_map(graph *g, gr_view2_i16 height, int climb) {
    const gr_index n = height.extent[0], m = height.extent[1];

    GR_TRY(GR_CREATE(&g->row, "row", n * m + 1));
    const gr_view1_i64 row = g->row;
    GR_PARALLEL_FOR_2D("count", i, j, gr_range_2d(0, n, 0, m)) {
        for (int k = 0; k < 4; ++k) {
            GR_AT(row, i * m + j) += graph_step(height, i, j, k, climb) >= 0;
        }
    };
    GR_TRY(graph_begin(g));
    const gr_view1_i32 col = g->col;
    GR_PARALLEL_FOR_2D("steps", i, j, gr_range_2d(0, n, 0, m)) {
        int64_t to = GR_AT(row, i * m + j);

        for (int k = 0; k < 4; ++k) {
            const gr_index other = graph_step(height, i, j, k, climb);

            if (other >= 0) {
                GR_AT(col, to++) = (int32_t)other;
            }
        }
    };
    return gr_fence();
}

typedef struct graph_edge {
    int32_t u, v;
} graph_edge;

/* Edge e of an R-MAT graph of 2^scale vertices: each bit of its ends is drawn with the chances
 * 0.57, 0.19, 0.19, 0.05 (Chakrabarti, Zhan & Faloutsos 2004, doi:10.1137/1.9781611972740.43; the
 * numbers are Graph500's). */
GR_FUNCTION graph_edge graph_draw(gr_index e, int scale) {
    graph_edge edge = {0, 0};

    for (int bit = 0; bit < scale; ++bit) {
        const uint64_t chance = graph_hash((uint64_t)e * 64 + (uint64_t)bit) % 100;

        edge.u = 2 * edge.u + (chance >= 76);
        edge.v = 2 * edge.v + ((chance >= 57 && chance < 76) || chance >= 95);
    }
    return edge;
}

/** 2^scale vertices and each edges a vertex, both ways; no edge from a vertex to itself. */
static inline gr_status graph_rmat(graph *g, int scale, gr_index each) {
    const gr_index n = (gr_index)1 << scale;
    gr_view1_i64 next;

    GR_TRY(GR_CREATE(&g->row, "row", n + 1));
    const gr_view1_i64 row = g->row;
    GR_PARALLEL_FOR("count", e, gr_range(0, each * n)) {
        const graph_edge edge = graph_draw(e, scale);

        if (edge.u != edge.v) {
            GR_ATOMIC_ADD(&GR_AT(row, edge.u), 1);
            GR_ATOMIC_ADD(&GR_AT(row, edge.v), 1);
        }
    };
    GR_TRY(graph_begin(g));
    const gr_view1_i32 col = g->col;
    GR_TRY(GR_CREATE_WITH(&next, GR_UNINITIALIZED, "next", n + 1));
    GR_TRY(gr_deep_copy(GR_ANY(next), GR_ANY(row)));
    GR_PARALLEL_FOR("edges", e, gr_range(0, each * n)) {
        const graph_edge edge = graph_draw(e, scale);

        if (edge.u != edge.v) {
            GR_AT(col, GR_ATOMIC_FETCH_ADD(&GR_AT(next, edge.u), 1)) = edge.v;
            GR_AT(col, GR_ATOMIC_FETCH_ADD(&GR_AT(next, edge.v), 1)) = edge.u;
        }
    };
    GR_TRY(gr_fence());
    return GR_RELEASE(&next);
}

#endif
