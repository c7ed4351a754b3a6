/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file block.c
 * @brief A few blocks a thread between Views and the allocator.
 */
#include "block.h"

#include <granum/memory.h>

#include <pthread.h>
#include <stdbool.h>

/* Checked builds and sanitizers are to see each block given back. */
#if (defined(GRANUM_CHECKED) && GRANUM_CHECKED) || defined(__SANITIZE_ADDRESS__) || \
    defined(__SANITIZE_THREAD__)
#define KEEP_BLOCKS 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define KEEP_BLOCKS 0
#endif
#endif
#ifndef KEEP_BLOCKS
#define KEEP_BLOCKS 1
#endif

enum { SLOTS = 4, SMALLEST = 1024, LARGEST = 65536 };

typedef struct cached_block {
    void *block; /* NULL: the slot is free */
    size_t bytes;
} cached_block;

static _Thread_local cached_block slots[SLOTS];
static _Thread_local unsigned next_slot;
static _Thread_local bool frees_at_exit;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t thread_end;
static bool has_key;

static void free_slots(void *arg) {
    cached_block *const slot = (cached_block *)arg;

    for (int k = 0; k < SLOTS; k++) {
        gr_impl_host_free(slot[k].block);
        slot[k].block = NULL;
    }
    frees_at_exit = false; /* other destructors may release Views after this one */
}

static void make_key(void) {
    has_key = pthread_key_create(&thread_end, free_slots) == 0;
}

/* Whoever unloads the library must not leave a destructor behind that is no longer there. */
__attribute__((destructor)) static void remove_key(void) {
    if (has_key) {
        pthread_key_delete(thread_end);
    }
}

/* Let the slots be freed when the thread ends; false if that cannot be arranged. */
static GR_IMPL_COLD bool free_at_exit(void) {
    pthread_once(&once, make_key);
    frees_at_exit = has_key && pthread_setspecific(thread_end, slots) == 0;
    return frees_at_exit;
}

void *block_take(size_t bytes) {
    if (KEEP_BLOCKS && bytes >= SMALLEST && bytes <= LARGEST) {
        for (int k = 0; k < SLOTS; k++) {
            if (slots[k].block != NULL && slots[k].bytes == bytes) {
                void *const block = slots[k].block;

                slots[k].block = NULL;
                return block;
            }
        }
    }
    return gr_impl_host_alloc(bytes, GR_ALIGNMENT);
}

void block_give(void *block, size_t bytes) {
    cached_block *slot = NULL;

    if (KEEP_BLOCKS && bytes >= SMALLEST && bytes <= LARGEST && block != NULL &&
        (GR_IMPL_LIKELY(frees_at_exit) || free_at_exit())) {
        for (int k = 0; k < SLOTS && slot == NULL; k++) {
            slot = slots[k].block == NULL ? &slots[k] : NULL;
        }
        if (slot == NULL) {
            slot = &slots[next_slot++ % SLOTS];
        }
        gr_impl_host_free(slot->block);
        slot->block = block;
        slot->bytes = bytes;
        return;
    }
    gr_impl_host_free(block);
}
