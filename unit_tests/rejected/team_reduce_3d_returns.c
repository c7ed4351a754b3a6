/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* expect: any */
/* form: host */
#include <granum/granum.h>

void run(gr_view1_f64 a);
void run(gr_view1_f64 a) {
#ifdef FIXED
    GR_PARALLEL_TEAM("team", t, gr_teams(10, 2)) {
        double sum;

        GR_TEAM_REDUCE_3D(t, i, j, k, 0, 2, 0, 10, 0, 3, GR_SUM(double, sum)) {
            sum += GR_AT(a, k);
        };
        GR_AT(a, t.league_rank) = sum;
    };
#else
    GR_PARALLEL_TEAM("team", t, gr_teams(10, 2)) {
        double sum;

        GR_TEAM_REDUCE_3D(t, i, j, k, 0, 2, 0, 10, 0, 3, GR_SUM(double, sum)) {
            sum += GR_AT(a, k);
            return;
        };
        GR_AT(a, t.league_rank) = sum;
    };
#endif
}
