/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_reduce_array.c
 * @brief Reductions into arrays: every element is right, with the same bits for any number of
 * threads; bad lengths are reported.
 *
 * Oracle: loops over all elements; for floating point the order of docs/design/002-canonical-order,
 * written here a second time.
 */
#include "test_reduce_array.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const gr_index sizes[] = {0, 1, 2, 31, 2047, 2048, 2049, 4096, 5001, 100003, 1000000};
enum { SIZES = sizeof sizes / sizeof *sizes, LARGEST = 1000000 };

static const gr_index lengths[] = {1, 2, 7, 1000, 70000};
enum { LENGTHS = sizeof lengths / sizeof *lengths };

static const gr_options choices[] = {
    {GR_AUTO, GR_STATIC, GR_AUTO, {0}}, {GR_AUTO, GR_STATIC, 1, {0}},  {GR_AUTO, GR_STATIC, 2, {0}},
    {GR_AUTO, GR_STATIC, 3, {0}},       {GR_AUTO, GR_DYNAMIC, 4, {0}}, {1, GR_DYNAMIC, 8, {0}},
};
enum { CHOICES = sizeof choices / sizeof *choices };

/* Keys with a crowd at 0, values of very different size: any other order gives other bits. */
static gr_view1_i32 key;
static gr_view1_f64 value;

static void make_data(gr_index n, gr_index length) {
    uint64_t state = 88172645463325252u;

    cr_assert(eq(int, (int)GR_CREATE(&key, "key", n), GR_SUCCESS));
    cr_assert(eq(int, (int)GR_CREATE(&value, "value", n), GR_SUCCESS));
    for (gr_index i = 0; i < n; i++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        GR_AT(key, i) = state % 5 ? (int32_t)(state % (uint64_t)length) : 0;
        GR_AT(value, i) = (double)(int64_t)state * ((state & 3) ? 0x1p-63 : 0x1p-40);
    }
}

static void drop_data(void) {
    GR_RELEASE(&key);
    GR_RELEASE(&value);
}

/* The order: elements of a chunk one after the other, chunks as elements of a reduction. */
static void add_in_order(double *bins, gr_index n, gr_index length) {
    const size_t bytes = (size_t)length * sizeof(double);
    gr_index chunk = 2048, most = 32;
    double *copies, (*lane)[32];

    while (chunk * 8 < (gr_index)bytes)
        chunk *= 2;
    if (bytes * 4096 <= 4 << 20)
        most = 4096;
    else if (bytes * 32 < 4 << 20)
        most = (4 << 20) / (gr_index)bytes;
    while ((n + chunk - 1) / chunk > most)
        chunk *= 2;
    const gr_index chunks = (n + chunk - 1) / chunk;
    copies = calloc((size_t)(chunks + 1), bytes);
    lane = calloc((size_t)length, sizeof *lane);
    for (gr_index i = 0; i < n; i++)
        copies[i / chunk * length + GR_AT(key, i)] += GR_AT(value, i);
    for (gr_index c = 0; c < chunks; c++)
        for (gr_index b = 0; b < length; b++)
            lane[b][c % 32] += copies[c * length + b];
    for (gr_index b = 0; b < length; b++) {
        for (int half = 16; half > 0; half /= 2)
            for (int q = 0; q < half; q++)
                lane[b][q] += lane[b][q + half];
        bins[b] = chunks <= 1 ? copies[b] : lane[b][0];
    }
    free(copies);
    free(lane);
}

Test(reduce_array, ten_numbers_by_hand, .timeout = 60) {
    gr_view1_i64 bins;

    cr_assert(eq(int, (int)GR_CREATE(&bins, "bins", 8), GR_SUCCESS));
    GR_AT(bins, 6) = GR_AT(bins, 7) = -5;
    count_squares(bins, 6, 10, choices[0]); /* 0 1 4 9 16 25 36 49 64 81 modulo 6 */
    cr_assert(eq(int, (int)gr_fence(), GR_SUCCESS));
    cr_expect(bins.data[0] == 2 && GR_AT(bins, 1) == 3 && GR_AT(bins, 3) == 2);
    cr_expect(bins.data[4] == 3 && GR_AT(bins, 2) == 0 && GR_AT(bins, 5) == 0);
    cr_expect(bins.data[6] == -5 && GR_AT(bins, 7) == -5, "beyond the length nothing changes");
    GR_RELEASE(&bins);
}

