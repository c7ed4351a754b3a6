/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file fp_fast_kernel.c
 * @brief a * b + c as granum_kernels(... FP fast ...) computes it.
 */
#include "fp_kernel.h"

#include <granum/granum.h>

double fp_fast(double a, double b, double c) {
    double sum;

    GR_PARALLEL_REDUCE("fast", i, gr_range(0, 1), GR_SUM(double, sum)) {
        sum += a * b + c + (double)i;
    };
    return gr_fence() ? -1.0 : sum;
}

int fp_fast_can_fuse(void) {
#if defined(__FMA__) && defined(__OPTIMIZE__) && defined(NDEBUG)
    return 1;
#else
    return 0;
#endif
}
