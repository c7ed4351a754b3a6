/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* expect: GR_CREATE */
/* form: all */
#include <granum/granum.h>

gr_status make(gr_view2_f64 *a);
gr_status make(gr_view2_f64 *a) {
#ifdef FIXED
    return GR_CREATE(a, "a", 2, 3);
#else
    return GR_CREATE(a, "a", 2);
#endif
}
