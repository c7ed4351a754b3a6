/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file bench_histogram.c
 * @brief Does a histogram count as fast as privatised C? (8 B per key read, 1e3 bins in cache)
 */
#include "harness/bench.h"
#include "harness/groups.h"
#include "histogram.h"

#include <math.h>

/* Enough pieces to share out evenly over any usual number of threads, few enough that joining them
 * is cheap. */
enum { PIECES = 16, BINS = 1000 };

static void reset(void *data) {
    const histogram_data *d = (const histogram_data *)data;

    bench_fill_i64(d->bins.data, BINS, -9, -8, 7);
}

static double error(void *data) {
    const histogram_data *d = (const histogram_data *)data;

    for (gr_index b = 0; b < BINS; b++)
        if (GR_AT(d->bins, b) != GR_AT(d->expected, b))
            return INFINITY;
    return 0;
}

void bench_group_histogram(void) {
    const gr_index n = 10000000;
    histogram_data d = {0};
    const bench_row row = {.name = "reduce.histogram.i64",
                           .n = n,
                           .bytes = 8.0 * (double)n,
                           .data = &d,
                           .reset = reset,
                           .run = {histogram_granum, histogram_twin, histogram_best},
                           .error = error,
                           .target_best = {BENCH_RATIO, 1.3}};
    bench_row array = row;

    array.name = "reduce.array.histogram.i64";
    array.run[0] = histogram_array;
    if ((!bench_wants(row.name, n) && !bench_wants(array.name, n)) ||
        !bench_fits(row.name, n, 8.0 * (double)n))
        return;
    if (bench_made(GR_CREATE(&d.keys, "keys", n)) && bench_made(GR_CREATE(&d.bins, "bins", BINS)) &&
        bench_made(GR_CREATE(&d.expected, "expected", BINS)) &&
        bench_made(GR_CREATE(&d.parts, "parts", PIECES, BINS))) {
        bench_fill_i64(d.keys.data, n, 0, BINS, 10);
        for (gr_index i = 0; i < n; i++)
            GR_AT(d.expected, GR_AT(d.keys, i)) += 1;
        if (bench_wants(row.name, n))
            bench_measure(&row);
        if (bench_wants(array.name, n))
            bench_measure(&array);
    }
    GR_RELEASE(&d.parts);
    GR_RELEASE(&d.expected);
    GR_RELEASE(&d.bins);
    GR_RELEASE(&d.keys);
}
