/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_watch_modes.c
 * @brief Debug modes nan, poison and order name the kernel, the View and the element, and are
 * silent where nothing is wrong. In other builds than checked ones they are refused.
 *
 * Oracle: bugs and messages, by hand.
 */
#include "test_watch_modes.h"
#include "support/capture.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <granum/copy.h>
#include <granum/initialize.h>
#include <granum/memory.h>
#include <granum/status.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void start(unsigned debug) {
    const gr_settings settings = {.debug = debug};

    unsetenv("GRANUM_DEBUG");
    cr_assert(eq(int, (int)gr_initialize(&settings), GR_SUCCESS));
}

static void expect_found(const char *message) {
    cr_expect(eq(int, (int)gr_fence(), GR_BAD_VALUE));
    cr_expect(eq(str, (char *)gr_last_error()->message, (char *)message));
    cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));
}

static gr_view1_f64 line(const char *label, gr_index n, unsigned flags) {
    gr_view1_f64 x;

    cr_assert(eq(int, (int)GR_CREATE_WITH(&x, flags, label, n), GR_SUCCESS));
    return x;
}

#if !(defined(GRANUM_CHECKED) && GRANUM_CHECKED)
Test(watch_modes, unchecked_builds_refuse_them) {
    const gr_settings settings = {.debug = GR_DEBUG_ORDER};

    cr_expect(eq(int, (int)gr_initialize(&settings), GR_UNSUPPORTED));
    cr_expect(eq(str, (char *)gr_last_error()->message,
                 "settings.debug = order, expected sync, errors, memory, crash or each, or a "
                 "checked build (cmake -DGRANUM_CHECKED=ON), which has the rest"));
    setenv("GRANUM_DEBUG", "sync,nan", 1);
    cr_expect(eq(int, (int)gr_initialize(NULL), GR_UNSUPPORTED));
    setenv("GRANUM_DEBUG", "all", 1);
    cr_expect(eq(int, (int)gr_initialize(NULL), GR_SUCCESS));
    (void)expect_found;
    (void)line;
    (void)start;
}
#else
Test(watch_modes, newborn_nan_is_named) {
    gr_view2_f64 x, y;
    gr_view2_f32_left u, v;

    start(GR_DEBUG_NAN);
    cr_assert(eq(int, (int)GR_CREATE(&x, "x", 3, 4), GR_SUCCESS));
    cr_assert(eq(int, (int)GR_CREATE(&y, "y", 3, 4), GR_SUCCESS));
    for (int k = 0; k < 12; k++) {
        x.data[k] = k + 1;
    }
    invert_2d(y, x);
    cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));
    GR_AT(x, 1, 2) = 0;
    GR_AT(x, 2, 3) = -0.0;
    invert_2d(y, x);
    expect_found("kernel \"invert\": view \"y\" = inf at (1, 2), expected finite values: 2 became "
                 "NaN or infinite");
    invert_2d(y, x); /* born already */
    cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));

    cr_assert(eq(int, (int)GR_CREATE(&u, "u", 3, 4), GR_SUCCESS));
    cr_assert(eq(int, (int)GR_CREATE(&v, "v", 3, 4), GR_SUCCESS));
    for (int k = 0; k < 12; k++) {
        u.data[k] = 1;
    }
    GR_AT(u, 2, 3) = 0;
    invert_2d_f32(v, u);
    expect_found("kernel \"invert f32\": view \"v\" = inf at (2, 3), expected finite values: 1 "
                 "became NaN or infinite");
}

