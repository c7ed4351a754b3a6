/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* expect: GR_SUBVIEW: the number of selectors is not the source */
/* form: all */
#include <granum/granum.h>

gr_status part(gr_view1_f64 *a, gr_view2_f64 b);
gr_status part(gr_view1_f64 *a, gr_view2_f64 b) {
#ifdef FIXED
    return GR_SUBVIEW(a, b, gr_pick(1), GR_ALL);
#else
    return GR_SUBVIEW(a, b, gr_pick(1));
#endif
}
