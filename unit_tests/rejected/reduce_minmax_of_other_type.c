/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* expect: the variable of a reducer has another type than the reducer names */
/* form: all */
#include <granum/granum.h>

double add(void);
double add(void) {
    gr_minmax_f64 both;

#ifdef FIXED
    GR_PARALLEL_REDUCE("both", i, gr_range(0, 10), GR_MINMAX(double, both)) {
        both.min = (double)i < both.min ? (double)i : both.min;
    };
#else
    GR_PARALLEL_REDUCE("both", i, gr_range(0, 10), GR_MINMAX(int, both)) {
        both.min = (double)i < both.min ? (double)i : both.min;
    };
#endif
    return both.min;
}
