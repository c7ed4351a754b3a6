/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file bench_residual.c
 * @brief What does a reduction in 3D cost when its body is long? (16 B and 30 flop per element)
 */
#include "harness/bench.h"
#include "harness/groups.h"
#include "residual.h"

#include <float.h>
#include <math.h>
#include <stdio.h>

static void reset(void *data) {
    ((residual_data *)data)->result = NAN;
}

static double error(void *data) {
    const residual_data *d = (const residual_data *)data;

    return bench_relative(d->result, d->expected);
}

#define A(i, j, k) GR_AT(a, i, j, k)
#define F(i, j, k) GR_AT(f, i, j, k)

static double expect(gr_view3_f64 a, gr_view3_f64 f, double limit) {
    long double sum = 0;

    for (gr_index i = 1; i < a.extent[0] - 1; i++)
        for (gr_index j = 1; j < a.extent[1] - 1; j++)
            for (gr_index k = 1; k < a.extent[2] - 1; k++) {
                const double r = RESIDUAL(F, A, i, j, k), clipped = r > limit ? limit : r;

                sum += clipped * clipped;
            }
    return (double)sum;
}

static void measure(gr_index n0, gr_index n1, gr_index n2) {
    const gr_index n = n0 * n1 * n2;
    residual_data d = {.limit = 4};
    char size[32];
    bench_row row = {.name = "reduce.residual.f64",
                     .n = n,
                     .size = size,
                     .bytes = 16.0 * (double)n,
                     .data = &d,
                     .reset = reset,
                     .run = {residual_granum, residual_twin, NULL},
                     .error = error,
                     .tolerance = 4 * DBL_EPSILON * sqrt((double)n),
                     .target = {BENCH_RATIO, 1.10}};

    if (!bench_wants(row.name, n) || !bench_fits(row.name, n, 16.0 * (double)n))
        return;
    snprintf(size, sizeof size, "%td x %td x %td", n0, n1, n2);
    if (bench_made(GR_CREATE(&d.a, "a", n0, n1, n2)) &&
        bench_made(GR_CREATE(&d.f, "f", n0, n1, n2))) {
        bench_fill_f64(d.a.data, n, -1, 1, 6);
        bench_fill_f64(d.f.data, n, -1, 1, 7);
        d.expected = expect(d.a, d.f, d.limit);
        bench_measure(&row);
    }
    GR_RELEASE(&d.f);
    GR_RELEASE(&d.a);
}

void bench_group_residual(void) {
    measure(64, 64, 64);
    measure(256, 256, 256);
    measure(400, 400, 18);
}
