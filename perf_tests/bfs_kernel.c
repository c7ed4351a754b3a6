/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file bfs_kernel.c
 * @brief Breadth-first search as a granum user writes it: the example's own kernel.
 */
#include "bfs.h"

int bfs_main(int argc, char **argv);

#define main bfs_main
#include "../examples/bfs.c"

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
    const search s = {d->level, d->frontier, d->next, d->tail};
    int32_t levels;

    (void)!bfs(d->g, s, d->start, &levels);
}
