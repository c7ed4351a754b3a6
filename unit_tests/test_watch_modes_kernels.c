/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_watch_modes_kernels.c
 * @brief Kernels with a bug each, and the same without.
 */
#include "test_watch_modes.h"

#include <granum/atomic.h>
#include <granum/parallel.h>
#include <granum/reduce.h>
#include <granum/scan.h>
#include <granum/team.h>

void copy_1d(gr_view1_f64 y, gr_view1_f64 x) {
    GR_PARALLEL_FOR("copy", i, gr_range(0, x.extent[0])) {
        GR_AT(y, i) = GR_AT(x, i);
    };
}

void invert_2d(gr_view2_f64 y, gr_view2_f64 x) {
    GR_PARALLEL_FOR_2D("invert", i, j, gr_range_2d(0, x.extent[0], 0, x.extent[1])) {
        GR_AT(y, i, j) = 1 / GR_AT(x, i, j);
    };
}

void invert_2d_f32(gr_view2_f32_left y, gr_view2_f32_left x) {
    GR_PARALLEL_FOR_2D("invert f32", i, j, gr_range_2d(0, x.extent[0], 0, x.extent[1])) {
        GR_AT(y, i, j) = 1 / GR_AT(x, i, j);
    };
}

void smear(gr_view1_f64 x) {
    GR_PARALLEL_FOR("smear", i, gr_range(1, x.extent[0])) {
        GR_AT(x, i) += GR_AT(x, i - 1);
    };
}

void smear_rows(gr_view2_i32 x) {
    GR_PARALLEL_FOR_2D("smear rows", i, j, gr_range_2d(1, x.extent[0], 0, x.extent[1])) {
        GR_AT(x, i, j) += GR_AT(x, i - 1, j);
    };
}

double smooth(gr_view1_f64 y, gr_view1_f64 x) {
    double sum;

    GR_PARALLEL_FOR("smooth", i, gr_range(0, x.extent[0] - 1)) {
        GR_AT(y, i) = GR_AT(x, i) + GR_AT(x, i + 1);
    };
    GR_PARALLEL_REDUCE("sum", i, gr_range(0, x.extent[0] - 1), GR_SUM(double, sum)) {
        sum += GR_AT(y, i);
    };
    return sum;
}

void bin_plainly(gr_view1_i64 bin, gr_view2_i32 x) {
    GR_PARALLEL_FOR_2D("bin", i, j, gr_range_2d(0, x.extent[0], 0, x.extent[1])) {
        GR_AT(bin, GR_AT(x, i, j)) += 1;
    };
}

void bin_atomically(gr_view1_i64 bin, gr_view2_i32 x) {
    GR_PARALLEL_FOR_2D("bin", i, j, gr_range_2d(0, x.extent[0], 0, x.extent[1])) {
        GR_ATOMIC_ADD(&GR_AT(bin, GR_AT(x, i, j)), 1);
    };
}

void count_calls(gr_view1_i64 x, gr_view0_i64 calls) {
    GR_PARALLEL_FOR("count", i, gr_range(0, x.extent[0])) {
        GR_AT(x, i) += 1;
        GR_ATOMIC_ADD(&GR_AT(calls), 1);
    };
}

double sum_rows(gr_view1_f64 sums, gr_view2_f64 x, gr_index of) {
    const gr_index n = x.extent[1];
    const gr_team_policy policy = gr_with_scratch(gr_teams(x.extent[0], 2), 0, 8 * n + 64, 0);
    double all = 0;

    GR_PARALLEL_TEAM("rows", t, policy) {
        gr_view1_f64 row;
        double sum;

        GR_SCRATCH_VIEW(&row, t, 0, n);
        GR_TEAM_FOR(t, k, 0, n) {
            GR_AT(row, k) = GR_AT(x, t.league_rank, k);
        };
        GR_TEAM_BARRIER(t);
        GR_TEAM_REDUCE(t, k, 0, n, GR_SUM(double, sum)) {
            sum += GR_AT(row, k);
        };
        GR_TEAM_SINGLE(t) {
            GR_AT(sums, t.league_rank / of) += sum;
        };
    };
    GR_PARALLEL_TEAM_REDUCE("all rows", t, policy, GR_SUM(double, all)) {
        gr_view1_f64 row;

        GR_SCRATCH_VIEW(&row, t, 0, n);
        for (gr_index k = 0; k < n; ++k) {
            GR_AT(row, k) = GR_AT(x, t.league_rank, k);
            all += GR_AT(row, k);
        }
    };
    return all;
}

void turn_rows(gr_view2_f64 y, gr_view2_f64 x, int threads, bool waits) {
    const gr_index n = x.extent[1];

    GR_PARALLEL_TEAM("turn", t, gr_with_scratch(gr_teams(x.extent[0], threads), 0, 8 * n + 64, 0)) {
        gr_view1_f64 row;

        GR_SCRATCH_VIEW(&row, t, 0, n);
        GR_TEAM_FOR(t, k, 0, n) {
            GR_AT(row, k) = GR_AT(x, t.league_rank, k);
        };
        if (waits) {
            GR_TEAM_BARRIER(t);
        }
        GR_TEAM_FOR(t, k, 0, n) {
            GR_AT(y, t.league_rank, k) = GR_AT(row, n - 1 - k);
        };
    };
}

