/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* expect: the variable of a reducer has another type than the reducer names */
/* form: all */
#include <granum/granum.h>

void run(gr_view1_f64 a);
void run(gr_view1_f64 a) {
#ifdef FIXED
    GR_PARALLEL_TEAM("team", t, gr_teams(10, 2)) {
        double sum;

        GR_TEAM_REDUCE(t, k, 0, 10, GR_SUM(double, sum)) {
            sum += GR_AT(a, k);
        };
        GR_AT(a, t.league_rank) = sum;
    };
#else
    GR_PARALLEL_TEAM("team", t, gr_teams(10, 2)) {
        float sum;

        GR_TEAM_REDUCE(t, k, 0, 10, GR_SUM(double, sum)) {
            sum += GR_AT(a, k);
        };
        GR_AT(a, t.league_rank) = sum;
    };
#endif
}
