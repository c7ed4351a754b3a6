/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file graphs.c
 * @brief Four host threads submit graphs of their own and a common one; the thread sanitizer
 * watches.
 *
 * A plain program: Criterion maps its own memory where the sanitizer keeps its shadow.
 * Oracle: visits counted by hand, each index once a submit.
 */
#include "test_graph_replay.h"

#include <granum/initialize.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { HOSTS = 4, SUBMITS = 20, NODES = 12, N = 30000 };

static gr_graph *common;
static gr_instance half[2];

/* Range nodes in a row, two of three by index; each checks the one before it. */
static long record(gr_graph **graph, int64_t *seen, int64_t *wrong) {
    long failures = gr_graph_create(graph, "visits") != GR_SUCCESS;
    gr_node node, last = {0};

    for (int k = 0; k < NODES; k++) {
        const visits v = {seen + k * N, k > 0 ? seen + (k - 1) * N : NULL, wrong, N};

        failures +=
            gr_graph_add_range(*graph, &node, "visit", graph_visit, N, &v, sizeof v) != GR_SUCCESS;
        if (k % 3 == 1) {
            failures += gr_graph_after(*graph, node, last) != GR_SUCCESS;
        } else if (k > 0) {
            failures += gr_graph_after_same_index(*graph, node, last) != GR_SUCCESS;
        }
        last = node;
    }
    return failures + (gr_graph_instantiate(*graph) != GR_SUCCESS);
}

static long check(const int64_t *seen, int64_t wrong, int64_t submits) {
    long failures = wrong != 0;

    for (int k = 0; k < NODES * N; k++) {
        failures += seen[k] != submits;
    }
    return failures;
}

static void *work(void *argument) {
    long *wrong = (long *)argument;
    const int number = (int)*wrong;
    int64_t *seen = (int64_t *)calloc(NODES * N, sizeof *seen), mistakes = 0;
    gr_graph *own;

    *wrong = record(&own, seen, &mistakes);
    for (int s = 0; s < SUBMITS; s++) {
        const gr_instance where = s % 3 ? half[number % 2] : GR_DEFAULT_INSTANCE;

        *wrong += gr_graph_submit(own, where) != GR_SUCCESS;
        *wrong += gr_graph_submit(common, where) != GR_SUCCESS;
        *wrong += gr_fence() != GR_SUCCESS;
    }
    *wrong += check(seen, mistakes, SUBMITS);
    *wrong += gr_graph_destroy(&own) != GR_SUCCESS;
    free(seen);
    return NULL;
}

int main(void) {
    static const double even[2] = {1, 1};
    int64_t *seen = (int64_t *)calloc(NODES * N, sizeof *seen), mistakes = 0;
    pthread_t threads[HOSTS];
    long wrong[HOSTS], all = gr_initialize(NULL) != GR_SUCCESS;

    all += gr_instance_partition(half, GR_DEFAULT_INSTANCE, even, 2) != GR_SUCCESS;
    all += record(&common, seen, &mistakes);
    for (int k = 0; k < HOSTS; k++) {
        wrong[k] = k;
        all += pthread_create(&threads[k], NULL, work, &wrong[k]) != 0;
    }
    for (int k = 0; k < HOSTS; k++) {
        pthread_join(threads[k], NULL);
        all += wrong[k];
    }
    all += check(seen, mistakes, HOSTS * SUBMITS);
    all += gr_graph_destroy(&common) != GR_SUCCESS;
    all += gr_impl_threads_held() != 0;
    all += gr_instance_destroy(&half[0]) != GR_SUCCESS;
    all += gr_instance_destroy(&half[1]) != GR_SUCCESS;
    all += gr_finalize() != GR_SUCCESS;
    free(seen);
    printf("%d hosts, %d submits each, %ld wrong\n", HOSTS, SUBMITS, all);
    return all != 0;
}
