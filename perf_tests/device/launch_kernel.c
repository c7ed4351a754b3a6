/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file launch_kernel.c
 * @brief What it costs to send work: kernels that do nothing, and nodes of a graph.
 */
#include "device.h"

#include <granum/granum.h>

void device_empty_granum(void *data) {
    const gr_view1_f64_left c = ((const device_data *)data)->c;

    for (int k = 0; k < DEVICE_LAUNCHES; k++) {
        GR_PARALLEL_FOR("empty", i, gr_range(0, 1)) {
            if (c.extent[0] < i) {
                GR_AT(c, i) = 0;
            }
        };
    }
}

typedef struct node_data {
    gr_view1_f64_left from, b, c;
} node_data;

static void node_copy(gr_index lo, gr_index hi, void *arguments) {
    const node_data x = *(const node_data *)arguments;

    GR_PARALLEL_FOR("node copy", i, gr_range(lo, hi)) {
        GR_AT(x.c, i) = GR_AT(x.from, i);
    };
}

static void node_step(gr_index lo, gr_index hi, void *arguments) {
    const node_data x = *(const node_data *)arguments;

    GR_PARALLEL_FOR("node step", i, gr_range(lo, hi)) {
        GR_AT(x.c, i) = 0.5 * GR_AT(x.c, i) + GR_AT(x.b, i);
    };
}

gr_status device_graph_make(device_data *d) {
    node_data x = {d->a, d->b, d->c};
    gr_node node, last;

    GR_TRY(gr_graph_create(&d->graph, "nodes"));
    GR_TRY(gr_graph_add_range(d->graph, &last, "copy", node_copy, d->n, &x, sizeof x));
    for (int k = 1; k < DEVICE_NODES; k++) {
        GR_TRY(gr_graph_add_range(d->graph, &node, "step", node_step, d->n, &x, sizeof x));
        GR_TRY(gr_graph_after(d->graph, node, last));
        last = node;
    }
    return gr_graph_instantiate(d->graph);
}

void device_graph_granum(void *data) {
    (void)!gr_graph_submit(((const device_data *)data)->graph, GR_DEFAULT_INSTANCE);
}
