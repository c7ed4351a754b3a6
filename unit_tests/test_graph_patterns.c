/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_graph_patterns.c
 * @brief Reduction and scan nodes have the bits of their statements; tools and debug modes see all
 * nodes.
 *
 * Oracle: the statements over [0, n) outside of graphs, which canonical_order.py checks.
 */
#include "test_graph_patterns.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <granum/initialize.h>
#include <granum/tools.h>

#include <stdlib.h>
#include <string.h>

#define GOOD(call) cr_assert(eq(int, (int)(call), GR_SUCCESS))

static const gr_index sizes[] = {0, 1, 1000, 2047, 2049, 4096, 4097, 20000, 100003, 1000001};
enum { SIZES = sizeof sizes / sizeof *sizes, SUBMITS = 6 };

static series make_series(gr_index n) {
    const size_t bytes = (size_t)n * sizeof(double) + 8;
    uint64_t state = 88172645463325252u;
    uint8_t *head = malloc((size_t)n + 1);
    series s = {malloc(bytes), calloc(1, bytes), calloc(1, bytes), calloc(1, bytes), head, 0.5};

    for (gr_index i = 0; i < n; i++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        s.x[i] = (double)(int64_t)state * ((state & 3) ? 0x1p-63 : 0x1p-40);
        head[i] = (state >> 20) % 700 == 0;
    }
    return s;
}

static void drop_series(series s) {
    free(s.x);
    free(s.y);
    free(s.before);
    free(s.place);
    free((void *)(uintptr_t)s.head);
}

/* axpy and root by index, the dot of both behind them in the same blocks; then the rest. */
typedef struct all_results {
    double dot, most;
    mean mean;
} all_results;

static gr_graph *record(gr_index n, series *s, all_results *r) {
    static const mean none = {0, 0};
    gr_node axpy, root, dot, other, scan;
    gr_graph *graph;

    GOOD(gr_graph_create(&graph, "patterns"));
    GOOD(gr_graph_add_range(graph, &axpy, "axpy", series_axpy, n, s, sizeof *s));
    GOOD(gr_graph_add_range(graph, &root, "root", series_root, n, s, sizeof *s));
    GOOD(gr_graph_add_reduce(graph, &dot, "dot", series_dot, n, s, sizeof *s, gr_graph_sum(GR_F64),
                             &r->dot));
    GOOD(gr_graph_after_same_index(graph, root, axpy));
    GOOD(gr_graph_after_same_index(graph, dot, root));
    GOOD(gr_graph_add_reduce(graph, &other, "most", series_most, n, s, sizeof *s,
                             gr_graph_max(GR_F64), &r->most));
    GOOD(gr_graph_after(graph, other, dot));
    GOOD(gr_graph_add_reduce(graph, NULL, "mean", series_mean, n, s, sizeof *s,
                             gr_graph_join_by(mean_join, &none, sizeof none), &r->mean));
    GOOD(gr_graph_add_scan(graph, &scan, "prefix", series_prefix, n, s, sizeof *s));
    GOOD(gr_graph_after(graph, scan, other));
    GOOD(gr_graph_add_scan(graph, NULL, "places", series_places, n, s, sizeof *s));
    GOOD(gr_graph_instantiate(graph));
    return graph;
}

Test(graph_patterns, have_the_bits_of_statements, .timeout = 120) {
    for (int k = 0; k < SIZES; k++) {
        const gr_index n = sizes[k];
        const size_t bytes = (size_t)n * sizeof(double);
        series s = make_series(n), t = make_series(n);
        all_results r;
        gr_graph *graph = record(n, &s, &r);

        for (int submit = 0; submit < SUBMITS; submit++) {
            double dot, most;
            mean all;

            memset(s.before, 0, bytes);
            memset(s.place, 0, bytes);
            memset(&r, 0x55, sizeof r);
            GOOD(gr_graph_submit(graph, GR_DEFAULT_INSTANCE));
            GOOD(gr_fence());
            series_axpy(0, n, &t);
            series_root(0, n, &t);
            series_dot(0, n, &t, &dot);
            series_most(0, n, &t, &most);
            series_mean(0, n, &t, &all);
            series_prefix(0, n, &t);
            series_places(0, n, &t);
            cr_expect(memcmp(&r.dot, &dot, sizeof dot) == 0, "dot, n = %td, submit %d", n, submit);
            cr_expect(memcmp(&r.most, &most, sizeof most) == 0, "most, n = %td", n);
            cr_expect(memcmp(&r.mean, &all, sizeof all) == 0, "mean, n = %td, submit %d", n,
                      submit);
            cr_expect(memcmp(s.before, t.before, bytes) == 0, "prefix, n = %td, submit %d", n,
                      submit);
            cr_expect(memcmp(s.place, t.place, bytes) == 0, "places, n = %td", n);
        }
        GOOD(gr_graph_destroy(&graph));
        drop_series(s);
        drop_series(t);
    }
}

