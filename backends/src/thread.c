/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file thread.c
 * @brief Memory that a host thread keeps between launches, and gives back when it ends.
 */
#include "../backend.h"

#include "thread.h"

#include <granum/impl/tool_calls.h>
#include <granum/memory.h>

#include <pthread.h>

/* What a small launch needs is there from the first one on. */
#define LEAST ((size_t)1 << 16)

static pthread_key_t key;
static pthread_once_t key_once = PTHREAD_ONCE_INIT;

/* The rooms of a thread that ends; its gr_impl_self is gone by then or still there, so a copy of
 * the
 * pointers would do as well. */
static void drop(void *rooms) {
    gr_impl_room *room = (gr_impl_room *)rooms;

    for (int k = 0; k < GR_IMPL_ROOMS; ++k) {
        gr_impl_scratch_gone(room[k].memory, room[k].size);
        gr_impl_host_free(room[k].memory);
        room[k].memory = NULL;
        room[k].size = 0;
    }
}

static void make_key(void) {
    pthread_key_create(&key, drop);
}

bool gr_impl_grow_room(gr_impl_room *room, size_t size) {
    size_t larger = LEAST;
    char *memory;

    while (larger < size) {
        larger *= 2;
    }
    memory = (char *)gr_impl_host_alloc(larger, 64);
    if (!memory) {
        return false;
    }
    gr_impl_scratch_gone(room->memory, room->size);
    gr_impl_host_free(room->memory);
    pthread_once(&key_once, make_key);
    pthread_setspecific(key, gr_impl_self.rooms);
    room->memory = memory;
    room->size = larger;
    return true;
}

void gr_impl_drop_rooms(void) {
    drop(gr_impl_self.rooms);
}
