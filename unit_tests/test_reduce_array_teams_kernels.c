/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_reduce_array_teams_kernels.c
 * @brief The kernels of test_reduce_array_teams.c.
 */
#include "test_reduce_array_teams.h"

#include <granum/reduce_array.h>

void league_add(gr_view1_f64 bins, gr_index length, gr_view1_i32 key, gr_view1_f64 value,
                gr_team_policy policy) {
    GR_PARALLEL_TEAM_REDUCE_ARRAY("bins", t, policy, GR_SUM_ARRAY(double, bins, length)) {
        GR_AT(bins, GR_AT(key, t.league_rank)) += GR_AT(value, t.league_rank);
    };
}

int64_t league_count(gr_view1_i64 bins, gr_view1_i32 key, gr_team_policy policy) {
    const gr_index length = bins.extent[0];
    int64_t sum;

    GR_PARALLEL_TEAM_REDUCE_ARRAY(t, policy, GR_SUM(int64_t, sum),
                                  GR_SUM_ARRAY(int64_t, bins, length)) {
        const int32_t here = GR_AT(key, t.league_rank);
        int64_t three;

        GR_TEAM_REDUCE(t, k, 0, 3, GR_SUM(int64_t, three)) {
            three += k - k + 1;
        };
        if (three != 3) {
            GR_CONTINUE;
        }
        GR_AT(bins, here) += three;
        sum += here;
    };
    return sum;
}

/* Rows and columns that count nothing, as what a block makes for itself has to be. */
GR_FUNCTION gr_view1_f64 row_of(gr_view2_f64 a, gr_index i) {
    const gr_view1_f64 row = {&GR_AT(a, i, 0), NULL, {a.extent[1]}, {1}, NULL};

    return row;
}

GR_FUNCTION gr_view1_i64 row_of_i64(gr_view2_i64 a, gr_index i) {
    const gr_view1_i64 row = {&GR_AT(a, i, 0), NULL, {a.extent[1]}, {1}, NULL};

    return row;
}

GR_FUNCTION gr_view1_f64_strided column_of(gr_view2_f64 a, gr_index j) {
    const gr_view1_f64_strided column = {&GR_AT(a, 0, j), NULL, {a.extent[0]}, {a.extent[1]}, NULL};

    return column;
}

void team_add(gr_view2_f64 bins, gr_index length, gr_index lo, gr_index hi, gr_view1_i32 key,
              gr_view1_f64 value, gr_view2_f64 read, gr_team_policy policy) {
    GR_PARALLEL_TEAM("add", t, policy) {
        const gr_view1_f64 row = row_of(bins, t.league_rank);
        double sum = 0;

        GR_TEAM_REDUCE_ARRAY(t, k, lo, hi, GR_SUM_ARRAY(double, row, length)) {
            GR_AT(row, GR_AT(key, k)) += GR_AT(value, k);
        };
        for (gr_index b = 0; b < length; b++) {
            sum += GR_AT(row, b);
        }
        GR_AT(read, t.league_rank, t.team_rank) = sum;
    };
}

void vector_add(gr_view2_f64 bins, gr_index hi, gr_view1_i32 key, gr_view1_f64 value,
                gr_team_policy policy) {
    GR_PARALLEL_TEAM("columns", t, policy) {
        GR_TEAM_SINGLE(t) {
            const gr_index length = bins.extent[0];
            const gr_view1_f64_strided column = column_of(bins, t.league_rank);

            GR_THREAD_VECTOR_REDUCE_ARRAY(t, k, 0, hi, GR_SUM_ARRAY(double, column, length)) {
                GR_AT(column, GR_AT(key, k)) += GR_AT(value, k);
            };
        };
    };
}

GR_FUNCTION tally no_tally(void) {
    const tally none = {0, 0};

    return none;
}

GR_FUNCTION tally both(tally a, tally b) {
    a.count += b.count;
    a.sum += b.sum;
    return a;
}

void team_tally(gr_view2_tally out, gr_view2_i64 count, gr_view1_i32 key, gr_view1_f64 value,
                gr_team_policy policy) {
    const gr_index length = out.extent[1], n = key.extent[0];

    GR_PARALLEL_TEAM("tally", t, policy) {
        gr_view1_tally own;
        gr_view1_i64 counts;

        GR_SCRATCH_VIEW(&own, t, 1, length);
        GR_SCRATCH_VIEW(&counts, t, 1, length);
        GR_TEAM_REDUCE_ARRAY(t, k, 0, n, GR_REDUCER_ARRAY(tally, own, length, no_tally(), both),
                             GR_SUM_ARRAY(int64_t, counts, length)) {
            const int32_t here = GR_AT(key, k);

            GR_AT(own, here).count += 1;
            GR_AT(own, here).sum += GR_AT(value, k);
            GR_AT(counts, here) += 1;
        };
        GR_TEAM_FOR(t, b, 0, length) {
            GR_AT(out, t.league_rank, b) = GR_AT(own, b);
            GR_AT(count, t.league_rank, b) = GR_AT(counts, b);
        };
    };
}

void team_odd(gr_view2_i64 out, gr_index n, gr_team_policy policy) {
    GR_PARALLEL_TEAM("odd", t, policy) {
        const gr_view1_i64 own = row_of_i64(out, t.league_rank);

        GR_TEAM_REDUCE_ARRAY(t, k, 0, n, GR_SUM_ARRAY(int64_t, own, 2)) {
            if (k % 2 == 0) {
                GR_CONTINUE;
            }
            GR_AT(own, k / 2 % 2) += k;
        };
    };
}
