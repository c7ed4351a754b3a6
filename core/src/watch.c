/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file watch.c
 * @brief Debug modes nan, poison and order: compare the Views before a launch and after it.
 *
 * Every View that lives is copied before a launch, so a mode sees which elements the launch has
 * changed. That costs time and memory in proportion to all Views; it is meant for small inputs.
 * Foreign memory (GR_WRAP) is not watched; in mode order a launch that adds to it adds three times.
 */
#include "watch.h"

#include "lifecycle.h"

#include <granum/impl/backend.h>
#include <granum/impl/launch.h>
#include <granum/view.h>

#ifndef GRANUM_CHECKED
#define GRANUM_CHECKED 0
#endif

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* The copy of one View's memory. */
typedef struct snapshot {
    struct snapshot *next;
    const gr_impl_record *record;
    void *data; /* the View's own */
    size_t bytes;
    char copy[];
} snapshot;

/* A launch that is traced, as it began. */
typedef struct traced {
    gr_index lo, end; /* units */
    double iterations;
    int64_t since; /* [ns] */
} traced;

/* The thread's launch, one at a time; little, for thread-local memory is scarce. */
static _Thread_local traced *trace;  /* on the heap, or NULL */
static _Thread_local bool was_alone; /* what gr_impl_alone_begin said */

/* Held through a launch that is compared: what another host thread did meanwhile would be taken for
 * its doing, and undone. */
static pthread_mutex_t watch_mutex = PTHREAD_MUTEX_INITIALIZER;
static _Thread_local int holds; /* how often this thread has it */

/* Of the launch that is compared, under the mutex. */
static struct {
    snapshot *before;   /* its launch */
    snapshot *original; /* mode order: the same */
    snapshot *forward;  /* mode order: after the units in forward order */
} watch;

bool gr_impl_alone_begin(void) {
    if (!(gr_impl_debug() & (GR_DEBUG_NAN | GR_DEBUG_POISON | GR_DEBUG_ORDER))) {
        return false;
    }
    if (holds++ == 0) {
        pthread_mutex_lock(&watch_mutex);
    }
    return true;
}

void gr_impl_alone_end(bool began) {
    if (began && --holds == 0) {
        pthread_mutex_unlock(&watch_mutex);
    }
}

void gr_impl_alone_before_fork(void) {
    if (holds++ == 0) {
        pthread_mutex_lock(&watch_mutex);
    }
}

void gr_impl_alone_after_fork(void) {
    gr_impl_alone_end(true);
}

unsigned gr_impl_watched(void) {
    const unsigned debug = gr_impl_debug();

    return (gr_impl_traces_kernels() ||
                    (debug & (GR_DEBUG_NAN | GR_DEBUG_POISON | GR_DEBUG_ORDER | GR_DEBUG_EACH))
                ? GR_IMPL_HEAR_LAUNCHES
                : 0u) |
           (debug & (GR_DEBUG_ORDER | GR_DEBUG_RACE | GR_DEBUG_UNINIT) ? GR_IMPL_HEAR_ORDER : 0u);
}

/* ---- patterns ---- */

/* Signalling NaNs with a payload that arithmetic keeps when it makes them quiet, and numbers that
 * hardly occur. */
#define POISON_64 UINT64_C(0x7ff4dead5eedbeef)
#define QUIET_64 UINT64_C(0x7ffcdead5eedbeef)
#define POISON_32 UINT32_C(0x7fa5dead)
#define QUIET_32 UINT32_C(0x7fe5dead)
#define POISON_INTEGER UINT64_C(0xdeadbea75eedbeef)

size_t gr_impl_part_of(gr_dtype dtype) {
    return dtype == GR_F32 || dtype == GR_C64 ? 4 : dtype == GR_C128 ? 8 : gr_dtype_size(dtype);
}

bool gr_impl_is_real(gr_dtype dtype) {
    return dtype == GR_F32 || dtype == GR_F64 || dtype == GR_C64 || dtype == GR_C128;
}

/* A struct's members are taken for doubles. */
size_t gr_impl_poison_pattern(char pattern[8], gr_dtype dtype) {
    const size_t part = dtype == GR_STRUCT ? sizeof POISON_64 : gr_impl_part_of(dtype);
    const uint64_t word = dtype == GR_STRUCT        ? POISON_64
                          : !gr_impl_is_real(dtype) ? POISON_INTEGER
                          : part == 4               ? POISON_32
                                                    : POISON_64;

    for (size_t at = 0; at < sizeof word; at += part) {
        memcpy(pattern + at, &word, part); /* its low bytes */
    }
    return part < 4 ? 4 : part;
}

