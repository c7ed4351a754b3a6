/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file 01_allocate_and_copy.c
 * @brief Memory is zeroed, filled, copied between layouts and to the host, and given back.
 */
#include "ladder.h"

/* A new View holds zeros, a filled one its value, and a copy on the host is the same. */
static gr_status fills(gr_index n) {
    gr_view1_f64 a;
    gr_view1_f64_right host;
    gr_index wrong = 0;

    GR_TRY(GR_CREATE(&a, "a", n));
    GR_TRY(GR_MIRROR_COPY(&host, a));
    for (gr_index i = 0; i < n; i++) {
        wrong += GR_AT(host, i) != 0.0;
    }
    LADDER_NONE_WRONG(wrong, n, "zeros");
    GR_TRY(GR_RELEASE(&host));
    GR_TRY(GR_FILL(a, 1.5));
    GR_TRY(GR_MIRROR_COPY(&host, a));
    for (gr_index i = 0; i < n; i++) {
        wrong += GR_AT(host, i) != 1.5;
    }
    LADDER_NONE_WRONG(wrong, n, "filled");
    GR_TRY(GR_RELEASE(&host));
    return GR_RELEASE(&a);
}

/* There and back through every layout: host, right, left, a column of a matrix, host. */
static gr_status copies(gr_index n) {
    gr_view2_i32_right from, to, right;
    gr_view2_i32_left left;
    gr_view2_i32_strided part;
    gr_view3_i32 wide;
    gr_index wrong = 0;

    GR_TRY(GR_CREATE(&right, "right", n, 3));
    GR_TRY(GR_CREATE(&left, "left", n, 3));
    GR_TRY(GR_CREATE(&wide, "wide", n, 3, 5));
    GR_TRY(GR_SUBVIEW(&part, wide, GR_ALL, GR_ALL, gr_pick(2)));
    GR_TRY(GR_CREATE_MIRROR(&from, right));
    GR_TRY(GR_CREATE_MIRROR(&to, right));
    for (gr_index i = 0; i < n; i++) {
        for (gr_index j = 0; j < 3; j++) {
            GR_AT(from, i, j) = (int32_t)(3 * i + j + 1);
        }
    }
    GR_TRY(gr_deep_copy(GR_ANY(right), GR_ANY(from)));
    GR_TRY(gr_deep_copy(GR_ANY(left), GR_ANY(right)));
    GR_TRY(gr_deep_copy(GR_ANY(part), GR_ANY(left)));
    GR_TRY(gr_deep_copy(GR_ANY(to), GR_ANY(part)));
    for (gr_index i = 0; i < n; i++) {
        for (gr_index j = 0; j < 3; j++) {
            wrong += GR_AT(to, i, j) != 3 * i + j + 1;
        }
    }
    LADDER_NONE_WRONG(wrong, n, "copied through the layouts");
    GR_TRY(GR_RELEASE(&part));
    GR_TRY(GR_RELEASE(&wide));
    GR_TRY(GR_RELEASE(&from));
    GR_TRY(GR_RELEASE(&to));
    GR_TRY(GR_RELEASE(&right));
    return GR_RELEASE(&left);
}

static gr_status scalars(void) {
    gr_view0_f64 x;
    double value = 0;

    GR_TRY(GR_CREATE(&x, "x"));
    GR_TRY(GR_COPY_FROM_SCALAR(x, 0.1));
    GR_TRY(GR_COPY_TO_SCALAR(&value, x));
    GR_REQUIRE(value == 0.1, GR_INTERNAL, "value = %g, expected 0.1", value);
    return GR_RELEASE(&x);
}

/* More than any machine has is an error, and the next allocation works. */
static gr_status too_much(void) {
    gr_view1_f64 a;
    const gr_status status = GR_CREATE(&a, "too much", (gr_index)1 << 58);

    GR_REQUIRE(status == GR_OUT_OF_MEMORY, GR_INTERNAL, "2^61 bytes: status = %s, expected %s",
               gr_status_name(status), gr_status_name(GR_OUT_OF_MEMORY));
    GR_TRY(GR_CREATE(&a, "a little", 1));
    return GR_RELEASE(&a);
}

gr_status ladder_climb(void) {
    static const gr_index sizes[] = LADDER_SIZES;

    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        GR_TRY(fills(sizes[s]));
        GR_TRY(copies(sizes[s]));
    }
    GR_TRY(scalars());
    return too_much();
}
