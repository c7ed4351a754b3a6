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
#include <stdlib.h>
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

/* ---- orders of scans, for debug mode "order" ----
 *
 * A chunk waits for what came before it between its two passes, so chunks cannot change places as
 * other units do. Some threads take as many chunks that follow each other, a window; there the
 * first passes run one by one in the order wanted, then the totals are passed on, and then the
 * second passes run one by one, the other way round in shuffled order. All of that can happen in
 * any launch on so many threads. */
static struct {
    int members;            /* threads of the window; 0: the launch asks for no spans (C++) */
    gr_index passed, ended; /* first and second passes that have ended in this round (atomic) */
    /* What came before the first chunk, and after the last one in forward order. */
    const gr_impl_launch *launch;
    bool has_after;
    void *before, *after;
    size_t bytes;
} scans;

void gr_impl_scan_orders_begin(void) {
    scans.launch = NULL;
    scans.has_after = false;
}

void gr_impl_scan_round_begin(void) {
    scans.members = 0;
    scans.passed = scans.ended = 0;
}

static bool is_in_window(const gr_impl_launch *launch) {
    return launch->pattern == GR_IMPL_PATTERN_SCAN && scans.members > 0 &&
           (launch->order == GR_IMPL_ORDER_REVERSED || launch->order == GR_IMPL_ORDER_SHUFFLED);
}

static void wait_until(const gr_index *count, gr_index reached) {
    while (__atomic_load_n(count, __ATOMIC_ACQUIRE) != reached) {
        sched_yield();
    }
}

/* Chunks before the thread's window, chunks of it, and the place of its own in the order. */
typedef struct window {
    gr_index before, chunks, place;
} window;

static window window_of(const gr_impl_launch *launch, gr_index number) {
    window w = {number * scans.members, 0, 0};

    w.chunks = gr_impl_min(scans.members, launch->hi - launch->lo - w.before);
    if (gr_impl_self.thread < w.chunks) {
        w.place = unit_in_order((gr_impl_order)launch->order, gr_impl_self.thread, w.chunks);
    }
    return w;
}

static gr_span deal_in_window(const gr_impl_launch *launch) {
    const window w = window_of(launch, gr_impl_self.dealt++);
    gr_span span = {0, 0};

    if (gr_impl_self.thread < w.chunks) {
        wait_until(&scans.ended, w.before);
        wait_until(&scans.passed, w.before + w.place);
        span.lo = launch->lo + w.before + gr_impl_self.thread;
        span.hi = span.lo + 1;
    }
    return span;
}

static void end_first_pass(const gr_impl_launch *launch) {
    const window w = window_of(launch, gr_impl_self.dealt - 1);

    __atomic_add_fetch(&scans.passed, 1, __ATOMIC_ACQ_REL);
    wait_until(&scans.passed, w.before + w.chunks);
}

static void begin_second_pass(const gr_impl_launch *launch) {
    const window w = window_of(launch, gr_impl_self.dealt - 1);

    wait_until(&scans.ended,
               w.before +
                   (launch->order == GR_IMPL_ORDER_SHUFFLED ? w.chunks - 1 - w.place : w.place));
}

/* Every round begins with the same state. */
static void begin_scan_round(gr_impl_launch *launch, void *state, size_t bytes) {
    if (scans.launch == launch) {
        memcpy(state, scans.before, bytes);
        return;
    }
    if (bytes > scans.bytes) {
        free(scans.before);
        free(scans.after);
        scans.before = malloc(bytes);
        scans.after = malloc(bytes);
        scans.bytes = scans.before && scans.after ? bytes : 0;
    }
    if (bytes > scans.bytes) {
        gr_impl_launch_fail(GR_OUT_OF_MEMORY, gr_impl_site_place(launch->site), launch->site->label,
                            "%zu bytes for debug mode order are not to be had: it is run in one "
                            "order",
                            2 * bytes);
        gr_impl_order_stop();
        return;
    }
    memcpy(scans.before, state, bytes);
    scans.launch = launch;
}

