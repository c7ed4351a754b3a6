/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_reduce_results.c
 * @brief Every reducer over every type gives the right value. The order is the oracle's subject.
 *
 * Oracle: loops from the first element to the last, over data for which every order is exact.
 */
#include "test_reduce_results.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <granum/status.h>

#include <math.h>
#include <stdlib.h>

static const gr_index sizes[] = {0,    1,    2,    31,   32,   33,   1023,
                                 1024, 1025, 2047, 2048, 2049, 5001, 100003};
enum { SIZES = sizeof sizes / sizeof *sizes, LARGEST = 100003 };

static const gr_options choices[] = {
    {GR_AUTO, GR_STATIC, GR_AUTO, {0}}, {GR_AUTO, GR_STATIC, 1, {0}}, {GR_AUTO, GR_STATIC, 3, {0}},
    {GR_AUTO, GR_DYNAMIC, 4, {0}},      {1, GR_DYNAMIC, 2, {0}},      {100000, GR_DYNAMIC, 8, {0}},
};
enum { CHOICES = sizeof choices / sizeof *choices };

/* Small numbers of both signs where there are two, with ties; a product of few twos. Sums of the
   narrow types wrap, here as there. */
#define EXPECT_ORDERED(suffix, T)                                                                 \
    Test(reduce_results, ordered_##suffix, .timeout = 60) {                                       \
        T *x = malloc(2 * LARGEST * sizeof(T)), *factor = x + LARGEST;                            \
        const int shift = (T)0 < (T)-1 ? 0 : 3;                                                   \
                                                                                                  \
        for (gr_index i = 0; i < LARGEST; i++) {                                                  \
            x[i] = (T)((i * 5 + 3) % 7 - shift + (i == 900 ? 10 : 0));                            \
            factor[i] = (T)(i % 300 == 5 && i < 1600 ? 2 : 1);                                    \
        }                                                                                         \
        for (int s = 0; s < SIZES; s++) {                                                         \
            const gr_index n = sizes[s];                                                          \
            int64_t sum = 0, prod = 1;                                                            \
            gr_index least = -1, most = -1;                                                       \
                                                                                                  \
            for (gr_index i = 0; i < n; i++) {                                                    \
                sum += (int64_t)x[i];                                                             \
                prod *= (int64_t)factor[i];                                                       \
                least = least < 0 || x[i] < x[least] ? i : least;                                 \
                most = most < 0 || x[i] > x[most] ? i : most;                                     \
            }                                                                                     \
            for (int c = 0; n > 0 && c < CHOICES; c++) {                                          \
                const ordered_##suffix all = reduce_ordered_##suffix(x, factor, n, choices[c]);   \
                                                                                                  \
                cr_expect(all.sum == (T)sum, "sum, n = %td, choice %d", n, c);                    \
                cr_expect(all.prod == (T)prod, "prod, n = %td, choice %d", n, c);                 \
                cr_expect(all.min == x[least] && all.max == x[most], "n = %td, choice %d", n, c); \
                cr_expect(all.least.value == x[least] && all.most.value == x[most]);              \
                cr_expect(eq(long, all.least.location, least));                                   \
                cr_expect(eq(long, all.most.location, most));                                     \
                cr_expect(all.both.min == x[least] && all.both.max == x[most]);                   \
            }                                                                                     \
        }                                                                                         \
        cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));                                          \
        free(x);                                                                                  \
    }
ORDERED_LIST(EXPECT_ORDERED)

