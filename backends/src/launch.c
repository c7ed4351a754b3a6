/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file launch.c
 * @brief The life of a launch on the host: how many threads, in which rounds, and what it cost.
 *
 * Waking threads costs a microsecond, and far more after an idle pause, while a small loop costs
 * some nanoseconds. Each launch statement therefore keeps what an iteration cost, measured on a
 * sample of its launches, and a launch that the caller alone finishes sooner stays on the caller.
 * A statement that has no measurement yet runs a few iterations first and decides about the rest.
 * None of this can be seen in a result: reductions and scans have one order for all of it.
 * What each thread then does is dealt out in spans.c.
 *
 * More than 500 lines, because choosing and measuring read the same numbers.
 */
#include "../backend.h"
#include "clock.h"
#include "device.h"
#include "geometry.h"
#include "instance.h"
#include "thread.h"

#include <granum/impl/launch.h>
#include <granum/impl/tool_calls.h>
#include <granum/initialize.h>

#include <string.h>

/* Launches of a cheap statement between two measurements: a clock is read twice in so many. */
#define QUIET 7u
/* Iterations of the first look at a statement. */
#define FIRST_LOOK 64.0
/* Guesses until measured [ticks]; a tick is a cycle of the time-stamp counter, or a nanosecond. */
#define FORK_GUESS 2500.0
#define WAKE_GUESS 150000.0

_Thread_local gr_impl_thread gr_impl_self;

uint64_t (*gr_impl_clock)(void);

void gr_impl_clock_use(uint64_t (*ticks)(void)) {
    gr_impl_clock = ticks;
}

/* What the process has learnt about its threads; read and written with relaxed atomics. */
static struct {
    int threads;            /* 0: not started */
    int asked;              /* by the settings; 0: as many as there are */
    float fork;             /* ticks to start and join a team whose threads still spin */
    float wake;             /* the same when they have gone to sleep */
    uint64_t last_parallel; /* tick at which the last team was joined */
    uint64_t last_alone;    /* tick of the last launch that let the sleepers sleep */
    uint64_t burst;         /* ticks of such launches, one soon after the other */
} host = {0, 0, (float)FORK_GUESS, (float)WAKE_GUESS, 0, 0, 0};

#define LOAD(field) __atomic_load_n(&(field), __ATOMIC_RELAXED)
#define STORE(field, value) __atomic_store_n(&(field), (value), __ATOMIC_RELAXED)

static float load_float(const float *from) {
    float value;

    __atomic_load(from, &value, __ATOMIC_RELAXED);
    return value;
}

static void store_float(float *to, float value) {
    __atomic_store(to, &value, __ATOMIC_RELAXED);
}

static float cost_of(const gr_site *site) {
    const uint32_t bits = LOAD(site->cost);
    float cost;

    memcpy(&cost, &bits, sizeof cost);
    return cost;
}

void gr_impl_backends_start(int num_threads) {
    STORE(host.asked, num_threads);
    STORE(host.threads, num_threads > 0 ? num_threads : gr_impl_host_backends[0]->threads());
}

void gr_impl_backends_stop(void) {
    gr_impl_queues_stop();
    gr_impl_instances_stop();
    gr_impl_drop_rooms();
    STORE(host.threads, 0);
}

int gr_impl_all_threads(void) {
    return LOAD(host.threads);
}

void gr_impl_all_threads_refresh(void) {
    gr_impl_cpus_again();
    if (LOAD(host.threads) != 0 && LOAD(host.asked) == 0) {
        STORE(host.threads, gr_impl_host_backends[0]->threads());
    }
}

int gr_impl_num_threads(void) {
    if (GR_IMPL_UNLIKELY(gr_impl_self.instance != NULL)) {
        return LOAD(gr_impl_self.instance->threads);
    }
    if (LOAD(host.threads) == 0) {
        gr_impl_ensure_initialized();
    }
    if (LOAD(host.threads) == 0) {
        gr_impl_backends_start(0); /* a launch after the last finalise */
    }
    return LOAD(host.threads);
}

bool gr_impl_in_kernel(void) {
    return gr_impl_self.launch != NULL || gr_impl_device_now != NULL;
}

bool gr_impl_current_kernel(const char **label, gr_place *place) {
    const gr_impl_launch *launch = gr_impl_self.launch;
    const gr_site *site = launch               ? launch->site
                          : gr_impl_device_now ? gr_impl_device_now->site
                                               : NULL;

    if (!site) {
        return false;
    }
    *label = site->label;
    *place = gr_impl_site_place(site);
    return true;
}

