/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* expect: any */
/* form: all */
#include <granum/granum.h>

double add(gr_view1_f64 a);
double add(gr_view1_f64 a) {
#ifdef FIXED
    double total;

    GR_PARALLEL_SCAN_TOTAL("scan", i, gr_range(0, 10), GR_SUM(double, sum), final, total) {
        if (final) {
            GR_AT(a, i) = sum;
        }
        sum += 1.0;
    };
    return total;
#else
    gr_c64 total;

    GR_PARALLEL_SCAN_TOTAL("scan", i, gr_range(0, 10), GR_SUM(double, sum), final, total) {
        if (final) {
            GR_AT(a, i) = sum;
        }
        sum += 1.0;
    };
    return (double)total.re;
#endif
}
