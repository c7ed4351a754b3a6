/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* expect: a store cannot acquire */
/* form: all */
#include <granum/granum.h>

void set(int *p);
void set(int *p) {
#ifdef FIXED
    GR_ATOMIC_STORE(p, 1, GR_ORDER_RELEASE);
#else
    GR_ATOMIC_STORE(p, 1, GR_ORDER_ACQ_REL);
#endif
}
