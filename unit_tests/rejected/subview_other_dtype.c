/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* expect: GR_SUBVIEW: the element types differ */
/* form: all */
#include <granum/granum.h>

gr_status part(gr_view1_f64 *a, gr_view1_f32 *c, gr_view2_f64 b);
gr_status part(gr_view1_f64 *a, gr_view1_f32 *c, gr_view2_f64 b) {
#ifdef FIXED
    (void)c;
    return GR_SUBVIEW(a, b, gr_pick(1), GR_ALL);
#else
    (void)a;
    return GR_SUBVIEW(c, b, gr_pick(1), GR_ALL);
#endif
}
