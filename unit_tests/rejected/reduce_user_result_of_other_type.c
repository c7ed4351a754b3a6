/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* expect: any */
/* form: all */
#include <granum/granum.h>

double add(void);
double add(void) {
    gr_c64 sum;

#ifdef FIXED
    GR_PARALLEL_REDUCE("sum", i, gr_range(0, 10), GR_SUM_C64(sum)) {
        sum = gr_c64_add(sum, gr_c64_make((float)i, 0.0f));
    };
#else
    GR_PARALLEL_REDUCE("sum", i, gr_range(0, 10), GR_SUM_C128(sum)) {
        sum = gr_c128_add(sum, gr_c128_make((double)i, 0.0));
    };
#endif
    return (double)sum.re;
}
