/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file 10_graphs.c
 * @brief Graphs: nodes run in the order of their dependencies, as often as they are submitted.
 */
#include "ladder.h"

typedef struct data {
    gr_view1_i64 x, y;
    gr_view0_i64 sum;
    gr_index n;
    int64_t add;
} data;

static void tripled(gr_index lo, gr_index hi, void *arguments) {
    const data d = *(const data *)arguments;

    GR_PARALLEL_FOR("tripled", i, gr_range(lo, hi)) {
        GR_AT(d.x, i) = 3 * GR_AT(d.x, i) + d.add;
    };
}

/* Reads what other indices have written: needs all of the node before it. */
static void shifted(gr_index lo, gr_index hi, void *arguments) {
    const data d = *(const data *)arguments;

    GR_PARALLEL_FOR("shifted", i, gr_range(lo, hi)) {
        GR_AT(d.y, i) = GR_AT(d.x, i == 0 ? d.n - 1 : i - 1) + i;
    };
}

static void summed(void *arguments) {
    const data d = *(const data *)arguments;
    int64_t sum;

    GR_PARALLEL_REDUCE("summed", i, gr_range(0, d.n), GR_SUM(int64_t, sum)) {
        sum += GR_AT(d.y, i);
    };
    GR_COPY_FROM_SCALAR(d.sum, sum);
}

/* Twice tripled index by index, then shifted and copied back, and summed: several times. */
static gr_status replays(gr_index n, gr_instance instance) {
    data d = {.n = n};
    gr_view1_i64_right host;
    gr_graph *graph;
    gr_node node[6];
    int64_t sum = -1, expected = 0;
    gr_index wrong = 0;

    GR_TRY(GR_CREATE(&d.x, "x", n));
    GR_TRY(GR_CREATE(&d.y, "y", n));
    GR_TRY(GR_CREATE(&d.sum, "sum"));
    GR_TRY(gr_graph_create(&graph, "ladder"));
    d.add = 1;
    GR_TRY(gr_graph_add_range(graph, &node[0], "tripled", tripled, n, &d, sizeof d));
    d.add = 2;
    GR_TRY(gr_graph_add_range(graph, &node[1], "tripled", tripled, n, &d, sizeof d));
    GR_TRY(gr_graph_add_range(graph, &node[2], "shifted", shifted, n, &d, sizeof d));
    GR_TRY(gr_graph_add_copy(graph, &node[3], "back", GR_ANY(d.x), GR_ANY(d.y)));
    GR_TRY(gr_graph_add(graph, &node[4], "summed", summed, &d, sizeof d));
    GR_TRY(gr_graph_add_join(graph, &node[5], "end"));
    GR_TRY(gr_graph_after_same_index(graph, node[1], node[0]));
    GR_TRY(gr_graph_after(graph, node[2], node[1]));
    GR_TRY(gr_graph_after(graph, node[3], node[2]));
    GR_TRY(gr_graph_after(graph, node[4], node[2]));
    GR_TRY(gr_graph_after(graph, node[5], node[3]));
    GR_TRY(gr_graph_after(graph, node[5], node[4]));
    GR_TRY(gr_graph_instantiate(graph));
    for (int k = 0; k < 3; k++) {
        GR_TRY(gr_graph_submit(graph, instance));
    }
    GR_TRY(gr_fence());

    /* By hand: x_i = 9 x_(i-1) + 5 + i three times from 0, indices around the end. */
    GR_TRY(GR_MIRROR_COPY(&host, d.x));
    for (gr_index i = 0; i < n; i++) {
        int64_t x = 0;

        for (gr_index k = 2; k >= 0; k--) {
            x = 9 * x + 5 + ((i - k) % n + n) % n;
        }
        wrong += GR_AT(host, i) != x;
        expected += x;
    }
    LADDER_NONE_WRONG(wrong, n, "replayed");
    GR_TRY(GR_COPY_TO_SCALAR(&sum, d.sum));
    GR_REQUIRE(sum == expected, GR_INTERNAL, "n = %td: sum = %td, expected %td", n, (gr_index)sum,
               (gr_index)expected);
    GR_TRY(GR_RELEASE(&host));
    GR_TRY(gr_graph_destroy(&graph));
    GR_TRY(GR_RELEASE(&d.x));
    GR_TRY(GR_RELEASE(&d.y));
    return GR_RELEASE(&d.sum);
}

