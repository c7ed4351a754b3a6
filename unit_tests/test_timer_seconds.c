/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_timer_seconds.c
 * @brief Timers follow the monotonic clock. Oracle: clock_gettime around them.
 */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <granum/timer.h>
#include <time.h>

static double clock_seconds(void) {
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

Test(timer, seconds_lie_between_the_clock_inside_and_outside, .timeout = 10) {
    const struct timespec pause = {0, 5000000};
    const double before = clock_seconds();
    const gr_timer timer = gr_timer_start();
    const double inside = clock_seconds();
    double inside_end;
    double seconds;
    double after;

    nanosleep(&pause, NULL);
    inside_end = clock_seconds();
    seconds = gr_timer_seconds(timer);
    after = clock_seconds();
    /* 1 us: a double holds 1e6 s of uptime to 1e-10 s, the timer counts whole nanoseconds */
    cr_assert(seconds >= inside_end - inside - 1e-6, "%g s", seconds);
    cr_assert(seconds <= after - before + 1e-6, "%g s", seconds);
    cr_assert(seconds >= 5e-3, "%g s", seconds);
}

Test(timer, goes_on_until_it_is_reset, .timeout = 10) {
    gr_timer timer = gr_timer_start();
    const int64_t first = timer.start;
    const double a = gr_timer_seconds(timer);
    const double b = gr_timer_seconds(timer);
    const double c = gr_timer_reset(&timer);

    cr_assert(a >= 0.0 && a <= b && b <= c);
    /* the new start is the old one and what the reset answered, to a rounding of the double */
    cr_assert(timer.start - first >= (int64_t)(1e9 * c) - 1);
    cr_assert(timer.start - first <= (int64_t)(1e9 * c) + 1);
}
