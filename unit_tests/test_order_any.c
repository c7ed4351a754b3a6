/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_order_any.c
 * @brief Scans and reductions in a free order are right within rounding. Oracle: sums from the
 * first element to the last in long double.
 *
 * A sum of n numbers by n - 1 additions, in whatever order, is within n * eps * (the sum of their
 * sizes) of the exact one, eps being half a unit in the last place of 1.
 */
#include "test_order_any.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "oracle/order_data.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Around 32 elements, a tile, a chunk, a group of 32 chunks. */
static const gr_index sizes[] = {0,   1,    2,    31,   32,   33,   100,    255,    256,
                                 257, 4095, 4096, 4097, 8193, 9000, 131071, 131072, 131073};
enum { SIZES = sizeof sizes / sizeof *sizes, LARGEST = 131073 };

/* How many of `off` values are further from `exact` than rounding explains. */
typedef struct running {
    long double sum, size;
    gr_index count;
} running;

static void add(running *run, double value) {
    run->sum += (long double)value;
    run->size += fabsl((long double)value);
    run->count++;
}

static gr_index is_off(const running *run, double value, double eps) {
    const long double error = fabsl((long double)value - run->sum);

    return !(error <= (long double)run->count * (long double)eps * run->size);
}

Test(order_any, results_are_within_rounding, .timeout = 120) {
    double *memory = malloc((3 * sizeof(double) + sizeof(float)) * LARGEST);
    any_results results = {memory,
                           memory + LARGEST,
                           (float *)(void *)(memory + 3 * LARGEST),
                           memory + 2 * LARGEST,
                           0.0,
                           0.0};

    for (int s = 0; s < SIZES; s++) {
        const gr_index n = sizes[s], lo = s % 2 ? 1000 : -3;
        running all = {0.0L, 0.0L, 0}, floats = all, segment = all;
        gr_index wrong[4] = {0};

        cr_assert(eq(int, (int)any_sums(lo, n, &results), GR_SUCCESS), "n = %td: %s", n,
                  gr_last_error()->message);
        for (gr_index i = 0; i < n; i++) {
            const double value = order_value_f64(order_mix((uint64_t)(lo + i)));

            if (i % ANY_SEGMENT == 0) {
                segment = (running){0.0L, 0.0L, 0};
            }
            wrong[0] += is_off(&all, results.before[i], DBL_EPSILON / 2);
            add(&all, value);
            add(&floats, (double)(float)value);
            add(&segment, value);
            wrong[1] += is_off(&all, results.after[i], DBL_EPSILON / 2);
            wrong[2] += is_off(&floats, (double)results.small[i], (double)FLT_EPSILON / 2);
            wrong[3] += is_off(&segment, results.segment[i], DBL_EPSILON / 2);
        }
        for (int k = 0; k < 4; k++) {
            cr_expect(eq(long, wrong[k], 0), "n = %td, scan %d", n, k);
        }
        cr_expect(eq(long, is_off(&all, results.total, DBL_EPSILON / 2), 0), "total, n = %td", n);
        cr_expect(eq(long, is_off(&all, results.sum, DBL_EPSILON / 2), 0), "sum, n = %td", n);
    }
    free(memory);
}

/* The sum of elements 0 .. n - 1. */
static running all_of(gr_index n) {
    running all = {0.0L, 0.0L, 0};

    for (gr_index i = 0; i < n; i++) {
        add(&all, order_value_f64(order_mix((uint64_t)i)));
    }
    return all;
}

static const gr_index extents[][3] = {{0, 3, 2},    {1, 1, 1},    {31, 33, 2},  {3, 700, 5},
                                      {700, 3, 5},  {1, 9000, 1}, {9000, 1, 1}, {64, 65, 3},
                                      {2100, 2, 4}, {2, 2, 4100}};

Test(order_any, boxes_are_whole_and_within_rounding, .timeout = 120) {
    for (size_t e = 0; e < sizeof extents / sizeof *extents; e++) {
        const gr_index flat = extents[e][0] * extents[e][1], solid = flat * extents[e][2];
        const running of_flat = all_of(flat), of_solid = all_of(solid);
        any_boxes sums;

        cr_assert(eq(int, (int)any_box_sums((gr_index)e - 4, extents[e], &sums), GR_SUCCESS));
        cr_expect(eq(long, is_off(&of_flat, sums.flat, DBL_EPSILON / 2), 0), "flat %zu", e);
        cr_expect(eq(long, is_off(&of_flat, sums.right, DBL_EPSILON / 2), 0), "right %zu", e);
        cr_expect(eq(long, is_off(&of_solid, sums.solid, DBL_EPSILON / 2), 0), "solid %zu", e);
        cr_expect(eq(long, sums.whole_flat, flat *(flat - 1) / 2), "whole flat %zu", e);
        cr_expect(eq(long, sums.whole_solid, solid *(solid - 1) / 2), "whole solid %zu", e);
    }
}

Test(order_any, bins_are_whole_and_within_rounding, .timeout = 120) {
    static const gr_index counts[] = {0, 1, 6, 7, 2047, 2048, 2049, 70001};

    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
        running real[ANY_BINS];
        int64_t whole[ANY_BINS], whole_is[ANY_BINS];
        double real_is[ANY_BINS];

        memset(real, 0, sizeof real);
        memset(whole, 0, sizeof whole);
        for (gr_index i = 0; i < counts[c]; i++) {
            add(&real[i % ANY_BINS], order_value_f64(order_mix((uint64_t)i)));
            whole[i % ANY_BINS] += i;
        }
        cr_assert(eq(int, (int)any_bins(counts[c], real_is, whole_is), GR_SUCCESS));
        for (int b = 0; b < ANY_BINS; b++) {
            cr_expect(eq(long, is_off(&real[b], real_is[b], DBL_EPSILON / 2), 0), "%zu, bin %d", c,
                      b);
            cr_expect(eq(long, whole_is[b], whole[b]), "%zu, bin %d", c, b);
        }
    }
}
