/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* expect: GR_SCRATCH_VIEW: the number of extents is not the View */
/* form: all */
#include <granum/granum.h>

void run(gr_view1_f64 a);
void run(gr_view1_f64 a) {
#ifdef FIXED
    GR_PARALLEL_TEAM("team", t, gr_teams(10, 2)) {
        gr_view2_f64 x;

        GR_SCRATCH_VIEW(&x, t, 0, 4, 4);
        GR_AT(a, t.league_rank) = GR_AT(x, 0, 0);
    };
#else
    GR_PARALLEL_TEAM("team", t, gr_teams(10, 2)) {
        gr_view2_f64 x;

        GR_SCRATCH_VIEW(&x, t, 0, 4);
        GR_AT(a, t.league_rank) = GR_AT(x, 0, 0);
    };
#endif
}