Test(watch_modes, memory_that_was_never_set_is_named) {
    gr_view1_f64 x, y, other;

    start(GR_DEBUG_POISON);
    x = line("x", 10, GR_UNINITIALIZED);
    y = line("y", 10, 0);
    for (int k = 0; k < 10; k++) {
        GR_AT(x, k) = k == 7 ? GR_AT(x, k) : 1;
    }
    copy_1d(y, x);
    cr_expect(eq(int, (int)gr_fence(), GR_BAD_VALUE));
    cr_expect(ne(ptr,
                 strstr(gr_last_error()->message,
                        "kernel \"copy\": view \"y\" = memory that was never set, or was released, "
                        "at (7), expected values that were set: 1 such element (created at "
                        "unit_tests/test_watch_modes.c:"),
                 NULL));
    /* Arithmetic keeps the mark; setting it ends it. */
    other = line("other", 10, 0);
    (void)smooth(other, x);
    cr_expect(eq(int, (int)gr_fence(), GR_BAD_VALUE));
    cr_expect(ne(ptr, strstr(gr_last_error()->message, "2 such elements"), NULL));
    GR_AT(x, 7) = 1;
    (void)smooth(other, x);
    cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));
}

Test(watch_modes, released_memory_is_named) {
    gr_view1_f64 x, y, stale;

    start(GR_DEBUG_POISON);
    x = line("x", 100, 0);
    y = line("y", 100, 0);
    stale = x;
    stale.buffer = NULL; /* a raw pointer that outlived its View */
    GR_RELEASE(&x);
    copy_1d(y, stale);
    cr_expect(eq(int, (int)gr_fence(), GR_BAD_VALUE));
    cr_expect(ne(
        ptr, strstr(gr_last_error()->message, "at (0), expected values that were set: 100"), NULL));
}

Test(watch_modes, dependence_on_the_order_is_named) {
    gr_view1_f64 x;
    gr_view2_i32 rows;

    start(GR_DEBUG_ORDER);
    x = line("x", 4, 0);
    for (int k = 0; k < 4; k++) {
        GR_AT(x, k) = 1;
    }
    smear(x);
    expect_found("kernel \"smear\": view \"x\" = 2 at (2) in reversed order, expected 3 as in "
                 "forward order: 2 elements depend on the order of iterations");
    /* The result is that of forward order. */
    cr_expect(eq(dbl, GR_AT(x, 3), 4.0));

    cr_assert(eq(int, (int)GR_CREATE(&rows, "rows", 3, 2), GR_SUCCESS));
    for (int k = 0; k < 6; k++) {
        rows.data[k] = -1;
    }
    smear_rows(rows);
    expect_found("kernel \"smear rows\": view \"rows\" = -2 at (2, 0) in reversed order, expected "
                 "-3 as in forward order: 2 elements depend on the order of iterations");
}

/* Two teams of two threads, or of one. */
Test(watch_modes, dependence_on_the_order_of_teams_is_named) {
    const gr_settings settings = {.num_threads = 2, .debug = GR_DEBUG_ORDER};
    gr_view2_f64 rows, turned;
    gr_view1_f64 x;

    unsetenv("GRANUM_DEBUG");
    cr_assert(eq(int, (int)gr_initialize(&settings), GR_SUCCESS));
    cr_assert(eq(int, (int)GR_CREATE(&rows, "rows", 9, 40), GR_SUCCESS));
    cr_assert(eq(int, (int)GR_CREATE(&turned, "turned", 9, 40), GR_SUCCESS));
    for (int k = 0; k < 360; k++) {
        rows.data[k] = k;
    }
    x = line("x", 5, 0);
    for (int threads = 1; threads <= 2; threads++) {
        for (int k = 0; k < 5; k++) {
            GR_AT(x, k) = 1;
        }
        smear_teams(x, threads);
        expect_found("kernel \"smear teams\": view \"x\" = 2 at (2) in reversed order, expected 3 "
                     "as in forward order: 3 elements depend on the order of teams");
        cr_expect(eq(dbl, GR_AT(x, 4), 5.0));
        turn_rows(turned, rows, threads, true);
        cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));
        for (int k = 0; k < 360; k++) {
            cr_expect(eq(dbl, turned.data[k], k / 40 * 40 + 39 - k % 40));
        }
    }
}

