/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_scan_segmented.c
 * @brief Segmented scans and scans by key are right, and results go to Views.
 *
 * Oracle: loops over data for which every order is exact. The order itself is canonical_order.py's
 * subject.
 */
#include "test_scan_segmented.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include <string.h>

static const gr_index sizes[] = {0,    1,    2,    7,    8,    9,     255,    256,
                                 4095, 4096, 4097, 5001, 8192, 40000, 135169, 1000000};
enum { SIZES = sizeof sizes / sizeof *sizes };

static const gr_options choices[] = {
    {GR_AUTO, GR_STATIC, GR_AUTO, {0}}, {GR_AUTO, GR_STATIC, 1, {0}}, {GR_AUTO, GR_STATIC, 3, {0}},
    {GR_AUTO, GR_DYNAMIC, 4, {0}},      {1, GR_DYNAMIC, 8, {0}},
};
enum { CHOICES = sizeof choices / sizeof *choices };

/* Mean lengths of segments: single elements, short, around a chunk, none but the first. */
static const gr_index lengths[] = {1, 3, 100, 5000, 100000000};
enum { LENGTHS = sizeof lengths / sizeof *lengths };

#define MAKE(view, ...) cr_assert(eq(int, (int)GR_CREATE(&view, __VA_ARGS__), GR_SUCCESS))

static gr_view1_u8 head;
static gr_view1_i64 x;

static void make_data(gr_index n, gr_index length) {
    uint64_t state = 88172645463325252u;

    MAKE(head, "head", n);
    MAKE(x, "x", n);
    for (gr_index i = 0; i < n; i++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        head.data[i] = (state >> 20) % (uint64_t)length == 0;
        x.data[i] = (int64_t)(state % 100) - 40;
    }
}

static void drop_data(void) {
    GR_RELEASE(&head);
    GR_RELEASE(&x);
}

Test(scan_segmented, six_numbers_by_hand, .timeout = 60) {
    const int64_t values[6] = {1, 2, 3, 4, 5, 6}, expected[6] = {0, 1, 0, 3, 7, 0};
    const uint8_t starts[6] = {0, 0, 1, 0, 0, 1};
    gr_view1_i64 before, after;

    make_data(6, 1);
    MAKE(before, "before", 6);
    MAKE(after, "after", 6);
    memcpy(x.data, values, sizeof values);
    memcpy(head.data, starts, sizeof starts);
    sum_segments(before, after, x, head, 0, 6, choices[0]);
    cr_assert(eq(int, (int)gr_fence(), GR_SUCCESS));
    for (int i = 0; i < 6; i++) {
        cr_expect(before.data[i] == expected[i], "%d", i);
        cr_expect(after.data[i] == expected[i] + values[i], "%d", i);
    }
    sum_segments(before, after, x, head, 3, 5, choices[0]);
    cr_expect(before.data[3] == 0 && before.data[4] == 4, "a range begins a segment");
    GR_RELEASE(&before);
    GR_RELEASE(&after);
    drop_data();
}

Test(scan_segmented, sums_and_maxima, .timeout = 120) {
    for (int s = 0; s < SIZES; s++) {
        for (int l = 0; l < LENGTHS; l++) {
            const gr_index n = sizes[s];
            gr_view1_i64 before, after;
            gr_view1_f64 y, before_y, most;
            int wrong = 0;

            make_data(n, lengths[l]);
            MAKE(before, "before", n);
            MAKE(after, "after", n);
            MAKE(y, "y", n);
            MAKE(before_y, "before_y", n);
            MAKE(most, "most", n);
            for (gr_index i = 0; i < n; i++)
                y.data[i] = (double)x.data[i] * 0.5;
            for (int c = 0; c < CHOICES; c++) {
                int64_t sum = 0, high = INT64_MIN;

                sum_segments(before, after, x, head, 0, n, choices[c]);
                sum_segments_f64(before_y, y, head, choices[c]);
                most_of_segments(most, y, head, choices[c]);
                cr_assert(eq(int, (int)gr_fence(), GR_SUCCESS));
                for (gr_index i = 0; i < n; i++) {
                    if (head.data[i])
                        sum = 0, high = INT64_MIN;
                    wrong += before.data[i] != sum || before_y.data[i] != 0.5 * (double)sum;
                    sum += x.data[i];
                    high = x.data[i] > high ? x.data[i] : high;
                    wrong += after.data[i] != sum || most.data[i] != 0.5 * (double)high;
                }
                cr_expect(wrong == 0, "n = %td, length = %td, choice %d: %d wrong", n, lengths[l],
                          c, wrong);
            }
            GR_RELEASE(&before);
            GR_RELEASE(&after);
            GR_RELEASE(&y);
            GR_RELEASE(&before_y);
            GR_RELEASE(&most);
            drop_data();
        }
    }
}