/* More indices than chunks of 2048 serve: the statement runs over all of them. */
Test(graph_patterns, of_many_indices, .timeout = 120) {
    const gr_index n = (gr_index)2048 * 4096 + 5000;
    series s = make_series(n);
    double dot = 0, expected;
    gr_graph *graph;

    memcpy(s.y, s.x, (size_t)n * sizeof(double));
    series_dot(0, n, &s, &expected);
    GOOD(gr_graph_create(&graph, "many"));
    GOOD(gr_graph_add_reduce(graph, NULL, "dot", series_dot, n, &s, sizeof s, gr_graph_sum(GR_F64),
                             &dot));
    GOOD(gr_graph_instantiate(graph));
    for (int submit = 0; submit < 2; submit++) {
        dot = 0;
        GOOD(gr_graph_submit(graph, GR_DEFAULT_INSTANCE));
        cr_expect(memcmp(&dot, &expected, sizeof dot) == 0);
    }
    GOOD(gr_graph_destroy(&graph));
    drop_series(s);
}

/* A result decides whether there is another round. */
typedef struct halving {
    double *dot, least;
    int rounds;
} halving;

static bool is_large(void *arguments) {
    halving *h = (halving *)arguments;

    return ++h->rounds < 100 && *h->dot > h->least;
}

static void shrink(void *arguments) {
    const series s = *(const series *)arguments;

    for (gr_index i = 0; i < 50000; i++)
        s.x[i] *= 0.5;
}

Test(graph_patterns, repeats_until_a_result_is_small, .timeout = 60) {
    enum { N = 50000 };
    series s = make_series(N);
    double dot = 0;
    halving h = {&dot, 1, 0};
    gr_node sum, change;
    gr_graph *graph;

    for (int i = 0; i < N; i++)
        s.x[i] = 1, s.y[i] = 1;
    GOOD(gr_graph_create(&graph, "halving"));
    GOOD(gr_graph_add(graph, &change, "shrink", shrink, &s, sizeof s));
    GOOD(gr_graph_add_reduce(graph, &sum, "dot", series_dot, N, &s, sizeof s, gr_graph_sum(GR_F64),
                             &dot));
    GOOD(gr_graph_after(graph, sum, change));
    GOOD(gr_graph_repeat_while(graph, is_large, &h, sizeof h));
    GOOD(gr_graph_instantiate(graph));
    GOOD(gr_graph_submit(graph, GR_DEFAULT_INSTANCE));
    cr_expect(dot == 50000.0 / 65536); /* 16 halvings */
    GOOD(gr_graph_destroy(&graph));
    drop_series(s);
}

static void expect_error(const char *text) {
    cr_expect(eq(int, (int)gr_fence(), GR_INVALID_ARG));
    cr_expect(strstr(gr_last_error()->message, text) != NULL, "%s", gr_last_error()->message);
}

