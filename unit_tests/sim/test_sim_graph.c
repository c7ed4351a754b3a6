/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_sim_graph.c
 * @brief Graphs of launches on a device: captured once, replayed in an order that their
 * dependencies allow.
 *
 * Oracle: the same by formula, and how often the functions of nodes are called. Streams run late,
 * and nodes that do not depend on each other in an order by chance from the seed.
 */
#include "test_sim_stream.h"

#include "support/outcome.h"

#include <granum/graph.h>

#include <stdlib.h>

enum { N = 3000 };

static int calls;

static gr_graph *new_graph(void) {
    gr_graph *graph;

    setenv("GRANUM_SIM_LATE", "1", 1);
    calls = 0;
    SUCCEEDS(gr_graph_create(&graph, "graph"));
    return graph;
}

static gr_view1_f64 filled(const char *label, double value) {
    gr_view1_f64 v;

    SUCCEEDS(GR_CREATE_IN(&v, GR_DEVICE, label, N));
    SUCCEEDS(GR_FILL(v, value));
    return v;
}

static double element(gr_view1_f64 v, gr_index i) {
    gr_view1_f64 host;
    double value;

    SUCCEEDS(GR_MIRROR_COPY(&host, v));
    value = GR_AT(host, i);
    SUCCEEDS(GR_RELEASE(&host));
    return value;
}

static void submit(gr_graph *graph, int times, gr_instance instance) {
    for (int k = 0; k < times; k++) {
        SUCCEEDS(gr_graph_submit(graph, instance));
    }
    SUCCEEDS(gr_fence());
}

/* ---- examples ---- */

Test(sim_graph, launches_are_captured_once, .timeout = 60) {
    gr_graph *graph = new_graph();
    gr_view1_f64 x = filled("x", 0);
    step s = {x, x, 1, &calls};
    gr_node node[4];

    for (int k = 0; k < 4; k++) {
        if (k % 2) {
            SUCCEEDS(gr_graph_add_device(graph, &node[k], "device", step_device, &s, sizeof s));
        } else {
            SUCCEEDS(gr_graph_add_range(graph, &node[k], "range", step_range, N, &s, sizeof s));
        }
        if (k > 0) {
            SUCCEEDS(gr_graph_after(graph, node[k], node[k - 1]));
        }
    }
    SUCCEEDS(gr_graph_instantiate(graph));
    submit(graph, 1, GR_DEFAULT_INSTANCE);
    cr_assert(eq(int, calls, 4));
    submit(graph, 5, GR_DEFAULT_INSTANCE);
    cr_assert(eq(int, calls, 8));
    cr_assert(eq(dbl, element(x, N - 1), 24.0));
    SUCCEEDS(gr_graph_destroy(&graph));
    SUCCEEDS(GR_RELEASE(&x));
}

Test(sim_graph, changed_arguments_are_captured_again, .timeout = 60) {
    gr_graph *graph = new_graph();
    gr_view1_f64 x = filled("x", 0);
    step s = {x, x, 1, &calls};
    gr_node first, second;

    SUCCEEDS(gr_graph_add_range(graph, &first, "first", step_range, N, &s, sizeof s));
    SUCCEEDS(gr_graph_add_range(graph, &second, "second", step_range, N, &s, sizeof s));
    SUCCEEDS(gr_graph_after(graph, second, first));
    SUCCEEDS(gr_graph_instantiate(graph));
    submit(graph, 3, GR_DEFAULT_INSTANCE);
    ((step *)gr_graph_arguments(graph, second))->add = 100;
    submit(graph, 3, GR_DEFAULT_INSTANCE);
    cr_assert(eq(int, calls, 6));
    cr_assert(eq(dbl, element(x, 7), 6.0 + 303.0));
    SUCCEEDS(gr_graph_destroy(&graph));
    SUCCEEDS(GR_RELEASE(&x));
}

Test(sim_graph, nodes_without_indices_are_not_called, .timeout = 60) {
    gr_graph *graph = new_graph();
    gr_view1_f64 x = filled("x", 0);
    step s = {x, x, 1, &calls};
    gr_node none;

    SUCCEEDS(gr_graph_add_range(graph, &none, "none", step_range, 0, &s, sizeof s));
    SUCCEEDS(gr_graph_add_scan(graph, &none, "no scan", step_scan, 0, &s, sizeof s));
    SUCCEEDS(gr_graph_instantiate(graph));
    submit(graph, 3, GR_DEFAULT_INSTANCE);
    cr_assert(eq(int, calls, 0));
    cr_assert(eq(dbl, element(x, 0), 0.0));
    SUCCEEDS(gr_graph_destroy(&graph));
    SUCCEEDS(GR_RELEASE(&x));
}

/* ---- laws ---- */

