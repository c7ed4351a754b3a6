/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file malloc.c
 * @brief gr_malloc, gr_realloc, gr_free: a hash table finds each pointer, so that a wrong one is an
 *        error and not a crash, in spaces too whose memory the host cannot read.
 */
#include "lifecycle.h"
#include "watch.h"

#include <granum/impl/space.h>

#include <pthread.h>
#include <string.h>

#define FIRST_BUCKETS ((size_t)64) /* a power of two */

/* One gr_malloc. */
typedef struct block {
    gr_impl_record record;
    struct block *next; /* in its bucket */
    void *data;
    char label[]; /* copy of the user's */
} block;

static block **buckets; /* (bucket_count), allocated with the first block */
static size_t bucket_count;
static size_t block_count;
static pthread_mutex_t table_mutex = PTHREAD_MUTEX_INITIALIZER; /* guards the three above */

void gr_impl_malloc_lock(void) {
    pthread_mutex_lock(&table_mutex);
}

void gr_impl_malloc_unlock(void) {
    pthread_mutex_unlock(&table_mutex);
}

/* Fibonacci hashing (Knuth, The Art of Computer Programming 3, 6.4): 2^64 / golden ratio. */
static size_t bucket_of(const void *data) {
    return (size_t)(((uint64_t)(uintptr_t)data * UINT64_C(0x9e3779b97f4a7c15)) >> 32) &
           (bucket_count - 1);
}

/* Room for one more block. A table that cannot grow gets longer chains instead. */
static bool make_room(void) {
    const size_t old_count = bucket_count;
    block **old = buckets;
    block **grown;
    size_t i;

    if (block_count < bucket_count) {
        return true;
    }
    bucket_count = old_count ? 2 * old_count : FIRST_BUCKETS;
    grown = (block **)gr_impl_host_alloc(bucket_count * sizeof *grown, GR_ALIGNMENT);
    if (!grown) {
        bucket_count = old_count;
        return old != NULL;
    }
    memset(grown, 0, bucket_count * sizeof *grown);
    for (i = 0; i < old_count; i++) {
        while (old[i]) {
            block *moved = old[i];
            const size_t bucket = bucket_of(moved->data);

            old[i] = moved->next;
            moved->next = grown[bucket];
            grown[bucket] = moved;
        }
    }
    gr_impl_host_free(old);
    buckets = grown;
    return true;
}

/* Enter a block; false if there is no memory for the table. */
static bool enter(block *entered) {
    bool has_room;
    size_t bucket;

    gr_impl_malloc_lock();
    has_room = make_room();
    if (has_room) {
        bucket = bucket_of(entered->data);
        entered->next = buckets[bucket];
        buckets[bucket] = entered;
        block_count++;
    }
    gr_impl_malloc_unlock();
    return has_room;
}

/* Where the table points to the block of a pointer, to NULL if it is none of ours; NULL without a
   table. Under the lock. */
static block **link_to(const void *data) {
    block **link = buckets ? &buckets[bucket_of(data)] : NULL;

    while (link && *link && (*link)->data != data) {
        link = &(*link)->next;
    }
    return link;
}

static block *find(const void *data) {
    block **link;
    block *found;

    gr_impl_malloc_lock();
    link = link_to(data);
    found = link ? *link : NULL;
    gr_impl_malloc_unlock();
    return found;
}

/* Take the block of a pointer out of the table; NULL if it is none of ours. */
static block *take(const void *data) {
    block **link;
    block *taken;

    gr_impl_malloc_lock();
    link = link_to(data);
    taken = link ? *link : NULL;
    if (taken) {
        *link = taken->next;
        block_count--;
    }
    gr_impl_malloc_unlock();
    return taken;
}

void gr_impl_malloc_trim(void) {
    gr_impl_malloc_lock();
    if (block_count == 0) {
        gr_impl_host_free(buckets);
        buckets = NULL;
        bucket_count = 0;
    }
    gr_impl_malloc_unlock();
}

static gr_impl_where where_of(const block *one) {
    return (gr_impl_where){one->record.space, one->record.vendor, one->record.device};
}

