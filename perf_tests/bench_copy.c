/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file bench_copy.c
 * @brief Are deep copies and fills as fast as memory? (read and write once: 16, 8 or 8 B per
 * element)
 */
#include "copy.h"
#include "harness/bench.h"
#include "harness/groups.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Bits must agree, and every element is looked at: NaN is nobody's friend here. */
static double of_wrong(gr_index wrong) {
    return wrong == 0 ? 0 : INFINITY;
}

void copy_transpose_f64_granum(void *data) {
    const transpose_data_f64 *d = (const transpose_data_f64 *)data;

    bench_made(gr_deep_copy(GR_ANY(d->out), GR_ANY(d->in)));
}

static void reset_f64(void *data) {
    const transpose_data_f64 *d = (const transpose_data_f64 *)data;

    bench_fill_f64(d->out.data, gr_view_size(GR_ANY(d->out)), -9, -8, 7);
}

static double error_f64(void *data) {
    const transpose_data_f64 *d = (const transpose_data_f64 *)data;
    gr_index wrong = 0;

#pragma omp parallel for reduction(+ : wrong)
    for (gr_index i = 0; i < d->in.extent[0]; i++)
        for (gr_index j = 0; j < d->in.extent[1]; j++)
            wrong += GR_AT(d->out, i, j) != GR_AT(d->in, i, j);
    return of_wrong(wrong);
}

void copy_transpose_f32_granum(void *data) {
    const transpose_data_f32 *d = (const transpose_data_f32 *)data;

    bench_made(gr_deep_copy(GR_ANY(d->out), GR_ANY(d->in)));
}

static void reset_f32(void *data) {
    const transpose_data_f32 *d = (const transpose_data_f32 *)data;

    bench_fill_f32(d->out.data, gr_view_size(GR_ANY(d->out)), -9, -8, 7);
}

static double error_f32(void *data) {
    const transpose_data_f32 *d = (const transpose_data_f32 *)data;
    gr_index wrong = 0;

#pragma omp parallel for reduction(+ : wrong)
    for (gr_index i = 0; i < d->in.extent[0]; i++)
        for (gr_index j = 0; j < d->in.extent[1]; j++)
            wrong += GR_AT(d->out, i, j) != GR_AT(d->in, i, j);
    return of_wrong(wrong);
}

static void measure_transpose_f64(gr_index n0, gr_index n1) {
    transpose_data_f64 d = {0};
    char size[32];
    const bench_row row = {
        .name = "copy.transpose.f64",
        .n = n0 * n1,
        .size = size,
        .bytes = 16.0 * (double)(n0 * n1),
        .data = &d,
        .reset = reset_f64,
        .run = {copy_transpose_f64_granum, copy_transpose_f64_twin, copy_transpose_f64_best},
        .error = error_f64,
        .target_best = {BENCH_RATIO, 1.15},
    };

    if (!bench_wants(row.name, row.n) || !bench_fits(row.name, row.n, row.bytes))
        return;
    snprintf(size, sizeof size, "%td x %td", n0, n1);
    if (bench_made(GR_CREATE(&d.in, "in", n0, n1)) &&
        bench_made(GR_CREATE(&d.out, "out", n0, n1))) {
        bench_fill_f64(d.in.data, n0 * n1, -1, 1, 11);
        bench_measure(&row);
    }
    GR_RELEASE(&d.out);
    GR_RELEASE(&d.in);
}

static void measure_transpose_f32(gr_index n0, gr_index n1) {
    transpose_data_f32 d = {0};
    char size[32];
    const bench_row row = {
        .name = "copy.transpose.f32",
        .n = n0 * n1,
        .size = size,
        .bytes = 8.0 * (double)(n0 * n1),
        .data = &d,
        .reset = reset_f32,
        .run = {copy_transpose_f32_granum, copy_transpose_f32_twin, copy_transpose_f32_best},
        .error = error_f32,
        .target_best = {BENCH_RATIO, 1.15},
    };

    if (!bench_wants(row.name, row.n) || !bench_fits(row.name, row.n, row.bytes))
        return;
    snprintf(size, sizeof size, "%td x %td", n0, n1);
    if (bench_made(GR_CREATE(&d.in, "in", n0, n1)) &&
        bench_made(GR_CREATE(&d.out, "out", n0, n1))) {
        bench_fill_f32(d.in.data, n0 * n1, -1, 1, 11);
        bench_measure(&row);
    }
    GR_RELEASE(&d.out);
    GR_RELEASE(&d.in);
}

void copy_same_granum(void *data) {
    const same_data *d = (const same_data *)data;

    bench_made(gr_deep_copy(GR_ANY(d->out), GR_ANY(d->in)));
}

void copy_fill_granum(void *data) {
    const same_data *d = (const same_data *)data;

    bench_made(GR_FILL(d->out, d->value));
}

static void reset_same(void *data) {
    const same_data *d = (const same_data *)data;

    bench_fill_f64(d->out.data, d->out.extent[0], -9, -8, 7);
}

static double error_same(void *data) {
    const same_data *d = (const same_data *)data;
    const size_t bytes = 8 * (size_t)d->out.extent[0];

    return of_wrong(memcmp(d->out.data, d->in.data, bytes) != 0);
}

static double error_fill(void *data) {
    const same_data *d = (const same_data *)data;
    gr_index wrong = 0;

    for (gr_index i = 0; i < d->out.extent[0]; i++)
        wrong += GR_AT(d->out, i) != d->value;
    return of_wrong(wrong);
}

static void measure_same(gr_index n) {
    same_data d = {.value = 1.5};
    const bool same = bench_wants("copy.same.f64", n), fill = bench_wants("copy.fill.f64", n);
    bench_row row = {
        .n = n,
        .data = &d,
        .reset = reset_same,
        .target = {BENCH_RATIO, 1.05},
        .target_best = {BENCH_RATIO, 1.10},
    };

    if (!(same || fill) || !bench_fits("copy", n, 16.0 * (double)n))
        return;
    if (bench_made(GR_CREATE(&d.in, "in", n)) && bench_made(GR_CREATE(&d.out, "out", n))) {
        bench_fill_f64(d.in.data, n, -1, 1, 11);
        if (same) {
            row.name = "copy.same.f64";
            row.bytes = 16.0 * (double)n;
            row.error = error_same;
            row.run[BENCH_GRANUM] = copy_same_granum;
            row.run[BENCH_TWIN] = copy_same_twin;
            row.run[BENCH_BEST] = copy_same_best;
            bench_measure(&row);
        }
        if (fill) {
            row.name = "copy.fill.f64";
            row.bytes = 8.0 * (double)n;
            row.error = error_fill;
            row.run[BENCH_GRANUM] = copy_fill_granum;
            row.run[BENCH_TWIN] = copy_fill_twin;
            row.run[BENCH_BEST] = copy_fill_best;
            bench_measure(&row);
        }
    }
    GR_RELEASE(&d.out);
    GR_RELEASE(&d.in);
}

void bench_group_copy(void) {
    measure_transpose_f64(4096, 4096);
    measure_transpose_f64(4000, 4000);
    measure_transpose_f64(1000, 3000);
    measure_transpose_f32(4096, 4096);
    measure_transpose_f32(4000, 4000);
    measure_transpose_f32(1000, 3000);
    measure_same(1000000);
    measure_same(16000000);
}
