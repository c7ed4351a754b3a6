/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_view_access.c
 * @brief GR_AT reaches the element that extents and strides say. Oracle: the sum of index * stride.
 */
#include "support/outcome.h"

#include <granum/memory.h>
#include <granum/view.h>

TestSuite(view_access, .timeout = 60);

/* Visit every index of up to 8 dimensions of extent 2 .. 3. */
#define EXTENT(d) (2 + (d) % 2)
#define FOR(i, d) for (int i = 0; i < EXTENT(d); i++)

/* Each element is found at its offset, and all offsets are different: the sum over all is that of
 * 0 .. size - 1. */
#define SEE(v, offset)                                       \
    do {                                                     \
        cr_assert(eq(ptr, &(v), (void *)(base + (offset)))); \
        sum += (offset);                                     \
        count++;                                             \
    } while (0)

#define RANKS(layout)                                                                              \
    Test(view_access, layout##_layout_of_every_rank) {                                             \
        gr_view0_f64_##layout v0;                                                                  \
        gr_view1_f64_##layout v1;                                                                  \
        gr_view2_f64_##layout v2;                                                                  \
        gr_view3_f64_##layout v3;                                                                  \
        gr_view4_f64_##layout v4;                                                                  \
        gr_view5_f64_##layout v5;                                                                  \
        gr_view6_f64_##layout v6;                                                                  \
        gr_view7_f64_##layout v7;                                                                  \
        gr_view8_f64_##layout v8;                                                                  \
        double *base;                                                                              \
        gr_index sum;                                                                              \
        gr_index count;                                                                            \
                                                                                                   \
        SUCCEEDS(GR_CREATE(&v0, "v0"));                                                            \
        cr_assert(eq(ptr, &GR_AT(v0), v0.data));                                                   \
        SUCCEEDS(GR_RELEASE(&v0));                                                                 \
        BEGIN(v1, 2)                                                                               \
        FOR(a, 0) SEE(GR_AT(v1, a), a *v1.stride[0]);                                              \
        END(v1)                                                                                    \
        BEGIN(v2, 2, 3)                                                                            \
        FOR(a, 0) FOR(b, 1) SEE(GR_AT(v2, a, b), a *v2.stride[0] + b * v2.stride[1]);              \
        END(v2)                                                                                    \
        BEGIN(v3, 2, 3, 2)                                                                         \
        FOR(a, 0)                                                                                  \
        FOR(b, 1)                                                                                  \
        FOR(c, 2) SEE(GR_AT(v3, a, b, c), a *v3.stride[0] + b * v3.stride[1] + c * v3.stride[2]);  \
        END(v3)                                                                                    \
        BEGIN(v4, 2, 3, 2, 3)                                                                      \
        FOR(a, 0)                                                                                  \
        FOR(b, 1)                                                                                  \
        FOR(c, 2)                                                                                  \
        FOR(d, 3) SEE(GR_AT(v4, a, b, c, d), OFFSET4(v4));                                         \
        END(v4)                                                                                    \
        BEGIN(v5, 2, 3, 2, 3, 2)                                                                   \
        FOR(a, 0)                                                                                  \
        FOR(b, 1)                                                                                  \
        FOR(c, 2)                                                                                  \
        FOR(d, 3)                                                                                  \
        FOR(e, 4) SEE(GR_AT(v5, a, b, c, d, e), OFFSET4(v5) + e * v5.stride[4]);                   \
        END(v5)                                                                                    \
        BEGIN(v6, 2, 3, 2, 3, 2, 3)                                                                \
        FOR(a, 0)                                                                                  \
        FOR(b, 1)                                                                                  \
        FOR(c, 2)                                                                                  \
        FOR(d, 3)                                                                                  \
        FOR(e, 4)                                                                                  \
        FOR(f, 5)                                                                                  \
        SEE(GR_AT(v6, a, b, c, d, e, f), OFFSET4(v6) + e * v6.stride[4] + f * v6.stride[5]);       \
        END(v6)                                                                                    \
        BEGIN(v7, 2, 3, 2, 3, 2, 3, 2)                                                             \
        FOR(a, 0)                                                                                  \
        FOR(b, 1)                                                                                  \
        FOR(c, 2)                                                                                  \
        FOR(d, 3)                                                                                  \
        FOR(e, 4)                                                                                  \
        FOR(f, 5)                                                                                  \
        FOR(g, 6)                                                                                  \
        SEE(GR_AT(v7, a, b, c, d, e, f, g),                                                        \
            OFFSET4(v7) + e * v7.stride[4] + f * v7.stride[5] + g * v7.stride[6]);                 \
        END(v7)                                                                                    \
        BEGIN(v8, 2, 3, 2, 3, 2, 3, 2, 3)                                                          \
        FOR(a, 0)                                                                                  \
        FOR(b, 1)                                                                                  \
        FOR(c, 2)                                                                                  \
        FOR(d, 3)                                                                                  \
        FOR(e, 4)                                                                                  \
        FOR(f, 5)                                                                                  \
        FOR(g, 6)                                                                                  \
        FOR(h, 7)                                                                                  \
        SEE(GR_AT(v8, a, b, c, d, e, f, g, h), OFFSET4(v8) + e * v8.stride[4] + f * v8.stride[5] + \
                                                   g * v8.stride[6] + h * v8.stride[7]);           \
        END(v8)                                                                                    \
    }
