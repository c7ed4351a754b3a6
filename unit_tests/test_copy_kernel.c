/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_copy_kernel.c
 * @brief Copies beside kernels: refused inside of one, and equal to one. Oracle: a kernel's copy.
 */
#include "test_copy_kernel.h"

#include "support/outcome.h"

#include <granum/copy.h>
#include <string.h>

#ifndef GRANUM_CHECKED
#define GRANUM_CHECKED 0
#endif

TestSuite(copy_kernel, .timeout = 60);

Test(copy_kernel, copies_are_refused_inside) {
    gr_view1_f64 a, b;

    SUCCEEDS(GR_CREATE(&a, "a", 3));
    SUCCEEDS(GR_CREATE(&b, "b", 3));
    for (int which = 0; which < 3; which++) {
        cr_assert(eq(int, copy_in_kernel(GR_ANY(a), GR_ANY(b), which), GR_IN_KERNEL));
    }
    SUCCEEDS(gr_deep_copy(GR_ANY(a), GR_ANY(b))); /* and work again outside */
    SUCCEEDS(GR_RELEASE(&a));
    SUCCEEDS(GR_RELEASE(&b));
}

Test(copy_kernel, a_copy_is_what_a_kernel_copies) {
    gr_view3_f64_right a;
    gr_view3_f64_left b, c;

    SUCCEEDS(GR_CREATE(&a, "a", 60, 70, 80));
    SUCCEEDS(GR_CREATE(&b, "b", 60, 70, 80));
    SUCCEEDS(GR_CREATE(&c, "c", 60, 70, 80));
    for (int k = 0; k < 60 * 70 * 80; k++) {
        a.data[k] = k;
    }
    copy_by_kernel(b, a);
    SUCCEEDS(gr_fence());
    SUCCEEDS(gr_deep_copy(GR_ANY(c), GR_ANY(a)));
    cr_assert(eq(int, memcmp(b.data, c.data, sizeof(double) * 60 * 70 * 80), 0));
    SUCCEEDS(GR_RELEASE(&a));
    SUCCEEDS(GR_RELEASE(&b));
    SUCCEEDS(GR_RELEASE(&c));
}

Test(copy_kernel, released_memory_is_not_copied) {
    gr_view1_f64 a, b;
    gr_any_view gone;

    SUCCEEDS(GR_CREATE(&a, "a", 3));
    SUCCEEDS(GR_CREATE(&b, "b", 3));
    gone = GR_ANY(b);
    SUCCEEDS(GR_RELEASE(&b));
    if (GRANUM_CHECKED) { /* who would know otherwise? */
        cr_assert(eq(int, gr_deep_copy(GR_ANY(a), gone), GR_INVALID_ARG));
        cr_assert_not_null(strstr(gr_last_error()->message, "view \"b\" = released at"));
    }
    SUCCEEDS(GR_RELEASE(&a));
}
