/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file bench_graph.c
 * @brief What does a graph of a hundred kernels cost beside a hundred launches? (32 B and 4 flop an
 * element)
 *
 * The kernels depend on each other by index (graph.replay), or are told to wait for the whole one
 * before (graph.levels). The twin is `omp parallel for`, the best granum's own launches.
 */
#include "graph.h"
#include "harness/bench.h"
#include "harness/groups.h"

#include <granum/impl/backend.h>

#include <math.h>

static void reset(void *data) {
    series_data *d = (series_data *)data;

    for (gr_index i = 0; i < d->x.extent[0]; i++)
        GR_AT(d->b[0], i) = GR_AT(d->b[1], i) = 0;
}

/* One point after the other: the bits must be the same. */
static double error(void *data) {
    const series_data *d = (const series_data *)data;

    for (gr_index i = 0; i < d->x.extent[0]; i++) {
        double b = 0, last = 0;

        for (int k = 0; k < SERIES_TERMS; k++) {
            const double next =
                SERIES_COEFFICIENT(SERIES_TERMS - 1 - k) + 2 * GR_AT(d->x, i) * last - b;

            b = last;
            last = next;
        }
        if (GR_AT(d->b[(SERIES_TERMS - 1) % 2], i) != last)
            return INFINITY;
    }
    return 0;
}

static void measure(const char *name, gr_index n, bool by_index) {
    series_data d = {.graph = NULL};
    bench_row row = {.name = name,
                     .n = n,
                     .bytes = 32.0 * SERIES_TERMS * (double)n,
                     .data = &d,
                     .reset = reset,
                     .error = error,
                     .run = {series_graph, series_twin, series_launches},
                     .target_best = {BENCH_RATIO, 1}};

    if (!bench_wants(name, n))
        return;
    if (by_index && n >= 100000 && gr_impl_num_threads() > 1)
        row.target = (bench_target){BENCH_RATIO, 0.5};
    if (bench_made(GR_CREATE(&d.x, "x", n)) && bench_made(GR_CREATE(&d.b[0], "b0", n)) &&
        bench_made(GR_CREATE(&d.b[1], "b1", n)) && bench_made(series_record(&d, by_index))) {
        bench_fill_f64(d.x.data, n, -1, 1, 3);
        bench_measure(&row);
    }
    gr_graph_destroy(&d.graph);
    GR_RELEASE(&d.b[1]);
    GR_RELEASE(&d.b[0]);
    GR_RELEASE(&d.x);
}

void bench_group_graph(void) {
    measure("graph.replay", 1000, true);
    measure("graph.replay", 100000, true);
    measure("graph.levels", 1000, false);
    measure("graph.levels", 100000, false);
}
