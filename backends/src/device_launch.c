/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file device_launch.c
 * @brief Launches on devices: queues with a stream, scratch memory and a counter each.
 *
 * There is a queue for each device and instance, made when it is first used. A statement holds its
 * queue from begin to end, so what queues keep for launches needs no other lock: the memory of one
 * launch is reused by the next in stream order.
 */
#include "../backend.h"
#include "device.h"
#include "instance.h"

#include <granum/impl/tool_calls.h>
#include <granum/initialize.h>

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define LOAD(field) __atomic_load_n(&(field), __ATOMIC_ACQUIRE)

/* The first scratch and pinned memory of a queue [B]; more is asked for by doubling. */
#define FIRST_SCRATCH ((size_t)1 << 16)
#define FIRST_PINNED ((size_t)4096)
/* What a kernel takes beside the user's copies, at most [B]. */
#define OWN_ARGUMENTS ((size_t)512)
/* A counter has a line of its own, in front of the scratch memory [B]. */
#define COUNTER_BYTES ((size_t)256)

struct gr_impl_queue {
    gr_impl_queue *next;
    pthread_mutex_t lock;
    int vendor, device;
    uint64_t instance; /* 0: the default one */
    const gr_impl_device_table *table;
    void *stream;
    char *memory, *pinned;
    size_t scratch_bytes, pinned_bytes;
};

static gr_impl_queue *queues; /* (atomic) pushed under the lock, removed at the end alone */
static pthread_mutex_t queues_lock = PTHREAD_MUTEX_INITIALIZER;

void gr_impl_device_launch_fail(const gr_site *site, gr_status status, const char *format, ...) {
    char text[GR_ERROR_MESSAGE_SIZE];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    gr_impl_launch_fail(status, gr_impl_site_place(site), site->label, "%s", text);
}

/* ---- queues ---- */

static gr_impl_queue *find(int vendor, int device, uint64_t instance) {
    gr_impl_queue *queue = queues;

    while (queue &&
           (queue->vendor != vendor || queue->device != device || queue->instance != instance)) {
        queue = queue->next;
    }
    return queue;
}

static gr_impl_queue *make(int vendor, int device, uint64_t instance, const char **failure) {
    gr_impl_queue *queue = (gr_impl_queue *)gr_impl_host_alloc(sizeof *queue, GR_ALIGNMENT);

    if (!queue) {
        *failure = "no memory for a queue";
        return NULL;
    }
    memset(queue, 0, sizeof *queue);
    queue->vendor = vendor;
    queue->device = device;
    queue->instance = instance;
    queue->table = gr_impl_vendor_get(vendor)->table;
    *failure = queue->table->stream_create(device, &queue->stream);
    if (*failure) {
        gr_impl_host_free(queue);
        return NULL;
    }
    pthread_mutex_init(&queue->lock, NULL);
    queue->next = queues;
    __atomic_store_n(&queues, queue, __ATOMIC_RELEASE);
    return queue;
}

gr_impl_queue *gr_impl_queue_hold(int vendor, int device, uint64_t instance, const char **failure) {
    gr_impl_queue *queue;

    *failure = NULL;
    pthread_mutex_lock(&queues_lock);
    queue = find(vendor, device, instance);
    if (!queue) {
        queue = make(vendor, device, instance, failure);
    }
    pthread_mutex_unlock(&queues_lock);
    if (queue) {
        pthread_mutex_lock(&queue->lock);
    }
    return queue;
}

void gr_impl_queue_let_go(gr_impl_queue *queue) {
    pthread_mutex_unlock(&queue->lock);
}

void *gr_impl_queue_stream(const gr_impl_queue *queue) {
    return queue->stream;
}

/* Others launch while this thread waits: the lock is not held then. */
const char *gr_impl_queues_wait(uint64_t instance, bool all) {
    enum { AT_ONCE = 32 };
    const gr_impl_queue *waited[AT_ONCE];
    const char *failure = NULL;
    int skip = 0, count = AT_ONCE;

    if (!LOAD(queues)) {
        return NULL;
    }
    for (; count == AT_ONCE; skip += count) {
        int at = 0;

        count = 0;
        pthread_mutex_lock(&queues_lock);
        for (gr_impl_queue *queue = queues; queue && count < AT_ONCE; queue = queue->next) {
            if ((all || queue->instance == instance) && at++ >= skip) {
                waited[count++] = queue;
            }
        }
        pthread_mutex_unlock(&queues_lock);
        for (int k = 0; k < count; ++k) {
            const char *failed =
                waited[k]->table->stream_wait(waited[k]->device, waited[k]->stream);

            failure = failure ? failure : failed;
        }
    }
    return failure;
}

