/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file device_memory.c
 * @brief Memory of devices: taken, given back, copied and filled through a vendor's table.
 */
#include "../backend.h"
#include "device_queue.h"
#include "instance.h"

#include <granum/impl/space.h>

static const gr_impl_device_table *table_of(gr_impl_where where) {
    return gr_impl_vendor_get(where.vendor)->table;
}

static gr_status raise_failed(const char *what, gr_impl_where where, const char *failure,
                              gr_place place) {
    const char *lost = gr_impl_device_lost(where.vendor, where.device);

    if (lost) {
        return gr_impl_raise(GR_BACKEND, place, "%s: %s", what, lost);
    }
    return gr_impl_raise(GR_BACKEND, place, "%s = %s device %d: %s", what, table_of(where)->name,
                         where.device, failure);
}

const char *gr_impl_space_tool_name(gr_space space, int vendor) {
    const gr_impl_vendor *found = vendor > 0 ? gr_impl_vendor_loaded(vendor) : NULL;

    return found ? found->table->tool_space[space] : "Host";
}

gr_status gr_impl_space_choose(gr_space space, int vendor, const char *label, gr_place place,
                               gr_impl_where *where) {
    const gr_impl_vendor *found;
    const char *reason;
    int device;

    *where = (gr_impl_where){GR_HOST, 0, 0};
    if (space == GR_HOST) {
        return GR_SUCCESS;
    }
    if (vendor == 0) {
        vendor = gr_impl_vendor_default();
    }
    found = gr_impl_vendor_get(vendor);
    if (!found || !found->table) {
        return gr_impl_raise(GR_UNSUPPORTED, place, "\"%s\" in space %s: %s",
                             label ? label : "(no label)", gr_space_name(space),
                             found ? found->reason
                                   : "this library was configured without a device, expected one "
                                     "in GRANUM_BACKENDS");
    }
    device = gr_impl_device_current(vendor);
    reason = gr_impl_device_unusable(vendor, device);
    if (reason) {
        return gr_impl_raise(GR_UNSUPPORTED, place, "\"%s\" in space %s: %s",
                             label ? label : "(no label)", gr_space_name(space), reason);
    }
    *where = (gr_impl_where){space, (short)vendor, (short)device};
    return GR_SUCCESS;
}

/* The queue of a place for the calling thread's work. */
static gr_impl_queue *hold(gr_impl_where where, const char **failure) {
    const uint64_t instance = gr_impl_self.instance ? gr_impl_self.instance->id : 0;
    gr_impl_queue *queue = gr_impl_queue_hold(where.vendor, where.device, instance, failure);

    if (queue) {
        gr_impl_queue_see(queue);
    }
    return queue;
}

/* The same for what is not captured: it happens, and the graph hears that it cannot be replayed. */
static gr_impl_queue *hold_at_once(gr_impl_where where, const char **failure) {
    gr_impl_queue *captured = gr_impl_captured_here, *queue;

    gr_impl_seen_here.host++;
    gr_impl_captured_here = NULL;
    queue = hold(where, failure);
    gr_impl_captured_here = captured;
    return queue;
}

static const char *take(gr_impl_where where, size_t bytes, void **out) {
    const char *failure;
    gr_impl_queue *queue;

    if (where.space != GR_DEVICE) {
        return table_of(where)->allocate(where.device, where.space, NULL, bytes, out);
    }
    *out = NULL;
    queue = hold_at_once(where, &failure);
    if (queue) {
        failure = gr_impl_pool_take(queue, bytes, out);
        failure = failure ? gr_impl_queue_explain(queue, failure) : NULL;
        gr_impl_queue_let_go(queue);
    }
    return failure;
}

gr_status gr_impl_space_take(gr_impl_where where, const char *label, size_t bytes, gr_place place,
                             void **out) {
    const char *failure;
    size_t left = 0, total = 0;

    if (where.space == GR_HOST) {
        *out = gr_impl_host_alloc(bytes, GR_ALIGNMENT);
        return *out ? GR_SUCCESS : gr_impl_out_of_memory(GR_HOST, label, bytes, place);
    }
    failure = take(where, bytes, out);
    if (failure) {
        return raise_failed("allocation", where, failure, place);
    }
    if (*out) {
        return GR_SUCCESS;
    }
    (void)table_of(where)->free_memory(where.device, &left, &total);
    return gr_impl_raise(GR_OUT_OF_MEMORY, place,
                         "\"%s\": bytes = %zu in %s of %s device %d, expected at most %zu, which "
                         "are free of %zu",
                         label ? label : "(no label)", bytes, gr_space_name(where.space),
                         table_of(where)->name, where.device, left, total);
}

