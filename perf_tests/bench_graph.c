/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file bench_graph.c
 * @brief What does a graph of a hundred kernels cost beside a hundred launches? (20 B and 1 flop an
 * element, on average)
 *
 * The kernels depend on each other by index (graph.replay), or are told to wait for the whole one
 * before (graph.levels); every second one is a reduction behind the same indices (graph.reduce), or
 * a scan (graph.scan). The twin is `omp parallel for`, the best granum's own launches.
 */
#include "graph.h"
#include "harness/bench.h"
#include "harness/groups.h"

#include <granum/impl/backend.h>

#include <float.h>
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

/* Reductions and scans as nodes. */
static void reset_pattern(void *data) {
    pattern_data *d = (pattern_data *)data;

    bench_fill_f64(d->x.data, d->x.extent[0], 0.5, 1, 3);
    for (gr_index i = 0; i < d->y.extent[0]; i++)
        GR_AT(d->y, i) = 0;
    d->dot = NAN;
}

static double error_dots(void *data) {
    const pattern_data *d = (const pattern_data *)data;
    long double sum = 0;

    for (gr_index i = 0; i < d->x.extent[0]; i++) {
        long double y = 0;

        for (int k = 0; k < CYCLE_KERNELS / 2; k++)
            y += (long double)PATTERN_FACTOR * GR_AT(d->x, i);
        sum += y * y;
    }
    return bench_relative(d->dot, (double)sum);
}

/* Relative to the last element, which is the largest. */
static double error_scans(void *data) {
    const pattern_data *d = (const pattern_data *)data;
    const gr_index n = d->x.extent[0];
    pattern_data first = {.graph = NULL};
    double worst = INFINITY;

    if (bench_made(GR_CREATE(&first.x, "first x", n)) &&
        bench_made(GR_CREATE(&first.y, "first y", n))) {
        reset_pattern(&first);
        for (int k = 0; k < CYCLE_KERNELS; k += 2) {
            long double sum = 0;

            for (gr_index i = 0; i < n; i++) {
                sum += GR_AT(first.x, i);
                GR_AT(first.y, i) = (double)sum;
            }
            for (gr_index i = 0; i < n; i++)
                GR_AT(first.x, i) = PATTERN_FACTOR * GR_AT(first.y, i);
        }
        worst = bench_difference_f64(d->x.data, first.x.data, n) / GR_AT(first.x, n - 1);
    }
    GR_RELEASE(&first.y);
    GR_RELEASE(&first.x);
    return worst;
}

static void measure_pattern(const char *name, gr_index n, double bytes,
                            gr_status (*record)(pattern_data *), double (*error_of)(void *),
                            void (*graph)(void *), void (*twin)(void *), void (*launches)(void *)) {
    pattern_data d = {.graph = NULL};
    bench_row row = {.name = name,
                     .n = n,
                     .bytes = bytes * CYCLE_KERNELS * (double)n,
                     .data = &d,
                     .reset = reset_pattern,
                     .error = error_of,
                     .run = {graph, twin, launches},
                     .tolerance = 50 * 4 * DBL_EPSILON * sqrt((double)n),
                     .target_best = {BENCH_RATIO, 1}};

    if (!bench_wants(name, n))
        return;
    if (bench_made(GR_CREATE(&d.x, "x", n)) && bench_made(GR_CREATE(&d.y, "y", n)) &&
        bench_made(record(&d)))
        bench_measure(&row);
    gr_graph_destroy(&d.graph);
    GR_RELEASE(&d.y);
    GR_RELEASE(&d.x);
}

void bench_group_graph(void) {
    static const gr_index sizes[] = {1000, 100000};

    measure("graph.replay", 1000, true);
    measure("graph.replay", 100000, true);
    measure("graph.levels", 1000, false);
    measure("graph.levels", 100000, false);
    for (int s = 0; s < 2; s++)
        measure_pattern("graph.reduce", sizes[s], 16, dots_record, error_dots, dots_graph,
                        dots_twin, dots_launches);
    for (int s = 0; s < 2; s++)
        measure_pattern("graph.scan", sizes[s], 16, scans_record, error_scans, scans_graph,
                        scans_twin, scans_launches);
}
