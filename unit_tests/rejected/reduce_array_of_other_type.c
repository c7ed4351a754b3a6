/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* expect: the variable of a reducer has another type than the reducer names */
/* form: all */
#include <granum/granum.h>
#include <granum/reduce_array.h>

void count(gr_view1_i64 bins, gr_view1_f64 other);
void count(gr_view1_i64 bins, gr_view1_f64 other) {
#ifdef FIXED
    (void)other;
    GR_PARALLEL_REDUCE_ARRAY("bins", i, gr_range(0, 10), GR_SUM_ARRAY(int64_t, bins, 5)) {
        GR_AT(bins, i % 5) += 1;
    };
#else
    (void)bins;
    GR_PARALLEL_REDUCE_ARRAY("bins", i, gr_range(0, 10), GR_SUM_ARRAY(int64_t, other, 5)) {
        GR_AT(other, i % 5) += 1;
    };
#endif
}
