/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* expect: a load cannot release */
/* form: all */
#include <granum/granum.h>

int get(const int *p);
int get(const int *p) {
#ifdef FIXED
    return GR_ATOMIC_LOAD(p, GR_ORDER_ACQUIRE);
#else
    return GR_ATOMIC_LOAD(p, GR_ORDER_RELEASE);
#endif
}