void shift_rows(gr_view2_f64 y, gr_view2_f64 x, int threads, bool waits) {
    const gr_index n = x.extent[1];

    GR_PARALLEL_TEAM("shift", t, gr_teams(x.extent[0], threads)) {
        GR_TEAM_FOR(t, k, 0, n) {
            GR_AT(y, t.league_rank, k) = GR_AT(x, t.league_rank, k);
        };
        if (waits) {
            GR_TEAM_BARRIER(t);
        }
        GR_TEAM_FOR(t, k, 0, n) {
            GR_AT(x, t.league_rank, k) = GR_AT(y, t.league_rank, (k + 1) % n);
        };
    };
}

void smear_teams(gr_view1_f64 x, int threads) {
    GR_PARALLEL_TEAM("smear teams", t, gr_teams(x.extent[0] - 1, threads)) {
        GR_TEAM_SINGLE(t) {
            GR_AT(x, t.league_rank + 1) += GR_AT(x, t.league_rank);
        };
    };
}

int64_t sum_before(gr_view1_i64 y, gr_view1_i64 x, gr_index after) {
    const gr_index n = x.extent[0];
    int64_t all;

    GR_PARALLEL_SCAN_TOTAL("before", i, gr_range(0, n), GR_SUM(int64_t, sum), final, all) {
        const int64_t own = GR_AT(x, i);

        if (final) {
            GR_AT(y, i + after < n ? i + after : i) = sum;
        }
        sum += own;
    };
    return all;
}

double sum_and_look_back(gr_view1_f64 y, gr_view1_f64 x) {
    double all;

    GR_PARALLEL_SCAN_TOTAL("look back", i, gr_range(1, x.extent[0]), GR_SUM(double, sum), final,
                           all) {
        sum += GR_AT(x, i - 1);
        if (final) {
            GR_AT(y, i) = sum;
        }
    };
    return all;
}

void sum_unset_scratch(gr_view1_f64 sums, gr_index set, int threads) {
    const gr_index n = 8;

    GR_PARALLEL_TEAM("unset scratch", t,
                     gr_with_scratch(gr_teams(sums.extent[0], threads), 0, 8 * n + 64, 64)) {
        gr_view1_f64 row;
        gr_view1_f64 own;
        double sum;

        GR_SCRATCH_VIEW(&row, t, 0, n);
        GR_THREAD_SCRATCH_VIEW(&own, t, 0, 1);
        GR_AT(own, 0) = 0;
        GR_TEAM_FOR(t, k, 0, set) {
            GR_AT(row, k) = 1;
        };
        GR_TEAM_BARRIER(t);
        GR_TEAM_REDUCE(t, k, 0, n, GR_SUM(double, sum)) {
            sum += GR_AT(row, k) + GR_AT(own, 0);
        };
        GR_TEAM_SINGLE(t) {
            GR_AT(sums, t.league_rank) = sum;
        };
    };
}

void copy_bytes(gr_view1_u8 y, gr_view1_u8 x) {
    GR_PARALLEL_FOR("copy bytes", i, gr_range(0, x.extent[0])) {
        GR_AT(y, i) = GR_AT(x, i);
    };
}

void set_members(gr_view1_padded x) {
    GR_PARALLEL_FOR("set members", i, gr_range(0, x.extent[0])) {
        GR_AT(x, i).number = 0.5;
        GR_AT(x, i).count = (int32_t)i;
    };
}

void copy_structs(gr_view1_padded y, gr_view1_padded x) {
    GR_PARALLEL_FOR("copy structs", i, gr_range(0, x.extent[0])) {
        GR_AT(y, i) = GR_AT(x, i);
    };
}

void launch_inside(gr_view1_f64 y, gr_view1_f64 x, gr_index n) {
    GR_PARALLEL_FOR("outer", i, gr_range(0, n)) {
        copy_1d(y, x);
    };
}

double sum_and_take(gr_view1_f64 x, gr_index before) {
    double sum;

    GR_PARALLEL_REDUCE("take", i, gr_range(1, x.extent[0]), GR_SUM(double, sum)) {
        GR_AT(x, i) += GR_AT(x, i - before);
        sum += GR_AT(x, i);
    };
    return sum;
}

double sum_and_take_2d(gr_view2_f64 x, gr_index before) {
    double sum;

    GR_PARALLEL_REDUCE_2D("take rows", i, j, gr_range_2d(1, x.extent[0], 0, x.extent[1]),
                          GR_SUM(double, sum)) {
        GR_AT(x, i, j) += GR_AT(x, i - before, j);
        sum += GR_AT(x, i, j);
    };
    return sum;
}
