/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file rtc.c
 * @brief The host's half of launches whose kernels a run-time compiler made: what the statements of
 * backends/gpu do for kernels of their own file, with sizes of values in place of their types.
 */
#include "../backend.h"
#include "device.h"

#include <granum/impl/rtc.h>

#include <pthread.h>
#include <string.h>

/* Threads of a block of a parallel_for, of a scan, and of the join of a league's lanes; lanes of a
 * chunk: as in backends/gpu. */
#define FOR_THREADS 256u
#define SCAN_THREADS ((unsigned)GR_IMPL_SCAN_SEGMENTS)
#define JOIN_THREADS 512u
#define LANES ((gr_index)GR_IMPL_WIDTH)
/* Bytes of an argument at most: the smallest that a vendor takes. */
#define MOST_ARGUMENT 4096
/* The word of the queue's counters that says whether an iteration has noted an error; reductions
 * have the first ones. */
#define TAKEN 32

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static size_t lines(size_t bytes) {
    return (bytes + 63) & ~(size_t)63;
}

static gr_index steps(gr_index n, gr_index each) {
    return n / each + (n % each != 0);
}

/* What the driver has of a kernel; loaded when a device first runs it. */
static const char *look_up(const gr_impl_gpu_launch *launch, gr_impl_rtc_kernel *kernel,
                           void **out) {
    const gr_impl_device_table *table = launch->table;
    gr_impl_rtc_module *module = kernel->module;
    const char *failure = NULL;
    const int d = launch->device;

    *out = __atomic_load_n(&kernel->found[d], __ATOMIC_ACQUIRE);
    if (*out) {
        return NULL;
    }
    if (!table->module_load) {
        return "this vendor's library loads no kernels that were compiled at run time";
    }
    pthread_mutex_lock(&lock);
    if (!module->loaded[d]) {
        failure = table->module_load(d, module->image, &module->loaded[d]);
    }
    if (!failure) {
        failure = table->module_kernel(d, module->loaded[d], kernel->name, out);
    }
    if (!failure) {
        __atomic_store_n(&kernel->found[d], *out, __ATOMIC_RELEASE);
    }
    pthread_mutex_unlock(&lock);
    return failure;
}

/* A launch under way: its memory, and its kernels' argument. */
typedef struct run {
    gr_impl_gpu_launch launch;
    const gr_impl_rtc_launch *of;
    char *scratch, *pinned; /* what is left of both */
    char *fault;            /* in pinned memory, so that a launch moves nothing for it; or NULL */
    char argument[MOST_ARGUMENT] __attribute__((aligned(16)));
} run;

static char *cut(char **from, size_t bytes) {
    char *at = *from;

    *from += lines(bytes);
    return at;
}

static void *result_place(run *r, size_t bytes) {
    return cut(&r->pinned, bytes);
}

/* Note a failure of the launch, the first one. */
static void note(run *r, const char *failure) {
    if (failure && !r->launch.failure) {
        r->launch.failure = failure;
    }
}

static bool begin(run *r, const gr_impl_rtc_launch *x, const gr_options *options, size_t scratch,
                  size_t pinned, gr_impl_pattern pattern) {
    const size_t fault = x->fault ? lines(x->fault_bytes + sizeof(unsigned *)) : 0;

    r->launch.pattern = pattern;
    r->of = x;
    if (!gr_impl_device_begin(&r->launch, x->kernel->module->vendor, x->site, options, scratch,
                              pinned + fault)) {
        return false;
    }
    r->scratch = r->launch.scratch;
    r->pinned = r->launch.pinned;
    r->fault = NULL;
    if (fault) {
        const unsigned *const taken = r->launch.counter + TAKEN;

        r->fault = cut(&r->pinned, fault);
        memset(r->fault, 0, x->fault_bytes);
        memcpy(r->fault + x->fault_bytes, &taken, sizeof taken);
    }
    return true;
}

