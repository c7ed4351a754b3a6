/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* expect: GR_PARALLEL_FOR_4D: expected ([label,] 4 indices, policy) */
/* form: all */
#include <granum/granum.h>

void set(gr_view1_f64 a);
void set(gr_view1_f64 a) {
#ifdef FIXED
    GR_PARALLEL_FOR_4D("all", i, j, k, l, gr_range_4d(0, 2, 0, 2, 0, 2, 0, 2)) {
        GR_AT(a, i) = 0.0;
    };
#else
    GR_PARALLEL_FOR_4D(i, gr_range_4d(0, 2, 0, 2, 0, 2, 0, 2)) {
        GR_AT(a, i) = 0.0;
    };
#endif
}