/* Over nothing each is its identity. */
#define EXPECT_IDENTITY(suffix, T, lowest, highest)                                      \
    {                                                                                    \
        const ordered_##suffix all = reduce_ordered_##suffix(NULL, NULL, 0, choices[0]); \
                                                                                         \
        cr_expect(all.sum == 0 && all.prod == 1, #suffix);                               \
        cr_expect(all.min == highest && all.max == lowest, #suffix);                     \
        cr_expect(all.least.value == highest && all.most.value == lowest, #suffix);      \
        cr_expect(eq(long, all.least.location, GR_NO_LOCATION));                         \
        cr_expect(eq(long, all.most.location, GR_NO_LOCATION));                          \
        cr_expect(all.both.min == highest && all.both.max == lowest, #suffix);           \
    }
Test(reduce_results, over_nothing_is_the_identity, .timeout = 60) {
    const logical_i32 i32 = reduce_logical_i32(NULL, 0, choices[0]);
    const logical_u8 u8 = reduce_logical_u8(NULL, 0, choices[0]);
    const truth none = reduce_bool(NULL, 0, choices[0]);
    const complex_results z = reduce_complex(0, choices[0]);

    EXPECT_IDENTITY(i8, int8_t, INT8_MIN, INT8_MAX)
    EXPECT_IDENTITY(i16, int16_t, INT16_MIN, INT16_MAX)
    EXPECT_IDENTITY(i32, int32_t, INT32_MIN, INT32_MAX)
    EXPECT_IDENTITY(i64, int64_t, INT64_MIN, INT64_MAX)
    EXPECT_IDENTITY(u8, uint8_t, 0, UINT8_MAX)
    EXPECT_IDENTITY(u16, uint16_t, 0, UINT16_MAX)
    EXPECT_IDENTITY(u32, uint32_t, 0, UINT32_MAX)
    EXPECT_IDENTITY(u64, uint64_t, 0, UINT64_MAX)
    EXPECT_IDENTITY(f32, float, -INFINITY, INFINITY)
    EXPECT_IDENTITY(f64, double, -INFINITY, INFINITY)
    cr_expect(i32.land == 1 && i32.lor == 0 && i32.band == -1 && i32.bor == 0);
    cr_expect(u8.land == 1 && u8.lor == 0 && u8.band == 255 && u8.bor == 0);
    cr_expect(none.all && !none.any && none.none_bitwise && !none.any_bitwise);
    cr_expect(z.sum64.re == 0 && z.sum64.im == 0 && z.prod128.re == 1 && z.prod128.im == 0);
    cr_expect(eq(long, reduce_moments(0, choices[0]).least, INT32_MAX));
}

/* The element at n / 2 clears bit 2 and sets bit 6; then one is 0. */
#define EXPECT_LOGICAL(suffix, T)                                                            \
    Test(reduce_results, logical_##suffix, .timeout = 60) {                                  \
        T *x = malloc(LARGEST * sizeof(T));                                                  \
                                                                                             \
        for (int s = 1; s < SIZES; s++) {                                                    \
            const gr_index n = sizes[s], middle = n / 2;                                     \
                                                                                             \
            for (int c = 0; c < CHOICES; c++) {                                              \
                logical_##suffix all;                                                        \
                                                                                             \
                for (gr_index i = 0; i < n; i++) {                                           \
                    x[i] = (T)0x15;                                                          \
                }                                                                            \
                x[middle] = (T)0x51;                                                         \
                all = reduce_logical_##suffix(x, n, choices[c]);                             \
                cr_expect(all.land == 1 && all.lor == 1, "n = %td, choice %d", n, c);        \
                cr_expect(all.band == (T)(n > 1 ? 0x11 : 0x51), "n = %td, choice %d", n, c); \
                cr_expect(all.bor == (T)(n > 1 ? 0x55 : 0x51), "n = %td, choice %d", n, c);  \
                x[n - 1] = 0;                                                                \
                all = reduce_logical_##suffix(x, n, choices[c]);                             \
                cr_expect(all.land == 0 && all.lor == (n > 1) && all.band == 0);             \
            }                                                                                \
        }                                                                                    \
        cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));                                     \
        free(x);                                                                             \
    }
INTEGER_LIST(EXPECT_LOGICAL)

Test(reduce_results, logical_bool, .timeout = 60) {
    bool *x = calloc(LARGEST, sizeof(bool));

    for (int s = 1; s < SIZES; s++) {
        for (int c = 0; c < CHOICES; c++) {
            const gr_index n = sizes[s];
            const truth none = reduce_bool(x, n, choices[c]);
            truth one, all;

            x[n / 3] = true;
            one = reduce_bool(x, n, choices[c]);
            for (gr_index i = 0; i < n; i++) {
                x[i] = true;
            }
            all = reduce_bool(x, n, choices[c]);
            for (gr_index i = 0; i < n; i++) {
                x[i] = false;
            }
            cr_expect(none.none_bitwise && !none.all && !none.any && !none.any_bitwise);
            cr_expect(none.all_f64 == 0.0 && none.any_f64 == 0.0);
            cr_expect(one.all == (n == 1) && one.any && !one.none_bitwise && one.any_bitwise);
            cr_expect(one.any_f64 == 1.0);
            cr_expect(all.all && all.any && all.all_f64 == 1.0 && all.any_f64 == 1.0);
        }
    }
    free(x);
}

Test(reduce_results, complex_numbers, .timeout = 60) {
    for (int s = 0; s < SIZES; s++) {
        const gr_index n = sizes[s], turns = (n + 6) / 7;
        static const double cosine[] = {1, 0, -1, 0}, sine[] = {0, 1, 0, -1};
        double re64 = 0, re128 = 0, im128 = 0;

        for (gr_index i = 0; i < n; i++) {
            re64 += (double)(i % 5);
            re128 += (double)i;
            im128 += (double)(i % 3);
        }
        for (int c = 0; c < CHOICES; c++) {
            const complex_results z = reduce_complex(n, choices[c]);

            cr_expect(eq(dbl, z.sum64.re, re64));
            cr_expect(eq(dbl, z.sum64.im, (double)-n));
            cr_expect(eq(dbl, z.sum128.re, re128));
            cr_expect(eq(dbl, z.sum128.im, im128));
            cr_expect(eq(dbl, z.prod64.re, cosine[turns % 4]));
            cr_expect(eq(dbl, z.prod64.im, sine[turns % 4]));
            cr_expect(eq(dbl, z.prod128.re, cosine[turns % 4]));
            cr_expect(eq(dbl, z.prod128.im, -sine[turns % 4]));
        }
    }
}

Test(reduce_results, user_structs, .timeout = 60) {
    for (int s = 0; s < SIZES; s++) {
        const gr_index n = sizes[s];
        moments expected = {n, 0, 0, INT32_MAX};
        bins count = {{0}};

        for (gr_index i = 0; i < n; i++) {
            const int32_t value = (int32_t)(i % 100) - 50;

            expected.sum += value;
            expected.squares += value * value;
            expected.least = value < expected.least ? value : expected.least;
            count.count[i * i % 64]++;
        }
        for (int c = 0; c < CHOICES; c++) {
            const moments m = reduce_moments(n, choices[c]);
            int64_t sum, odd;
            const bins histogram = reduce_bins(n, choices[c], &sum, &odd);

            cr_expect(eq(long, m.count, n));
            cr_expect(eq(long, m.sum, expected.sum));
            cr_expect(eq(long, m.squares, expected.squares));
            cr_expect(eq(int, m.least, expected.least));
            for (int k = 0; k < 64; k++) {
                cr_expect(eq(int, histogram.count[k], count.count[k]), "bin %d, n = %td", k, n);
            }
            cr_expect(eq(long, sum, n *(n - 1) / 2));
            cr_expect(eq(long, odd, n / 2));
        }
    }
}

Test(reduce_results, one_to_eight_reducers_in_a_launch, .timeout = 60) {
    for (int s = 0; s < SIZES; s++) {
        for (int count = 1; count <= 8; count++) {
            const gr_index n = sizes[s];
            int64_t out[8];

            reduce_several(count, n, out);
            for (int k = 0; k < 8; k++) {
                cr_expect(eq(long, out[k], k < count ? (k + 1) * (n * (n - 1) / 2) : 0));
            }
        }
    }
}

Test(reduce_results, boxes_of_two_to_six_dimensions, .timeout = 60) {
    static const gr_index extents[][6] = {
        {1, 1, 1, 1, 1, 1},    {2, 3, 4, 5, 6, 7},    {7, 1, 3, 2, 33, 4}, {3, 70, 2, 2, 2, 65},
        {0, 3, 3, 3, 3, 3},    {3, 0, 2, 2, 2, 2},    {2, 2, 2, 2, 2, 31}, {5, 9001, 1, 1, 1, 1},
        {1, 1, 9001, 1, 1, 2}, {40, 40, 40, 1, 1, 1},
    };
    static const gr_index lo[6] = {-3, 7, 0, -1, 100, 2};

    for (size_t k = 0; k < sizeof extents / sizeof *extents; k++) {
        for (int rank = 2; rank <= 6; rank++) {
            gr_index n = 1;

            for (int d = 0; d < rank; d++) {
                n *= extents[k][d];
            }
            for (int c = 0; c < CHOICES; c++) {
                cr_expect(eq(long, reduce_box(rank, lo, extents[k], choices[c]), n *(n - 1) / 2),
                          "box %zu, rank %d, choice %d", k, rank, c);
            }
        }
    }
    cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));
}

