/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* expect: any */
/* form: host */
#include <granum/granum.h>

void run(gr_view1_f64 a);
void run(gr_view1_f64 a) {
#ifdef FIXED
    GR_PARALLEL_TEAM("team", t, gr_teams(10, 2)) {
        GR_THREAD_VECTOR_FOR(t, k, 0, 10) {
            GR_AT(a, k) = 0.0;
        };
    };
#else
    GR_PARALLEL_TEAM("team", t, gr_teams(10, 2)) {
        GR_THREAD_VECTOR_FOR(t, k, 0, 10) {
            GR_AT(a, k) = 0.0;
            return;
        };
    };
#endif
}
