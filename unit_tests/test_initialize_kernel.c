/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_initialize_kernel.c
 * @brief Begin and end are refused in a kernel, which goes on. Oracle: initialize.h, by hand.
 */
#include "test_initialize_kernel.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <granum/initialize.h>

Test(initialize_kernel, begin_is_refused, .timeout = 60) {
    cr_assert(eq(int, (int)gr_initialize(NULL), GR_SUCCESS));
    cr_assert(eq(int, (int)life_cycle_in_kernel(0), GR_IN_KERNEL));
    cr_assert(eq(int, (int)gr_finalize(), GR_SUCCESS));
    cr_assert(eq(int, (int)gr_finalize(), GR_NOT_INITIALIZED));
}

Test(initialize_kernel, end_is_refused, .timeout = 60) {
    cr_assert(eq(int, (int)gr_initialize(NULL), GR_SUCCESS));
    cr_assert(eq(int, (int)life_cycle_in_kernel(1), GR_IN_KERNEL));
    cr_assert(gr_is_initialized());
    cr_assert(eq(int, (int)gr_finalize(), GR_SUCCESS));
}

Test(initialize_kernel, a_launch_is_a_first_use, .timeout = 60) {
    cr_assert(eq(int, (int)life_cycle_in_kernel(0), GR_IN_KERNEL));
    cr_assert(gr_is_initialized());
    cr_assert(eq(int, (int)gr_finalize(), GR_SUCCESS));
    cr_assert(not(gr_is_initialized()));
}
