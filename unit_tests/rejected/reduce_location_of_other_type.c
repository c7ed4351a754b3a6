/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* expect: the variable of a reducer has another type than the reducer names */
/* form: all */
#include <granum/granum.h>

double add(void);
double add(void) {
    gr_loc_f64 least;

#ifdef FIXED
    GR_PARALLEL_REDUCE("least", i, gr_range(0, 10), GR_MINLOC(double, least)) {
        if ((double)i < least.value) {
            least.value = (double)i;
            least.location = i;
        }
    };
#else
    GR_PARALLEL_REDUCE("least", i, gr_range(0, 10), GR_MINLOC(float, least)) {
        if ((double)i < least.value) {
            least.value = (double)i;
            least.location = i;
        }
    };
#endif
    return least.value;
}
