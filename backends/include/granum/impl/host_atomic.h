/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file impl/host_atomic.h
 * @brief Atomics of the host backends, for C and for C++: instructions by the element's size, the
 * library's pool of locks for other sizes and for elements that are not aligned to their size.
 *
 * Which of the two an element uses depends on its size and address alone, so all files agree.
 * Values travel through memory: that is one text for numbers and structs, and compilers see through
 * it (docs/design/004-atomics.md has the assembly).
 */
#ifndef GRANUM_IMPL_HOST_ATOMIC_H
#define GRANUM_IMPL_HOST_ATOMIC_H

#include <granum/types.h>

#include <granum/impl/atomic_words.h>
#include <granum/impl/view_arguments.h>

/* Without optimisation nothing is folded: inlining everywhere would only take compilers minutes. */
#ifdef __OPTIMIZE__
#define GR_IMPL_ATOMIC_INLINE GR_IMPL_INLINE
#else
#define GR_IMPL_ATOMIC_INLINE static inline __attribute__((unused))
#endif

GR_EXTERN_C_BEGIN

/* Elements behind locks, and of 16 bytes; ordered: seq_cst. */
GR_API void gr_impl_atomic_pool_load(const void *p, void *value, size_t size, bool ordered);
GR_API void gr_impl_atomic_pool_exchange(void *p, const void *value, void *old, size_t size,
                                         bool ordered);
GR_API bool gr_impl_atomic_pool_compare_exchange(void *p, void *expected, const void *desired,
                                                 size_t size, bool ordered);

typedef uint8_t __attribute__((may_alias)) gr_impl_bits_1;
typedef uint16_t __attribute__((may_alias)) gr_impl_bits_2;
typedef uint32_t __attribute__((may_alias)) gr_impl_bits_4;
typedef uint64_t __attribute__((may_alias)) gr_impl_bits_8;

/* For the sizes that have instructions. */
#define GR_IMPL_ATOMIC_SIZES(X) X(1) X(2) X(4) X(8)

/** Whether an element at p has instructions of its own; a constant where its type is aligned so. */
GR_IMPL_ATOMIC_INLINE bool gr_impl_atomic_is_native(const void *p, size_t size, size_t align) {
    const bool small = size == 1 || size == 2 || size == 4 ||
                       (size == 8 && __atomic_always_lock_free(sizeof(uint64_t), 0));

    return small && (align >= size || (uintptr_t)p % size == 0);
}

GR_IMPL_ATOMIC_INLINE void gr_impl_atomic_load(const void *p, void *value, size_t size,
                                               size_t align, int order) {
    if (!gr_impl_atomic_is_native(p, size, align)) {
        gr_impl_atomic_pool_load(p, value, size, order == __ATOMIC_SEQ_CST);
        return;
    }
    switch (size) {
#define GR_IMPL_ATOMIC_CASE(S)                                                       \
    case S: {                                                                        \
        gr_impl_bits_##S bits = __atomic_load_n((const gr_impl_bits_##S *)p, order); \
        __builtin_memcpy(value, &bits, S);                                           \
        break;                                                                       \
    }
        GR_IMPL_ATOMIC_SIZES(GR_IMPL_ATOMIC_CASE)
#undef GR_IMPL_ATOMIC_CASE
    default:
        __builtin_unreachable();
    }
}

