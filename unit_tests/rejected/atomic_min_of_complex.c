/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* expect: the type of the element has no such operation */
/* form: all */
#include <granum/granum.h>

void join(gr_c128 *p, gr_c128 v);
void join(gr_c128 *p, gr_c128 v) {
#ifdef FIXED
    GR_ATOMIC_MUL(p, v);
#else
    GR_ATOMIC_MIN(p, v);
#endif
}