Test(scan_segmented, of_a_users_struct, .timeout = 120) {
    for (int s = 0; s < SIZES; s++) {
        for (int l = 0; l < LENGTHS; l++) {
            const gr_index n = sizes[s];
            gr_view1_line after;

            make_data(n, lengths[l]);
            MAKE(after, "after", n);
            for (int c = 0; c < CHOICES; c++) {
                line all = {1, 0};
                int wrong = 0;

                compose_segments(after, head, choices[c]);
                cr_assert(eq(int, (int)gr_fence(), GR_SUCCESS));
                for (gr_index i = 0; i < n; i++) {
                    if (head.data[i])
                        all.m = 1, all.c = 0;
                    all.c = ((i % 7 + 1) * all.c + i % 13) % 1009;
                    all.m = all.m * (i % 7 + 1) % 1009;
                    wrong += after.data[i].m != all.m || after.data[i].c != all.c;
                }
                cr_expect(wrong == 0, "n = %td, length = %td, choice %d", n, lengths[l], c);
            }
            GR_RELEASE(&after);
            drop_data();
        }
    }
}

Test(scan_segmented, by_key, .timeout = 120) {
    for (int s = 0; s < SIZES; s++) {
        for (int l = 0; l < LENGTHS; l++) {
            const gr_index n = sizes[s], lo = n > 3 ? 3 : 0;
            gr_view1_i32 key, place, place_y;
            gr_view1_f64 y;

            make_data(n, lengths[l]);
            MAKE(key, "key", n);
            MAKE(y, "y", n);
            MAKE(place, "place", n);
            MAKE(place_y, "place_y", n);
            for (gr_index i = 0; i < n; i++) {
                key.data[i] = (i > 0 ? key.data[i - 1] : 5) + head.data[i];
                y.data[i] = -0.5 * key.data[i];
            }
            for (int c = 0; c < CHOICES; c++) {
                int32_t count = 0, all = 0;
                int wrong = 0;

                number_groups(place, key, lo, choices[c]);
                number_groups_of_f64(place_y, y, choices[c]);
                cr_assert(eq(int, (int)gr_fence(), GR_SUCCESS));
                for (gr_index i = 0; i < n; i++) {
                    all = i > 0 && key.data[i] == key.data[i - 1] ? all + 1 : 1;
                    wrong += place_y.data[i] != all;
                    if (i >= lo) {
                        count = i > lo && key.data[i] == key.data[i - 1] ? count + 1 : 1;
                        wrong += place.data[i] != count;
                    }
                }
                cr_expect(wrong == 0, "n = %td, length = %td, choice %d", n, lengths[l], c);
            }
            GR_RELEASE(&key);
            GR_RELEASE(&y);
            GR_RELEASE(&place);
            GR_RELEASE(&place_y);
            drop_data();
        }
    }
}

