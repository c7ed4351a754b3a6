/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file device_pool.c
 * @brief Device memory in stream order: from the device's own pool, or from one of ours.
 *
 * Ours keeps what is given back in bins of sizes, four to a power of two, with the queue in whose
 * order it came; who takes it comes after that queue. What it keeps goes back to the device when
 * there is not enough otherwise, and at the end.
 */
#include "device_queue.h"

#include <granum/memory.h>

#include <string.h>

enum { BINS = 4 * 64, LEAST_BITS = 9 };

typedef struct pool_block {
    struct pool_block *next;
    void *memory;
    int vendor, device;
    int bin;
    uint64_t instance; /* of the queue that it was given back on */
} pool_block;

static pool_block *kept[BINS]; /* given back */
static pool_block *taken;      /* in use */
static pthread_mutex_t pool_lock = PTHREAD_MUTEX_INITIALIZER;

static int bits_of(size_t n) {
    return 63 - __builtin_clzll(n);
}

/* The bin whose sizes are at least so many bytes, and that size. */
static int bin_of(size_t bytes, size_t *size) {
    const size_t least = bytes < (size_t)1 << LEAST_BITS ? (size_t)1 << LEAST_BITS : bytes;
    const int bits = bits_of(least);
    const size_t step = (size_t)1 << (bits - 2);
    const size_t quarters = (least + step - 1) / step; /* 4..8 */

    *size = quarters * step;
    return 4 * bits + (int)quarters - 4;
}

static bool is_pooled(const gr_impl_queue *queue) {
    return gr_impl_vendor_get(queue->vendor)->properties[queue->device].pools;
}

static pool_block *find(pool_block **list, const gr_impl_queue *queue, const void *memory) {
    for (pool_block **link = list; *link; link = &(*link)->next) {
        pool_block *block = *link;

        if (block->vendor == queue->vendor && block->device == queue->device &&
            (!memory || block->memory == memory)) {
            *link = block->next;
            return block;
        }
    }
    return NULL;
}

static void push(pool_block **list, pool_block *block) {
    block->next = *list;
    *list = block;
}

/* Give all back that is kept for the queue's device; under the lock. */
static void empty(const gr_impl_queue *queue) {
    for (int bin = 0; bin < BINS; ++bin) {
        pool_block *block;

        while ((block = find(&kept[bin], queue, NULL)) != NULL) {
            (void)queue->table->release(queue->device, GR_DEVICE, NULL, block->memory);
            gr_impl_host_free(block);
        }
    }
}

/* A block that another queue gave back is there when that one has come so far. */
static const char *reuse(gr_impl_queue *queue, pool_block *block) {
    return block->instance == queue->instance ? NULL : gr_impl_queue_join(queue);
}

static const char *make(gr_impl_queue *queue, size_t size, int bin, pool_block **out) {
    const gr_impl_device_table *table = queue->table;
    pool_block *block = (pool_block *)gr_impl_host_alloc(sizeof *block, GR_ALIGNMENT);
    const char *failure;

    *out = NULL;
    if (!block) {
        return NULL;
    }
    memset(block, 0, sizeof *block);
    block->vendor = queue->vendor;
    block->device = queue->device;
    block->bin = bin;
    failure = table->allocate(queue->device, GR_DEVICE, NULL, size, &block->memory);
    if (!failure && !block->memory) {
        empty(queue);
        failure = table->allocate(queue->device, GR_DEVICE, NULL, size, &block->memory);
    }
    if (failure || !block->memory) {
        gr_impl_host_free(block);
        return failure;
    }
    *out = block;
    return NULL;
}

const char *gr_impl_pool_take(gr_impl_queue *queue, size_t bytes, void **out) {
    const char *failure = NULL;
    pool_block *block;
    size_t size;
    int bin;

    *out = NULL;
    if (is_pooled(queue)) {
        failure = queue->table->allocate(queue->device, GR_DEVICE, queue->stream, bytes, out);
    } else if (bytes > SIZE_MAX / 4) {
        return NULL; /* nobody has so much */
    } else {
        bin = bin_of(bytes, &size);
        pthread_mutex_lock(&pool_lock);
        block = find(&kept[bin], queue, NULL);
        failure = block ? reuse(queue, block) : make(queue, size, bin, &block);
        if (block) {
            push(&taken, block);
            *out = block->memory;
        }
        pthread_mutex_unlock(&pool_lock);
    }
    return failure || !*out ? failure : gr_impl_queue_lead(queue);
}

const char *gr_impl_pool_give(gr_impl_queue *queue, void *memory) {
    const char *failure = gr_impl_queue_join(queue);
    pool_block *block;

    if (failure) {
        return failure;
    }
    if (is_pooled(queue)) {
        return queue->table->release(queue->device, GR_DEVICE, queue->stream, memory);
    }
    pthread_mutex_lock(&pool_lock);
    block = find(&taken, queue, memory);
    if (block) {
        block->instance = queue->instance;
        push(&kept[block->bin], block);
    }
    pthread_mutex_unlock(&pool_lock);
    return block ? NULL : "memory that is given back is not the pool's";
}

void gr_impl_pools_stop(void) {
    pthread_mutex_lock(&pool_lock);
    for (int bin = 0; bin < BINS; ++bin) {
        while (kept[bin]) {
            pool_block *block = kept[bin];

            kept[bin] = block->next;
            (void)gr_impl_vendor_get(block->vendor)
                ->table->release(block->device, GR_DEVICE, NULL, block->memory);
            gr_impl_host_free(block);
        }
    }
    pthread_mutex_unlock(&pool_lock);
}

void gr_impl_pools_after_fork(void) {
    pthread_mutex_init(&pool_lock, NULL);
}