bool gr_impl_current_units(gr_index *lo, gr_index *hi) {
    const gr_impl_launch *launch = gr_impl_self.launch;

    if (!launch) {
        return false;
    }
    *lo = launch->lo;
    *hi = launch->hi;
    return true;
}

GR_IMPL_COLD static gr_impl_launch *refuse(const gr_site *site, const gr_options *options) {
    if (gr_impl_self.launch) {
        gr_impl_launch_fail(GR_IN_KERNEL, gr_impl_site_place(site), site->label,
                            "launch inside the kernel \"%s\", expected launches outside of kernels",
                            gr_impl_self.launch->site->label);
    } else if (options->chunk != GR_AUTO && options->chunk < 1) {
        gr_impl_launch_fail(GR_INVALID_ARG, gr_impl_site_place(site), site->label,
                            "chunk = %td, expected 1 or more", options->chunk);
    } else {
        gr_impl_launch_fail(GR_INVALID_ARG, gr_impl_site_place(site), site->label,
                            "threads = %d, expected 1 or more", options->threads);
    }
    return NULL;
}

gr_impl_launch *gr_impl_bad_bounds(const gr_site *site, const gr_index *lo, const gr_index *hi,
                                   int rank) {
    gr_index extent;

    for (int d = 0; d < rank; ++d) {
        const char *expected = hi[d] < lo[d] ? "lo <= hi" : "hi - lo to fit an index";
        char number[2] = "";

        if (hi[d] >= lo[d] && !__builtin_sub_overflow(hi[d], lo[d], &extent)) {
            continue;
        }
        if (rank > 1) {
            number[0] = (char)('0' + d);
        }
        gr_impl_launch_fail(GR_INVALID_ARG, gr_impl_site_place(site), site->label,
                            "range lo%s = %td, hi%s = %td, expected %s", number, lo[d], number,
                            hi[d], expected);
        return NULL;
    }
    gr_impl_launch_fail(GR_INVALID_ARG, gr_impl_site_place(site), site->label,
                        "range of rank %d has more than %td elements, the most there can be", rank,
                        PTRDIFF_MAX);
    return NULL;
}

void gr_impl_body_was_left(void) {
    const gr_site *site = gr_impl_self.launch->site;

    gr_impl_launch_fail(GR_INVALID_ARG, gr_impl_site_place(site), site->label,
                        "body left by break, expected GR_CONTINUE to end one iteration");
}

/* Ticks that the caller alone may need for threads not to be worth their waking. */
static double worth(const gr_impl_launch *launch, double overhead) {
    return overhead * launch->most_threads / (launch->most_threads - 1.0);
}

static bool threads_sleep(uint64_t now) {
    return now - LOAD(host.last_parallel) > CLOCK_IDLE;
}

static void go_alone(gr_impl_launch *launch) {
    launch->threads = 1;
    gr_impl_self.thread = 0;
    gr_impl_self.team_size = 1;
    gr_impl_self.alone = true;
}

static void go_parallel(gr_impl_launch *launch, int threads) {
    launch->threads = threads;
    launch->errors = gr_impl_launch_errors_here();
    launch->own_ticks = 0;
    launch->own_units = 0;
    gr_impl_self.launch = NULL; /* the caller enters the kernel as a member of the team */
}

void gr_impl_launch_widen(gr_impl_launch *launch, int threads) {
    gr_impl_self.alone = false;
    launch->most_threads = threads;
    launch->piece = 0;
    gr_impl_threads_insist(threads);
    go_parallel(launch, threads);
}

void gr_impl_launch_narrow(gr_impl_launch *launch, int threads) {
    launch->threads = threads;
    if (threads == 1) {
        gr_impl_self.launch = launch;
        go_alone(launch);
    }
}

/* Whether a launch of so many ticks is not worth waking threads. Launches that follow each other
 * soon count together: once they have cost what waking costs, it pays for those to come. */
static bool let_sleep(const gr_impl_launch *launch, double ticks) {
    const double wake = (double)load_float(&host.wake);
    uint64_t burst = 0;

    if (ticks > worth(launch, wake)) {
        return false;
    }
    if (launch->started - LOAD(host.last_alone) <= CLOCK_IDLE) {
        burst = LOAD(host.burst);
    }
    burst += (uint64_t)ticks;
    STORE(host.last_alone, launch->started);
    STORE(host.burst, burst);
    return (double)burst <= wake;
}

int gr_impl_team_for(double ticks, int wanted) {
    gr_impl_launch work;

    work.most_threads = wanted;
    if (wanted < 2 || ticks <= worth(&work, (double)load_float(&host.fork))) {
        return 1;
    }
    work.started = clock_ticks();
    return threads_sleep(work.started) && let_sleep(&work, ticks) ? 1
                                                                  : gr_impl_threads_take(wanted);
}

