/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* expect: any */
/* form: host */
/* compiler: gcc; clang makes it a copy like any other */
#include <granum/granum.h>

static double factor = 2.0;

void set(gr_view1_f64 a);
void set(gr_view1_f64 a) {
    factor += 1.0;
#ifdef FIXED
    double own = factor;

    GR_PARALLEL_FOR("all", i, gr_range(0, 10)) {
        GR_AT(a, i) = own;
    };
#else
    GR_PARALLEL_FOR("all", i, gr_range(0, 10)) {
        GR_AT(a, i) = factor;
    };
#endif
}
