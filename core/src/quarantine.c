/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file quarantine.c
 * @brief Released memory that debug modes poison and uninit keep, so that nobody else's values are
 * found where a stale pointer looks, and so that the owner it had can be named.
 */
#include "watch.h"

#include <granum/impl/backend.h>
#include <granum/memory.h>
#include <granum/view.h>

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* Kept at most: memory [B], and pieces of it. The oldest make room for others. */
#define MOST_KEPT ((size_t)256 << 20)
enum { MOST_GRAVES = 4096 };

typedef struct grave {
    struct grave *next; /* released after this one */
    void *data;
    size_t bytes;
    gr_any_view shape;
    bool has_shape;
    gr_place created, released;
    char label[];
} grave;

static pthread_mutex_t graves_mutex = PTHREAD_MUTEX_INITIALIZER; /* guards the four below */
static grave *oldest, **newest = &oldest;
static size_t kept;
static int graves;

void gr_impl_quarantine_lock(void) {
    pthread_mutex_lock(&graves_mutex);
}

void gr_impl_quarantine_unlock(void) {
    pthread_mutex_unlock(&graves_mutex);
}

/* What there is no room for any more, taken out of the list. */
static grave *take_surplus(void) {
    grave *surplus = oldest, **last = &surplus;

    while (*last && (kept > MOST_KEPT || graves > MOST_GRAVES)) {
        kept -= (*last)->bytes;
        graves--;
        last = &(*last)->next;
    }
    oldest = *last;
    if (!oldest) {
        newest = &oldest;
    }
    *last = NULL;
    return surplus;
}

void gr_impl_bury(const gr_impl_record *record, gr_place released) {
    const size_t label = strlen(record->label) + 1;
    grave *made = (grave *)malloc(sizeof *made + label), *surplus;

    if (!made) { /* not kept, then */
        gr_impl_uninit_forget(record->data, record->bytes);
        gr_impl_host_free(record->data);
        return;
    }
    made->next = NULL;
    made->data = record->data;
    made->bytes = record->bytes;
    made->has_shape = record->shape != NULL;
    if (record->shape) {
        made->shape = *record->shape;
    }
    made->created = record->place;
    made->released = released;
    memcpy(made->label, record->label, label);
    gr_impl_poison(made->data, made->bytes, made->has_shape ? made->shape.dtype : GR_F64);
    pthread_mutex_lock(&graves_mutex);
    *newest = made;
    newest = &made->next;
    kept += made->bytes;
    graves++;
    surplus = take_surplus();
    pthread_mutex_unlock(&graves_mutex);
    while (surplus) {
        grave *const next = surplus->next;

        gr_impl_uninit_forget(surplus->data, surplus->bytes);
        gr_impl_host_free(surplus->data);
        free(surplus);
        surplus = next;
    }
}

static bool holds(const void *data, size_t bytes, uintptr_t address) {
    return address - (uintptr_t)data < bytes;
}

static void describe(gr_impl_owner *owner, const char *label, const void *data, size_t bytes,
                     const gr_any_view *shape) {
    const uintptr_t offset = owner->address - (uintptr_t)data;

    snprintf(owner->label, sizeof owner->label, "%s", label);
    owner->data = (const char *)data;
    owner->bytes = bytes;
    owner->dtype = shape ? shape->dtype : GR_STRUCT;
    if (shape) {
        gr_impl_index_text(owner->index, shape, (gr_index)(offset / shape->item));
    } else {
        snprintf(owner->index, sizeof owner->index, "byte %zu", (size_t)offset);
    }
}

static void compare(gr_impl_record *record, void *argument) {
    gr_impl_owner *owner = (gr_impl_owner *)argument;

    if (!owner->data && holds(record->data, record->bytes, owner->address)) {
        describe(owner, record->label, record->data, record->bytes, record->shape);
        owner->created = record->place;
        owner->released.file = NULL;
    }
}

bool gr_impl_owner_of(const void *address, gr_impl_owner *owner) {
    owner->address = (uintptr_t)address;
    owner->data = NULL;
    owner->what = "view";
    owner->dtype = GR_STRUCT;
    owner->created.file = owner->released.file = NULL;
    gr_impl_record_each(compare, owner);
    if (gr_impl_arguments_describe(owner) || owner->data) {
        return true;
    }
    pthread_mutex_lock(&graves_mutex);
    for (const grave *each = oldest; each && !owner->data; each = each->next) {
        if (holds(each->data, each->bytes, owner->address)) {
            describe(owner, each->label, each->data, each->bytes,
                     each->has_shape ? &each->shape : NULL);
            owner->created = each->created;
            owner->released = each->released;
        }
    }
    pthread_mutex_unlock(&graves_mutex);
    return owner->data != NULL || gr_impl_scratch_describe(owner);
}
