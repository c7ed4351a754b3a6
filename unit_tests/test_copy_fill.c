/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_copy_fill.c
 * @brief Fills by a scalar, and single elements in and out. Oracle: values one can see.
 */
#include "support/outcome.h"

#include <granum/complex.h>
#include <granum/copy.h>
#include <granum/memory.h>
#include <granum/subview.h>
#include <math.h>
#include <string.h>

typedef struct wide {
    double x[40]; /* more than a fill keeps on its stack */
} wide;
GR_DEFINE_VIEW(wide, wide)

TestSuite(copy_fill, .timeout = 60);

/* examples */

Test(copy_fill, every_element_gets_the_value) {
    gr_view2_f64 a;
    gr_view2_c128 z;
    gr_view1_bool b;

    SUCCEEDS(GR_CREATE(&a, "a", 5, 7));
    SUCCEEDS(GR_FILL(a, 1.5));
    for (int k = 0; k < 35; k++) {
        cr_assert(eq(dbl, a.data[k], 1.5));
    }
    SUCCEEDS(GR_FILL(a, -0.0)); /* not the bits of 0 */
    cr_assert(eq(int, signbit(a.data[34]) != 0, 1));
    SUCCEEDS(GR_FILL(a, 0));
    cr_assert(eq(int, signbit(a.data[34]) != 0, 0));
    SUCCEEDS(GR_CREATE(&z, "z", 3, 3));
    SUCCEEDS(GR_FILL(z, {1, -2}));
    cr_assert(eq(dbl, z.data[8].im, -2));
    SUCCEEDS(GR_CREATE(&b, "b", 100));
    SUCCEEDS(GR_FILL(b, true));
    cr_assert(eq(int, GR_AT(b, 99), 1));
    SUCCEEDS(GR_RELEASE(&a));
    SUCCEEDS(GR_RELEASE(&z));
    SUCCEEDS(GR_RELEASE(&b));
}

Test(copy_fill, a_part_is_filled_and_its_surroundings_stay) {
    gr_view2_i32 a;
    gr_view2_i32 inner;
    gr_view1_i32_strided column;

    SUCCEEDS(GR_CREATE(&a, "a", 4, 4));
    SUCCEEDS(GR_SUBVIEW(&inner, a, gr_slice(1, 3), gr_slice(1, 3)));
    SUCCEEDS(GR_SUBVIEW(&column, a, GR_ALL, gr_pick(3)));
    SUCCEEDS(GR_FILL(inner, 1));
    SUCCEEDS(GR_FILL(column, 2));
    const int32_t wanted[] = {0, 0, 0, 2, 0, 1, 1, 2, 0, 1, 1, 2, 0, 0, 0, 2};
    cr_assert_arr_eq(a.data, wanted, sizeof wanted);
    SUCCEEDS(GR_RELEASE(&inner));
    SUCCEEDS(GR_RELEASE(&column));
    SUCCEEDS(GR_RELEASE(&a));
}

Test(copy_fill, the_value_may_be_an_element_of_the_view) {
    gr_view1_i64 v;

    SUCCEEDS(GR_CREATE(&v, "v", 1000));
    GR_AT(v, 500) = 77;
    SUCCEEDS(gr_view_fill(GR_ANY(v), &GR_AT(v, 500)));
    for (int k = 0; k < 1000; k++) {
        cr_assert(eq(i64, GR_AT(v, k), 77));
    }
    SUCCEEDS(GR_RELEASE(&v));
}

Test(copy_fill, a_wide_struct) {
    gr_view1_wide v;
    wide value;

    for (int k = 0; k < 40; k++) {
        value.x[k] = k;
    }
    SUCCEEDS(GR_CREATE(&v, "v", 1000));
    SUCCEEDS(GR_FILL(v, value));
    for (int k = 0; k < 1000; k++) {
        cr_assert(memcmp(&GR_AT(v, k), &value, sizeof value) == 0);
    }
    SUCCEEDS(GR_RELEASE(&v));
}

Test(copy_fill, a_single_element_goes_out_and_in) {
    gr_view0_f64 s;
    gr_view1_i32 v;
    double x = 0;
    int32_t i = 0;

    SUCCEEDS(GR_CREATE(&s, "s"));
    SUCCEEDS(GR_COPY_FROM_SCALAR(s, 2.5));
    SUCCEEDS(GR_COPY_TO_SCALAR(&x, s));
    cr_assert(eq(dbl, x, 2.5));
    SUCCEEDS(GR_CREATE(&v, "v", 1));
    SUCCEEDS(GR_COPY_FROM_SCALAR(v, -3));
    SUCCEEDS(GR_COPY_TO_SCALAR(&i, v));
    cr_assert(eq(int, i, -3));
    SUCCEEDS(GR_RELEASE(&s));
    SUCCEEDS(GR_RELEASE(&v));
}

/* bad input */

Test(copy_fill, what_is_wrong_is_said) {
    gr_view1_f64 v = {0};
    gr_any_view all;
    double x = 1;

    SUCCEEDS(GR_FILL(v, 1)); /* of nothing */
    SUCCEEDS(GR_CREATE(&v, "v", 3));
    FAILS(GR_COPY_TO_SCALAR(&x, v), GR_INVALID_ARG, "size of v = 3 elements, expected 1");
    FAILS(GR_COPY_FROM_SCALAR(v, x), GR_INVALID_ARG, "size of v = 3 elements, expected 1");
    FAILS(gr_view_fill(GR_ANY(v), NULL), GR_INVALID_ARG,
          "value = NULL, expected one element of 8 bytes");
    all = GR_ANY(v);
    all.stride[0] = 0;
    FAILS(gr_view_fill(all, &x), GR_INVALID_ARG,
          "stride[0] of v = 0 with extent 3, expected elements that do not share memory");
    all = GR_ANY(v);
    all.data = NULL;
    FAILS(gr_view_fill(all, &x), GR_INVALID_ARG,
          "data of v = NULL, expected memory for 3 elements");
    all = GR_ANY(v);
    all.rank = 9;
    FAILS(gr_view_fill(all, &x), GR_INVALID_ARG, "rank of v = 9, expected 0..8");
    SUCCEEDS(GR_RELEASE(&v));
}

Test(copy_fill, out_of_memory_for_a_wide_value_leaves_the_view_as_it_was) {
    gr_view1_wide v;
    wide value = {{1}};

    SUCCEEDS(GR_CREATE(&v, "v", 2));
    gr_impl_fail_allocation_after(0);
    cr_assert(eq(int, GR_FILL(v, value), GR_OUT_OF_MEMORY));
    cr_assert(strstr(gr_last_error()->message, "value of a fill") != NULL);
    gr_impl_fail_allocation_after(-1);
    cr_assert(eq(dbl, GR_AT(v, 0).x[0], 0));
    SUCCEEDS(GR_FILL(v, value));
    SUCCEEDS(GR_RELEASE(&v));
}