void gr_impl_devices_settle(void) {
    const char *failure = gr_impl_queues_wait(0, true);

    if (GR_IMPL_UNLIKELY(failure != NULL)) {
        gr_impl_launch_fail(GR_BACKEND, GR_HERE, NULL, "work on a device failed: %s", failure);
    }
}

static void end(gr_impl_queue *queue) {
    const gr_impl_device_table *table = queue->table;

    (void)table->stream_wait(queue->device, queue->stream);
    (void)table->release(queue->device, GR_DEVICE, queue->memory);
    (void)table->release(queue->device, GR_PINNED, queue->pinned);
    (void)table->stream_destroy(queue->device, queue->stream);
    pthread_mutex_destroy(&queue->lock);
    gr_impl_host_free(queue);
}

/* End the queues of an instance, or all of them. */
static void end_some(uint64_t instance, bool all) {
    gr_impl_queue *ended = NULL;

    pthread_mutex_lock(&queues_lock);
    for (gr_impl_queue **link = &queues; *link;) {
        gr_impl_queue *queue = *link;

        if (all || queue->instance == instance) {
            __atomic_store_n(link, queue->next, __ATOMIC_RELEASE);
            queue->next = ended;
            ended = queue;
        } else {
            link = &queue->next;
        }
    }
    pthread_mutex_unlock(&queues_lock);
    while (ended) {
        gr_impl_queue *next = ended->next;

        end(ended);
        ended = next;
    }
}

void gr_impl_queues_end(uint64_t instance) {
    if (LOAD(queues)) {
        end_some(instance, false);
    }
}

void gr_impl_queues_stop(void) {
    end_some(0, true);
}

void gr_impl_queues_after_fork(void) {
    pthread_mutex_init(&queues_lock, NULL);
    for (gr_impl_queue *queue = queues; queue; queue = queue->next) {
        pthread_mutex_init(&queue->lock, NULL);
    }
}

/* Scratch and pinned memory of at least these sizes, and a zero counter in front of the former. */
static const char *grow(gr_impl_queue *queue, size_t scratch, size_t pinned) {
    const gr_impl_device_table *table = queue->table;
    const char *failure = NULL;
    void *memory = NULL;

    if (!queue->memory || scratch > queue->scratch_bytes) {
        size_t bytes = queue->memory ? 2 * queue->scratch_bytes : FIRST_SCRATCH;

        bytes = bytes < scratch ? scratch : bytes;
        failure = table->allocate(queue->device, GR_DEVICE, COUNTER_BYTES + bytes, &memory);
        if (failure || !memory) {
            return failure ? failure : "no device memory for chunk results";
        }
        failure = table->set(queue->device, queue->stream, memory, 0, COUNTER_BYTES);
        (void)table->release(queue->device, GR_DEVICE, queue->memory);
        queue->memory = (char *)memory;
        queue->scratch_bytes = bytes;
    }
    if (!failure && pinned > queue->pinned_bytes) {
        const size_t bytes = pinned < FIRST_PINNED ? FIRST_PINNED : 2 * pinned;

        failure = table->allocate(queue->device, GR_PINNED, bytes, &memory);
        if (failure || !memory) {
            return failure ? failure : "no pinned memory for results";
        }
        (void)table->release(queue->device, GR_PINNED, queue->pinned);
        queue->pinned = (char *)memory;
        queue->pinned_bytes = bytes;
    }
    return failure;
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
    queue = gr_impl_queue_hold(vendor, launch->device, instance, &failure);
    if (queue) {
        failure = grow(queue, scratch_bytes, pinned_bytes);
    }
    if (!failure && found->table->enter) {
        failure = found->table->enter(launch->device, &launch->before);
    }
    if (failure) {
        gr_impl_device_launch_fail(site, GR_BACKEND, "%s: %s", found->name, failure);
        if (queue) {
            gr_impl_queue_let_go(queue);
        }
        return false;
    }
    launch->site = site;
    launch->stream = queue->stream;
    launch->counter = (unsigned *)(void *)queue->memory;
    launch->scratch = queue->memory + COUNTER_BYTES;
    launch->pinned = queue->pinned;
    launch->properties = &found->properties[launch->device];
    launch->table = found->table;
    launch->failure = NULL;
    launch->queue = queue;
    launch->told = GR_IMPL_HEARD(GR_IMPL_HEAR_LAUNCHES);
    if (launch->told) {
        const gr_impl_launch told = as_told(launch);

        gr_impl_tools_device_launch(&told, launch->table->tool_type, launch->device, instance);
    }
    return true;
}

void gr_impl_device_wait(gr_impl_gpu_launch *launch) {
    if (!launch->failure) {
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
        gr_impl_device_launch_fail(launch->site, GR_BACKEND, "%s: %s", launch->table->name,
                                   launch->failure);
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
