/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_graph_errors.c
 * @brief What is wrong with a graph, by its message. Oracle: the header's errors.
 */
#include "test_graph_replay.h"

#include "support/outcome.h"

#include <granum/copy.h>
#include <granum/initialize.h>

#include <string.h>

static gr_graph *new_graph(void) {
    gr_graph *graph;

    SUCCEEDS(gr_graph_create(&graph, "g"));
    return graph;
}

static gr_node add(gr_graph *graph, const char *label) {
    static long count;
    long *const counter = &count;
    gr_node node;

    SUCCEEDS(gr_graph_add(graph, &node, label, graph_count, &counter, sizeof counter));
    return node;
}

Test(graph_errors, recording, .timeout = 20) {
    gr_graph *graph = new_graph();
    gr_node node;

    FAILS(gr_graph_create(NULL, "g"), GR_INVALID_ARG, "graph = NULL, expected a place for it");
    FAILS(gr_graph_add(NULL, &node, "a", graph_count, NULL, 0), GR_INVALID_ARG,
          "graph = NULL, expected one");
    FAILS(gr_graph_add(graph, &node, "a", NULL, NULL, 0), GR_INVALID_ARG,
          "function of a node = NULL, expected one");
    FAILS(gr_graph_add(graph, &node, NULL, graph_count, NULL, 0), GR_INVALID_ARG,
          "label of a node = NULL, expected a text");
    FAILS(gr_graph_add(graph, &node, "a", graph_count, NULL, 8), GR_INVALID_ARG,
          "arguments of a node = NULL, expected bytes = 0 then");
    FAILS(gr_graph_add_range(graph, &node, "a", graph_axpy, -3, NULL, 0), GR_INVALID_ARG,
          "n = -3, expected 0 or more");
    FAILS(gr_graph_repeat_while(graph, NULL, NULL, 0), GR_INVALID_ARG,
          "function of a node = NULL, expected one");
    FAILS(gr_graph_destroy(NULL), GR_INVALID_ARG, "graph = NULL, expected the place of one");
    SUCCEEDS(gr_graph_destroy(&graph));
    {
        gr_graph *none;

        FAILS(gr_graph_create(&none, NULL), GR_INVALID_ARG,
              "label of a graph = NULL, expected a text");
    }
}

Test(graph_errors, unknown_nodes, .timeout = 20) {
    gr_graph *graph = new_graph(), *other = new_graph();
    const gr_node a = add(graph, "a"), foreign = add(other, "b"), none = {0};

    FAILS(gr_graph_after(graph, a, none), GR_INVALID_ARG,
          "earlier = 0x0, expected a node of graph \"g\", which has 1");
    FAILS(gr_graph_after(graph, foreign, a), GR_INVALID_ARG,
          "node = 0x200000001, expected a node of graph \"g\", which has 1");
    FAILS(gr_graph_after(graph, a, a), GR_INVALID_ARG,
          "node \"a\" = after itself, expected another node");
    FAILS(gr_graph_after_same_index(graph, add(graph, "c"), a), GR_INVALID_ARG,
          "node \"c\" = no range node, expected one of gr_graph_add_range or gr_graph_add_reduce");
    SUCCEEDS(gr_graph_destroy(&graph));
    SUCCEEDS(gr_graph_destroy(&other));
}

Test(graph_errors, ranges_of_other_lengths_have_no_same_index, .timeout = 20) {
    gr_graph *graph = new_graph();
    gr_node a, b;

    SUCCEEDS(gr_graph_add_range(graph, &a, "a", graph_axpy, 200, NULL, 0));
    SUCCEEDS(gr_graph_add_range(graph, &b, "b", graph_axpy, 100, NULL, 0));
    FAILS(gr_graph_after_same_index(graph, b, a), GR_INVALID_ARG,
          "n of node \"b\" = 100, expected 200 as of node \"a\"");
    SUCCEEDS(gr_graph_destroy(&graph));
}

