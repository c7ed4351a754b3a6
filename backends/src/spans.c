/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file spans.c
 * @brief Units of a launch dealt out to threads, the turns of scans, and the library's own loops.
 */
#include "../backend.h"
#include "clock.h"
#include "geometry.h"
#include "instance.h"
#include "thread.h"

#include <granum/impl/launch.h>
#include <granum/impl/tool_calls.h>

#include <sched.h>
#include <string.h>

/* Units of one thread under GR_STATIC; cut at multiples of 64 where pieces are long, so that no
 * two threads write one cache line. */
static gr_span share(const gr_impl_launch *launch, int thread, int threads) {
    const gr_index units = launch->hi - launch->lo;
    const gr_index grain = units / threads >= 1024 ? 64 : 1;
    const gr_index grains = units / grain + (units % grain != 0);
    const gr_index first = grains / threads * thread + gr_impl_min(thread, grains % threads);
    const gr_index count = grains / threads + (thread < grains % threads);
    gr_span span;

    /* Offsets before sums: the last grain may reach beyond what an index can be. */
    span.lo = launch->lo + gr_impl_min(grain * first, units);
    span.hi = span.lo + gr_impl_min(grain * count, launch->hi - span.lo);
    return span;
}

/* Unit number `piece` of an order; the shuffle is a fixed permutation. */
static gr_index unit_in_order(gr_impl_order order, gr_index piece, gr_index units) {
    gr_index step = units / 3 * 2 + 1;

    if (order != GR_IMPL_ORDER_SHUFFLED) {
        return order == GR_IMPL_ORDER_REVERSED ? units - 1 - piece : piece;
    }
    for (;; ++step) {
        gr_index a = units, b = step;

        while (b > 0) {
            const gr_index rest = a % b;

            a = b;
            b = rest;
        }
        if (a == 1) { /* no common divisor: steps of it visit every unit */
            return (gr_index)((unsigned __int128)piece * (unsigned __int128)step %
                              (unsigned __int128)units);
        }
    }
}

/* Pieces are counted, not their units: those of the threads that find none left could overflow. */
static gr_span deal(gr_impl_launch *launch) {
    const gr_index units = launch->hi - launch->lo;
    gr_span span = {0, 0};
    gr_index piece;

    if (GR_IMPL_UNLIKELY(launch->order)) {
        if (gr_impl_self.thread == 0 && launch->next < units) {
            span.lo =
                launch->lo + unit_in_order((gr_impl_order)launch->order, launch->next++, units);
            span.hi = span.lo + 1;
            if (launch->order == GR_IMPL_ORDER_LOGGED) {
                gr_impl_race_iteration(span.lo);
            }
        }
        return span;
    }
    piece = __atomic_fetch_add(&launch->next, 1, __ATOMIC_RELAXED);
    if (piece <= (units - 1) / launch->piece) {
        span.lo = launch->lo + piece * launch->piece;
        span.hi = span.lo + gr_impl_min(launch->piece, launch->hi - span.lo);
    }
    return span;
}

static void enter(gr_impl_launch *launch) {
    gr_impl_self.launch = launch;
    if (launch->owner == &gr_impl_self) {
        launch->own_ticks = launch->started ? clock_ticks() : 0;
    } else {
        gr_impl_launch_errors_use((gr_impl_launch_errors *)launch->errors);
    }
}

static void leave(gr_impl_launch *launch) {
    if (GR_IMPL_UNLIKELY(gr_impl_self.spares != NULL)) {
        gr_impl_drop_spares();
    }
    if (launch->owner == &gr_impl_self) {
        launch->own_ticks = launch->started ? clock_ticks() - launch->own_ticks : 0;
    } else {
        gr_impl_launch_errors_use(NULL);
        gr_impl_self.launch = NULL;
    }
}

gr_span gr_impl_span_first(gr_impl_launch *launch, int thread, int threads) {
    gr_span span = {0, 0};

    enter(launch);
    gr_impl_self.thread = thread;
    gr_impl_self.team_size = 1;
    if (launch->piece) {
        span = deal(launch);
    } else if (GR_IMPL_LIKELY(launch->team_size <= 1)) {
        span = share(launch, thread, threads);
    } else {
        const int size = launch->team_size < threads ? launch->team_size : threads;

        gr_impl_self.team_size = size;
        if (thread / size < threads / size) {
            span = share(launch, thread / size, threads / size);
        }
    }
    if (span.lo >= span.hi) {
        leave(launch);
    }
    return span;
}

gr_span gr_impl_span_next(gr_impl_launch *launch, gr_span done) {
    gr_span span = {0, 0};

    if (launch->owner == &gr_impl_self) {
        launch->own_units += done.hi - done.lo;
    }
    if (launch->piece) {
        span = deal(launch);
    }
    if (span.lo >= span.hi) {
        leave(launch);
    }
    return span;
}

/* Where turns are counted. */
static gr_index *turn_of(gr_impl_launch *launch) {
    return GR_IMPL_LIKELY(launch->threads > 0) ? &launch->turn : &gr_impl_self.part->scan->turn;
}

void gr_impl_turn_wait(gr_impl_launch *launch, gr_index chunk, void *state, size_t bytes) {
    const gr_index *turn = turn_of(launch);

    /* Turns are short while every thread has a core; beyond that the one waited for may need ours.
     */
    for (int spin = 0; __atomic_load_n(turn, __ATOMIC_ACQUIRE) != chunk; ++spin) {
        if (spin < 2000) {
            clock_pause();
        } else {
            sched_yield();
        }
    }
    if (launch->threads == 0 && chunk > 0 && bytes <= GR_IMPL_SCAN_ROOM) {
        memcpy(state, gr_impl_self.part->scan->state, bytes);
    }
}

void gr_impl_turn_pass(gr_impl_launch *launch, gr_index chunk, const void *state, size_t bytes) {
    gr_index *turn = turn_of(launch);

    if (launch->threads == 0) {
        if (bytes <= GR_IMPL_SCAN_ROOM) {
            memcpy(gr_impl_self.part->scan->state, state, bytes);
        } else {
            gr_impl_launch_fail(GR_UNSUPPORTED, gr_impl_site_place(launch->site),
                                launch->site->label,
                                "reducer of %zu bytes in a graph's scan, expected %d at most",
                                bytes / 3, GR_IMPL_SCAN_ROOM / 3);
        }
    }
    __atomic_store_n(turn, chunk + 1, __ATOMIC_RELEASE);
}

typedef struct pieces {
    gr_index n;
    void (*fn)(gr_index lo, gr_index hi, void *arg);
    void *arg;
} pieces;

static void run_piece(int thread, int threads, void *argument) {
    const pieces *all = (const pieces *)argument;
    const gr_index each = all->n / threads, more = all->n % threads;
    const gr_index lo = each * thread + gr_impl_min(thread, more);

    all->fn(lo, lo + each + (thread < more), all->arg);
}

void gr_impl_run_ranges(gr_index n, gr_index grain, void (*fn)(gr_index lo, gr_index hi, void *arg),
                        void *arg) {
    pieces all = {n, fn, arg};
    int threads = 1;

    if (n > grain && !gr_impl_in_kernel() && gr_impl_self.mode != GR_IMPL_MODE_SOLO &&
        gr_impl_num_threads() > 1) {
        threads = gr_impl_threads_take(gr_impl_num_threads());
    }
    if (threads > 1) {
        gr_impl_host_backends[0]->run(threads, run_piece, &all);
    } else {
        fn(0, n, arg);
    }
    gr_impl_threads_give();
}
