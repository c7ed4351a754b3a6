/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_view_mirror.c
 * @brief Mirrors on the host share what they can. Oracle: pointers and elements.
 */
#include "support/outcome.h"

#include <granum/initialize.h>
#include <granum/memory.h>
#include <granum/mirror.h>

TestSuite(view_mirror, .timeout = 60);

Test(view_mirror, of_host_memory_is_the_view_itself) {
    gr_view2_f64 v;
    gr_view2_f64 host;

    SUCCEEDS(GR_CREATE(&v, "v", 3, 4));
    SUCCEEDS(GR_MIRROR(&host, v));
    cr_assert(eq(ptr, host.data, v.data));
    cr_assert(eq(int, gr_view_use_count(GR_ANY(v)), 2));
    SUCCEEDS(GR_RELEASE(&host));
    SUCCEEDS(GR_MIRROR_COPY(&host, v));
    cr_assert(eq(ptr, host.data, v.data));
    SUCCEEDS(GR_RELEASE(&host));
    SUCCEEDS(GR_RELEASE(&v));
}

Test(view_mirror, a_created_mirror_has_memory_of_its_own) {
    gr_view2_f64 v;
    gr_view2_f64 host;

    SUCCEEDS(GR_CREATE(&v, "v", 3, 4));
    SUCCEEDS(GR_CREATE_MIRROR(&host, v));
    cr_assert(ne(ptr, host.data, v.data));
    cr_assert(eq(i64, host.extent[1], 4));
    cr_assert_str_eq(gr_view_label(GR_ANY(host)), "v");
    SUCCEEDS(GR_RELEASE(&host));
    SUCCEEDS(GR_RELEASE(&v));
}

Test(view_mirror, another_layout_needs_memory_of_its_own) {
    gr_view2_i32 v;
    gr_view2_i32_left host;

    SUCCEEDS(GR_CREATE(&v, "v", 3, 4));
    GR_AT(v, 1, 2) = 12;
    SUCCEEDS(GR_MIRROR_COPY(&host, v));
    cr_assert(ne(ptr, host.data, v.data));
    cr_assert(eq(i64, host.stride[1], 3));
    cr_assert(eq(i32, GR_AT(host, 1, 2), 12));
    cr_assert(eq(i32, GR_AT(host, 2, 2), 0));
    SUCCEEDS(GR_RELEASE(&host));
    SUCCEEDS(GR_MIRROR(&host, v));
    cr_assert(ne(ptr, host.data, v.data));
    SUCCEEDS(GR_RELEASE(&host));
    SUCCEEDS(GR_RELEASE(&v));
}

Test(view_mirror, of_a_strided_part) {
    gr_view2_i32 v;
    gr_view1_i32_strided column;
    gr_view1_i32 host;

    SUCCEEDS(GR_CREATE(&v, "v", 3, 4));
    GR_AT(v, 2, 1) = 21;
    SUCCEEDS(GR_SUBVIEW(&column, v, GR_ALL, gr_pick(1)));
    SUCCEEDS(GR_MIRROR_COPY(&host, column));
    cr_assert(eq(i32, GR_AT(host, 2), 21));
    cr_assert(eq(i64, gr_view_span(GR_ANY(host)), 3));
    SUCCEEDS(GR_RELEASE(&host));
    SUCCEEDS(GR_RELEASE(&column));
    SUCCEEDS(GR_RELEASE(&v));
}

Test(view_mirror, each_allocation_may_fail) {
    gr_view2_i32 v;
    gr_view2_i32_left host;
    bool failed = true;

    SUCCEEDS(gr_initialize(NULL));
    SUCCEEDS(GR_CREATE(&v, "v", 3, 4));
    for (int n = 0; failed; n++) {
        gr_status status;

        gr_impl_fail_allocation_after(n);
        status = GR_MIRROR_COPY(&host, v);
        failed = gr_impl_fail_allocation_after(-1) < 0;
        cr_assert(eq(int, (int)status, failed ? GR_OUT_OF_MEMORY : GR_SUCCESS));
        SUCCEEDS(GR_RELEASE(&host));
    }
    cr_assert(eq(int, gr_view_use_count(GR_ANY(v)), 1));
    SUCCEEDS(GR_RELEASE(&v));
    cr_assert(eq(sz, gr_memory_used(GR_HOST), 0));
    SUCCEEDS(gr_finalize());
}