/* The total is that of forward order. */
static void end_scan_round(const gr_impl_launch *launch, void *state, size_t bytes) {
    if (scans.launch != launch) {
        return;
    }
    if (launch->order == GR_IMPL_ORDER_FORWARD) {
        memcpy(scans.after, state, bytes);
        scans.has_after = true;
    } else if (scans.has_after) {
        memcpy(state, scans.after, bytes);
    }
}

/* Unit by unit to one thread, or to all threads of one team. */
static gr_span deal_in_order(gr_impl_launch *launch) {
    const gr_index units = launch->hi - launch->lo;
    const int size = gr_impl_self.team_size, thread = gr_impl_self.thread;
    gr_span span = {0, 0};

    if (is_in_window(launch)) {
        return deal_in_window(launch);
    }
    if (thread >= size) {
        return span;
    }
    if (gr_impl_self.dealt < units) {
        span.lo =
            launch->lo + unit_in_order((gr_impl_order)launch->order, gr_impl_self.dealt++, units);
        span.hi = span.lo + 1;
    }
    if (launch->order != GR_IMPL_ORDER_LOGGED) {
        return span;
    }
    if (size == 1 && span.lo < span.hi) {
        gr_impl_race_iteration(launch, span.lo);
    } else if (size > 1 && span.lo < span.hi) {
        gr_impl_race_member(launch, span.lo, thread);
    } else if (size > 1) {
        gr_impl_race_member_ends(launch, thread);
    }
    return span;
}

/* Pieces are counted, not their units: those of the threads that find none left could overflow. */
static gr_span deal(gr_impl_launch *launch) {
    const gr_index units = launch->hi - launch->lo;
    gr_span span = {0, 0};
    gr_index piece;

    if (GR_IMPL_UNLIKELY(launch->order)) {
        return deal_in_order(launch);
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
        if (GR_IMPL_UNLIKELY(launch->order)) {
            gr_impl_self.team_size = launch->team_size < threads ? launch->team_size : threads;
            gr_impl_self.dealt = 0;
            __atomic_store_n(&scans.members, threads, __ATOMIC_RELAXED);
        }
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
        if (GR_IMPL_UNLIKELY(launch->order) && is_in_window(launch)) {
            __atomic_add_fetch(&scans.ended, 1, __ATOMIC_ACQ_REL);
        }
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

    if (GR_IMPL_UNLIKELY(launch->order) && is_in_window(launch)) {
        end_first_pass(launch);
    }
    /* Turns are short while every thread has a core; beyond that the one waited for may need ours.
     */
    for (int spin = 0; __atomic_load_n(turn, __ATOMIC_ACQUIRE) != chunk; ++spin) {
        if (spin < 2000) {
            clock_pause();
        } else {
            sched_yield();
        }
    }
    if (GR_IMPL_UNLIKELY(launch->order) && launch->order != GR_IMPL_ORDER_LOGGED && chunk == 0) {
        begin_scan_round(launch, state, bytes);
    }
    if (launch->threads == 0 && chunk > 0 && bytes <= GR_IMPL_SCAN_ROOM) {
        memcpy(state, gr_impl_self.part->scan->state, bytes);
    }
}

void gr_impl_turn_pass(gr_impl_launch *launch, gr_index chunk, void *state, size_t bytes) {
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
    if (GR_IMPL_UNLIKELY(launch->order) && launch->order != GR_IMPL_ORDER_LOGGED &&
        chunk == launch->end - 1) {
        end_scan_round(launch, state, bytes);
    }
    __atomic_store_n(turn, chunk + 1, __ATOMIC_RELEASE);
    if (GR_IMPL_UNLIKELY(launch->order) && is_in_window(launch)) {
        begin_second_pass(launch);
    }
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
