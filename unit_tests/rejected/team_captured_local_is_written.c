/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* expect: any */
/* form: lambda */
#include <granum/granum.h>

void run(gr_view1_f64 a);
void run(gr_view1_f64 a) {
#ifdef FIXED
    const double last = 1.0;

    GR_PARALLEL_TEAM("team", t, gr_teams(10, 2)) {
        GR_AT(a, t.league_rank) = last;
    };
#else
    double last = 1.0;

    GR_PARALLEL_TEAM("team", t, gr_teams(10, 2)) {
        last = GR_AT(a, t.league_rank);
    };
#endif
}