void gr_impl_poison(void *data, size_t bytes, gr_dtype dtype) {
    char pattern[8];
    const size_t group = gr_impl_poison_pattern(pattern, dtype);
    size_t at = 0;

    for (; at + group <= bytes; at += group) {
        memcpy((char *)data + at, pattern, group);
    }
    if (gr_impl_debug() & GR_DEBUG_UNINIT) {
        gr_impl_uninit_mark(data, at);
    }
}

static uint64_t bits_at(const char *at, size_t part) {
    uint64_t bits = 0;

    memcpy(&bits, at, part);
    return bits;
}

bool gr_impl_is_poison(gr_dtype dtype, const char *at) {
    const size_t part = gr_impl_part_of(dtype);
    const uint64_t bits = bits_at(at, part);

    if (!gr_impl_is_real(dtype)) {
        return part >= 4 && bits == (POISON_INTEGER & (part == 4 ? UINT32_MAX : UINT64_MAX));
    }
    return part == 4 ? (bits & INT32_MAX) == POISON_32 || (bits & INT32_MAX) == QUIET_32
                     : (bits & INT64_MAX) == POISON_64 || (bits & INT64_MAX) == QUIET_64;
}

bool gr_impl_is_wild(gr_dtype dtype, const char *at) {
    float single;
    double number;

    if (gr_impl_part_of(dtype) == 4) {
        memcpy(&single, at, sizeof single);
        return !isfinite(single);
    }
    memcpy(&number, at, sizeof number);
    return !isfinite(number);
}

/* ---- snapshots ---- */

static void take_one(gr_impl_record *record, void *argument) {
    snapshot **list = (snapshot **)argument, *taken;

    taken = record->bytes > 0 && record->space == GR_HOST
                ? (snapshot *)malloc(sizeof *taken + record->bytes)
                : NULL;
    if (taken) { /* what there is no memory for is not watched */
        taken->next = *list;
        taken->record = record;
        taken->data = record->data;
        taken->bytes = record->bytes;
        memcpy(taken->copy, record->data, record->bytes);
        *list = taken;
    }
}

static snapshot *take(void) {
    snapshot *all = NULL;

    gr_impl_record_each(take_one, &all);
    return all;
}

static void put_back(const snapshot *all) {
    for (; all; all = all->next) {
        memcpy(all->data, all->copy, all->bytes);
    }
}

static void drop(snapshot **all) {
    while (*all) {
        snapshot *const next = (*all)->next;

        free(*all);
        *all = next;
    }
}

/* ---- findings ---- */

const char *gr_impl_index_text(char text[160], const gr_any_view *shape, gr_index offset) {
    size_t at = 0;

    text[at++] = '(';
    for (int d = 0; d < shape->rank; d++) {
        /* What larger strides have not taken yet; strides are those of a dense block. */
        gr_index rest = offset;

        for (int other = 0; other < shape->rank; other++) {
            if (shape->stride[other] > shape->stride[d] ||
                (shape->stride[other] == shape->stride[d] && other < d)) {
                rest %= shape->stride[other] > 0 ? shape->stride[other] : 1;
            }
        }
        at += (size_t)snprintf(text + at, 160 - at, d > 0 ? ", %td" : "%td",
                               rest / (shape->stride[d] > 0 ? shape->stride[d] : 1));
    }
    snprintf(text + at, 160 - at, ")");
    return text;
}

const char *gr_impl_value_text(char text[40], gr_dtype dtype, const char *at) {
    const uint64_t bits = dtype == GR_STRUCT ? 0 : bits_at(at, gr_impl_part_of(dtype));
    float single;
    double number;

    if (dtype == GR_STRUCT) {
        snprintf(text, 40, "(a struct)");
    } else if (dtype == GR_F32 || dtype == GR_C64) {
        memcpy(&single, at, sizeof single);
        snprintf(text, 40, "%.9g", (double)single);
    } else if (gr_impl_is_real(dtype)) {
        memcpy(&number, at, sizeof number);
        snprintf(text, 40, "%.17g", number);
    } else if (dtype >= GR_U8 || dtype == GR_BOOL) {
        snprintf(text, 40, "%llu", (unsigned long long)bits);
    } else {
        const int unused = 64 - 8 * (int)gr_impl_part_of(dtype);

        snprintf(text, 40, "%lld", (long long)((int64_t)(bits << unused) >> unused));
    }
    return text;
}

