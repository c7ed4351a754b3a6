/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file device_queue.c
 * @brief Queues of devices: a stream, scratch memory and a counter each.
 *
 * There is a queue for each device and instance, made when it is first used. A statement holds its
 * queue from begin to end, so what queues keep for launches needs no other lock: the memory of one
 * launch is reused by the next in stream order.
 *
 * Memory is taken and given back in the order of one queue; events put the other queues of the
 * device in that order too: a View may be used on any of them, and released while they work.
 */
#include "device_queue.h"
#include "../backend.h"

#include <granum/impl/launch.h>
#include <granum/initialize.h>

#include <stdio.h>
#include <string.h>

#define LOAD(field) __atomic_load_n(&(field), __ATOMIC_ACQUIRE)

/* The first scratch and pinned memory of a queue [B]; more is asked for by doubling. */
#define FIRST_SCRATCH ((size_t)1 << 16)
#define FIRST_PINNED ((size_t)4096)

static gr_impl_queue *queues; /* (atomic) pushed under the lock, removed at the end alone */
static pthread_mutex_t queues_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t nobody_waits = PTHREAD_COND_INITIALIZER;

/* The queue that the thread held last, so that the next launch need not look for it: it is there
 * while no queue has ended since. What it is for stands here, as another thread may end it. */
static _Thread_local gr_impl_queue *last_queue;
static _Thread_local uint64_t last_for;
static _Thread_local unsigned last_endings;
static unsigned endings; /* (atomic) how often queues were removed */

/* A device and an instance as one number. */
static uint64_t number_of(int vendor, int device, uint64_t instance) {
    return instance << 12 | (uint64_t)vendor << 8 | (uint64_t)device;
}

_Thread_local gr_impl_device_seen gr_impl_seen_here;
_Thread_local gr_impl_queue *gr_impl_captured_here;

/* ---- devices that are lost ---- */

/* The first one of each vendor; texts are written once. */
static struct {
    int state; /* (atomic) 0, 1: being written, 2: there */
    int device;
    char text[480];
} lost[GR_IMPL_VENDORS];

const char *gr_impl_device_lost(int vendor, int device) {
    return LOAD(lost[vendor].state) == 2 && lost[vendor].device == device ? lost[vendor].text
                                                                          : NULL;
}

const char *gr_impl_queue_explain(const gr_impl_queue *queue, const char *failure) {
    const int vendor = queue->vendor;
    const gr_site *site = queue->last;
    const char *known = gr_impl_device_lost(vendor, queue->device);
    int nothing = 0;

    if (known || !queue->table->lost || !queue->table->lost(queue->device) ||
        !__atomic_compare_exchange_n(&lost[vendor].state, &nothing, 1, false, __ATOMIC_ACQ_REL,
                                     __ATOMIC_ACQUIRE)) {
        return known ? known : failure;
    }
    lost[vendor].device = queue->device;
    if (site) {
        snprintf(lost[vendor].text, sizeof lost[vendor].text,
                 "%s %d is lost: %.200s, in kernel \"%.60s\" (%.80s:%d) or one before it "
                 "(GRANUM_DEBUG=sync tells which)",
                 queue->table->name, queue->device, failure, site->label, site->file, site->line);
    } else {
        snprintf(lost[vendor].text, sizeof lost[vendor].text, "%s %d is lost: %.200s",
                 queue->table->name, queue->device, failure);
    }
    __atomic_store_n(&lost[vendor].state, 2, __ATOMIC_RELEASE);
    return lost[vendor].text;
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
    return queue;
}

static bool is_beside(const gr_impl_queue *queue, const gr_impl_queue *other) {
    return other != queue && other->vendor == queue->vendor && other->device == queue->device;
}

static void add(gr_impl_queue *queue) {
    queue->next = queues;
    __atomic_store_n(&queues, queue, __ATOMIC_RELEASE);
}

void gr_impl_queue_see(const gr_impl_queue *queue) {
    gr_impl_device_seen *seen = &gr_impl_seen_here;

    seen->is_mixed |=
        seen->launches > 0 && (seen->vendor != queue->vendor || seen->device != queue->device);
    seen->vendor = (short)queue->vendor;
    seen->device = (short)queue->device;
    seen->launches++;
}

