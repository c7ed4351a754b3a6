/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* expect: a scan takes a reducer of one value without locations or a last step */
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
    GR_PARALLEL_SCAN("scan", i, gr_range(0, 10), GR_MINLOC(double, least), final) {
        if (final) {
            GR_AT(a, i) = least.value;
        }
    };
#endif
}
