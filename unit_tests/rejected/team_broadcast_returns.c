/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* expect: any */
/* form: host */
#include <granum/granum.h>

void run(gr_view1_f64 a);
void run(gr_view1_f64 a) {
#ifdef FIXED
    GR_PARALLEL_TEAM("team", t, gr_teams(10, 2)) {
        double x = 0.0;

        GR_TEAM_SINGLE_BROADCAST(t, double, x) {
            x = 1.0;
        };
        GR_AT(a, t.league_rank) = x;
    };
#else
    GR_PARALLEL_TEAM("team", t, gr_teams(10, 2)) {
        double x = 0.0;

        GR_TEAM_SINGLE_BROADCAST(t, double, x) {
            x = 1.0;
            return;
        };
        GR_AT(a, t.league_rank) = x;
    };
#endif
}
