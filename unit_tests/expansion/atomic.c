/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* What the macros of atomic.h expand to; the arithmetic ones have one text for all types, too long to
 * read as a whole. */
#include <granum/granum.h>
EXPANSION
int get(const int *p) {
    return GR_ATOMIC_LOAD(p, GR_ORDER_ACQUIRE);
}
void set(double *p, double v) {
    GR_ATOMIC_STORE(p, v);
}
void update(pair *p, pair v) {
    GR_ATOMIC_UPDATE(p, larger, v);
}
