/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_graph_replay.c
 * @brief Graphs do what their launches do one by one, in an order that their edges allow.
 *
 * Run with GRANUM_NUM_THREADS=4. Oracle: the same functions called one by one, and formulas.
 */
#include "test_graph_replay.h"

#include "support/outcome.h"

#include <granum/copy.h>
#include <granum/initialize.h>

#include <stdlib.h>
#include <string.h>

static double *numbers(gr_index n, double scale) {
    double *x = (double *)malloc(((size_t)n + 1) * sizeof *x);

    for (gr_index i = 0; i < n; i++) {
        x[i] = scale * (double)((i * 7919) % 1009) / 1009;
    }
    return x;
}

static gr_graph *new_graph(void) {
    gr_graph *graph;

    SUCCEEDS(gr_graph_create(&graph, "g"));
    return graph;
}

/* ---- range nodes: the same bits as the calls one by one ---- */

enum { CHAIN = 7 };
typedef enum edge_kind { SAME_INDEX, WHOLE, MIXED } edge_kind;

/* axpy from x to y and back, CHAIN times. */
static void check_chain(gr_index n, edge_kind kind, int submits) {
    double *x = numbers(n, 1), *y = numbers(n, 2), *x1 = numbers(n, 1), *y1 = numbers(n, 2);
    gr_graph *graph = new_graph();
    gr_node node, last = {0};

    for (int k = 0; k < CHAIN; k++) {
        const vectors v = {k % 2 ? y : x, k % 2 ? x : y, 0.1 * (k + 1), n};

        SUCCEEDS(gr_graph_add_range(graph, &node, "axpy", graph_axpy, n, &v, sizeof v));
        if (k > 0 && (kind == SAME_INDEX || (kind == MIXED && k % 3 != 0))) {
            SUCCEEDS(gr_graph_after_same_index(graph, node, last));
        } else if (k > 0) {
            SUCCEEDS(gr_graph_after(graph, node, last));
        }
        last = node;
    }
    SUCCEEDS(gr_graph_instantiate(graph));
    for (int s = 0; s < submits; s++) {
        SUCCEEDS(gr_graph_submit(graph, GR_DEFAULT_INSTANCE));
        for (int k = 0; k < CHAIN; k++) {
            vectors v = {k % 2 ? y1 : x1, k % 2 ? x1 : y1, 0.1 * (k + 1), n};

            graph_axpy(0, n, &v);
        }
        SUCCEEDS(gr_fence());
        cr_expect(eq(int, memcmp(x, x1, (size_t)n * sizeof *x), 0), "n = %td, submit %d", n, s);
        cr_expect(eq(int, memcmp(y, y1, (size_t)n * sizeof *y), 0), "n = %td, submit %d", n, s);
    }
    SUCCEEDS(gr_graph_destroy(&graph));
    free(x);
    free(y);
    free(x1);
    free(y1);
}

Test(graph_replay, chains_have_the_bits_of_single_launches, .timeout = 120) {
    static const gr_index sizes[] = {0, 1, 63, 64, 1023, 1024, 1025, 5000, 100001};

    for (size_t k = 0; k < sizeof sizes / sizeof sizes[0]; k++) {
        check_chain(sizes[k], SAME_INDEX, 11);
        check_chain(sizes[k], WHOLE, 11);
        check_chain(sizes[k], MIXED, 11);
    }
}

Test(graph_replay, neighbours_wait_for_whole_levels, .timeout = 60) {
    const gr_index n = 50000;
    double *x = numbers(n, 1), *y = numbers(n, 0), *x1 = numbers(n, 1), *y1 = numbers(n, 0);
    gr_graph *graph = new_graph();
    gr_node node, last = {0};

    for (int k = 0; k < 20; k++) {
        const vectors v = {k % 2 ? y : x, k % 2 ? x : y, 0.5, n};
        vectors v1 = {k % 2 ? y1 : x1, k % 2 ? x1 : y1, 0.5, n};

        SUCCEEDS(gr_graph_add_range(graph, &node, "smooth", graph_smooth, n, &v, sizeof v));
        if (k > 0) {
            SUCCEEDS(gr_graph_after(graph, node, last));
        }
        last = node;
        graph_smooth(0, n, &v1);
    }
    SUCCEEDS(gr_graph_instantiate(graph));
    SUCCEEDS(gr_graph_submit(graph, GR_DEFAULT_INSTANCE));
    cr_expect(eq(int, memcmp(x, x1, (size_t)n * sizeof *x), 0));
    for (int s = 0; s < 10; s++) {
        SUCCEEDS(gr_graph_submit(graph, GR_DEFAULT_INSTANCE));
        for (int k = 0; k < 20; k++) {
            vectors v1 = {k % 2 ? y1 : x1, k % 2 ? x1 : y1, 0.5, n};

            graph_smooth(0, n, &v1);
        }
        cr_expect(eq(int, memcmp(x, x1, (size_t)n * sizeof *x), 0), "submit %d", s);
    }
    SUCCEEDS(gr_graph_destroy(&graph));
    free(x);
    free(y);
    free(x1);
    free(y1);
}

