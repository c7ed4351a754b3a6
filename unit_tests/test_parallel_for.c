/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_parallel_for.c
 * @brief parallel_for visits each index of its range once, and no other. Oracle: counters, by hand.
 */
#include "test_parallel_for.h"

#include "support/capture.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <granum/status.h>

#include <stdlib.h>
#include <string.h>

/* ---- laws: each index once ---- */

static const gr_options choices[] = {
    {GR_AUTO, GR_STATIC, GR_AUTO, {0}},
    {GR_AUTO, GR_DYNAMIC, GR_AUTO, {0}},
    {1, GR_DYNAMIC, GR_AUTO, {0}},
    {GR_AUTO, GR_STATIC, 1, {0}},
    {GR_AUTO, GR_STATIC, 2, {0}},
    {GR_AUTO, GR_STATIC, 7, {0}},
    {GR_AUTO, GR_DYNAMIC, 3, {0}},
    {1, GR_DYNAMIC, 4, {0}},
    {3, GR_DYNAMIC, 2, {0}},
    {1000, GR_DYNAMIC, 8, {0}},
    {5, GR_STATIC, 3, {0}},
    {PTRDIFF_MAX, GR_DYNAMIC, 2, {0}},
};
enum { CHOICES = sizeof choices / sizeof *choices };

static bool inside(const visit_range *range, gr_index at) {
    for (int d = range->rank - 1; d >= 0; d--) {
        const gr_index extent = range->hi[d] - range->lo[d] + 2;
        const gr_index k = at % extent;

        if (k == 0 || k == extent - 1) {
            return false;
        }
        at /= extent;
    }
    return true;
}

/* Cells that were not visited as often as they should be. */
static gr_index wrong_cells(const visit_range *range, const unsigned char *cells, int times) {
    const gr_index all = visit_cells(range);
    gr_index wrong = 0;

    for (gr_index at = 0; at < all; at++) {
        wrong += cells[at] != (inside(range, at) ? times : 0);
    }
    return wrong;
}

static void expect_each_once(visit_range range, gr_options options) {
    const gr_index all = visit_cells(&range);
    unsigned char *cells = calloc((size_t)all, 1);
    gr_index wrong;

    range.options = options;
    visit_labelled(&range, cells);
    wrong = wrong_cells(&range, cells, 1);
    cr_expect(eq(long, wrong, 0),
              "rank %d, %td..%td x ... %td..%td, chunk %td, schedule %d, threads %d", range.rank,
              range.lo[0], range.hi[0], range.lo[range.rank - 1], range.hi[range.rank - 1],
              options.chunk, (int)options.schedule, options.threads);
    if (options.threads == GR_AUTO && options.schedule == GR_STATIC) {
        visit_bare(&range, cells);
        cr_expect(eq(long, wrong_cells(&range, cells, 2), 0));
    }
    free(cells);
    cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));
}

Test(parallel_for, visits_each_index_once_1d, .timeout = 120) {
    static const gr_index sizes[] = {0,   1,   2,   3,    7,    31,   32,    33,
                                     255, 256, 257, 1023, 1024, 1025, 65537, 1000003};
    static const gr_index starts[] = {0, -5, 3, (gr_index)1 << 40, -((gr_index)1 << 62)};

    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        for (size_t k = 0; k < sizeof starts / sizeof *starts; k++) {
            const visit_range range = {1, {starts[k]}, {starts[k] + sizes[s]}, {0}};

            for (int c = 0; c < (sizes[s] > 100000 && k > 0 ? 2 : CHOICES); c++) {
                expect_each_once(range, choices[c]);
            }
        }
    }
}

Test(parallel_for, visits_each_index_once_2d, .timeout = 120) {
    static const gr_index sizes[] = {0, 1, 2, 5, 33, 64, 257};
    enum { SIZES = sizeof sizes / sizeof *sizes };

    for (int a = 0; a < SIZES; a++) {
        for (int b = 0; b < SIZES; b++) {
            const visit_range range = {2, {-3, 2}, {-3 + sizes[a], 2 + sizes[b]}, {0}};

            for (int c = 0; c < CHOICES; c++) {
                expect_each_once(range, choices[c]);
            }
        }
    }
}

Test(parallel_for, visits_each_index_once_3d_to_6d, .timeout = 120) {
    static const visit_range ranges[] = {
        {3, {0, 0, 0}, {1, 1, 1}, {0}},
        {3, {-1, 5, 2}, {6, 9, 20}, {0}},
        {3, {0, 0, 0}, {2, 64, 65}, {0}},
        {4, {0, 0, 0, 0}, {3, 1, 4, 5}, {0}},
        {4, {-2, -2, -2, -2}, {2, 3, 4, 31}, {0}},
        {5, {1, 2, 3, 4, 5}, {3, 5, 4, 8, 37}, {0}},
        {5, {0, 0, 0, 0, 0}, {2, 2, 2, 2, 1}, {0}},
        {6, {0, 0, 0, 0, 0, 0}, {3, 4, 3, 4, 3, 5}, {0}},
        {6, {-1, 0, 1, -1, 0, 1}, {1, 1, 3, 2, 2, 33}, {0}},
    };

    for (size_t k = 0; k < sizeof ranges / sizeof *ranges; k++) {
        for (int c = 0; c < CHOICES; c++) {
            expect_each_once(ranges[k], choices[c]);
        }
    }
}

