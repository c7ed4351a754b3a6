/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* expect: GR_PARALLEL_SCAN_SEGMENTED: expected ([label,] index, policy, reducer, final, starts) */
/* form: all */
#include <granum/granum.h>
#include <granum/scan_segmented.h>

void set(gr_view1_f64 a);
void set(gr_view1_f64 a) {
#ifdef FIXED
    GR_PARALLEL_SCAN_SEGMENTED(i, gr_range(0, 10), GR_SUM(double, sum), final, i == 5) {
        if (final) {
            GR_AT(a, i) = sum;
        }
        sum += 1.0;
    };
#else
    GR_PARALLEL_SCAN_SEGMENTED(i, gr_range(0, 10), GR_SUM(double, sum), final) {
        GR_AT(a, 0) = 1.0;
    };
#endif
}
