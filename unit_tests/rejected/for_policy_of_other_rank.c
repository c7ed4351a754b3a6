/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* expect: any */
/* form: all */
#include <granum/granum.h>

void set(gr_view1_f64 a);
void set(gr_view1_f64 a) {
#ifdef FIXED
    GR_PARALLEL_FOR("all", i, gr_range(0, 10)) {
        GR_AT(a, i) = 0.0;
    };
#else
    GR_PARALLEL_FOR("all", i, gr_range_2d(0, 10, 0, 10)) {
        GR_AT(a, i) = 0.0;
    };
#endif
}
