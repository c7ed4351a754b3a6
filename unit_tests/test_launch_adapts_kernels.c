/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_launch_adapts_kernels.c
 * @brief The kernels of test_launch_adapts.c.
 */
#include "test_launch_adapts.h"

#include <omp.h>

#include <granum/granum.h>

/* What a look at the clock costs [ticks]: half of what the library guesses that a team costs. */
enum { LOOK = 1250 };

/* Time is what the launching thread's own iterations say that they cost. */
static __thread uint64_t ticks = 1000000000;

static uint64_t look_at_clock(void) {
    return ticks += LOOK;
}

void adapts_use_clock(void) {
    gr_impl_clock_use(look_at_clock);
}

GR_FUNCTION int64_t work(int cost) {
    ticks += (uint64_t)cost + 1;
    return 1;
}

/* Remember the largest team that a body ran in. */
GR_FUNCTION void note(int *threads) {
    const int own = omp_get_num_threads();

    if (own > __atomic_load_n(threads, __ATOMIC_RELAXED)) {
        __atomic_store_n(threads, own, __ATOMIC_RELAXED);
    }
}

int adapts_launch(int kind, gr_index n, int cost, long *wrong) {
    int seen = 0;
    int *threads = &seen;
    int64_t count = 0;
    int64_t *counter = &count;

    switch (kind) {
    case ADAPTS_FOR:
        GR_PARALLEL_FOR("for", i, gr_range(0, n)) {
            note(threads);
            __atomic_fetch_add(counter, work(cost), __ATOMIC_RELAXED);
        };
        break;
    case ADAPTS_FOR_2D:
        GR_PARALLEL_FOR_2D("for 2d", i, j, gr_range_2d(0, n, 0, 1)) {
            note(threads);
            __atomic_fetch_add(counter, work(cost), __ATOMIC_RELAXED);
        };
        break;
    case ADAPTS_REDUCE:
        GR_PARALLEL_REDUCE("reduce", i, gr_range(0, n), GR_SUM(int64_t, count)) {
            note(threads);
            count += work(cost);
        };
        break;
    default:
        GR_PARALLEL_SCAN_TOTAL("scan", i, gr_range(0, n), GR_SUM(int64_t, prefix), final, count) {
            note(threads);
            prefix += work(cost);
        };
        break;
    }
    *wrong += count != n || gr_fence() != GR_SUCCESS;
    return seen;
}

int adapts_with_threads(gr_index n, int cost, int count) {
    int seen = 0;
    int *threads = &seen;

    GR_PARALLEL_FOR("given", i, gr_with_threads(gr_range(0, n), count)) {
        note(threads);
        work(cost);
    };
    return seen;
}