void gr_impl_team_joined(void) {
    STORE(host.last_parallel, clock_ticks());
    STORE(host.burst, 0);
}

/* Choose who runs the units from launch->lo on, given what an iteration costs [ticks]. */
static void choose(gr_impl_launch *launch, double cost) {
    const double all = cost * launch->iterations * (double)(launch->end - launch->lo);

    launch->hi = launch->end;
    launch->next = 0;
    launch->turn = launch->lo;
    if (all <= worth(launch, (double)load_float(&host.fork))) {
        const uint32_t quiet = LOAD(launch->site->quiet);

        go_alone(launch);
        if (quiet > 0) {
            STORE(launch->site->quiet, quiet - 1);
            launch->started = 0;
        } else {
            STORE(launch->site->quiet, QUIET);
            launch->started = clock_ticks();
        }
        return;
    }
    launch->started = clock_ticks();
    if (threads_sleep(launch->started) && let_sleep(launch, all)) {
        go_alone(launch);
    } else {
        const int threads = gr_impl_threads_take(launch->most_threads);

        if (threads > 1) {
            go_parallel(launch, threads);
        } else {
            go_alone(launch);
        }
    }
}

/* A statement seen for the first time: the caller runs a few iterations. */
static void look(gr_impl_launch *launch) {
    const double units = FIRST_LOOK / launch->iterations;

    launch->next = 0;
    launch->turn = launch->lo;
    launch->hi = launch->lo + 1;
    if (units > 1.0 && (double)(launch->end - launch->lo) > units) {
        launch->hi = launch->lo + (gr_index)units;
    }
    go_alone(launch);
    launch->started = clock_ticks();
}

static inline bool is_bad(const gr_options *options) {
    return (options->chunk != GR_AUTO && options->chunk < 1) ||
           (options->threads != GR_AUTO && options->threads < 1);
}

/* Debug mode "order": one thread, or one team, takes the units one by one, three times. As a member
 * of a team, for members ask for each span. Chunks of a scan that is not run forward are taken by
 * some threads at once (spans.c). */
GR_IMPL_COLD static gr_impl_launch *run_in_order(gr_impl_launch *launch) {
    const bool is_shuffled_scan =
        launch->pattern == GR_IMPL_PATTERN_SCAN &&
        (launch->order == GR_IMPL_ORDER_REVERSED || launch->order == GR_IMPL_ORDER_SHUFFLED);
    const int threads = is_shuffled_scan        ? GR_IMPL_SCAN_WINDOW
                        : launch->team_size > 1 ? launch->team_size
                                                : 2;

    launch->hi = launch->end;
    launch->next = 0;
    launch->turn = launch->lo;
    launch->piece = 1;
    launch->started = 0;
    launch->most_threads = threads;
    gr_impl_scan_round_begin();
    gr_impl_threads_insist(threads);
    go_parallel(launch, threads);
    return launch;
}

GR_IMPL_INLINE void set_up(gr_impl_launch *launch, gr_site *site, gr_index lo, gr_index units,
                           double iterations) {
    launch->lo = lo;
    launch->end = lo + units;
    launch->site = site;
    launch->owner = &gr_impl_self;
    launch->team_size = 1;
    launch->iterations = iterations;
    launch->order = 0;
    gr_impl_self.launch = launch;
}

/* All of a launch on the caller, without a look at the clock. */
GR_IMPL_INLINE gr_impl_launch *only_round(gr_impl_launch *launch) {
    launch->hi = launch->end;
    launch->next = 0;
    launch->turn = launch->lo;
    launch->started = 0;
    go_alone(launch);
    return launch;
}

/* The first round of a launch that is set up, on up to `most` threads. Not inline: its callers
 * then end in a jump and save no registers. */
__attribute__((noinline)) static gr_impl_launch *first_round(gr_impl_launch *launch,
                                                             const gr_options *options, int most) {
    gr_site *site = launch->site;
    const gr_index units = launch->end - launch->lo;
    int threads = options->threads;

    if (threads == GR_AUTO) {
        threads = most;
    }
    if (site->host_threads && threads > site->host_threads) {
        threads = site->host_threads;
    }
    if (threads == 1 || units == 1) {
        return only_round(launch);
    }
    launch->most_threads = threads;
    launch->piece = 0;
    if (options->schedule == GR_DYNAMIC) {
        const gr_index piece = units / (threads * 32);

        launch->piece = options->chunk != GR_AUTO ? options->chunk : piece < 1 ? 1 : piece;
    }
    if (options->threads != GR_AUTO) {
        launch->hi = launch->end;
        launch->next = 0;
        launch->turn = launch->lo;
        launch->started = 0;
        gr_impl_threads_insist(threads);
        go_parallel(launch, threads);
    } else if (LOAD(site->cost) == 0) {
        look(launch);
    } else {
        choose(launch, (double)cost_of(site));
    }
    return launch;
}

