/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file timer.h
 * @brief Wall time between two lines of a program.
 *
 *     gr_timer timer = gr_timer_start();
 *     GR_PARALLEL_FOR("work", i, gr_range(0, n)) { ... };
 *     printf("%.3f s\n", gr_timer_seconds(timer));
 */
#ifndef GRANUM_TIMER_H
#define GRANUM_TIMER_H

#include <granum/types.h>

GR_EXTERN_C_BEGIN

/** A moment on the monotonic clock. */
typedef struct gr_timer {
    int64_t start; /**< since an arbitrary origin [ns] */
} gr_timer;

/** Now. */
GR_API gr_timer gr_timer_start(void);

/** Wall time since the timer was started or reset; the timer goes on [s]. */
GR_API double gr_timer_seconds(gr_timer timer);

/** Wall time since the timer was started or reset, and start it anew [s]. */
GR_API double gr_timer_reset(gr_timer *timer);

GR_EXTERN_C_END

#endif
