/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* expect: the type of the element has no such operation */
/* form: all */
#include <granum/granum.h>

void join(double *p, double v);
void join(double *p, double v) {
#ifdef FIXED
    GR_ATOMIC_MIN(p, v);
#else
    GR_ATOMIC_AND(p, v);
#endif
}