Test(watch_modes, dependence_of_scans_on_the_order_is_named) {
    enum { N = 100, LONG = 20000 };
    gr_view1_i64 x, y;
    gr_view1_f64 u, v;
    double sum = 0;

    start(GR_DEBUG_ORDER);
    cr_assert(eq(int, (int)GR_CREATE(&x, "x", N), GR_SUCCESS));
    cr_assert(eq(int, (int)GR_CREATE(&y, "y", N), GR_SUCCESS));
    for (int k = 0; k < N; k++) {
        GR_AT(x, k) = k;
    }
    cr_expect(eq(i64, sum_before(y, x, 0), N * (N - 1) / 2)); /* rounds start anew */
    cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));
    for (int k = 0; k < N; k++) {
        cr_expect(eq(i64, GR_AT(y, k), k * (k - 1) / 2));
    }
    cr_expect(eq(i64, sum_before(x, x, 0), N * (N - 1) / 2)); /* in place */
    cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));
    for (int k = 0; k < N; k++) {
        GR_AT(x, k) = 1;
    }
    (void)sum_before(x, x, 9); /* into the next chunk, of 8 elements */
    cr_expect(eq(int, (int)gr_fence(), GR_BAD_VALUE));
    cr_expect(ne(ptr, strstr(gr_last_error()->message, " order, expected "), NULL), "%s",
              gr_last_error()->message);
    cr_expect(ne(ptr, strstr(gr_last_error()->message, "kernel \"before\": view \"x\" = "), NULL));

    u = line("u", LONG, 0);
    v = line("v", LONG, 0);
    for (int k = 0; k < LONG; k++) {
        GR_AT(u, k) = 0.1;
    }
    sum = sum_and_look_back(v, u);
    cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));
    cr_expect(epsilon_eq(dbl, GR_AT(v, LONG - 1), sum, 1e-9));
    cr_expect(epsilon_eq(dbl, sum, 0.1 * (LONG - 1), 1e-9));
    (void)sum_and_look_back(u, u);
    cr_expect(eq(int, (int)gr_fence(), GR_BAD_VALUE));
    cr_expect(ne(ptr, strstr(gr_last_error()->message, "depend on the order of iterations"), NULL),
              "%s", gr_last_error()->message);
}

Test(watch_modes, scratch_memory_that_was_never_set_is_named) {
    gr_view1_f64 sums;

    start(GR_DEBUG_POISON);
    sums = line("sums", 3, 0);
    sum_unset_scratch(sums, 8, 1);
    cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));
    cr_expect(eq(dbl, GR_AT(sums, 2), 8.0));
    sum_unset_scratch(sums, 5, 1);
    cr_expect(eq(int, (int)gr_fence(), GR_BAD_VALUE));
    cr_expect(ne(ptr,
                 strstr(gr_last_error()->message,
                        "view \"sums\" = memory that was never set, or was released, at (0)"),
                 NULL),
              "%s", gr_last_error()->message);
}

Test(watch_modes, right_kernels_run_as_if_once) {
    gr_view1_f64 x, y;
    gr_view1_i64 counted;
    gr_view0_i64 calls;
    gr_view2_f64 empty;

    start(GR_DEBUG_NAN | GR_DEBUG_POISON | GR_DEBUG_ORDER);
    x = line("x", 5000, 0);
    y = line("y", 5000, GR_UNINITIALIZED);
    for (int k = 0; k < 5000; k++) {
        GR_AT(x, k) = 1;
    }
    cr_expect(eq(dbl, smooth(y, x), 2.0 * 4999));
    cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));
    cr_assert(eq(int, (int)GR_CREATE(&counted, "counted", 1000), GR_SUCCESS));
    cr_assert(eq(int, (int)GR_CREATE(&calls, "calls"), GR_SUCCESS));
    count_calls(counted, calls);
    cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));
    cr_expect(eq(i64, GR_AT(calls), 1000));
    for (int k = 0; k < 1000; k++) {
        cr_expect(eq(i64, GR_AT(counted, k), 1));
    }
    cr_assert(eq(int, (int)GR_CREATE(&empty, "empty", 0, 5), GR_SUCCESS));
    invert_2d(empty, empty);
    cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));
}
#endif