Test(scan_segmented, continue_ends_an_element, .timeout = 60) {
    gr_view1_i32 place;
    int32_t count = 0;

    make_data(10001, 50);
    MAKE(place, "place", 10001);
    number_even(place, head);
    cr_assert(eq(int, (int)gr_fence(), GR_SUCCESS));
    for (gr_index i = 0; i < 10001; i++) {
        if (head.data[i])
            count = 0;
        count += i % 2 == 0;
        cr_expect(place.data[i] == (i % 2 ? 0 : count), "%td", i);
    }
    GR_RELEASE(&place);
    drop_data();
}

/* ---- results to Views ---- */

Test(results_to_views, of_a_range, .timeout = 60) {
    for (int s = 0; s < SIZES; s++) {
        const gr_index n = sizes[s];
        gr_view2_f64 matrix;
        gr_view0_f64 sum;
        gr_view0_place least;
        gr_view0_i64 count;
        gr_view1_f64 y;
        double total = 0;

        MAKE(matrix, "matrix", 3, 4);
        MAKE(least, "least");
        MAKE(count, "count");
        MAKE(y, "y", n);
        cr_assert(eq(int, (int)GR_SUBVIEW(&sum, matrix, gr_pick(1), gr_pick(2)), GR_SUCCESS));
        for (gr_index i = 0; i < n; i++)
            total += y.data[i] = (double)((i * 7919) % 1009) - 300;
        for (int c = 0; c < CHOICES; c++) {
            sum.data[0] = -1;
            results_of_range(sum, least, count, y, choices[c]);
            cr_assert(eq(int, (int)gr_fence(), GR_SUCCESS));
            cr_expect(matrix.data[6] == total && matrix.data[5] == 0, "one element, n = %td", n);
            cr_expect(count.data[0] == n);
            cr_expect(n == 0 ? least.data[0].location == GR_NO_LOCATION
                             : least.data[0].value == y.data[least.data[0].location]);
        }
        GR_RELEASE(&matrix);
        GR_RELEASE(&sum);
        GR_RELEASE(&least);
        GR_RELEASE(&count);
        GR_RELEASE(&y);
    }
}

Test(results_to_views, of_boxes, .timeout = 60) {
    static const gr_index n[6] = {3, 5, 4, 7, 2, 6};
    gr_view0_i64 sum;
    gr_index all = 1;

    MAKE(sum, "sum");
    for (int rank = 1; rank <= 6; rank++) {
        all *= n[rank - 1];
        results_of_box(rank, sum, n);
        cr_assert(eq(int, (int)gr_fence(), GR_SUCCESS));
        cr_expect(sum.data[0] == all * (all - 1) / 2, "rank %d", rank);
    }
    GR_RELEASE(&sum);
}

Test(results_to_views, total_of_a_scan, .timeout = 60) {
    for (int s = 0; s < SIZES; s++) {
        const gr_index n = sizes[s];
        gr_view0_i64 total;
        gr_view1_i64 before;

        make_data(n, 10);
        MAKE(total, "total");
        MAKE(before, "before", n);
        for (int c = 0; c < CHOICES; c++) {
            int64_t sum = 0;

            total_of_scan(total, before, x, choices[c]);
            cr_assert(eq(int, (int)gr_fence(), GR_SUCCESS));
            for (gr_index i = 0; i < n; i++)
                sum += x.data[i];
            cr_expect(total.data[0] == sum, "n = %td, choice %d", n, c);
            cr_expect(n == 0 || before.data[n - 1] == sum - x.data[n - 1]);
        }
        GR_RELEASE(&total);
        GR_RELEASE(&before);
        drop_data();
    }
}

Test(results_to_views, an_empty_view_is_an_error, .timeout = 60) {
    gr_view0_i64 nothing = {0};
    static const gr_index n[6] = {3, 5, 4, 7, 2, 6};

    results_of_box(1, nothing, n);
    cr_expect(eq(int, (int)gr_fence(), GR_INVALID_ARG));
    cr_expect(strstr(gr_last_error()->message, "result View sum = empty, expected one element") !=
                  NULL,
              "%s", gr_last_error()->message);
    cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));
}