/* gr_malloc's memory is a row of bytes. */
static gr_any_view shape_of(const gr_impl_record *record) {
    gr_any_view bytes = {.dtype = GR_U8, .rank = 1, .item = 1, .layout = GR_RIGHT};

    bytes.extent[0] = (gr_index)record->bytes;
    bytes.stride[0] = 1;
    return record->shape ? *record->shape : bytes;
}

typedef struct finding {
    gr_index count;
    size_t first; /* offset [B] */
} finding;

/* Parts of a View (an element, or half a complex one) that have changed to something wrong. */
static finding search(const snapshot *old, bool (*is_wrong)(gr_dtype dtype, const char *at)) {
    const gr_any_view shape = shape_of(old->record);
    const gr_dtype dtype = shape.dtype;
    const size_t part = dtype == GR_STRUCT ? shape.item : gr_impl_part_of(dtype);
    const char *now = (const char *)old->data;
    finding found = {0, 0};

    for (size_t at = 0; at + part <= old->bytes; at += part) {
        if (memcmp(now + at, old->copy + at, part) != 0 &&
            (!is_wrong || (is_wrong(dtype, now + at) && !is_wrong(dtype, old->copy + at)))) {
            found.first = found.count++ == 0 ? at : found.first;
        }
    }
    return found;
}

static void look_at(const gr_impl_launch *launch, const snapshot *old) {
    const gr_any_view shape = shape_of(old->record);
    const unsigned debug = gr_impl_debug();
    char index[160], value[40];
    finding found = {0, 0};

    if (shape.dtype == GR_STRUCT) {
        return; /* what its members are is not known */
    }
    if (debug & GR_DEBUG_POISON) {
        found = search(old, gr_impl_is_poison);
    }
    if (found.count > 0) {
        gr_impl_launch_fail(
            GR_BAD_VALUE, gr_impl_site_place(launch->site), launch->site->label,
            "view \"%s\" = memory that was never set, or was released, at %s, expected values that "
            "were set: %td such element%s (created at %s:%d)",
            old->record->label,
            gr_impl_index_text(index, &shape, (gr_index)(found.first / shape.item)), found.count,
            found.count == 1 ? "" : "s", old->record->place.file, old->record->place.line);
        return; /* poison is a NaN too */
    }
    if ((debug & GR_DEBUG_NAN) && gr_impl_is_real(shape.dtype)) {
        found = search(old, gr_impl_is_wild);
    }
    if (found.count > 0) {
        gr_impl_launch_fail(
            GR_BAD_VALUE, gr_impl_site_place(launch->site), launch->site->label,
            "view \"%s\" = %s at %s, expected finite values: %td became NaN or infinite",
            old->record->label,
            gr_impl_value_text(value, shape.dtype, (const char *)old->data + found.first),
            gr_impl_index_text(index, &shape, (gr_index)(found.first / shape.item)), found.count);
    }
}

/* ---- around a launch ---- */

