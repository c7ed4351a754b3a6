/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* expect: expected must point to a value of the type of the element */
/* form: all */
#include <granum/granum.h>

void set(int *p, bool *done);
void set(int *p, bool *done) {
    int was = 0;

    (void)was;
#ifdef FIXED
    *done = GR_ATOMIC_COMPARE_EXCHANGE(p, &was, 1);
#else
    *done = GR_ATOMIC_COMPARE_EXCHANGE(p, done, 1);
#endif
}
