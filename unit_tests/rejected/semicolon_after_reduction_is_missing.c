/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* expect: any */
/* form: lambda */
#include <granum/granum.h>

double add(void);
double add(void) {
    double sum;

#ifdef FIXED
    GR_PARALLEL_REDUCE("sum", i, gr_range(0, 10), GR_SUM(double, sum)) {
        sum += (double)i;
    };
#else
    GR_PARALLEL_REDUCE("sum", i, gr_range(0, 10), GR_SUM(double, sum)) {
        sum += (double)i;
    }
#endif
    return sum;
}
