/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file uninit.c
 * @brief Debug mode "uninit": a bit for each byte of memory that was never set, or was released,
 * and a report of each read that meets one.
 *
 * Instrumented kernel files say what they read and write (tools/race). Files that are none, the
 * library's own among them, do not: such memory holds a pattern (watch.c), and where a read finds
 * something else there, somebody has written it unseen. So copies, fills, files and host code need
 * no calls of their own.
 */
#include "watch.h"

#include "lifecycle.h"

#include <granum/impl/backend.h>

#include <string.h>
#include <sys/mman.h>

/* Bits are kept by chunks of address space; a chunk's are mapped when the first one is set, and the
 * system gives memory to the pages of them that are touched. */
enum { ADDRESS_BITS = 47, CHUNK_BITS = 30, CHUNKS = 1 << (ADDRESS_BITS - CHUNK_BITS), WORD = 8 };
#define CHUNK_SIZE ((uintptr_t)1 << CHUNK_BITS)

typedef unsigned char bits;
static bits **chunks; /* (CHUNKS); NULL until the mode was used once */

static void *map(size_t bytes) {
    void *mapped = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    return mapped == MAP_FAILED ? NULL : mapped;
}

/* Put a fresh mapping where there is none yet; what is there then. */
static void *settle(void **where, size_t bytes) {
    void *there = __atomic_load_n(where, __ATOMIC_ACQUIRE), *mapped;

    if (there) {
        return there;
    }
    mapped = map(bytes);
    if (mapped && !__atomic_compare_exchange_n(where, &there, mapped, false, __ATOMIC_ACQ_REL,
                                               __ATOMIC_ACQUIRE)) {
        munmap(mapped, bytes);
        mapped = there;
    }
    return mapped;
}

/* The bits of the word at an address; NULL: none of them was ever set. */
static bits *bits_of(uintptr_t at) {
    bits **const table = __atomic_load_n(&chunks, __ATOMIC_ACQUIRE);
    bits *chunk = NULL;

    if (table && at >> ADDRESS_BITS == 0) {
        chunk = __atomic_load_n(&table[at >> CHUNK_BITS], __ATOMIC_ACQUIRE);
    }
    return chunk ? chunk + (at & (CHUNK_SIZE - 1)) / WORD : NULL;
}

/* The bits of the word at an address, mapped; NULL: there is no memory for them. */
static bits *bits_to_set(uintptr_t at) {
    bits *found = bits_of(at);

    if (!found && at >> ADDRESS_BITS == 0 && settle((void **)&chunks, CHUNKS * sizeof *chunks)) {
        settle((void **)&chunks[at >> CHUNK_BITS], CHUNK_SIZE / WORD);
        found = bits_of(at);
    }
    return found;
}

/* The bits of [at, end) within the word at `at`. */
static bits mask_of(uintptr_t at, uintptr_t end) {
    const unsigned first = (unsigned)(at % WORD);
    const uintptr_t left = end - (at - first);

    return (bits)(0xffu << first & (left < WORD ? (1u << left) - 1 : 0xffu));
}

static uintptr_t next_word(uintptr_t at) {
    return (at | (WORD - 1)) + 1;
}

static void set(uintptr_t at, uintptr_t end) {
    for (; at < end; at = next_word(at)) {
        bits *const word = bits_to_set(at);

        if (!word) {
            return; /* what there is no memory for is not watched */
        }
        __atomic_fetch_or(word, mask_of(at, end), __ATOMIC_RELAXED);
    }
}

static void clear(uintptr_t at, uintptr_t end) {
    for (; at < end; at = next_word(at)) {
        bits *const word = bits_of(at);

        if (word && *word) {
            __atomic_fetch_and(word, (bits)~mask_of(at, end), __ATOMIC_RELAXED);
        }
    }
}

static bool any(uintptr_t at, uintptr_t end) {
    for (; at < end; at = next_word(at)) {
        const bits *const word = bits_of(at);

        if (word && (*word & mask_of(at, end)) != 0) {
            return true;
        }
    }
    return false;
}

static bool all(uintptr_t at, uintptr_t end) {
    for (; at < end; at = next_word(at)) {
        const bits *const word = bits_of(at);

        if (!word || (*word & mask_of(at, end)) != mask_of(at, end)) {
            return false;
        }
    }
    return true;
}

void gr_impl_uninit_mark(const void *data, size_t bytes) {
    set((uintptr_t)data, (uintptr_t)data + bytes);
}

void gr_impl_uninit_forget(const void *data, size_t bytes) {
    if (__atomic_load_n(&chunks, __ATOMIC_ACQUIRE)) {
        clear((uintptr_t)data, (uintptr_t)data + bytes);
    }
}

/* Forget what has been written unseen in the elements that [at, end) touches. */
static void look_again(const gr_impl_owner *owner, uintptr_t at, uintptr_t end) {
    const uintptr_t data = (uintptr_t)owner->data;
    char pattern[WORD];
    const size_t group = gr_impl_poison_pattern(pattern, owner->dtype);

    for (at = data + (at - data) / group * group; at < end; at += group) {
        if (any(at, at + group) && memcmp((const void *)at, pattern, group) != 0) {
            clear(at, at + group);
        }
    }
}

static void report(const gr_impl_owner *owner, bool writes) {
    const char *kernel = NULL;
    gr_place place = owner->created;

    (void)gr_impl_current_kernel(&kernel, &place);
    if (owner->released.file) {
        gr_impl_launch_fail(GR_BAD_VALUE, place, kernel,
                            "%s \"%s\" = memory that was released, %s at %s, expected a view that "
                            "is held (created at %s:%d, released at %s:%d)",
                            owner->what, owner->label, writes ? "written" : "read", owner->index,
                            owner->created.file, owner->created.line, owner->released.file,
                            owner->released.line);
    } else {
        gr_impl_launch_fail(GR_BAD_VALUE, place, kernel,
                            "%s \"%s\" = memory that was never set, read at %s, expected memory "
                            "that was written before (created at %s:%d)",
                            owner->what, owner->label, owner->index, owner->created.file,
                            owner->created.line);
    }
}

/* Some byte of [at, end) has its bit set. */
GR_IMPL_COLD static void meet(uintptr_t at, uintptr_t end, bool reads, bool writes) {
    uintptr_t first = at;
    gr_impl_owner owner;

    while (!any(first, first + 1)) {
        first++;
    }
    if (!gr_impl_owner_of((const void *)first, &owner) || !owner.created.file) {
        clear(at, end); /* nobody's any more */
        return;
    }
    if (owner.released.file) {
        report(&owner, writes && !reads);
        return;
    }
    if (reads) {
        look_again(&owner, at, end);
        /* The bytes between the members of a struct are copied with it, set or not. */
        if (owner.dtype == GR_STRUCT ? all(at, end) : any(at, end)) {
            report(&owner, false);
            clear(at, end); /* said once */
        }
    }
    if (writes) {
        clear(at, end);
    }
}

void gr_impl_uninit_access(const void *address, size_t bytes, bool reads, bool writes) {
    const uintptr_t at = (uintptr_t)address, end = at + bytes;

    if (GR_IMPL_UNLIKELY(any(at, end))) {
        meet(at, end, reads, writes);
    }
}
