/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file graph_kernel.c
 * @brief STREAM's kernels as functions of nodes, in a graph and by themselves.
 */
#include "graph.h"

static void copy(gr_index lo, gr_index hi, void *arguments) {
    const cycle_data *d = (const cycle_data *)arguments;
    const gr_view1_f64 a = d->a, c = d->c;

    GR_PARALLEL_FOR("copy", i, gr_range(lo, hi)) {
        GR_AT(c, i) = GR_AT(a, i);
    };
}

static void scale(gr_index lo, gr_index hi, void *arguments) {
    const cycle_data *d = (const cycle_data *)arguments;
    const gr_view1_f64 b = d->b, c = d->c;

    GR_PARALLEL_FOR("scale", i, gr_range(lo, hi)) {
        GR_AT(b, i) = CYCLE_FACTOR * GR_AT(c, i);
    };
}

static void add(gr_index lo, gr_index hi, void *arguments) {
    const cycle_data *d = (const cycle_data *)arguments;
    const gr_view1_f64 a = d->a, b = d->b, c = d->c;

    GR_PARALLEL_FOR("add", i, gr_range(lo, hi)) {
        GR_AT(c, i) = GR_AT(a, i) + GR_AT(b, i);
    };
}

static void triad(gr_index lo, gr_index hi, void *arguments) {
    const cycle_data *d = (const cycle_data *)arguments;
    const gr_view1_f64 a = d->a, b = d->b, c = d->c;

    GR_PARALLEL_FOR("triad", i, gr_range(lo, hi)) {
        GR_AT(a, i) = GR_AT(b, i) + CYCLE_FACTOR * GR_AT(c, i);
    };
}

static void (*const kernels[4])(gr_index lo, gr_index hi, void *arguments) = {copy, scale, add,
                                                                              triad};

gr_status cycle_record(cycle_data *d, bool by_index) {
    gr_node node, last = {0};

    GR_TRY(gr_graph_create(&d->graph, "cycle"));
    for (int k = 0; k < CYCLE_KERNELS; k++) {
        GR_TRY(gr_graph_add_range(d->graph, &node, "kernel", kernels[k % 4], d->a.extent[0], d,
                                  sizeof *d));
        if (k > 0 && by_index) {
            GR_TRY(gr_graph_after_same_index(d->graph, node, last));
        } else if (k > 0) {
            GR_TRY(gr_graph_after(d->graph, node, last));
        }
        last = node;
    }
    return gr_graph_instantiate(d->graph);
}

void cycle_graph(void *data) {
    (void)!gr_graph_submit(((cycle_data *)data)->graph, GR_DEFAULT_INSTANCE);
}

void cycle_launches(void *data) {
    const cycle_data *d = (const cycle_data *)data;

    for (int k = 0; k < CYCLE_KERNELS; k++) {
        kernels[k % 4](0, d->a.extent[0], data);
    }
}
