/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* expect: an atomic element has more than 64 bytes */
/* form: all */
#include <granum/granum.h>

typedef struct large {
    double part[9];
} large;

void set(large *p, const large *v);
void set(large *p, const large *v) {
#ifdef FIXED
    p->part[0] = v->part[0];
#else
    GR_ATOMIC_STORE(p, *v);
#endif
}
