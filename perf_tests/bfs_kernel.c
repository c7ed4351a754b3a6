/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file bfs_kernel.c
 * @brief Breadth-first search as a granum user writes it: frontiers by scans.
 */
#include "bfs.h"

gr_status bfs_make_grid(graph *g, gr_index n) {
    gr_view2_i16 height;

    GR_TRY(GR_CREATE(&height, "height", n, n));
    GR_PARALLEL_FOR_2D("maze", i, j, gr_range_2d(0, n, 0, n)) {
        GR_AT(height, i, j) = graph_hash((uint64_t)(i * n + j)) % 3 == 0 ? 1000 : 0;
    };
    GR_TRY(graph_of_map(g, height, 10));
    return GR_RELEASE(&height);
}

gr_status bfs_make_rmat(graph *g, int scale) {
    return graph_rmat(g, scale, 16);
}

void bfs_granum(void *data) {
    const bfs_data *d = (const bfs_data *)data;
    const graph g = d->g;
    const gr_view1_i32 level = d->level, found = d->found, count = d->count;
    gr_view1_i32 frontier = d->frontier, next = d->next;
    int64_t size = 1;

    GR_FILL(level, -1);
    GR_AT(level, d->start) = 0;
    GR_AT(frontier, 0) = (int32_t)d->start;
    for (int32_t here = 0; size > 0; ++here) {
        const gr_view1_i32 old = frontier;

        GR_PARALLEL_FOR("look", k, gr_with_chunk(gr_with_dynamic(gr_range(0, size)), 64)) {
            const int32_t v = GR_AT(frontier, k);
            int64_t to = GR_AT(g.row, v);

            for (int64_t e = GR_AT(g.row, v); e < GR_AT(g.row, v + 1); ++e) {
                const int32_t w = GR_AT(g.col, e);
                int32_t unseen = -1;

                if (GR_ATOMIC_LOAD(&GR_AT(level, w)) < 0 &&
                    GR_ATOMIC_COMPARE_EXCHANGE(&GR_AT(level, w), &unseen, here + 1)) {
                    GR_AT(found, to++) = w;
                }
            }
            GR_AT(count, k) = (int32_t)(to - GR_AT(g.row, v));
        };
        GR_PARALLEL_SCAN_TOTAL("pack", k, gr_range(0, size), GR_SUM(int64_t, sum), final, size) {
            if (final) {
                const int64_t from = GR_AT(g.row, GR_AT(frontier, k));

                for (int32_t c = 0; c < GR_AT(count, k); ++c) {
                    GR_AT(next, sum + c) = GR_AT(found, from + c);
                }
            }
            sum += GR_AT(count, k);
        };
        frontier = next;
        next = old;
    }
}
