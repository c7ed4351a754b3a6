/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* expect: a kernel body is left by break: use GR_CONTINUE */
/* form: host */
#include <granum/granum.h>

double add(void);
double add(void) {
    double sum;

#ifdef FIXED
    GR_PARALLEL_REDUCE("break", i, gr_range(0, 10), GR_SUM(double, sum)) {
        sum += (double)i;
    };
    return sum;
#else
    GR_PARALLEL_REDUCE("break", i, gr_range(0, 10), GR_SUM(double, sum)) {
        sum += (double)i;
        break;
    };
    return sum;
#endif
}