#if defined(GRANUM_TEST_RACE)
Test(watch_modes, races_are_named) {
    gr_view1_f64 x, y;
    gr_view1_i64 bin;
    gr_view2_i32 keys;

    start(GR_DEBUG_RACE);
    x = line("x", 6, 0);
    y = line("y", 6, 0);
    smear(x);
    expect_found("kernel \"smear\": view \"x\" = written at (1) by iteration (1) and read by "
                 "iteration (2), expected one iteration alone where one writes: 4 such places");
    (void)smooth(y, x); /* many may read */
    cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));

    cr_assert(eq(int, (int)GR_CREATE(&bin, "bin", 10), GR_SUCCESS));
    cr_assert(eq(int, (int)GR_CREATE(&keys, "keys", 2, 3), GR_SUCCESS));
    for (int k = 0; k < 6; k++) {
        keys.data[k] = k < 5 ? k : 1; /* 0 1 2 3 4 1 */
    }
    bin_plainly(bin, keys);
    expect_found("kernel \"bin\": view \"bin\" = written at (1) by iteration (0, 1) and read by "
                 "iteration (1, 2), expected one iteration alone where one writes: 1 such place");
    bin_atomically(bin, keys);
    cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));
    cr_expect(eq(i64, GR_AT(bin, 1), 4));
}

Test(watch_modes, races_of_teams_are_named) {
    gr_view1_f64 sums;
    gr_view2_f64 x;

    start(GR_DEBUG_RACE);
    sums = line("sums", 100, 0);
    cr_assert(eq(int, (int)GR_CREATE(&x, "x", 100, 20), GR_SUCCESS));
    for (int k = 0; k < 2000; k++) {
        x.data[k] = k / 20;
    }
    cr_expect(eq(dbl, sum_rows(sums, x, 1), 20 * 4950.0)); /* scratch memory is used again */
    cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));
    cr_expect(eq(dbl, GR_AT(sums, 99), 20 * 99.0));
    (void)sum_rows(sums, x, 50);
    expect_found(
        "kernel \"rows\": view \"sums\" = written at (0) by thread 0 of team (0) and read by "
        "thread 0 of team (1), expected one team alone where one writes: 2 such places");
}

/* Threads of a team meet at barriers; what is not apart by one is a race. */
Test(watch_modes, races_within_a_team_are_named) {
    const gr_settings settings = {.num_threads = 3, .debug = GR_DEBUG_RACE};
    gr_view2_f64 x, y;

    unsetenv("GRANUM_DEBUG");
    cr_assert(eq(int, (int)gr_initialize(&settings), GR_SUCCESS));
    cr_assert(eq(int, (int)GR_CREATE(&x, "x", 5, 6), GR_SUCCESS));
    cr_assert(eq(int, (int)GR_CREATE(&y, "y", 5, 6), GR_SUCCESS));
    for (int k = 0; k < 30; k++) {
        x.data[k] = k;
    }
    for (int threads = 1; threads <= 3; threads++) {
        turn_rows(y, x, threads, true);
        cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS), "%d %s", threads, gr_last_error()->message);
        for (int k = 0; k < 30; k++) {
            cr_expect(eq(dbl, y.data[k], k / 6 * 6 + 5 - k % 6));
        }
        shift_rows(y, x, threads, true);
        cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));
        shift_rows(x, y, threads, true);
        cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));
        for (int k = 0; k < 30; k++) {
            x.data[k] = k;
        }
    }
    turn_rows(y, x, 2, false);
    expect_found("kernel \"turn\": view \"(scratch memory)\" = read at (3) by thread 0 of team (0) "
                 "and written by thread 1 of team (0), expected one thread alone, or a barrier "
                 "between them, where one writes: 6 such places");
    shift_rows(y, x, 3, false);
    expect_found("kernel \"shift\": view \"y\" = read at (0, 2) by thread 0 of team (0) and "
                 "written by thread 1 of team (0), expected one thread alone, or a barrier between "
                 "them, where one writes: 15 such places");
    turn_rows(y, x, 1, false);
    cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));
}

