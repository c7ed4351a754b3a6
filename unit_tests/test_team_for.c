/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_team_for.c
 * @brief Teams visit each league rank once a thread, nested ranges each index once, whatever the
 * size of a team. Oracle: counters, by hand.
 */
#include "test_team_for.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <granum/initialize.h>
#include <granum/status.h>

#include <stdlib.h>

static const gr_index leagues[] = {0, 1, 2, 3, 4, 5, 7, 8, 64, 1000};
enum { LEAGUES = sizeof leagues / sizeof *leagues };

static const int team_sizes[] = {GR_AUTO, 1, 2, 3, 4, 5, 6, 7, 8, GR_TEAM_SIZE_MAX};
enum { TEAM_SIZES = sizeof team_sizes / sizeof *team_sizes };

static void expect_each_once(gr_team_policy policy) {
    team_seen *seen = calloc((size_t)policy.league_size * MOST_THREADS + 1, sizeof *seen);
    long wrong = 0;

    cr_assert(team_size_given(policy) <= MOST_THREADS);
    team_visit(policy, seen);
    for (gr_index rank = 0; rank < policy.league_size; rank++) {
        for (int k = 0; k < MOST_THREADS; k++) {
            const team_seen *one = &seen[rank * MOST_THREADS + k];

            if (k >= team_size_given(policy)) {
                wrong += one->visits != 0;
                continue;
            }
            wrong += one->visits != 1 || one->team_rank != k || one->league_rank != rank;
            wrong +=
                one->team_size != team_size_given(policy) || one->league_size != policy.league_size;
        }
    }
    cr_expect(eq(long, wrong, 0), "league of %td, teams of %d", policy.league_size,
              policy.team_size);
    cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));
    free(seen);
}

Test(team_for, each_thread_of_each_team_runs_once, .timeout = 120) {
    for (int l = 0; l < LEAGUES; l++) {
        for (int s = 0; s < TEAM_SIZES; s++) {
            const gr_team_policy policy = gr_teams(leagues[l], team_sizes[s]);

            expect_each_once(policy);
            expect_each_once(gr_with_vector_length(policy, 1));
            expect_each_once(gr_with_vector_length(policy, 1000));
            expect_each_once(gr_with_scratch(policy, 0, 64, 16));
        }
    }
}

Test(team_for, options_of_the_policy, .timeout = 120) {
    static const gr_options choices[] = {{GR_AUTO, GR_DYNAMIC, GR_AUTO, {0}},
                                         {1, GR_DYNAMIC, GR_AUTO, {0}},
                                         {7, GR_STATIC, GR_AUTO, {0}},
                                         {PTRDIFF_MAX, GR_DYNAMIC, GR_AUTO, {0}}};

    for (size_t c = 0; c < sizeof choices / sizeof *choices; c++) {
        for (int s = 0; s < TEAM_SIZES; s++) {
            gr_team_policy policy = gr_teams(123, team_sizes[s]);

            policy.options = choices[c];
            expect_each_once(policy);
        }
    }
}

Test(team_for, team_may_go_unused, .timeout = 60) {
    const gr_team_policy policy = gr_teams(1001, 2);
    long bodies = 0;

    team_count(policy, &bodies);
    cr_expect(eq(long, bodies, 1001L * team_size_given(policy)));
}

Test(team_for, recommended_size_is_one_that_is_given, .timeout = 60) {
    for (int l = 0; l < LEAGUES; l++) {
        gr_team_policy policy = gr_teams(leagues[l], GR_AUTO);
        const int size = team_size_recommended(policy);

        cr_expect(size >= 1 && size <= team_size_given(gr_teams(1, GR_TEAM_SIZE_MAX)));
        policy.team_size = size;
        expect_each_once(policy);
    }
}

/* ---- nested ranges ---- */

static void expect_covered(gr_team_policy policy, int kind, const nested_box *box) {
    gr_index cells = 1, wrong = 0;
    const int times = kind >= NESTED_VECTOR ? team_size_given(policy) : 1;
    int *counts;

    for (int d = 0; d < 3; d++) {
        cells *= box->hi[d] > box->lo[d] ? box->hi[d] - box->lo[d] : 0;
    }
    counts = calloc((size_t)(cells * policy.league_size) + 1, sizeof *counts);
    team_cover(policy, kind, box, counts);
    for (gr_index at = 0; at < cells * policy.league_size; at++) {
        wrong += counts[at] != times;
    }
    cr_expect(eq(long, wrong, 0), "kind %d, teams of %d, %td..%td", kind, policy.team_size,
              box->lo[0], box->hi[0]);
    cr_expect(eq(int, counts[cells * policy.league_size], 0));
    cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));
    free(counts);
}