/* ---- NaN, zeros, ties ---- */

Test(reduce_results, nan_never_replaces_a_number, .timeout = 60) {
    double x[100], one[100];
    ordered_f64 all;

    for (int i = 0; i < 100; i++) {
        x[i] = i % 3 == 0 ? i - 50.0 : (double)NAN;
        one[i] = 1.0;
    }
    for (int c = 0; c < CHOICES; c++) {
        all = reduce_ordered_f64(x, one, 100, choices[c]);
        cr_expect(all.min == -50.0 && all.max == 49.0);
        cr_expect(all.both.min == -50.0 && all.both.max == 49.0);
        cr_expect(all.least.location == 0 && all.most.location == 99);
        cr_expect(isnan(all.sum));
        all = reduce_ordered_f64(x + 1, one, 2, choices[c]);
        cr_expect(all.min == INFINITY && all.max == -INFINITY, "of nothing but NaN");
        cr_expect(all.least.location == GR_NO_LOCATION && all.most.location == GR_NO_LOCATION);
    }
}

Test(reduce_results, infinities_are_numbers, .timeout = 60) {
    const float x[4] = {1.0f, INFINITY, -INFINITY, 2.0f}, one[4] = {1, 1, 1, 1};
    const ordered_f32 all = reduce_ordered_f32(x, one, 4, choices[0]);

    cr_expect(all.min == -INFINITY && all.max == INFINITY);
    cr_expect(all.least.location == 2 && all.most.location == 1);
}