static int64_t nanoseconds(void) {
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* Debug word "each": the first ones have been printed. */
static void print_failures(const gr_impl_launch *launch) {
    const long failures = gr_impl_failures_end();

    if (failures > 0) {
        fprintf(stderr, "granum: kernel \"%s\": %ld failure%s in all (%s:%d)\n",
                launch->site->label, failures, failures == 1 ? "" : "s", launch->site->file,
                launch->site->line);
    }
}

void gr_impl_watch_begin(const gr_impl_launch *launch) {
    if (gr_impl_debug() & GR_DEBUG_EACH) {
        gr_impl_failures_begin();
    }
    was_alone = gr_impl_alone_begin();
    if (!gr_impl_arguments_note(launch->site) && GRANUM_CHECKED &&
        (gr_impl_debug() & (GR_DEBUG_NAN | GR_DEBUG_POISON))) {
        watch.before = take();
    }
    if (gr_impl_traces_kernels()) {
        trace = trace ? trace : (traced *)malloc(sizeof *trace);
        if (trace) {
            *trace = (traced){launch->lo, launch->end, launch->iterations, nanoseconds()};
        }
    }
}

static void print_launch(const gr_impl_launch *launch) {
    static const char *const names[] = {"for", "for", "for", "reduce", "scan"};
    const double microseconds = 1e-3 * (double)(nanoseconds() - trace->since);
    char range[64];

    if (trace->iterations == 0) {
        snprintf(range, sizeof range, "on a device");
    } else if (launch->pattern == GR_IMPL_PATTERN_FOR) {
        snprintf(range, sizeof range, "[%td, %td)", trace->lo, trace->end);
    } else {
        snprintf(range, sizeof range, "%.0f %s",
                 trace->iterations * (double)(trace->end - trace->lo),
                 launch->pattern == GR_IMPL_PATTERN_LEAGUE ? "teams" : "iterations");
    }
    fprintf(stderr, "granum: %s \"%s\" %s: %.3f us, %d thread%s (%s:%d)\n", names[launch->pattern],
            launch->site->label, range, microseconds, launch->threads,
            launch->threads == 1 ? "" : "s", launch->site->file, launch->site->line);
}

void gr_impl_watch_end(const gr_impl_launch *launch) {
    if (trace) {
        print_launch(launch);
        free(trace);
        trace = NULL;
    }
    for (const snapshot *old = watch.before; old; old = old->next) {
        look_at(launch, old);
    }
    drop(&watch.before);
    gr_impl_alone_end(was_alone);
    if (gr_impl_debug() & GR_DEBUG_EACH) {
        print_failures(launch);
    }
}

/* ---- orders ---- */

/* The launch has run in another order than forward: is anything else than it was then? */
static void compare(const gr_impl_launch *launch) {
    for (const snapshot *old = watch.forward; old; old = old->next) {
        const gr_any_view shape = shape_of(old->record);
        const finding found = search(old, NULL);
        char index[160], value[40], expected[40];

        if (found.count > 0) {
            gr_impl_launch_fail(
                GR_BAD_VALUE, gr_impl_site_place(launch->site), launch->site->label,
                "view \"%s\" = %s at %s in %s order, expected %s as in forward order: %td "
                "element%s depend%s on the order of %s",
                old->record->label,
                gr_impl_value_text(value, shape.dtype, (const char *)old->data + found.first),
                gr_impl_index_text(index, &shape, (gr_index)(found.first / shape.item)),
                launch->order == GR_IMPL_ORDER_REVERSED ? "reversed" : "shuffled",
                gr_impl_value_text(expected, shape.dtype, old->copy + found.first), found.count,
                found.count == 1 ? "" : "s", found.count == 1 ? "s" : "",
                launch->pattern == GR_IMPL_PATTERN_LEAGUE ? "teams" : "iterations");
            return;
        }
    }
}

static _Thread_local bool is_stopped; /* it is not run again */

void gr_impl_order_stop(void) {
    is_stopped = true;
}

int gr_impl_order_begin(void) {
    const int order = gr_impl_arguments_order();

    is_stopped = false;
    if (gr_impl_debug() & GR_DEBUG_RACE) {
        gr_impl_race_begin();
        return GR_IMPL_ORDER_LOGGED;
    }
    if (order && order != GR_IMPL_ORDER_LOGGED) {
        return order;
    }
    if (order || !GRANUM_CHECKED || !(gr_impl_debug() & GR_DEBUG_ORDER)) {
        gr_impl_race_begin();
        return GR_IMPL_ORDER_LOGGED; /* uninit: chance does not choose the first report */
    }
    watch.original = take();
    return GR_IMPL_ORDER_FORWARD;
}

bool gr_impl_order_next(gr_impl_launch *launch) {
    if (launch->order == GR_IMPL_ORDER_LOGGED) {
        gr_impl_race_end(launch);
        return false;
    }
    if (gr_impl_arguments_order()) {
        return false; /* arguments.c runs the others */
    }
    if (is_stopped) {
        drop(&watch.original);
        return false;
    }
    if (launch->order == GR_IMPL_ORDER_FORWARD) {
        watch.forward = take();
    } else {
        compare(launch);
    }
    if (launch->order == GR_IMPL_ORDER_SHUFFLED) {
        put_back(watch.forward);
        drop(&watch.forward);
        drop(&watch.original);
        return false;
    }
    put_back(watch.original);
    launch->order++;
    return true;
}
