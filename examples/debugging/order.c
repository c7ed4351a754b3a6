/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file order.c
 * @brief A smoothing in place: each iteration needs its left neighbour as it was.
 */
#include "bug.h"

int main(void) {
    const gr_index n = 100;
    gr_view1_f64 x, y;

    if (GR_CREATE(&x, "x", n) || GR_CREATE(&y, "y", n)) {
        return report(gr_last_error()->status);
    }
    GR_PARALLEL_FOR("fill", i, gr_range(0, n)) {
        GR_AT(x, i) = (double)(i * i);
    };
#ifdef FIXED
    const gr_view1_f64 smooth = y;
#else
    const gr_view1_f64 smooth = x;
#endif
    GR_PARALLEL_FOR("smooth", i, gr_range(1, n)) {
        GR_AT(smooth, i) = 0.5 * (GR_AT(x, i - 1) + GR_AT(x, i));
    };
    const int failed = report(gr_fence());
    GR_RELEASE(&x);
    GR_RELEASE(&y);
    return failed;
}
