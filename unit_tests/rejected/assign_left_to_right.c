/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* expect: GR_ASSIGN: right and left layouts differ, expected the same, or a _strided View */
/* form: all */
#include <granum/granum.h>

gr_status assign(gr_view2_f64_right *a, gr_view2_f64_left b, gr_view2_f64_strided c);
gr_status assign(gr_view2_f64_right *a, gr_view2_f64_left b, gr_view2_f64_strided c) {
#ifdef FIXED
    (void)b;
    return GR_ASSIGN(a, c);
#else
    (void)c;
    return GR_ASSIGN(a, b);
#endif
}
