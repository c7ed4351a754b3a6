/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* expect: a scan takes a reducer of one value without locations or a last step */
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

void set(gr_view1_f64 a);
void set(gr_view1_f64 a) {
#ifdef FIXED
    GR_PARALLEL_SCAN("scan", i, gr_range(0, 10), GR_REDUCER(moments, m, no_moments(), join_moments),
                     final) {
        if (final) {
            GR_AT(a, i) = m.sum;
        }
        m.sum += 1.0;
    };
    (void)finish_moments;
#else
    GR_PARALLEL_SCAN("scan", i, gr_range(0, 10),
                     GR_REDUCER_FINAL(moments, m, no_moments(), join_moments, finish_moments),
                     final) {
        if (final) {
            GR_AT(a, i) = m.sum;
        }
        m.sum += 1.0;
    };
#endif
}