Test(graph_replay, rows_of_2d_kernels_are_parts, .timeout = 60) {
    const gr_index n = 200;
    double *x = numbers(n * n, 1), *y = numbers(n * n, 2), *y1 = numbers(n * n, 2);
    gr_graph *graph = new_graph();
    vectors v = {x, y, 0.5, n};

    SUCCEEDS(gr_graph_add_range(graph, NULL, "rows", graph_rows, n, &v, sizeof v));
    SUCCEEDS(gr_graph_instantiate(graph));
    v.y = y1;
    for (int s = 0; s < 10; s++) {
        SUCCEEDS(gr_graph_submit(graph, GR_DEFAULT_INSTANCE));
        graph_rows(0, n, &v);
    }
    cr_expect(eq(int, memcmp(y, y1, (size_t)(n * n) * sizeof *y), 0));
    SUCCEEDS(gr_graph_destroy(&graph));
    free(x);
    free(y);
    free(y1);
}

Test(graph_replay, every_pattern_may_stand_in_a_part, .timeout = 60) {
    const gr_index n = 5000;
    double *x = numbers(n, 1), *y = numbers(n, 1);
    gr_graph *graph = new_graph();
    const vectors v = {x, y, 0, n};

    SUCCEEDS(gr_graph_add_range(graph, NULL, "patterns", graph_part_patterns, n, &v, sizeof v));
    SUCCEEDS(gr_graph_instantiate(graph));
    for (int s = 0; s < 10; s++) {
        SUCCEEDS(gr_graph_submit(graph, GR_DEFAULT_INSTANCE));
        SUCCEEDS(gr_fence());
    }
    for (gr_index i = 0; i < n; i++) {
        cr_assert(eq(dbl, x[i], 1.0), "i = %td", i);
    }
    SUCCEEDS(gr_graph_destroy(&graph));
    free(x);
    free(y);
}

/* ---- nodes ---- */

Test(graph_replay, reductions_scans_and_teams_have_their_results, .timeout = 60) {
    const gr_index n = 100003;
    double *x = numbers(n, 1), result[2] = {0, 0}, expected[2] = {0, 0};
    int64_t *prefix = (int64_t *)malloc((size_t)n * sizeof *prefix);
    int64_t *rows = (int64_t *)malloc((size_t)n * sizeof *rows);
    gr_graph *graph = new_graph();
    results r = {x, result, prefix, n}, team = {x, result, rows, 100};

    SUCCEEDS(gr_graph_add(graph, NULL, "reduce", graph_reduce, &r, sizeof r));
    SUCCEEDS(gr_graph_add(graph, NULL, "scan", graph_scan, &r, sizeof r));
    SUCCEEDS(gr_graph_add(graph, NULL, "team", graph_team, &team, sizeof team));
    SUCCEEDS(gr_graph_instantiate(graph));
    r.result = expected;
    graph_reduce(&r);
    for (int s = 0; s < 3; s++) {
        memset(prefix, 0, (size_t)n * sizeof *prefix);
        result[0] = result[1] = 0;
        SUCCEEDS(gr_graph_submit(graph, GR_DEFAULT_INSTANCE));
        SUCCEEDS(gr_fence());
        cr_expect(eq(int, memcmp(result, expected, sizeof result), 0));
        for (gr_index i = 0; i < n; i++) {
            cr_assert(eq(i64, prefix[i], i * (i + 1) / 2));
        }
        for (gr_index i = 0; i < 100; i++) {
            cr_assert(eq(i64, rows[i], 4950));
        }
    }
    SUCCEEDS(gr_graph_destroy(&graph));
    free(x);
    free(prefix);
    free(rows);
}

Test(graph_replay, copies_run_after_what_they_wait_for, .timeout = 60) {
    const gr_index n = 40000;
    gr_view1_f64 x = {0}, y = {0}, z = {0};
    gr_graph *graph = new_graph();
    gr_node first, copy;
    vectors v;

    SUCCEEDS(GR_CREATE(&x, "x", n));
    SUCCEEDS(GR_CREATE(&y, "y", n));
    SUCCEEDS(GR_CREATE(&z, "z", n));
    SUCCEEDS(GR_FILL(x, 1.0));
    v = (vectors){x.data, y.data, 2.0, n};
    SUCCEEDS(gr_graph_add_copy(graph, &copy, "y to z", GR_ANY(z), GR_ANY(y)));
    SUCCEEDS(gr_graph_add_range(graph, &first, "axpy", graph_axpy, n, &v, sizeof v));
    SUCCEEDS(gr_graph_after(graph, copy, first));
    SUCCEEDS(gr_graph_instantiate(graph));
    for (int s = 1; s <= 5; s++) {
        SUCCEEDS(gr_graph_submit(graph, GR_DEFAULT_INSTANCE));
        cr_expect(eq(dbl, GR_AT(z, 0), 2.0 * s));
        cr_expect(eq(dbl, GR_AT(z, n - 1), 2.0 * s));
    }
    SUCCEEDS(gr_graph_destroy(&graph));
    SUCCEEDS(GR_RELEASE(&x));
    SUCCEEDS(GR_RELEASE(&y));
    SUCCEEDS(GR_RELEASE(&z));
}

