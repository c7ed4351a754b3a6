/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_reduce_array_teams.c
 * @brief Reductions into arrays over leagues and in teams: right, with the bits of the order, for
 * any size of teams; bad lengths are reported.
 *
 * Oracle: the order of docs/design/002-canonical-order.md, written here a second time.
 */
#include "test_reduce_array_teams.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include <stdlib.h>
#include <string.h>

static const gr_index sizes[] = {0, 1, 31, 32, 33, 1000, 1024, 1025, 5001, 33000, 150001};
enum { SIZES = sizeof sizes / sizeof *sizes, LARGEST = 150001 };

/* 16 doubles: 32 copies; 200: two; 5000: the result alone. */
static const gr_index lengths[] = {1, 16, 17, 200, 5000};
enum { LENGTHS = sizeof lengths / sizeof *lengths };

static const int team_sizes[] = {GR_AUTO, 1, 2, 3, 4};
enum { TEAM_SIZES = sizeof team_sizes / sizeof *team_sizes };

static gr_view1_i32 key;
static gr_view1_f64 value;

#define MAKE(view, ...) cr_assert(eq(int, (int)GR_CREATE(&view, __VA_ARGS__), GR_SUCCESS))

static void make_data(gr_index n, gr_index length) {
    uint64_t state = 88172645463325252u;

    MAKE(key, "key", n);
    MAKE(value, "value", n);
    for (gr_index i = 0; i < n; i++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        GR_AT(key, i) = state % 5 ? (int32_t)(state % (uint64_t)length) : 0;
        GR_AT(value, i) = (double)(int64_t)state * ((state & 3) ? 0x1p-63 : 0x1p-40);
    }
}

static void drop_data(void) {
    GR_RELEASE(&key);
    GR_RELEASE(&value);
}

/* Elements of a chunk one after the other, chunks as elements of a reduction. */
static void add_in_chunks(double *bins, gr_index lo, gr_index hi, gr_index length, gr_index chunk,
                          gr_index chunks) {
    double *copies = calloc((size_t)((chunks + 1) * length), sizeof(double));

    for (gr_index i = lo; i < hi; i++)
        copies[(i - lo) / chunk * length + GR_AT(key, i)] += GR_AT(value, i);
    for (gr_index b = 0; b < length; b++) {
        double lane[32] = {0};

        for (gr_index c = 0; c < chunks; c++)
            lane[c % 32] += copies[c * length + b];
        for (int half = 16; half > 0; half /= 2)
            for (int q = 0; q < half; q++)
                lane[q] += lane[q + half];
        bins[b] = chunks <= 1 ? copies[b] : lane[0];
    }
    free(copies);
}

static void add_over_league(double *bins, gr_index n, gr_index length) {
    const gr_index bytes = length * (gr_index)sizeof(double);
    gr_index chunk = 32, most = 32;

    while (chunk < bytes / 512)
        chunk *= 2;
    if (bytes * 4096 <= 4 << 20)
        most = 4096;
    else if (bytes * 32 < 4 << 20)
        most = (4 << 20) / bytes;
    while ((n + chunk - 1) / chunk > most)
        chunk *= 2;
    add_in_chunks(bins, 0, n, length, chunk, (n + chunk - 1) / chunk);
}

static void add_nested(double *bins, gr_index lo, gr_index hi, gr_index length) {
    gr_index chunk = 1024, most = 32;

    while (most > 1 && most * length * (gr_index)sizeof(double) > 4096)
        most /= 2;
    while ((hi - lo + chunk - 1) / chunk > most)
        chunk *= 2;
    add_in_chunks(bins, lo, hi, length, chunk, (hi - lo + chunk - 1) / chunk);
}

