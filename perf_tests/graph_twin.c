/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file graph_twin.c
 * @brief The Runge-Kutta scheme as a hundred `omp parallel for`.
 */
#include "graph.h"

static void slope(gr_index n, const double *restrict u, const double *restrict v,
                  double *restrict ku, double *restrict kv) {
#pragma omp parallel for simd schedule(static)
    for (gr_index i = 0; i < n; i++) {
        ku[i] = v[i];
        kv[i] = -u[i];
    }
}

static void between(const rk_data *d, int stage, double part) {
    const double *restrict u = d->u.data, *restrict v = d->v.data;
    const double *restrict ku = d->ku[stage].data, *restrict kv = d->kv[stage].data;
    double *restrict tu = d->tu.data, *restrict tv = d->tv.data;

#pragma omp parallel for simd schedule(static)
    for (gr_index i = 0; i < d->u.extent[0]; i++) {
        tu[i] = u[i] + part * ku[i];
        tv[i] = v[i] + part * kv[i];
    }
}

static void add_up(const rk_data *d) {
    const double *restrict ku0 = d->ku[0].data, *restrict ku1 = d->ku[1].data,
                           *restrict ku2 = d->ku[2].data, *restrict ku3 = d->ku[3].data;
    const double *restrict kv0 = d->kv[0].data, *restrict kv1 = d->kv[1].data,
                           *restrict kv2 = d->kv[2].data, *restrict kv3 = d->kv[3].data;
    double *restrict u = d->u.data, *restrict v = d->v.data;
    const double sixth = d->h / 6;

#pragma omp parallel for simd schedule(static)
    for (gr_index i = 0; i < d->u.extent[0]; i++) {
        u[i] += sixth * (ku0[i] + 2 * (ku1[i] + ku2[i]) + ku3[i]);
        v[i] += sixth * (kv0[i] + 2 * (kv1[i] + kv2[i]) + kv3[i]);
    }
}

static void energy(const rk_data *d) {
    const double *restrict u = d->u.data, *restrict v = d->v.data;
    double *restrict e = d->energy.data;

#pragma omp parallel for simd schedule(static)
    for (gr_index i = 0; i < d->u.extent[0]; i++)
        e[i] = 0.5 * (u[i] * u[i] + v[i] * v[i]);
}

static void largest(const rk_data *d) {
    const double *restrict u = d->u.data;
    double *restrict m = d->most.data;

#pragma omp parallel for simd schedule(static)
    for (gr_index i = 0; i < d->u.extent[0]; i++) {
        const double size = u[i] < 0 ? -u[i] : u[i];

        m[i] = size > m[i] ? size : m[i];
    }
}

void rk_twin(void *data) {
    const rk_data *d = (const rk_data *)data;
    const gr_index n = d->u.extent[0];

    for (int step = 0; step < RK_STEPS; step++) {
        slope(n, d->u.data, d->v.data, d->ku[0].data, d->kv[0].data);
        between(d, 0, 0.5 * d->h);
        slope(n, d->tu.data, d->tv.data, d->ku[1].data, d->kv[1].data);
        between(d, 1, 0.5 * d->h);
        slope(n, d->tu.data, d->tv.data, d->ku[2].data, d->kv[2].data);
        between(d, 2, d->h);
        slope(n, d->tu.data, d->tv.data, d->ku[3].data, d->kv[3].data);
        add_up(d);
        energy(d);
        largest(d);
    }
}
