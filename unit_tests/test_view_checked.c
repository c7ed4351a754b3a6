/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_view_checked.c
 * @brief Checked builds report an access outside of its View and go on. Oracle: messages by hand.
 */
#include "test_view_checked.h"

#include "support/capture.h"
#include "support/outcome.h"

#include <granum/initialize.h>
#include <math.h>
#include <string.h>

#ifndef GRANUM_CHECKED
#define GRANUM_CHECKED 0
#endif

typedef struct large {
    double values[1000];
} large;
GR_DEFINE_VIEW(large, large)

/* The last failure is this one, at this file, and the next fence answers it too. */
#define REPORTED(text)                                                         \
    do {                                                                       \
        cr_assert_str_eq(gr_last_error()->message, text);                      \
        cr_assert(eq(int, (int)gr_last_error()->status, GR_OUT_OF_BOUNDS));    \
        cr_assert(strstr(gr_last_error()->file, "test_view_checked") != NULL); \
        gr_error_clear();                                                      \
        cr_assert(eq(int, (int)gr_fence(), GR_OUT_OF_BOUNDS));                 \
        cr_assert_str_eq(gr_last_error()->message, text);                      \
        gr_error_clear();                                                      \
        cr_assert(eq(int, (int)gr_fence(), GR_SUCCESS));                       \
    } while (0)

static void only_when_checked(void) {
    if (!GRANUM_CHECKED) {
        cr_skip_test("checked builds only");
    }
}

TestSuite(view_checked, .init = only_when_checked, .timeout = 60);

/* on the host */

Test(view_checked, an_index_outside_is_reported_and_the_process_lives) {
    gr_view2_f64 v;
    volatile int outside = 3;

    SUCCEEDS(GR_CREATE(&v, "v", 3, 4));
    GR_AT(v, 2, 3) = 5;
    GR_AT(v, outside, 0) = 1;
    REPORTED("index of \"v\" = (3, 0), expected 0 <= index < (3, 4)");
    GR_AT(v, 0, -outside) = 1;
    REPORTED("index of \"v\" = (0, -3), expected 0 <= index < (3, 4)");
    GR_AT(v, 0, 4) = 1; /* would be v(1, 0) */
    REPORTED("index of \"v\" = (0, 4), expected 0 <= index < (3, 4)");
    cr_assert(eq(dbl, GR_AT(v, 1, 0), 0));
    cr_assert(eq(dbl, GR_AT(v, 2, 3), 5));
    SUCCEEDS(GR_RELEASE(&v));
}

Test(view_checked, the_last_file_and_line_are_those_of_the_access) {
    gr_view1_f64 v;
    int line;

    SUCCEEDS(GR_CREATE(&v, "v", 3));
    line = __LINE__ + 1;
    GR_AT(v, 3) = 1;
    cr_assert(eq(int, gr_last_error()->line, line));
    REPORTED("index of \"v\" = 3, expected 0 <= index < 3");
    SUCCEEDS(GR_RELEASE(&v));
}

Test(view_checked, left_layout_and_every_rank) {
    gr_view3_f32_left v3;
    gr_view4_f32 v4;
    gr_view5_f32_left v5;
    gr_view6_f32 v6;
    gr_view7_f32_left v7;
    gr_view8_f32 v8;

    SUCCEEDS(GR_CREATE(&v3, "v", 2, 3, 4));
    GR_AT(v3, 2, 0, 0) = 1;
    REPORTED("index of \"v\" = (2, 0, 0), expected 0 <= index < (2, 3, 4)");
    GR_AT(v3, 0, 3, 0) = 1;
    REPORTED("index of \"v\" = (0, 3, 0), expected 0 <= index < (2, 3, 4)");
    GR_AT(v3, 0, 0, 4) = 1;
    REPORTED("index of \"v\" = (0, 0, 4), expected 0 <= index < (2, 3, 4)");
    SUCCEEDS(GR_RELEASE(&v3));
    SUCCEEDS(GR_CREATE(&v4, "v", 1, 1, 1, 1));
    GR_AT(v4, 0, 1, 0, 0) = 1;
    REPORTED("index of \"v\" = (0, 1, 0, 0), expected 0 <= index < (1, 1, 1, 1)");
    SUCCEEDS(GR_RELEASE(&v4));
    SUCCEEDS(GR_CREATE(&v5, "v", 1, 1, 1, 1, 1));
    GR_AT(v5, 0, 0, 0, 1, 0) = 1;
    REPORTED("index of \"v\" = (0, 0, 0, 1, 0), expected 0 <= index < (1, 1, 1, 1, 1)");
    SUCCEEDS(GR_RELEASE(&v5));
    SUCCEEDS(GR_CREATE(&v6, "v", 1, 1, 1, 1, 1, 1));
    GR_AT(v6, 0, 0, 0, 0, 1, 0) = 1;
    REPORTED("index of \"v\" = (0, 0, 0, 0, 1, 0), expected 0 <= index < (1, 1, 1, 1, 1, 1)");
    SUCCEEDS(GR_RELEASE(&v6));
    SUCCEEDS(GR_CREATE(&v7, "v", 1, 1, 1, 1, 1, 1, 1));
    GR_AT(v7, 0, 0, 0, 0, 0, 1, 0) = 1;
    REPORTED("index of \"v\" = (0, 0, 0, 0, 0, 1, 0), expected 0 <= index < "
             "(1, 1, 1, 1, 1, 1, 1)");
    SUCCEEDS(GR_RELEASE(&v7));
    SUCCEEDS(GR_CREATE(&v8, "v", 1, 1, 1, 1, 1, 1, 1, 1));
    GR_AT(v8, 0, 0, 0, 0, 0, 0, 0, 1) = 1;
    REPORTED("index of \"v\" = (0, 0, 0, 0, 0, 0, 0, 1), expected 0 <= index < "
             "(1, 1, 1, 1, 1, 1, 1, 1)");
    SUCCEEDS(GR_RELEASE(&v8));
}