static const char *join(gr_impl_queue *queue) {
    const char *failure = NULL;

    for (const gr_impl_queue *other = queues; other && !failure; other = other->next) {
        if (is_beside(queue, other)) {
            failure = queue->table->stream_after(queue->device, queue->stream, other->device,
                                                 other->stream);
        }
    }
    return failure;
}

const char *gr_impl_queue_join(gr_impl_queue *queue) {
    const char *failure;

    pthread_mutex_lock(&queues_lock);
    failure = join(queue);
    pthread_mutex_unlock(&queues_lock);
    return failure;
}

const char *gr_impl_queue_lead(gr_impl_queue *queue) {
    const char *failure = NULL;

    pthread_mutex_lock(&queues_lock);
    for (const gr_impl_queue *other = queues; other && !failure; other = other->next) {
        if (is_beside(queue, other)) {
            failure = queue->table->stream_after(other->device, other->stream, queue->device,
                                                 queue->stream);
        }
    }
    pthread_mutex_unlock(&queues_lock);
    return failure;
}

gr_impl_queue *gr_impl_queue_hold(int vendor, int device, uint64_t instance, const char **failure) {
    gr_impl_queue *queue;

    *failure = NULL;
    queue = gr_impl_captured_here;
    if (GR_IMPL_UNLIKELY(queue != NULL) && queue->vendor == vendor && queue->device == device) {
        pthread_mutex_lock(&queue->lock);
        return queue;
    }
    queue = last_queue;
    if (GR_IMPL_LIKELY(last_for == number_of(vendor, device, instance) &&
                       last_endings == LOAD(endings))) {
        pthread_mutex_lock(&queue->lock);
        return queue;
    }
    pthread_mutex_lock(&queues_lock);
    queue = find(vendor, device, instance);
    if (!queue) {
        queue = make(vendor, device, instance, failure);
        if (queue) {
            *failure = join(queue); /* Views that it may be used for are there already */
            add(queue);
        }
    }
    if (queue) {
        last_queue = queue;
        last_for = number_of(vendor, device, instance); /* never 0: vendors begin with 1 */
        last_endings = endings;
    }
    pthread_mutex_unlock(&queues_lock);
    if (*failure) {
        return NULL;
    }
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

static void stop_waiting(gr_impl_queue **waited, int count) {
    pthread_mutex_lock(&queues_lock);
    for (int k = 0; k < count; ++k) {
        if (--waited[k]->waiters == 0) {
            pthread_cond_broadcast(&nobody_waits);
        }
    }
    pthread_mutex_unlock(&queues_lock);
}

/* Others launch while this thread waits: the lock is not held then. A queue that another thread
 * ends meanwhile lasts until nobody waits for it. */
const char *gr_impl_queues_wait(uint64_t instance, bool all) {
    enum { AT_ONCE = 32 };
    gr_impl_queue *waited[AT_ONCE];
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
                queue->waiters++;
                waited[count++] = queue;
            }
        }
        pthread_mutex_unlock(&queues_lock);
        for (int k = 0; k < count; ++k) {
            const char *failed =
                waited[k]->table->stream_wait(waited[k]->device, waited[k]->stream);

            failure = failure ? failure : failed ? gr_impl_queue_explain(waited[k], failed) : NULL;
        }
        stop_waiting(waited, count);
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
    (void)table->release(queue->device, GR_DEVICE, NULL, queue->memory);
    (void)table->release(queue->device, GR_PINNED, NULL, queue->pinned);
    for (int k = 0; k < queue->retirees; ++k) {
        (void)table->release(queue->device, GR_DEVICE, NULL, queue->retired[k]);
    }
    gr_impl_host_free(queue->retired);
    if (queue->side) {
        (void)table->stream_destroy(queue->device, queue->side);
    }
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
            __atomic_add_fetch(&endings, 1, __ATOMIC_RELEASE);
        } else {
            link = &queue->next;
        }
    }
    pthread_mutex_unlock(&queues_lock);
    while (ended) {
        gr_impl_queue *next = ended->next;

        pthread_mutex_lock(&queues_lock);
        while (ended->waiters > 0) {
            pthread_cond_wait(&nobody_waits, &queues_lock);
        }
        pthread_mutex_unlock(&queues_lock);
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
    gr_impl_pools_stop();
    gr_impl_stagings_stop();
}

