/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* expect: any */
/* form: all */
#include <granum/granum.h>

double add(void);
double add(void) {
#ifdef FIXED
    double sum = 0.0;
#else
    const double sum = 0.0;
#endif

    GR_PARALLEL_REDUCE("sum", i, gr_range(0, 10), GR_SUM(double, sum)) {
        sum += (double)i;
    };
    return sum;
}
