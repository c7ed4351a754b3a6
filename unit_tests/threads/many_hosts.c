/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file many_hosts.c
 * @brief Four host threads launch, allocate, fail and copy at once; the thread sanitizer watches.
 *
 * A plain program: Criterion maps its own memory where the sanitizer keeps its shadow.
 * Oracle: sums of integers by formula.
 */
#include "many_hosts.h"

#include <granum/copy.h>
#include <granum/initialize.h>
#include <granum/memory.h>
#include <granum/view.h>

#include <pthread.h>
#include <stdio.h>
#include <string.h>

enum { HOSTS = 4, ROUNDS = 25 };

/* One for all threads: shared, only read, and counted by each. */
static gr_view1_f64 shared;

typedef struct host {
    pthread_t thread;
    int number;
    long wrong;
} host;

static long check_memory(int round) {
    char *bytes = NULL;
    long wrong = gr_malloc(&bytes, GR_HOST, "bytes", 100 + (size_t)round) != GR_SUCCESS;

    if (!wrong) {
        memset(bytes, round, 100);
        wrong += gr_realloc(&bytes, 1000) != GR_SUCCESS;
        wrong += bytes[99] != (char)round;
    }
    return wrong + (gr_free(bytes) != GR_SUCCESS);
}

static long check_copy(void) {
    gr_view1_f64 own = {0};
    long wrong = GR_RETAIN(shared) != GR_SUCCESS;

    wrong += GR_CREATE(&own, "own", shared.extent[0]) != GR_SUCCESS;
    wrong += gr_deep_copy(GR_ANY(own), GR_ANY(shared)) != GR_SUCCESS;
    wrong += GR_AT(own, 77) != 77.0;
    wrong += GR_RELEASE(&own) != GR_SUCCESS;
    own = shared;
    return wrong + (GR_RELEASE(&own) != GR_SUCCESS);
}

static void *work(void *argument) {
    static const gr_index sizes[] = {1, 2, 255, 4097, 100003};
    host *self = (host *)argument;

    for (int round = 0; round < ROUNDS; round++) {
        const gr_index n = sizes[(round + self->number) % 5];

        if (round % 5 == self->number) {
            self->wrong += gr_initialize(NULL) != GR_SUCCESS;
        }
        if (many_hosts_round(n, &self->wrong)) {
            fprintf(stderr, "host %d, n = %td: %s\n", self->number, n, gr_last_error()->message);
            self->wrong++;
        }
        self->wrong += check_memory(round);
        self->wrong += check_copy();
        if (self->number == 0) {
            self->wrong += many_hosts_wrong_range() != GR_INVALID_ARG;
        }
        if (round % 5 == self->number) {
            self->wrong += gr_finalize() != GR_SUCCESS;
        }
    }
    return NULL;
}

int main(void) {
    host hosts[HOSTS];
    long wrong = 0;

    memset(hosts, 0, sizeof hosts);
    wrong += gr_initialize(NULL) != GR_SUCCESS;
    wrong += GR_CREATE(&shared, "shared", 1 << 17) != GR_SUCCESS;
    for (gr_index i = 0; i < shared.extent[0]; i++) {
        GR_AT(shared, i) = (double)i;
    }
    for (int k = 0; k < HOSTS; k++) {
        hosts[k].number = k;
        wrong += pthread_create(&hosts[k].thread, NULL, work, &hosts[k]) != 0;
    }
    for (int k = 0; k < HOSTS; k++) {
        pthread_join(hosts[k].thread, NULL);
        wrong += hosts[k].wrong;
    }
    wrong += GR_RELEASE(&shared) != GR_SUCCESS;
    wrong += gr_finalize() != GR_SUCCESS;
    printf("%d hosts, %d rounds each, %ld wrong\n", HOSTS, ROUNDS, wrong);
    return wrong != 0;
}
