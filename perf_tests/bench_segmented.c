/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file bench_segmented.c
 * @brief What does a segmented scan cost? (17 B and 1 addition per element)
 */
#include "harness/bench.h"
#include "harness/groups.h"
#include "segmented.h"

#include <float.h>
#include <math.h>

static void reset(void *data) {
    const segmented_data *d = (const segmented_data *)data;

    bench_fill_f64(d->out.data, d->out.extent[0], -9, -8, 7);
}

static double error(void *data) {
    const segmented_data *d = (const segmented_data *)data;

    return bench_difference_f64(d->out.data, d->expected.data, d->out.extent[0]);
}

/* Segments of `length` elements. */
static void measure(const char *name, gr_index n, gr_index length) {
    segmented_data d = {0};
    const bench_row row = {.name = name,
                           .n = n,
                           .bytes = 17.0 * (double)n,
                           .data = &d,
                           .reset = reset,
                           .run = {segmented_granum, segmented_twin},
                           .error = error,
                           .tolerance = 4 * DBL_EPSILON * sqrt((double)length)};
    long double sum = 0;

    if (!bench_wants(name, n) || !bench_fits(name, n, 25.0 * (double)n))
        return;
    if (bench_made(GR_CREATE(&d.in, "in", n)) && bench_made(GR_CREATE(&d.out, "out", n)) &&
        bench_made(GR_CREATE(&d.expected, "expected", n)) &&
        bench_made(GR_CREATE(&d.head, "head", n))) {
        bench_fill_f64(d.in.data, n, 0, 1, 4);
        for (gr_index i = 0; i < n; i++) {
            GR_AT(d.head, i) = i % length == 0;
            sum = GR_AT(d.head, i) ? 0 : sum;
            GR_AT(d.expected, i) = (double)sum;
            sum += GR_AT(d.in, i);
        }
        bench_measure(&row);
    }
    GR_RELEASE(&d.head);
    GR_RELEASE(&d.expected);
    GR_RELEASE(&d.out);
    GR_RELEASE(&d.in);
}

void bench_group_segmented(void) {
    static const gr_index sizes[] = {100000, 1000000, 32000000};

    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
        measure("scan.segmented.f64", sizes[s], 37);
    measure("scan.segmented_long.f64", 32000000, 1000003);
}
