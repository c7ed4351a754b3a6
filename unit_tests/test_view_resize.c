/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_view_resize.c
 * @brief New extents for Views. Oracle: elements numbered by their place.
 */
#include "support/outcome.h"

#include <criterion/theories.h>
#include <granum/initialize.h>
#include <granum/memory.h>
#include <granum/subview.h>
#include <string.h>

TestSuite(view_resize, .timeout = 60);

/* examples */

Test(view_resize, growing_keeps_the_elements_and_adds_zeros) {
    gr_view2_f64 v;

    SUCCEEDS(GR_CREATE(&v, "v", 2, 3));
    for (int i = 0; i < 2; i++) {
        for (int j = 0; j < 3; j++) {
            GR_AT(v, i, j) = 10 * i + j + 1;
        }
    }
    SUCCEEDS(GR_RESIZE(&v, 3, 4));
    cr_assert(eq(i64, v.extent[0], 3));
    cr_assert(eq(i64, v.extent[1], 4));
    cr_assert(eq(i64, v.stride[0], 4));
    for (int i = 0; i < 3; i++) {
        for (int j = 0; j < 4; j++) {
            cr_assert(eq(dbl, GR_AT(v, i, j), i < 2 && j < 3 ? 10 * i + j + 1 : 0));
        }
    }
    cr_assert_str_eq(gr_view_label(GR_ANY(v)), "v");
    SUCCEEDS(GR_RELEASE(&v));
    cr_assert(eq(sz, gr_memory_used(GR_HOST), 0));
}

Test(view_resize, shrinking_keeps_what_fits) {
    gr_view1_i32_left v;

    SUCCEEDS(GR_CREATE(&v, "v", 10));
    for (int i = 0; i < 10; i++) {
        GR_AT(v, i) = i;
    }
    SUCCEEDS(GR_RESIZE(&v, 4));
    cr_assert(eq(i64, v.extent[0], 4));
    cr_assert(eq(i32, GR_AT(v, 3), 3));
    SUCCEEDS(GR_RESIZE(&v, 0));
    cr_assert(eq(i64, gr_view_size(GR_ANY(v)), 0));
    SUCCEEDS(GR_RESIZE(&v, 2));
    cr_assert(eq(i32, GR_AT(v, 1), 0));
    SUCCEEDS(GR_RELEASE(&v));
}

Test(view_resize, the_same_shape_changes_nothing) {
    gr_view1_f64 v;
    const double *data;

    SUCCEEDS(GR_CREATE(&v, "v", 10));
    data = v.data;
    GR_AT(v, 9) = 1;
    SUCCEEDS(GR_RESIZE(&v, 10));
    cr_assert(eq(ptr, v.data, (void *)data));
    cr_assert(eq(dbl, GR_AT(v, 9), 1));
    SUCCEEDS(GR_RELEASE(&v));
}

Test(view_resize, reallocating_sets_all_elements_to_zero) {
    gr_view1_f64 v;

    SUCCEEDS(GR_CREATE(&v, "v", 10));
    GR_AT(v, 0) = 1;
    SUCCEEDS(GR_REALLOC(&v, 10));
    cr_assert(eq(dbl, GR_AT(v, 0), 0));
    GR_AT(v, 0) = 1;
    SUCCEEDS(GR_REALLOC(&v, 20));
    cr_assert(eq(dbl, GR_AT(v, 0), 0));
    cr_assert(eq(i64, v.extent[0], 20));
    SUCCEEDS(GR_RELEASE(&v));
}

Test(view_resize, other_owners_keep_the_old_memory) {
    gr_view1_f64 v;
    gr_view1_f64 w;

    SUCCEEDS(GR_CREATE(&v, "v", 3));
    GR_AT(v, 2) = 5;
    SUCCEEDS(GR_ASSIGN(&w, v));
    SUCCEEDS(GR_RESIZE(&v, 6));
    GR_AT(v, 2) = 6;
    cr_assert(eq(dbl, GR_AT(w, 2), 5));
    cr_assert(eq(int, gr_view_use_count(GR_ANY(v)), 1));
    cr_assert(eq(int, gr_view_use_count(GR_ANY(w)), 1));
    SUCCEEDS(GR_RELEASE(&v));
    SUCCEEDS(GR_RELEASE(&w));
}

Test(view_resize, padding_is_kept) {
    gr_view2_f64 v;

    SUCCEEDS(GR_CREATE_WITH(&v, GR_PADDED, "v", 2, 3));
    SUCCEEDS(GR_RESIZE(&v, 2, 9));
    cr_assert(eq(i64, v.stride[0], 16));
    SUCCEEDS(GR_RELEASE(&v));
}

