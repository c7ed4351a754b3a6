/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_team_reduce.c
 * @brief Reductions inside of teams give every thread the right value, and the same bits whatever
 * the
 * size of a team; reductions over leagues likewise. The order itself is the oracle's subject.
 *
 * Oracle: loops from the first element to the last, over data for which every order is exact.
 */
#include "test_team_reduce.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <granum/status.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const gr_index sizes[] = {-3, 0,    1,    2,    7,    8,     9,     31,    32,
                                 33, 1023, 1024, 1025, 4097, 32768, 32769, 100000};
enum { SIZES = sizeof sizes / sizeof *sizes, LARGEST = 100000 };

static const int team_sizes[] = {GR_AUTO, 1, 2, 3, 4, 5, 6, 7, 8};
enum { TEAM_SIZES = sizeof team_sizes / sizeof *team_sizes };

enum { LEAGUE = 4 };

/* Each thread of each team: at is where its results are. */
#define EACH_THREAD(at, threads)                       \
    for (int at = 0; at < LEAGUE * MOST_THREADS; at++) \
        if (at % MOST_THREADS < (threads))

#define EXPECT_ORDERED(suffix, T, lowest, highest)                                        \
    Test(team_reduce, ordered_##suffix, .timeout = 120) {                                 \
        T *x = malloc(2 * LARGEST * sizeof(T)), *factor = x + LARGEST;                    \
        const int shift = (T)0 < (T)-1 ? 0 : 3;                                           \
                                                                                          \
        for (gr_index i = 0; i < LARGEST; i++) {                                          \
            x[i] = (T)((i * 5 + 3) % 7 - shift + (i == 900 ? 10 : 0));                    \
            factor[i] = (T)(i % 300 == 5 && i < 1600 ? 2 : 1);                            \
        }                                                                                 \
        for (int s = 0; s < SIZES; s++) {                                                 \
            const gr_index n = sizes[s];                                                  \
            int64_t sum = 0, prod = 1;                                                    \
            gr_index least = GR_NO_LOCATION, most = GR_NO_LOCATION;                       \
                                                                                          \
            for (gr_index i = 0; i < n; i++) {                                            \
                sum += (int64_t)x[i];                                                     \
                prod *= (int64_t)factor[i];                                               \
                least = least < 0 || x[i] < x[least] ? i : least;                         \
                most = most < 0 || x[i] > x[most] ? i : most;                             \
            }                                                                             \
            for (int k = 0; k < TEAM_SIZES; k++) {                                        \
                const T low = least < 0 ? (T)(highest) : x[least];                        \
                const T high = most < 0 ? (T)(lowest) : x[most];                          \
                team_##suffix out[LEAGUE * MOST_THREADS];                                 \
                long wrong = 0;                                                           \
                                                                                          \
                memset(out, 0x55, sizeof out);                                            \
                team_reduce_##suffix(gr_teams(LEAGUE, team_sizes[k]), x, factor, n, out); \
                EACH_THREAD(at, team_size_given(team_sizes[k])) {                         \
                    const team_##suffix *all = &out[at];                                  \
                                                                                          \
                    wrong += all->sum != (T)sum || all->prod != (T)prod;                  \
                    wrong += all->min != low || all->max != high;                         \
                    wrong += all->least.value != low || all->least.location != least;     \
                    wrong += all->most.value != high || all->most.location != most;       \
                    wrong += all->both.min != low || all->both.max != high;               \
                }                                                                         \
                cr_expect(eq(long, wrong, 0), "n = %td, teams of %d", n, team_sizes[k]);  \
            }                                                                             \
        }                                                                                 \
        cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));                                  \
        free(x);                                                                          \
    }
EXPECT_ORDERED(i8, int8_t, INT8_MIN, INT8_MAX)
EXPECT_ORDERED(i64, int64_t, INT64_MIN, INT64_MAX)
EXPECT_ORDERED(u32, uint32_t, 0, UINT32_MAX)
EXPECT_ORDERED(f32, float, -INFINITY, INFINITY)
EXPECT_ORDERED(f64, double, -INFINITY, INFINITY)