/* Device memory in stream order; the rest, which the host reaches too, when the device is done. */
void gr_impl_space_give(gr_impl_where where, void *memory) {
    const char *failure;
    gr_impl_queue *queue;

    if (where.space == GR_HOST) {
        gr_impl_host_free(memory);
    } else if (where.space != GR_DEVICE) {
        (void)gr_impl_queues_wait(0, true);
        (void)table_of(where)->release(where.device, where.space, NULL, memory);
    } else if (memory) {
        queue = hold_at_once(where, &failure);
        if (queue) {
            (void)gr_impl_pool_give(queue, memory);
            gr_impl_queue_let_go(queue);
        }
    }
}

gr_impl_where gr_impl_space_of(const void *pointer) {
    gr_impl_where where = {GR_HOST, 0, 0};
    int device = 0;

    for (int v = 1; v < GR_IMPL_VENDORS; ++v) {
        const gr_impl_vendor *vendor = gr_impl_vendor_loaded(v);

        if (vendor && vendor->table->find(pointer, &where.space, &device)) {
            where.vendor = (short)v;
            where.device = (short)device;
            return where;
        }
    }
    return where;
}

/* ---- work in the order of a queue ---- */

gr_status gr_impl_space_settle(gr_impl_where where, gr_place place) {
    const char *failure = where.vendor ? gr_impl_queues_wait(0, true) : NULL;

    return failure ? raise_failed("fence", where, failure, place) : GR_SUCCESS;
}

gr_status gr_impl_space_wait_for(gr_impl_where where, void *stream, gr_place place) {
    const bool is_default = (uintptr_t)stream <= 2;
    const char *failure;

    if (where.vendor == 0 || (is_default && where.vendor == GR_IMPL_VENDOR_sim)) {
        return GR_SUCCESS; /* nothing is given to a default stream that is simulated */
    }
    if (where.vendor == GR_IMPL_VENDOR_hip && stream == (void *)1) {
        stream = NULL;
    }
    failure = table_of(where)->stream_wait(where.device, stream);
    return failure ? raise_failed("stream", where, failure, place) : GR_SUCCESS;
}

static bool is_same_device(gr_impl_where a, gr_impl_where b) {
    return a.vendor == b.vendor && a.device == b.device;
}

static bool has_peers(gr_impl_where where) {
    const gr_impl_vendor *vendor = gr_impl_vendor_get(where.vendor);

    return vendor->table->copy_peer && vendor->properties[where.device].peers;
}

bool gr_impl_space_are_peers(gr_impl_where to, gr_impl_where from) {
    return to.space == GR_DEVICE && from.space == GR_DEVICE && to.vendor == from.vendor &&
           to.device != from.device && has_peers(to) && has_peers(from);
}

/* The queue of another device that takes part in a copy; it lives as long as the instance. */
static const char *other_queue(gr_impl_where where, gr_impl_where other, gr_impl_queue **queue) {
    const char *failure = NULL;

    *queue = NULL;
    if (other.vendor == 0 || is_same_device(where, other)) {
        return NULL;
    }
    if (where.vendor != other.vendor) {
        return gr_impl_queues_wait(0, true);
    }
    *queue = hold_at_once(other, &failure);
    if (*queue) {
        gr_impl_queue_let_go(*queue);
    }
    return failure;
}

static const char *after(const gr_impl_queue *later, const gr_impl_queue *earlier) {
    return later && earlier ? later->table->stream_after(later->device, later->stream,
                                                         earlier->device, earlier->stream)
                            : NULL;
}

/* A queue that is held is let go, so that others launch on it, before what it has is waited for. */
static const char *let_go_and_wait(gr_impl_queue *queue) {
    gr_impl_queue_let_go(queue);
    return queue->table->stream_wait(queue->device, queue->stream);
}

