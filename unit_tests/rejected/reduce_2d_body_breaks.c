/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* expect: a kernel body is left by break: use GR_CONTINUE */
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
        break;
    };
#endif
    return sum;
}
