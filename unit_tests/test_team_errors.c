/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_team_errors.c
 * @brief Wrong leagues run nothing, wrong blocks still end, and the next fence says what was wrong.
 *
 * Oracle: the messages, by hand.
 */
#include "test_team_errors.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <granum/initialize.h>
#include <granum/memory.h>
#include <granum/status.h>

#include <pthread.h>
#include <stdio.h>
#include <string.h>

/* The fence answers this; afterwards nothing is pending, and launches work. */
static void expect_failure(gr_status status, const char *label, const char *message) {
    char expected[512];

    snprintf(expected, sizeof expected, "kernel \"%s\": %s", label, message);
    cr_assert(eq(int, (int)gr_fence(), (int)status));
    cr_expect(eq(str, (char *)gr_last_error()->message, expected));
    cr_expect(gr_last_error()->line > 0);
    cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));
    for (int kind = 0; kind < TEAM_KINDS; kind++) {
        long bodies = 0;

        errors_launch(kind, gr_with_scratch(gr_teams(10, 3), 0, 64, 64), &bodies);
        cr_expect(bodies >= 10);
    }
    cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));
}

static void expect_refused(gr_team_policy policy, const char *message) {
    for (int kind = 0; kind < TEAM_KINDS; kind++) {
        long bodies = 0;
        const double result = errors_launch(kind, policy, &bodies);

        cr_expect(eq(long, bodies, 0));
        cr_expect(eq(dbl, result, kind == TEAM_REDUCE_KIND ? 1.0 : 0.0), "the identity");
        expect_failure(GR_INVALID_ARG, "wrong", message);
    }
}

Test(team_errors, league_size, .timeout = 60) {
    expect_refused(gr_teams(-1, 2), "league_size = -1, expected 0 or more");
    expect_refused(gr_teams(PTRDIFF_MIN, GR_AUTO),
                   "league_size = -9223372036854775808, expected 0 or more");
}

Test(team_errors, team_size, .timeout = 60) {
    expect_refused(gr_teams(10, 0), "team_size = 0, expected 1..1024 or GR_AUTO");
    expect_refused(gr_teams(10, -5), "team_size = -5, expected 1..1024 or GR_AUTO");
    expect_refused(gr_teams(10, 1025), "team_size = 1025, expected 1..1024 or GR_AUTO");
    expect_refused(gr_teams(0, 1025), "team_size = 1025, expected 1..1024 or GR_AUTO");
}

Test(team_errors, vector_length, .timeout = 60) {
    expect_refused(gr_with_vector_length(gr_teams(10, 2), 0),
                   "vector_length = 0, expected 1 or more or GR_AUTO");
    expect_refused(gr_with_vector_length(gr_teams(10, 2), -8),
                   "vector_length = -8, expected 1 or more or GR_AUTO");
}

Test(team_errors, options, .timeout = 60) {
    gr_team_policy policy = gr_teams(10, 2);

    policy.options.threads = -3;
    expect_refused(policy, "threads = -3, expected 1 or more");
    policy.options.threads = 2;
    policy.options.chunk = 0;
    expect_refused(policy, "chunk = 0, expected 1 or more");
}

Test(team_errors, scratch_level, .timeout = 60) {
    expect_refused(gr_with_scratch(gr_teams(10, 2), 2, 100, 0),
                   "scratch level = 2, expected 0 or 1");
    expect_refused(gr_with_scratch(gr_teams(10, 2), -1, 100, 0),
                   "scratch level = -1, expected 0 or 1");
}

Test(team_errors, scratch_beyond_the_limit, .timeout = 60) {
    long bodies = 0;

    expect_refused(gr_with_scratch(gr_teams(10, 1), 0, 65537, 0),
                   "scratch of level 0 = 65537 bytes per team + 0 for each of 1 threads, "
                   "expected 0..65536 in all");
    expect_refused(gr_with_scratch(gr_teams(10, 4), 0, 1000, 16200),
                   "scratch of level 0 = 1000 bytes per team + 16200 for each of 4 threads, "
                   "expected 0..65536 in all");
    expect_refused(gr_with_scratch(gr_teams(10, GR_AUTO), 1, 0, (1 << 26) + 1),
                   "scratch of level 1 = 0 bytes per team + 67108865 for each of 1 threads, "
                   "expected 0..67108864 in all");
    expect_refused(gr_with_scratch(gr_teams(10, 2), 1, -64, 0),
                   "scratch of level 1 = -64 bytes per team + 0 for each of 2 threads, "
                   "expected 0..67108864 in all");
    expect_refused(gr_with_scratch(gr_teams(10, 1024), 1, PTRDIFF_MAX, PTRDIFF_MAX),
                   "scratch of level 1 = 9223372036854775807 bytes per team + 9223372036854775807 "
                   "for each of 1024 threads, expected 0..67108864 in all");
    errors_launch(TEAM_FOR_KIND, gr_with_scratch(gr_teams(10, 1), 0, 65536, 0), &bodies);
    cr_expect(eq(long, bodies, 10), "the limit itself is fine");
    cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));
}