Test(team_reduce, logical, .timeout = 120) {
    uint8_t *x = malloc(LARGEST);

    for (int s = 0; s < SIZES; s++) {
        const gr_index n = sizes[s];

        for (int k = 0; k < TEAM_SIZES; k++) {
            const gr_team_policy policy = gr_teams(LEAGUE, team_sizes[k]);
            team_logical out[LEAGUE * MOST_THREADS];

            memset(x, 0x15, LARGEST);
            if (n > 0) {
                x[n / 2] = 0x51;
            }
            team_reduce_logical(policy, x, n, out);
            EACH_THREAD(at, team_size_given(team_sizes[k])) {
                cr_expect(out[at].land == 1 && out[at].lor == (n > 0), "n = %td", n);
                cr_expect(out[at].band == (n <= 0 ? UINT64_MAX : n > 1 ? 0x11 : 0x51));
                cr_expect(out[at].bor == (n <= 0 ? 0 : n > 1 ? 0x55 : 0x51));
            }
            if (n > 0) {
                x[n - 1] = 0;
            }
            team_reduce_logical(policy, x, n, out);
            EACH_THREAD(at, team_size_given(team_sizes[k])) {
                cr_expect(out[at].land == (n <= 0) && out[at].lor == (n > 1), "n = %td", n);
            }
        }
    }
    free(x);
}

Test(team_reduce, user_structs_larger_than_what_threads_pass_at_once, .timeout = 120) {
    for (int s = 0; s < SIZES; s++) {
        const gr_index n = sizes[s];
        team_bins expected = {{0}};
        int64_t sum = 0;

        for (gr_index i = 0; i < n; i++) {
            expected.count[i * i % 99]++;
            sum += 2 * i;
        }
        for (int k = 0; k < TEAM_SIZES; k++) {
            team_bins out[LEAGUE * MOST_THREADS];
            int64_t sums[LEAGUE * MOST_THREADS];

            team_reduce_bins(gr_teams(LEAGUE, team_sizes[k]), n, out, sums);
            EACH_THREAD(at, team_size_given(team_sizes[k])) {
                cr_expect(memcmp(&out[at], &expected, sizeof expected) == 0, "n = %td, teams of %d",
                          n, team_sizes[k]);
                cr_expect(eq(long, sums[at], sum));
            }
        }
    }
    cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));
}

/* Each thread of each team has the bits that the team of one has, whoever shares the range. */
Test(team_reduce, bits_do_not_depend_on_the_team, .timeout = 120) {
    for (int s = 0; s < SIZES; s++) {
        const gr_index n = sizes[s];
        team_sums first[LEAGUE * MOST_THREADS], out[LEAGUE * MOST_THREADS];

        memset(first, 0, sizeof first);
        team_reduce_sums(gr_teams(LEAGUE, 1), BY_TEAM, 0, n, first);
        for (int by = 0; by < BY_KINDS; by++) {
            for (int k = 0; k < TEAM_SIZES; k++) {
                long wrong = 0;

                memset(out, 0, sizeof out);
                team_reduce_sums(gr_teams(LEAGUE, team_sizes[k]), by, by == BY_TEAM ? -7 : 1234, n,
                                 out);
                EACH_THREAD(at, team_size_given(team_sizes[k])) {
                    wrong += memcmp(&out[at].f64, &first[0].f64, sizeof first[0].f64) != 0;
                    wrong += memcmp(&out[at].f32, &first[0].f32, sizeof first[0].f32) != 0;
                    wrong += memcmp(&out[at].c128, &first[0].c128, sizeof first[0].c128) != 0;
                    wrong +=
                        memcmp(&out[at].product, &first[0].product, sizeof first[0].product) != 0;
                }
                cr_expect(eq(long, wrong, 0), "n = %td, by %d, teams of %d", n, by, team_sizes[k]);
            }
        }
    }
}

static void expect_box_sums(int dimensions, const gr_index n[3]) {
    const gr_index n2 = dimensions == 2 ? 1 : n[2];
    const gr_index all = n[0] > 0 && n[1] > 0 && n2 > 0 ? n[0] * n[1] * n2 : 0;
    team_sums first[LEAGUE * MOST_THREADS];
    team_box_sums out[LEAGUE * MOST_THREADS];

    memset(first, 0, sizeof first);
    team_reduce_sums(gr_teams(LEAGUE, 1), BY_TEAM, 0, all, first);
    for (int by = 0; by < BY_KINDS; by++) {
        for (int k = 0; k < TEAM_SIZES; k++) {
            long wrong = 0;

            memset(out, 0x55, sizeof out);
            team_reduce_box_sums(gr_teams(LEAGUE, team_sizes[k]), by, dimensions, n, out);
            EACH_THREAD(at, team_size_given(team_sizes[k])) {
                const team_sums *own = &out[at].sums;

                wrong += memcmp(&own->f64, &first[0].f64, sizeof first[0].f64) != 0;
                wrong += memcmp(&own->f32, &first[0].f32, sizeof first[0].f32) != 0;
                wrong += memcmp(&own->c128, &first[0].c128, sizeof first[0].c128) != 0;
                wrong += memcmp(&own->product, &first[0].product, sizeof first[0].product) != 0;
                wrong += out[at].outside != 0;
            }
            cr_expect(eq(long, wrong, 0), "%td x %td x %td in %dD, by %d, teams of %d", n[0], n[1],
                      n2, dimensions, by, team_sizes[k]);
        }
    }
}

