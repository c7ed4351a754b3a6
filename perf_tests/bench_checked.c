/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file bench_checked.c
 * @brief What does checking every index cost? The twin of these rows is the same kernel unchecked.
 */
#include "checked.h"
#include "harness/bench.h"
#include "harness/groups.h"
#include "stencil.h"
#include "stream.h"

#include <math.h>
#include <stdio.h>

static void measure(bench_row row, gr_index n, double bytes) {
    row.n = n;
    row.bytes = bytes * (double)n;
    row.target = (bench_target){BENCH_RATIO, 4};
    bench_measure(&row);
}

static gr_index differing(const double *x, const double *y, gr_index n) {
    gr_index wrong = 0;

#pragma omp parallel for simd reduction(+ : wrong)
    for (gr_index i = 0; i < n; i++)
        wrong += x[i] != y[i];
    return wrong;
}

static void reset_triad(void *data) {
    const stream_data *d = (const stream_data *)data;

    bench_fill_f64(d->out.data, d->out.extent[0], -9, -8, 7);
}

static double error_triad(void *data) {
    const stream_data *d = (const stream_data *)data;
    gr_index wrong = 0;

    for (gr_index i = 0; i < d->out.extent[0]; i++)
        wrong += GR_AT(d->out, i) != GR_AT(d->x, i) + d->scalar * GR_AT(d->y, i);
    return wrong == 0 ? 0 : INFINITY;
}

static void measure_triad(gr_index n) {
    stream_data d = {.scalar = 0.4};

    if (!bench_wants("checked.triad.f64", n))
        return;
    if (bench_made(GR_CREATE(&d.out, "a", n)) && bench_made(GR_CREATE(&d.x, "b", n)) &&
        bench_made(GR_CREATE(&d.y, "c", n))) {
        bench_fill_f64(d.x.data, n, -1, 1, 1);
        bench_fill_f64(d.y.data, n, -1, 1, 2);
        measure((bench_row){.name = "checked.triad.f64",
                            .data = &d,
                            .reset = reset_triad,
                            .run = {checked_triad_granum, stream_triad_granum, NULL},
                            .error = error_triad},
                n, 24);
    }
    GR_RELEASE(&d.y);
    GR_RELEASE(&d.x);
    GR_RELEASE(&d.out);
}

/* The unchecked kernel is right (its own rows see to that): it makes the reference. */
static void reset_jacobi2d(void *data) {
    const jacobi2d_data *d = (const jacobi2d_data *)data;

    for (gr_index i = 0; i < gr_view_size(GR_ANY(d->out)); i++)
        d->out.data[i] = 0;
}

static double error_jacobi2d(void *data) {
    const jacobi2d_data *d = (const jacobi2d_data *)data;

    return differing(d->out.data, d->expected.data, gr_view_size(GR_ANY(d->out))) == 0 ? 0
                                                                                       : INFINITY;
}

static void measure_jacobi2d(gr_index n) {
    jacobi2d_data d = {0};
    char size[32];

    if (!bench_wants("checked.jacobi2d.f64", n * n) ||
        !bench_fits("checked.jacobi2d.f64", n * n, 24.0 * (double)(n * n)))
        return;
    snprintf(size, sizeof size, "%td x %td", n, n);
    if (bench_made(GR_CREATE(&d.in, "a", n, n)) && bench_made(GR_CREATE(&d.out, "b", n, n)) &&
        bench_made(GR_CREATE(&d.expected, "expected", n, n))) {
        bench_fill_f64(d.in.data, n * n, 0, 1, 5);
        stencil_jacobi2d_granum(&(jacobi2d_data){.in = d.in, .out = d.expected});
        measure((bench_row){.name = "checked.jacobi2d.f64",
                            .size = size,
                            .data = &d,
                            .reset = reset_jacobi2d,
                            .run = {checked_jacobi2d_granum, stencil_jacobi2d_granum, NULL},
                            .error = error_jacobi2d},
                n * n, 16);
    }
    GR_RELEASE(&d.expected);
    GR_RELEASE(&d.out);
    GR_RELEASE(&d.in);
}

static void reset_jacobi3d(void *data) {
    const jacobi3d_data *d = (const jacobi3d_data *)data;

    for (gr_index i = 0; i < gr_view_size(GR_ANY(d->out)); i++)
        d->out.data[i] = 0;
}

static double error_jacobi3d(void *data) {
    const jacobi3d_data *d = (const jacobi3d_data *)data;

    return differing(d->out.data, d->expected.data, gr_view_size(GR_ANY(d->out))) == 0 ? 0
                                                                                       : INFINITY;
}

static void measure_jacobi3d(gr_index n) {
    const gr_index all = n * n * n;
    jacobi3d_data d = {0};
    char size[32];

    if (!bench_wants("checked.jacobi3d.f64", all) ||
        !bench_fits("checked.jacobi3d.f64", all, 24.0 * (double)all))
        return;
    snprintf(size, sizeof size, "%td x %td x %td", n, n, n);
    if (bench_made(GR_CREATE(&d.in, "a", n, n, n)) && bench_made(GR_CREATE(&d.out, "b", n, n, n)) &&
        bench_made(GR_CREATE(&d.expected, "expected", n, n, n))) {
        bench_fill_f64(d.in.data, all, 0, 1, 5);
        stencil_jacobi3d_granum(&(jacobi3d_data){.in = d.in, .out = d.expected});
        measure((bench_row){.name = "checked.jacobi3d.f64",
                            .size = size,
                            .data = &d,
                            .reset = reset_jacobi3d,
                            .run = {checked_jacobi3d_granum, stencil_jacobi3d_granum, NULL},
                            .error = error_jacobi3d},
                all, 16);
    }
    GR_RELEASE(&d.expected);
    GR_RELEASE(&d.out);
    GR_RELEASE(&d.in);
}

void bench_group_checked(void) {
    measure_triad(100000);
    measure_triad(1000000);
    measure_jacobi2d(4096);
    measure_jacobi3d(64);
    measure_jacobi3d(256);
}