Test(reduce_array_teams, over_a_league_in_order, .timeout = 120) {
    for (int l = 0; l < LENGTHS; l++) {
        const gr_index length = lengths[l];
        double *expected = malloc((size_t)length * sizeof(double));
        gr_view1_f64 bins;

        MAKE(bins, "bins", length);
        for (int s = 0; s < SIZES; s++) {
            make_data(sizes[s], length);
            add_over_league(expected, sizes[s], length);
            for (int k = 0; k < TEAM_SIZES; k++) {
                gr_team_policy policy =
                    gr_with_scratch(gr_teams(sizes[s], team_sizes[k]), 0, 8 * k, 0);

                policy.options.schedule = k % 2 ? GR_DYNAMIC : GR_STATIC;
                GR_AT(bins, 0) = -1;
                league_add(bins, length, key, value, policy);
                cr_assert(eq(int, (int)gr_fence(), GR_SUCCESS));
                cr_expect(memcmp(bins.data, expected, (size_t)length * sizeof(double)) == 0,
                          "n = %td, length = %td, teams of %d", sizes[s], length, team_sizes[k]);
            }
            drop_data();
        }
        free(expected);
        GR_RELEASE(&bins);
    }
}

Test(reduce_array_teams, over_a_league_beside_a_sum, .timeout = 60) {
    gr_view1_i64 bins;

    MAKE(bins, "bins", 7);
    for (int s = 0; s < SIZES; s++) {
        int64_t expected[7] = {0}, sum = 0;

        make_data(sizes[s], 7);
        for (gr_index i = 0; i < sizes[s]; i++) {
            expected[GR_AT(key, i)] += 3;
            sum += GR_AT(key, i);
        }
        cr_expect(league_count(bins, key, gr_teams(sizes[s], GR_AUTO)) == sum);
        cr_assert(eq(int, (int)gr_fence(), GR_SUCCESS));
        cr_expect(memcmp(bins.data, expected, sizeof expected) == 0, "n = %td", sizes[s]);
        drop_data();
    }
    GR_RELEASE(&bins);
}

Test(reduce_array_teams, nested_in_order_and_seen_by_the_team, .timeout = 120) {
    enum { LEAGUE = 3 };

    for (int l = 0; l < LENGTHS; l++) {
        const gr_index length = lengths[l];
        double *expected = malloc((size_t)length * sizeof(double));
        gr_view2_f64 bins, columns, read;

        MAKE(bins, "bins", LEAGUE, length);
        MAKE(columns, "columns", length, LEAGUE);
        for (int s = 0; s < SIZES; s++) {
            const gr_index lo = sizes[s] > 4 ? 3 : 0;

            make_data(sizes[s], length);
            for (int k = 0; k < TEAM_SIZES; k++) {
                const gr_team_policy policy = gr_teams(LEAGUE, team_sizes[k]);
                double sum = 0;

                MAKE(read, "read", LEAGUE, 16);
                add_nested(expected, lo, sizes[s], length);
                for (gr_index b = 0; b < length; b++)
                    sum += expected[b];
                team_add(bins, length, lo, sizes[s], key, value, read, policy);
                cr_assert(eq(int, (int)gr_fence(), GR_SUCCESS));
                for (gr_index r = 0; r < LEAGUE; r++) {
                    cr_expect(
                        memcmp(&GR_AT(bins, r, 0), expected, (size_t)length * sizeof(double)) == 0,
                        "n = %td, length = %td, teams of %d", sizes[s], length, team_sizes[k]);
                    for (gr_index k2 = 0; k2 < 16; k2++)
                        cr_expect(memcmp(&GR_AT(read, r, k2), &sum, sizeof sum) == 0 ||
                                      (GR_AT(read, r, k2) == 0 && k2 > 0),
                                  "thread %td of a team", k2);
                }
                add_nested(expected, 0, sizes[s], length);
                vector_add(columns, sizes[s], key, value, policy);
                cr_assert(eq(int, (int)gr_fence(), GR_SUCCESS));
                for (gr_index b = 0; b < length; b++)
                    cr_expect(
                        memcmp(&GR_AT(columns, b, LEAGUE - 1), &expected[b], sizeof(double)) == 0,
                        "n = %td, length = %td, column element %td", sizes[s], length, b);
                GR_RELEASE(&read);
            }
            drop_data();
        }
        free(expected);
        GR_RELEASE(&bins);
        GR_RELEASE(&columns);
    }
}

