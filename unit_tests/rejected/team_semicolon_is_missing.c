/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* expect: any */
/* form: lambda */
#include <granum/granum.h>

void run(gr_view1_f64 a);
void run(gr_view1_f64 a) {
#ifdef FIXED
    GR_PARALLEL_TEAM("team", t, gr_teams(10, 2)) {
        GR_AT(a, t.league_rank) = 0.0;
    };
#else
    GR_PARALLEL_TEAM("team", t, gr_teams(10, 2)) {
        GR_AT(a, t.league_rank) = 0.0;
    }
    GR_PARALLEL_TEAM("team", t, gr_teams(10, 2)) {
        GR_AT(a, t.league_rank) = 0.0;
    };
#endif
}
