/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file patterns.c
 * @brief Reductions into arrays, segmented scans, and graphs of reductions and scans, launched by
 * three host threads at once; the thread sanitizer watches.
 *
 * A plain program: Criterion maps its own memory where the sanitizer keeps its shadow.
 * Oracle: the same statements on one thread; counts by hand.
 */
#include "test_graph_patterns.h"
#include "test_reduce_array.h"
#include "test_reduce_array_teams.h"
#include "test_scan_segmented.h"
#include "test_scan_segmented_teams.h"

#include <granum/initialize.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HOSTS = 3, ROUNDS = 4, N = 30000, LENGTH = 40, LEAGUE = 5 };

static const gr_options one = {GR_AUTO, GR_STATIC, 1, {0}}, four = {GR_AUTO, GR_DYNAMIC, 4, {0}};

gr_index next_length(gr_index *calls) {
    return ++*calls;
}

static long differ(const void *a, const void *b, size_t bytes) {
    return memcmp(a, b, bytes) != 0;
}

static void fill(gr_view1_i32 key, gr_view1_f64 value, gr_view1_i64 x, gr_view1_u8 head) {
    for (gr_index i = 0; i < N; i++) {
        key.data[i] = (int32_t)(i * i % LENGTH);
        value.data[i] = 1.0 / (double)(i + 1);
        x.data[i] = i % 7 - 3;
        head.data[i] = i % 50 == 0;
    }
}

static long check_arrays(gr_view1_i32 key, gr_view1_f64 value) {
    gr_view1_f64 bins, again, wide;
    gr_view2_f64 rows, read;
    long wrong = 0;

    wrong += GR_CREATE(&bins, "bins", LENGTH) != GR_SUCCESS;
    wrong += GR_CREATE(&again, "again", LENGTH) != GR_SUCCESS;
    wrong += GR_CREATE(&wide, "wide", LENGTH) != GR_SUCCESS;
    wrong += GR_CREATE(&rows, "rows", LEAGUE, LENGTH) != GR_SUCCESS;
    wrong += GR_CREATE(&read, "read", LEAGUE, 16) != GR_SUCCESS;
    add_values(bins, LENGTH, key, value, one);
    add_values(again, LENGTH, key, value, four);
    wrong += differ(bins.data, again.data, LENGTH * sizeof(double));
    league_add(bins, LENGTH, key, value, gr_teams(N, GR_AUTO));
    league_add(wide, LENGTH, key, value, gr_with_scratch(gr_teams(N, GR_AUTO), 0, 64, 0));
    wrong += differ(bins.data, wide.data, LENGTH * sizeof(double));
    team_add(rows, LENGTH, 0, N, key, value, read, gr_teams(LEAGUE, 3));
    for (gr_index r = 1; r < LEAGUE; r++) {
        wrong += differ(&GR_AT(rows, 0, 0), &GR_AT(rows, r, 0), LENGTH * sizeof(double));
        wrong += differ(&GR_AT(read, 0, 0), &GR_AT(read, r, 0), sizeof(double));
    }
    GR_RELEASE(&bins);
    GR_RELEASE(&again);
    GR_RELEASE(&wide);
    GR_RELEASE(&rows);
    GR_RELEASE(&read);
    return wrong;
}

static long check_scans(gr_view1_i64 x, gr_view1_u8 head) {
    gr_view1_i64 before, after, before_1, after_1;
    gr_view2_i64 place;
    long wrong = 0, misplaced = 0;

    wrong += GR_CREATE(&before, "before", N) != GR_SUCCESS;
    wrong += GR_CREATE(&after, "after", N) != GR_SUCCESS;
    wrong += GR_CREATE(&before_1, "before", N) != GR_SUCCESS;
    wrong += GR_CREATE(&after_1, "after", N) != GR_SUCCESS;
    wrong += GR_CREATE(&place, "place", LEAGUE, N) != GR_SUCCESS;
    sum_segments(before, after, x, head, 0, N, four);
    sum_segments(before_1, after_1, x, head, 0, N, one);
    wrong += differ(before.data, before_1.data, N * sizeof(int64_t));
    wrong += differ(after.data, after_1.data, N * sizeof(int64_t));
    segments_then_read(gr_teams(LEAGUE, 2), place, head, &misplaced);
    GR_RELEASE(&before);
    GR_RELEASE(&after);
    GR_RELEASE(&before_1);
    GR_RELEASE(&after_1);
    GR_RELEASE(&place);
    return wrong + misplaced;
}