static void destroy(block *taken, gr_place place) {
    gr_impl_record_remove(&taken->record);
    if (taken->record.space != GR_HOST) {
        gr_impl_space_give(where_of(taken), taken->data);
    } else if (GR_IMPL_UNLIKELY(gr_impl_debug() & GR_IMPL_DEBUG_POISONS)) {
        gr_impl_bury(&taken->record, place);
    } else {
        gr_impl_uninit_forget(taken->data, taken->record.bytes);
        gr_impl_host_free(taken->data);
    }
    gr_impl_host_free(taken);
}

/* A counted, entered block. */
static gr_status create(block **out, gr_impl_where where, const char *label, size_t bytes,
                        gr_place place) {
    const size_t label_size = strlen(label) + 1;
    block *made = (block *)gr_impl_host_alloc(sizeof *made + label_size, GR_ALIGNMENT);
    gr_status status;

    *out = NULL;
    if (!made) {
        return gr_impl_out_of_memory(where.space, label, bytes, place);
    }
    memcpy(made->label, label, label_size);
    made->record.label = made->label;
    made->record.bytes = bytes;
    made->record.space = where.space;
    made->record.vendor = where.vendor;
    made->record.device = where.device;
    made->record.place = place;
    status = gr_impl_space_take(where, label, bytes, place, &made->data);
    if (status == GR_SUCCESS && !enter(made)) {
        gr_impl_space_give(where, made->data);
        status = gr_impl_out_of_memory(where.space, label, bytes, place);
    }
    if (status != GR_SUCCESS) {
        gr_impl_host_free(made);
        return status;
    }
    made->record.data = made->data;
    made->record.shape = NULL;
    if (GR_IMPL_UNLIKELY(gr_impl_debug() & GR_IMPL_DEBUG_POISONS) && where.space == GR_HOST) {
        gr_impl_poison(made->data, bytes, GR_F64);
    }
    gr_impl_record_add(&made->record);
    *out = made;
    return GR_SUCCESS;
}

static gr_status not_held(const void *pointer, gr_place place) {
    return gr_impl_raise(GR_INVALID_ARG, place,
                         "pointer = %p, expected one of gr_malloc's that was not freed yet",
                         pointer);
}

/* The pointers that users pass by address are of any type: bytes are copied where an assignment
   through a void ** would alias. */

gr_status gr_impl_malloc(void *out, gr_space space, const char *label, size_t bytes,
                         gr_place place) {
    const char *shown = label ? label : "(no label)";
    void *nothing = NULL;
    gr_impl_where where;
    block *made;

    memcpy(out, &nothing, sizeof nothing);
    if ((unsigned)space >= GR_IMPL_SPACES) {
        return gr_impl_raise(GR_INVALID_ARG, place, "space = %d, expected a gr_space, 0..%d",
                             (int)space, GR_IMPL_SPACES - 1);
    }
    GR_TRY(gr_impl_ensure_initialized());
    GR_TRY(gr_impl_space_choose(space, 0, shown, place, &where));
    GR_TRY(create(&made, where, shown, bytes, place));
    memcpy(out, &made->data, sizeof made->data);
    return GR_SUCCESS;
}

gr_status gr_impl_realloc(void *inout, size_t bytes, gr_place place) {
    gr_status status;
    void *old;
    block *found;
    block *made;

    memcpy(&old, inout, sizeof old);
    found = find(old);
    if (!found) {
        return not_held(old, place);
    }
    GR_TRY(create(&made, where_of(found), found->label, bytes, place));
    status = gr_impl_space_copy(where_of(made), made->data, where_of(found), old,
                                bytes < found->record.bytes ? bytes : found->record.bytes, place);
    if (status != GR_SUCCESS) {
        (void)!gr_impl_free(made->data, place);
        return status;
    }
    made->record.place = found->record.place;
    memcpy(inout, &made->data, sizeof made->data);
    return gr_impl_free(old, place);
}

gr_status gr_impl_free(void *pointer, gr_place place) {
    block *taken;

    if (!pointer) {
        return GR_SUCCESS;
    }
    taken = take(pointer);
    if (!taken) {
        return not_held(pointer, place);
    }
    destroy(taken, place);
    return GR_SUCCESS;
}