Test(reduce_array_teams, nested_of_a_users_struct_beside_counts, .timeout = 60) {
    enum { LEAGUE = 5, LENGTH = 20 };
    gr_view2_tally out;
    gr_view2_i64 count;

    MAKE(out, "out", LEAGUE, LENGTH);
    MAKE(count, "count", LEAGUE, LENGTH);
    for (int s = 0; s < SIZES; s++) {
        double first[LENGTH];

        make_data(sizes[s], LENGTH);
        for (int k = 0; k < TEAM_SIZES; k++) {
            team_tally(out, count, key, value,
                       gr_with_scratch(gr_teams(LEAGUE, team_sizes[k]), 1, 1000, 0));
            cr_assert(eq(int, (int)gr_fence(), GR_SUCCESS));
            for (gr_index b = 0; b < LENGTH; b++) {
                int64_t all = 0;

                for (gr_index i = 0; i < sizes[s]; i++)
                    all += GR_AT(key, i) == b;
                first[b] = k ? first[b] : GR_AT(out, 0, b).sum;
                for (gr_index r = 0; r < LEAGUE; r++) {
                    cr_expect(all == GR_AT(out, r, b).count && GR_AT(count, r, b) == all);
                    cr_expect(memcmp(&GR_AT(out, r, b).sum, &first[b], sizeof(double)) == 0,
                              "n = %td, teams of %d: another order", sizes[s], team_sizes[k]);
                }
            }
        }
        drop_data();
    }
    GR_RELEASE(&out);
    GR_RELEASE(&count);
}

Test(reduce_array_teams, continue_ends_an_element, .timeout = 60) {
    gr_view2_i64 out;

    MAKE(out, "out", 3, 2);
    for (int k = 0; k < TEAM_SIZES; k++) {
        team_odd(out, 4000, gr_teams(3, team_sizes[k])); /* 1 + 5 + ... and 3 + 7 + ... */
        cr_assert(eq(int, (int)gr_fence(), GR_SUCCESS));
        cr_expect(1000 * 1999 == GR_AT(out, 2, 0) && GR_AT(out, 1, 1) == 1000 * 2001);
    }
    GR_RELEASE(&out);
}

/* Nothing runs, and the results are left as they were. */
Test(reduce_array_teams, bad_lengths_are_reported, .timeout = 60) {
    gr_view1_f64 bins;
    gr_view2_f64 rows, read;

    make_data(100, 4);
    MAKE(bins, "bins", 3);
    MAKE(rows, "rows", 2, 3);
    MAKE(read, "read", 2, 16);
    GR_AT(bins, 0) = GR_AT(rows, 0, 0) = 77;
    league_add(bins, 4, key, value, gr_teams(100, GR_AUTO));
    cr_expect(eq(int, (int)gr_fence(), GR_INVALID_ARG));
    cr_expect(strstr(gr_last_error()->message,
                     "length of the array result bins = 4, expected 0..3") != NULL,
              "%s", gr_last_error()->message);
    cr_expect(77 == GR_AT(bins, 0));
    for (int k = 0; k < TEAM_SIZES; k++) {
        team_add(rows, -1, 0, 100, key, value, read, gr_teams(2, team_sizes[k]));
        cr_expect(eq(int, (int)gr_fence(), GR_INVALID_ARG));
        cr_expect(strstr(gr_last_error()->message,
                         "length of the array result row = -1, expected 0..3") != NULL,
                  "%s", gr_last_error()->message);
        cr_expect(strstr(gr_last_error()->message, "add") != NULL);
        cr_expect(77 == GR_AT(rows, 0, 0));
    }
    cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));
    GR_RELEASE(&bins);
    GR_RELEASE(&rows);
    GR_RELEASE(&read);
    drop_data();
}