/* axpy, root and the dot of both in blocks, then a scan and a segmented one side by side. */
static long check_graph(gr_view1_f64 value, gr_view1_u8 head) {
    const size_t bytes = N * sizeof(double);
    double *y = (double *)calloc(2 * N, sizeof *y), *before = (double *)calloc(2 * N, sizeof *y);
    int64_t *place = (int64_t *)calloc(2 * N, sizeof *place);
    const series s = {value.data, y, before, place, head.data, 0.5};
    const series t = {value.data, y + N, before + N, place + N, head.data, 0.5};
    double dot = 0, expected = 0;
    gr_node axpy, root, sum, scan;
    gr_graph *graph;
    long wrong = gr_graph_create(&graph, "patterns") != GR_SUCCESS;

    wrong += gr_graph_add_range(graph, &axpy, "axpy", series_axpy, N, &s, sizeof s) != GR_SUCCESS;
    wrong += gr_graph_add_range(graph, &root, "root", series_root, N, &s, sizeof s) != GR_SUCCESS;
    wrong += gr_graph_add_reduce(graph, &sum, "dot", series_dot, N, &s, sizeof s,
                                 gr_graph_sum(GR_F64), &dot) != GR_SUCCESS;
    wrong +=
        gr_graph_add_scan(graph, &scan, "prefix", series_prefix, N, &s, sizeof s) != GR_SUCCESS;
    wrong += gr_graph_add_scan(graph, NULL, "places", series_places, N, &s, sizeof s) != GR_SUCCESS;
    wrong += gr_graph_after_same_index(graph, root, axpy) != GR_SUCCESS;
    wrong += gr_graph_after_same_index(graph, sum, root) != GR_SUCCESS;
    wrong += gr_graph_after(graph, scan, sum) != GR_SUCCESS;
    wrong += gr_graph_instantiate(graph) != GR_SUCCESS;
    for (int submit = 0; submit < 5; submit++) {
        wrong += gr_graph_submit(graph, GR_DEFAULT_INSTANCE) != GR_SUCCESS;
        series_axpy(0, N, (void *)(uintptr_t)&t);
        series_root(0, N, (void *)(uintptr_t)&t);
        series_dot(0, N, (void *)(uintptr_t)&t, &expected);
        wrong += differ(&dot, &expected, sizeof dot);
    }
    series_prefix(0, N, (void *)(uintptr_t)&t);
    series_places(0, N, (void *)(uintptr_t)&t);
    wrong += differ(before, before + N, bytes) + differ(place, place + N, bytes);
    wrong += gr_graph_destroy(&graph) != GR_SUCCESS;
    free(y);
    free(before);
    free(place);
    return wrong;
}

static void *work(void *argument) {
    long *wrong = (long *)argument;
    gr_view1_i32 key;
    gr_view1_f64 value;
    gr_view1_i64 x;
    gr_view1_u8 head;

    *wrong += GR_CREATE(&key, "key", N) != GR_SUCCESS;
    *wrong += GR_CREATE(&value, "value", N) != GR_SUCCESS;
    *wrong += GR_CREATE(&x, "x", N) != GR_SUCCESS;
    *wrong += GR_CREATE(&head, "head", N) != GR_SUCCESS;
    fill(key, value, x, head);
    for (int round = 0; round < ROUNDS; round++) {
        *wrong += check_arrays(key, value);
        *wrong += check_scans(x, head);
        *wrong += check_graph(value, head);
        if (gr_fence()) {
            fprintf(stderr, "%s\n", gr_last_error()->message);
            ++*wrong;
        }
    }
    GR_RELEASE(&key);
    GR_RELEASE(&value);
    GR_RELEASE(&x);
    GR_RELEASE(&head);
    return NULL;
}

int main(void) {
    pthread_t threads[HOSTS];
    long wrong[HOSTS] = {0}, all = gr_initialize(NULL) != GR_SUCCESS;

    for (int k = 0; k < HOSTS; k++) {
        all += pthread_create(&threads[k], NULL, work, &wrong[k]) != 0;
    }
    for (int k = 0; k < HOSTS; k++) {
        pthread_join(threads[k], NULL);
        all += wrong[k];
    }
    all += gr_finalize() != GR_SUCCESS;
    printf("%d hosts, %d rounds each, %ld wrong\n", HOSTS, ROUNDS, all);
    return all != 0;
}
