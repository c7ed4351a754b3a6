/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file memory.c
 * @brief The list of everything that is held, with its sums, and the report of what was forgotten.
 */
#include "lifecycle.h"

#include <granum/impl/tool_calls.h>

#include <pthread.h>

/* A report longer than this says how much more there is. */
#define MOST_LEAKS_SHOWN 32

/* Circular, oldest first; the head is no allocation. */
static gr_impl_record held = {&held, &held, "", NULL, 0, GR_HOST, 0, 0, {"", 0, NULL}, NULL};
static size_t used[GR_IMPL_SPACES];
static size_t peak[GR_IMPL_SPACES];
static pthread_mutex_t held_mutex = PTHREAD_MUTEX_INITIALIZER; /* guards the three above */

void gr_impl_memory_lock(void) {
    pthread_mutex_lock(&held_mutex);
}

void gr_impl_memory_unlock(void) {
    pthread_mutex_unlock(&held_mutex);
}

static bool space_is_valid(gr_space space) {
    return (unsigned)space < GR_IMPL_SPACES;
}

const char *gr_space_name(gr_space space) {
    static const char *const names[] = {
#define SPACE_NAME(word, name) name,
        GR_SPACE_LIST(SPACE_NAME)
#undef SPACE_NAME
    };

    return space_is_valid(space) ? names[space] : "(unknown space)";
}

size_t gr_memory_used(gr_space space) {
    size_t bytes = 0;

    if (space_is_valid(space)) {
        gr_impl_memory_lock();
        bytes = used[space];
        gr_impl_memory_unlock();
    }
    return bytes;
}

size_t gr_memory_peak(gr_space space) {
    size_t bytes = 0;

    if (space_is_valid(space)) {
        gr_impl_memory_lock();
        bytes = peak[space];
        gr_impl_memory_unlock();
    }
    return bytes;
}

void gr_impl_memory_reset_peak(void) {
    int space;

    gr_impl_memory_lock();
    for (space = 0; space < GR_IMPL_SPACES; space++) {
        peak[space] = used[space];
    }
    gr_impl_memory_unlock();
}

static void print_change(const char *what, const gr_impl_record *record) {
    fprintf(stderr, "granum: %s \"%s\": %zu bytes in %s (%s:%d)\n", what, record->label,
            record->bytes, gr_space_name(record->space), record->place.file, record->place.line);
}

void gr_impl_record_add(gr_impl_record *record) {
    gr_impl_memory_lock();
    record->previous = held.previous;
    record->next = &held;
    held.previous->next = record;
    held.previous = record;
    used[record->space] += record->bytes;
    if (used[record->space] > peak[record->space]) {
        peak[record->space] = used[record->space];
    }
    gr_impl_memory_unlock();
    if (GR_IMPL_UNLIKELY(gr_impl_debug() & GR_DEBUG_MEMORY)) {
        print_change("allocate", record);
    }
    if (GR_IMPL_HEARD(GR_IMPL_HEAR_MEMORY)) {
        gr_impl_tools_allocate(record);
    }
}

void gr_impl_record_each(void (*visit)(gr_impl_record *record, void *argument), void *argument) {
    gr_impl_memory_lock();
    for (gr_impl_record *record = held.next; record != &held; record = record->next) {
        visit(record, argument);
    }
    gr_impl_memory_unlock();
}

void gr_impl_record_remove(gr_impl_record *record) {
    if (GR_IMPL_HEARD(GR_IMPL_HEAR_MEMORY)) {
        gr_impl_tools_release(record);
    }
    gr_impl_memory_lock();
    record->previous->next = record->next;
    record->next->previous = record->previous;
    used[record->space] -= record->bytes;
    gr_impl_memory_unlock();
    if (GR_IMPL_UNLIKELY(gr_impl_debug() & GR_DEBUG_MEMORY)) {
        print_change("release", record);
    }
}

void gr_impl_memory_report_leaks(FILE *out) {
    const gr_impl_record *record;
    size_t count = 0;
    size_t bytes = 0;

    gr_impl_memory_lock();
    for (record = held.next; record != &held; record = record->next) {
        count++;
        bytes += record->bytes;
    }
    if (count > 0) {
        fprintf(out, "granum: %zu bytes in %zu allocation%s held at gr_finalize, expected none:\n",
                bytes, count, count == 1 ? "" : "s");
    }
    count = 0;
    for (record = held.next; record != &held; record = record->next) {
        if (count == MOST_LEAKS_SHOWN) {
            fprintf(out, "granum:   and more, %zu bytes\n", bytes);
            break;
        }
        count++;
        bytes -= record->bytes;
        fprintf(out, "granum:   \"%s\": %zu bytes in %s, created at %s:%d\n", record->label,
                record->bytes, gr_space_name(record->space), record->place.file,
                record->place.line);
    }
    gr_impl_memory_unlock();
}

gr_status gr_impl_out_of_memory(gr_space space, const char *label, size_t bytes, gr_place place) {
    return gr_impl_raise(
        GR_OUT_OF_MEMORY, place,
        "\"%s\": bytes = %zu in %s, expected at most what is free (%zu are in use)",
        label ? label : "(no label)", bytes, gr_space_name(space), gr_memory_used(space));
}
