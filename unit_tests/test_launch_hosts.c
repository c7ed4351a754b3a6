/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_launch_hosts.c
 * @brief Four host threads launch the same statements at once. Oracle: sums of integers by formula.
 */
#include "test_launch_hosts.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <granum/range.h>
#include <granum/status.h>

#include <pthread.h>
#include <stdio.h>
#include <string.h>

enum { HOSTS = 4, ROUNDS = 15 };

typedef struct host {
    pthread_t thread;
    int number;
    long wrong;
} host;

static pthread_barrier_t start;

static void *compute(void *argument) {
    static const gr_index sizes[] = {50, 1000, 4097, 60001, 200000};
    static const int threads[] = {GR_AUTO, 1, 2, 3};
    host *self = (host *)argument;

    pthread_barrier_wait(&start);
    for (int round = 0; round < ROUNDS; round++) {
        self->wrong +=
            hosts_compute(sizes[(round + self->number) % 5], threads[(round + self->number) % 4]);
    }
    return NULL;
}

/* Each sees its own failures: others' neither replace nor answer them. */
static void *fail(void *argument) {
    host *self = (host *)argument;
    char expected[100];

    snprintf(expected, sizeof expected,
             "kernel \"wrong\": range lo = 0, hi = %d, expected lo <= hi", -self->number);
    pthread_barrier_wait(&start);
    for (int round = 0; round < ROUNDS; round++) {
        if (self->number > 0) {
            hosts_fail(self->number);
            self->wrong += gr_fence() != GR_INVALID_ARG;
            self->wrong += strcmp(gr_last_error()->message, expected) != 0;
        }
        self->wrong += hosts_compute(5000, 2);
    }
    return NULL;
}

static void on_all_hosts(void *(*function)(void *)) {
    host hosts[HOSTS];

    cr_assert(eq(int, pthread_barrier_init(&start, NULL, HOSTS), 0));
    for (int k = 0; k < HOSTS; k++) {
        hosts[k].number = k;
        hosts[k].wrong = 0;
        cr_assert(eq(int, pthread_create(&hosts[k].thread, NULL, function, &hosts[k]), 0));
    }
    for (int k = 0; k < HOSTS; k++) {
        pthread_join(hosts[k].thread, NULL);
        cr_expect(eq(long, hosts[k].wrong, 0), "host thread %d", k);
    }
    pthread_barrier_destroy(&start);
}

Test(launch_hosts, four_launch_at_once, .timeout = 120) {
    on_all_hosts(compute);
    on_all_hosts(compute);
}

Test(launch_hosts, each_has_its_own_failures, .timeout = 120) {
    on_all_hosts(fail);
}

Test(launch_hosts, threads_that_end_leave_nothing_behind, .timeout = 120) {
    for (int round = 0; round < 8; round++) {
        host one = {0};

        cr_assert(eq(int, pthread_barrier_init(&start, NULL, 1), 0));
        cr_assert(eq(int, pthread_create(&one.thread, NULL, compute, &one), 0));
        pthread_join(one.thread, NULL);
        cr_expect(eq(long, one.wrong, 0));
        pthread_barrier_destroy(&start);
    }
}
