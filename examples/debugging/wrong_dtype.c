/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file wrong_dtype.c
 * @brief A copy from a View of floats into one of doubles.
 */
#include "bug.h"

int main(void) {
    const gr_index n = 100;
    gr_view1_f64 result;
#ifdef FIXED
    gr_view1_f64 input;
#else
    gr_view1_f32 input;
#endif

    if (GR_CREATE(&result, "result", n) || GR_CREATE(&input, "input", n)) {
        return report(gr_last_error()->status);
    }
    const int failed = report(gr_deep_copy(GR_ANY(result), GR_ANY(input)));
    GR_RELEASE(&result);
    GR_RELEASE(&input);
    return failed;
}
