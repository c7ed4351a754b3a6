/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_atomic_scatter.c
 * @brief The ordered scatter-add has the bits of a loop. Oracle: that loop.
 */
#include <granum/granum.h>
#include <granum/impl/backend.h>

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include <stdlib.h>
#include <string.h>

enum { LARGEST = 700001 };

static uint64_t state = 88172645463325252u;

static uint64_t random_bits(void) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

/* Values of very different size: any other order gives other bits. */
static double random_value(void) {
    return (double)(int64_t)random_bits() * ((random_bits() & 3) ? 0x1p-63 : 0x1p-40);
}

/* (elements, cells): around the limits of serial runs, blocks and parts. */
static const gr_index shapes[][2] = {
    {0, 5},       {1, 1},          {257, 3},    {32768, 100},    {32769, 1},     {40000, 256},
    {40001, 257}, {262144, 70000}, {262145, 7}, {LARGEST, 1000}, {LARGEST, 512}, {300000, 1000003}};
enum { SHAPES = sizeof shapes / sizeof *shapes };

#define CHECK_ORDER(T, value, I, key)                                                             \
    static void order_##value##_##key(int skewed) {                                               \
        for (int s = 0; s < SHAPES; s++) {                                                        \
            const gr_index n = shapes[s][0], m = shapes[s][1];                                    \
            gr_view1_##value dst = {0}, x = {0};                                                  \
            gr_view1_##key index = {0};                                                           \
            T *expected = malloc((size_t)m * sizeof(T));                                          \
                                                                                                  \
            cr_assert(eq(int, (int)GR_CREATE(&dst, "dst", m), GR_SUCCESS));                       \
            cr_assert(eq(int, (int)GR_CREATE(&x, "x", n), GR_SUCCESS));                           \
            cr_assert(eq(int, (int)GR_CREATE(&index, "index", n), GR_SUCCESS));                   \
            for (gr_index c = 0; c < m; c++)                                                      \
                GR_AT(dst, c) = expected[c] = (T)random_value();                                  \
            for (gr_index k = 0; k < n; k++) {                                                    \
                gr_index to = (gr_index)(random_bits() % (uint64_t)m);                            \
                                                                                                  \
                if (skewed && k % 5 != 0)                                                         \
                    to = m / 2; /* most go to one */                                              \
                GR_AT(index, k) = (I)to;                                                          \
                GR_AT(x, k) = (T)random_value();                                                  \
                expected[to] += GR_AT(x, k);                                                      \
            }                                                                                     \
            cr_expect(                                                                            \
                eq(int, (int)gr_scatter_add(GR_ANY(dst), GR_ANY(index), GR_ANY(x)), GR_SUCCESS)); \
            cr_expect(memcmp(dst.data, expected, (size_t)m * sizeof(T)) == 0, "%td into %td", n,  \
                      m);                                                                         \
            free(expected);                                                                       \
            GR_RELEASE(&index);                                                                   \
            GR_RELEASE(&x);                                                                       \
            GR_RELEASE(&dst);                                                                     \
        }                                                                                         \
    }
CHECK_ORDER(float, f32, int32_t, i32)
CHECK_ORDER(float, f32, int64_t, i64)
CHECK_ORDER(double, f64, int32_t, i32)
CHECK_ORDER(double, f64, int64_t, i64)

static void with_threads(int threads) {
    gr_settings settings = {0};

    settings.num_threads = threads;
    cr_assert(eq(int, (int)gr_initialize(&settings), GR_SUCCESS));
    cr_assert(eq(int, gr_impl_num_threads(), threads));
}

static void check_all(int threads) {
    with_threads(threads);
    for (int skewed = 0; skewed < 2; skewed++) {
        order_f32_i32(skewed);
        order_f32_i64(skewed);
        order_f64_i32(skewed);
        order_f64_i64(skewed);
    }
    gr_finalize();
}

Test(atomic_scatter, order_on_one_thread, .timeout = 120) {
    check_all(1);
}

Test(atomic_scatter, order_on_two_threads, .timeout = 120) {
    check_all(gr_impl_num_threads() > 1 ? 2 : 1);
}

Test(atomic_scatter, order_on_five_threads, .timeout = 120) {
    check_all(gr_impl_num_threads() > 1 ? 5 : 1);
}

