/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_team_scan.c
 * @brief Scans inside of teams and over leagues have the bits of a scan over the same range.
 *
 * Oracle: parallel_scan, which canonical_order.py checks; sums of integers by formula.
 */
#include "test_team_scan.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <granum/status.h>

#include <stdlib.h>
#include <string.h>

static const gr_index sizes[] = {0,   1,   2,   7,    8,    9,    31,   32,     33,
                                 255, 256, 257, 1023, 1025, 4096, 4097, 100000, 135169};
enum { SIZES = sizeof sizes / sizeof *sizes };

static const int team_sizes[] = {GR_AUTO, 1, 2, 3, 4, 5, 8};
enum { TEAM_SIZES = sizeof team_sizes / sizeof *team_sizes };

/* Arrays of n in one block; memory is the first's. */
static team_scan results_of(gr_index n) {
    team_scan all;

    all.before = calloc((size_t)(4 * n) + 1, sizeof(double));
    all.after = all.before + n;
    all.before_whole = (int64_t *)(all.after + n);
    all.after_whole = all.before_whole + n;
    return all;
}

Test(team_scan, has_the_bits_of_a_range, .timeout = 120) {
    static const int kinds[] = {SCAN_TEAM, SCAN_VECTOR, SCAN_LEAGUE};

    for (int s = 0; s < SIZES; s++) {
        const size_t bytes = (size_t)(4 * sizes[s]) * sizeof(double);
        const team_scan expected = results_of(sizes[s]), got = results_of(sizes[s]);

        team_scan_by(SCAN_RANGE, gr_teams(1, 1), 0, sizes[s], expected);
        for (gr_index i = 0; i < sizes[s]; i++) {
            cr_assert(expected.before_whole[i] == i * (i + 1) / 2);
        }
        for (int kind = 0; kind < 3; kind++) {
            for (int k = 0; k < TEAM_SIZES; k++) {
                memset(got.before, 0x55, bytes);
                team_scan_by(kinds[kind], gr_teams(1, team_sizes[k]), (k - 2) * 100, sizes[s], got);
                cr_expect(memcmp(got.before, expected.before, bytes) == 0,
                          "kind %d, n = %td, teams of %d", kinds[kind], sizes[s], team_sizes[k]);
            }
        }
        free(expected.before);
        free(got.before);
    }
    cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));
}

/* Every thread of the team has them. */
Test(team_scan, totals, .timeout = 60) {
    for (int s = 0; s < SIZES; s++) {
        for (int k = 0; k < TEAM_SIZES; k++) {
            const gr_index n = sizes[s];
            const team_totals all = team_total_by(gr_teams(1, team_sizes[k]), n);

            cr_expect(memcmp(&all.league, &all.range, sizeof(double)) == 0, "n = %td", n);
            cr_expect(all.league_whole == n * (n + 1) / 2);
            for (int r = 0; r < 16 && (r == 0 || r < team_size_given_by(team_sizes[k])); r++) {
                cr_expect(memcmp(&all.team[r], &all.range, sizeof(double)) == 0, "n = %td", n);
                cr_expect(memcmp(&all.vector[r], &all.range, sizeof(double)) == 0, "n = %td", n);
                cr_expect(all.team_whole[r] == n * (n + 1) / 2);
            }
        }
    }
    cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));
}

Test(team_scan, league_scan_takes_options_and_scratch, .timeout = 60) {
    enum { N = 50001 };
    const team_scan expected = results_of(N), got = results_of(N);
    gr_team_policy policy = gr_with_scratch(gr_teams(N, 4), 0, 100, 10);

    policy.options.threads = 3;
    policy.options.schedule = GR_DYNAMIC;
    team_scan_by(SCAN_RANGE, gr_teams(1, 1), 0, N, expected);
    team_scan_by(SCAN_LEAGUE, policy, 0, N, got);
    cr_expect(memcmp(got.before, expected.before, 4 * N * sizeof(double)) == 0);
    cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));
    free(expected.before);
    free(got.before);
}

Test(team_scan, whole_team_sees_the_results, .timeout = 60) {
    enum { LEAGUE = 9 };
    static int64_t memory[LEAGUE * 5000];

    for (int k = 0; k < TEAM_SIZES; k++) {
        for (gr_index n = 0; n <= 5000; n += n / 2 + 1) {
            long wrong = 0;

            team_scan_then_read(gr_teams(LEAGUE, team_sizes[k]), n, memory, &wrong);
            cr_expect(eq(long, wrong, 0), "n = %td, teams of %d", n, team_sizes[k]);
        }
    }
}

Test(team_scan, rows_by_threads, .timeout = 60) {
    enum { LEAGUE = 3, ROWS = 11, COLUMNS = 300 };
    static int64_t out[LEAGUE * ROWS * COLUMNS];

    for (int k = 0; k < TEAM_SIZES; k++) {
        memset(out, 0, sizeof out);
        team_scan_rows(gr_teams(LEAGUE, team_sizes[k]), ROWS, COLUMNS, out);
        for (gr_index at = 0; at < LEAGUE * ROWS * COLUMNS; at++) {
            const gr_index i = at / COLUMNS % ROWS, j = at % COLUMNS;
            const int64_t here = (j * 7 + i) % 100 + j;
            const int64_t before = j > 0 ? out[at - 1] : INT64_MIN;

            cr_expect(eq(long, out[at], here > before ? here : before));
        }
    }
}

Test(team_scan, continue_ends_one_element, .timeout = 60) {
    enum { LEAGUE = 3, N = 5000 };
    static int64_t out[LEAGUE * N];

    for (int k = 0; k < TEAM_SIZES; k++) {
        long wrong = 0;

        memset(out, 0, sizeof out);
        team_scan_continue(gr_teams(LEAGUE, team_sizes[k]), N, out);
        for (gr_index at = 0; at < LEAGUE * N; at++) {
            const gr_index odd = at % N / 2;

            wrong += out[at] != odd * odd;
        }
        cr_expect(eq(long, wrong, 0), "teams of %d", team_sizes[k]);
    }
    cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));
}
