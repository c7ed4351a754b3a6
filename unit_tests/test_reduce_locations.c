/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_reduce_locations.c
 * @brief Places of extremes and of conditions, and reducers with a last step.
 *
 * Oracle: loops from the first element to the last.
 */
#include "test_reduce_locations.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <granum/status.h>

#include <math.h>
#include <stdlib.h>

static const gr_index sizes[] = {0,    1,    2,    7,    8,    9,    31,   32,    33,
                                 1023, 1024, 1025, 2047, 2048, 2049, 5001, 100003};
enum { SIZES = sizeof sizes / sizeof *sizes, LARGEST = 100003 };

static const gr_options choices[] = {
    {GR_AUTO, GR_STATIC, GR_AUTO, {0}}, {GR_AUTO, GR_STATIC, 1, {0}}, {GR_AUTO, GR_STATIC, 3, {0}},
    {GR_AUTO, GR_DYNAMIC, 4, {0}},      {1, GR_DYNAMIC, 2, {0}},      {100000, GR_DYNAMIC, 8, {0}},
};
enum { CHOICES = sizeof choices / sizeof *choices };

static const char *const forms[] = {"range", "team", "league"};

/* Of an array {5, 1, 9, 1, 9, 5}. */
Test(reduce_locations, six_numbers_by_hand, .timeout = 60) {
    const double x[] = {5, 1, 9, 1, 9, 5};

    for (int form = 0; form < PLACE_FORMS; form++) {
        const places_f64 all = find_places_f64((place_form)form, x, 5, 6, choices[0]);

        cr_expect(all.low.value == 1 && all.low.location == 1, "%s", forms[form]);
        cr_expect(all.low_last.value == 1 && all.low_last.location == 3, "%s", forms[form]);
        cr_expect(all.high.value == 9 && all.high.location == 2, "%s", forms[form]);
        cr_expect(all.high_last.value == 9 && all.high_last.location == 4, "%s", forms[form]);
        cr_expect(all.both.min == 1 && all.both.max == 9, "%s", forms[form]);
        cr_expect(all.both.min_location == 1 && all.both.max_location == 2, "%s", forms[form]);
        cr_expect(all.first_last.min_location == 1 && all.first_last.max_location == 4);
        cr_expect(all.first == 0 && all.last == 5, "%s", forms[form]);
    }
}

/* Small numbers with many ties, and one that is found once. */
#define EXPECT_PLACES(suffix, T)                                                                \
    Test(reduce_locations, places_##suffix, .timeout = 120) {                                   \
        T *x = malloc(LARGEST * sizeof(T));                                                     \
                                                                                                \
        for (gr_index i = 0; i < LARGEST; i++)                                                  \
            x[i] = (T)((i * 5 + 3) % 7 + 20 + (i % 1999 == 1500 ? 10 : 0));                     \
        for (int s = 0; s < SIZES; s++) {                                                       \
            const gr_index n = sizes[s];                                                        \
            gr_index low = -1, high = -1, low_last = -1, high_last = -1, first = -1, last = -1; \
                                                                                                \
            for (gr_index i = 0; i < n; i++) {                                                  \
                low = low < 0 || x[i] < x[low] ? i : low;                                       \
                high = high < 0 || x[i] > x[high] ? i : high;                                   \
                low_last = low_last < 0 || x[i] <= x[low_last] ? i : low_last;                  \
                high_last = high_last < 0 || x[i] >= x[high_last] ? i : high_last;              \
                first = first < 0 && x[i] == (T)31 ? i : first;                                 \
                last = x[i] == (T)31 ? i : last;                                                \
            }                                                                                   \
            for (int c = 0; c < PLACE_FORMS * CHOICES; c++) {                                   \
                const places_##suffix all =                                                     \
                    find_places_##suffix((place_form)(c % 3), x, (T)31, n, choices[c / 3]);     \
                                                                                                \
                cr_expect(all.low.location == low && all.high.location == high,                 \
                          "n = %td, %s, choice %d", n, forms[c % 3], c / 3);                    \
                cr_expect(all.low_last.location == low_last, "n = %td, %s", n, forms[c % 3]);   \
                cr_expect(all.high_last.location == high_last, "n = %td, %s", n, forms[c % 3]); \
                cr_expect(all.both.min_location == low && all.both.max_location == high);       \
                cr_expect(all.first_last.min_location == low, "n = %td, %s", n, forms[c % 3]);  \
                cr_expect(all.first_last.max_location == high_last, "n = %td, %s", n,           \
                          forms[c % 3]);                                                        \
                cr_expect(all.first == first && all.last == last, "n = %td, %s: %td, %td", n,   \
                          forms[c % 3], all.first, all.last);                                   \
                if (n > 0) {                                                                    \
                    cr_expect(all.low.value == x[low] && all.low_last.value == x[low]);         \
                    cr_expect(all.high.value == x[high] && all.high_last.value == x[high]);     \
                    cr_expect(all.both.min == x[low] && all.both.max == x[high]);               \
                    cr_expect(all.first_last.min == x[low] && all.first_last.max == x[high]);   \
                }                                                                               \
            }                                                                                   \
        }                                                                                       \
        cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));                                        \
        free(x);                                                                                \
    }
