/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* expect: a result goes to a View of rank 0 */
/* form: all */
#include <granum/granum.h>
#include <granum/results.h>

void add(gr_view0_f64 total, gr_view1_f64 other);
void add(gr_view0_f64 total, gr_view1_f64 other) {
#ifdef FIXED
    (void)other;
    GR_PARALLEL_REDUCE_TO("sum", i, gr_range(0, 10), GR_TO(total, GR_SUM(double, sum))) {
        sum += (double)i;
    };
#else
    (void)total;
    GR_PARALLEL_REDUCE_TO("sum", i, gr_range(0, 10), GR_TO(other, GR_SUM(double, sum))) {
        sum += (double)i;
    };
#endif
}
