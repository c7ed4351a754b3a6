/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* expect: any */
/* form: all */
#include <granum/granum.h>

typedef struct pair {
    int a, b;
} pair;

void add(pair *p, pair v);
void add(pair *p, pair v) {
#ifdef FIXED
    (void)GR_ATOMIC_EXCHANGE(p, v);
#else
    GR_ATOMIC_ADD(p, v);
#endif
}
