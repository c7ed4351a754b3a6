/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file device_launch.c
 * @brief Launches on devices, from begin to end, and what they capture.
 */
#include "../backend.h"
#include "device_queue.h"
#include "geometry.h"
#include "instance.h"

#include <granum/impl/arguments.h>
#include <granum/impl/tool_calls.h>
#include <granum/initialize.h>

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* What a kernel takes beside the user's copies, at most [B]. */
#define OWN_ARGUMENTS ((size_t)512)

void gr_impl_device_launch_fail(const gr_site *site, gr_status status, const char *format, ...) {
    char text[GR_ERROR_MESSAGE_SIZE];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    gr_impl_launch_fail(status, gr_impl_site_place(site), site->label, "%s", text);
}

/* ---- launches ---- */

/* The instance that a launch is on; false: there is none of that number. */
static bool instance_of(const gr_site *site, const gr_options *options, uint64_t *instance) {
    *instance = options->instance.id;
    if (gr_impl_self.mode) {
        *instance = gr_impl_self.instance ? gr_impl_self.instance->id : 0;
        return true; /* the submit of a graph has chosen */
    }
    if (*instance != 0 && gr_instance_num_threads(options->instance) == 0) {
        gr_impl_device_launch_fail(site, GR_INVALID_ARG,
                                   "instance = %llu, expected one that lives: it was destroyed or "
                                   "never made",
                                   (unsigned long long)*instance);
        return false;
    }
    return true;
}

/* Tools know launches of the host: one with this statement and pattern. */
GR_IMPL_COLD static gr_impl_launch as_told(const gr_impl_gpu_launch *launch) {
    gr_impl_launch told;

    memset(&told, 0, sizeof told);
    told.site = launch->site;
    told.pattern = (int)launch->pattern;
    told.threads = 1;
    return told;
}

/* Debug modes compare what the host reaches: without a word here a device's kernels would pass for
 * clean. */
GR_IMPL_COLD static void say_not_watched(const gr_site *site, const char *vendor) {
    static bool said;

    if ((gr_impl_debug() & GR_IMPL_DEBUG_WATCHES) &&
        !__atomic_exchange_n(&said, true, __ATOMIC_RELAXED)) {
        fprintf(
            stderr,
            "granum: GRANUM_DEBUG: kernel \"%s\" runs on %s, where nan, poison, order, race and "
            "uninit do not look; expected kernels of a backend of the host for them (%s:%d)\n",
            site->label, vendor, site->file, site->line);
    }
}

bool gr_impl_device_begin(gr_impl_gpu_launch *launch, int vendor, gr_site *site,
                          const gr_options *options, size_t scratch_bytes, size_t pinned_bytes) {
    const gr_impl_vendor *found;
    gr_impl_queue *queue;
    const char *failure;
    uint64_t instance;

    if (gr_impl_in_kernel() || (options->chunk != GR_AUTO && options->chunk < 1) ||
        (options->threads != GR_AUTO && options->threads < 1)) {
        const char *label = "";
        gr_place place;
        gr_impl_launch nothing;

        if (gr_impl_current_kernel(&label, &place)) {
            gr_impl_device_launch_fail(site, GR_IN_KERNEL,
                                       "launch inside the kernel \"%s\", expected launches outside "
                                       "of kernels",
                                       label);
        } else {
            (void)gr_impl_launch_begin(&nothing, site, 0, 0, 1.0, options);
        }
        return false;
    }
    (void)!gr_impl_ensure_initialized();
    found = gr_impl_vendor_get(vendor);
    if (!found || !found->table) {
        gr_impl_device_launch_fail(site, GR_UNSUPPORTED, "%s",
                                   found ? found->reason
                                         : "this library was configured without the backend of the "
                                           "kernel, expected it in GRANUM_BACKENDS");
        return false;
    }
    if (!instance_of(site, options, &instance)) {
        return false;
    }
    launch->device = gr_impl_device_current(vendor);
    failure = gr_impl_device_unusable(vendor, launch->device);
    if (GR_IMPL_UNLIKELY(failure != NULL)) {
        gr_impl_device_launch_fail(site, GR_UNSUPPORTED, "%s", failure);
        return false;
    }
    failure = gr_impl_device_lost(vendor, launch->device);
    if (GR_IMPL_UNLIKELY(failure != NULL)) {
        gr_impl_device_launch_fail(site, GR_BACKEND, "%s", failure);
        return false;
    }
    queue = gr_impl_queue_hold(vendor, launch->device, instance, &failure);
    if (queue) {
        failure = gr_impl_queue_grow(queue, scratch_bytes, pinned_bytes);
    }
    if (!failure && found->table->enter) {
        failure = found->table->enter(launch->device, &launch->before);
    }
    if (failure) {
        gr_impl_device_launch_fail(site, GR_BACKEND, "%s: %s", found->name,
                                   queue ? gr_impl_queue_explain(queue, failure) : failure);
        if (queue) {
            gr_impl_queue_let_go(queue);
        }
        return false;
    }
    gr_impl_queue_see(queue);
    if (gr_impl_self.part) {
        gr_impl_self.part->is_begun = true; /* a graph's node: all of it is run */
    }
    queue->last = site;
    launch->site = site;
    launch->stream = queue->stream;
    launch->counter = (unsigned *)(void *)queue->memory;
    launch->scratch = queue->memory + GR_IMPL_COUNTER_BYTES;
    launch->pinned = queue->pinned;
    launch->properties = &found->properties[launch->device];
    launch->table = found->table;
    launch->failure = NULL;
    launch->queue = queue;
    if (GR_IMPL_HEARD(GR_IMPL_HEAR_LAUNCHES | GR_IMPL_HEAR_ORDER)) {
        say_not_watched(site, found->name);
    }
    launch->told = GR_IMPL_HEARD(GR_IMPL_HEAR_LAUNCHES);
    if (launch->told) {
        const gr_impl_launch told = as_told(launch);

        gr_impl_tools_device_launch(&told, launch->table->tool_type, launch->device, instance);
    }
    return true;
}

