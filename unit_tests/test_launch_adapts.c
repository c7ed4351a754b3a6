/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_launch_adapts.c
 * @brief A launch statement runs on the caller or on threads as its cost asks for, and learns.
 *
 * Oracle: the number of threads that a body sees. Time is simulated: it passes as iterations say
 * that they cost, so that every run learns the same. ctest gives two threads.
 */
#include "test_launch_adapts.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <granum/initialize.h>

/* "Within a few launches." */
enum { FEW = 3, QUIET_FOR = 20 };

TestSuite(launch_adapts, .init = adapts_use_clock, .timeout = 60);

static bool has_threads(void) {
    return adapts_with_threads(64, 0, 2) == 2;
}

/* How many launches it takes until a statement runs on the caller alone, or on more, and stays. */
static int launches_until(int kind, gr_index n, int cost, bool alone) {
    long wrong = 0;
    int since = 0;

    for (int launch = 1; launch <= 100; launch++) {
        const int threads = adapts_launch(kind, n, cost, &wrong);

        cr_assert(eq(long, wrong, 0));
        cr_assert(threads >= 1);
        since = (threads == 1) == alone ? since + 1 : 0;
        if (since == QUIET_FOR) {
            return launch - QUIET_FOR + 1;
        }
    }
    return 1000;
}

/* Enough work for more than one chunk of a reduction or a scan. */
static gr_index many_of(int kind) {
    return kind == ADAPTS_REDUCE ? 5000 : kind == ADAPTS_SCAN ? 20000 : 8;
}

static int heavy_of(int kind) {
    return kind == ADAPTS_REDUCE || kind == ADAPTS_SCAN ? 2000 : 1000000;
}

Test(launch_adapts, cheap_launches_stay_on_the_caller) {
    for (int kind = 0; kind < ADAPTS_KINDS; kind++) {
        cr_expect(le(int, launches_until(kind, 10, 0, true), FEW), "kind %d", kind);
    }
}

Test(launch_adapts, few_heavy_iterations_run_on_threads) {
    if (!has_threads()) {
        cr_skip_test("this backend has one thread");
    }
    for (int kind = 0; kind < ADAPTS_KINDS; kind++) {
        cr_expect(le(int, launches_until(kind, many_of(kind), heavy_of(kind), false), FEW),
                  "kind %d", kind);
    }
}

/* The first iterations of a new statement are looked at; the rest of that launch takes threads. */
Test(launch_adapts, the_first_launch_already_uses_threads) {
    long wrong = 0;

    if (!has_threads()) {
        cr_skip_test("this backend has one thread");
    }
    cr_expect(eq(int, adapts_launch(ADAPTS_FOR, 16, 2000000, &wrong), 2));
    cr_expect(eq(long, wrong, 0));
}

Test(launch_adapts, a_change_of_cost_is_noticed) {
    if (!has_threads()) {
        cr_skip_test("this backend has one thread");
    }
    for (int kind = 0; kind < ADAPTS_KINDS; kind++) {
        const gr_index n = many_of(kind);

        for (int round = 0; round < 2; round++) {
            /* A cheap statement is measured once in eight launches. */
            cr_expect(le(int, launches_until(kind, 8, 0, true), FEW), "cheap, kind %d", kind);
            for (int quiet = 0; quiet < 20; quiet++) {
                long wrong = 0;

                adapts_launch(kind, 8, 0, &wrong);
                cr_assert(eq(long, wrong, 0));
            }
            cr_expect(le(int, launches_until(kind, n, heavy_of(kind), false), 8 + FEW),
                      "heavy, kind %d", kind);
        }
        cr_expect(le(int, launches_until(kind, 8, 0, true), FEW), "cheap again, kind %d", kind);
    }
}

Test(launch_adapts, a_change_of_size_is_noticed) {
    static const gr_index large = 30000;

    if (!has_threads()) {
        cr_skip_test("this backend has one thread");
    }
    for (int kind = 0; kind < ADAPTS_KINDS; kind++) {
        for (int round = 0; round < 2; round++) {
            cr_expect(le(int, launches_until(kind, 8, 0, true), FEW), "small, kind %d", kind);
            cr_expect(le(int, launches_until(kind, large, 0, false), FEW), "large, kind %d", kind);
        }
    }
}

Test(launch_adapts, a_given_number_of_threads_is_kept) {
    const bool threads = has_threads();

    for (int round = 0; round < 10; round++) {
        cr_expect(eq(int, adapts_with_threads(8, 200000, 1), 1));
        cr_expect(eq(int, adapts_with_threads(8, 0, 2), threads ? 2 : 1));
        cr_expect(eq(int, adapts_with_threads(100, 0, 3), threads ? 3 : 1));
    }
}