/* Few long rows are cut into pieces, whose length depends on the number of threads. */
Test(parallel_for, visits_each_index_once_in_long_rows, .timeout = 120) {
    static const gr_index widths[] = {1023, 1024, 1025, 4099, 200001};

    for (size_t k = 0; k < sizeof widths / sizeof *widths; k++) {
        const visit_range one = {2, {0, -7}, {1, -7 + widths[k]}, {0}};
        const visit_range three = {3, {2, -1, 1}, {3, 2, 1 + widths[k]}, {0}};

        for (int c = 0; c < CHOICES; c++) {
            expect_each_once(one, choices[c]);
            expect_each_once(three, choices[c]);
        }
    }
}

Test(parallel_for, visits_nothing_where_any_extent_is_zero, .timeout = 60) {
    for (int rank = 1; rank <= 6; rank++) {
        for (int empty = 0; empty < rank; empty++) {
            visit_range range = {0};

            range.rank = rank;
            for (int d = 0; d < rank; d++) {
                range.lo[d] = d - 1;
                range.hi[d] = range.lo[d] + (d == empty ? 0 : 5);
            }
            for (int c = 0; c < CHOICES; c++) {
                expect_each_once(range, choices[c]);
            }
        }
    }
}

/* The ends of what an index can be: nothing may overflow on the way. */
Test(parallel_for, visits_indices_at_both_ends, .timeout = 60) {
    for (int c = 0; c < CHOICES; c++) {
        const visit_range low = {1, {PTRDIFF_MIN + 1}, {PTRDIFF_MIN + 101}, {0}};
        const visit_range high = {1, {PTRDIFF_MAX - 100}, {PTRDIFF_MAX}, {0}};
        const visit_range row = {2, {0, PTRDIFF_MAX - 100}, {7, PTRDIFF_MAX}, {0}};

        expect_each_once(low, choices[c]);
        expect_each_once(high, choices[c]);
        expect_each_once(row, choices[c]);
    }
}

/* A statement learns what its iterations cost; whatever it decides, each index is visited once. */
Test(parallel_for, visits_each_index_once_while_it_learns, .timeout = 60) {
    static const gr_index sizes[] = {1, 100000, 10, 70000, 3, 300000, 0, 1000};
    const gr_options adaptive = {GR_AUTO, GR_STATIC, GR_AUTO, {0}};

    for (int round = 0; round < 40; round++) {
        const visit_range range = {1, {0}, {sizes[round % 8]}, {0}};

        expect_each_once(range, adaptive);
    }
}

/* ---- examples ---- */

Test(parallel_for, options_are_set_by_name, .timeout = 60) {
    cr_expect(eq(long, visit_options(0).chunk, GR_AUTO));
    cr_expect(eq(int, (int)visit_options(0).schedule, GR_STATIC));
    cr_expect(eq(int, visit_options(0).threads, GR_AUTO));
    cr_expect(eq(long, visit_options(1).chunk, 7));
    cr_expect(eq(int, (int)visit_options(1).schedule, GR_STATIC));
    cr_expect(eq(int, (int)visit_options(2).schedule, GR_DYNAMIC));
    cr_expect(eq(int, visit_options(3).threads, 3));
    cr_expect(eq(long, visit_options(4).chunk, 7));
    cr_expect(eq(int, (int)visit_options(4).schedule, GR_DYNAMIC));
    cr_expect(eq(int, visit_options(4).threads, 3));
}

Test(parallel_for, continue_ends_one_iteration, .timeout = 60) {
    int out[101] = {0}, pairs[7 * 7] = {0};

    odd_only(101, out);
    odd_pairs(7, pairs);
    for (int i = 0; i < 101; i++) {
        cr_expect(eq(int, out[i], i % 2));
    }
    for (int i = 0; i < 49; i++) {
        cr_expect(eq(int, pairs[i], (i / 7 + i % 7) % 2));
    }
}

Test(parallel_for, constant_tables_are_read, .timeout = 60) {
    double out[5];

    by_table(5, out);
    cr_expect(eq(dbl, out[0], 0.25));
    cr_expect(eq(dbl, out[1], 0.5));
    cr_expect(eq(dbl, out[2], 0.25));
    cr_expect(eq(dbl, out[4], 0.5));
}

Test(parallel_for, inner_loops_break_and_continue, .timeout = 60) {
    int out[50];

    first_multiple(50, out);
    for (int i = 0; i < 50; i++) {
        cr_expect(eq(int, out[i], (i / 7 + 1) * 7 + 1));
    }
}

Test(parallel_for, printed_lines_stay_whole, .timeout = 60) {
    static capture c;
    bool seen[200] = {false};
    int lines = 0, number, length;
    const char *text;

    cr_assert(capture_begin(&c, stdout));
    print_lines(200);
    text = capture_end(&c);
    while (sscanf(text, "line %d of many\n%n", &number, &length) == 1) {
        cr_assert(number >= 0 && number < 200 && !seen[number]);
        seen[number] = true;
        text = strchr(text, '\n') + 1;
        lines++;
    }
    cr_expect(eq(int, lines, 200));
    cr_expect(eq(chr, *text, '\0'));
}

Test(parallel_for, the_body_sees_the_callers_variables, .timeout = 60) {
    double out[100];

    locals_of_the_caller(100, out);
    for (int i = 0; i < 100; i++) {
        cr_expect(eq(dbl, out[i], 2.0 * (0.5 + 7.0 * i)));
    }
}

Test(parallel_for, bodies_compute_with_complex_numbers, .timeout = 60) {
    gr_c128 out[10];

    complex_square(10, out);
    for (int i = 0; i < 10; i++) {
        cr_expect(eq(dbl, out[i].re, i * i - 4.0));
        cr_expect(eq(dbl, out[i].im, 4.0 * i));
    }
}

Test(parallel_for, a_launch_is_one_statement, .timeout = 60) {
    int out[3] = {0};

    in_conditions(1, out);
    cr_expect(eq(int, out[0], 20));
    cr_expect(eq(int, out[2], 20));
}
