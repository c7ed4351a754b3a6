/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file bench_graph.c
 * @brief What does a graph of a hundred kernels cost beside a hundred launches?
 *
 * Kernels of 1 to 8 flop and 24 to 96 B an element, by index (graph.replay) and with a barrier
 * after each (graph.levels). The twin is `omp parallel for`, the best granum's own launches.
 */
#include "graph.h"
#include "harness/bench.h"
#include "harness/groups.h"

#include <granum/impl/backend.h>

#include <math.h>
#include <string.h>

/* Bytes that the ten kernels of a step read and write for an element. */
#define STEP_BYTES (4 * 32 + 3 * 48 + 96 + 24 + 24)

static gr_view1_f64 *const *views_of(rk_data *d, gr_view1_f64 *all[14]) {
    gr_view1_f64 *const own[6] = {&d->u, &d->v, &d->tu, &d->tv, &d->energy, &d->most};

    memcpy(all, own, sizeof own);
    for (int k = 0; k < 4; k++) {
        all[6 + k] = &d->ku[k];
        all[10 + k] = &d->kv[k];
    }
    return all;
}

static void reset(void *data) {
    rk_data *d = (rk_data *)data;

    bench_fill_f64(d->u.data, d->u.extent[0], -1, 1, 3);
    bench_fill_f64(d->v.data, d->v.extent[0], -1, 1, 4);
    for (gr_index i = 0; i < d->u.extent[0]; i++)
        GR_AT(d->most, i) = GR_AT(d->energy, i) = 0;
}

/* One oscillator after the other, in plain C: the bits must be the same. */
static double error(void *data) {
    const rk_data *d = (const rk_data *)data;
    const gr_index n = d->u.extent[0];
    gr_view1_f64 u0 = {0}, v0 = {0};
    double worst = 0;

    if (!bench_made(GR_CREATE(&u0, "u0", n)) || !bench_made(GR_CREATE(&v0, "v0", n)))
        return INFINITY;
    bench_fill_f64(u0.data, n, -1, 1, 3);
    bench_fill_f64(v0.data, n, -1, 1, 4);
    for (gr_index i = 0; i < n; i++) {
        double u = GR_AT(u0, i), v = GR_AT(v0, i), most = 0;

        for (int step = 0; step < RK_STEPS; step++) {
            const double half = 0.5 * d->h, sixth = d->h / 6;
            const double a0 = v, b0 = -u;
            const double a1 = v + half * b0, b1 = -(u + half * a0);
            const double a2 = v + half * b1, b2 = -(u + half * a1);
            const double a3 = v + d->h * b2, b3 = -(u + d->h * a2);

            u += sixth * (a0 + 2 * (a1 + a2) + a3);
            v += sixth * (b0 + 2 * (b1 + b2) + b3);
            most = fabs(u) > most ? fabs(u) : most;
        }
        if (GR_AT(d->u, i) != u || GR_AT(d->v, i) != v || GR_AT(d->most, i) != most ||
            GR_AT(d->energy, i) != 0.5 * (u * u + v * v))
            worst = INFINITY;
    }
    GR_RELEASE(&u0);
    GR_RELEASE(&v0);
    return worst;
}

static void measure(const char *name, gr_index n, bool by_index) {
    rk_data d = {.h = 0.01};
    gr_view1_f64 *all[14];
    bench_row row = {.name = name,
                     .n = n,
                     .bytes = (double)STEP_BYTES * RK_STEPS * (double)n,
                     .data = &d,
                     .reset = reset,
                     .error = error,
                     .run = {rk_graph, rk_twin, rk_launches},
                     .target_best = {BENCH_RATIO, 1}};
    bool made = true;

    if (!bench_wants(name, n))
        return;
    if (by_index && n >= 100000 && gr_impl_num_threads() > 1)
        row.target = (bench_target){BENCH_RATIO, 0.5};
    views_of(&d, all);
    for (int k = 0; k < 14 && made; k++)
        made = bench_made(GR_CREATE(all[k], "oscillators", n));
    if (made && bench_made(rk_record(&d, by_index)))
        bench_measure(&row);
    gr_graph_destroy(&d.graph);
    for (int k = 0; k < 14; k++)
        GR_RELEASE(all[k]);
}

void bench_group_graph(void) {
    measure("graph.replay", 1000, true);
    measure("graph.replay", 100000, true);
    measure("graph.levels", 1000, false);
    measure("graph.levels", 100000, false);
}
