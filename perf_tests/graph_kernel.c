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

static void axpy(gr_index lo, gr_index hi, void *arguments) {
    const pattern_data *d = (const pattern_data *)arguments;
    const gr_view1_f64 x = d->x, y = d->y;

    GR_PARALLEL_FOR("axpy", i, gr_range(lo, hi)) {
        GR_AT(y, i) += PATTERN_FACTOR * GR_AT(x, i);
    };
}

static void dot(gr_index lo, gr_index hi, void *arguments, void *result) {
    const pattern_data *d = (const pattern_data *)arguments;
    const gr_view1_f64 y = d->y;
    double sum;

    GR_PARALLEL_REDUCE("dot", i, gr_range(lo, hi), GR_SUM(double, sum)) {
        sum += GR_AT(y, i) * GR_AT(y, i);
    };
    *(double *)result = sum;
}

gr_status dots_record(pattern_data *d) {
    gr_node node, last = {0};

    GR_TRY(gr_graph_create(&d->graph, "dots"));
    for (int k = 0; k < CYCLE_KERNELS / 2; k++) {
        GR_TRY(gr_graph_add_range(d->graph, &node, "axpy", axpy, d->x.extent[0], d, sizeof *d));
        if (k > 0) {
            GR_TRY(gr_graph_after(d->graph, node, last));
        }
        GR_TRY(gr_graph_add_reduce(d->graph, &last, "dot", dot, d->x.extent[0], d, sizeof *d,
                                   gr_graph_sum(GR_F64), &d->dot));
        GR_TRY(gr_graph_after_same_index(d->graph, last, node));
    }
    return gr_graph_instantiate(d->graph);
}

void dots_graph(void *data) {
    (void)!gr_graph_submit(((pattern_data *)data)->graph, GR_DEFAULT_INSTANCE);
}

void dots_launches(void *data) {
    pattern_data *d = (pattern_data *)data;

    for (int k = 0; k < CYCLE_KERNELS / 2; k++) {
        axpy(0, d->x.extent[0], data);
        dot(0, d->x.extent[0], data, &d->dot);
    }
}

/* Inclusive: y[i] is the sum of x[0..i]. */
static void prefix(gr_index lo, gr_index hi, void *arguments) {
    const pattern_data *d = (const pattern_data *)arguments;
    const gr_view1_f64 x = d->x, y = d->y;

    GR_PARALLEL_SCAN("prefix", i, gr_range(lo, hi), GR_SUM(double, sum), final) {
        sum += GR_AT(x, i);
        if (final) {
            GR_AT(y, i) = sum;
        }
    };
}

static void shift(gr_index lo, gr_index hi, void *arguments) {
    const pattern_data *d = (const pattern_data *)arguments;
    const gr_view1_f64 x = d->x, y = d->y;

    GR_PARALLEL_FOR("shift", i, gr_range(lo, hi)) {
        GR_AT(x, i) = PATTERN_FACTOR * GR_AT(y, i);
    };
}

gr_status scans_record(pattern_data *d) {
    gr_node node, last = {0};

    GR_TRY(gr_graph_create(&d->graph, "scans"));
    for (int k = 0; k < CYCLE_KERNELS; k++) {
        if (k % 2) {
            GR_TRY(
                gr_graph_add_range(d->graph, &node, "shift", shift, d->x.extent[0], d, sizeof *d));
        } else {
            GR_TRY(
                gr_graph_add_scan(d->graph, &node, "prefix", prefix, d->x.extent[0], d, sizeof *d));
        }
        if (k > 0) {
            GR_TRY(gr_graph_after(d->graph, node, last));
        }
        last = node;
    }
    return gr_graph_instantiate(d->graph);
}

void scans_graph(void *data) {
    dots_graph(data);
}

void scans_launches(void *data) {
    const pattern_data *d = (const pattern_data *)data;

    for (int k = 0; k < CYCLE_KERNELS; k += 2) {
        prefix(0, d->x.extent[0], data);
        shift(0, d->x.extent[0], data);
    }
}
