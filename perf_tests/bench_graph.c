/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file bench_graph.c
 * @brief What does a graph of a hundred kernels cost beside a hundred launches? (20 B and 1 flop an
 * element, on average)
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
    const cycle_data *d = (const cycle_data *)data;

    bench_fill_f64(d->a.data, d->a.extent[0], 0, 1, 3);
    for (gr_index i = 0; i < d->a.extent[0]; i++)
        GR_AT(d->b, i) = GR_AT(d->c, i) = -1;
}

/* One element after the other: the bits must be the same. */
static double error(void *data) {
    const cycle_data *d = (const cycle_data *)data;
    const gr_index n = d->a.extent[0];
    gr_view1_f64 first = {0};
    double worst = 0;

    if (!bench_made(GR_CREATE(&first, "first", n)))
        return INFINITY;
    bench_fill_f64(first.data, n, 0, 1, 3);
    for (gr_index i = 0; i < n; i++) {
        double a = GR_AT(first, i), b = 0, c = 0;

        for (int k = 0; k < CYCLE_KERNELS; k += 4) {
            b = CYCLE_FACTOR * a;
            c = a + b;
            a = b + CYCLE_FACTOR * c;
        }
        if (GR_AT(d->a, i) != a || GR_AT(d->b, i) != b || GR_AT(d->c, i) != c)
            worst = INFINITY;
    }
    GR_RELEASE(&first);
    return worst;
}

static void measure(const char *name, gr_index n, bool by_index) {
    cycle_data d = {.graph = NULL};
    bench_row row = {.name = name,
                     .n = n,
                     .bytes = 20.0 * CYCLE_KERNELS * (double)n,
                     .data = &d,
                     .reset = reset,
                     .error = error,
                     .run = {cycle_graph, cycle_twin, cycle_launches},
                     .target_best = {BENCH_RATIO, 1}};

    if (!bench_wants(name, n))
        return;
    if (by_index && n >= 100000 && gr_impl_num_threads() > 1)
        row.target = (bench_target){BENCH_RATIO, 0.5};
    if (bench_made(GR_CREATE(&d.a, "a", n)) && bench_made(GR_CREATE(&d.b, "b", n)) &&
        bench_made(GR_CREATE(&d.c, "c", n)) && bench_made(cycle_record(&d, by_index)))
        bench_measure(&row);
    gr_graph_destroy(&d.graph);
    GR_RELEASE(&d.c);
    GR_RELEASE(&d.b);
    GR_RELEASE(&d.a);
}

void bench_group_graph(void) {
    measure("graph.replay", 1000, true);
    measure("graph.replay", 100000, true);
    measure("graph.levels", 1000, false);
    measure("graph.levels", 100000, false);
}