PLACE_LIST(EXPECT_PLACES)

Test(reduce_locations, over_nothing_is_the_identity, .timeout = 60) {
    for (int form = 0; form < PLACE_FORMS; form++) {
        const places_i16 all = find_places_i16((place_form)form, NULL, 0, 0, choices[0]);

        cr_expect(all.both.min == INT16_MAX && all.both.max == INT16_MIN, "%s", forms[form]);
        cr_expect(all.both.min_location == GR_NO_LOCATION);
        cr_expect(all.first_last.max_location == GR_NO_LOCATION);
        cr_expect(all.low_last.value == INT16_MAX && all.low_last.location == GR_NO_LOCATION);
        cr_expect(all.first == GR_NO_LOCATION && all.last == GR_NO_LOCATION);
    }
}

/* A NaN is never found, neither among numbers nor alone; of zeros of either sign, which are equal,
 * the place decides. */
Test(reduce_locations, nan_and_signed_zeros, .timeout = 60) {
    static double x[5001];

    for (int form = 0; form < PLACE_FORMS; form++) {
        places_f64 all;

        for (int i = 0; i < 5001; i++)
            x[i] = (double)NAN;
        all = find_places_f64((place_form)form, x, 0, 5001, choices[2]);
        cr_expect(all.both.min_location == GR_NO_LOCATION && isinf(all.both.min), "%s",
                  forms[form]);
        cr_expect(all.first_last.max_location == GR_NO_LOCATION && isinf(all.first_last.max));
        cr_expect(all.low_last.location == GR_NO_LOCATION && all.last == GR_NO_LOCATION);
        x[100] = -0.0, x[4000] = 0.0;
        all = find_places_f64((place_form)form, x, 0, 5001, choices[2]);
        cr_expect(all.both.min_location == 100 && signbit(all.both.min), "%s", forms[form]);
        cr_expect(all.first_last.max_location == 4000 && !signbit(all.first_last.max));
        cr_expect(all.low_last.location == 4000 && !signbit(all.low_last.value));
        cr_expect(all.high_last.location == 4000 && all.high.location == 100);
        cr_expect(all.first == 100 && all.last == 4000, "%s", forms[form]);
    }
}

Test(reduce_locations, in_a_matrix, .timeout = 60) {
    static const gr_index shapes[][2] = {{1, 1}, {3, 5}, {40, 33}, {7, 10001}, {3000, 4}};

    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
        const gr_index n = shapes[s][0], m = shapes[s][1];
        double *x = malloc((size_t)(n * m) * sizeof(double));
        gr_index low = 0, high = 0;

        for (gr_index k = 0; k < n * m; k++) {
            x[k] = (double)((k * 7919 + 11) % 1009 / 4);
            low = x[k] < x[low] ? k : low;
            high = x[k] > x[high] ? k : high;
        }
        for (int c = 0; c < CHOICES; c++) {
            const gr_minmaxloc_f64 both = find_in_matrix(x, n, m, choices[c]);

            cr_expect(eq(long, both.min_location, low));
            cr_expect(eq(long, both.max_location, high));
            cr_expect(both.min == x[low] && both.max == x[high]);
        }
        free(x);
    }
}

/* Sums of whole numbers are exact, so the mean has one value only. */
Test(reduce_locations, last_step_of_a_struct, .timeout = 60) {
    for (int s = 0; s < SIZES; s++) {
        const gr_index n = sizes[s];
        int64_t sum = 0, squares = 0;

        for (gr_index i = 0; i < n; i++) {
            sum += i % 10 - 3;
            squares += (i % 10 - 3) * (i % 10 - 3);
        }
        for (int c = 0; c < PLACE_FORMS * CHOICES; c++) {
            const spread all = find_spread((place_form)(c % 3), n, choices[c / 3]);
            const double count = n > 0 ? (double)n : 1.0, mean = (double)sum / count;

            cr_expect(all.count == n && all.sum == sum && all.squares == squares,
                      "n = %td, %s, choice %d", n, forms[c % 3], c / 3);
            cr_expect(all.mean == mean, "n = %td, %s", n, forms[c % 3]);
            cr_expect(all.variance == (double)squares / count - mean * mean);
        }
    }
    cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));
}

Test(reduce_locations, last_step_of_a_large_struct_beside_a_sum, .timeout = 60) {
    for (int s = 0; s < SIZES; s++) {
        const gr_index n = sizes[s];
        tally expected = {{0}, 0};

        for (gr_index i = 0; i < n; i++)
            expected.count[i * i % 37]++;
        for (int k = 1; k < 40; k++)
            expected.most = expected.count[k] > expected.count[expected.most] ? k : expected.most;
        for (int c = 0; c < PLACE_FORMS * CHOICES; c++) {
            int64_t sum = -1;
            const tally all = find_tally((place_form)(c % 3), n, choices[c / 3], &sum);

            cr_expect(eq(long, sum, n *(n - 1) / 2));
            cr_expect(eq(int, all.most, expected.most));
            for (int k = 0; k < 40; k++)
                cr_expect(all.count[k] == expected.count[k], "n = %td, %s", n, forms[c % 3]);
        }
    }
}
