/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* expect: the variable of a reducer has another type than the reducer names */
/* form: all */
#include <granum/granum.h>

double find(void);
double find(void) {
    gr_minmaxloc_f64 both;

#ifdef FIXED
    GR_PARALLEL_REDUCE("both", i, gr_range(0, 10), GR_MINMAXLOC(double, both)) {
        both.min = (double)i < both.min ? (double)i : both.min;
    };
#else
    GR_PARALLEL_REDUCE("both", i, gr_range(0, 10), GR_MINMAXLOC(float, both)) {
        both.min = (double)i < both.min ? (double)i : both.min;
    };
#endif
    return both.min;
}
