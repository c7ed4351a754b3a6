/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file device_staging.c
 * @brief Pinned memory that large copies between the host and a device go through.
 *
 * What a copy gives back waits for the next one of that device: pinning costs more than most
 * copies. Copies of several threads at a time have one each.
 */
#include "device_queue.h"

#include <granum/impl/space.h>

static gr_impl_staging *kept; /* guarded by the lock */
static pthread_mutex_t kept_lock = PTHREAD_MUTEX_INITIALIZER;

static gr_impl_staging *take_kept(gr_impl_where where) {
    gr_impl_staging **link = &kept, *found;

    pthread_mutex_lock(&kept_lock);
    while (*link &&
           ((*link)->where.vendor != where.vendor || (*link)->where.device != where.device)) {
        link = &(*link)->next;
    }
    found = *link;
    if (found) {
        *link = found->next;
    }
    pthread_mutex_unlock(&kept_lock);
    return found;
}

gr_impl_staging *gr_impl_staging_take(gr_impl_where where, size_t bytes) {
    const gr_impl_vendor *vendor = gr_impl_vendor_get(where.vendor);
    const size_t chunk = vendor->properties[where.device].chunk;
    gr_impl_staging *staging;
    void *memory = NULL;

    if (bytes <= chunk) {
        return NULL;
    }
    staging = take_kept(where);
    if (staging) {
        return staging;
    }
    staging = (gr_impl_staging *)gr_impl_host_alloc(sizeof *staging, GR_ALIGNMENT);
    if (!staging || vendor->table->allocate(where.device, GR_PINNED, NULL, 2 * chunk, &memory) ||
        !memory) {
        gr_impl_host_free(staging);
        return NULL;
    }
    *staging = (gr_impl_staging){where, chunk, {(char *)memory, (char *)memory + chunk}, NULL};
    return staging;
}

void gr_impl_staging_give(gr_impl_staging *staging) {
    pthread_mutex_lock(&kept_lock);
    staging->next = kept;
    kept = staging;
    pthread_mutex_unlock(&kept_lock);
}

void gr_impl_stagings_stop(void) {
    while (kept) {
        gr_impl_staging *next = kept->next;

        (void)gr_impl_vendor_get(kept->where.vendor)
            ->table->release(kept->where.device, GR_PINNED, NULL, kept->half[0]);
        gr_impl_host_free(kept);
        kept = next;
    }
}

void gr_impl_stagings_after_fork(void) {
    pthread_mutex_init(&kept_lock, NULL);
}