/* In two and three dimensions: the bits of one range over the numbers of the elements. */
Test(team_reduce, boxes_have_the_bits_of_one_range, .timeout = 120) {
    static const gr_index boxes[][3] = {
        {0, 5, 3},   {5, 0, 3},   {-2, 4, 3},   {4, -2, 3},  {-2, -2, 3},  {3, 5, 0},
        {3, 5, -1},  {-2, 1, -3}, {1, 1, 1},    {1, 2, 1},   {2, 2, 2},    {1, 8, 1},
        {8, 1, 1},   {1, 9, 1},   {9, 1, 1},    {3, 3, 3},   {1, 1, 31},   {31, 1, 1},
        {2, 31, 7},  {32, 1, 2},  {1, 32, 32},  {33, 2, 33}, {5, 33, 34},  {7, 1, 300},
        {300, 7, 1}, {1, 300, 7}, {17, 65, 35}, {64, 65, 1}, {2, 3, 4000}, {4000, 3, 2},
        {3, 4000, 3}};

    for (size_t b = 0; b < sizeof boxes / sizeof *boxes; b++) {
        expect_box_sums(2, boxes[b]);
        expect_box_sums(3, boxes[b]);
    }
    for (gr_index n1 = 1; n1 <= 70; n1++) { /* each length of rows where sets of lanes end */
        const gr_index n[] = {97 / n1 + 2, n1, n1 % 5 + 1};

        expect_box_sums(2, n);
        expect_box_sums(3, n);
    }
    cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));
}

Test(team_reduce, boxes_in_boxes, .timeout = 60) {
    for (gr_index columns = 0; columns < 12; columns++) {
        const gr_index rows = 5;
        int64_t expected = 0;

        for (gr_index i = 0; i < rows; i++) {
            for (gr_index j = 0; j < columns; j++) {
                const gr_index odd = (columns - j) / 2 * ((i + 1) / 2);

                expected += 6 * ((i + 1) * (columns - j) - odd);
            }
        }
        for (int k = 0; k < TEAM_SIZES; k++) {
            int64_t out[LEAGUE * MOST_THREADS] = {0};

            team_reduce_box_in_box(gr_teams(LEAGUE, team_sizes[k]), rows, columns, out);
            EACH_THREAD(at, team_size_given(team_sizes[k])) {
                cr_expect(eq(long, out[at], expected), "%td columns", columns);
            }
        }
    }
    cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));
}

Test(team_reduce, several_reducers, .timeout = 60) {
    static const gr_index some[] = {0, 1, 8, 9, 1025, 5000};

    for (size_t s = 0; s < sizeof some / sizeof *some; s++) {
        for (int count = 1; count <= 8; count++) {
            for (int k = 0; k < TEAM_SIZES; k++) {
                int64_t out[8];

                team_reduce_several(gr_teams(1, team_sizes[k]), count, some[s], out);
                for (int r = 0; r < 8; r++) {
                    const long expected = (r + 1) * some[s] * (some[s] - 1) / 2;

                    cr_expect(eq(long, out[r], r < count ? expected : 0), "%d reducers", count);
                }
            }
        }
    }
}

