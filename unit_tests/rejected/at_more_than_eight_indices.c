/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* expect: GR_AT: number of indices > 8, expected the View */
/* form: all */
#include <granum/granum.h>

void set(gr_view8_f64 a);
void set(gr_view8_f64 a) {
#ifdef FIXED
    GR_AT(a, 0, 0, 0, 0, 0, 0, 0, 0) = 1.0;
#else
    GR_AT(a, 0, 0, 0, 0, 0, 0, 0, 0, 0) = 1.0;
#endif
}