/* Begin a launch whose options are good, with all that may have to be done before it. */
__attribute__((noinline)) static gr_impl_launch *begin(gr_impl_launch *launch, gr_site *site,
                                                       gr_index lo, gr_index units,
                                                       double iterations, const gr_options *options,
                                                       int most) {
    set_up(launch, site, lo, units, iterations);
    if (most == 0) { /* the first use */
        gr_impl_self.launch = NULL;
        most = gr_impl_num_threads();
        gr_impl_self.launch = launch;
    }
    if (GR_IMPL_HEARD(GR_IMPL_HEAR_LAUNCHES)) {
        gr_impl_tools_launch(launch);
    }
    if (GR_IMPL_HEARD(GR_IMPL_HEAR_ORDER)) {
        launch->order = gr_impl_order_begin();
        gr_impl_scan_orders_begin();
        return run_in_order(launch);
    }
    return first_round(launch, options, most);
}

/* Wait for the policy's instance, and begin with what it says. */
__attribute__((noinline)) static gr_impl_launch *begin_on_instance(gr_impl_launch *launch,
                                                                   gr_site *site, gr_index lo,
                                                                   gr_index units,
                                                                   double iterations,
                                                                   const gr_options *options) {
    gr_options own = *options;
    int most;

    if (!gr_impl_instance_enter(options->instance)) {
        gr_impl_launch_fail(GR_INVALID_ARG, gr_impl_site_place(site), site->label,
                            "instance = %llu, expected one that lives: it was destroyed or never "
                            "made",
                            (unsigned long long)options->instance.id);
        return NULL;
    }
    most = gr_impl_num_threads();
    if (options->threads > most) {
        gr_impl_instance_leave();
        gr_impl_launch_fail(GR_INVALID_ARG, gr_impl_site_place(site), site->label,
                            "threads = %d, expected 1..%d, those of the instance", options->threads,
                            most);
        return NULL;
    }
    if (own.chunk == GR_AUTO) {
        own.chunk = LOAD(gr_impl_self.instance->chunk);
    }
    return begin(launch, site, lo, units, iterations, &own, most);
}

/* A launch in a part of a graph's node: the submit has chosen the thread. Nobody listens then
 * (graph_run.c), and there is nothing to choose. */
__attribute__((noinline)) static gr_impl_launch *begin_solo(gr_impl_launch *launch, gr_site *site,
                                                            gr_index lo, gr_index units,
                                                            double iterations) {
    set_up(launch, site, lo, units, iterations);
    return only_round(launch);
}

/* Whatever is not a launch of the user's own code on the default instance that nobody listens to,
 * if it is a launch at all. */
__attribute__((noinline)) static gr_impl_launch *begin_otherwise(gr_impl_launch *launch,
                                                                 gr_site *site, gr_index lo,
                                                                 gr_index units, double iterations,
                                                                 const gr_options *options) {
    if (gr_impl_self.launch || is_bad(options)) {
        return refuse(site, options);
    }
    if (units <= 0) {
        return NULL;
    }
    if (gr_impl_self.mode == GR_IMPL_MODE_GRAPH) { /* the submit has chosen the instance */
        return begin(launch, site, lo, units, iterations, options, gr_impl_num_threads());
    }
    if (options->instance.id == 0) {
        return begin(launch, site, lo, units, iterations, options, LOAD(host.threads));
    }
    return begin_on_instance(launch, site, lo, units, iterations, options);
}

/* It only chooses, so that none of the ways saves registers for another. */
gr_impl_launch *gr_impl_launch_begin(gr_impl_launch *launch, gr_site *site, gr_index lo,
                                     gr_index units, double iterations, const gr_options *options) {
    const gr_impl_thread *self = &gr_impl_self;
    const unsigned heard = __atomic_load_n(&gr_impl_heard, __ATOMIC_RELAXED) &
                           (unsigned)(GR_IMPL_HEAR_LAUNCHES | GR_IMPL_HEAR_ORDER);
    const int most = LOAD(host.threads);

    /* One branch for what is rare. */
    if (GR_IMPL_UNLIKELY(
            ((uintptr_t)self->launch | (uintptr_t)self->mode | options->instance.id | heard) != 0 ||
            most == 0 || is_bad(options))) {
        return self->mode == GR_IMPL_MODE_SOLO && !self->launch && !is_bad(options) && units > 0
                   ? begin_solo(launch, site, lo, units, iterations)
                   : begin_otherwise(launch, site, lo, units, iterations, options);
    }
    if (units <= 0) {
        return NULL;
    }
    set_up(launch, site, lo, units, iterations);
    return units == 1 ? only_round(launch) : first_round(launch, options, most);
}

