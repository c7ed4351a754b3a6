/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* expect: any */
/* form: all */
#include <granum/granum.h>

double add(void);
double add(void) {
    gr_loc_f64 least;
    double plain = 0.0;

#ifdef FIXED
    GR_PARALLEL_REDUCE("least", i, gr_range(0, 10), GR_MINLOC(double, least)) {
        if ((double)i < least.value) {
            least.value = (double)i;
            least.location = i;
        }
    };
#else
    GR_PARALLEL_REDUCE("least", i, gr_range(0, 10), GR_MINLOC(double, plain)) {
        if ((double)i < least.value) {
            least.value = (double)i;
            least.location = i;
        }
    };
#endif
    return least.value + plain;
}
