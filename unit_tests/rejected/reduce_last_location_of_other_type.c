/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* expect: the variable of a reducer has another type than the reducer names */
/* form: all */
#include <granum/granum.h>

double find(void);
double find(void) {
    gr_loc_f64 least;

#ifdef FIXED
    GR_PARALLEL_REDUCE("least", i, gr_range(0, 10), GR_MINLOC_LAST(double, least)) {
        least.location = i;
    };
#else
    GR_PARALLEL_REDUCE("least", i, gr_range(0, 10), GR_MINLOC_LAST(float, least)) {
        least.location = i;
    };
#endif
    return least.value;
}
