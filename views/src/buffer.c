/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file buffer.c
 * @brief Allocation, counting and release of the memory behind Views.
 */
#include "buffer.h"

#include "block.h"

#include <granum/impl/backend.h>
#include <granum/impl/tool_calls.h>
#include <granum/initialize.h>

#include <pthread.h>
#include <string.h>

/* Below this many bytes one thread zeroes faster than a team can be woken. */
#define ZERO_GRAIN ((size_t)1 << 20)

#define LINE ((size_t)GR_ALIGNMENT)

static size_t round_up(size_t bytes) {
    return (bytes + LINE - 1) / LINE * LINE;
}

/* A header on the host, and the data apart from it. */
static gr_status create_apart(gr_buffer **out, gr_impl_where where, size_t header, const char *name,
                              size_t bytes, const gr_place *place) {
    gr_buffer *buffer = (gr_buffer *)gr_impl_host_alloc(header, LINE);
    gr_status status;

    *out = NULL;
    if (buffer == NULL) {
        return gr_impl_out_of_memory(where.space, name, bytes, *place);
    }
    status = gr_impl_space_take(where, name, bytes > 0 ? bytes : 1, *place, &buffer->data);
    if (status != GR_SUCCESS) {
        gr_impl_host_free(buffer);
        return status;
    }
    *out = buffer;
    return GR_SUCCESS;
}

gr_status buffer_create(gr_buffer **out, gr_impl_where where, const char *label, size_t bytes,
                        const gr_place *place) {
    const char *name = label == NULL ? "(no label)" : label;
    const size_t length = strlen(name) + 1;
    const size_t header = round_up(sizeof(gr_buffer) + length);
    gr_buffer *buffer = NULL;
    void *data = NULL;
    size_t block = header;

    *out = NULL;
    if (GRANUM_CHECKED || where.space != GR_HOST) {
        GR_TRY(create_apart(&buffer, where, header, name, bytes, place));
        data = buffer->data;
    } else if (bytes <= (size_t)PTRDIFF_MAX - header) {
        block = header + bytes;
        buffer = (gr_buffer *)block_take(block);
        data = buffer == NULL ? NULL : (char *)buffer + header;
    }
    if (buffer == NULL) {
        return gr_impl_out_of_memory(GR_HOST, name, bytes, *place);
    }
    memcpy(buffer->label, name, length);
    buffer->data = data;
    buffer->block = block;
    atomic_init(&buffer->owners, 1);
    atomic_init(&buffer->keepers, 0);
    buffer->record = (gr_impl_record){.label = buffer->label,
                                      .data = data,
                                      .bytes = bytes,
                                      .space = where.space,
                                      .vendor = where.vendor,
                                      .device = where.device,
                                      .place = *place};
    gr_impl_record_add(&buffer->record);
    *out = buffer;
    return GR_SUCCESS;
}

/* Released headers of checked builds, oldest overwritten first: enough to catch a stale View of a
 * normal program, few enough (some 200 bytes each) not to matter. */
enum { QUARANTINE = 4096 };
static pthread_mutex_t quarantine_lock = PTHREAD_MUTEX_INITIALIZER;
static gr_buffer *quarantine[QUARANTINE];
static size_t quarantine_next;

/* Keep a released header in the place of the oldest one, which is freed. */
static void bury_header(gr_buffer *buffer) {
    gr_buffer *oldest;

    pthread_mutex_lock(&quarantine_lock);
    oldest = quarantine[quarantine_next];
    quarantine[quarantine_next] = buffer;
    quarantine_next = (quarantine_next + 1) % QUARANTINE;
    pthread_mutex_unlock(&quarantine_lock);
    gr_impl_host_free(oldest);
}

gr_status gr_impl_buffer_check(const gr_buffer *buffer, gr_place place) {
    if (!GRANUM_CHECKED || buffer == NULL ||
        atomic_load_explicit(&buffer->owners, memory_order_acquire) > 0) {
        return GR_SUCCESS;
    }
    return gr_impl_raise(GR_INVALID_ARG, place,
                         "view \"%s\" = released at %s:%d, expected one that is still held",
                         buffer->label, buffer->released_at.file, buffer->released_at.line);
}