Test(watch_modes, races_of_scans_are_named) {
    gr_view1_i64 x, y;
    gr_view1_f64 u;

    start(GR_DEBUG_RACE);
    cr_assert(eq(int, (int)GR_CREATE(&x, "x", 20), GR_SUCCESS));
    cr_assert(eq(int, (int)GR_CREATE(&y, "y", 20), GR_SUCCESS));
    cr_expect(eq(i64, sum_before(y, x, 0), 0));
    (void)sum_before(x, x, 0); /* in place */
    cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));
    (void)sum_before(x, x, 1);
    expect_found("kernel \"before\": view \"x\" = read at (1) by iteration (1) and written by "
                 "iteration (0), expected one iteration alone where one writes: 19 such places");
    u = line("u", 9000, 0);
    (void)sum_and_look_back(u, u);
    expect_found("kernel \"look back\": view \"u\" = read at (1) by iteration (2) and written by "
                 "iteration (1), expected one iteration alone where one writes: 8998 such places");
}

Test(watch_modes, races_of_reductions_are_named) {
    gr_view1_f64 x;
    gr_view2_f64 y;

    start(GR_DEBUG_RACE);
    x = line("x", 5000, 0);
    cr_assert(eq(int, (int)GR_CREATE(&y, "y", 40, 7), GR_SUCCESS));
    x.data[7] = 3;
    cr_expect(eq(dbl, sum_and_take(x, 0), 6));
    (void)sum_and_take_2d(y, 0);
    cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));
    (void)sum_and_take(x, 1);
    expect_found("kernel \"take\": view \"x\" = written at (1) by iteration (1) and read by "
                 "iteration (2), expected one iteration alone where one writes: 4998 such places");
    (void)sum_and_take_2d(y, 1);
    expect_found(
        "kernel \"take rows\": view \"y\" = written at (1, 0) by iteration (1, 0) and "
        "read by iteration (2, 0), expected one iteration alone where one writes: 266 such "
        "places");
}

/* Bytes and halves of words have neighbours in other iterations. */
Test(watch_modes, neighbours_within_a_word_do_not_race) {
    gr_view1_u8 from, to;

    start(GR_DEBUG_RACE);
    cr_assert(eq(int, (int)GR_CREATE(&from, "from", 1003), GR_SUCCESS));
    cr_assert(eq(int, (int)GR_CREATE(&to, "to", 1003), GR_SUCCESS));
    copy_bytes(to, from);
    cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));
    from.data = to.data + 1;
    from.extent[0] = 1002;
    copy_bytes(to, from);
    expect_found("kernel \"copy bytes\": view \"to\" = read at (1) by iteration (0) and written by "
                 "iteration (1), expected one iteration alone where one writes: 251 such places");
}

Test(watch_modes, races_on_foreign_memory_are_seen) {
    double raw[8] = {0}, *foreign = (double *)calloc(8, sizeof *foreign);
    gr_view1_f64 x;

    start(GR_DEBUG_RACE);
    cr_assert(eq(int, (int)GR_WRAP(&x, foreign, 8), GR_SUCCESS));
    smear(x);
    cr_expect(eq(int, (int)gr_fence(), GR_BAD_VALUE));
    cr_expect(
        ne(ptr, strstr(gr_last_error()->message, "view \"(foreign memory)\" = written at "), NULL));
    free(foreign);
    cr_assert(eq(int, (int)GR_WRAP(&x, raw, 8), GR_SUCCESS)); /* a stack: not looked at */
    smear(x);
    cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));
}

static gr_view1_f64 unset_but_for(gr_index set) {
    gr_view1_f64 x = line("x", 10, GR_UNINITIALIZED);

    GR_AT(x, set) = 1; /* this file is not instrumented */
    return x;
}

#define HERE_BEFORE " (created at unit_tests/test_watch_modes.c:"
static void expect_read(const char *message) {
    cr_expect(eq(int, (int)gr_fence(), GR_BAD_VALUE));
    cr_expect(eq(int, strncmp(gr_last_error()->message, message, strlen(message)), 0), "%s",
              gr_last_error()->message);
    cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));
}

