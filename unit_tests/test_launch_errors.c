/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_launch_errors.c
 * @brief A wrong launch runs nothing and says at the next fence what was wrong; the next one works.
 *
 * Oracle: the messages, by hand.
 */
#include "test_launch_errors.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <granum/initialize.h>
#include <granum/memory.h>
#include <granum/status.h>

#include <math.h>
#include <pthread.h>
#include <stdio.h>

static const gr_options plain = {GR_AUTO, GR_STATIC, GR_AUTO, {0}};
static const char *const labels[] = {"wrong for", "wrong reduce", "wrong scan"};

/* The fence answers this; afterwards nothing is pending, and a launch works. */
static void expect_failure(gr_status status, const char *label, const char *message) {
    char expected[512];
    long bodies = 0;

    snprintf(expected, sizeof expected, "kernel \"%s\": %s", label, message);
    cr_assert(eq(int, (int)gr_fence(), (int)status));
    cr_expect(eq(str, (char *)gr_last_error()->message, expected));
    cr_expect(eq(int, (int)gr_last_error()->status, (int)status));
    cr_expect(gr_last_error()->line > 0);
    cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));
    launch_1d(LAUNCH_FOR, 0, 100, plain, &bodies);
    cr_expect(eq(long, bodies, 100));
    cr_expect(eq(dbl, launch_1d(LAUNCH_REDUCE, 0, 10, plain, &bodies), 1024.0));
    cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));
}

static void expect_failure_1d(gr_index lo, gr_index hi, gr_options options, const char *message) {
    for (int kind = 0; kind < LAUNCH_KINDS; kind++) {
        long bodies = 0;
        const double result = launch_1d(kind, lo, hi, options, &bodies);

        cr_expect(eq(long, bodies, 0));
        cr_expect(eq(dbl, result, kind == LAUNCH_REDUCE ? 1.0 : 0.0), "expected the identity");
        expect_failure(GR_INVALID_ARG, labels[kind], message);
    }
}

static void expect_failure_3d(const gr_index lo[3], const gr_index hi[3], gr_options options,
                              const char *message) {
    for (int kind = 0; kind < LAUNCH_SCAN; kind++) {
        long bodies = 0;
        const double result = launch_3d(kind, lo, hi, options, &bodies);

        cr_expect(eq(long, bodies, 0));
        cr_expect(eq(dbl, result, kind == LAUNCH_REDUCE ? (double)INFINITY : 0.0));
        expect_failure(GR_INVALID_ARG, labels[kind], message);
    }
}

Test(launch_errors, upper_bound_below_lower, .timeout = 60) {
    const gr_index lo[3] = {0, 5, -1}, hi[3] = {4, 3, 9};

    expect_failure_1d(7, 3, plain, "range lo = 7, hi = 3, expected lo <= hi");
    expect_failure_1d(0, -1, plain, "range lo = 0, hi = -1, expected lo <= hi");
    expect_failure_3d(lo, hi, plain, "range lo1 = 5, hi1 = 3, expected lo <= hi");
}

Test(launch_errors, ranges_that_overflow, .timeout = 60) {
    const gr_index lo[3] = {0, 0, 0};
    const gr_index hi[3] = {(gr_index)1 << 31, (gr_index)1 << 31, 4};
    const gr_index one[3] = {1, PTRDIFF_MIN, 0}, other[3] = {2, 1, 1};

    expect_failure_1d(PTRDIFF_MIN, PTRDIFF_MAX, plain,
                      "range lo = -9223372036854775808, hi = 9223372036854775807, "
                      "expected hi - lo to fit an index");
    expect_failure_1d(PTRDIFF_MAX, PTRDIFF_MIN, plain,
                      "range lo = 9223372036854775807, hi = -9223372036854775808, "
                      "expected lo <= hi");
    expect_failure_3d(lo, hi, plain,
                      "range of rank 3 has more than 9223372036854775807 elements, "
                      "the most there can be");
    expect_failure_3d(one, other, plain,
                      "range lo1 = -9223372036854775808, hi1 = 1, "
                      "expected hi - lo to fit an index");
}

Test(launch_errors, reductions_end_a_step_before_the_last_index, .timeout = 60) {
    long bodies = 0;

    launch_1d(LAUNCH_REDUCE, PTRDIFF_MAX - 40, PTRDIFF_MAX, plain, &bodies);
    cr_expect(eq(long, bodies, 0));
    expect_failure(GR_INVALID_ARG, "wrong reduce",
                   "range hi = 9223372036854775807 in a reduction, "
                   "expected 9223372036854775775 at most");
    cr_expect(eq(dbl, launch_1d(LAUNCH_REDUCE, PTRDIFF_MAX - 42, PTRDIFF_MAX - 32, plain, &bodies),
                 1024.0));
}

