/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* expect: any */
/* form: lambda */
#include <granum/granum.h>

void set(gr_view1_f64 a, double step);
void set(gr_view1_f64 a, double step) {
#ifdef FIXED
    GR_PARALLEL_FOR("all", i, gr_range(0, 10)) {
        double own = step;

        own += 1.0;
        GR_AT(a, i) = own;
    };
#else
    GR_PARALLEL_FOR("all", i, gr_range(0, 10)) {
        step += 1.0;
        GR_AT(a, i) = step;
    };
#endif
}