Test(team_for, nested_ranges_of_one_dimension, .timeout = 120) {
    static const gr_index sizes[] = {-5, -1, 0, 1, 2, 3, 7, 8, 9, 31, 32, 33, 100, 1025};
    static const gr_index starts[] = {0, -4, 17, (gr_index)1 << 40};
    static const int kinds[] = {NESTED_TEAM, NESTED_THREAD, NESTED_VECTOR};

    for (size_t n = 0; n < sizeof sizes / sizeof *sizes; n++) {
        for (size_t k = 0; k < sizeof starts / sizeof *starts; k++) {
            const nested_box box = {{starts[k], 0, 0}, {starts[k] + sizes[n], 1, 1}};

            for (int s = 0; s < TEAM_SIZES; s++) {
                for (int kind = 0; kind < 3; kind++) {
                    expect_covered(gr_teams(5, team_sizes[s]), kinds[kind], &box);
                }
            }
        }
    }
}

Test(team_for, nested_ranges_of_more_dimensions, .timeout = 120) {
    static const nested_box flat[] = {
        {{0, 0, 0}, {1, 1, 1}},  {{-3, 5, 0}, {4, 9, 1}}, {{0, 0, 0}, {2, 65, 1}},
        {{1, 2, 0}, {33, 3, 1}}, {{0, 0, 0}, {0, 9, 1}},  {{0, 3, 0}, {9, 3, 1}},
        {{0, 3, 0}, {9, -3, 1}}, {{3, 0, 0}, {-9, 3, 1}}, {{-7, -7, 0}, {0, 0, 1}}};
    static const nested_box deep[] = {{{0, 0, 0}, {1, 1, 1}},    {{-3, 5, 2}, {4, 9, 20}},
                                      {{0, 0, 0}, {2, 3, 65}},   {{1, 2, 3}, {17, 3, 5}},
                                      {{0, 0, 0}, {4, 0, 9}},    {{0, 0, 5}, {4, 2, 5}},
                                      {{0, 0, 0}, {-1, -1, -1}}, {{4, 2, 5}, {5, 9, 12}}};

    for (int s = 0; s < TEAM_SIZES; s++) {
        const gr_team_policy policy = gr_teams(6, team_sizes[s]);

        for (size_t k = 0; k < sizeof flat / sizeof *flat; k++) {
            expect_covered(policy, NESTED_THREAD_VECTOR, &flat[k]);
            expect_covered(policy, NESTED_2D, &flat[k]);
            expect_covered(policy, NESTED_THREAD_2D, &flat[k]);
            expect_covered(policy, NESTED_VECTOR_2D, &flat[k]);
        }
        for (size_t k = 0; k < sizeof deep / sizeof *deep; k++) {
            expect_covered(policy, NESTED_3D, &deep[k]);
            expect_covered(policy, NESTED_THREAD_3D, &deep[k]);
            expect_covered(policy, NESTED_VECTOR_3D, &deep[k]);
        }
    }
}

Test(team_for, continue_ends_one_iteration, .timeout = 60) {
    enum { LEAGUE = 20, N = 25 };
    gr_index expected = N / 2;

    for (gr_index i = 2; i < N; i += 2) {
        expected += 1000000 * (i - 1);
    }
    for (int s = 0; s < TEAM_SIZES; s++) {
        gr_index out[LEAGUE] = {0};

        team_continue(gr_teams(LEAGUE, team_sizes[s]), N, out);
        for (int rank = 0; rank < LEAGUE; rank++) {
            cr_expect(eq(long, out[rank], rank % 3 == 0 ? 0 : expected), "teams of %d",
                      team_sizes[s]);
        }
        cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));
    }
}

Test(team_for, single_runs_once_a_team_or_thread, .timeout = 60) {
    enum { LEAGUE = 50 };

    for (int s = 0; s < TEAM_SIZES; s++) {
        const gr_team_policy policy = gr_teams(LEAGUE, team_sizes[s]);
        int team[LEAGUE] = {0}, thread[LEAGUE] = {0};

        team_singles(policy, team, thread);
        for (int rank = 0; rank < LEAGUE; rank++) {
            cr_expect(eq(int, team[rank], 1));
            cr_expect(eq(int, thread[rank], team_size_given(policy) + 7));
        }
        cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));
    }
}
