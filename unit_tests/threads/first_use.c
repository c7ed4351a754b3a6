/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file first_use.c
 * @brief Nobody initialises, and four threads make the library's first launch at the same moment.
 *
 * Oracle: sums of integers by formula.
 */
#include "many_hosts.h"

#include <granum/initialize.h>

#include <pthread.h>
#include <stdio.h>

enum { HOSTS = 4 };

static pthread_barrier_t start;

static void *work(void *argument) {
    long *wrong = (long *)argument;

    pthread_barrier_wait(&start);
    *wrong += many_hosts_round(1000, wrong) != GR_SUCCESS;
    return NULL;
}

int main(void) {
    pthread_t threads[HOSTS];
    long wrong[HOSTS] = {0}, sum = 0;

    pthread_barrier_init(&start, NULL, HOSTS);
    for (int k = 0; k < HOSTS; k++) {
        sum += pthread_create(&threads[k], NULL, work, &wrong[k]) != 0;
    }
    for (int k = 0; k < HOSTS; k++) {
        pthread_join(threads[k], NULL);
        sum += wrong[k];
    }
    sum += !gr_is_initialized();
    printf("%d hosts at once, %ld wrong\n", HOSTS, sum);
    return sum != 0;
}
