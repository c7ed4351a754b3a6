/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* expect: a scan takes a reducer of one value without locations or a last step */
/* form: all */
#include <granum/granum.h>
#include <granum/scan_segmented.h>

void set(gr_view1_f64 a);
void set(gr_view1_f64 a) {
#ifdef FIXED
    GR_PARALLEL_SCAN_SEGMENTED("s", i, gr_range(0, 10), GR_MIN(double, low), final, i == 5) {
        if (final) {
            GR_AT(a, i) = low;
        }
    };
#else
    GR_PARALLEL_SCAN_SEGMENTED("s", i, gr_range(0, 10), GR_MINLOC(double, low), final, i == 5) {
        if (final) {
            GR_AT(a, i) = low.value;
        }
    };
#endif
}
