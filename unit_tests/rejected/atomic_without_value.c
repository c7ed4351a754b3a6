/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* expect: GR_ATOMIC_ADD: expected (pointer, value [, order]) */
/* form: all */
#include <granum/granum.h>

void add(int *p);
void add(int *p) {
#ifdef FIXED
    GR_ATOMIC_ADD(p, 1);
#else
    GR_ATOMIC_ADD(p);
#endif
}