void gr_impl_queues_after_fork(void) {
    gr_impl_pools_after_fork();
    gr_impl_stagings_after_fork();
    pthread_mutex_init(&queues_lock, NULL);
    pthread_cond_init(&nobody_waits, NULL);
    for (gr_impl_queue *queue = queues; queue; queue = queue->next) {
        queue->waiters = 0;
        pthread_mutex_init(&queue->lock, NULL);
    }
}

/* Captured launches go on using the memory of a queue that wants more: it lasts as long as it. */
static const char *retire(gr_impl_queue *queue) {
    void **longer;

    if (!queue->memory) {
        return NULL;
    }
    if (!queue->side) {
        return queue->table->release(queue->device, GR_DEVICE, queue->stream, queue->memory);
    }
    longer =
        (void **)gr_impl_host_alloc((size_t)(queue->retirees + 1) * sizeof *longer, GR_ALIGNMENT);
    if (!longer) {
        return "no memory for a list of scratch memory";
    }
    for (int k = 0; k < queue->retirees; ++k) {
        longer[k] = queue->retired[k];
    }
    longer[queue->retirees++] = queue->memory;
    gr_impl_host_free(queue->retired);
    queue->retired = longer;
    return NULL;
}

/* A captured queue takes its memory at once, beside what is captured. */
static const char *grow_scratch(gr_impl_queue *queue, size_t scratch) {
    const gr_impl_device_table *table = queue->table;
    void *stream = queue->side ? queue->side : queue->stream;
    size_t bytes = queue->memory ? 2 * queue->scratch_bytes : FIRST_SCRATCH;
    const char *failure;
    void *memory = NULL;

    bytes = bytes < scratch ? scratch : bytes;
    failure = table->allocate(queue->device, GR_DEVICE, queue->side ? NULL : stream,
                              GR_IMPL_COUNTER_BYTES + bytes, &memory);
    if (failure || !memory) {
        return failure ? failure : "no device memory for chunk results";
    }
    failure = table->set(queue->device, stream, memory, 0, GR_IMPL_COUNTER_BYTES);
    if (!failure && queue->side) {
        failure = table->stream_wait(queue->device, stream);
    }
    if (!failure) {
        failure = retire(queue);
    }
    queue->memory = (char *)memory;
    queue->scratch_bytes = bytes;
    return failure;
}

const char *gr_impl_queue_grow(gr_impl_queue *queue, size_t scratch, size_t pinned) {
    const gr_impl_device_table *table = queue->table;
    const char *failure = NULL;
    void *memory = NULL;

    if (!queue->memory || scratch > queue->scratch_bytes) {
        failure = grow_scratch(queue, scratch);
    }
    if (!failure && pinned > queue->pinned_bytes) {
        const size_t bytes = pinned < FIRST_PINNED ? FIRST_PINNED : 2 * pinned;

        failure = table->allocate(queue->device, GR_PINNED, NULL, bytes, &memory);
        if (failure || !memory) {
            return failure ? failure : "no pinned memory for results";
        }
        failure = queue->pinned ? table->stream_wait(queue->device, queue->stream) : NULL;
        (void)table->release(queue->device, GR_PINNED, NULL, queue->pinned);
        queue->pinned = (char *)memory;
        queue->pinned_bytes = bytes;
    }
    return failure;
}

/* ---- queues that graphs are captured on ---- */

gr_impl_queue *gr_impl_queue_make_captured(int vendor, int device, const char **failure) {
    gr_impl_queue *queue = make(vendor, device, 0, failure);

    if (!queue) {
        return NULL;
    }
    *failure = queue->table->stream_create(device, &queue->side);
    if (*failure) {
        end(queue);
        return NULL;
    }
    return queue;
}

void gr_impl_queue_end_captured(gr_impl_queue *queue) {
    end(queue);
}
