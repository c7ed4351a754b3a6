/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_version.c
 * @brief The version number orders versions. Oracle: arithmetic by hand.
 */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <granum/version.h>

Test(version, number_has_two_digits_for_each_minor_part, .timeout = 10) {
    cr_assert(eq(int, GR_VERSION % 100, GR_VERSION_PATCH));
    cr_assert(eq(int, GR_VERSION / 100 % 100, GR_VERSION_MINOR));
    cr_assert(eq(int, GR_VERSION / 10000, GR_VERSION_MAJOR));
}
