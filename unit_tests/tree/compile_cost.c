/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file compile_cost.c
 * @brief A kernel of every kind, to be compiled and never run (compile_cost.sh).
 */
#include <granum/granum.h>

double work(gr_view2_f64 a, gr_view1_f64 y, gr_view1_i64 n);
double work(gr_view2_f64 a, gr_view1_f64 y, gr_view1_i64 n) {
    double total, most;

    GR_PARALLEL_FOR("for", i, gr_range(0, y.extent[0])) {
        GR_AT(y, i) *= 2.0;
    };
    GR_PARALLEL_SCAN("scan", i, gr_range(0, y.extent[0]), GR_SUM(double, sum), final) {
        sum += GR_AT(y, i);
        if (final) {
            GR_AT(y, i) = sum;
        }
    };
    GR_PARALLEL_TEAM("rows", t, gr_teams(a.extent[0], GR_AUTO)) {
        double sum;

        GR_TEAM_REDUCE(t, j, 0, a.extent[1], GR_SUM(double, sum)) {
            sum += GR_AT(a, t.league_rank, j);
        };
        GR_TEAM_SINGLE(t) {
            GR_AT(y, t.league_rank) = sum;
            GR_ATOMIC_ADD(&GR_AT(n, 0), 1);
        };
    };
    GR_PARALLEL_REDUCE_2D("both", i, j, gr_range_2d(0, a.extent[0], 0, a.extent[1]),
                          GR_SUM(double, total), GR_MAX(double, most)) {
        total += GR_AT(a, i, j);
        most = GR_AT(a, i, j) > most ? GR_AT(a, i, j) : most;
    };
    return total + most;
}