Test(graph_replay, a_node_is_called_once_a_submit, .timeout = 20) {
    long count = 0, *const counter = &count;
    gr_graph *graph = new_graph();
    gr_node join, node;

    SUCCEEDS(gr_graph_add_join(graph, &join, "all"));
    for (int k = 0; k < 5; k++) {
        SUCCEEDS(gr_graph_add(graph, &node, "count", graph_count, &counter, sizeof counter));
        if (k % 2) {
            SUCCEEDS(gr_graph_after(graph, join, node));
        } else {
            SUCCEEDS(gr_graph_after(graph, node, join));
        }
    }
    SUCCEEDS(gr_graph_instantiate(graph));
    for (int s = 1; s <= 20; s++) {
        SUCCEEDS(gr_graph_submit(graph, GR_DEFAULT_INSTANCE));
        cr_expect(eq(long, count, 5 * s));
    }
    SUCCEEDS(gr_graph_destroy(&graph));
}

Test(graph_replay, an_empty_graph_runs, .timeout = 20) {
    gr_graph *graph = new_graph();

    SUCCEEDS(gr_graph_instantiate(graph));
    SUCCEEDS(gr_graph_submit(graph, GR_DEFAULT_INSTANCE));
    SUCCEEDS(gr_graph_destroy(&graph));
    cr_expect(eq(ptr, graph, NULL));
    SUCCEEDS(gr_graph_destroy(&graph));
}

Test(graph_replay, arguments_are_copied_and_may_be_changed, .timeout = 20) {
    double x[1000], y[1000];
    vectors v = {x, y, 1.0, 1000};
    gr_graph *graph = new_graph();
    gr_node node;

    for (int i = 0; i < 1000; i++) {
        x[i] = 1;
        y[i] = 0;
    }
    SUCCEEDS(gr_graph_add_range(graph, &node, "axpy", graph_axpy, 1000, &v, sizeof v));
    SUCCEEDS(gr_graph_instantiate(graph));
    v.a = 1e9; /* the graph has its own */
    SUCCEEDS(gr_graph_submit(graph, GR_DEFAULT_INSTANCE));
    cr_expect(eq(dbl, y[999], 1.0));
    ((vectors *)gr_graph_arguments(graph, node))->a = 10.0;
    SUCCEEDS(gr_graph_submit(graph, GR_DEFAULT_INSTANCE));
    cr_expect(eq(dbl, y[999], 11.0));
    cr_expect(eq(ptr, gr_graph_arguments(graph, (gr_node){77}), NULL));
    cr_expect(eq(ptr, gr_graph_arguments(NULL, node), NULL));
    SUCCEEDS(gr_graph_destroy(&graph));
}

static bool below_ten(void *arguments) {
    return **(long **)arguments < 10;
}

Test(graph_replay, repeats_while_a_condition_holds, .timeout = 20) {
    long count = 0, *const counter = &count;
    gr_graph *graph = new_graph();

    SUCCEEDS(gr_graph_add(graph, NULL, "count", graph_count, &counter, sizeof counter));
    SUCCEEDS(gr_graph_repeat_while(graph, below_ten, &counter, sizeof counter));
    SUCCEEDS(gr_graph_instantiate(graph));
    SUCCEEDS(gr_graph_submit(graph, GR_DEFAULT_INSTANCE));
    cr_expect(eq(long, count, 10));
    SUCCEEDS(gr_graph_submit(graph, GR_DEFAULT_INSTANCE));
    cr_expect(eq(long, count, 11), "at least once");
    SUCCEEDS(gr_graph_destroy(&graph));
}

/* ---- order ---- */

enum { NODES = 200 };

