/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* expect: any */
/* form: all */
#include <granum/granum.h>

void add(const double *p, double v);
void add(const double *p, double v) {
#ifdef FIXED
    (void)(GR_ATOMIC_LOAD(p) + v);
#else
    GR_ATOMIC_ADD(p, v);
#endif
}
