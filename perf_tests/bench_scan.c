/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file bench_scan.c
 * @brief Does a scan read memory once? (16 B and 1 addition per element, nominally)
 */
#include "harness/bench.h"
#include "harness/groups.h"
#include "scan.h"

#include <float.h>
#include <math.h>

static void reset_f64(void *data) {
    const scan_data_f64 *d = (const scan_data_f64 *)data;

    bench_fill_f64(d->out.data, d->out.extent[0], -9, -8, 7);
}

static double error_f64(void *data) {
    const scan_data_f64 *d = (const scan_data_f64 *)data;

    return bench_difference_f64(d->out.data, d->expected.data + d->inclusive, d->out.extent[0]);
}

static void reset_i64(void *data) {
    const scan_data_i64 *d = (const scan_data_i64 *)data;

    bench_fill_i64(d->out.data, d->out.extent[0], -9, -8, 7);
}

static double error_i64(void *data) {
    const scan_data_i64 *d = (const scan_data_i64 *)data;
    const int64_t *out = d->out.data, *expected = d->expected.data + d->inclusive;
    gr_index wrong = 0;

#pragma omp parallel for simd reduction(+ : wrong)
    for (gr_index i = 0; i < d->out.extent[0]; i++)
        wrong += out[i] != expected[i];
    return wrong == 0 ? 0 : INFINITY;
}

static bench_row row_of(const char *name, gr_index n, void *data) {
    return (bench_row){.name = name,
                       .n = n,
                       .bytes = 16.0 * (double)n,
                       .data = data,
                       .target = {BENCH_RATIO, 1.05}};
}

static void measure_f64(gr_index n) {
    static const char *const names[] = {"scan.exclusive.f64", "scan.inclusive.f64"};
    static void (*const run[2][BENCH_SIDES])(void *) = {
        {scan_exclusive_f64_granum, scan_exclusive_f64_twin, scan_exclusive_f64_best},
        {scan_inclusive_f64_granum, scan_inclusive_f64_twin, scan_inclusive_f64_best}};
    scan_data_f64 d = {0};
    bool wanted[2];
    long double sum = 0;

    for (int k = 0; k < 2; k++)
        wanted[k] = bench_wants(names[k], n);
    if (!(wanted[0] || wanted[1]) || !bench_fits("scan", n, 24.0 * (double)n))
        return;
    if (bench_made(GR_CREATE(&d.in, "in", n)) && bench_made(GR_CREATE(&d.out, "out", n)) &&
        bench_made(GR_CREATE(&d.expected, "expected", n + 1))) {
        bench_fill_f64(d.in.data, n, 0, 1, 4);
        for (gr_index i = 0; i < n; i++) {
            GR_AT(d.expected, i) = (double)sum;
            sum += GR_AT(d.in, i);
        }
        GR_AT(d.expected, n) = (double)sum;
        for (int k = 0; k < 2; k++) {
            bench_row row = row_of(names[k], n, &d);

            d.inclusive = k == 1;
            row.reset = reset_f64;
            row.error = error_f64;
            /* Terms are positive: rounding errors of either sign grow as the root of their
             * number. */
            row.tolerance = 4 * DBL_EPSILON * sqrt((double)n);
            for (int s = 0; s < BENCH_SIDES; s++)
                row.run[s] = run[k][s];
            if (wanted[k])
                bench_measure(&row);
        }
    }
    GR_RELEASE(&d.expected);
    GR_RELEASE(&d.out);
    GR_RELEASE(&d.in);
}

static void measure_i64(gr_index n) {
    static const char *const names[] = {"scan.exclusive.i64", "scan.inclusive.i64"};
    static void (*const run[2][BENCH_SIDES])(void *) = {
        {scan_exclusive_i64_granum, scan_exclusive_i64_twin, scan_exclusive_i64_best},
        {scan_inclusive_i64_granum, scan_inclusive_i64_twin, scan_inclusive_i64_best}};
    scan_data_i64 d = {0};
    bool wanted[2];
    int64_t sum = 0;

    for (int k = 0; k < 2; k++)
        wanted[k] = bench_wants(names[k], n);
    if (!(wanted[0] || wanted[1]) || !bench_fits("scan", n, 24.0 * (double)n))
        return;
    if (bench_made(GR_CREATE(&d.in, "in", n)) && bench_made(GR_CREATE(&d.out, "out", n)) &&
        bench_made(GR_CREATE(&d.expected, "expected", n + 1))) {
        bench_fill_i64(d.in.data, n, -1000, 1000, 4);
        for (gr_index i = 0; i < n; i++) {
            GR_AT(d.expected, i) = sum;
            sum += GR_AT(d.in, i);
        }
        GR_AT(d.expected, n) = sum;
        for (int k = 0; k < 2; k++) {
            bench_row row = row_of(names[k], n, &d);

            d.inclusive = k == 1;
            row.reset = reset_i64;
            row.error = error_i64;
            for (int s = 0; s < BENCH_SIDES; s++)
                row.run[s] = run[k][s];
            if (wanted[k])
                bench_measure(&row);
        }
    }
    GR_RELEASE(&d.expected);
    GR_RELEASE(&d.out);
    GR_RELEASE(&d.in);
}

void bench_group_scan(void) {
    static const gr_index sizes[] = {100000, 1000000, 32000000};

    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
        measure_f64(sizes[s]);
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
        measure_i64(sizes[s]);
}
