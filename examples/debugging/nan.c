/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file nan.c
 * @brief A norm that is 0 somewhere, and divides.
 */
#include "bug.h"

int main(void) {
    const gr_index n = 10, m = 20;
    gr_view2_f32 u, unit;

    if (GR_CREATE(&u, "u", n, m) || GR_CREATE(&unit, "unit", n, m)) {
        return report(gr_last_error()->status);
    }
    GR_PARALLEL_FOR_2D("fill", i, j, gr_range_2d(0, n, 0, m)) {
        GR_AT(u, i, j) = (float)((i - 3) * (i - 3) + (j - 5) * (j - 5));
    };
    GR_PARALLEL_FOR_2D("normalise", i, j, gr_range_2d(0, n, 0, m)) {
        const float norm = GR_AT(u, i, j);
#ifdef FIXED
        GR_AT(unit, i, j) = norm > 0 ? GR_AT(u, i, j) / norm : 0;
#else
        GR_AT(unit, i, j) = GR_AT(u, i, j) / norm;
#endif
    };
    const int failed = report(gr_fence());
    GR_RELEASE(&u);
    GR_RELEASE(&unit);
    return failed;
}
