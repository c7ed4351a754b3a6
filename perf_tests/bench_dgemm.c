/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file bench_dgemm.c
 * @brief Does a kernel written in loops keep its sums in registers? (2 n^3 flop; 32 n^2 B)
 */
#include "dgemm.h"
#include "harness/bench.h"
#include "harness/groups.h"

#include <math.h>
#include <stdio.h>

static void reset(void *data) {
    const dgemm_data *d = (const dgemm_data *)data;

    bench_fill_f64(d->c.data, d->c.extent[0] * d->c.extent[1], 0, 1, 3);
}

/* Timed runs go on adding to C; what is checked is the first after a reset. */
static double error(void *data) {
    const dgemm_data *d = (const dgemm_data *)data;

    return bench_difference_f64(d->c.data, d->expected.data, d->expected.extent[0]);
}

static void expect(const dgemm_data *d) {
    const gr_index n = d->c.extent[0];

    reset((void *)(uintptr_t)d);
#pragma omp parallel for
    for (gr_index i = 0; i < n; i++)
        for (gr_index j = 0; j < n; j++) {
            long double sum = GR_AT(d->c, i, j);

            for (gr_index k = 0; k < n; k++)
                sum += (long double)GR_AT(d->a, i, k) * GR_AT(d->b, k, j);
            d->expected.data[i * n + j] = (double)sum;
        }
}

static void measure(const char *name, gr_index n) {
    dgemm_data d = {0};
    char size[32];
    const bench_row row = {.name = name,
                           .n = n * n,
                           .size = size,
                           .bytes = 32.0 * (double)(n * n),
                           .data = &d,
                           .reset = reset,
                           .run = {dgemm_granum, dgemm_twin, NULL},
                           .error = error,
                           .tolerance = 4e-16 * sqrt((double)n),
                           .target = {BENCH_RATIO, 1.10}};

    if (!bench_wants(name, n * n) || !bench_fits(name, n * n, 32.0 * (double)(n * n)))
        return;
    snprintf(size, sizeof size, "%td x %td", n, n);
    if (bench_made(GR_CREATE(&d.a, "a", n, n)) && bench_made(GR_CREATE(&d.b, "b", n, n)) &&
        bench_made(GR_CREATE(&d.c, "c", n, n)) &&
        bench_made(GR_CREATE(&d.expected, "expected", n * n))) {
        bench_fill_f64(d.a.data, n * n, 0, 1, 1);
        bench_fill_f64(d.b.data, n * n, 0, 1, 2);
        expect(&d);
        bench_measure(&row);
    }
    GR_RELEASE(&d.expected);
    GR_RELEASE(&d.c);
    GR_RELEASE(&d.b);
    GR_RELEASE(&d.a);
}

void bench_group_dgemm(void) {
    measure("dgemm.512", 512);
    measure("dgemm.1024", 1024);
}
