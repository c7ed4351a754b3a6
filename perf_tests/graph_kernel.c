/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file graph_kernel.c
 * @brief The kernels of the Runge-Kutta scheme as functions of nodes.
 */
#include "graph.h"

/* What a node is called with. */
typedef struct rk_call {
    const rk_data *d;
    int stage;
} rk_call;

static void slope(gr_index lo, gr_index hi, void *arguments) {
    const rk_call c = *(const rk_call *)arguments;
    const gr_view1_f64 u = c.stage == 0 ? c.d->u : c.d->tu, v = c.stage == 0 ? c.d->v : c.d->tv;
    const gr_view1_f64 ku = c.d->ku[c.stage], kv = c.d->kv[c.stage];

    GR_PARALLEL_FOR("slope", i, gr_range(lo, hi)) {
        GR_AT(ku, i) = GR_AT(v, i);
        GR_AT(kv, i) = -GR_AT(u, i);
    };
}

static void between(gr_index lo, gr_index hi, void *arguments) {
    const rk_call c = *(const rk_call *)arguments;
    const gr_view1_f64 u = c.d->u, v = c.d->v, tu = c.d->tu, tv = c.d->tv;
    const gr_view1_f64 ku = c.d->ku[c.stage], kv = c.d->kv[c.stage];
    const double part = c.stage == 2 ? c.d->h : 0.5 * c.d->h;

    GR_PARALLEL_FOR("between", i, gr_range(lo, hi)) {
        GR_AT(tu, i) = GR_AT(u, i) + part * GR_AT(ku, i);
        GR_AT(tv, i) = GR_AT(v, i) + part * GR_AT(kv, i);
    };
}

static void add_up(gr_index lo, gr_index hi, void *arguments) {
    const rk_data *d = ((const rk_call *)arguments)->d;
    const gr_view1_f64 u = d->u, v = d->v, ku0 = d->ku[0], ku1 = d->ku[1], ku2 = d->ku[2],
                       ku3 = d->ku[3], kv0 = d->kv[0], kv1 = d->kv[1], kv2 = d->kv[2],
                       kv3 = d->kv[3];
    const double sixth = d->h / 6;

    GR_PARALLEL_FOR("add up", i, gr_range(lo, hi)) {
        GR_AT(u, i) +=
            sixth * (GR_AT(ku0, i) + 2 * (GR_AT(ku1, i) + GR_AT(ku2, i)) + GR_AT(ku3, i));
        GR_AT(v, i) +=
            sixth * (GR_AT(kv0, i) + 2 * (GR_AT(kv1, i) + GR_AT(kv2, i)) + GR_AT(kv3, i));
    };
}

static void energy(gr_index lo, gr_index hi, void *arguments) {
    const rk_data *d = ((const rk_call *)arguments)->d;
    const gr_view1_f64 u = d->u, v = d->v, e = d->energy;

    GR_PARALLEL_FOR("energy", i, gr_range(lo, hi)) {
        GR_AT(e, i) = 0.5 * (GR_AT(u, i) * GR_AT(u, i) + GR_AT(v, i) * GR_AT(v, i));
    };
}

static void largest(gr_index lo, gr_index hi, void *arguments) {
    const rk_data *d = ((const rk_call *)arguments)->d;
    const gr_view1_f64 u = d->u, m = d->most;

    GR_PARALLEL_FOR("largest", i, gr_range(lo, hi)) {
        const double size = GR_AT(u, i) < 0 ? -GR_AT(u, i) : GR_AT(u, i);

        GR_AT(m, i) = size > GR_AT(m, i) ? size : GR_AT(m, i);
    };
}

/* A step's kernels in their order. */
static const struct {
    const char *label;
    void (*function)(gr_index lo, gr_index hi, void *arguments);
    int stage;
} kernels[RK_KERNELS] = {
    {"slope 0", slope, 0},     {"between 0", between, 0}, {"slope 1", slope, 1},
    {"between 1", between, 1}, {"slope 2", slope, 2},     {"between 2", between, 2},
    {"slope 3", slope, 3},     {"add up", add_up, 0},     {"energy", energy, 0},
    {"largest", largest, 0},
};

gr_status rk_record(rk_data *d, bool by_index) {
    gr_node node, last = {0};

    GR_TRY(gr_graph_create(&d->graph, "oscillators"));
    for (int k = 0; k < RK_STEPS * RK_KERNELS; k++) {
        const rk_call call = {d, kernels[k % RK_KERNELS].stage};

        GR_TRY(gr_graph_add_range(d->graph, &node, kernels[k % RK_KERNELS].label,
                                  kernels[k % RK_KERNELS].function, d->u.extent[0], &call,
                                  sizeof call));
        if (k > 0 && by_index) {
            GR_TRY(gr_graph_after_same_index(d->graph, node, last));
        } else if (k > 0) {
            GR_TRY(gr_graph_after(d->graph, node, last));
        }
        last = node;
    }
    return gr_graph_instantiate(d->graph);
}

void rk_graph(void *data) {
    (void)!gr_graph_submit(((rk_data *)data)->graph, GR_DEFAULT_INSTANCE);
}

void rk_launches(void *data) {
    const rk_data *d = (const rk_data *)data;

    for (int k = 0; k < RK_STEPS * RK_KERNELS; k++) {
        rk_call call = {d, kernels[k % RK_KERNELS].stage};

        kernels[k % RK_KERNELS].function(0, d->u.extent[0], &call);
    }
}