Test(view_checked, foreign_memory_is_named_as_the_source_does) {
    double data[3] = {1, 2, 3};
    gr_view1_f64 raw;

    SUCCEEDS(GR_WRAP(&raw, data, 3));
    GR_AT(raw, 3) = 0;
    REPORTED("index of raw = 3, expected 0 <= index < 3");
}

Test(view_checked, a_released_view_is_called_empty) {
    gr_view1_f64 v;
    gr_view0_f64 zero = {0};

    SUCCEEDS(GR_CREATE(&v, "v", 3));
    SUCCEEDS(GR_RELEASE(&v));
    GR_AT(v, 0) = 1;
    REPORTED("view v = empty (released, or never created), expected one with elements");
    GR_AT(zero) = 1;
    REPORTED("view zero = empty (released, or never created), expected one with elements");
}

Test(view_checked, elements_larger_than_the_spare_cell) {
    gr_view1_large v;

    SUCCEEDS(GR_CREATE(&v, "v", 3));
    memset(&GR_AT(v, 3), 1, sizeof(large));
    REPORTED("index of \"v\" = 3, expected 0 <= index < 3");
    memset(&GR_AT(v, 4), 1, sizeof(large));
    REPORTED("index of \"v\" = 4, expected 0 <= index < 3");
    cr_assert(eq(dbl, GR_AT(v, 2).values[999], 0));
    SUCCEEDS(GR_RELEASE(&v));
}

Test(view_checked, no_register_changes_on_the_way) {
    gr_view1_f64 v;

    SUCCEEDS(GR_CREATE(&v, "v", 8));
    for (int i = 0; i < 8; i++) {
        GR_AT(v, i) = i;
    }
    /* many values live across the miss: 0 + 1 + ... + 7, twice, and the products */
    cr_assert(eq(dbl, view_checked_many_values(v, 8), 2 * 28 + 140));
    REPORTED("index of \"v\" = 8, expected 0 <= index < 8");
    SUCCEEDS(GR_RELEASE(&v));
}

/* in kernels */

Test(view_checked, a_kernel_reports_at_the_fence_with_its_label) {
    gr_view1_f64 v;

    SUCCEEDS(gr_initialize(NULL));
    SUCCEEDS(GR_CREATE(&v, "v", 1000));
    view_checked_fill(v, 1001);
    cr_assert(eq(int, (int)gr_fence(), GR_OUT_OF_BOUNDS));
    cr_assert_str_eq(gr_last_error()->message,
                     "kernel \"fill\": index of \"v\" = 1000, expected 0 <= index < 1000");
    cr_assert(strstr(gr_last_error()->file, "test_view_checked_kernels.c") != NULL);
    SUCCEEDS(gr_fence());
    for (int i = 0; i < 1000; i++) {
        cr_assert(eq(dbl, GR_AT(v, i), i));
    }
    SUCCEEDS(GR_RELEASE(&v));
    SUCCEEDS(gr_finalize());
}

