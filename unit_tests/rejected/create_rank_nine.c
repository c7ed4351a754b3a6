/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* expect: GR_CREATE: the number of extents is not the View */
/* form: all */
#include <granum/granum.h>

gr_status make(gr_view8_f64 *a);
gr_status make(gr_view8_f64 *a) {
#ifdef FIXED
    return GR_CREATE(a, "a", 1, 2, 3, 4, 5, 6, 7, 8);
#else
    return GR_CREATE(a, "a", 1, 2, 3, 4, 5, 6, 7, 8, 9);
#endif
}