/* Run a kernel with a struct of its pattern. */
static void start(run *r, gr_impl_rtc_kernel *kernel, const void *pattern, size_t bytes,
                  unsigned blocks, unsigned threads, size_t shared) {
    const size_t words = (size_t)(r->of->count > 0 ? r->of->count : 1) * sizeof *r->of->words;
    const size_t all = bytes + words + sizeof r->fault;
    void *found = NULL;

    if (all > sizeof r->argument) {
        note(r, "the arguments of the kernel have more than 4096 bytes");
    }
    if (!r->launch.failure) {
        note(r, look_up(&r->launch, kernel, &found));
    }
    if (!r->launch.failure) {
        memcpy(r->argument, pattern, bytes);
        if (r->of->count > 0) {
            memcpy(r->argument + bytes, r->of->words, words);
        }
        memcpy(r->argument + bytes + words, &r->fault, sizeof r->fault);
        note(r, r->launch.table->module_run(&r->launch, found, blocks, threads, shared, r->argument,
                                            all));
    }
}

/* Take what was noted, and have the words of the next launch 0. */
static void bring_note(run *r) {
    const gr_impl_rtc_launch *x = r->of;
    unsigned *const words = r->launch.counter + TAKEN;

    memcpy(x->fault, r->fault, x->fault_bytes);
    if (x->noted) {
        note(r, r->launch.table->copy(r->launch.device, r->launch.stream, r->fault, words + 1,
                                      sizeof *words));
        if (!r->launch.failure) {
            gr_impl_device_wait(&r->launch);
            memcpy(x->noted, r->fault, sizeof *words);
        }
    }
    if (!r->launch.failure) {
        note(r,
             r->launch.table->set(r->launch.device, r->launch.stream, words, 0, 2 * sizeof *words));
    }
}

/* Wait for what the host wants to see, and end. False: it is not there. */
static bool end(run *r, bool waits) {
    bool seen;

    if ((waits || r->fault) && !r->launch.failure) {
        gr_impl_device_wait(&r->launch);
    }
    seen = !r->launch.failure;
    if (seen && r->fault) {
        int32_t code;

        memcpy(&code, r->fault, sizeof code);
        if (code != 0) {
            bring_note(r);
        }
    }
    return seen;
}

/* ---- the patterns ---- */

static void bounds(const gr_impl_rtc_launch *x, int rank, gr_index *lo, gr_index *hi,
                   gr_index *tile) {
    for (int d = 0; d < rank; ++d) {
        lo[d] = (gr_index)x->words[2 * d];
        hi[d] = (gr_index)x->words[2 * d + 1];
        tile[d] = GR_AUTO;
    }
}

/* Threads of a block over a range: FOR_THREADS, or the number with which more of the kernel's
 * threads run at a time; as gr_impl_gpu_threads has them for statements. A device is asked once. */
static unsigned block_of(run *r) {
    static const unsigned sizes[] = {FOR_THREADS, 512, 128, 1024, 64};
    const gr_impl_gpu_launch *launch = &r->launch;
    gr_impl_rtc_kernel *kernel = r->of->kernel;
    unsigned short *known = &kernel->threads[launch->device];
    unsigned best = __atomic_load_n(known, __ATOMIC_RELAXED), most = 0;
    void *found = NULL;

    if (best == 0) {
        best = FOR_THREADS;
        note(r, look_up(launch, kernel, &found));
        for (size_t k = 0; found && k < sizeof sizes / sizeof *sizes; ++k) {
            const unsigned threads = sizes[k];
            const unsigned running =
                threads * launch->table->resident(launch->device, found, threads);

            if (threads <= launch->properties->most_threads && running > most) {
                most = running;
                best = threads;
            }
        }
        __atomic_store_n(known, (unsigned short)best, __ATOMIC_RELAXED);
    }
    return best;
}

