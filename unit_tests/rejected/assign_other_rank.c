/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* expect: GR_ASSIGN: the ranks differ */
/* form: all */
#include <granum/granum.h>

gr_status assign(gr_view1_f64 *a, gr_view1_f64 b, gr_view2_f64 c);
gr_status assign(gr_view1_f64 *a, gr_view1_f64 b, gr_view2_f64 c) {
#ifdef FIXED
    (void)c;
    return GR_ASSIGN(a, b);
#else
    (void)b;
    return GR_ASSIGN(a, c);
#endif
}