Test(team_reduce, rows_by_threads_and_columns_by_lanes, .timeout = 60) {
    enum { ROWS = 13 };
    static const gr_index columns[] = {0, 1, 8, 9, 33, 2000};

    for (size_t s = 0; s < sizeof columns / sizeof *columns; s++) {
        const gr_index n = columns[s];

        for (int k = 0; k < TEAM_SIZES; k++) {
            int64_t y[LEAGUE * ROWS] = {0}, out[LEAGUE * MOST_THREADS] = {0};
            const gr_index all = n * ROWS, most = n * n * (ROWS - 1) + n * (n - 1) / 2;

            team_reduce_rows(gr_teams(LEAGUE, team_sizes[k]), ROWS, n, y);
            for (int i = 0; i < LEAGUE * ROWS; i++) {
                cr_expect(eq(long, y[i], n *(i % ROWS) + n * (n - 1) / 2));
            }
            team_reduce_in_reduce(gr_teams(LEAGUE, team_sizes[k]), ROWS, n, out);
            EACH_THREAD(at, team_size_given(team_sizes[k])) {
                cr_expect(eq(long, out[at], all *(all - 1) / 2 + most), "n = %td", n);
            }
        }
    }
}

Test(team_reduce, in_loops_and_branches_of_the_block, .timeout = 60) {
    for (int s = 0; s < SIZES; s++) {
        for (int k = 0; k < TEAM_SIZES && sizes[s] >= 0; k++) {
            int64_t out[LEAGUE * MOST_THREADS] = {0};

            team_reduce_in_control_flow(gr_teams(LEAGUE, team_sizes[k]), sizes[s], out);
            EACH_THREAD(at, team_size_given(team_sizes[k])) {
                const gr_index rank = at / MOST_THREADS;
                int64_t expected = 0;

                for (int round = 0; round < 3; round++) {
                    const gr_index n = sizes[s] + round;

                    expected += (rank + round) % 2 == 0 ? 0 : n * (n - 1) / 2 + n * rank;
                }
                cr_expect(eq(long, out[at], expected));
            }
            team_reduce_continue(gr_teams(LEAGUE, team_sizes[k]), sizes[s], out);
            EACH_THREAD(at, team_size_given(team_sizes[k])) {
                cr_expect(eq(long, out[at], (sizes[s] / 2) * (sizes[s] / 2)));
            }
        }
    }
    cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));
}

/* ---- over the league ---- */

static void expect_league(gr_team_policy policy, gr_index n) {
    const gr_index teams = policy.league_size;
    const league_results all = league_reduce(policy, n);
    int32_t least = INT32_MAX, most = INT32_MIN;
    gr_index location = GR_NO_LOCATION;
    team_bins bins = {{0}};

    for (gr_index rank = 0; rank < teams; rank++) {
        const int32_t value = (int32_t)(rank * 37 % 101);

        least = value < least ? value : least;
        location = value > most ? rank : location;
        most = value > most ? value : most;
        bins.count[rank % 99]++;
    }
    cr_expect(eq(long, all.teams, teams), "teams are of one thread");
    cr_expect(eq(long, all.elements, teams *n *(n - 1) / 2 + n * teams * (teams - 1) / 2));
    cr_expect(eq(dbl, all.sum, 0.25 * (double)(teams * (teams - 1))));
    cr_expect(all.least == (teams ? (float)-most : INFINITY));
    cr_expect(eq(long, all.most.value, teams ? most : INT64_MIN));
    cr_expect(eq(long, all.most.location, location));
    cr_expect(all.both.min == least && all.both.max == most);
    cr_expect(memcmp(&all.bins, &bins, sizeof bins) == 0);
}

Test(team_reduce, over_the_league, .timeout = 120) {
    static const gr_index leagues[] = {0, 1, 2, 31, 32, 33, 64, 65, 1000, 1025, 131072, 131073};

    for (size_t l = 0; l < sizeof leagues / sizeof *leagues; l++) {
        for (int k = 0; k < TEAM_SIZES; k++) {
            gr_team_policy policy = gr_teams(leagues[l], team_sizes[k]);
            const double first = league_sum_f64(gr_teams(leagues[l], 1));
            double again;

            expect_league(policy, 10);
            policy.options.schedule = GR_DYNAMIC;
            policy.options.threads = 3;
            expect_league(gr_with_scratch(policy, 1, 100, 10), 3);
            again = league_sum_f64(policy);
            cr_expect(memcmp(&again, &first, sizeof first) == 0, "league of %td", leagues[l]);
            again = league_sum_bare(policy);
            cr_expect(memcmp(&again, &first, sizeof first) == 0, "league of %td", leagues[l]);
            cr_expect(eq(long, league_odd(policy), (leagues[l] / 2) * (leagues[l] / 2)));
        }
    }
    cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));
}