/* Nobody hangs, whether one thread runs it or several. */
Test(graph_patterns, other_statements_are_refused, .timeout = 60) {
    static const char *const reductions[WRONG_KINDS] = {
        [WRONG_RANGE] = "with 1 result of 8 bytes in the function of a graph's node, expected one "
                        "of 8 bytes over [",
        [WRONG_TWICE] =
            "second reduction in the function of a graph's node, expected one reduction",
        [WRONG_SCAN] = "scan in the function of a graph's node, expected one reduction",
        [WRONG_TEAMS] = "",
        [WRONG_NONE] = "kernel \"wrong\": no reduction over [",
    };
    static const char *const scans[WRONG_KINDS] = {
        [WRONG_RANGE] = "scan over [",
        [WRONG_TWICE] = "second scan in the function of a graph's node, expected one scan",
        [WRONG_SCAN] = "reduction in the function of a graph's node, expected one scan",
        [WRONG_NONE] = "kernel \"wrong\": no scan over [",
    };

    for (int kind = 0; kind < WRONG_KINDS; kind++) {
        for (gr_index n = 3000; n < 3000000; n *= 30) {
            const wrong_node w = {kind};
            gr_graph *reduction, *scan;
            double result;

            GOOD(gr_graph_create(&reduction, "wrong reduction"));
            GOOD(gr_graph_add_reduce(reduction, NULL, "wrong", wrong_reduction, n, &w, sizeof w,
                                     gr_graph_sum(GR_F64), &result));
            GOOD(gr_graph_instantiate(reduction));
            GOOD(gr_graph_create(&scan, "wrong scan"));
            GOOD(gr_graph_add_scan(scan, NULL, "wrong", wrong_scan, n, &w, sizeof w));
            GOOD(gr_graph_instantiate(scan));
            for (int submit = 0; submit < 4; submit++) {
                GOOD(gr_graph_submit(reduction, GR_DEFAULT_INSTANCE));
                if (reductions[kind] && (kind != WRONG_TEAMS || submit == 0))
                    expect_error(reductions[kind]);
                else
                    (void)gr_fence();
                GOOD(gr_graph_submit(scan, GR_DEFAULT_INSTANCE));
                if (scans[kind])
                    expect_error(scans[kind]);
                else
                    (void)gr_fence();
            }
            GOOD(gr_graph_destroy(&reduction));
            GOOD(gr_graph_destroy(&scan));
        }
    }
}

Test(graph_patterns, bad_nodes_are_refused, .timeout = 60) {
    double result;
    gr_node range, scan;
    gr_graph *graph;

    GOOD(gr_graph_create(&graph, "bad"));
    cr_expect(eq(int,
                 (int)gr_graph_add_reduce(graph, NULL, "r", series_dot, 5, NULL, 0,
                                          gr_graph_sum(GR_C128), &result),
                 GR_INVALID_ARG));
    cr_expect(strstr(gr_last_error()->message, "expected one of numbers that are not complex") !=
              NULL);
    cr_expect(eq(int,
                 (int)gr_graph_add_reduce(graph, NULL, "r", series_dot, 5, NULL, 0,
                                          gr_graph_sum(GR_F64), NULL),
                 GR_INVALID_ARG));
    cr_expect(strstr(gr_last_error()->message, "result = NULL, expected a place for it") != NULL);
    cr_expect(eq(int,
                 (int)gr_graph_add_reduce(graph, NULL, "r", series_mean, 5, NULL, 0,
                                          gr_graph_join_by(mean_join, NULL, 16), &result),
                 GR_INVALID_ARG));
    cr_expect(strstr(gr_last_error()->message, "identity of a joiner = NULL, expected one") !=
              NULL);
    cr_expect(eq(int, (int)gr_graph_add_scan(graph, NULL, "s", series_prefix, -1, NULL, 0),
                 GR_INVALID_ARG));
    cr_expect(strstr(gr_last_error()->message, "n = -1, expected 0 or more") != NULL);
    GOOD(gr_graph_add_range(graph, &range, "range", series_axpy, 5, NULL, 0));
    GOOD(gr_graph_add_scan(graph, &scan, "scan", series_prefix, 5, NULL, 0));
    cr_expect(eq(int, (int)gr_graph_after_same_index(graph, scan, range), GR_INVALID_ARG));
    cr_expect(strstr(gr_last_error()->message,
                     "node \"scan\" = no range node, expected one of gr_graph_add_range or "
                     "gr_graph_add_reduce") != NULL);
    GOOD(gr_graph_destroy(&graph));
}