Test(graph_errors, a_cycle, .timeout = 20) {
    gr_graph *graph = new_graph();
    const gr_node before = add(graph, "before"), a = add(graph, "a"), b = add(graph, "b"),
                  behind = add(graph, "behind");

    SUCCEEDS(gr_graph_after(graph, a, before));
    SUCCEEDS(gr_graph_after(graph, a, b));
    SUCCEEDS(gr_graph_after(graph, b, a));
    SUCCEEDS(gr_graph_after(graph, behind, b));
    cr_expect(eq(int, (int)gr_graph_instantiate(graph), (int)GR_INVALID_ARG));
    cr_expect(
        eq(int,
           strstr(gr_last_error()->message, "node \"a\" of graph \"g\" = after itself by a "
                                            "cycle of dependencies, expected none") ||
               strstr(gr_last_error()->message, "node \"b\" of graph \"g\" = after itself by a "
                                                "cycle of dependencies, expected none"),
           1),
        "%s", gr_last_error()->message);
    FAILS(gr_graph_submit(graph, GR_DEFAULT_INSTANCE), GR_INVALID_ARG,
          "graph \"g\" = not instantiated, expected gr_graph_instantiate before a submit");
    SUCCEEDS(gr_graph_destroy(&graph));
}

Test(graph_errors, instantiated_once_and_then_closed, .timeout = 20) {
    static const char text[] =
        "graph \"g\" = instantiated, expected nodes and dependencies before that";
    gr_view1_f64 v = {0};
    gr_graph *graph = new_graph();
    const gr_node a = add(graph, "a"), b = add(graph, "b");
    gr_node node;

    FAILS(gr_graph_submit(graph, GR_DEFAULT_INSTANCE), GR_INVALID_ARG,
          "graph \"g\" = not instantiated, expected gr_graph_instantiate before a submit");
    FAILS(gr_graph_submit(NULL, GR_DEFAULT_INSTANCE), GR_INVALID_ARG, "graph = NULL, expected one");
    SUCCEEDS(gr_graph_instantiate(graph));
    FAILS(gr_graph_instantiate(graph), GR_INVALID_ARG, text);
    FAILS(gr_graph_add(graph, &node, "c", graph_count, NULL, 0), GR_INVALID_ARG, text);
    FAILS(gr_graph_add_join(graph, &node, "c"), GR_INVALID_ARG, text);
    FAILS(gr_graph_after(graph, b, a), GR_INVALID_ARG, text);
    FAILS(gr_graph_uses(graph, a, GR_ANY(v)), GR_INVALID_ARG, text);
    SUCCEEDS(gr_graph_submit(graph, GR_DEFAULT_INSTANCE));
    SUCCEEDS(gr_graph_destroy(&graph));
}

Test(graph_errors, a_view_that_was_released, .timeout = 20) {
    gr_view1_f64 v = {0}, w = {0};
    gr_graph *graph = new_graph(), *other = new_graph();
    gr_node node;

    SUCCEEDS(GR_CREATE(&v, "field", 100));
    SUCCEEDS(GR_CREATE(&w, "copy", 100));
    node = add(graph, "step");
    SUCCEEDS(gr_graph_uses(graph, node, GR_ANY(v)));
    SUCCEEDS(gr_graph_uses(graph, node, GR_ANY(v)));
    SUCCEEDS(gr_graph_instantiate(graph));
    SUCCEEDS(gr_graph_add_copy(other, NULL, "save", GR_ANY(w), GR_ANY(v)));
    SUCCEEDS(gr_graph_instantiate(other));
    SUCCEEDS(gr_graph_submit(graph, GR_DEFAULT_INSTANCE));
    SUCCEEDS(gr_graph_submit(other, GR_DEFAULT_INSTANCE));
    SUCCEEDS(GR_RELEASE(&v));
    FAILS(
        gr_graph_submit(graph, GR_DEFAULT_INSTANCE), GR_INVALID_ARG,
        "view \"field\" = released, expected one that is still held: node \"step\" of graph \"g\" "
        "uses it");
    FAILS(
        gr_graph_submit(other, GR_DEFAULT_INSTANCE), GR_INVALID_ARG,
        "view \"field\" = released, expected one that is still held: node \"save\" of graph \"g\" "
        "uses it");
    SUCCEEDS(gr_graph_destroy(&graph));
    SUCCEEDS(gr_graph_destroy(&other));
    SUCCEEDS(GR_RELEASE(&w));
}

Test(graph_errors, another_handle_keeps_a_view_alive, .timeout = 20) {
    gr_view1_f64 v = {0}, second;
    gr_graph *graph = new_graph();
    gr_node node = add(graph, "step");

    SUCCEEDS(GR_CREATE(&v, "field", 100));
    second = v;
    SUCCEEDS(GR_RETAIN(second));
    SUCCEEDS(gr_graph_uses(graph, node, GR_ANY(v)));
    SUCCEEDS(gr_graph_instantiate(graph));
    SUCCEEDS(GR_RELEASE(&v));
    SUCCEEDS(gr_graph_submit(graph, GR_DEFAULT_INSTANCE));
    SUCCEEDS(GR_RELEASE(&second));
    cr_expect(eq(int, (int)gr_graph_submit(graph, GR_DEFAULT_INSTANCE), (int)GR_INVALID_ARG));
    SUCCEEDS(gr_graph_destroy(&graph));
}