Test(reduce_array, counts, .timeout = 120) {
    for (int l = 0; l < LENGTHS; l++) {
        const gr_index length = lengths[l];
        int64_t *expected = malloc((size_t)length * sizeof(int64_t));
        gr_view1_i64 bins;
        gr_view2_i64 wide;
        gr_view1_i64_strided column;

        cr_assert(eq(int, (int)GR_CREATE(&bins, "bins", length + 3), GR_SUCCESS));
        cr_assert(eq(int, (int)GR_CREATE(&wide, "wide", length, 2), GR_SUCCESS));
        cr_assert(eq(int, (int)GR_SUBVIEW(&column, wide, GR_ALL, gr_pick(1)), GR_SUCCESS));
        for (int s = 0; s < SIZES; s++) {
            const gr_index n = sizes[s];

            memset(expected, 0, (size_t)length * sizeof(int64_t));
            for (gr_index i = 0; i < n; i++)
                expected[i * i % length]++;
            for (int c = 0; c < CHOICES; c++) {
                GR_AT(bins, 0) = -1;
                count_squares(bins, length, n, choices[c]);
                count_squares_strided(column, length, n, choices[c]);
                cr_assert(eq(int, (int)gr_fence(), GR_SUCCESS));
                for (gr_index b = 0; b < length; b++) {
                    cr_assert(bins.data[b] == expected[b], "n = %td, length = %td, bin %td", n,
                              length, b);
                    cr_assert(column.data[2 * b] == expected[b] && GR_AT(wide, b, 0) == 0);
                }
            }
        }
        free(expected);
        GR_RELEASE(&column);
        GR_RELEASE(&wide);
        GR_RELEASE(&bins);
    }
}

Test(reduce_array, sums_have_the_bits_of_the_order, .timeout = 120) {
    for (int l = 0; l < LENGTHS; l++) {
        const gr_index length = lengths[l];
        double *expected = malloc((size_t)length * sizeof(double));
        gr_view1_f64 bins;

        cr_assert(eq(int, (int)GR_CREATE(&bins, "bins", length), GR_SUCCESS));
        for (int s = 0; s < SIZES; s++) {
            make_data(sizes[s], length);
            add_in_order(expected, sizes[s], length);
            for (int c = 0; c < CHOICES; c++) {
                add_values(bins, length, key, value, choices[c]);
                cr_assert(eq(int, (int)gr_fence(), GR_SUCCESS));
                cr_expect(memcmp(bins.data, expected, (size_t)length * sizeof(double)) == 0,
                          "n = %td, length = %td, choice %d", sizes[s], length, c);
            }
            drop_data();
        }
        free(expected);
        GR_RELEASE(&bins);
    }
}

Test(reduce_array, beside_other_reducers, .timeout = 120) {
    gr_view1_f32 most;
    gr_view1_i32 least;

    cr_assert(eq(int, (int)GR_CREATE(&most, "most", 100), GR_SUCCESS));
    cr_assert(eq(int, (int)GR_CREATE(&least, "least", 100), GR_SUCCESS));
    for (int s = 0; s < SIZES; s++) {
        const gr_index n = sizes[s];
        uint64_t first = 0, bits;

        make_data(n, 100);
        for (int c = 0; c < CHOICES; c++) {
            const mixed all = add_mixed(most, least, key, value, choices[c]);
            gr_index low = -1, high = -1;
            float top[100];
            int32_t where[100];

            cr_assert(eq(int, (int)gr_fence(), GR_SUCCESS));
            for (int k = 0; k < 100; k++)
                top[k] = -INFINITY, where[k] = INT32_MAX;
            for (gr_index i = 0; i < n; i++) {
                const int32_t k = GR_AT(key, i);
                const double x = GR_AT(value, i);

                top[k] = (float)x > top[k] ? (float)x : top[k];
                where[k] = where[k] == INT32_MAX ? (int32_t)i : where[k];
                low = low < 0 || x < GR_AT(value, low) ? i : low;
                high = high < 0 || x > GR_AT(value, high) ? i : high;
            }
            cr_expect(memcmp(most.data, top, sizeof top) == 0, "n = %td, choice %d", n, c);
            cr_expect(memcmp(least.data, where, sizeof where) == 0, "n = %td", n);
            cr_expect(all.both.min_location == low && all.both.max_location == high);
            memcpy(&bits, &all.sum, sizeof bits);
            first = c ? first : bits;
            cr_expect(bits == first, "sum, n = %td, choice %d", n, c);
        }
        drop_data();
    }
    GR_RELEASE(&most);
    GR_RELEASE(&least);
}

Test(reduce_array, other_operations, .timeout = 60) {
    gr_view1_u8 bits;
    gr_view1_f64 products;

    cr_assert(eq(int, (int)GR_CREATE(&bits, "bits", 8), GR_SUCCESS));
    cr_assert(eq(int, (int)GR_CREATE(&products, "products", 3), GR_SUCCESS));
    for (int c = 0; c < CHOICES; c++) {
        join_every_way(bits, products, 9000, choices[c]);
        cr_assert(eq(int, (int)gr_fence(), GR_SUCCESS));
        for (int k = 0; k < 8; k++)
            cr_expect(bits.data[k] == 31);
        cr_expect(products.data[0] == 128 && GR_AT(products, 1) == 128);
        cr_expect(products.data[2] == 64);
        join_every_way(bits, products, 0, choices[c]);
        cr_expect(bits.data[0] == 0 && GR_AT(products, 2) == 1, "the identity");
    }
    GR_RELEASE(&bits);
    GR_RELEASE(&products);
}

