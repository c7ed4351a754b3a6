/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file device_queue.h
 * @brief Queues of devices as launches, memory and graphs use them; private to backends.
 */
#ifndef GRANUM_BACKENDS_DEVICE_QUEUE_H
#define GRANUM_BACKENDS_DEVICE_QUEUE_H

#include "device.h"

#include <pthread.h>

/** A counter has a line of its own, in front of the scratch memory [B]. */
#define GR_IMPL_COUNTER_BYTES ((size_t)256)

struct gr_impl_queue {
    gr_impl_queue *next;
    pthread_mutex_t lock;
    int vendor, device;
    uint64_t instance; /* 0: the default one */
    const gr_impl_device_table *table;
    void *stream;
    const gr_site *last; /* launched on it */
    void *side;          /* of a queue that graphs are captured on: a stream that is not captured */
    char *memory, *pinned;
    size_t scratch_bytes, pinned_bytes;
    int waiters;    /* that wait for its stream without its lock; guarded by that of all queues */
    void **retired; /* the same: memory that captured launches still use */
    int retirees;
};

/**
 * What is to be said of a failure on a queue, in the words that the vendor gave: with the kernel
 * where the device is lost by it. Valid until the thread's next call.
 */
const char *gr_impl_queue_explain(const gr_impl_queue *queue, const char *failure);

/** Why a device does nothing any more; NULL: it does. Valid for ever. */
const char *gr_impl_device_lost(int vendor, int device);

/** Scratch and pinned memory of at least these sizes, and a zero counter in front of the former. */
const char *gr_impl_queue_grow(gr_impl_queue *queue, size_t scratch, size_t pinned);

/** What the queue is given from now on comes after all that other queues of its device have. */
const char *gr_impl_queue_join(gr_impl_queue *queue);

/** What other queues of the device are given from now on comes after all that this one has. */
const char *gr_impl_queue_lead(gr_impl_queue *queue);

/** A queue of its own for work that is captured, and its end, when nothing captured runs. */
gr_impl_queue *gr_impl_queue_make_captured(int vendor, int device, const char **failure);
void gr_impl_queue_end_captured(gr_impl_queue *queue);

/** What the calling thread's work on devices was, since it was last set to zero. */
typedef struct gr_impl_device_seen {
    int launches;
    int host; /* waits, copies and memory that the host takes part in */
    short vendor, device;
    bool is_mixed; /* several devices */
} gr_impl_device_seen;
extern _Thread_local gr_impl_device_seen gr_impl_seen_here;

/** For graphs: the calling thread's work goes to this one. */
void gr_impl_queue_see(const gr_impl_queue *queue);

/** The queue that gets the calling thread's launches meanwhile; NULL: it is not capturing. */
extern _Thread_local gr_impl_queue *gr_impl_captured_here;

/** Memory of a device in the order of the queue, from its pool, or ours where it has none; NULL in
 * `out` and no failure: there is not so much. The queue is held. */
const char *gr_impl_pool_take(gr_impl_queue *queue, size_t bytes, void **out);
const char *gr_impl_pool_give(gr_impl_queue *queue, void *memory);

/** Give back what pools of ours keep, after all work has ended. */
void gr_impl_pools_stop(void);
void gr_impl_pools_after_fork(void);

/** The same for pinned memory that copies have gone through. */
void gr_impl_stagings_stop(void);
void gr_impl_stagings_after_fork(void);

#endif