GR_IMPL_ATOMIC_INLINE void gr_impl_atomic_store(void *p, const void *value, size_t size,
                                                size_t align, int order) {
    if (!gr_impl_atomic_is_native(p, size, align)) {
        gr_impl_atomic_pool_exchange(p, value, NULL, size, order == __ATOMIC_SEQ_CST);
        return;
    }
    switch (size) {
#define GR_IMPL_ATOMIC_CASE(S)                                \
    case S: {                                                 \
        gr_impl_bits_##S bits;                                \
        __builtin_memcpy(&bits, value, S);                    \
        __atomic_store_n((gr_impl_bits_##S *)p, bits, order); \
        break;                                                \
    }
        GR_IMPL_ATOMIC_SIZES(GR_IMPL_ATOMIC_CASE)
#undef GR_IMPL_ATOMIC_CASE
    default:
        __builtin_unreachable();
    }
}

GR_IMPL_ATOMIC_INLINE void gr_impl_atomic_exchange(void *p, const void *value, void *old,
                                                   size_t size, size_t align, int order) {
    if (!gr_impl_atomic_is_native(p, size, align)) {
        gr_impl_atomic_pool_exchange(p, value, old, size, order == __ATOMIC_SEQ_CST);
        return;
    }
    switch (size) {
#define GR_IMPL_ATOMIC_CASE(S)                                          \
    case S: {                                                           \
        gr_impl_bits_##S bits;                                          \
        __builtin_memcpy(&bits, value, S);                              \
        bits = __atomic_exchange_n((gr_impl_bits_##S *)p, bits, order); \
        __builtin_memcpy(old, &bits, S);                                \
        break;                                                          \
    }
        GR_IMPL_ATOMIC_SIZES(GR_IMPL_ATOMIC_CASE)
#undef GR_IMPL_ATOMIC_CASE
    default:
        __builtin_unreachable();
    }
}

GR_IMPL_ATOMIC_INLINE bool gr_impl_atomic_compare_exchange(void *p, void *expected,
                                                           const void *desired, size_t size,
                                                           size_t align, int order) {
    /* A comparison that fails is only a load. */
    const int failed = order == __ATOMIC_ACQ_REL   ? __ATOMIC_ACQUIRE
                       : order == __ATOMIC_RELEASE ? __ATOMIC_RELAXED
                                                   : order;
    bool done = false;

    if (!gr_impl_atomic_is_native(p, size, align)) {
        return gr_impl_atomic_pool_compare_exchange(p, expected, desired, size,
                                                    order == __ATOMIC_SEQ_CST);
    }
    switch (size) {
#define GR_IMPL_ATOMIC_CASE(S)                                                                     \
    case S: {                                                                                      \
        gr_impl_bits_##S seen, bits;                                                               \
        __builtin_memcpy(&seen, expected, S);                                                      \
        __builtin_memcpy(&bits, desired, S);                                                       \
        done =                                                                                     \
            __atomic_compare_exchange_n((gr_impl_bits_##S *)p, &seen, bits, false, order, failed); \
        __builtin_memcpy(expected, &seen, S);                                                      \
        break;                                                                                     \
    }
        GR_IMPL_ATOMIC_SIZES(GR_IMPL_ATOMIC_CASE)
#undef GR_IMPL_ATOMIC_CASE
    default:
        __builtin_unreachable();
    }
    return done;
}

/* Integer operations of the machine; the value before goes to old. */
#define GR_IMPL_ATOMIC_FETCH(name, fetch)                                               \
    GR_IMPL_ATOMIC_INLINE void name(void *p, const void *value, void *old, size_t size, \
                                    int order) {                                        \
        switch (size) {                                                                 \
            GR_IMPL_ATOMIC_FETCH_CASE(fetch, 1)                                         \
            GR_IMPL_ATOMIC_FETCH_CASE(fetch, 2)                                         \
            GR_IMPL_ATOMIC_FETCH_CASE(fetch, 4)                                         \
            GR_IMPL_ATOMIC_FETCH_CASE(fetch, 8)                                         \
        default:                                                                        \
            __builtin_unreachable();                                                    \
        }                                                                               \
    }
#define GR_IMPL_ATOMIC_FETCH_CASE(fetch, S)               \
    case S: {                                             \
        gr_impl_bits_##S bits;                            \
        __builtin_memcpy(&bits, value, S);                \
        bits = fetch((gr_impl_bits_##S *)p, bits, order); \
        __builtin_memcpy(old, &bits, S);                  \
        break;                                            \
    }
GR_IMPL_ATOMIC_FETCH(gr_impl_atomic_fetch_add, __atomic_fetch_add)
GR_IMPL_ATOMIC_FETCH(gr_impl_atomic_fetch_sub, __atomic_fetch_sub)
GR_IMPL_ATOMIC_FETCH(gr_impl_atomic_fetch_and, __atomic_fetch_and)
GR_IMPL_ATOMIC_FETCH(gr_impl_atomic_fetch_or, __atomic_fetch_or)
GR_IMPL_ATOMIC_FETCH(gr_impl_atomic_fetch_xor, __atomic_fetch_xor)
#undef GR_IMPL_ATOMIC_FETCH
#undef GR_IMPL_ATOMIC_FETCH_CASE
#undef GR_IMPL_ATOMIC_SIZES

/** Do an operation that the machine has for integers. */
GR_IMPL_ATOMIC_INLINE void gr_impl_atomic_fetch(enum gr_impl_atomic_op op, void *p,
                                                const void *value, void *old, size_t size,
                                                int order) {
    switch (op) {
    case GR_IMPL_ATOMIC_ADD:
        gr_impl_atomic_fetch_add(p, value, old, size, order);
        break;
    case GR_IMPL_ATOMIC_SUB:
        gr_impl_atomic_fetch_sub(p, value, old, size, order);
        break;
    case GR_IMPL_ATOMIC_AND:
        gr_impl_atomic_fetch_and(p, value, old, size, order);
        break;
    case GR_IMPL_ATOMIC_OR:
        gr_impl_atomic_fetch_or(p, value, old, size, order);
        break;
    case GR_IMPL_ATOMIC_XOR:
        gr_impl_atomic_fetch_xor(p, value, old, size, order);
        break;
    default:
        break; /* the others are loops */
    }
}

/** Whether the machine has an operation, for integers or for truth values. */
GR_IMPL_ATOMIC_INLINE bool gr_impl_atomic_has(enum gr_impl_atomic_op op, bool truth) {
    return op == GR_IMPL_ATOMIC_AND || op == GR_IMPL_ATOMIC_OR || op == GR_IMPL_ATOMIC_XOR ||
           (!truth && (op == GR_IMPL_ATOMIC_ADD || op == GR_IMPL_ATOMIC_SUB));
}

/** Whether a minimum or maximum leaves the element as it is, so that nothing has to be written; one
 * that orders other memory writes all the same. */
GR_IMPL_ATOMIC_INLINE bool gr_impl_atomic_keeps(enum gr_impl_atomic_op op, int order,
                                                const void *old, const void *value, size_t size) {
    return (op == GR_IMPL_ATOMIC_MIN || op == GR_IMPL_ATOMIC_MAX) && order == __ATOMIC_RELAXED &&
           size <= sizeof(uint64_t) && __builtin_memcmp(old, value, size) == 0;
}

GR_EXTERN_C_END

#ifdef __cplusplus
#include <granum/impl/host_atomic_cxx.h>
#else
#include <granum/impl/host_atomic_c.h>
#endif

#endif
