/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file race.c
 * @brief A histogram whose iterations add to the same bins.
 */
#include "bug.h"

int main(void) {
    const gr_index n = 1000, bins = 7;
    gr_view1_i64 count;

    if (GR_CREATE(&count, "count", bins)) {
        return report(gr_last_error()->status);
    }
    GR_PARALLEL_FOR("histogram", i, gr_range(0, n)) {
#ifdef FIXED
        GR_ATOMIC_ADD(&GR_AT(count, i * i % bins), 1);
#else
        GR_AT(count, i * i % bins) += 1;
#endif
    };
    const int failed = report(gr_fence());
    GR_RELEASE(&count);
    return failed;
}
