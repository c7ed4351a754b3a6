/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file bench_batched.c
 * @brief Do teams cost anything where each solves a small system? (2/3 n^3 flop, 8 n^2 B each)
 */
#include "batched.h"
#include "harness/bench.h"
#include "harness/groups.h"

#include <float.h>
#include <math.h>

static void reset(void *data) {
    const batched_data *d = (const batched_data *)data;

    for (gr_index i = 0; i < d->x.extent[0] * d->x.extent[1]; i++)
        d->x.data[i] = NAN;
    for (gr_index m = 0; m < d->info.extent[0]; m++)
        d->info.data[m] = -1;
}

/* The largest residual over n times the largest number of its system. */
static double error(void *data) {
    const batched_data *d = (const batched_data *)data;
    const gr_index n = d->a.extent[1];
    double worst = 0;

    for (gr_index m = 0; m < d->a.extent[0]; m++) {
        double largest = 1;

        for (gr_index i = 0; i < n; i++)
            largest = fmax(largest, fabs(GR_AT(d->x, m, i)));
        for (gr_index i = 0; i < n; i++) {
            long double rest = GR_AT(d->b, m, i);
            double off;

            for (gr_index j = 0; j < n; j++)
                rest -= (long double)GR_AT(d->a, m, i, j) * GR_AT(d->x, m, j);
            off = (double)fabsl(rest) / (largest * (double)n);
            worst = off <= worst ? worst : off;
        }
        worst = GR_AT(d->info, m) == 0 ? worst : INFINITY;
    }
    return worst;
}

void bench_group_batched(void) {
    const gr_index batch = 10000, n = BATCHED_N;
    batched_data d = {0};
    const bench_row row = {.name = "batched.lu32",
                           .n = batch,
                           .size = "10000 of 32 x 32",
                           .bytes = 8.0 * (double)(batch * n * (n + 2)),
                           .data = &d,
                           .reset = reset,
                           .run = {batched_granum, batched_twin, NULL},
                           .error = error,
                           .tolerance = 4 * BATCHED_N * DBL_EPSILON, /* pivots keep growth small */
                           .target = {BENCH_RATIO, 1.05}};

    if (!bench_wants(row.name, batch) || !bench_fits(row.name, batch, row.bytes))
        return;
    if (bench_made(GR_CREATE(&d.a, "a", batch, n, n)) &&
        bench_made(GR_CREATE(&d.b, "b", batch, n)) && bench_made(GR_CREATE(&d.x, "x", batch, n)) &&
        bench_made(GR_CREATE(&d.info, "info", batch))) {
        bench_fill_f64(d.a.data, batch * n * n, -1, 1, 21);
        bench_fill_f64(d.b.data, batch * n, -1, 1, 22);
        bench_measure(&row);
    }
    GR_RELEASE(&d.info);
    GR_RELEASE(&d.x);
    GR_RELEASE(&d.b);
    GR_RELEASE(&d.a);
}