Test(atomic_scatter, strides, .timeout = 60) {
    gr_view2_f64 both;
    gr_view1_f64_strided dst, x;
    gr_view2_i32 keys;
    gr_view1_i32_strided index;
    double expected[10] = {0};

    cr_assert(eq(int, (int)GR_CREATE(&both, "both", 50000, 2), GR_SUCCESS));
    cr_assert(eq(int, (int)GR_CREATE(&keys, "keys", 50000, 3), GR_SUCCESS));
    cr_assert(eq(int, (int)GR_SUBVIEW(&dst, both, gr_slice(0, 10), gr_pick(0)), GR_SUCCESS));
    cr_assert(eq(int, (int)GR_SUBVIEW(&x, both, GR_ALL, gr_pick(1)), GR_SUCCESS));
    cr_assert(eq(int, (int)GR_SUBVIEW(&index, keys, GR_ALL, gr_pick(2)), GR_SUCCESS));
    for (int k = 0; k < 50000; k++) {
        GR_AT(index, k) = (int32_t)(random_bits() % 10);
        GR_AT(x, k) = random_value();
        expected[GR_AT(index, k)] += GR_AT(x, k);
    }
    cr_expect(eq(int, (int)gr_scatter_add(GR_ANY(dst), GR_ANY(index), GR_ANY(x)), GR_SUCCESS));
    for (int c = 0; c < 10; c++)
        cr_expect(eq(dbl, GR_AT(dst, c), expected[c]));
    GR_RELEASE(&index);
    GR_RELEASE(&x);
    GR_RELEASE(&dst);
    GR_RELEASE(&keys);
    GR_RELEASE(&both);
}

#define EXPECT_REFUSED(status, text, call)                                      \
    cr_expect(eq(int, (int)(call), status));                                    \
    cr_expect(strstr(gr_last_error()->message, text) != NULL, "message \"%s\"", \
              gr_last_error()->message)

Test(atomic_scatter, bad_input, .timeout = 60) {
    enum { COUNT = 100000 };
    gr_view1_f64 dst, x, shorter;
    gr_view1_f32 other;
    gr_view1_i64 index;
    gr_view1_u32 wrong_keys;
    gr_view2_f64 square;

    GR_CREATE(&dst, "forces", 10);
    GR_CREATE(&x, "x", COUNT);
    GR_CREATE(&shorter, "shorter", 3);
    GR_CREATE(&other, "other", COUNT);
    GR_CREATE(&index, "index", COUNT);
    GR_CREATE(&wrong_keys, "wrong keys", COUNT);
    GR_CREATE(&square, "square", 4, 4);
    GR_FILL(x, 1.0);
    GR_AT(index, 77777) = 10;
    GR_AT(index, 99999) = 12;
    EXPECT_REFUSED(GR_OUT_OF_BOUNDS,
                   "index[77777] = 10, expected 0..9, as dst \"forces\" has 10 elements",
                   gr_scatter_add(GR_ANY(dst), GR_ANY(index), GR_ANY(x)));
    GR_AT(index, 5) = -3;
    EXPECT_REFUSED(GR_OUT_OF_BOUNDS, "index[5] = -3, expected 0..9",
                   gr_scatter_add(GR_ANY(dst), GR_ANY(index), GR_ANY(x)));
    for (int c = 0; c < 10; c++)
        cr_expect(eq(dbl, GR_AT(dst, c), 0), "dst was written");
    EXPECT_REFUSED(GR_INVALID_ARG, "extent of value = 3, expected index's, 100000",
                   gr_scatter_add(GR_ANY(dst), GR_ANY(index), GR_ANY(shorter)));
    EXPECT_REFUSED(GR_INVALID_ARG, "dtype of value = f32, expected dst's, f64",
                   gr_scatter_add(GR_ANY(dst), GR_ANY(index), GR_ANY(other)));
    EXPECT_REFUSED(GR_INVALID_ARG, "dtype of index = u32, expected i32 or i64",
                   gr_scatter_add(GR_ANY(dst), GR_ANY(wrong_keys), GR_ANY(x)));
    EXPECT_REFUSED(GR_INVALID_ARG, "dtype of dst = i64, expected f32 or f64",
                   gr_scatter_add(GR_ANY(index), GR_ANY(index), GR_ANY(x)));
    EXPECT_REFUSED(GR_INVALID_ARG, "ranks of dst, index, value = 2, 1, 1, expected 1",
                   gr_scatter_add(GR_ANY(square), GR_ANY(index), GR_ANY(x)));
    GR_RELEASE(&square);
    GR_RELEASE(&wrong_keys);
    GR_RELEASE(&index);
    GR_RELEASE(&other);
    GR_RELEASE(&shorter);
    GR_RELEASE(&x);
    GR_RELEASE(&dst);
}
