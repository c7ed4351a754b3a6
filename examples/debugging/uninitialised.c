/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file uninitialised.c
 * @brief A sum whose first term nobody has set.
 */
#include "bug.h"

int main(void) {
    const gr_index n = 100;
    gr_view1_f64 weight, total;

    if (GR_CREATE_WITH(&weight, GR_UNINITIALIZED, "weight", n) || GR_CREATE(&total, "total", n)) {
        return report(gr_last_error()->status);
    }
#ifdef FIXED
    const gr_index first = 0;
#else
    const gr_index first = 1;
#endif
    GR_PARALLEL_FOR("set weights", i, gr_range(first, n)) {
        GR_AT(weight, i) = 1.0 / (double)n;
    };
    GR_PARALLEL_FOR("add weights", i, gr_range(0, n)) {
        GR_AT(total, i) += GR_AT(weight, i);
    };
    const int failed = report(gr_fence());
    GR_RELEASE(&weight);
    GR_RELEASE(&total);
    return failed;
}
