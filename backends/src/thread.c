/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file thread.c
 * @brief What a host thread keeps between launches, and gives back when it ends.
 */
#include "../backend.h"

#include "thread.h"

#include <granum/memory.h>

#include <pthread.h>

static pthread_key_t key;
static pthread_once_t key_once = PTHREAD_ONCE_INIT;

static void drop(void *scratch) {
    gr_impl_host_free(scratch);
}

static void make_key(void) {
    pthread_key_create(&key, drop);
}

bool gr_impl_grow_scratch(size_t size) {
    size_t room = 1 << 16;
    char *scratch;

    while (room < size) {
        room *= 2;
    }
    scratch = (char *)gr_impl_host_alloc(room, 64);
    if (!scratch) {
        return false;
    }
    gr_impl_drop_scratch();
    pthread_once(&key_once, make_key);
    pthread_setspecific(key, scratch);
    gr_impl_self.scratch = scratch;
    gr_impl_self.scratch_size = room;
    return true;
}

void gr_impl_drop_scratch(void) {
    if (gr_impl_self.scratch) {
        pthread_setspecific(key, NULL);
        gr_impl_host_free(gr_impl_self.scratch);
        gr_impl_self.scratch = NULL;
        gr_impl_self.scratch_size = 0;
    }
}
