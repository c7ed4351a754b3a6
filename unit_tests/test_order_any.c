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
