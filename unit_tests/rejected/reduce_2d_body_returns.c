/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* expect: any */
/* form: host */
#include <granum/granum.h>

double add(void);
double add(void) {
    double sum;

#ifdef FIXED
    GR_PARALLEL_REDUCE_2D("sum", i, j, gr_range_2d(0, 3, 0, 3), GR_SUM(double, sum)) {
        sum += (double)(i + j);
    };
#else
    GR_PARALLEL_REDUCE_2D("sum", i, j, gr_range_2d(0, 3, 0, 3), GR_SUM(double, sum)) {
        sum += (double)(i + j);
        return sum;
    };
#endif
    return sum;
}