#define BEGIN(v, ...)                         \
    SUCCEEDS(GR_CREATE(&v, #v, __VA_ARGS__)); \
    base = v.data;                            \
    sum = 0;                                  \
    count = 0;
#define END(v)                                          \
    cr_assert(eq(i64, count, gr_view_size(GR_ANY(v)))); \
    cr_assert(eq(i64, sum, count *(count - 1) / 2));    \
    SUCCEEDS(GR_RELEASE(&v));
#define OFFSET4(v) (a * v.stride[0] + b * v.stride[1] + c * v.stride[2] + d * v.stride[3])

RANKS(right)
RANKS(left)
RANKS(strided)

static int calls;

static gr_index next_index(void) {
    return calls++;
}

Test(view_access, an_index_is_evaluated_once) {
    gr_view2_i32 v;

    SUCCEEDS(GR_CREATE(&v, "v", 4, 4));
    calls = 1;
    GR_AT(v, next_index(), 2) += 5;
    cr_assert(eq(int, calls, 2));
    cr_assert(eq(i32, GR_AT(v, 1, 2), 5));
    SUCCEEDS(GR_RELEASE(&v));
}

Test(view_access, an_access_may_be_the_index_of_another) {
    gr_view1_i32 next;
    gr_view1_f64 x;

    SUCCEEDS(GR_CREATE(&next, "next", 3));
    SUCCEEDS(GR_CREATE(&x, "x", 3));
    GR_AT(next, 0) = 2;
    GR_AT(next, 2) = 1;
    GR_AT(x, GR_AT(next, GR_AT(next, 0))) = 4;
    cr_assert(eq(dbl, x.data[1], 4));
    SUCCEEDS(GR_RELEASE(&next));
    SUCCEEDS(GR_RELEASE(&x));
}

Test(view_access, a_view_may_be_a_field_or_behind_a_pointer) {
    struct {
        gr_view1_f64 x;
    } field, *pointer = &field;

    SUCCEEDS(GR_CREATE(&field.x, "x", 3));
    GR_AT(field.x, 1) = 2;
    GR_AT(pointer->x, 2) = 3;
    cr_assert(eq(dbl, field.x.data[1] + field.x.data[2], 5));
    SUCCEEDS(GR_RELEASE(&pointer->x));
}

Test(view_access, indices_of_any_integer_type) {
    gr_view2_i32 v;
    const unsigned char small = 1;
    const size_t large = 2;

    SUCCEEDS(GR_CREATE(&v, "v", 3, 3));
    GR_AT(v, small, large) = 5;
    cr_assert(eq(i32, v.data[5], 5));
    SUCCEEDS(GR_RELEASE(&v));
}

Test(view_access, the_unit_stride_is_a_constant) {
    gr_view2_f64 right;
    gr_view2_f64_left left;

    SUCCEEDS(GR_CREATE(&right, "right", 2, 2));
    SUCCEEDS(GR_CREATE(&left, "left", 2, 2));
    right.stride[1] = 1000; /* not read */
    left.stride[0] = 1000;
    cr_assert(eq(ptr, &GR_AT(right, 0, 1), right.data + 1));
    cr_assert(eq(ptr, &GR_AT(left, 1, 0), left.data + 1));
    SUCCEEDS(GR_RELEASE(&right));
    SUCCEEDS(GR_RELEASE(&left));
}
