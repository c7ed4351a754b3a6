/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file timer.c
 * @brief Timers on the monotonic clock.
 */
#include <granum/timer.h>

#include <time.h>

gr_timer gr_timer_start(void) {
    struct timespec now;
    gr_timer timer;

    clock_gettime(CLOCK_MONOTONIC, &now); /* cannot fail: the clock exists wherever we build */
    timer.start = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
    return timer;
}

double gr_timer_seconds(gr_timer timer) {
    return 1e-9 * (double)(gr_timer_start().start - timer.start);
}

double gr_timer_reset(gr_timer *timer) {
    const gr_timer now = gr_timer_start();
    const double seconds = 1e-9 * (double)(now.start - timer->start);

    *timer = now;
    return seconds;
}
