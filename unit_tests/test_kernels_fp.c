/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_kernels_fp.c
 * @brief granum_kernels() fuses a * b + c only when asked. Oracle: exact arithmetic by hand.
 *
 * (1 + e)(1 - e) - 1 with e = 2^-30: the product 1 - 2^-60 rounds to 1, so two roundings give 0 and
 * a fused operation gives -2^-60.
 */
#include "fp_kernel.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

static const double e = 1.0 / (1 << 30);

Test(kernels_fp, exact_rounds_twice, .timeout = 10) {
    cr_assert(eq(dbl, fp_exact(1.0 + e, 1.0 - e, -1.0), 0.0));
}

Test(kernels_fp, fast_rounds_once_where_the_machine_can, .timeout = 10) {
    const double expected = fp_fast_can_fuse() ? -e * e : 0.0;

    cr_assert(eq(dbl, fp_fast(1.0 + e, 1.0 - e, -1.0), expected));
}