Test(reduce_results, of_two_zeros_the_earlier_stays, .timeout = 60) {
    const double x[3] = {0.0, -0.0, 0.0}, one[3] = {1, 1, 1};
    const ordered_f64 plus = reduce_ordered_f64(x, one, 2, choices[0]);
    const ordered_f64 minus = reduce_ordered_f64(x + 1, one, 2, choices[0]);

    cr_expect(signbit(plus.min) == 0 && signbit(plus.max) == 0);
    cr_expect(signbit(minus.min) && signbit(minus.max));
    cr_expect(plus.least.location == 0 && !signbit(plus.least.value));
    cr_expect(minus.most.location == 0 && signbit(minus.most.value));
    cr_expect(signbit(minus.sum) == 0, "a sum starts at 0.0");
}

Test(reduce_results, of_equal_values_the_lowest_location_wins, .timeout = 60) {
    int16_t *x = malloc(2 * LARGEST * sizeof(int16_t)), *one = x + LARGEST;

    for (gr_index i = 0; i < LARGEST; i++) {
        x[i] = 5;
        one[i] = 1;
    }
    for (int s = 1; s < SIZES; s++) {
        for (int c = 0; c < CHOICES; c++) {
            const gr_index n = sizes[s];
            ordered_i16 all = reduce_ordered_i16(x, one, n, choices[c]);

            cr_expect(all.least.location == 0 && all.most.location == 0);
            x[n - 1] = x[n / 2] = 4;
            all = reduce_ordered_i16(x, one, n, choices[c]);
            cr_expect(eq(long, all.least.location, n / 2));
            x[n - 1] = x[n / 2] = 5;
        }
    }
    free(x);
}

Test(reduce_results, locations_are_what_the_body_says, .timeout = 60) {
    double x[30 * 50];
    gr_loc_f64 least;

    for (int k = 0; k < 30 * 50; k++) {
        x[k] = (double)((k * 7) % 1501);
    }
    x[17 * 50 + 31] = -1.0;
    x[29 * 50 + 2] = -1.0;
    least = least_in_matrix(x, 30, 50);
    cr_expect(eq(dbl, least.value, -1.0));
    cr_expect(eq(long, least.location, 17 * 50 + 31));
}

/* ---- bodies ---- */

Test(reduce_results, continue_ends_one_iteration, .timeout = 60) {
    cr_expect(eq(long, reduce_odd_only(10), 1 + 3 + 5 + 7 + 9));
    cr_expect(eq(long, reduce_odd_only(100001), 50000L * 50000));
    cr_expect(eq(long, reduce_odd_pairs(4), 8 + 2 * (0 + 1 + 2 + 3)));
}

Test(reduce_results, inner_loops_break_and_continue, .timeout = 60) {
    cr_expect(eq(long, reduce_divisors(11), 2 + 3 + 2 + 5 + 2 + 7 + 2 + 3 + 2));
}

Test(reduce_results, constant_tables_are_read, .timeout = 60) {
    cr_expect(eq(dbl, reduce_by_table(3000), 1000.0));
}

Test(reduce_results, indices_may_go_unused, .timeout = 60) {
    cr_expect(eq(dbl, reduce_unused_index(1000, 7), 8000.0));
}
