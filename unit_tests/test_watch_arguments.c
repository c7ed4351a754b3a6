/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_watch_arguments.c
 * @brief Debug modes on launches whose memory is their caller's, in any build: what they find has
 * the argument's name, and the memory is as after one launch.
 *
 * Oracle: bugs and messages, by hand.
 */
#include "test_watch_arguments.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <granum/impl/arguments.h>
#include <granum/status.h>

#include <stdlib.h>

static void start(unsigned debug) {
    const gr_settings settings = {.debug = debug};

    unsetenv("GRANUM_DEBUG");
    gr_impl_debug_serve(GR_IMPL_DEBUG_WATCHES);
    cr_assert(eq(int, (int)gr_initialize(&settings), GR_SUCCESS));
}

static gr_impl_argument argument(const char *name, double *x, gr_index n) {
    gr_impl_argument made = {
        .name = name,
        .view = {.data = x, .dtype = GR_F64, .rank = name ? 1 : 0, .item = sizeof *x},
        .is_written = true};

    made.view.extent[0] = n;
    made.view.stride[0] = 1;
    return made;
}

static void expect_found(const char *message) {
    cr_expect(eq(int, (int)gr_fence(), GR_BAD_VALUE));
    cr_expect(eq(str, (char *)gr_last_error()->message, (char *)message));
    cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));
}

static int32_t run_differences(void *last) {
    inverse_differences((double *)last, 3, 4);
    return 0;
}

static int32_t run_differences_of_two(void *last) {
    inverse_differences((double *)last, 1, 2);
    return 0;
}

Test(watch_arguments, arrays_of_any_strides_have_indices, .timeout = 60) {
    double x[24] = {0};
    gr_impl_argument a = argument("x", x + 23, 3);

    start(GR_DEBUG_NAN);
    a.view.rank = 2;
    a.view.extent[1] = 4;
    a.view.stride[0] = -8;
    a.view.stride[1] = -2;
    cr_expect(eq(int, gr_impl_watch_call(&a, 1, run_differences, x + 23), 0));
    expect_found("kernel \"differences\": argument \"x\" = inf at (0, 0), expected finite values: "
                 "3 became NaN or infinite");
}

typedef struct summed {
    double *x, *sum;
} summed;

static int32_t run_smear(void *passed) {
    const summed *s = (const summed *)passed;

    *s->sum = smear_and_sum(s->x, 4);
    return 0;
}

Test(watch_arguments, orders_are_compared_and_undone, .timeout = 60) {
    double x[4] = {1, 1, 1, 1}, sum = 0;
    summed passed = {x, &sum};
    const gr_impl_argument both[] = {argument("x", x, 4), argument(NULL, &sum, 0)};

    start(GR_DEBUG_ORDER);
    (void)gr_impl_watch_call(both, 2, run_smear, &passed);
    expect_found("kernel \"sum\": argument \"x\" = 2 at (2) in reversed order, expected 3 as in "
                 "forward order: 2 elements depend on the order of iterations");
    cr_expect(eq(dbl, x[3], 4.0));
    cr_expect(eq(dbl, sum, 10.0));
    (void)gr_impl_watch_call(both + 1, 1, run_smear, &passed);
    cr_expect(eq(int, (int)gr_fence(), GR_BAD_VALUE)); /* the result alone says so too */
}

static int32_t run_add(void *x) {
    add_one((double *)x, 4);
    return 0;
}

static int32_t run_and_fail(void *x) {
    add_one((double *)x, 4);
    return 7;
}

Test(watch_arguments, what_is_added_is_added_once, .timeout = 60) {
    double x[4] = {0, 1, 2, 3};
    const gr_impl_argument a = argument("x", x, 4);

    start(GR_DEBUG_ORDER | GR_DEBUG_NAN | GR_DEBUG_POISON);
    cr_expect(eq(int, gr_impl_watch_call(&a, 1, run_add, x), 0));
    cr_expect(eq(dbl, x[3], 4.0));
    cr_expect(eq(int, gr_impl_watch_call(&a, 1, run_and_fail, x), 7)); /* and is not run again */
    cr_expect(eq(dbl, x[3], 5.0));
    cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));
}

#ifdef GRANUM_TEST_RACE
Test(watch_arguments, races_name_the_argument, .timeout = 60) {
    static double x[4], y[4], sum; /* what is on the stack is an iteration's own */
    summed passed = {x, &sum};
    gr_impl_argument a[] = {argument("y", y, 4), argument("x", x, 2), argument(NULL, &sum, 0)};

    start(GR_DEBUG_RACE | GR_DEBUG_UNINIT);
    a[1].view.rank = 2;
    a[1].view.extent[1] = 2;
    a[1].view.stride[0] = 2;
    a[1].view.stride[1] = 1;
    (void)gr_impl_watch_call(a, 3, run_smear, &passed);
    expect_found("kernel \"smear\": argument \"x\" = written at (0, 1) by iteration (1) and read "
                 "by iteration (2), expected one iteration alone where one writes: 2 such places");
    a[1].view.data = x + 3; /* the same elements, from the last one */
    a[1].view.stride[0] = -2;
    a[1].view.stride[1] = -1;
    (void)gr_impl_watch_call(a, 3, run_smear, &passed);
    expect_found("kernel \"smear\": argument \"x\" = written at (1, 0) by iteration (1) and read "
                 "by iteration (2), expected one iteration alone where one writes: 2 such places");
    a[1].view.extent[1] = 1; /* every other element: the place is nobody's */
    (void)gr_impl_watch_call(a, 3, run_smear, &passed);
    cr_expect(eq(int, (int)gr_fence(), GR_BAD_VALUE));
    a[1].view.extent[1] = 0;
    (void)gr_impl_watch_call(a, 3, run_smear, &passed);
    cr_expect(eq(int, (int)gr_fence(), GR_BAD_VALUE));
    (void)gr_impl_watch_call(a, 1, run_add, y);
    cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));
}
#endif

/* Structs, numbers without a fraction, halves of complex ones. */
Test(watch_arguments, elements_of_every_kind, .timeout = 60) {
    double x[4] = {0, 1, 2, 3};
    gr_impl_argument a = argument("x", x, 4);

    start(GR_DEBUG_NAN | GR_DEBUG_POISON);
    for (gr_dtype dtype = GR_I64; dtype <= GR_STRUCT; dtype = (gr_dtype)(dtype + 1)) {
        a.view.dtype = dtype;
        a.view.item = dtype == GR_STRUCT ? 32 : gr_dtype_size(dtype);
        a.view.extent[0] = (gr_index)(sizeof x / a.view.item);
        cr_expect(eq(int, gr_impl_watch_call(&a, 1, run_add, x), 0));
        cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS), "dtype %d", (int)dtype);
    }
    a = argument("x", x, 2);
    a.view.dtype = GR_C128;
    a.view.item = 16;
    x[3] = 1;
    cr_expect(eq(int, gr_impl_watch_call(&a, 1, run_differences_of_two, x + 3), 0));
    expect_found("kernel \"differences\": argument \"x\" = inf at (1), expected finite values: 1 "
                 "became NaN or infinite");
}