/* Reducers of three times which no more than 4 KiB pass from chunk to chunk. */
Test(graph_patterns, a_large_reducer_in_a_scan_is_refused, .timeout = 60) {
    gr_graph *graph;

    GOOD(gr_graph_create(&graph, "large"));
    GOOD(gr_graph_add_scan(graph, NULL, "large", scan_of_large, 9000, NULL, 0));
    GOOD(gr_graph_instantiate(graph));
    GOOD(gr_graph_submit(graph, GR_DEFAULT_INSTANCE));
    cr_expect(eq(int, (int)gr_fence(), GR_UNSUPPORTED));
    cr_expect(strstr(gr_last_error()->message,
                     "reducer of 1600 bytes in a graph's scan, expected 1365 at most") != NULL,
              "%s", gr_last_error()->message);
    GOOD(gr_graph_destroy(&graph));
}

/* ---- who sees nodes ---- */

static int begun, ended, regions;
static char seen[400];

static void begin(const char *label, uint32_t device, uint64_t *id) {
    (void)device;
    *id = (uint64_t)++begun;
    strncat(seen, label, sizeof seen - strlen(seen) - 2);
    strcat(seen, " ");
}

static void end(uint64_t id) {
    ended += id == (uint64_t)begun;
}

static void push(const char *name) {
    regions += strcmp(name, "patterns") == 0;
}

Test(graph_patterns, tools_see_each_node_once, .timeout = 60) {
    const gr_tool tool = {.version = GR_TOOLS_VERSION,
                          .begin_parallel_for = begin,
                          .end_parallel_for = end,
                          .begin_parallel_reduce = begin,
                          .end_parallel_reduce = end,
                          .begin_parallel_scan = begin,
                          .end_parallel_scan = end,
                          .push_profile_region = push};
    series s = make_series(100000);
    all_results r, first;
    gr_graph *graph = record(100000, &s, &r);
    int number;

    GOOD(gr_graph_submit(graph, GR_DEFAULT_INSTANCE));
    first = r;
    GOOD(gr_tool_register(&tool, &number));
    for (int submit = 0; submit < 3; submit++) {
        seen[0] = '\0';
        GOOD(gr_graph_submit(graph, GR_DEFAULT_INSTANCE));
        cr_expect(eq(int, begun, 7 * (submit + 1)));
        cr_expect(eq(int, ended, begun));
        cr_expect(eq(int, regions, submit + 1));
        cr_expect(eq(str, seen, "axpy mean places root dot most prefix "));
    }
    GOOD(gr_tool_unregister(number));
    GOOD(gr_graph_submit(graph, GR_DEFAULT_INSTANCE));
    cr_expect(eq(int, begun, 21));
    cr_expect(memcmp(&first.most, &r.most, sizeof first.most) == 0);
    cr_expect(memcmp(&first.mean.sum, &r.mean.sum, sizeof first.mean.sum) == 0);
    GOOD(gr_fence());
    GOOD(gr_graph_destroy(&graph));
    drop_series(s);
}

#if defined(GRANUM_CHECKED) && GRANUM_CHECKED
static void expect_found(unsigned debug, void (*function)(gr_index lo, gr_index hi, void *),
                         const char *text) {
    const gr_settings settings = {.debug = debug};
    gr_view1_f64 x;
    series s = {.factor = 0};
    gr_graph *graph;

    unsetenv("GRANUM_DEBUG");
    GOOD(gr_initialize(&settings));
    GOOD(GR_CREATE(&x, "x", 5000));
    for (gr_index i = 0; i < 5000; i++)
        x.data[i] = 1;
    s.x = x.data;
    GOOD(gr_graph_create(&graph, "watched"));
    GOOD(gr_graph_add_range(graph, NULL, "node", function, 5000, &s, sizeof s));
    GOOD(gr_graph_instantiate(graph));
    GOOD(gr_graph_submit(graph, GR_DEFAULT_INSTANCE));
    cr_expect(eq(int, (int)gr_fence(), GR_BAD_VALUE));
    cr_expect(strstr(gr_last_error()->message, text) != NULL, "%s", gr_last_error()->message);
    GOOD(gr_graph_destroy(&graph));
    GR_RELEASE(&x);
}

Test(graph_patterns, mode_nan_sees_nodes, .timeout = 60) {
    expect_found(GR_DEBUG_NAN, series_spoil, "kernel \"spoil\": view \"x\" = inf at (7)");
}

Test(graph_patterns, mode_order_sees_nodes, .timeout = 60) {
    expect_found(GR_DEBUG_ORDER, series_smear, "kernel \"smear\": view \"x\" = ");
}
#endif