Test(watch_modes, reads_of_memory_that_was_never_set_are_named) {
    gr_view1_f64 x, y;
    gr_view2_i32 keys;
    gr_view1_i64 bin;
    double *raw;

    start(GR_DEBUG_UNINIT);
    x = unset_but_for(0);
    y = line("y", 10, 0);
    copy_1d(y, x);
    expect_read("kernel \"copy\": view \"x\" = memory that was never set, read at (1), expected "
                "memory that was written before" HERE_BEFORE);
    copy_1d(y, x); /* said once */
    cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));

    /* Written by a kernel, by an atomic, by the library, by host code. */
    y = line("y", 10, 0);
    x = line("x", 10, GR_UNINITIALIZED);
    copy_1d(x, y);
    copy_1d(y, x);
    x = line("x", 10, GR_UNINITIALIZED);
    cr_assert(eq(int, (int)gr_deep_copy(GR_ANY(x), GR_ANY(y)), GR_SUCCESS));
    copy_1d(y, x);
    x = line("x", 10, GR_UNINITIALIZED);
    cr_assert(eq(int, (int)GR_FILL(x, 3.0), GR_SUCCESS));
    copy_1d(y, x);
    cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));
    cr_assert(eq(int, (int)GR_CREATE_WITH(&keys, GR_UNINITIALIZED, "keys", 2, 3), GR_SUCCESS));
    cr_assert(eq(int, (int)GR_CREATE_WITH(&bin, GR_UNINITIALIZED, "bin", 4), GR_SUCCESS));
    for (int k = 0; k < 6; k++) {
        keys.data[k] = 1;
    }
    bin_atomically(bin, keys);
    expect_read("kernel \"bin\": view \"bin\" = memory that was never set, read at (1)");
    GR_AT(keys, 1, 1) = 2;
    GR_AT(bin, 2) = 0;
    bin_atomically(bin, keys);
    cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));
    cr_expect(eq(i64, GR_AT(bin, 2), 1));

    /* Foreign Views of gr_malloc's memory. */
    cr_assert(eq(int, (int)gr_malloc(&raw, GR_HOST, "raw", 10 * sizeof *raw), GR_SUCCESS));
    cr_assert(eq(int, (int)GR_WRAP(&x, raw, 10), GR_SUCCESS));
    for (int k = 0; k < 8; k++) {
        raw[k] = 0;
    }
    copy_1d(y, x);
    expect_read("kernel \"copy\": view \"raw\" = memory that was never set, read at byte 64");
    cr_assert(eq(int, (int)gr_free(raw), GR_SUCCESS));
    copy_1d(y, x);
    expect_read("kernel \"copy\": view \"raw\" = memory that was released, read at byte 0, "
                "expected a view that is held" HERE_BEFORE);
}

Test(watch_modes, elements_narrower_than_the_pattern_are_told_apart) {
    gr_view1_u8 from, to;

    start(GR_DEBUG_UNINIT);
    cr_assert(eq(int, (int)GR_CREATE_WITH(&from, GR_UNINITIALIZED, "from", 11), GR_SUCCESS));
    cr_assert(eq(int, (int)GR_CREATE(&to, "to", 11), GR_SUCCESS));
    for (int k = 0; k < 4; k++) {
        GR_AT(from, k) = 0xef; /* the pattern's own byte, but for one in four */
    }
    GR_AT(from, 2) = 1;
    copy_bytes(to, from);
    expect_read("kernel \"copy bytes\": view \"from\" = memory that was never set, read at (4)");
    cr_assert(eq(int, (int)GR_CREATE_WITH(&from, GR_UNINITIALIZED, "from", 11), GR_SUCCESS));
    copy_bytes(from, to);
    copy_bytes(to, from);
    cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));
}