void gr_impl_rtc_run_for(const gr_impl_rtc_launch *x, int rank, bool right) {
    gr_index lo[6], hi[6], tile[6];
    gr_impl_gpu_grid grid;
    unsigned threads;
    run r;

    bounds(x, rank, lo, hi, tile);
    right = right && rank > 1;
    if (!gr_impl_gpu_grid_begin(&grid, x->site, lo, hi, tile, rank, right, &x->options,
                                FOR_THREADS) ||
        !begin(&r, x, &x->options, 0, 0, rank == 1 ? GR_IMPL_PATTERN_FOR : GR_IMPL_PATTERN_ROWS)) {
        return;
    }
    threads = block_of(&r);
    if (threads != FOR_THREADS) {
        (void)gr_impl_gpu_grid_begin(&grid, x->site, lo, hi, tile, rank, right, &x->options,
                                     threads);
    }
    for (; grid.blocks > 0; gr_impl_gpu_grid_next(&grid)) {
        gr_impl_rtc_for own;

        memset(&own, 0, sizeof own);
        memcpy(own.lo, grid.lo, sizeof own.lo);
        memcpy(own.extent, grid.extent, sizeof own.extent);
        memcpy(own.count, grid.count, sizeof own.count);
        memcpy(own.magic, grid.magic, sizeof own.magic);
        memcpy(own.shift, grid.shift, sizeof own.shift);
        memcpy(own.bits, grid.bits, sizeof own.bits);
        start(&r, x->kernel, &own, sizeof own, grid.blocks, grid.threads, 0);
    }
    (void)end(&r, false);
    gr_impl_device_end(&r.launch);
}

/* Bytes that the chunk results of all reducers take, `chunks` of each; and that results take. */
static size_t room_of(const gr_impl_rtc_results *results, size_t chunks) {
    size_t room = 0;

    for (int k = 0; k < results->count; ++k) {
        room += lines(chunks * results->bytes[k]);
    }
    return room;
}

static void hand_over(const gr_impl_rtc_results *results, const gr_impl_rtc_reducer *of) {
    for (int k = 0; k < results->count; ++k) {
        memcpy(results->to[k], of[k].result, results->bytes[k]);
    }
}

void gr_impl_rtc_run_reduce(const gr_impl_rtc_launch *x, int rank,
                            const gr_impl_rtc_results *results) {
    gr_index tile[6], groups;
    gr_impl_launch geometry;
    gr_impl_rtc_reduce own;
    size_t chunks;
    run r;

    memset(&own, 0, sizeof own);
    bounds(x, rank, own.first, own.last, tile);
    own.chunks = gr_impl_cut_chunks(&geometry, x->site, own.first, own.last, tile, rank,
                                    GR_IMPL_CHUNK, GR_IMPL_CHUNKS);
    if (own.chunks < 0) {
        return;
    }
    memcpy(own.count, geometry.count, (size_t)rank * sizeof *own.count);
    own.width = geometry.width;
    own.all = geometry.rows * geometry.pieces;
    own.chunk = geometry.chunk;
    chunks = own.chunks > 1 ? (size_t)own.chunks : 0;
    if (!begin(&r, x, &x->options, room_of(results, chunks), room_of(results, 1),
               GR_IMPL_PATTERN_REDUCE)) {
        return;
    }
    own.counter = r.launch.counter;
    for (int k = 0; k < results->count; ++k) {
        own.of[k].partial = cut(&r.scratch, chunks * results->bytes[k]);
        own.of[k].result = result_place(&r, results->bytes[k]);
    }
    groups = own.chunks > 512 ? 4 : 2;
    start(&r, x->kernel, &own, sizeof own,
          own.chunks > groups ? (unsigned)steps(own.chunks, groups) : 1u,
          (unsigned)(groups * LANES), 16);
    if (end(&r, true)) {
        hand_over(results, own.of);
    }
    gr_impl_device_end(&r.launch);
}

