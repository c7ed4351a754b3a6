/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file bench_launch.c
 * @brief What does a launch itself cost: one element, a thousand, a few heavy ones, and after a
 * pause?
 */
#define _POSIX_C_SOURCE 200809L
#include "harness/bench.h"
#include "harness/groups.h"
#include "launch.h"
#include "stream.h"

#include <granum/impl/backend.h>

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <time.h>

static void reset(void *data) {
    launch_data *d = (launch_data *)data;

    bench_fill_f64(d->a.data, d->a.extent[0], -9, -8, 7);
    d->dot = NAN;
}

static double error_for(void *data) {
    const launch_data *d = (const launch_data *)data;

    for (gr_index i = 0; i < d->a.extent[0]; i++)
        if (GR_AT(d->a, i) != GR_AT(d->b, i) + d->scalar * GR_AT(d->c, i))
            return INFINITY;
    return 0;
}

static double error_reduce(void *data) {
    const launch_data *d = (const launch_data *)data;
    long double dot = 0;

    for (gr_index i = 0; i < d->b.extent[0]; i++)
        dot += (long double)GR_AT(d->b, i) * GR_AT(d->c, i);
    return bench_relative(d->dot, (double)dot);
}

static void measure(bench_row row) {
    launch_data d = {.scalar = 0.4};

    if (!bench_wants(row.name, row.n))
        return;
    if (bench_made(GR_CREATE(&d.a, "a", row.n)) && bench_made(GR_CREATE(&d.b, "b", row.n)) &&
        bench_made(GR_CREATE(&d.c, "c", row.n))) {
        bench_fill_f64(d.b.data, row.n, 0, 1, 8);
        bench_fill_f64(d.c.data, row.n, 0, 1, 9);
        row.data = &d;
        row.reset = reset;
        bench_measure(&row);
    }
    GR_RELEASE(&d.c);
    GR_RELEASE(&d.b);
    GR_RELEASE(&d.a);
}

void bench_group_launch(void) {
    measure((bench_row){.name = "launch.for",
                        .n = 1,
                        .bytes = 24,
                        .error = error_for,
                        .run = {launch_for_granum, launch_for_twin, NULL},
                        .target = {BENCH_EXCESS, 15e-9}});
    measure((bench_row){.name = "launch.for",
                        .n = 1000,
                        .bytes = 24000,
                        .error = error_for,
                        .run = {launch_for_granum, launch_for_twin, NULL},
                        .target = {BENCH_RATIO, 2}});
    measure((bench_row){.name = "launch.reduce",
                        .n = 1000,
                        .bytes = 16000,
                        .error = error_reduce,
                        .tolerance = 1000 * DBL_EPSILON,
                        .run = {launch_reduce_granum, launch_reduce_twin, NULL},
                        .target = {BENCH_RATIO, 2}});
}

static void reset_heavy(void *data) {
    const heavy_data *d = (const heavy_data *)data;

    bench_fill_f64(d->v.data, d->v.extent[0], -9, -8, 7);
}

static double error_heavy(void *data) {
    const heavy_data *d = (const heavy_data *)data;

    for (gr_index i = 0; i < d->v.extent[0]; i++)
        if (GR_AT(d->v, i) != d->expected)
            return INFINITY;
    return 0;
}

/* As many steps as take a millisecond here. */
static gr_index steps_per_ms(void) {
    const gr_index steps = 2000000;
    double value = 2, start = bench_now();

    HEAVY_CHAIN(value, steps);
    return value > 0 ? (gr_index)(1e-3 * (double)steps / (bench_now() - start)) : 0;
}

void bench_group_heavy(void) {
    heavy_data d = {.steps = 0};
    const bench_target serial_over_1_9 = {BENCH_RATIO, 1 / 1.9}, no_target = {BENCH_REPORTED, 0};
    const bench_row row = {.name = "heavy.for",
                           .n = 8,
                           .size = "8 x 1 ms",
                           .data = &d,
                           .reset = reset_heavy,
                           .run = {heavy_granum, heavy_twin, heavy_best},
                           .error = error_heavy,
                           .target = gr_impl_num_threads() > 1 ? serial_over_1_9 : no_target};

    if (!bench_wants(row.name, row.n))
        return;
    d.steps = steps_per_ms();
    d.expected = 2;
    HEAVY_CHAIN(d.expected, d.steps);
    if (bench_made(GR_CREATE(&d.v, "v", row.n)))
        bench_measure(&row);
    GR_RELEASE(&d.v);
}

/* A stream_data first, so that the triad's three sides take it. */
typedef struct idle_data {
    stream_data stream;
    long pause_ms;
} idle_data;

static void idle(void *data) {
    const long ms = ((const idle_data *)data)->pause_ms;
    const struct timespec pause = {ms / 1000, ms % 1000 * 1000000};

    nanosleep(&pause, NULL);
}

static double error_idle(void *data) {
    const stream_data *d = &((const idle_data *)data)->stream;

    for (gr_index i = 0; i < d->out.extent[0]; i++)
        if (GR_AT(d->out, i) != GR_AT(d->x, i) + d->scalar * GR_AT(d->y, i))
            return INFINITY;
    return 0;
}

static void measure_idle(const char *name, gr_index n, long ms) {
    const int rounds = ms == 1 ? 101 : ms == 10 ? 41 : 15;
    idle_data d = {.stream = {.scalar = 0.4}, .pause_ms = ms};
    bench_row row = {.name = name,
                     .n = n,
                     .data = &d,
                     .run = {stream_triad_granum, stream_triad_twin, NULL},
                     .error = error_idle,
                     .before = idle,
                     .rounds = bench_quick() ? rounds / 3 : rounds};

    if (!bench_wants(name, n))
        return;
    if (n <= 1000)
        row.target = (bench_target){BENCH_ABSOLUTE, 10e-6};
    if (bench_made(GR_CREATE(&d.stream.out, "a", n)) &&
        bench_made(GR_CREATE(&d.stream.x, "b", n)) && bench_made(GR_CREATE(&d.stream.y, "c", n))) {
        bench_fill_f64(d.stream.x.data, n, 0, 1, 8);
        bench_fill_f64(d.stream.y.data, n, 0, 1, 9);
        bench_measure(&row);
    }
    GR_RELEASE(&d.stream.y);
    GR_RELEASE(&d.stream.x);
    GR_RELEASE(&d.stream.out);
}

/* Binding is decided when a process starts, so every binding and pause has a process of its own. */
void bench_group_idle(void) {
    static const long pauses[] = {1, 10, 100};
    static const char *const bindings[][2] = {{"bound", "true"}, {"unbound", "false"}};
    char name[32];

    for (int b = 0; b < 2; b++)
        for (int p = 0; p < 3; p++) {
            snprintf(name, sizeof name, "idle.%ldms.%s", pauses[p], bindings[b][0]);
            if (bench_is_elsewhere()) {
                measure_idle(name, 1000, pauses[p]);
                measure_idle(name, 1000000, pauses[p]);
            } else if ((int)bench_wants(name, 1000) | (int)bench_wants(name, 1000000)) {
                bench_elsewhere(name, "OMP_PROC_BIND", bindings[b][1]);
            }
        }
}