Test(watch_modes, reads_of_unset_scratch_memory_are_named) {
    const gr_settings settings = {.num_threads = 2, .debug = GR_DEBUG_UNINIT};
    gr_view1_f64 sums;

    unsetenv("GRANUM_DEBUG");
    cr_assert(eq(int, (int)gr_initialize(&settings), GR_SUCCESS));
    sums = line("sums", 3, 0);
    for (int threads = 1; threads <= 2; threads++) {
        sum_unset_scratch(sums, 8, threads);
        cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS), "%s", gr_last_error()->message);
        cr_expect(eq(dbl, GR_AT(sums, 2), 8.0));
        sum_unset_scratch(sums, 7, threads); /* what was set in the launch before is not any more */
        cr_expect(eq(int, (int)gr_fence(), GR_BAD_VALUE));
        cr_expect(ne(ptr,
                     strstr(gr_last_error()->message,
                            "kernel \"unset scratch\": view \"(scratch memory)\" = memory that was "
                            "never set, read at (7), expected memory that was written before "
                            "(created at unit_tests/test_watch_modes_kernels.c:"),
                     NULL),
                  "%s", gr_last_error()->message);
    }
}

Test(watch_modes, copies_of_structs_read_what_lies_between_members) {
    gr_view1_padded from, to;

    start(GR_DEBUG_UNINIT);
    cr_assert(eq(int, (int)GR_CREATE_WITH(&from, GR_UNINITIALIZED, "from", 4), GR_SUCCESS));
    cr_assert(eq(int, (int)GR_CREATE(&to, "to", 4), GR_SUCCESS));
    set_members(from);
    copy_structs(to, from);
    cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));
    cr_assert(eq(int, (int)GR_CREATE_WITH(&from, GR_UNINITIALIZED, "from", 4), GR_SUCCESS));
    copy_structs(to, from);
    expect_read("kernel \"copy structs\": view \"from\" = memory that was never set, read at (0)");
}

Test(watch_modes, accesses_of_released_memory_are_named) {
    gr_view1_f64 x, y, stale;

    start(GR_DEBUG_UNINIT);
    x = line("x", 100, 0);
    y = line("y", 100, 0);
    stale = x;
    stale.buffer = NULL;
    GR_RELEASE(&x);
    copy_1d(y, stale);
    expect_read("kernel \"copy\": view \"x\" = memory that was released, read at (0), expected a "
                "view that is held" HERE_BEFORE);
    copy_1d(stale, y);
    expect_read("kernel \"copy\": view \"x\" = memory that was released, written at (0), expected "
                "a view that is held" HERE_BEFORE);
    for (int k = 0; k < 5000; k++) { /* more than is kept */
        x = line("z", 100, k % 2 == 0 ? GR_UNINITIALIZED : 0);
        GR_RELEASE(&x);
    }
    for (int k = 0; k < 5000; k++) { /* memory that was released before is as good as new */
        x = line("z", 100, 0);
        copy_1d(y, x);
        GR_RELEASE(&x);
    }
    cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));
}
#else
Test(watch_modes, builds_without_instrumented_kernels_refuse_race) {
    const gr_settings settings = {.debug = GR_DEBUG_RACE};

    cr_expect(eq(int, (int)gr_initialize(&settings), GR_UNSUPPORTED));
    cr_expect(eq(str, (char *)gr_last_error()->message,
                 "settings.debug = race, expected a build with instrumented kernels (cmake "
                 "-DGRANUM_CHECKED=race)"));
    setenv("GRANUM_DEBUG", "sync,uninit", 1);
    cr_expect(eq(int, (int)gr_initialize(NULL), GR_UNSUPPORTED));
    cr_expect(eq(str, (char *)gr_last_error()->message,
                 "GRANUM_DEBUG = uninit, expected a build with instrumented kernels (cmake "
                 "-DGRANUM_CHECKED=race)"));
}
#endif