Test(graph_errors, a_copy_that_cannot_be, .timeout = 20) {
    gr_view1_f64 v = {0}, w = {0};
    long count = 0, *const counter = &count;
    gr_graph *graph = new_graph();
    gr_node copy, after;

    SUCCEEDS(GR_CREATE(&v, "v", 100));
    SUCCEEDS(GR_CREATE(&w, "w", 99));
    SUCCEEDS(gr_graph_add_copy(graph, &copy, "copy", GR_ANY(w), GR_ANY(v)));
    SUCCEEDS(gr_graph_add(graph, &after, "count", graph_count, &counter, sizeof counter));
    SUCCEEDS(gr_graph_after(graph, after, copy));
    SUCCEEDS(gr_graph_instantiate(graph));
    FAILS(gr_graph_submit(graph, GR_DEFAULT_INSTANCE), GR_INVALID_ARG,
          "shape of dst = (99,), of src = (100,), expected the same");
    cr_expect(eq(long, count, 0), "what comes behind did not run");
    SUCCEEDS(gr_graph_destroy(&graph));
    SUCCEEDS(GR_RELEASE(&v));
    SUCCEEDS(GR_RELEASE(&w));
}

Test(graph_errors, launches_that_fail_are_answered_by_the_fence, .timeout = 20) {
    gr_graph *graph = new_graph(), *parts = new_graph();

    SUCCEEDS(gr_graph_add(graph, NULL, "bad", graph_bad_range, NULL, 0));
    SUCCEEDS(gr_graph_instantiate(graph));
    SUCCEEDS(gr_graph_add_range(parts, NULL, "bad", graph_bad_part, 1000000, NULL, 0));
    SUCCEEDS(gr_graph_instantiate(parts));
    for (int s = 0; s < 3; s++) {
        SUCCEEDS(gr_graph_submit(graph, GR_DEFAULT_INSTANCE));
        FAILS(gr_fence(), GR_INVALID_ARG,
              "kernel \"bad\": range lo = 5, hi = -5, expected lo <= hi");
        SUCCEEDS(gr_graph_submit(parts, GR_DEFAULT_INSTANCE));
        FAILS(gr_fence(), GR_INVALID_ARG, "kernel \"bad part\": chunk = 0, expected 1 or more");
        SUCCEEDS(gr_fence());
    }
    SUCCEEDS(gr_graph_destroy(&graph));
    SUCCEEDS(gr_graph_destroy(&parts));
}

static bool always(void *arguments) {
    (void)arguments;
    return true;
}

Test(graph_errors, a_failed_launch_ends_the_repetition, .timeout = 20) {
    gr_graph *graph = new_graph();

    SUCCEEDS(gr_graph_add(graph, NULL, "bad", graph_bad_range, NULL, 0));
    SUCCEEDS(gr_graph_repeat_while(graph, always, NULL, 0));
    SUCCEEDS(gr_graph_instantiate(graph));
    SUCCEEDS(gr_graph_submit(graph, GR_DEFAULT_INSTANCE));
    cr_expect(eq(int, (int)gr_fence(), (int)GR_INVALID_ARG));
    SUCCEEDS(gr_graph_destroy(&graph));
}

Test(graph_errors, a_submit_inside, .timeout = 20) {
    gr_graph *graph = new_graph(), *empty = new_graph();
    int status = -1;
    const inside in = {graph, &status};

    SUCCEEDS(gr_graph_add(graph, NULL, "inside", graph_submits_itself, &in, sizeof in));
    SUCCEEDS(gr_graph_instantiate(graph));
    SUCCEEDS(gr_graph_submit(graph, GR_DEFAULT_INSTANCE));
    cr_expect(eq(int, status, (int)GR_IN_KERNEL));
    cr_expect_str_eq(gr_last_error()->message,
                     "graph \"g\" submitted in a kernel or a node, expected outside of them");
    SUCCEEDS(gr_graph_instantiate(empty));
    cr_expect(eq(int, graph_submit_in_kernel(empty), (int)GR_IN_KERNEL));
    SUCCEEDS(gr_graph_destroy(&graph));
    SUCCEEDS(gr_graph_destroy(&empty));
}
