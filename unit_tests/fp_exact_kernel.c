/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file fp_exact_kernel.c
 * @brief a * b + c as kernel files compute it by default.
 */
#include "fp_kernel.h"

#include <granum/granum.h>

double fp_exact(double a, double b, double c) {
    double sum;

    GR_PARALLEL_REDUCE("exact", i, gr_range(0, 1), GR_SUM(double, sum)) {
        sum += a * b + c + (double)i;
    };
    return gr_fence() ? -1.0 : sum;
}