Test(view_checked, a_stencil_without_its_border) {
    gr_view2_f64 a;
    gr_view2_f64 b;

    SUCCEEDS(GR_CREATE(&a, "a", 64, 64));
    SUCCEEDS(GR_CREATE(&b, "b", 64, 64));
    for (int i = 0; i < 64; i++) {
        for (int j = 0; j < 64; j++) {
            GR_AT(a, i, j) = i + j;
        }
    }
    view_checked_jacobi(b, a, 1);
    SUCCEEDS(gr_fence());
    cr_assert(eq(dbl, GR_AT(b, 5, 7), 12));
    view_checked_jacobi(b, a, 0); /* reads a(-1, 0), ... */
    cr_assert(eq(int, (int)gr_fence(), GR_OUT_OF_BOUNDS));
    cr_assert(strncmp(gr_last_error()->message, "kernel \"jacobi\": index of \"a\" = ", 31) == 0);
    cr_assert(strstr(gr_last_error()->message, "expected 0 <= index < (64, 64)") != NULL);
    cr_assert(eq(dbl, GR_AT(b, 5, 7), 12)); /* what lies inside is right */
    SUCCEEDS(GR_RELEASE(&a));
    SUCCEEDS(GR_RELEASE(&b));
}

Test(view_checked, scratch_of_teams_is_checked) {
    SUCCEEDS(gr_initialize(NULL));
    view_checked_scratch(gr_with_scratch(gr_teams(3, 1), 0, 64, 0), 8);
    cr_assert(eq(int, (int)gr_fence(), GR_OUT_OF_BOUNDS));
    cr_assert_str_eq(gr_last_error()->message,
                     "kernel \"teams\": index of tile = 8, expected 0 <= index < 8");
    cr_assert(strstr(gr_last_error()->file, "test_view_checked_kernels.c") != NULL);
    SUCCEEDS(gr_fence());
}

Test(view_checked, a_subview_has_extents_of_its_own_and_its_owners_label) {
    gr_view2_f64 grid, middle;
    gr_view1_f64 row;

    SUCCEEDS(GR_CREATE(&grid, "grid", 8, 8));
    SUCCEEDS(GR_SUBVIEW(&row, grid, gr_pick(3), gr_slice(2, 6)));
    view_checked_fill(row, 5);
    cr_assert(eq(int, (int)gr_fence(), GR_OUT_OF_BOUNDS));
    cr_assert_str_eq(gr_last_error()->message,
                     "kernel \"fill\": index of \"grid\" = 4, expected 0 <= index < 4");
    cr_assert(eq(dbl, GR_AT(grid, 3, 5), 3));
    cr_assert(eq(dbl, GR_AT(grid, 3, 6), 0)); /* of the owner, not of the part */
    SUCCEEDS(GR_SUBVIEW(&middle, grid, gr_slice(1, 7), gr_slice(2, 6)));
    GR_AT(middle, 0, 4) = 1;
    REPORTED("index of \"grid\" = (0, 4), expected 0 <= index < (6, 4)");
    SUCCEEDS(GR_RELEASE(&grid));
}

/* GRANUM_DEBUG=each: report and go on. */
Test(view_checked, the_first_ten_are_printed_and_all_counted) {
    const gr_settings settings = {.num_threads = 1, .debug = GR_DEBUG_EACH | GR_DEBUG_BOUNDS};
    static capture c;
    const char *text;
    gr_view1_f64 v;
    char line[160];

    SUCCEEDS(gr_initialize(&settings));
    SUCCEEDS(GR_CREATE(&v, "v", 100));
    cr_assert(capture_begin(&c, stderr));
    view_checked_fill(v, 125);
    text = capture_end(&c);
    for (int i = 100; i < 125; i++) {
        snprintf(line, sizeof line,
                 "granum: GR_OUT_OF_BOUNDS: kernel \"fill\": index of \"v\" = %d, expected 0 <= "
                 "index < 100 (unit_tests/test_view_checked_kernels.c:",
                 i);
        cr_assert(eq(int, strstr(text, line) != NULL, i < 110), "%s", text);
    }
    cr_assert(strstr(text, "granum: kernel \"fill\": 25 failures in all (unit_tests/") != NULL,
              "%s", text);
    cr_assert(eq(int, (int)gr_fence(), GR_OUT_OF_BOUNDS));
    cr_assert(eq(dbl, GR_AT(v, 99), 99));
}

Test(view_checked, a_view_is_not_created_in_a_kernel) {
    cr_assert(eq(int, (int)view_checked_create_inside(), GR_IN_KERNEL));
}