static bool again(void *arguments) {
    const data d = *(const data *)arguments;
    int64_t first = 0;

    GR_PARALLEL_REDUCE("first", i, gr_range(0, 1), GR_MAX(int64_t, first)) {
        first = GR_AT(d.x, i);
    };
    return first < 1000;
}

/* One submit goes on until a condition ends it. */
static gr_status repeats(void) {
    data d = {.n = 10, .add = 1};
    gr_view1_i64_right host;
    gr_graph *graph;

    GR_TRY(GR_CREATE(&d.x, "x", d.n));
    GR_TRY(gr_graph_create(&graph, "repeat"));
    GR_TRY(gr_graph_add_range(graph, NULL, "tripled", tripled, d.n, &d, sizeof d));
    GR_TRY(gr_graph_repeat_while(graph, again, &d, sizeof d));
    GR_TRY(gr_graph_instantiate(graph));
    GR_TRY(gr_graph_submit(graph, GR_DEFAULT_INSTANCE));
    GR_TRY(gr_fence());
    GR_TRY(GR_MIRROR_COPY(&host, d.x));
    GR_REQUIRE(GR_AT(host, 9) == 1093, GR_INTERNAL, "x = %td, expected 1093, seven times",
               (gr_index)GR_AT(host, 9));
    GR_TRY(GR_RELEASE(&host));
    GR_TRY(gr_graph_destroy(&graph));
    return GR_RELEASE(&d.x);
}

/* A cycle is found before anything runs, and so is a View that is gone. */
static gr_status refuses(void) {
    data d = {.n = 4, .add = 1};
    gr_graph *graph;
    gr_node first, second;

    GR_TRY(GR_CREATE(&d.x, "x", d.n));
    GR_TRY(gr_graph_create(&graph, "cycle"));
    GR_TRY(gr_graph_add_range(graph, &first, "first", tripled, d.n, &d, sizeof d));
    GR_TRY(gr_graph_add_range(graph, &second, "second", tripled, d.n, &d, sizeof d));
    GR_TRY(gr_graph_after(graph, first, second));
    GR_TRY(gr_graph_after(graph, second, first));
    GR_REQUIRE(gr_graph_instantiate(graph) == GR_INVALID_ARG, GR_INTERNAL,
               "a cycle was instantiated, expected %s", gr_status_name(GR_INVALID_ARG));
    GR_TRY(gr_graph_destroy(&graph));

    GR_TRY(gr_graph_create(&graph, "gone"));
    GR_TRY(gr_graph_add_range(graph, &first, "first", tripled, d.n, &d, sizeof d));
    GR_TRY(gr_graph_uses(graph, first, GR_ANY(d.x)));
    GR_TRY(gr_graph_instantiate(graph));
    GR_TRY(gr_graph_submit(graph, GR_DEFAULT_INSTANCE));
    GR_TRY(gr_fence());
    GR_TRY(GR_RELEASE(&d.x));
    GR_REQUIRE(gr_graph_submit(graph, GR_DEFAULT_INSTANCE) == GR_INVALID_ARG, GR_INTERNAL,
               "a released View was used, expected %s", gr_status_name(GR_INVALID_ARG));
    return gr_graph_destroy(&graph);
}

gr_status ladder_climb(void) {
    static const gr_index sizes[] = LADDER_SIZES;
    gr_instance instance;

    GR_TRY(gr_instance_create(&instance, 1));
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        GR_TRY(replays(sizes[s], GR_DEFAULT_INSTANCE));
        GR_TRY(replays(sizes[s], instance));
    }
    GR_TRY(gr_instance_destroy(&instance));
    GR_TRY(repeats());
    return refuses();
}
