/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* expect: a kernel body is left by break: use GR_CONTINUE */
/* form: host */
#include <granum/granum.h>

void run(gr_view1_f64 a);
void run(gr_view1_f64 a) {
#ifdef FIXED
    GR_PARALLEL_TEAM("team", t, gr_teams(10, 2)) {
        GR_TEAM_SCAN(t, k, 0, 10, GR_SUM(double, sum), final) {
            sum += GR_AT(a, k) + final;
        };
    };
#else
    GR_PARALLEL_TEAM("team", t, gr_teams(10, 2)) {
        GR_TEAM_SCAN(t, k, 0, 10, GR_SUM(double, sum), final) {
            sum += GR_AT(a, k) + final;
            break;
        };
    };
#endif
}