/* Which of several blocks reports first is open, so all ask for the same. */
static void expect_scratch_failure(gr_team_policy policy, bool per_thread, int level, gr_index n,
                                   const char *message) {
    const size_t used = gr_memory_used(GR_HOST);
    const int threads = policy.team_size == GR_AUTO ? 1 : errors_team_size(policy.team_size);

    cr_expect(eq(long, errors_scratch(policy, per_thread, level, n), policy.league_size *threads),
              "every block ends");
    expect_failure(GR_OUT_OF_MEMORY, "scratch", message);
    cr_expect(gr_memory_used(GR_HOST) <= used + (1 << 20));
}

Test(team_errors, scratch_view_beyond_what_was_asked, .timeout = 60) {
    static const int team_sizes[] = {GR_AUTO, 1, 2, 4};

    for (int k = 0; k < 4; k++) {
        const gr_team_policy policy = gr_teams(50, team_sizes[k]);

        expect_scratch_failure(policy, false, 0, 4,
                               "scratch View of 64 bytes at level 0, expected at most the 0 bytes "
                               "left of what gr_with_scratch asks for per team");
        expect_scratch_failure(gr_with_scratch(policy, 1, 800, 0), false, 1, 100,
                               "scratch View of 832 bytes at level 1, expected at most the 0 bytes "
                               "left of what gr_with_scratch asks for per team");
        expect_scratch_failure(gr_with_scratch(policy, 1, 1000, 0), false, 1, 100,
                               "scratch View of 832 bytes at level 1, expected at most the 192 "
                               "bytes left of what gr_with_scratch asks for per team");
        expect_scratch_failure(gr_with_scratch(policy, 0, 64, 100), true, 0, 10,
                               "scratch View of 128 bytes at level 0, expected at most the 0 bytes "
                               "left of what gr_with_scratch asks for per thread");
        expect_scratch_failure(gr_with_scratch(policy, 0, 1600, 1600), false, 2, 10,
                               "scratch View of 128 bytes at level 2, expected at most the 0 bytes "
                               "left of what gr_with_scratch asks for per team");
    }
}

/* The View is no such View, but the block has memory and goes on; the first message is kept. */
Test(team_errors, scratch_view_of_impossible_extents, .timeout = 60) {
    static const struct {
        gr_index n, m;
        const char *text;
    } cases[] = {
        {-1, 4, "extent 0 of a scratch View = -1, expected 0 or more"},
        {1000, -7, "extent 1 of a scratch View = -7, expected 0 or more"},
        {PTRDIFF_MIN, -7, "extent 0 of a scratch View = -9223372036854775808, expected 0 or more"},
        {PTRDIFF_MAX, PTRDIFF_MAX,
         "extent 0 of a scratch View = 9223372036854775807 after 8 bytes, expected "
         "1152921504606846975 at most"},
    };

    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        for (int size = 1; size <= 4; size += 3) {
            const gr_team_policy policy = gr_with_scratch(gr_teams(8, size), 0, 16384, 0);

            cr_expect(eq(long, errors_scratch_extents(policy, cases[c].n, cases[c].m),
                         8 * errors_team_size(size)),
                      "every block ends");
            expect_failure(GR_INVALID_ARG, "extents", cases[c].text);
        }
    }
}

/* A league whose blocks all ask for too much holds the memory of a few of them, not of all. */
Test(team_errors, spare_scratch_does_not_pile_up, .timeout = 60) {
    const size_t used = gr_memory_used(GR_HOST);

    cr_expect(eq(long, errors_scratch(gr_teams(2000, 1), false, 0, 100000), 2000));
    cr_expect(eq(int, (int)gr_fence(), GR_OUT_OF_MEMORY));
    cr_expect(gr_memory_peak(GR_HOST) < used + ((size_t)64 << 20), "peak = %zu",
              gr_memory_peak(GR_HOST));
}

