/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* expect: the variable of a reducer has another type than the reducer names */
/* form: all */
#include <granum/granum.h>

typedef struct moments {
    double sum, squares;
} moments;

GR_FUNCTION moments no_moments(void) {
    const moments none = {0, 0};

    return none;
}

GR_FUNCTION moments join_moments(moments a, moments b) {
    a.sum += b.sum;
    a.squares += b.squares;
    return a;
}

GR_FUNCTION moments finish_moments(moments a) {
    a.squares -= a.sum * a.sum;
    return a;
}

double add(void);
double add(void) {
#ifdef FIXED
    moments m;
#else
    gr_c128 m;
#endif

    GR_PARALLEL_REDUCE("moments", i, gr_range(0, 10),
                       GR_REDUCER_FINAL(moments, m, no_moments(), join_moments, finish_moments)) {
#ifdef FIXED
        m.sum += (double)i;
#endif
    };
#ifdef FIXED
    return m.sum;
#else
    return m.re;
#endif
}
