/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file many_owners.c
 * @brief Four threads begin, end, allocate, fail and fence at once, for others' launches too.
 *
 * Oracle: every call's status, and sums by hand. Exit status 0: all of it as expected.
 */
#include "support/capture.h"

#include <granum/initialize.h>
#include <granum/memory.h>

#include <pthread.h>
#include <string.h>

enum { OWNERS = 4, ROUNDS = 500 };

static pthread_barrier_t start;

/* Every second round leaves the beginning to the first use. */
static void *live_and_die(void *argument) {
    long *wrong = (long *)argument;

    pthread_barrier_wait(&start);
    for (int round = 0; round < ROUNDS; round++) {
        const bool is_explicit = round % 2 == 0;
        double *p = NULL;

        *wrong += is_explicit && gr_initialize(NULL) != GR_SUCCESS;
        *wrong += gr_malloc(&p, GR_HOST, "p", 64) != GR_SUCCESS;
        *wrong += is_explicit && !gr_is_initialized();
        *wrong += gr_free(p) != GR_SUCCESS;
        *wrong += is_explicit && gr_finalize() != GR_SUCCESS;
    }
    return NULL;
}

static void *allocate(void *argument) {
    long *wrong = (long *)argument;

    pthread_barrier_wait(&start);
    for (int round = 0; round < ROUNDS; round++) {
        char *p = NULL;

        *wrong += gr_malloc(&p, GR_HOST, "p", 100) != GR_SUCCESS;
        p[99] = 1;
        *wrong += gr_realloc(&p, 200) != GR_SUCCESS;
        p[199] = p[99];
        *wrong += p[199] != 1 || gr_memory_used(GR_HOST) < 200;
        *wrong += gr_free(p) != GR_SUCCESS || gr_free(p) != GR_INVALID_ARG;
    }
    return NULL;
}

/* Work for the launch of the main thread, whose errors are in launch_errors. */
static gr_impl_launch_errors *launch_errors;

static void *fail_for_another(void *argument) {
    const gr_place place = {"kernel.c", 42, "kernel"};
    long *wrong = (long *)argument;

    pthread_barrier_wait(&start);
    gr_impl_launch_errors_use(launch_errors);
    for (int round = 0; round < ROUNDS; round++) {
        gr_impl_launch_fail(GR_OUT_OF_BOUNDS, place, "shared", "i = %d, expected -1", round);
    }
    gr_impl_launch_errors_use(NULL);
    *wrong += gr_fence() != GR_SUCCESS;
    return NULL;
}

static long run(void *(*work)(void *)) {
    pthread_t threads[OWNERS];
    long wrong[OWNERS] = {0};
    long sum = 0;

    for (int k = 0; k < OWNERS; k++) {
        sum += pthread_create(&threads[k], NULL, work, &wrong[k]) != 0;
    }
    for (int k = 0; k < OWNERS; k++) {
        pthread_join(threads[k], NULL);
        sum += wrong[k];
    }
    return sum;
}

int main(void) {
    static capture leaks; /* a thread may end the last use while another still holds its p */
    long wrong = 0;

    pthread_barrier_init(&start, NULL, OWNERS);
    wrong += !capture_begin(&leaks, stderr);
    wrong += run(live_and_die);
    if (strstr(capture_end(&leaks), "Sanitizer")) {
        fputs(leaks.text, stderr);
    }
    wrong += gr_memory_used(GR_HOST) != 0;

    wrong += gr_initialize(NULL) != GR_SUCCESS;
    wrong += run(allocate);
    wrong += gr_memory_used(GR_HOST) != 0;
    /* at most: each thread's old and new block of a realloc */
    wrong += gr_memory_peak(GR_HOST) < 300 || gr_memory_peak(GR_HOST) > OWNERS * 300;

    launch_errors = gr_impl_launch_errors_here();
    wrong += run(fail_for_another);
    wrong += gr_fence() != GR_OUT_OF_BOUNDS;
    wrong += strcmp(gr_last_error()->message, "kernel \"shared\": i = 0, expected -1") != 0;
    wrong += gr_fence() != GR_SUCCESS;
    wrong += gr_finalize() != GR_SUCCESS;
    printf("%d owners at once, %ld wrong\n", OWNERS, wrong);
    return wrong != 0;
}
