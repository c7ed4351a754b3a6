/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* expect: GR_PARALLEL_SCAN: expected ([label,] index, policy, reducer, final) */
/* form: all */
#include <granum/granum.h>

void set(gr_view1_f64 a);
void set(gr_view1_f64 a) {
#ifdef FIXED
    GR_PARALLEL_SCAN("scan", i, gr_range(0, 10), GR_SUM(double, sum), final) {
        if (final) {
            GR_AT(a, i) = sum;
        }
        sum += 1.0;
    };
#else
    GR_PARALLEL_SCAN("scan", i, gr_range(0, 10), GR_SUM(double, sum), final, total) {
        if (final) {
            GR_AT(a, i) = sum;
        }
        sum += 1.0;
    };
#endif
}