gr_status gr_impl_buffer_retain(gr_buffer *buffer, gr_place place) {
    GR_TRY(gr_impl_buffer_check(buffer, place));
    if (buffer != NULL) {
        atomic_fetch_add_explicit(&buffer->owners, 1, memory_order_relaxed);
    }
    return GR_SUCCESS;
}

/* Checked builds: give the memory up, and keep the header. */
static void retire(gr_buffer *buffer, const gr_place *place) {
    const bool is_alone = gr_impl_alone_begin();

    gr_impl_record_remove(&buffer->record);
    if (buffer->record.space != GR_HOST) {
        gr_impl_space_give(buffer_where(buffer), buffer->data);
    } else if (GR_IMPL_UNLIKELY(gr_impl_debug() & GR_IMPL_DEBUG_POISONS)) {
        gr_impl_bury(&buffer->record, *place);
    } else {
        gr_impl_uninit_forget(buffer->data, buffer->record.bytes);
        gr_impl_host_free(buffer->data);
    }
    buffer->data = NULL;
    buffer->released_at = *place;
    atomic_store_explicit(&buffer->owners, 0, memory_order_release);
    bury_header(buffer);
    gr_impl_alone_end(is_alone);
}

gr_status buffer_release(gr_buffer *buffer, const gr_place *place) {
    if (buffer == NULL) {
        return GR_SUCCESS;
    }
    if (GRANUM_CHECKED) {
        GR_TRY(gr_impl_buffer_check(buffer, *place));
    }
    /* A sole owner needs no atomic subtraction: nobody else may be counting. */
    if (atomic_load_explicit(&buffer->owners, memory_order_acquire) > 1 &&
        atomic_fetch_sub_explicit(&buffer->owners, 1, memory_order_acq_rel) > 1) {
        return GR_SUCCESS;
    }
    if (GRANUM_CHECKED) {
        retire(buffer, place);
        return GR_SUCCESS;
    }
    gr_impl_record_remove(&buffer->record);
    if (GR_IMPL_UNLIKELY(buffer->record.space != GR_HOST)) {
        gr_impl_space_give(buffer_where(buffer), buffer->data);
    } else {
        gr_impl_uninit_forget(buffer->data, buffer->record.bytes);
    }
    block_give(buffer, buffer->block);
    return GR_SUCCESS;
}

gr_status gr_impl_buffer_keep(gr_buffer *buffer, gr_place place) {
    GR_TRY(gr_impl_buffer_retain(buffer, place));
    if (buffer != NULL) {
        atomic_fetch_add_explicit(&buffer->keepers, 1, memory_order_relaxed);
    }
    return GR_SUCCESS;
}

void gr_impl_buffer_let_go(gr_buffer *buffer, gr_place place) {
    if (buffer != NULL) {
        atomic_fetch_sub_explicit(&buffer->keepers, 1, memory_order_relaxed);
        (void)!buffer_release(buffer, &place);
    }
}

bool gr_impl_buffer_is_kept_only(const gr_buffer *buffer) {
    return buffer != NULL && atomic_load_explicit(&buffer->owners, memory_order_acquire) <=
                                 atomic_load_explicit(&buffer->keepers, memory_order_relaxed);
}

gr_impl_where buffer_where(const gr_buffer *buffer) {
    return (gr_impl_where){buffer->record.space, buffer->record.vendor, buffer->record.device};
}

gr_impl_where view_where(const gr_any_view *v) {
    return v->buffer != NULL ? buffer_where(v->buffer) : gr_impl_space_of(v->data);
}

static void zero_lines(gr_index lo, gr_index hi, void *arg) {
    memset((char *)arg + (size_t)lo * LINE, 0, (size_t)(hi - lo) * LINE);
}

void buffer_zero(void *data, size_t bytes) {
    const size_t lines = bytes / LINE;

    if (bytes <= ZERO_GRAIN) {
        memset(data, 0, bytes);
        return;
    }
    gr_impl_run_ranges((gr_index)lines, (gr_index)(ZERO_GRAIN / LINE), zero_lines, data);
    memset((char *)data + lines * LINE, 0, bytes - lines * LINE);
}
