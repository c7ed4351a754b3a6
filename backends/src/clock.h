/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file clock.h
 * @brief The cheapest clock of the machine, in ticks of its own.
 *
 * Costs are compared with costs, so the unit does not matter: cycles of the time-stamp counter on
 * x86 (about 10 ns a read), nanoseconds elsewhere (about 25 ns). Tests that must not depend on the
 * machine's load put a clock of their own in its place (gr_impl_clock_use).
 */
#ifndef GRANUM_CLOCK_H
#define GRANUM_CLOCK_H

#include <granum/impl/backend.h>

extern uint64_t (*gr_impl_clock)(void); /* NULL: the machine's */

#if defined(__x86_64__)
/* libgomp's and libomp's threads spin for some milliseconds, then sleep. */
#define CLOCK_IDLE 5000000u /* about 2 ms */
static inline uint64_t clock_machine(void) {
    return __builtin_ia32_rdtsc();
}

static inline void clock_pause(void) {
    __builtin_ia32_pause();
}
#else
#include <time.h>

#define CLOCK_IDLE 2000000u
static inline uint64_t clock_machine(void) {
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static inline void clock_pause(void) {}
#endif

static inline uint64_t clock_ticks(void) {
    return GR_IMPL_UNLIKELY(gr_impl_clock != NULL) ? gr_impl_clock() : clock_machine();
}

#endif
