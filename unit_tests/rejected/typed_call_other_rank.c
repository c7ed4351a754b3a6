/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* expect: any */
/* form: all */
#include <granum/granum.h>

double total(gr_view1_f64 v);
double call(gr_view2_f64 a, gr_view1_f64 b);
double call(gr_view2_f64 a, gr_view1_f64 b) {
    (void)a, (void)b;
#ifdef FIXED
    return total(b);
#else
    return total(a);
#endif
}
