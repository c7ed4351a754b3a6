/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* expect: GR_RESIZE: the number of extents is not the View */
/* form: all */
#include <granum/granum.h>

gr_status resize(gr_view2_f64 *a);
gr_status resize(gr_view2_f64 *a) {
#ifdef FIXED
    return GR_RESIZE(a, 10, 10);
#else
    return GR_RESIZE(a, 10);
#endif
}