/* Failures of any build: here of a kernel that launches another. */
Test(watch_modes, each_failure_is_printed_up_to_ten) {
    static capture c;
    const gr_settings settings = {.num_threads = 1, .debug = GR_DEBUG_EACH};
    const char *text;
    gr_view1_f64 x, y;
    int lines = 0;

    unsetenv("GRANUM_DEBUG");
    cr_assert(eq(int, (int)gr_initialize(&settings), GR_SUCCESS));
    x = line("x", 10, 0);
    y = line("y", 10, 0);
    cr_assert(capture_begin(&c, stderr));
    launch_inside(y, x, 23);
    copy_1d(y, x);
    launch_inside(y, x, 1);
    text = capture_end(&c);
    for (const char *at = text; (at = strstr(at, "granum: GR_IN_KERNEL: kernel \"copy\": "));
         at++) {
        lines++;
    }
    cr_expect(eq(int, lines, 10 + 1), "%s", text);
    cr_expect(
        ne(ptr, strstr(text, "granum: kernel \"outer\": 23 failures in all (unit_tests/"), NULL),
        "%s", text);
    cr_expect(
        ne(ptr, strstr(text, "granum: kernel \"outer\": 1 failure in all (unit_tests/"), NULL));
    cr_expect(eq(int, (int)gr_fence(), GR_IN_KERNEL), "the first one is kept");
}

#if !defined(__SANITIZE_ADDRESS__)
/* In a child, whose stderr the parent reads. */
Test(watch_modes, fatal_signal_names_the_kernel) {
    static char text[20000];
    gr_view1_f64 nowhere = {0}, x;
    int ends[2], status = 0;
    size_t length = 0;
    ssize_t got;
    pid_t child;

    start(GR_DEBUG_CRASH);
    x = line("x", 100, 0);
    nowhere.extent[0] = 100;
    nowhere.data = (double *)16;
    cr_assert(eq(int, pipe(ends), 0));
    child = fork();
    if (child == 0) {
        dup2(ends[1], 2);
        close(ends[0]);
        close(ends[1]);
        copy_1d(x, nowhere);
        _exit(0);
    }
    close(ends[1]);
    while (length < sizeof text - 1 &&
           (got = read(ends[0], text + length, sizeof text - 1 - length)) > 0) {
        length += (size_t)got;
    }
    cr_assert(eq(int, waitpid(child, &status, 0), child));
    cr_expect(eq(int, status & 0x7f, SIGSEGV), "killed by it");
    cr_expect(ne(ptr,
                 strstr(text, "granum: signal 11 in kernel \"copy\" "
                              "(unit_tests/test_watch_modes_kernels.c:15), units [0, "),
                 NULL),
              "%s", text);
    cr_expect(ne(ptr, strstr(text, "test_watch_modes"), NULL));
    cr_expect(eq(int, (int)gr_finalize(), GR_SUCCESS));
}
#endif

Test(watch_modes, words_of_others_are_let_through) {
    setenv("GRANUM_DEBUG", "overflow", 1);
    cr_expect(eq(int, (int)gr_initialize(NULL), GR_UNSUPPORTED));
    cr_expect(eq(str, (char *)gr_last_error()->message,
                 "GRANUM_DEBUG = overflow, expected kernels that are written in Python"));
    gr_impl_debug_elsewhere = GR_DEBUG_NAN | GR_DEBUG_BOUNDS | GR_DEBUG_OVERFLOW;
    setenv("GRANUM_DEBUG", "bounds,nan,overflow", 1);
    cr_expect(eq(int, (int)gr_initialize(NULL), GR_SUCCESS));
    cr_expect(eq(uint, gr_impl_debug() & GR_DEBUG_OVERFLOW, 0));
}

Test(watch_modes, launches_are_printed) {
    const gr_settings settings = {.num_threads = 1, .trace_kernels = true};
    static capture c;
    const char *text;
    gr_view1_f64 x, y;

    cr_assert(eq(int, (int)gr_initialize(&settings), GR_SUCCESS));
    x = line("x", 10, 0);
    y = line("y", 10, 0);
    cr_assert(capture_begin(&c, stderr));
    copy_1d(y, x);
    (void)smooth(y, x);
    text = capture_end(&c);
    cr_expect(ne(ptr, strstr(text, "granum: for \"copy\" [0, 10): "), NULL), "%s", text);
    cr_expect(
        ne(ptr, strstr(text, " us, 1 thread (unit_tests/test_watch_modes_kernels.c:15)\n"), NULL),
        "%s", text);
    cr_expect(ne(ptr, strstr(text, "granum: reduce \"sum\" 9 iterations: "), NULL), "%s", text);
}