static unsigned next_random(unsigned *state) {
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

Test(graph_replay, calls_come_after_what_they_wait_for, .timeout = 60) {
    for (unsigned seed = 1; seed <= 10; seed++) {
        static int when[NODES + 1], number[NODES];
        gr_graph *graph = new_graph();
        gr_node node[NODES];
        unsigned state = seed;
        int clock = 0;

        /* recorded in another order than that of their dependencies */
        for (int k = 0; k < NODES; k++) {
            number[k] = k;
        }
        for (int k = NODES - 1; k > 0; k--) {
            const int other = (int)(next_random(&state) % (unsigned)(k + 1)), held = number[k];

            number[k] = number[other];
            number[other] = held;
        }
        for (int k = 0; k < NODES; k++) {
            moment m = {&clock, when, number[k], {-1, -1, -1, -1}, NODES};

            for (int d = 0; d < 4 && number[k] > 0; d++) {
                m.before[d] = (int)(next_random(&state) % (unsigned)number[k]);
            }
            SUCCEEDS(gr_graph_add(graph, &node[number[k]], "moment", graph_moment, &m, sizeof m));
        }
        for (int k = 0; k < NODES; k++) {
            const moment *m = (const moment *)gr_graph_arguments(graph, node[k]);

            for (int d = 0; d < 4; d++) {
                if (m->before[d] >= 0) {
                    SUCCEEDS(gr_graph_after(graph, node[k], node[m->before[d]]));
                }
            }
        }
        SUCCEEDS(gr_graph_instantiate(graph));
        for (int s = 0; s < 2; s++) {
            for (int k = 0; k < NODES; k++) {
                when[k] = -1;
            }
            when[NODES] = 0;
            SUCCEEDS(gr_graph_submit(graph, GR_DEFAULT_INSTANCE));
            cr_expect(eq(int, when[NODES], 0), "seed %u", seed);
        }
        cr_expect(eq(int, clock, 2 * NODES));
        SUCCEEDS(gr_graph_destroy(&graph));
    }
}

Test(graph_replay, range_nodes_come_after_what_they_wait_for, .timeout = 120) {
    static const gr_index sizes[] = {1, 100, 3000, 20000};

    for (unsigned seed = 1; seed <= 8; seed++) {
        enum { COUNT = 60 };
        const gr_index most = 20000;
        int64_t *seen = (int64_t *)calloc((size_t)(COUNT * most), sizeof *seen), wrong = 0;
        gr_graph *graph = new_graph();
        gr_node node[COUNT];
        gr_index n[COUNT];
        unsigned state = 77 * seed;

        for (int k = 0; k < COUNT; k++) {
            const int before =
                k > 0 && next_random(&state) % 4 ? (int)(next_random(&state) % (unsigned)k) : -1;
            visits v = {seen + k * most, NULL, &wrong, 0};

            n[k] = before >= 0 ? n[before] : sizes[next_random(&state) % 4];
            v.n = n[k];
            v.before = before >= 0 ? seen + before * most : NULL;
            SUCCEEDS(gr_graph_add_range(graph, &node[k], "visit", graph_visit, n[k], &v, sizeof v));
            if (before >= 0 && next_random(&state) % 2) {
                SUCCEEDS(gr_graph_after_same_index(graph, node[k], node[before]));
            } else if (before >= 0) {
                SUCCEEDS(gr_graph_after(graph, node[k], node[before]));
            }
        }
        SUCCEEDS(gr_graph_instantiate(graph));
        for (int s = 1; s <= 10; s++) {
            SUCCEEDS(gr_graph_submit(graph, GR_DEFAULT_INSTANCE));
            cr_expect(eq(i64, wrong, 0), "seed %u, submit %d", seed, s);
            for (int k = 0; k < COUNT; k++) {
                for (gr_index i = 0; i < n[k]; i++) {
                    cr_assert(eq(i64, seen[k * most + i], s), "seed %u, node %d", seed, k);
                }
            }
        }
        SUCCEEDS(gr_graph_destroy(&graph));
        free(seen);
    }
}

/* ---- instances ---- */

Test(graph_replay, runs_on_the_threads_of_an_instance, .timeout = 60) {
    static const double weights[2] = {1, 3};
    int most = 0, *const place = &most;
    gr_instance part[2], gone;
    gr_graph *graph = new_graph();

    SUCCEEDS(gr_graph_add(graph, NULL, "threads", graph_threads, &place, sizeof place));
    SUCCEEDS(gr_graph_instantiate(graph));
    SUCCEEDS(gr_instance_partition(part, GR_DEFAULT_INSTANCE, weights, 2));
    SUCCEEDS(gr_graph_submit(graph, part[0]));
    cr_expect(eq(int, most, 1));
    SUCCEEDS(gr_graph_submit(graph, part[1]));
    cr_expect(le(int, most, 3));
    cr_expect(eq(int, gr_impl_threads_held(), 0));
    gone = part[0];
    SUCCEEDS(gr_instance_destroy(&part[0]));
    FAILS(gr_graph_submit(graph, gone), GR_INVALID_ARG,
          "instance = 65536, expected one that lives: it was destroyed or never made");
    SUCCEEDS(gr_instance_destroy(&part[1]));
    SUCCEEDS(gr_graph_destroy(&graph));
}