Test(launch_errors, chunk_below_one, .timeout = 60) {
    const gr_options none = {0, GR_DYNAMIC, GR_AUTO, {0}}, negative = {-5, GR_STATIC, GR_AUTO, {0}};
    const gr_index lo[3] = {0, 0, 0}, hi[3] = {4, 3, 9};

    expect_failure_1d(0, 1000, none, "chunk = 0, expected 1 or more");
    expect_failure_1d(0, 0, none, "chunk = 0, expected 1 or more");
    expect_failure_1d(0, 5000, negative, "chunk = -5, expected 1 or more");
    expect_failure_3d(lo, hi, none, "chunk = 0, expected 1 or more");
}

Test(launch_errors, threads_below_one, .timeout = 60) {
    const gr_options none = {GR_AUTO, GR_STATIC, 0, {0}}, negative = {GR_AUTO, GR_STATIC, -3, {0}};
    const gr_index lo[3] = {0, 0, 0}, hi[3] = {4, 3, 9};

    expect_failure_1d(0, 1000, none, "threads = 0, expected 1 or more");
    expect_failure_1d(0, 5000, negative, "threads = -3, expected 1 or more");
    expect_failure_3d(lo, hi, negative, "threads = -3, expected 1 or more");
}

Test(launch_errors, message_without_label_has_no_prefix, .timeout = 60) {
    launch_without_label();
    cr_expect(eq(int, (int)gr_fence(), GR_INVALID_ARG));
    cr_expect(eq(str, (char *)gr_last_error()->message, "range lo = 1, hi = 0, expected lo <= hi"));
}

Test(launch_errors, the_first_of_several_is_kept, .timeout = 60) {
    long bodies = 0;
    const gr_options none = {0, GR_DYNAMIC, GR_AUTO, {0}};

    launch_1d(LAUNCH_SCAN, 3, 2, plain, &bodies);
    launch_1d(LAUNCH_FOR, 0, 10, none, &bodies);
    launch_1d(LAUNCH_FOR, 0, 10, plain, &bodies);
    cr_expect(eq(long, bodies, 10), "a launch after a wrong one runs");
    expect_failure(GR_INVALID_ARG, "wrong scan", "range lo = 3, hi = 2, expected lo <= hi");
}

/* Also from the threads that work for the launch: the error is the launching thread's. */
Test(launch_errors, launch_inside_a_kernel, .timeout = 60) {
    static const int threads[] = {1, 2, 4};

    for (int kind = 0; kind < LAUNCH_KINDS; kind++) {
        for (size_t k = 0; k < sizeof threads / sizeof *threads; k++) {
            long outer = 0;

            cr_expect(eq(long, launch_in_kernel(kind, 40, threads[k], &outer), 0));
            cr_expect(eq(long, outer, 40), "the kernel itself goes on");
            expect_failure(GR_IN_KERNEL, labels[kind],
                           "launch inside the kernel \"outer\", expected launches outside of "
                           "kernels");
        }
    }
}

/* Each allocation of a reduction fails in turn. Its memory is kept by the thread, so a new thread
   allocates anew. */
static void *reduce_without_memory(void *argument) {
    const long allocation = *(long *)argument;
    double sum;

    gr_impl_fail_allocation_after(allocation);
    sum = launch_eight(100000);
    gr_impl_fail_allocation_after(-1);
    if (gr_fence() == GR_SUCCESS) {
        *(long *)argument = -1; /* no such allocation: all of them have failed before */
        cr_expect(eq(dbl, sum, 12500.0 * 2 + 5 * 100000.0 + 2));
    } else {
        cr_expect(eq(int, (int)gr_last_error()->status, GR_OUT_OF_MEMORY));
        cr_expect(eq(str, (char *)gr_last_error()->message,
                     "kernel \"eight\": 11456 bytes for the partial results of 49 chunks are not "
                     "to be had"));
        cr_expect(isnan(sum),
                  "of the identities: the maximum's is -infinity, the minimum's infinity");
        cr_expect(eq(dbl, launch_eight(1000), 125.0 * 2 + 5 * 1000.0 + 2));
        cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));
    }
    return NULL;
}

Test(launch_errors, out_of_memory_in_a_reduction, .timeout = 60) {
    const size_t used = gr_memory_used(GR_HOST);
    long failures = 0;

    cr_assert(eq(int, (int)gr_initialize(NULL), GR_SUCCESS));
    for (long allocation = 0; allocation >= 0; failures++) {
        pthread_t thread;
        long answer = allocation;

        cr_assert(eq(int, pthread_create(&thread, NULL, reduce_without_memory, &answer), 0));
        pthread_join(thread, NULL);
        allocation = answer < 0 ? -1 : allocation + 1;
        cr_assert(failures < 100);
    }
    cr_expect(failures > 1, "at least one allocation was seen to fail");
    cr_expect(eq(sz, gr_memory_used(GR_HOST), used));
    cr_assert(eq(int, (int)gr_finalize(), GR_SUCCESS));
}
