/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file out_of_bounds.c
 * @brief A difference that reads one element too far.
 */
#include "bug.h"

int main(void) {
    const gr_index n = 100;
    gr_view1_f64 height, slope;

    if (GR_CREATE(&height, "height", n) || GR_CREATE(&slope, "slope", n)) {
        return report(gr_last_error()->status);
    }
#ifdef FIXED
    const gr_index last = n - 1;
#else
    const gr_index last = n;
#endif
    GR_PARALLEL_FOR("difference", i, gr_range(0, last)) {
        GR_AT(slope, i) = GR_AT(height, i + 1) - GR_AT(height, i);
    };
    const int failed = report(gr_fence());
    GR_RELEASE(&height);
    GR_RELEASE(&slope);
    return failed;
}
