/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file atomic.c
 * @brief Atomics on elements without instructions of their own: a pool of locks, and 16 bytes.
 *
 * A lock is held while bytes are compared and copied, which calls nothing: a thread never waits for
 * a second lock, so none can wait in a circle.
 */
#include "../backend.h"

#include <granum/impl/atomic_words.h>
#include <granum/impl/host_atomic.h>

#include <pthread.h>
#include <sched.h>
#include <string.h>

enum { STRIPES = 256, SPINS = 64 };

/* A lock a cache line: neighbours do not disturb each other. */
static struct { _Alignas(64) int held; } stripes[STRIPES];

/* Neighbouring elements have different locks. */
static int *stripe_of(const void *p) {
    const uint64_t hash = (uint64_t)(uintptr_t)p * UINT64_C(0x9e3779b97f4a7c15);

    return &stripes[hash >> 56].held;
}

static void lock(int *held, bool ordered) {
    for (int spins = 0;; ++spins) {
        if (!(ordered ? __atomic_exchange_n(held, 1, __ATOMIC_SEQ_CST)
                      : __atomic_exchange_n(held, 1, __ATOMIC_ACQUIRE))) {
            return;
        }
        while (__atomic_load_n(held, __ATOMIC_RELAXED)) {
            /* Its holder may have lost the processor. */
            if (++spins > SPINS) {
                sched_yield();
            }
        }
    }
}

/* An exchange where the order is seq_cst, as the lock's: these are in the one order of all such. */
static void unlock(int *held, bool ordered) {
    if (ordered) {
        (void)__atomic_exchange_n(held, 0, __ATOMIC_SEQ_CST);
    } else {
        __atomic_store_n(held, 0, __ATOMIC_RELEASE);
    }
}

/* A child must not be born while another thread holds a lock that it would never give back. */
static void lock_all(void) {
    for (int k = 0; k < STRIPES; ++k) {
        lock(&stripes[k].held, false);
    }
}

static void unlock_all(void) {
    for (int k = 0; k < STRIPES; ++k) {
        unlock(&stripes[k].held, false);
    }
}

#ifdef __x86_64__
#include <cpuid.h>

__extension__ typedef unsigned __int128 bits_16;

static bool has_16;      /* cmpxchg16b */
static bool has_load_16; /* aligned loads of 16 bytes are atomic: both makers promise it with AVX */

static void find_instructions(void) {
    unsigned a, b, c, d;

    if (__get_cpuid(1, &a, &b, &c, &d)) {
        has_16 = (c & bit_CMPXCHG16B) != 0;
        has_load_16 = has_16 && (c & bit_AVX) != 0;
    }
}

static bool is_16(const void *p, size_t size) {
    return size == 16 && has_16 && (uintptr_t)p % 16 == 0;
}

/* In the machine's words: clang calls a function that nobody has for the builtin of this size. */
static bits_16 compare_exchange_16(void *p, bits_16 expected, bits_16 desired) {
    uint64_t low = (uint64_t)expected, high = (uint64_t)(expected >> 64);

    __asm__ volatile("lock cmpxchg16b %0"
                     : "+m"(*(bits_16 *)p), "+a"(low), "+d"(high)
                     : "b"((uint64_t)desired), "c"((uint64_t)(desired >> 64))
                     : "memory", "cc");
    return (bits_16)high << 64 | low;
}

static bits_16 load_16(const void *p) {
    bits_16 bits;

    if (has_load_16) {
        __asm__ volatile("movdqa %1, %%xmm0\n\tmovdqu %%xmm0, %0"
                         : "=m"(bits)
                         : "m"(*(const bits_16 *)p)
                         : "xmm0", "memory");
        return bits;
    }
    return compare_exchange_16((void *)(uintptr_t)p, 0, 0);
}
#else
typedef struct bits_16 {
    uint64_t part[2];
} bits_16;

static void find_instructions(void) {}
#endif

__attribute__((constructor)) static void prepare(void) {
    find_instructions();
    pthread_atfork(lock_all, unlock_all, unlock_all);
}

void gr_impl_atomic_pool_load(const void *p, void *value, size_t size, bool ordered) {
    int *held;

#ifdef __x86_64__
    if (is_16(p, size)) {
        const bits_16 bits = load_16(p);

        memcpy(value, &bits, sizeof bits);
        return;
    }
#endif
    held = stripe_of(p);
    lock(held, ordered);
    memcpy(value, p, size);
    unlock(held, ordered);
}

void gr_impl_atomic_pool_exchange(void *p, const void *value, void *old, size_t size,
                                  bool ordered) {
    int *held;

#ifdef __x86_64__
    if (is_16(p, size)) {
        bits_16 seen = load_16(p), bits, guess;

        memcpy(&bits, value, sizeof bits);
        do {
            guess = seen;
            seen = compare_exchange_16(p, guess, bits);
        } while (seen != guess);
        if (old) {
            memcpy(old, &seen, sizeof seen);
        }
        return;
    }
#endif
    held = stripe_of(p);
    lock(held, ordered);
    if (old) {
        memcpy(old, p, size);
    }
    memcpy(p, value, size);
    unlock(held, ordered);
}

bool gr_impl_atomic_pool_compare_exchange(void *p, void *expected, const void *desired, size_t size,
                                          bool ordered) {
    int *held;
    bool same;

#ifdef __x86_64__
    if (is_16(p, size)) {
        bits_16 bits, guess, seen;

        memcpy(&guess, expected, sizeof guess);
        memcpy(&bits, desired, sizeof bits);
        seen = compare_exchange_16(p, guess, bits);
        memcpy(expected, &seen, sizeof seen);
        return seen == guess;
    }
#endif
    held = stripe_of(p);
    lock(held, ordered);
    same = memcmp(p, expected, size) == 0;
    memcpy(same ? p : expected, same ? desired : p, size);
    unlock(held, ordered);
    return same;
}
