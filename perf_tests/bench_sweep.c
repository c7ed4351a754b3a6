/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file bench_sweep.c
 * @brief From one element to 1e8: where do threads begin to pay, and does every launch find that
 * place?
 */
#include "harness/bench.h"
#include "harness/groups.h"
#include "reduce.h"
#include "stream.h"

#include <float.h>
#include <math.h>

/* Few rounds: 34 points make the picture, not one. */
static int rounds(void) {
    return bench_quick() ? 5 : 15;
}

static void reset_triad(void *data) {
    const stream_data *d = (const stream_data *)data;

    bench_fill_f64(d->out.data, d->out.extent[0], -9, -8, 7);
}

static double error_triad(void *data) {
    const stream_data *d = (const stream_data *)data;
    const double *out = d->out.data, *x = d->x.data, *y = d->y.data;
    gr_index wrong = 0;

#pragma omp parallel for simd reduction(+ : wrong)
    for (gr_index i = 0; i < d->out.extent[0]; i++)
        wrong += out[i] != x[i] + d->scalar * y[i];
    return wrong == 0 ? 0 : INFINITY;
}

static void measure_triad(gr_index n) {
    stream_data d = {.scalar = 0.4};
    const bench_row row = {.name = "sweep.triad.f64",
                           .n = n,
                           .bytes = 24.0 * (double)n,
                           .data = &d,
                           .reset = reset_triad,
                           .run = {stream_triad_granum, stream_triad_twin, stream_triad_best},
                           .error = error_triad,
                           .rounds = rounds()};

    if (!bench_wants(row.name, n) || !bench_fits(row.name, n, 24.0 * (double)n))
        return;
    if (bench_made(GR_CREATE(&d.out, "a", n)) && bench_made(GR_CREATE(&d.x, "b", n)) &&
        bench_made(GR_CREATE(&d.y, "c", n))) {
        bench_fill_f64(d.x.data, n, -1, 1, 1);
        bench_fill_f64(d.y.data, n, -1, 1, 2);
        bench_measure(&row);
    }
    GR_RELEASE(&d.y);
    GR_RELEASE(&d.x);
    GR_RELEASE(&d.out);
}

static void reset_dot(void *data) {
    ((reduce_answer *)data)->result = NAN;
}

static double error_dot(void *data) {
    const reduce_answer *answer = (const reduce_answer *)data;

    return bench_relative(answer->result, answer->expected);
}

static void measure_dot(gr_index n) {
    reduce_data_f64 d = {.limit = 0};
    const bench_row row = {.name = "sweep.dot.f64",
                           .n = n,
                           .bytes = 16.0 * (double)n,
                           .data = &d,
                           .reset = reset_dot,
                           .run = {reduce_dot_f64_granum, reduce_dot_f64_twin, reduce_dot_f64_best},
                           .error = error_dot,
                           .tolerance = 8 * DBL_EPSILON * sqrt((double)n),
                           .rounds = rounds()};
    long double dot = 0;

    if (!bench_wants(row.name, n) || !bench_fits(row.name, n, 16.0 * (double)n))
        return;
    if (bench_made(GR_CREATE(&d.x, "x", n)) && bench_made(GR_CREATE(&d.y, "y", n))) {
        bench_fill_f64(d.x.data, n, 0, 1, 1);
        bench_fill_f64(d.y.data, n, 0, 1, 2);
#pragma omp parallel for reduction(+ : dot)
        for (gr_index i = 0; i < n; i++)
            dot += (long double)GR_AT(d.x, i) * GR_AT(d.y, i);
        d.answer.expected = (double)dot;
        bench_measure(&row);
    }
    GR_RELEASE(&d.y);
    GR_RELEASE(&d.x);
}

void bench_group_sweep(void) {
    for (gr_index decade = 1; decade <= 100000000; decade *= 10) {
        measure_triad(decade);
        if (decade < 100000000)
            measure_triad(3 * decade);
    }
    for (gr_index decade = 1; decade <= 100000000; decade *= 10) {
        measure_dot(decade);
        if (decade < 100000000)
            measure_dot(3 * decade);
    }
}