void gr_impl_rtc_run_scan(const gr_impl_rtc_launch *x, size_t bytes, void *total) {
    gr_impl_rtc_scan own;
    gr_index n, tile[1];
    size_t count, flag_bytes;
    run r;

    memset(&own, 0, sizeof own);
    bounds(x, 1, &own.first, &own.last, tile);
    if (__builtin_sub_overflow(own.last, own.first, &n) || n < 0) {
        (void)gr_impl_bad_bounds(x->site, &own.first, &own.last, 1);
        return;
    }
    own.chunks = steps(n, GR_IMPL_SCAN_CHUNK);
    own.groups = own.chunks / GR_IMPL_WIDTH + 1;
    own.supers = own.groups / GR_IMPL_WIDTH + 1;
    count = (size_t)(own.chunks + own.groups + own.supers);
    flag_bytes = lines((count + 1) * sizeof *own.flags);
    if (!begin(&r, x, &x->options, flag_bytes + lines(count * bytes), lines(bytes),
               GR_IMPL_PATTERN_SCAN)) {
        return;
    }
    own.flags = (unsigned *)(void *)cut(&r.scratch, flag_bytes);
    own.values = cut(&r.scratch, count * bytes);
    own.total = result_place(&r, bytes);
    note(&r, r.launch.table->set(r.launch.device, r.launch.stream, own.flags, 0, flag_bytes));
    /* The tiles' totals, what comes before the chunk, and its number. */
    start(&r, x->kernel, &own, sizeof own, own.chunks > 0 ? (unsigned)own.chunks : 1u, SCAN_THREADS,
          (GR_IMPL_SCAN_CHUNK / (LANES * GR_IMPL_SEGMENT) + 1) * bytes + 16);
    if (end(&r, true)) {
        memcpy(total, own.total, bytes);
    }
    gr_impl_device_end(&r.launch);
}

void gr_impl_rtc_run_team(const gr_impl_rtc_launch *x, const gr_team_policy *policy,
                          gr_impl_rtc_kernel *join, const gr_impl_rtc_results *results) {
    const gr_impl_rtc_results none = {0, {0}, {NULL}};
    const gr_index n = policy->league_size;
    gr_impl_rtc_league own;
    gr_index units = n;
    size_t lanes = 0, room;
    run r;

    results = results ? results : &none;
    memset(&own, 0, sizeof own);
    if (join) {
        own.chunk = GR_IMPL_LEAGUE_CHUNK;
        while (n > 0 && steps(n, own.chunk) > GR_IMPL_CHUNKS) {
            own.chunk *= 2;
        }
        own.chunks = n > 0 ? steps(n, own.chunk) : 0;
        units = own.chunks * LANES;
        lanes = (size_t)units;
    }
    room = room_of(results, lanes) + room_of(results, (size_t)own.chunks);
    if (!gr_impl_team_is_good(x->site, policy) ||
        !gr_impl_gpu_lay_league(&own.league, x->kernel->module->vendor, x->site, policy, units) ||
        !begin(&r, x, &policy->options, room + own.league.global * own.league.blocks,
               room_of(results, 1), join ? GR_IMPL_PATTERN_REDUCE : GR_IMPL_PATTERN_LEAGUE)) {
        return;
    }
    for (int k = 0; k < results->count; ++k) {
        own.of[k].partial = cut(&r.scratch, (size_t)own.chunks * results->bytes[k]);
        own.of[k].result = result_place(&r, results->bytes[k]);
        own.of[k].lanes = cut(&r.scratch, lanes * results->bytes[k]);
    }
    own.league.level1 = r.scratch;
    if (units > 0) {
        start(&r, x->kernel, &own, sizeof own, own.league.blocks,
              (unsigned)(own.league.team * own.league.vector), own.league.shared);
    }
    if (join) {
        start(&r, join, &own, sizeof own, 1, JOIN_THREADS, 0);
    }
    if (end(&r, join != NULL)) {
        hand_over(results, own.of);
    }
    gr_impl_device_end(&r.launch);
}
