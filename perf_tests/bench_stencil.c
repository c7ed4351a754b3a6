/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file bench_stencil.c
 * @brief Do nested launches cost what nested loops do? (16 B per element; 4, 6 or 0 flop)
 */
#include "harness/bench.h"
#include "harness/groups.h"
#include "stencil.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static double difference(gr_any_view a, gr_any_view b) {
    const double *x = (const double *)a.data, *y = (const double *)b.data;
    gr_index wrong = 0;

#pragma omp parallel for simd reduction(+ : wrong)
    for (gr_index i = 0; i < gr_view_size(a); i++)
        wrong += x[i] != y[i];
    return wrong == 0 ? 0 : INFINITY;
}

static void spoil(gr_any_view out) {
    bench_fill_f64((double *)out.data, gr_view_size(out), -9, -8, 7);
}

static void measure(const char *name, gr_index n, const char *size, void *data,
                    void (*reset)(void *), double (*error)(void *), void (*granum)(void *),
                    void (*twin)(void *), void (*best)(void *)) {
    const bench_row row = {.name = name,
                           .n = n,
                           .size = size,
                           .bytes = 16.0 * (double)n,
                           .data = data,
                           .reset = reset,
                           .error = error,
                           .run = {granum, twin, best},
                           .target = {BENCH_RATIO, 1.05}};

    bench_measure(&row);
}

/* The border of a Jacobi step keeps what it had, so a spoilt result gets the border of the
 * input. */
static void reset_jacobi2d(void *data) {
    const jacobi2d_data *d = (const jacobi2d_data *)data;
    const gr_view2_f64 b = d->out, a = d->in;
    const gr_index n0 = a.extent[0], n1 = a.extent[1];

    spoil(GR_ANY(b));
    for (gr_index i = 0; i < n0; i++)
        for (gr_index j = 0; j < n1; j += i == 0 || i == n0 - 1 ? 1 : n1 - 1)
            GR_AT(b, i, j) = GR_AT(a, i, j);
}

static double error_jacobi2d(void *data) {
    const jacobi2d_data *d = (const jacobi2d_data *)data;

    return difference(GR_ANY(d->out), GR_ANY(d->expected));
}

static void expect_jacobi2d(jacobi2d_data *d) {
    const gr_view2_f64 e = d->expected, a = d->in;

    memcpy(e.data, a.data, 8 * (size_t)gr_view_size(GR_ANY(a)));
    for (gr_index i = 1; i < a.extent[0] - 1; i++)
        for (gr_index j = 1; j < a.extent[1] - 1; j++)
            GR_AT(e, i, j) = 0.25 * (GR_AT(a, i - 1, j) + GR_AT(a, i + 1, j) + GR_AT(a, i, j - 1) +
                                     GR_AT(a, i, j + 1));
}

static void measure_jacobi2d(gr_index n) {
    jacobi2d_data d = {0};
    char size[32];

    if (!bench_wants("stencil.jacobi2d.f64", n * n) ||
        !bench_fits("stencil.jacobi2d.f64", n * n, 24.0 * (double)(n * n)))
        return;
    snprintf(size, sizeof size, "%td x %td", n, n);
    if (bench_made(GR_CREATE(&d.in, "a", n, n)) && bench_made(GR_CREATE(&d.out, "b", n, n)) &&
        bench_made(GR_CREATE(&d.expected, "expected", n, n))) {
        bench_fill_f64(d.in.data, n * n, 0, 1, 5);
        expect_jacobi2d(&d);
        measure("stencil.jacobi2d.f64", n * n, size, &d, reset_jacobi2d, error_jacobi2d,
                stencil_jacobi2d_granum, stencil_jacobi2d_twin, stencil_jacobi2d_best);
    }
    GR_RELEASE(&d.expected);
    GR_RELEASE(&d.out);
    GR_RELEASE(&d.in);
}

static bool inside(gr_index n, gr_index i, gr_index j, gr_index k) {
    return i > 0 && i < n - 1 && j > 0 && j < n - 1 && k > 0 && k < n - 1;
}

static void reset_jacobi3d(void *data) {
    const jacobi3d_data *d = (const jacobi3d_data *)data;
    const gr_view3_f64 b = d->out, a = d->in;
    const gr_index n = a.extent[0];

    spoil(GR_ANY(b));
    for (gr_index i = 0; i < n; i++)
        for (gr_index j = 0; j < n; j++)
            for (gr_index k = 0; k < n; k += inside(n, i, j, 1) ? n - 1 : 1)
                GR_AT(b, i, j, k) = GR_AT(a, i, j, k);
}

static double error_jacobi3d(void *data) {
    const jacobi3d_data *d = (const jacobi3d_data *)data;

    return difference(GR_ANY(d->out), GR_ANY(d->expected));
}

static void expect_jacobi3d(jacobi3d_data *d) {
    const gr_view3_f64 e = d->expected, a = d->in;
    const gr_index n = a.extent[0];

    for (gr_index i = 0; i < n; i++)
        for (gr_index j = 0; j < n; j++)
            for (gr_index k = 0; k < n; k++)
                GR_AT(e, i, j, k) =
                    !inside(n, i, j, k)
                        ? GR_AT(a, i, j, k)
                        : (1.0 / 6.0) * (GR_AT(a, i - 1, j, k) + GR_AT(a, i + 1, j, k) +
                                         GR_AT(a, i, j - 1, k) + GR_AT(a, i, j + 1, k) +
                                         GR_AT(a, i, j, k - 1) + GR_AT(a, i, j, k + 1));
}

