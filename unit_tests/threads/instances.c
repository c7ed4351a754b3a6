/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file instances.c
 * @brief Four host threads make, use, share and end instances; the thread sanitizer watches.
 *
 * A plain program: Criterion maps its own memory where the sanitizer keeps its shadow.
 * Oracle: sums of integers by formula.
 */
#include "test_instance_launch.h"

#include <granum/copy.h>
#include <granum/initialize.h>
#include <granum/view.h>

#include <pthread.h>
#include <stdio.h>

enum { HOSTS = 4, ROUNDS = 8 };

static gr_instance half[2];

static long check_own(int round) {
    static const double weights[2] = {1, 2};
    gr_instance own[2];
    long wrong = gr_instance_partition(own, half[round % 2], weights, 2) != GR_SUCCESS;

    if (wrong) {
        return wrong;
    }
    wrong += gr_instance_num_threads(own[0]) != 1;
    wrong += on_instance_compute(20000, own[1]);
    wrong += gr_instance_set_chunk(own[0], 7) != GR_SUCCESS;
    wrong += gr_instance_destroy(&own[0]) != GR_SUCCESS;
    return wrong + (gr_instance_destroy(&own[1]) != GR_SUCCESS);
}

static long check_copy(gr_instance instance) {
    gr_view1_f64 a = {0}, b = {0};
    long wrong = GR_CREATE(&a, "a", 100000) != GR_SUCCESS;

    wrong += GR_CREATE(&b, "b", 100000) != GR_SUCCESS;
    wrong += GR_FILL_ON(instance, a, 3.0) != GR_SUCCESS;
    wrong += gr_deep_copy_on(instance, GR_ANY(b), GR_ANY(a)) != GR_SUCCESS;
    wrong += GR_AT(b, 99999) != 3.0;
    wrong += GR_RELEASE(&a) != GR_SUCCESS;
    return wrong + (GR_RELEASE(&b) != GR_SUCCESS);
}

static void *work(void *argument) {
    long *wrong = (long *)argument;
    const int number = (int)*wrong;

    *wrong = 0;
    for (int round = 0; round < ROUNDS; round++) {
        const gr_instance mine = half[(number + round) % 2];

        *wrong += on_instance_compute(round % 2 ? 100 : 30000, mine);
        *wrong += on_instance_compute(30000, GR_DEFAULT_INSTANCE);
        *wrong += check_own(round);
        *wrong += check_copy(mine);
        *wrong += number == 0 && gr_instance_refresh() != GR_SUCCESS;
        *wrong += gr_instance_fence(half[round % 2]) != GR_SUCCESS;
    }
    return NULL;
}

int main(void) {
    static const double even[2] = {1, 1};
    pthread_t threads[HOSTS];
    long wrong[HOSTS], all = gr_initialize(NULL) != GR_SUCCESS;

    all += gr_instance_partition(half, GR_DEFAULT_INSTANCE, even, 2) != GR_SUCCESS;
    for (int k = 0; k < HOSTS; k++) {
        wrong[k] = k;
        all += pthread_create(&threads[k], NULL, work, &wrong[k]) != 0;
    }
    for (int k = 0; k < HOSTS; k++) {
        pthread_join(threads[k], NULL);
        all += wrong[k];
    }
    all += gr_impl_threads_held() != 0;
    all += gr_instance_destroy(&half[0]) != GR_SUCCESS;
    all += gr_instance_destroy(&half[1]) != GR_SUCCESS;
    all += gr_finalize() != GR_SUCCESS;
    if (all) {
        fprintf(stderr, "%s\n", gr_last_error()->message);
    }
    printf("%d hosts, %d rounds each, %ld wrong\n", HOSTS, ROUNDS, all);
    return all != 0;
}