gr_status gr_impl_space_copy(gr_impl_where to_where, void *to, gr_impl_where from_where,
                             const void *from, size_t bytes, gr_place place) {
    /* The device whose own memory it is: others may have no access to it. */
    const bool is_to =
        to_where.space == GR_DEVICE || (from_where.space != GR_DEVICE && to_where.vendor);
    const gr_impl_where where = is_to ? to_where : from_where,
                        there = is_to ? from_where : to_where;
    const bool waits = to_where.space != GR_DEVICE || from_where.space != GR_DEVICE;
    const bool is_peer = gr_impl_space_are_peers(to_where, from_where);
    gr_impl_queue *queue = NULL, *other;
    const char *failure;

    if (where.vendor == 0) {
        __builtin_memcpy(to, from, bytes);
        return GR_SUCCESS;
    }
    if (!waits && !is_peer && !is_same_device(where, there)) {
        return raise_failed("copy", where, "there is no way from the other device", place);
    }
    failure = other_queue(where, there, &other);
    if (!failure) {
        queue = waits || other ? hold_at_once(where, &failure) : hold(where, &failure);
    }
    if (queue) {
        const gr_impl_device_table *table = queue->table;

        failure = after(queue, other);
        if (!failure) {
            failure = is_peer ? table->copy_peer(where.device, queue->stream, to, there.device,
                                                 from, bytes)
                              : table->copy(where.device, queue->stream, to, from, bytes);
        }
        if (!failure) {
            failure = after(other, queue);
        }
        if (!failure && waits) {
            failure = let_go_and_wait(queue);
        } else {
            gr_impl_queue_let_go(queue);
        }
        failure = failure ? gr_impl_queue_explain(queue, failure) : NULL;
    }
    return failure ? raise_failed("copy", where, failure, place) : GR_SUCCESS;
}

gr_status gr_impl_space_send(gr_impl_where where, void *to, const void *from, size_t bytes,
                             gr_place place) {
    const char *failure;
    gr_impl_queue *queue = hold_at_once(where, &failure);

    if (queue) {
        failure = queue->table->copy(where.device, queue->stream, to, from, bytes);
        failure = failure ? gr_impl_queue_explain(queue, failure) : NULL;
        gr_impl_queue_let_go(queue);
    }
    return failure ? raise_failed("copy", where, failure, place) : GR_SUCCESS;
}

/* Others launch on the queue meanwhile: it is not held. */
gr_status gr_impl_space_arrived(gr_impl_where where, gr_place place) {
    const char *failure;
    gr_impl_queue *queue = hold_at_once(where, &failure);

    if (queue) {
        failure = let_go_and_wait(queue);
        failure = failure ? gr_impl_queue_explain(queue, failure) : NULL;
    }
    return failure ? raise_failed("copy", where, failure, place) : GR_SUCCESS;
}

gr_status gr_impl_space_zero(gr_impl_where where, void *memory, size_t bytes, gr_place place) {
    const char *failure;
    gr_impl_queue *queue = hold(where, &failure);

    if (queue) {
        failure = queue->table->set(where.device, queue->stream, memory, 0, bytes);
        if (!failure && queue != gr_impl_captured_here) {
            failure = gr_impl_queue_lead(queue); /* new Views may be used on any of them */
        }
        failure = failure ? gr_impl_queue_explain(queue, failure) : NULL;
        gr_impl_queue_let_go(queue);
    }
    return failure ? raise_failed("zeroing", where, failure, place) : GR_SUCCESS;
}

gr_status gr_impl_space_copy_items(gr_impl_where where, const gr_impl_device_plan *plan,
                                   gr_place place) {
    const char *failure;
    gr_impl_queue *queue = hold(where, &failure);

    if (queue) {
        failure = queue->table->copy_items(where.device, queue->stream, plan);
        failure = failure ? gr_impl_queue_explain(queue, failure) : NULL;
        gr_impl_queue_let_go(queue);
    }
    return failure ? raise_failed("copy", where, failure, place) : GR_SUCCESS;
}

gr_status gr_impl_space_fill_items(gr_impl_where where, const gr_impl_device_plan *plan,
                                   gr_place place) {
    const char *failure;
    gr_impl_queue *queue = hold(where, &failure);

    if (queue) {
        failure = queue->table->fill_items(where.device, queue->stream, plan);
        failure = failure ? gr_impl_queue_explain(queue, failure) : NULL;
        gr_impl_queue_let_go(queue);
    }
    return failure ? raise_failed("fill", where, failure, place) : GR_SUCCESS;
}
