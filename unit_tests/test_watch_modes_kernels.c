/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_watch_modes_kernels.c
 * @brief Kernels with a bug each, and the same without.
 */
#include "test_watch_modes.h"

#include <granum/atomic.h>
#include <granum/parallel.h>
#include <granum/reduce.h>
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