static void measure_jacobi3d(gr_index n) {
    const gr_index all = n * n * n;
    jacobi3d_data d = {0};
    char size[32];

    if (!bench_wants("stencil.jacobi3d.f64", all) ||
        !bench_fits("stencil.jacobi3d.f64", all, 24.0 * (double)all))
        return;
    snprintf(size, sizeof size, "%td x %td x %td", n, n, n);
    if (bench_made(GR_CREATE(&d.in, "a", n, n, n)) && bench_made(GR_CREATE(&d.out, "b", n, n, n)) &&
        bench_made(GR_CREATE(&d.expected, "expected", n, n, n))) {
        bench_fill_f64(d.in.data, all, 0, 1, 5);
        expect_jacobi3d(&d);
        measure("stencil.jacobi3d.f64", all, size, &d, reset_jacobi3d, error_jacobi3d,
                stencil_jacobi3d_granum, stencil_jacobi3d_twin, stencil_jacobi3d_best);
    }
    GR_RELEASE(&d.expected);
    GR_RELEASE(&d.out);
    GR_RELEASE(&d.in);
}

/* Three times the same few lines, for three types of View: C has no other way without hiding the
 * rows in a macro. */
static void reset_copy4d(void *data) {
    spoil(GR_ANY(((copy4d_data *)data)->out));
}

static double error_copy4d(void *data) {
    return difference(GR_ANY(((copy4d_data *)data)->out), GR_ANY(((copy4d_data *)data)->in));
}

static void measure_copy4d(gr_index n) {
    const gr_index all = n * n * n * n;
    copy4d_data d = {0};
    char size[32];

    if (!bench_wants("stencil.copy4d.f64", all) ||
        !bench_fits("stencil.copy4d.f64", all, 16.0 * (double)all))
        return;
    snprintf(size, sizeof size, "%td^4", n);
    if (bench_made(GR_CREATE(&d.in, "a", n, n, n, n)) &&
        bench_made(GR_CREATE(&d.out, "b", n, n, n, n))) {
        bench_fill_f64(d.in.data, all, 0, 1, 5);
        measure("stencil.copy4d.f64", all, size, &d, reset_copy4d, error_copy4d,
                stencil_copy4d_granum, stencil_copy4d_twin, NULL);
    }
    GR_RELEASE(&d.out);
    GR_RELEASE(&d.in);
}

static void reset_copy5d(void *data) {
    spoil(GR_ANY(((copy5d_data *)data)->out));
}

static double error_copy5d(void *data) {
    return difference(GR_ANY(((copy5d_data *)data)->out), GR_ANY(((copy5d_data *)data)->in));
}

static void measure_copy5d(gr_index n) {
    const gr_index all = n * n * n * n * n;
    copy5d_data d = {0};
    char size[32];

    if (!bench_wants("stencil.copy5d.f64", all) ||
        !bench_fits("stencil.copy5d.f64", all, 16.0 * (double)all))
        return;
    snprintf(size, sizeof size, "%td^5", n);
    if (bench_made(GR_CREATE(&d.in, "a", n, n, n, n, n)) &&
        bench_made(GR_CREATE(&d.out, "b", n, n, n, n, n))) {
        bench_fill_f64(d.in.data, all, 0, 1, 5);
        measure("stencil.copy5d.f64", all, size, &d, reset_copy5d, error_copy5d,
                stencil_copy5d_granum, stencil_copy5d_twin, NULL);
    }
    GR_RELEASE(&d.out);
    GR_RELEASE(&d.in);
}

static void reset_copy6d(void *data) {
    spoil(GR_ANY(((copy6d_data *)data)->out));
}

static double error_copy6d(void *data) {
    return difference(GR_ANY(((copy6d_data *)data)->out), GR_ANY(((copy6d_data *)data)->in));
}

static void measure_copy6d(gr_index n) {
    const gr_index all = n * n * n * n * n * n;
    copy6d_data d = {0};
    char size[32];

    if (!bench_wants("stencil.copy6d.f64", all) ||
        !bench_fits("stencil.copy6d.f64", all, 16.0 * (double)all))
        return;
    snprintf(size, sizeof size, "%td^6", n);
    if (bench_made(GR_CREATE(&d.in, "a", n, n, n, n, n, n)) &&
        bench_made(GR_CREATE(&d.out, "b", n, n, n, n, n, n))) {
        bench_fill_f64(d.in.data, all, 0, 1, 5);
        measure("stencil.copy6d.f64", all, size, &d, reset_copy6d, error_copy6d,
                stencil_copy6d_granum, stencil_copy6d_twin, NULL);
    }
    GR_RELEASE(&d.out);
    GR_RELEASE(&d.in);
}

/* The copies in cache (2 MB), where the loops themselves show, and from memory (128 to 150 MB). */
void bench_group_stencil(void) {
    measure_jacobi2d(4096);
    measure_jacobi3d(64);
    measure_jacobi3d(256);
    measure_copy4d(22);
    measure_copy4d(64);
    measure_copy5d(12);
    measure_copy5d(28);
    measure_copy6d(8);
    measure_copy6d(16);
}
