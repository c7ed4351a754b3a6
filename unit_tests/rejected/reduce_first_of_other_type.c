/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* expect: the variable of a reducer has another type than the reducer names */
/* form: all */
#include <granum/granum.h>

gr_index find(void);
gr_index find(void) {
#ifdef FIXED
    gr_index first;
#else
    int first;
#endif

    GR_PARALLEL_REDUCE("first", i, gr_range(0, 10), GR_FIRST(first)) {
        if (i == 7) {
            first = i == 7;
        }
    };
    return first;
}