Test(reduce_array, of_a_users_struct, .timeout = 120) {
    gr_view1_weighted bins;
    double expected[50];

    cr_assert(eq(int, (int)GR_CREATE(&bins, "bins", 50), GR_SUCCESS));
    for (int s = 0; s < SIZES; s++) {
        gr_index crowd = 0;

        make_data(sizes[s], 50);
        for (gr_index i = 0; i < sizes[s]; i++)
            crowd += GR_AT(key, i) == 0;
        for (int c = 0; c < CHOICES; c++) {
            add_weighted(bins, key, value, choices[c]);
            cr_assert(eq(int, (int)gr_fence(), GR_SUCCESS));
            cr_expect(bins.data[0].weight == 0.25 * (double)crowd);
            for (int b = 0; b < 50; b++) {
                if (c == 0)
                    expected[b] = GR_AT(bins, b).sum;
                cr_expect(memcmp(&expected[b], &GR_AT(bins, b).sum, sizeof(double)) == 0);
            }
        }
        drop_data();
    }
    GR_RELEASE(&bins);
}

Test(reduce_array, over_boxes, .timeout = 120) {
    static const gr_index boxes[][6] = {
        {1, 1, 1, 1, 1, 1}, {3, 5, 2, 4, 3, 2}, {17, 130, 9, 3, 2, 5}, {2, 20001, 2, 1, 1, 3}};
    static const gr_index weight[6] = {1, 3, 5, 1, 1, 1};
    gr_view1_i32 bins;

    cr_assert(eq(int, (int)GR_CREATE(&bins, "bins", 11), GR_SUCCESS));
    for (size_t b = 0; b < sizeof boxes / sizeof *boxes; b++) {
        for (int rank = 2; rank <= 6; rank++) {
            int32_t expected[11] = {0};
            gr_index all = 1;

            for (int d = 0; d < rank; d++)
                all *= boxes[b][d];
            for (gr_index k = 0; k < all; k++) {
                gr_index left = k, sum = 0;

                for (int d = rank - 1; d >= 0; d--) {
                    sum += weight[d] * (left % boxes[b][d]);
                    left /= boxes[b][d];
                }
                expected[sum % 11]++;
            }
            for (int c = 0; c < CHOICES; c++) {
                count_box(rank, bins, boxes[b], choices[c]);
                cr_assert(eq(int, (int)gr_fence(), GR_SUCCESS));
                cr_expect(memcmp(bins.data, expected, sizeof expected) == 0, "box %zu, rank %d", b,
                          rank);
            }
        }
    }
    GR_RELEASE(&bins);
}

Test(reduce_array, continue_and_a_length_evaluated_once, .timeout = 60) {
    gr_view1_i32 bins;
    gr_index calls = 0;

    cr_assert(eq(int, (int)GR_CREATE(&bins, "bins", 4), GR_SUCCESS));
    count_even(bins, 10001);
    cr_expect(bins.data[0] == 2501 && GR_AT(bins, 2) == 2500 && GR_AT(bins, 1) == 0);
    count_calls(bins, &calls, 50001);
    cr_expect(bins.data[0] == 25001 && GR_AT(bins, 1) == 25000);
    cr_expect(eq(long, calls, 1));
    GR_RELEASE(&bins);
}

gr_index next_length(gr_index *calls) {
    ++*calls;
    return 2;
}

/* A View shorter than the length, an empty View, a negative length: nothing runs. */
Test(reduce_array, bad_lengths_are_reported, .timeout = 60) {
    static const struct {
        gr_index extent, length;
        const char *text;
    } cases[] = {
        {10, 11, "length of the array result bins = 11, expected 0..10, the extent of its View"},
        {0, 1000, "length of the array result bins = 1000, expected 0..0, the extent of its View"},
        {10, -3, "length of the array result bins = -3, expected 0..10, the extent of its View"},
    };

    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        gr_view1_i64 bins = {0};

        if (cases[c].extent > 0) {
            cr_assert(eq(int, (int)GR_CREATE(&bins, "bins", cases[c].extent), GR_SUCCESS));
            GR_AT(bins, 0) = 77;
        }
        count_squares(bins, cases[c].length, 5000, choices[0]);
        cr_expect(eq(int, (int)gr_fence(), GR_INVALID_ARG));
        cr_expect(strstr(gr_last_error()->message, cases[c].text) != NULL, "%s",
                  gr_last_error()->message);
        cr_expect(strstr(gr_last_error()->message, "squares") != NULL, "%s",
                  gr_last_error()->message);
        cr_expect(cases[c].extent == 0 || GR_AT(bins, 0) == 77, "the View is left as it was");
        GR_RELEASE(&bins);
    }
    cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));
}

Test(reduce_array, no_length_is_allowed, .timeout = 60) {
    gr_view1_i64 none = {0};

    count_squares(none, 0, 0, choices[0]);
    cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));
}
