/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file bench_instance.c
 * @brief Do two instances run side by side? Two kernels of a millisecond, at once from two host
 * threads, against one after the other on the same halves.
 *
 * Kernels are chains of dependent operations: no memory is shared that could limit them. The
 * process does not bind threads: a host thread that is made by a bound one has its one core.
 */
#define _POSIX_C_SOURCE 200809L
#include "harness/bench.h"
#include "harness/groups.h"
#include "instance.h"

#include <granum/impl/backend.h>

#include <math.h>
#include <pthread.h>
#include <semaphore.h>

typedef struct overlap_data {
    heavy_data kernel[2];
    gr_instance half[2];
    sem_t go, done;
    bool is_over;
} overlap_data;

/* The second host thread. */
static void *serve(void *data) {
    overlap_data *d = (overlap_data *)data;

    for (;;) {
        sem_wait(&d->go);
        if (d->is_over)
            return NULL;
        instance_chain(&d->kernel[1], d->half[1]);
        sem_post(&d->done);
    }
}

static void run_at_once(void *data) {
    overlap_data *d = (overlap_data *)data;

    sem_post(&d->go);
    instance_chain(&d->kernel[0], d->half[0]);
    sem_wait(&d->done);
}

static void run_in_turn(void *data) {
    const overlap_data *d = (const overlap_data *)data;

    instance_chain(&d->kernel[0], d->half[0]);
    instance_chain(&d->kernel[1], d->half[1]);
}

static void reset(void *data) {
    const overlap_data *d = (const overlap_data *)data;

    for (int k = 0; k < 2; k++)
        bench_fill_f64(d->kernel[k].v.data, d->kernel[k].v.extent[0], -9, -8, 7);
}

static double error(void *data) {
    const overlap_data *d = (const overlap_data *)data;

    for (int k = 0; k < 2; k++)
        for (gr_index i = 0; i < d->kernel[k].v.extent[0]; i++)
            if (GR_AT(d->kernel[k].v, i) != d->kernel[k].expected)
                return INFINITY;
    return 0;
}

/* As many steps as take a millisecond here, by the least of a few tries. */
static gr_index steps_per_ms(void) {
    const gr_index steps = 500000;
    double value = 2, least = INFINITY;

    for (int k = 0; k < 9 && value > 0; k++) {
        const double start = bench_now();

        HEAVY_CHAIN(value, steps);
        least = fmin(least, bench_now() - start);
    }
    return (gr_index)(1e-3 * (double)steps / least);
}

static void measure(overlap_data *d) {
    const bench_row row = {.name = "instance.overlap",
                           .n = 2,
                           .size = "2 x 1 ms",
                           .data = d,
                           .reset = reset,
                           .error = error,
                           .run = {run_at_once, run_in_turn, NULL},
                           .target = {BENCH_RATIO, 0.6}};
    pthread_t thread;

    if (pthread_create(&thread, NULL, serve, d) == 0) {
        bench_measure(&row);
        d->is_over = true;
        sem_post(&d->go);
        pthread_join(thread, NULL);
    }
}

void bench_group_instance(void) {
    static const double even[2] = {1, 1};
    overlap_data d = {.is_over = false};
    bool made = true;

    if (!bench_wants("instance.overlap", 2) || gr_impl_num_threads() < 2)
        return;
    if (!bench_is_elsewhere()) {
        bench_elsewhere("instance.overlap", "OMP_PROC_BIND", "false");
        return;
    }
    sem_init(&d.go, 0, 0);
    sem_init(&d.done, 0, 0);
    if (!bench_made(gr_instance_partition(d.half, GR_DEFAULT_INSTANCE, even, 2)))
        return;
    for (int k = 0; k < 2; k++) {
        d.kernel[k].steps = steps_per_ms();
        d.kernel[k].expected = 2;
        HEAVY_CHAIN(d.kernel[k].expected, d.kernel[k].steps);
        made =
            made && bench_made(GR_CREATE(&d.kernel[k].v, "v", gr_instance_num_threads(d.half[k])));
    }
    if (made)
        measure(&d);
    for (int k = 0; k < 2; k++) {
        GR_RELEASE(&d.kernel[k].v);
        gr_instance_destroy(&d.half[k]);
    }
    sem_destroy(&d.go);
    sem_destroy(&d.done);
}
