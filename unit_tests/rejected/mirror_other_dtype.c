/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* expect: GR_MIRROR: the element types differ */
/* form: all */
#include <granum/granum.h>

gr_status mirror(gr_view1_f64 *a, gr_view1_f64 b, gr_view1_i64 c);
gr_status mirror(gr_view1_f64 *a, gr_view1_f64 b, gr_view1_i64 c) {
#ifdef FIXED
    (void)c;
    return GR_MIRROR(a, b);
#else
    (void)b;
    return GR_MIRROR(a, c);
#endif
}
