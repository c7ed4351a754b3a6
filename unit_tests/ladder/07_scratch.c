/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file 07_scratch.c
 * @brief Scratch memory: a team's is shared by its threads and by nobody else, and has a limit.
 */
#include "ladder.h"

#include <string.h>

static const int team_sizes[] = {GR_AUTO, 1, 2, 4};

/* Each team reverses its row through scratch memory. */
static gr_status reverses(int level, int team_size, gr_index n) {
    const gr_index league = 9, bytes = 8 * n + 64;
    gr_view2_i64 row;
    int64_t wrong;

    GR_TRY(GR_CREATE(&row, "row", league, n));
    GR_PARALLEL_TEAM("reverse", t, gr_with_scratch(gr_teams(league, team_size), level, bytes, 0)) {
        gr_view1_i64 kept;

        GR_SCRATCH_VIEW(&kept, t, level, n);
        GR_TEAM_FOR(t, k, 0, n) {
            GR_AT(kept, k) = 10000 * t.league_rank + k;
        };
        GR_TEAM_BARRIER(t);
        GR_TEAM_FOR(t, k, 0, n) {
            GR_AT(row, t.league_rank, k) = GR_AT(kept, n - 1 - k);
        };
    };
    GR_PARALLEL_REDUCE_2D("compare", i, k, gr_range_2d(0, league, 0, n), GR_SUM(int64_t, wrong)) {
        wrong += GR_AT(row, i, k) != 10000 * i + n - 1 - k;
    };
    GR_TRY(gr_fence());
    LADDER_NONE_WRONG(wrong, n, "reversed in scratch memory");
    return GR_RELEASE(&row);
}

/* A thread's scratch memory is its own: each sums the squares of its own numbers there. Two Views
   of one block do not overlap. */
static gr_status of_threads(int level, int team_size, gr_index n) {
    const gr_index league = 5, rows = 6;
    gr_view2_i64 sums;
    int64_t wrong;

    GR_TRY(GR_CREATE(&sums, "sums", league, rows));
    GR_PARALLEL_TEAM("threads", t,
                     gr_with_scratch(gr_teams(league, team_size), level, 64, 2 * (8 * n + 64))) {
        gr_view1_i64 first;
        gr_view2_i64 second;

        GR_THREAD_SCRATCH_VIEW(&first, t, level, n);
        GR_THREAD_SCRATCH_VIEW(&second, t, level, n, 1);
        GR_TEAM_THREAD_FOR(t, j, 0, rows) {
            int64_t sum;

            GR_THREAD_VECTOR_FOR(t, k, 0, n) {
                GR_AT(first, k) = t.league_rank + j;
            };
            GR_THREAD_VECTOR_FOR(t, k, 0, n) {
                GR_AT(second, k, 0) = k;
            };
            GR_THREAD_VECTOR_REDUCE(t, k, 0, n, GR_SUM(int64_t, sum)) {
                sum += GR_AT(first, k) * GR_AT(second, k, 0);
            };
            GR_THREAD_SINGLE(t) {
                GR_AT(sums, t.league_rank, j) += sum;
            };
        };
    };
    GR_PARALLEL_REDUCE_2D("compare", i, j, gr_range_2d(0, league, 0, rows),
                          GR_SUM(int64_t, wrong)) {
        wrong += GR_AT(sums, i, j) != (i + j) * n * (n - 1) / 2;
    };
    GR_TRY(gr_fence());
    LADDER_NONE_WRONG(wrong, n, "threads' scratch memory");
    return GR_RELEASE(&sums);
}

/* Beyond the limit nothing runs, and the message has both numbers. */
static gr_status beyond_the_limit(int level, gr_index limit) {
    gr_view1_i64 ran;
    char number[32];
    int64_t count = -1;

    GR_TRY(GR_CREATE(&ran, "ran", 1));
    GR_PARALLEL_TEAM("too much", t, gr_with_scratch(gr_teams(1, 1), level, limit + 64, 0)) {
        GR_AT(ran, t.league_rank) = 1;
    };
    const gr_status status = gr_fence();
    const char *message = gr_last_error()->message;
    snprintf(number, sizeof number, "%td", limit + 64);
    const bool asked = strstr(message, number) != NULL;
    snprintf(number, sizeof number, "%td", limit);
    GR_REQUIRE(status == GR_INVALID_ARG && asked && strstr(message, number), GR_INTERNAL,
               "level %d: message = \"%s\", expected %td and %td in it", level, message, limit + 64,
               limit);
    GR_TRY(GR_COPY_TO_SCALAR(&count, ran));
    GR_REQUIRE(count == 0, GR_INTERNAL, "level %d: teams that ran = %td, expected 0", level,
               (gr_index)count);
    return GR_RELEASE(&ran);
}

gr_status ladder_climb(void) {
    for (size_t k = 0; k < sizeof team_sizes / sizeof *team_sizes; k++) {
        for (int level = 0; level <= 1; level++) {
            GR_TRY(reverses(level, team_sizes[k], 1));
            GR_TRY(reverses(level, team_sizes[k], 33));
            GR_TRY(reverses(level, team_sizes[k], 4096));
            GR_TRY(of_threads(level, team_sizes[k], 1));
            GR_TRY(of_threads(level, team_sizes[k], 257));
        }
        GR_TRY(reverses(1, team_sizes[k], 100003));
    }
    GR_TRY(beyond_the_limit(0, GR_SCRATCH_MAX_0));
    return beyond_the_limit(1, GR_SCRATCH_MAX_1);
}