Test(team_errors, barrier_that_part_of_a_team_skips, .timeout = 60) {
    static const int team_sizes[] = {2, 3, 4};

    for (int way = 0; way < SKIP_KINDS; way++) {
        for (int k = 0; k < 3; k++) {
            const int threads = errors_team_size(team_sizes[k]);

            for (gr_index league = 1; league <= 81; league += 40) {
                const gr_team_policy policy = gr_teams(league, team_sizes[k]);
                char expected[100];

                cr_expect(eq(long, errors_barrier(policy, way), league *threads),
                          "every block ends, way %d", way);
                if (threads == 1) {
                    cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));
                    continue;
                }
                snprintf(expected, sizeof expected, "expected all %d threads", threads);
                cr_assert(eq(int, (int)gr_fence(), GR_INVALID_ARG), "way %d", way);
                cr_expect(strstr(gr_last_error()->message, "kernel \"parted\": barrier reached by "
                                                           "part of team ") != NULL,
                          "%s", gr_last_error()->message);
                cr_expect(strstr(gr_last_error()->message, expected) != NULL, "%s",
                          gr_last_error()->message);
                cr_expect(strstr(gr_last_error()->message,
                                 way == OTHER_BARRIER ? "the rest stands at "
                                                      : "the rest has left the block") != NULL,
                          "way %d: %s", way, gr_last_error()->message);
                cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));
            }
        }
    }
}

Test(team_errors, launch_inside_a_team, .timeout = 60) {
    static const int team_sizes[] = {GR_AUTO, 1, 2, 4};

    for (int kind = 0; kind < 4; kind++) {
        for (int k = 0; k < 4; k++) {
            const int threads = team_sizes[k] == GR_AUTO ? 1 : errors_team_size(team_sizes[k]);
            long inner = 0;

            cr_expect(eq(long,
                         errors_nested(kind, gr_with_scratch(gr_teams(20, team_sizes[k]), 0, 80, 0),
                                       &inner),
                         20L * threads),
                      "the team goes on");
            cr_expect(eq(long, inner, 0));
            expect_failure(GR_IN_KERNEL, "inner",
                           "launch inside the kernel \"outer\", expected launches outside of "
                           "kernels");
        }
    }
}

/* Each allocation fails in turn. A thread keeps its memory, so a new thread allocates anew. */
static void *launch_without_memory(void *argument) {
    const gr_team_policy policy = gr_with_scratch(gr_teams(100, 2), 1, 100000, 1000);
    const long allocation = *(long *)argument;
    long bodies = 0;

    gr_impl_fail_allocation_after(allocation);
    errors_launch(TEAM_REDUCE_KIND, policy, &bodies);
    gr_impl_fail_allocation_after(-1);
    if (gr_fence() == GR_SUCCESS) {
        *(long *)argument = -1; /* no such allocation: all of them have failed before */
        cr_expect(eq(long, bodies, 100));
        return NULL;
    }
    cr_expect(eq(int, (int)gr_last_error()->status, GR_OUT_OF_MEMORY));
    cr_expect(strstr(gr_last_error()->message, " are not to be had") != NULL, "%s",
              gr_last_error()->message);
    cr_expect(eq(long, bodies, 0));
    errors_launch(TEAM_REDUCE_KIND, policy, &bodies);
    cr_expect(eq(long, bodies, 100));
    cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));
    return NULL;
}

Test(team_errors, out_of_memory_for_teams, .timeout = 60) {
    const size_t used = gr_memory_used(GR_HOST);
    long failures = 0;

    cr_assert(eq(int, (int)gr_initialize(NULL), GR_SUCCESS));
    for (long allocation = 0; allocation >= 0; failures++) {
        pthread_t thread;
        long answer = allocation;

        cr_assert(eq(int, pthread_create(&thread, NULL, launch_without_memory, &answer), 0));
        pthread_join(thread, NULL);
        allocation = answer < 0 ? -1 : allocation + 1;
        cr_assert(failures < 100);
    }
    cr_expect(failures > 1, "at least one allocation was seen to fail");
    cr_expect(eq(sz, gr_memory_used(GR_HOST), used));
    cr_assert(eq(int, (int)gr_finalize(), GR_SUCCESS));
}
