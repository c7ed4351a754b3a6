/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file graph_kernel.c
 * @brief A term of the series as the function of a node, in a graph and by itself.
 */
#include "graph.h"

typedef struct term_call {
    gr_view1_f64 x, last, b;
    double c;
} term_call;

static void term(gr_index lo, gr_index hi, void *arguments) {
    const term_call *t = (const term_call *)arguments;
    const gr_view1_f64 x = t->x, last = t->last, b = t->b;
    const double c = t->c;

    GR_PARALLEL_FOR("term", i, gr_range(lo, hi)) {
        GR_AT(b, i) = c + 2 * GR_AT(x, i) * GR_AT(last, i) - GR_AT(b, i);
    };
}

static term_call call_of(const series_data *d, int k) {
    const term_call call = {d->x, d->b[(k + 1) % 2], d->b[k % 2],
                            SERIES_COEFFICIENT(SERIES_TERMS - 1 - k)};

    return call;
}

gr_status series_record(series_data *d, bool by_index) {
    gr_node node, last = {0};

    GR_TRY(gr_graph_create(&d->graph, "series"));
    for (int k = 0; k < SERIES_TERMS; k++) {
        const term_call call = call_of(d, k);

        GR_TRY(
            gr_graph_add_range(d->graph, &node, "term", term, d->x.extent[0], &call, sizeof call));
        if (k > 0 && by_index) {
            GR_TRY(gr_graph_after_same_index(d->graph, node, last));
        } else if (k > 0) {
            GR_TRY(gr_graph_after(d->graph, node, last));
        }
        last = node;
    }
    return gr_graph_instantiate(d->graph);
}

void series_graph(void *data) {
    (void)!gr_graph_submit(((series_data *)data)->graph, GR_DEFAULT_INSTANCE);
}

void series_launches(void *data) {
    const series_data *d = (const series_data *)data;
    const gr_view1_f64 x = d->x;

    for (int k = 0; k < SERIES_TERMS; k++) {
        const gr_view1_f64 last = d->b[(k + 1) % 2], b = d->b[k % 2];
        const double c = SERIES_COEFFICIENT(SERIES_TERMS - 1 - k);

        GR_PARALLEL_FOR("term", i, gr_range(0, x.extent[0])) {
            GR_AT(b, i) = c + 2 * GR_AT(x, i) * GR_AT(last, i) - GR_AT(b, i);
        };
    }
}