/* Chains side by side from one node, each a scan between two ranges, and joined in the end. */
static void chains(int count, gr_instance instance) {
    gr_graph *graph = new_graph();
    gr_view1_f64 x = filled("x", 1), last = filled("last", 0), y[8], z[8];
    gr_node begin, joined, node;
    step s = {x, x, 0, &calls};

    SUCCEEDS(gr_graph_add_range(graph, &begin, "begin", step_range, N, &s, sizeof s));
    SUCCEEDS(gr_graph_add_join(graph, &joined, "joined"));
    for (int k = 0; k < count; k++) {
        gr_node scan, end;

        y[k] = filled("y", 0);
        z[k] = filled("z", 0);
        s = (step){y[k], x, k, &calls};
        SUCCEEDS(gr_graph_add_range(graph, &node, "range", step_range, N, &s, sizeof s));
        s = (step){z[k], y[k], 0, &calls};
        SUCCEEDS(gr_graph_add_scan(graph, &scan, "scan", step_scan, N, &s, sizeof s));
        SUCCEEDS(gr_graph_add_copy(graph, &end, "copy", GR_ANY(y[k]), GR_ANY(z[k])));
        SUCCEEDS(gr_graph_after(graph, node, begin));
        SUCCEEDS(gr_graph_after(graph, scan, node));
        SUCCEEDS(gr_graph_after(graph, end, scan));
        SUCCEEDS(gr_graph_after(graph, joined, end));
    }
    s = (step){last, y[count - 1], 0, &calls};
    SUCCEEDS(gr_graph_add_device(graph, &node, "end", step_device, &s, sizeof s));
    SUCCEEDS(gr_graph_after(graph, node, joined));
    SUCCEEDS(gr_graph_instantiate(graph));
    submit(graph, 4, instance);
    cr_assert(eq(int, calls, 2 * (2 * count + 2)));
    for (int k = 0; k < count; k++) {
        cr_assert(eq(dbl, element(y[k], N - 1), (N - 1) * (1.0 + k)));
    }
    cr_assert(eq(dbl, element(last, N - 1), (N - 1.0) * count));
    SUCCEEDS(gr_graph_destroy(&graph));
    for (int k = 0; k < count; k++) {
        SUCCEEDS(GR_RELEASE(&y[k]));
        SUCCEEDS(GR_RELEASE(&z[k]));
    }
    SUCCEEDS(GR_RELEASE(&x));
    SUCCEEDS(GR_RELEASE(&last));
}

Test(sim_graph, chains_side_by_side_keep_their_orders, .timeout = 60) {
    chains(2, GR_DEFAULT_INSTANCE);
    chains(8, GR_DEFAULT_INSTANCE);
}

Test(sim_graph, replays_run_on_any_instance, .timeout = 60) {
    gr_instance instance;

    SUCCEEDS(gr_instance_create(&instance, 1));
    chains(3, instance);
    SUCCEEDS(gr_instance_destroy(&instance));
}

Test(sim_graph, reductions_for_the_host_stand_between_replays, .timeout = 60) {
    gr_graph *graph = new_graph();
    gr_view1_f64 x = filled("x", 0), y = filled("y", 0);
    step s = {x, x, 1, &calls}, t = {y, x, 1, &calls};
    gr_node node[5];
    double sum = -1;

    SUCCEEDS(gr_graph_add_range(graph, &node[0], "a", step_range, N, &s, sizeof s));
    SUCCEEDS(gr_graph_add_range(graph, &node[1], "b", step_range, N, &t, sizeof t));
    SUCCEEDS(gr_graph_add_reduce(graph, &node[2], "sum", step_sum, N, &t, sizeof t,
                                 gr_graph_sum(GR_F64), &sum));
    SUCCEEDS(gr_graph_add_range(graph, &node[3], "c", step_range, N, &s, sizeof s));
    SUCCEEDS(gr_graph_add_range(graph, &node[4], "d", step_range, N, &t, sizeof t));
    for (int k = 1; k < 5; k++) {
        SUCCEEDS(gr_graph_after(graph, node[k], node[k - 1]));
    }
    SUCCEEDS(gr_graph_instantiate(graph));
    for (int k = 0; k < 4; k++) {
        SUCCEEDS(gr_graph_submit(graph, GR_DEFAULT_INSTANCE));
        cr_assert(eq(dbl, sum, (2.0 * k + 1) * N));
    }
    cr_assert(eq(int, calls, 5 + 4 + 3));
    cr_assert(eq(dbl, element(y, 1), 9.0));
    SUCCEEDS(gr_graph_destroy(&graph));
    SUCCEEDS(GR_RELEASE(&x));
    SUCCEEDS(GR_RELEASE(&y));
}

Test(sim_graph, a_graph_may_end_while_it_runs, .timeout = 60) {
    gr_graph *graph = new_graph();
    gr_view1_f64 x = filled("x", 0), y = filled("y", 0);
    step s = {y, x, 1, &calls}, t = {y, y, 1, &calls};
    gr_node first, second;

    SUCCEEDS(gr_graph_add_range(graph, &first, "first", step_range, N, &s, sizeof s));
    SUCCEEDS(gr_graph_add_range(graph, &second, "second", step_range, N, &t, sizeof t));
    SUCCEEDS(gr_graph_after(graph, second, first));
    SUCCEEDS(gr_graph_instantiate(graph));
    for (int k = 0; k < 3; k++) {
        SUCCEEDS(gr_graph_submit(graph, GR_DEFAULT_INSTANCE));
    }
    SUCCEEDS(gr_graph_destroy(&graph));
    SUCCEEDS(GR_RELEASE(&x));
    cr_assert(eq(dbl, element(y, 0), 2.0));
    SUCCEEDS(GR_RELEASE(&y));
}

Test(sim_graph, a_node_that_waits_is_called_each_time, .timeout = 60) {
    gr_graph *graph = new_graph();
    gr_view1_f64 x = filled("x", 0), y = filled("y", 0);
    step s = {x, x, 1, &calls}, t = {y, x, 0, &calls};
    gr_node first, second;

    SUCCEEDS(gr_graph_add_range(graph, &first, "first", step_range, N, &s, sizeof s));
    SUCCEEDS(gr_graph_add_device(graph, &second, "second", step_waits, &t, sizeof t));
    SUCCEEDS(gr_graph_after(graph, second, first));
    SUCCEEDS(gr_graph_instantiate(graph));
    submit(graph, 4, GR_DEFAULT_INSTANCE);
    cr_assert(eq(int, calls, 8));
    cr_assert(eq(dbl, element(y, 0), 4.0 * N));
    SUCCEEDS(gr_graph_destroy(&graph));
    SUCCEEDS(GR_RELEASE(&x));
    SUCCEEDS(GR_RELEASE(&y));
}
