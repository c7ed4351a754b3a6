/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file teams.c
 * @brief Teams of several threads share values, phases and scratch memory, launched by four host
 * threads at once; the thread sanitizer watches.
 *
 * A plain program: Criterion maps its own memory where the sanitizer keeps its shadow.
 * Oracle: values that only their owner writes, by hand.
 */
#include "test_team_reduce.h"
#include "test_team_scan.h"
#include "test_team_share.h"

#include <granum/status.h>

#include <pthread.h>
#include <stdio.h>

enum { HOSTS = 4, ROUNDS = 5, LEAGUE = 7, N = 5000 };

static long check_reductions(gr_team_policy policy) {
    int64_t out[LEAGUE * MOST_THREADS] = {0};
    long wrong = 0;

    policy.league_size = LEAGUE;
    team_reduce_in_reduce(policy, 5, 100, out);
    for (int rank = 0; rank < LEAGUE; rank++) {
        wrong += out[rank * MOST_THREADS] != 500 * 499 / 2 + 40000 + 4950;
    }
    team_reduce_continue(policy, N, out);
    for (int rank = 0; rank < LEAGUE; rank++) {
        wrong += out[rank * MOST_THREADS] != (N / 2) * (N / 2);
    }
    return wrong;
}

static void *work(void *argument) {
    static const int team_sizes[] = {GR_AUTO, 1, 2, 3, 4};
    long *wrong = (long *)argument;

    for (int round = 0; round < ROUNDS; round++) {
        const gr_team_policy policy = gr_teams(LEAGUE + round, team_sizes[round]);
        static _Thread_local int64_t memory[(LEAGUE + ROUNDS) * 100];
        long cells = 0;

        *wrong += share_broadcast(policy);
        *wrong += share_broadcast_large(policy);
        *wrong += share_phases(gr_with_scratch(policy, 1, 1600, 0), 1, 100, 6);
        *wrong += share_ranks(gr_with_scratch(policy, 0, 4096, 0), 0, &cells);
        *wrong += share_ranks_of_thread(gr_with_scratch(policy, 0, 0, 4096), 0, &cells);
        *wrong +=
            share_in_league_patterns(gr_with_scratch(gr_with_scratch(policy, 0, 80, 0), 1, 0, 8));
        team_scan_then_read(policy, 100, memory, wrong);
        *wrong += check_reductions(policy);
        if (gr_fence()) {
            fprintf(stderr, "%s\n", gr_last_error()->message);
            ++*wrong;
        }
    }
    return NULL;
}

int main(void) {
    pthread_t threads[HOSTS];
    long wrong[HOSTS] = {0}, all = 0;

    for (int k = 0; k < HOSTS; k++) {
        all += pthread_create(&threads[k], NULL, work, &wrong[k]) != 0;
    }
    for (int k = 0; k < HOSTS; k++) {
        pthread_join(threads[k], NULL);
        all += wrong[k];
    }
    printf("%d hosts, %d rounds each, %ld wrong\n", HOSTS, ROUNDS, all);
    return all != 0;
}
