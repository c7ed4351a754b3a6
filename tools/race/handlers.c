/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file handlers.c
 * @brief What instrumented kernel files call: the thread sanitizer's interface, with accesses
 * handed to the library and atomics just done.
 *
 * Names and meaning are those of the compilers' own runtime, in whose place this is linked. It is a
 * static archive, and a program that has that runtime too is ended at once: two of them would take
 * each other's calls.
 */
#include <granum/impl/tool_calls.h>

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT __attribute__((visibility("hidden")))

EXPORT void __tsan_init(void);
EXPORT void __tsan_init(void) {
    if (dlsym(RTLD_DEFAULT, "__tsan_testonly_shadow_stack_current_size")) {
        fputs("granum: debug mode race and the thread sanitizer are in one program, expected one "
              "of them\n",
              stderr);
        abort();
    }
}

EXPORT void __tsan_func_entry(void *caller);
EXPORT void __tsan_func_entry(void *caller) {
    (void)caller;
}
EXPORT void __tsan_func_exit(void);
EXPORT void __tsan_func_exit(void) {}

#define ACCESS(name, bytes, writes)                  \
    EXPORT void __tsan_##name(void *address);        \
    EXPORT void __tsan_##name(void *address) {       \
        gr_impl_race_access(address, bytes, writes); \
    }
#define ACCESSES(bytes)                        \
    ACCESS(read##bytes, bytes, false)          \
    ACCESS(write##bytes, bytes, true)          \
    ACCESS(volatile_read##bytes, bytes, false) \
    ACCESS(volatile_write##bytes, bytes, true)
#define UNALIGNED(bytes)                        \
    ACCESS(unaligned_read##bytes, bytes, false) \
    ACCESS(unaligned_write##bytes, bytes, true)
ACCESSES(1)
ACCESSES(2)
ACCESSES(4)
ACCESSES(8)
ACCESSES(16)
UNALIGNED(2)
UNALIGNED(4)
UNALIGNED(8)
UNALIGNED(16)

EXPORT void __tsan_read_range(void *address, size_t bytes);
EXPORT void __tsan_read_range(void *address, size_t bytes) {
    gr_impl_race_access(address, bytes, false);
}
EXPORT void __tsan_write_range(void *address, size_t bytes);
EXPORT void __tsan_write_range(void *address, size_t bytes) {
    gr_impl_race_access(address, bytes, true);
}

/* Atomics of one iteration do not race with those of another. The strongest order serves all. */
#define STRONG __ATOMIC_SEQ_CST
#define FETCH(bits, T, name)                                                 \
    EXPORT T __tsan_atomic##bits##_fetch_##name(T *at, T value, int order);  \
    EXPORT T __tsan_atomic##bits##_fetch_##name(T *at, T value, int order) { \
        (void)order;                                                         \
        gr_impl_race_atomic(at, sizeof *at, true, true);                     \
        return __atomic_fetch_##name(at, value, STRONG);                     \
    }
#define ATOMICS(bits, T)                                                                           \
    EXPORT T __tsan_atomic##bits##_load(const T *at, int order);                                   \
    EXPORT T __tsan_atomic##bits##_load(const T *at, int order) {                                  \
        (void)order;                                                                               \
        gr_impl_race_atomic(at, sizeof *at, true, false);                                          \
        return __atomic_load_n(at, STRONG);                                                        \
    }                                                                                              \
    EXPORT void __tsan_atomic##bits##_store(T *at, T value, int order);                            \
    EXPORT void __tsan_atomic##bits##_store(T *at, T value, int order) {                           \
        (void)order;                                                                               \
        gr_impl_race_atomic(at, sizeof *at, false, true);                                          \
        __atomic_store_n(at, value, STRONG);                                                       \
    }                                                                                              \
    EXPORT T __tsan_atomic##bits##_exchange(T *at, T value, int order);                            \
    EXPORT T __tsan_atomic##bits##_exchange(T *at, T value, int order) {                           \
        (void)order;                                                                               \
        gr_impl_race_atomic(at, sizeof *at, true, true);                                           \
        return __atomic_exchange_n(at, value, STRONG);                                             \
    }                                                                                              \
    EXPORT int __tsan_atomic##bits##_compare_exchange_strong(T *at, T *expected, T value,          \
                                                             int order, int failure);              \
    EXPORT int __tsan_atomic##bits##_compare_exchange_strong(T *at, T *expected, T value,          \
                                                             int order, int failure) {             \
        (void)order, (void)failure;                                                                \
        gr_impl_race_atomic(at, sizeof *at, true, true);                                           \
        return __atomic_compare_exchange_n(at, expected, value, false, STRONG, STRONG);            \
    }                                                                                              \
    EXPORT int __tsan_atomic##bits##_compare_exchange_weak(T *at, T *expected, T value, int order, \
                                                           int failure);                           \
    EXPORT int __tsan_atomic##bits##_compare_exchange_weak(T *at, T *expected, T value, int order, \
                                                           int failure) {                          \
        (void)order, (void)failure;                                                                \
        gr_impl_race_atomic(at, sizeof *at, true, true);                                           \
        return __atomic_compare_exchange_n(at, expected, value, true, STRONG, STRONG);             \
    }                                                                                              \
    FETCH(bits, T, add)                                                                            \
    FETCH(bits, T, sub)                                                                            \
    FETCH(bits, T, and)                                                                            \
    FETCH(bits, T, or)                                                                             \
    FETCH(bits, T, xor)                                                                            \
    FETCH(bits, T, nand)
ATOMICS(8, uint8_t)
ATOMICS(16, uint16_t)
ATOMICS(32, uint32_t)
ATOMICS(64, uint64_t)

EXPORT void __tsan_atomic_thread_fence(int order);
EXPORT void __tsan_atomic_thread_fence(int order) {
    (void)order;
    __atomic_thread_fence(STRONG);
}
EXPORT void __tsan_atomic_signal_fence(int order);
EXPORT void __tsan_atomic_signal_fence(int order) {
    (void)order;
    __atomic_signal_fence(STRONG);
}

/* clang's names for what a body may call. */
EXPORT void *__tsan_memcpy(void *to, const void *from, size_t bytes);
EXPORT void *__tsan_memcpy(void *to, const void *from, size_t bytes) {
    gr_impl_race_access(from, bytes, false);
    gr_impl_race_access(to, bytes, true);
    return memcpy(to, from, bytes);
}
EXPORT void *__tsan_memmove(void *to, const void *from, size_t bytes);
EXPORT void *__tsan_memmove(void *to, const void *from, size_t bytes) {
    gr_impl_race_access(from, bytes, false);
    gr_impl_race_access(to, bytes, true);
    return memmove(to, from, bytes);
}
EXPORT void *__tsan_memset(void *to, int value, size_t bytes);
EXPORT void *__tsan_memset(void *to, int value, size_t bytes) {
    gr_impl_race_access(to, bytes, true);
    return memset(to, value, bytes);
}