/* Take a measurement of ticks per iteration into account, and answer what to go by from now on. A
 * value far above the last may be the machine's doing (an interrupt): it counts once the next
 * launch confirms it. */
static double learn(gr_site *site, double sample) {
    const float old = cost_of(site);
    float cost = sample > 1e-3 ? (float)sample : 1e-3f;
    uint32_t bits;

    if (old > 0 && cost > 4 * old) {
        const uint32_t outlier = LOAD(site->outlier);
        float before;

        memcpy(&before, &outlier, sizeof before);
        memcpy(&bits, &cost, sizeof bits);
        STORE(site->outlier, bits);
        STORE(site->quiet, 0);
        if (before <= 4 * old) {
            return (double)cost;
        }
        cost = before < cost ? before : cost;
    }
    STORE(site->outlier, 0);
    memcpy(&bits, &cost, sizeof bits);
    STORE(site->cost, bits);
    return (double)cost;
}

/* What the team cost beyond the work. A smaller value is believed sooner than a larger one, and one
 * join that an interrupt held up counts as four usual ones at most. */
static void learn_overhead(const gr_impl_launch *launch, uint64_t now) {
    float *overhead = threads_sleep(launch->started) ? &host.wake : &host.fork;
    const float old = load_float(overhead);
    const float beyond = (float)(now - launch->started - launch->own_ticks);
    const float sample = beyond < 4 * old ? beyond : 4 * old;

    store_float(overhead, old + (sample - old) / (sample < old ? 4 : 32));
    STORE(host.last_parallel, now);
    STORE(host.burst, 0);
}

/* A launch that stayed on the caller although it is not small says nothing about teams: let what is
 * known of them fade towards the least that they could cost, so that they are tried again. */
static void forget_overhead(const gr_impl_launch *launch, double ticks) {
    const float fork = load_float(&host.fork), least = (float)(FORK_GUESS / 4);

    if (ticks > (double)fork / 4 && !threads_sleep(launch->started)) {
        store_float(&host.fork, fork - (fork - least) / 16);
    }
}

static double measure(gr_impl_launch *launch) {
    const uint64_t now = clock_ticks();
    double iterations = launch->iterations * (double)(launch->hi - launch->lo);
    double ticks = (double)(now - launch->started);

    if (launch->threads > 1) {
        learn_overhead(launch, now);
        if (launch->own_units == 0) {
            return (double)cost_of(launch->site);
        }
        iterations = launch->iterations * (double)launch->own_units;
        ticks = (double)launch->own_ticks;
    } else {
        forget_overhead(launch, ticks);
    }
    return learn(launch->site, ticks / iterations);
}

/* Give back what a round took, and what the launch took after its last one. */
__attribute__((noinline)) static void give_back(gr_impl_launch *launch) {
    if (gr_impl_self.spares) {
        gr_impl_drop_spares();
    }
    if (gr_impl_self.part && gr_impl_self.part->chunk &&
        launch->pattern == GR_IMPL_PATTERN_REDUCE) {
        launch->end = launch->lo + 1; /* chunks of all parts are joined later, not those of one */
    }
    gr_impl_threads_give();
    gr_impl_self.holds = false;
    if (gr_impl_self.instance && !gr_impl_self.mode) {
        if (launch->hi < launch->end) {
            gr_impl_self.holds = true;
        } else {
            gr_impl_instance_leave();
        }
    }
}

gr_impl_launch *gr_impl_launch_end(gr_impl_launch *launch) {
    double cost = 0;

    gr_impl_self.alone = false;
    if (GR_IMPL_UNLIKELY(gr_impl_self.holds)) {
        give_back(launch);
    }
    if (launch->started) {
        cost = measure(launch);
    }
    if (GR_IMPL_UNLIKELY(launch->order) && gr_impl_order_next(launch)) {
        gr_impl_self.launch = launch;
        return run_in_order(launch);
    }
    if (launch->hi < launch->end) {
        launch->lo = launch->hi;
        gr_impl_self.launch = launch;
        choose(launch, cost);
        return launch;
    }
    gr_impl_self.launch = NULL;
    if (GR_IMPL_HEARD(GR_IMPL_HEAR_LAUNCHES)) {
        gr_impl_tools_landed(launch);
    }
    return NULL;
}
