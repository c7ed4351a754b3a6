/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* expect: the View of a total has another type than the reducer names */
/* form: all */
#include <granum/granum.h>
#include <granum/results.h>

void add(gr_view0_f64 total, gr_view0_i64 other);
void add(gr_view0_f64 total, gr_view0_i64 other) {
#ifdef FIXED
    (void)other;
    GR_PARALLEL_SCAN_TOTAL_TO("sum", i, gr_range(0, 10), GR_SUM(double, sum), final, total) {
        sum += (double)i;
    };
#else
    (void)total;
    GR_PARALLEL_SCAN_TOTAL_TO("sum", i, gr_range(0, 10), GR_SUM(double, sum), final, other) {
        sum += (double)i;
    };
#endif
}
