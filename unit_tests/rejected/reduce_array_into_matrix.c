/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* expect: the result of an array reducer is a View of rank 1 */
/* form: all */
#include <granum/granum.h>
#include <granum/reduce_array.h>

void count(gr_view1_i64 bins, gr_view2_i64 matrix);
void count(gr_view1_i64 bins, gr_view2_i64 matrix) {
#ifdef FIXED
    (void)matrix;
    GR_PARALLEL_REDUCE_ARRAY("bins", i, gr_range(0, 10), GR_SUM_ARRAY(int64_t, bins, 5)) {
        GR_AT(bins, i % 5) += 1;
    };
#else
    (void)bins;
    GR_PARALLEL_REDUCE_ARRAY("bins", i, gr_range(0, 10), GR_SUM_ARRAY(int64_t, matrix, 5)) {
        matrix.data[i % 5] += 1;
    };
#endif
}