Test(view_resize, an_empty_view_gets_its_first_memory) {
    gr_view2_f64 v = {0};

    SUCCEEDS(GR_RESIZE(&v, 2, 3));
    cr_assert(eq(dbl, GR_AT(v, 1, 2), 0));
    SUCCEEDS(GR_RELEASE(&v));
    SUCCEEDS(GR_REALLOC(&v, 2, 3));
    SUCCEEDS(GR_RELEASE(&v));
}

Test(view_resize, rank_zero) {
    gr_view0_f64 v;

    SUCCEEDS(GR_CREATE(&v, "v"));
    GR_AT(v) = 3;
    SUCCEEDS(GR_RESIZE(&v));
    cr_assert(eq(dbl, GR_AT(v), 3));
    SUCCEEDS(GR_REALLOC(&v));
    cr_assert(eq(dbl, GR_AT(v), 0));
    SUCCEEDS(GR_RELEASE(&v));
}

/* bad input */

Test(view_resize, a_bad_shape_leaves_the_view_as_it_was) {
    gr_view2_f64 v;

    SUCCEEDS(GR_CREATE(&v, "v", 2, 3));
    GR_AT(v, 1, 2) = 4;
    FAILS(GR_RESIZE(&v, 2, -3), GR_INVALID_ARG, "extent[1] = -3, expected 0 or more");
    cr_assert(eq(int, (int)GR_RESIZE(&v, 1000000000, 1000000), (int)GR_OUT_OF_MEMORY));
    cr_assert(strstr(gr_last_error()->message, "\"v\": bytes = 8000000000000000") != NULL);
    cr_assert(eq(i64, v.extent[1], 3));
    cr_assert(eq(dbl, GR_AT(v, 1, 2), 4));
    SUCCEEDS(GR_RELEASE(&v));
}

Test(view_resize, foreign_memory_is_refused) {
    double data[3] = {1, 2, 3};
    gr_view1_f64 v;

    SUCCEEDS(GR_WRAP(&v, data, 3));
    cr_assert(eq(int, (int)GR_RESIZE(&v, 4), (int)GR_INVALID_ARG));
    cr_assert(strstr(gr_last_error()->message, "view = foreign memory at ") != NULL);
    cr_assert(strstr(gr_last_error()->message, ", expected one that GR_CREATE made") != NULL);
    cr_assert(eq(ptr, v.data, data));
}

Test(view_resize, each_allocation_may_fail) {
    gr_view2_f64 v;
    bool failed = true;

    SUCCEEDS(gr_initialize(NULL));
    for (int n = 0; failed; n++) {
        gr_status status;

        SUCCEEDS(GR_CREATE(&v, "v", 3, 4));
        GR_AT(v, 2, 3) = 5;
        gr_impl_fail_allocation_after(n);
        status = GR_RESIZE(&v, 5, 6);
        failed = gr_impl_fail_allocation_after(-1) < 0;
        cr_assert(eq(int, (int)status, failed ? GR_OUT_OF_MEMORY : GR_SUCCESS));
        cr_assert(eq(dbl, GR_AT(v, 2, 3), 5));
        cr_assert(eq(i64, v.extent[0], failed ? 3 : 5));
        SUCCEEDS(GR_RELEASE(&v));
        cr_assert(eq(sz, gr_memory_used(GR_HOST), 0));
    }
    SUCCEEDS(gr_finalize());
}

/* laws */

TheoryDataPoints(view_resize, the_common_part_is_kept) = {
    DataPoints(int, 1, 2, 5),
    DataPoints(int, 1, 3, 4),
    DataPoints(int, GR_RIGHT, GR_LEFT),
};

Theory((int n, int m, int layout), view_resize, the_common_part_is_kept, .timeout = 60) {
    gr_view3_i32_right right;
    gr_view3_i32_left left;

#define KEEPS(v)                                                              \
    SUCCEEDS(GR_CREATE(&v, #v, 3, 2, 3));                                     \
    for (int i = 0; i < 18; i++) {                                            \
        GR_AT(v, i / 6, i / 3 % 2, i % 3) = i + 1;                            \
    }                                                                         \
    SUCCEEDS(GR_RESIZE(&v, n, m, 4));                                         \
    for (int i = 0; i < n * m * 4; i++) {                                     \
        const int a = i / (4 * m), b = i / 4 % m, c = i % 4;                  \
        const int want = a < 3 && b < 2 && c < 3 ? 6 * a + 3 * b + c + 1 : 0; \
                                                                              \
        cr_assert(eq(i32, GR_AT(v, a, b, c), want));                          \
    }                                                                         \
    SUCCEEDS(GR_RELEASE(&v))

    if (layout == GR_RIGHT) {
        KEEPS(right);
    } else {
        KEEPS(left);
    }
}
