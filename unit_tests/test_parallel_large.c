/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_parallel_large.c
 * @brief Three thousand million bytes: sizes and indices beyond 32 bits, in one and three
 * dimensions.
 *
 * Oracle: sums of integers by formula, single elements by hand. Skipped where memory is short.
 */
#include "test_parallel_large.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include <unistd.h>

static const gr_index n = 3000000000;

static bool memory_is_short(void) {
    const double available = (double)sysconf(_SC_AVPHYS_PAGES) * (double)sysconf(_SC_PAGESIZE);

    return available < 4e9;
}

/* The sum of k % 64 over k < n, but for the two elements that are put in. */
static int64_t sum_of(gr_index low, gr_index high) {
    return n / 64 * (63 * 64 / 2) - low % 64 - high % 64 - 1 + 120;
}

static void expect_results(large_results results, gr_index low, gr_index high) {
    cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));
    cr_expect(eq(long, results.count, n));
    cr_expect(eq(long, results.sum, sum_of(low, high)));
    cr_expect(eq(long, results.least.location, low));
    cr_expect(eq(long, results.most.location, high));
    cr_expect(results.least.value == -1 && results.most.value == 120);
}

Test(parallel_large, one_dimension, .timeout = 250) {
    const gr_index low = n - 1, high = ((gr_index)1 << 31) + 7;
    gr_view1_i8 v;
    gr_index wrong = 0;

    if (memory_is_short()) {
        cr_skip_test("less than 4 GB of memory are free");
    }
    cr_assert(eq(int, (int)GR_CREATE_WITH(&v, GR_UNINITIALIZED, "large", n), GR_SUCCESS));
    cr_expect(eq(sz, gr_view_size(GR_ANY(v)), (size_t)n));
    large_fill_1d(v);
    GR_AT(v, low) = -1;
    GR_AT(v, high) = 120;
    expect_results(large_reduce_1d(v), low, high);
    /* A scan in place: every 64th element is 63. */
    GR_AT(v, low) = (int8_t)(low % 64);
    GR_AT(v, high) = (int8_t)(high % 64);
    cr_expect(eq(long, large_scan(v), n / 64));
    for (gr_index i = 0; i < n; i += i < 1000 || i > n - 1000 ? 1 : 997) {
        wrong += GR_AT(v, i) != (int8_t)(i / 64 % 128);
    }
    cr_expect(eq(long, wrong, 0));
    cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));
    cr_assert(eq(int, (int)GR_RELEASE(&v), GR_SUCCESS));
}

Test(parallel_large, three_dimensions, .timeout = 250) {
    const gr_index low = n - 2, high = ((gr_index)1 << 32) % n + 5;
    gr_view3_i8 v, row;

    if (memory_is_short()) {
        cr_skip_test("less than 4 GB of memory are free");
    }
    cr_assert(
        eq(int, (int)GR_CREATE_WITH(&v, GR_UNINITIALIZED, "large", 1500, 2000, 1000), GR_SUCCESS));
    large_fill_3d(v);
    cr_expect(eq(int, GR_AT(v, 1499, 1999, 999), (int)((n - 1) % 64)));
    v.data[low] = -1;
    v.data[high] = 120;
    expect_results(large_reduce_3d(v), low, high);
    /* The same memory as one row: longer than 32 bits can count. */
    cr_assert(eq(int, (int)GR_WRAP(&row, v.data, 1, 1, n), GR_SUCCESS));
    expect_results(large_reduce_3d(row), low, high);
    cr_assert(eq(int, (int)GR_RELEASE(&v), GR_SUCCESS));
}
