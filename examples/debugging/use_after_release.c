/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file use_after_release.c
 * @brief A View is copied after the last owner has given its memory back.
 */
#include "bug.h"

int main(void) {
    const gr_index n = 100;
    gr_view1_f64 field, kept;

    if (GR_CREATE(&field, "field", n) || GR_CREATE(&kept, "kept", n)) {
        return report(gr_last_error()->status);
    }
    const gr_view1_f64 old = field; /* borrows: not an owner */
#ifdef FIXED
    GR_RETAIN(old);
#endif
    GR_RELEASE(&field);
    GR_PARALLEL_FOR("keep", i, gr_range(0, n)) {
        GR_AT(kept, i) = GR_AT(old, i);
    };
    const int failed = report(gr_fence());
#ifdef FIXED
    gr_view1_f64 owner = old;
    GR_RELEASE(&owner);
#endif
    GR_RELEASE(&kept);
    return failed;
}
