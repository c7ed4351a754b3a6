/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file bench_bfs.c
 * @brief What does a breadth-first search cost with thousands of small levels (a maze), or a few of
 * very uneven work (a network with hubs)? (8 B an edge and 12 B a vertex)
 */
#include "bfs.h"
#include "harness/bench.h"
#include "harness/groups.h"

static void reset(void *data) {
    const bfs_data *d = (const bfs_data *)data;

    GR_FILL(d->level, -7);
}

static double error(void *data) {
    const bfs_data *d = (const bfs_data *)data;
    gr_index wrong = 0;

    for (gr_index v = 0; v < d->level.extent[0]; v++)
        wrong += d->level.data[v] != d->expected.data[v];
    return (double)wrong;
}

/* From the vertex with most neighbours, by one thread with a queue. */
static void expect(bfs_data *d) {
    const gr_index n = d->level.extent[0];
    const int64_t *row = d->g.row.data;
    gr_index tail = 1;

    d->start = 0;
    for (gr_index v = 0; v < n; v++) {
        d->expected.data[v] = -1;
        if (row[v + 1] - row[v] > row[d->start + 1] - row[d->start])
            d->start = v;
    }
    d->expected.data[d->start] = 0;
    d->next.data[0] = (int32_t)d->start;
    for (gr_index head = 0; head < tail; head++) {
        const int32_t v = d->next.data[head];

        for (int64_t e = row[v]; e < row[v + 1]; e++) {
            const int32_t w = d->g.col.data[e];

            if (d->expected.data[w] < 0) {
                d->expected.data[w] = d->expected.data[v] + 1;
                d->next.data[tail++] = w;
            }
        }
    }
}

static void measure(const char *name, const char *size, bfs_data *d, gr_status made) {
    if (bench_made(made)) {
        const gr_index n = d->g.row.extent[0] - 1, edges = d->g.col.extent[0];
        const bench_row row = {.name = name,
                               .n = n,
                               .size = size,
                               .bytes = 8.0 * (double)edges + 12.0 * (double)n,
                               .data = d,
                               .reset = reset,
                               .run = {bfs_granum, bfs_twin, NULL},
                               .error = error,
                               .tolerance = 0,
                               .target = {BENCH_RATIO, 1.05}};

        if (bench_made(GR_CREATE(&d->level, "level", n)) &&
            bench_made(GR_CREATE(&d->expected, "expected", n)) &&
            bench_made(GR_CREATE(&d->frontier, "frontier", n)) &&
            bench_made(GR_CREATE(&d->next, "next", n)) &&
            bench_made(GR_CREATE(&d->tail, "tail", 1))) {
            expect(d);
            bench_measure(&row);
        }
    }
    graph_release(&d->g);
    GR_RELEASE(&d->level);
    GR_RELEASE(&d->expected);
    GR_RELEASE(&d->frontier);
    GR_RELEASE(&d->next);
    GR_RELEASE(&d->tail);
}

void bench_group_bfs(void) {
    const gr_index side = 2000, n = side * side, hubs = (gr_index)1 << 18;

    if (bench_wants("bfs.grid", n) && bench_fits("bfs.grid", n, 80.0 * (double)n)) {
        bfs_data d = {0};

        measure("bfs.grid", "2000 x 2000 maze", &d, bfs_make_grid(&d.g, side));
    }
    if (bench_wants("bfs.rmat", hubs) && bench_fits("bfs.rmat", hubs, 300.0 * (double)hubs)) {
        bfs_data d = {0};

        measure("bfs.rmat", "2^18, 2^23 edges", &d, bfs_make_rmat(&d.g, 18));
    }
}
