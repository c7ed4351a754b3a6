/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* expect: GR_PARALLEL_REDUCE: more than 8 reducers, expected 1..8 */
/* form: all */
#include <granum/granum.h>

double add(void);
double add(void) {
    double s0 = 0.0, s1 = 0.0, s2 = 0.0, s3 = 0.0, s4 = 0.0, s5 = 0.0, s6 = 0.0, s7 = 0.0, s8 = 0.0;

#ifdef FIXED
    GR_PARALLEL_REDUCE("eight", i, gr_range(0, 10), GR_SUM(double, s0), GR_SUM(double, s1),
                       GR_SUM(double, s2), GR_SUM(double, s3), GR_SUM(double, s4),
                       GR_SUM(double, s5), GR_SUM(double, s6), GR_SUM(double, s7)) {
        s0 += (double)i;
    };
#else
    GR_PARALLEL_REDUCE("nine", i, gr_range(0, 10), GR_SUM(double, s0), GR_SUM(double, s1),
                       GR_SUM(double, s2), GR_SUM(double, s3), GR_SUM(double, s4),
                       GR_SUM(double, s5), GR_SUM(double, s6), GR_SUM(double, s7),
                       GR_SUM(double, s8)) {
        s0 += (double)i;
    };
#endif
    return s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7 + s8;
}