void gr_impl_device_wait(gr_impl_gpu_launch *launch) {
    gr_impl_seen_here.host++;
    if (!launch->failure && !gr_impl_captured_here) {
        launch->failure = launch->table->stream_wait(launch->device, launch->stream);
    }
}

void gr_impl_device_end(gr_impl_gpu_launch *launch) {
    if (GR_IMPL_UNLIKELY((launch->told && gr_impl_tools_fence_launches()) ||
                         (gr_impl_debug() & GR_DEBUG_SYNC))) {
        gr_impl_device_wait(launch); /* what tools measure is the kernel */
    }
    if (launch->table->leave) {
        launch->table->leave(launch->before);
    }
    if (launch->told) {
        const gr_impl_launch told = as_told(launch);

        gr_impl_tools_landed(&told);
    }
    if (GR_IMPL_UNLIKELY(launch->failure != NULL)) {
        gr_impl_device_launch_fail(
            launch->site, GR_BACKEND, "%s: %s", launch->table->name,
            gr_impl_queue_explain((const gr_impl_queue *)launch->queue, launch->failure));
    }
    gr_impl_queue_let_go((gr_impl_queue *)launch->queue);
}

/* ---- what a launch captures ---- */

typedef struct search {
    const char *captures;
    size_t bytes;
    const gr_impl_gpu_launch *launch;
    const gr_impl_record *found;
} search;

/* A View holds the address of its owner, which begins with its record. */
static void look_at(gr_impl_record *record, void *argument) {
    search *s = (search *)argument;
    const uintptr_t owner = (uintptr_t)record;

    const gr_impl_queue *queue = (const gr_impl_queue *)s->launch->queue;
    const bool is_reached = record->vendor == queue->vendor &&
                            (record->device == queue->device || record->space == GR_PINNED);

    if (s->found || is_reached) {
        return;
    }
    for (size_t k = 0; k + sizeof owner <= s->bytes; k += sizeof owner) {
        if (memcmp(s->captures + k, &owner, sizeof owner) == 0) {
            s->found = record;
            return;
        }
    }
}

bool gr_impl_gpu_captures(gr_impl_gpu_launch *launch, const void *captures, size_t bytes) {
    search s = {(const char *)captures, bytes, launch, NULL};

    if (launch->table->looks_at_captures) {
        gr_impl_record_each(look_at, &s);
    }
    if (GR_IMPL_UNLIKELY(bytes > launch->properties->arguments - OWN_ARGUMENTS)) {
        gr_impl_device_launch_fail(
            launch->site, GR_UNSUPPORTED,
            "captures = %zu bytes, expected at most %zu: what is more belongs "
            "into a View",
            bytes, launch->properties->arguments - OWN_ARGUMENTS);
        gr_impl_device_end(launch);
        return false;
    }
    if (!s.found) {
        return true;
    }
    if (s.found->space == GR_HOST) {
        gr_impl_device_launch_fail(launch->site, GR_INVALID_ARG,
                                   "view \"%s\" = in space host, expected a space that the device "
                                   "reaches: GR_CREATE in a file of its kernels, or GR_CREATE_IN",
                                   s.found->label);
    } else {
        gr_impl_device_launch_fail(launch->site, GR_INVALID_ARG,
                                   "view \"%s\" = in space %s of %s device %d, expected %s device "
                                   "%d, that of the launch",
                                   s.found->label, gr_space_name(s.found->space),
                                   gr_impl_vendor_get(s.found->vendor)->name, s.found->device,
                                   launch->table->name, launch->device);
    }
    gr_impl_device_end(launch);
    return false;
}
