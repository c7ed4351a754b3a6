/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_team_share.c
 * @brief Broadcasts, barriers and scratch memory, for every size of a team.
 *
 * Oracle: values that only their owner writes, by hand.
 */
#include "test_team_share.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <granum/initialize.h>
#include <granum/memory.h>
#include <granum/status.h>

#include <pthread.h>
#include <stdlib.h>

static const int team_sizes[] = {GR_AUTO, 1, 2, 3, 4, 5, 6, 7, 8};
enum { TEAM_SIZES = sizeof team_sizes / sizeof *team_sizes };

static const gr_index leagues[] = {0, 1, 3, 30};
enum { LEAGUES = sizeof leagues / sizeof *leagues };

#define EACH_POLICY(policy)                                                                    \
    for (int l = 0; l < LEAGUES; l++)                                                          \
        for (int k = 0; k < TEAM_SIZES; k++)                                                   \
            for (gr_team_policy policy = gr_teams(leagues[l], team_sizes[k]), *once = &policy; \
                 once; once = NULL)

static void expect_fine(long wrong, gr_team_policy policy) {
    cr_expect(eq(long, wrong, 0), "league of %td, teams of %d", policy.league_size,
              policy.team_size);
    cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS), "%s", gr_last_error()->message);
}

Test(team_share, broadcast_reaches_every_thread, .timeout = 120) {
    EACH_POLICY(policy) {
        expect_fine(share_broadcast(policy), policy);
        expect_fine(share_broadcast_large(policy), policy);
    }
}

Test(team_share, continue_in_a_broadcast_ends_its_block, .timeout = 120) {
    EACH_POLICY(policy) {
        long ended = 0;

        expect_fine(share_continue(policy, &ended), policy);
        cr_expect(eq(long, ended, policy.league_size));
    }
}

Test(team_share, barriers_separate_phases, .timeout = 120) {
    static const gr_index sizes[] = {1, 7, 500};

    EACH_POLICY(policy) {
        for (int s = 0; s < 3; s++) {
            for (int level = 0; level < 2; level++) {
                const gr_team_policy own = gr_with_scratch(policy, level, 16 * sizes[s], 0);

                expect_fine(share_phases(own, level, sizes[s], 5), own);
            }
        }
    }
}

Test(team_share, views_of_every_rank_at_both_levels, .timeout = 120) {
    const gr_index bytes = 64 + share_ranks_bytes() + 704;

    EACH_POLICY(policy) {
        for (int level = 0; level < 2; level++) {
            long cells = 0, cells_of_threads = 0;
            const gr_team_policy team = gr_with_scratch(policy, level, bytes, 0);
            const gr_team_policy thread = gr_with_scratch(policy, level, 0, bytes);

            expect_fine(share_ranks(team, level, &cells), policy);
            expect_fine(share_ranks_of_thread(thread, level, &cells_of_threads), policy);
            cr_expect(cells > 0 || policy.league_size == 0);
            cr_expect(eq(long, cells_of_threads, cells));
        }
    }
}

Test(team_share, views_are_aligned_and_apart, .timeout = 60) {
    EACH_POLICY(policy) {
        const gr_team_policy own = gr_with_scratch(gr_with_scratch(policy, 0, 128, 0), 1, 40, 0);
        const double **seen = calloc((size_t)policy.league_size + 1, sizeof *seen);

        expect_fine(share_addresses(own, seen), own);
        for (gr_index rank = 0; rank < policy.league_size; rank++) {
            cr_expect(seen[rank] != NULL);
        }
        free(seen);
    }
}

Test(team_share, tiles_pass_through_scratch, .timeout = 60) {
    enum { N = 100 };
    static double in[N * N], out[N * N];

    for (int i = 0; i < N * N; i++) {
        in[i] = (double)i;
    }
    for (int k = 0; k < TEAM_SIZES; k++) {
        for (int level = 0; level < 2; level++) {
            long wrong = 0;

            share_transpose(N, team_sizes[k], level, in, out);
            for (int i = 0; i < N * N; i++) {
                wrong += out[i] != in[i % N * N + i / N];
                out[i] = -1.0;
            }
            expect_fine(wrong, gr_teams(0, team_sizes[k]));
        }
    }
}

Test(team_share, scratch_in_reductions_and_scans, .timeout = 60) {
    EACH_POLICY(policy) {
        const gr_team_policy own = gr_with_scratch(gr_with_scratch(policy, 0, 80, 0), 1, 0, 8);

        expect_fine(share_in_league_patterns(own), own);
    }
}

Test(team_share, memory_grows_and_is_given_back, .timeout = 60) {
    const size_t used = gr_memory_used(GR_HOST);

    cr_assert(eq(int, (int)gr_initialize(NULL), GR_SUCCESS));
    for (gr_index n = 1; n <= 1 << 20; n *= 32) {
        const gr_team_policy policy = gr_with_scratch(gr_teams(5, 2), 1, 16 * n, 0);

        expect_fine(share_phases(policy, 1, n, 3), policy);
    }
    cr_assert(eq(int, (int)gr_finalize(), GR_SUCCESS));
    cr_expect(eq(sz, gr_memory_used(GR_HOST), used));
}

/* ---- several host threads ---- */

enum { HOSTS = 4, ROUNDS = 10 };

static void *share_all(void *argument) {
    long *wrong = (long *)argument;

    for (int round = 0; round < ROUNDS; round++) {
        const gr_team_policy policy = gr_teams(7 + round, round % 5 + 1);

        *wrong += share_broadcast(policy);
        *wrong += share_phases(gr_with_scratch(policy, 0, 1600, 0), 0, 100, 5);
        *wrong +=
            share_in_league_patterns(gr_with_scratch(gr_with_scratch(policy, 0, 80, 0), 1, 0, 8));
        *wrong += gr_fence() != GR_SUCCESS;
    }
    return NULL;
}

Test(team_share, four_hosts_at_once, .timeout = 120) {
    pthread_t threads[HOSTS];
    long wrong[HOSTS] = {0};

    for (int k = 0; k < HOSTS; k++) {
        cr_assert(eq(int, pthread_create(&threads[k], NULL, share_all, &wrong[k]), 0));
    }
    for (int k = 0; k < HOSTS; k++) {
        pthread_join(threads[k], NULL);
        cr_expect(eq(long, wrong[k], 0), "host thread %d", k);
    }
}
