/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file scratch.c
 * @brief Scratch memory of teams under debug modes: unset when a View of it is made, and known by
 * that View where one of its elements is reported.
 */
#include "watch.h"

#include "lifecycle.h"

#include <granum/impl/backend.h>

#include <pthread.h>
#include <string.h>

/* Views that are remembered, the latest. */
enum { MOST = 64 };

static pthread_mutex_t scratch_mutex = PTHREAD_MUTEX_INITIALIZER; /* guards the two below */
static struct {
    gr_any_view view;
    size_t bytes;
    gr_place place;
} made[MOST];
static unsigned count;

void gr_impl_scratch_lock(void) {
    pthread_mutex_lock(&scratch_mutex);
}

void gr_impl_scratch_unlock(void) {
    pthread_mutex_unlock(&scratch_mutex);
}

void gr_impl_scratch_made(const gr_any_view *view, size_t bytes, gr_place place, bool is_fresh) {
    unsigned at;

    if (is_fresh && (gr_impl_debug() & GR_IMPL_DEBUG_POISONS)) {
        gr_impl_poison(view->data, bytes, view->dtype);
    }
    pthread_mutex_lock(&scratch_mutex);
    at = count++ % MOST;
    made[at].view = *view;
    made[at].bytes = bytes;
    made[at].place = place;
    pthread_mutex_unlock(&scratch_mutex);
}

void gr_impl_scratch_gone(const void *memory, size_t bytes) {
    if (!memory) {
        return;
    }
    gr_impl_uninit_forget(memory, bytes);
    pthread_mutex_lock(&scratch_mutex);
    for (unsigned k = 0; k < MOST; k++) {
        if ((uintptr_t)made[k].view.data - (uintptr_t)memory < bytes) {
            made[k].bytes = 0;
        }
    }
    pthread_mutex_unlock(&scratch_mutex);
}

bool gr_impl_scratch_describe(gr_impl_owner *owner) {
    bool found = false;

    pthread_mutex_lock(&scratch_mutex);
    for (unsigned k = 1; k <= MOST && !found; k++) {
        const unsigned at = (count - k) % MOST; /* the latest first */
        const uintptr_t offset = owner->address - (uintptr_t)made[at].view.data;

        if (offset < made[at].bytes) {
            owner->what = "view";
            snprintf(owner->label, sizeof owner->label, "(scratch memory)");
            gr_impl_index_text(owner->index, &made[at].view,
                               (gr_index)(offset / made[at].view.item));
            owner->data = (const char *)made[at].view.data;
            owner->bytes = made[at].bytes;
            owner->dtype = made[at].view.dtype;
            owner->created = made[at].place;
            owner->released.file = NULL;
            found = true;
        }
    }
    pthread_mutex_unlock(&scratch_mutex);
    return found;
}
