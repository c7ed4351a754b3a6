/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file gpu/atomic.h
 * @brief Atomics on a device: instructions for words of 4 and 8 bytes, the word around them for
 * elements of 1 and 2, a pool of locks for other sizes and elements that are not aligned.
 *
 * As on the host (docs/design/004-atomics.md), which of them an element uses depends on its size
 * and address alone. A lock is held while bytes are copied and never while a function of the user's
 * runs, and a thread that finds one taken tries again in a loop that its whole warp goes round: so
 * threads of one warp cannot wait for each other. The pool belongs to the kernel file.
 */
#ifndef GRANUM_GPU_ATOMIC_H
#define GRANUM_GPU_ATOMIC_H

#include <granum/gpu/words.h>
#include <granum/impl/atomic_values.h>
#include <granum/impl/atomic_words.h>
#include <granum/impl/view_arguments.h>

extern "C++" { /* kernel files stand in an extern "C", and some headers are included by them */

/* What other memory an atomic orders: fences around a relaxed one. */
GR_IMPL_DEVICE_INLINE void gr_impl_atomic_before(int order) {
    if (order != GR_ORDER_RELAXED && order != GR_ORDER_ACQUIRE) {
        gr_impl_dev_fence();
    }
}
GR_IMPL_DEVICE_INLINE void gr_impl_atomic_after(int order) {
    if (order != GR_ORDER_RELAXED && order != GR_ORDER_RELEASE) {
        gr_impl_dev_fence();
    }
}

/* Bits of a value as an unsigned number of its size, and back. */
template <int Size> struct gr_impl_bits;
template <> struct gr_impl_bits<1> { using type = uint8_t; };
template <> struct gr_impl_bits<2> { using type = uint16_t; };
template <> struct gr_impl_bits<4> { using type = uint32_t; };
template <> struct gr_impl_bits<8> { using type = uint64_t; };

/* Whole numbers of a size, with or without a sign. */
template <int Size, bool without> struct gr_impl_signed_bits {
    using type = typename gr_impl_bits<Size>::type;
};
template <> struct gr_impl_signed_bits<4, false> { using type = int32_t; };
template <> struct gr_impl_signed_bits<8, false> { using type = int64_t; };

template <class To, class From> GR_IMPL_DEVICE_INLINE To gr_impl_bits_of(const From &from) {
    To to;

    static_assert(sizeof(To) == sizeof(From), "the sizes differ");
    __builtin_memcpy(&to, &from, sizeof to);
    return to;
}

/* Replace the bits at p if they are those expected; what they were. */
template <class U> GR_IMPL_DEVICE_INLINE U gr_impl_dev_replace(U *p, U expected, U desired) {
    if constexpr (sizeof(U) >= 4) {
        return gr_impl_dev_compare_exchange(p, expected, desired);
    } else {
        const unsigned offset = (unsigned)((uintptr_t)p % 4);
        const unsigned shift = 8 * offset;
        const uint32_t mask = (uint32_t)(U)-1 << shift;
        uint32_t *word = (uint32_t *)(void *)((char *)p - offset), seen = gr_impl_dev_relaxed(word);

        while ((U)((seen & mask) >> shift) == expected) {
            const uint32_t old = gr_impl_dev_compare_exchange(
                word, seen, (seen & ~mask) | (uint32_t)desired << shift);

            if (old == seen) {
                return expected;
            }
            seen = old;
        }
        return (U)((seen & mask) >> shift);
    }
}

/* Elements behind locks. */
enum { GR_IMPL_GPU_LOCKS = 1024 };
struct gr_impl_gpu_pool {
    unsigned locks[GR_IMPL_GPU_LOCKS];
};
GR_IMPL_DEVICE_VARIABLE gr_impl_gpu_pool gr_impl_gpu_locks;

/* Run work() with the lock of p. */
template <class Work>
GR_IMPL_DEVICE_INLINE void gr_impl_gpu_locked(const void *p, const Work &work) {
    const uintptr_t line = (uintptr_t)p / 64;
    uint32_t *lock =
        &gr_impl_gpu_locks.locks[(line ^ line / GR_IMPL_GPU_LOCKS) % GR_IMPL_GPU_LOCKS];
    bool done = false;

    while (!done) {
        if (gr_impl_dev_compare_exchange(lock, 0u, 1u) == 0u) {
            gr_impl_dev_fence();
            work();
            gr_impl_dev_fence();
            (void)gr_impl_dev_compare_exchange(lock, 1u, 0u);
            done = true;
        }
    }
}

template <class T> GR_IMPL_DEVICE_INLINE T gr_impl_gpu_copy(const volatile T *p) {
    T value;

    for (size_t k = 0; k < sizeof(T); ++k) {
        reinterpret_cast<unsigned char *>(&value)[k] =
            reinterpret_cast<const volatile unsigned char *>(p)[k];
    }
    return value;
}
template <class T> GR_IMPL_DEVICE_INLINE void gr_impl_gpu_copy_to(volatile T *p, const T &value) {
    for (size_t k = 0; k < sizeof(T); ++k) {
        reinterpret_cast<volatile unsigned char *>(p)[k] =
            reinterpret_cast<const unsigned char *>(&value)[k];
    }
}
template <class T> GR_IMPL_DEVICE_INLINE bool gr_impl_gpu_equal(const T &a, const T &b) {
    bool equal = true;

    for (size_t k = 0; k < sizeof(T); ++k) {
        equal = equal && reinterpret_cast<const unsigned char *>(&a)[k] ==
                             reinterpret_cast<const unsigned char *>(&b)[k];
    }
    return equal;
}

/* Sizes with instructions; such an element that is not aligned to its size has none. */
template <class T> GR_IMPL_HOST_DEVICE constexpr bool gr_impl_gpu_has_words() {
    return sizeof(T) == 1 || sizeof(T) == 2 || sizeof(T) == 4 || sizeof(T) == 8;
}
template <class T> GR_IMPL_DEVICE_INLINE bool gr_impl_gpu_is_native(const volatile T *p) {
    return alignof(T) >= sizeof(T) || (uintptr_t)p % sizeof(T) == 0;
}

/* The four that everything is made of, relaxed, on a value type. */
template <class T> GR_IMPL_DEVICE_INLINE T gr_impl_gpu_read(const T *p) {
    T value;

    if constexpr (gr_impl_gpu_has_words<T>()) {
        if (gr_impl_gpu_is_native(p)) {
            using U = typename gr_impl_bits<sizeof(T)>::type;

            return gr_impl_bits_of<T>(gr_impl_dev_relaxed((const U *)(const void *)p));
        }
    }
    gr_impl_gpu_locked(p, [&] { value = gr_impl_gpu_copy(p); });
    return value;
}
template <class T>
GR_IMPL_DEVICE_INLINE bool gr_impl_gpu_compare(T *p, T *expected, const T &desired) {
    bool same = false;

    if constexpr (gr_impl_gpu_has_words<T>()) {
        if (gr_impl_gpu_is_native(p)) {
            using U = typename gr_impl_bits<sizeof(T)>::type;
            const U wanted = gr_impl_bits_of<U>(*expected);
            const U seen = gr_impl_dev_replace((U *)(void *)p, wanted, gr_impl_bits_of<U>(desired));

            *expected = gr_impl_bits_of<T>(seen);
            return seen == wanted;
        }
    }
    gr_impl_gpu_locked(p, [&] {
        const T seen = gr_impl_gpu_copy(p);

        same = gr_impl_gpu_equal(seen, *expected);
        if (same) {
            gr_impl_gpu_copy_to(p, desired);
        }
        *expected = seen;
    });
    return same;
}
template <class T> GR_IMPL_DEVICE_INLINE T gr_impl_gpu_swap(T *p, const T &value) {
    T old;

    if constexpr (gr_impl_gpu_has_words<T>()) {
        if (gr_impl_gpu_is_native(p)) {
            old = gr_impl_gpu_read(p);
            while (!gr_impl_gpu_compare(p, &old, value)) {}
            return old;
        }
    }
    gr_impl_gpu_locked(p, [&] {
        old = gr_impl_gpu_copy(p);
        gr_impl_gpu_copy_to(p, value);
    });
    return old;
}

template <class T>
GR_IMPL_DEVICE_INLINE gr_impl_atomic_value<T> gr_impl_atomic_read(T *p, int order) {
    static_assert(sizeof(T) <= GR_MAX_ATOMIC,
                  "an atomic element has more than 64 bytes, expected 1..64");
    if (order == GR_ORDER_SEQ_CST) {
        gr_impl_dev_fence();
    }
    const gr_impl_atomic_value<T> value =
        gr_impl_gpu_read(const_cast<const gr_impl_atomic_value<T> *>(p));

    gr_impl_atomic_after(order);
    return value;
}

template <class T>
GR_IMPL_DEVICE_INLINE gr_impl_atomic_value<T> gr_impl_atomic_swap(T *p, gr_impl_atomic_value<T> v,
                                                                  int order) {
    gr_impl_atomic_check_write<T>();
    gr_impl_atomic_before(order);
    const gr_impl_atomic_value<T> old =
        gr_impl_gpu_swap(const_cast<gr_impl_atomic_value<T> *>(p), v);

    gr_impl_atomic_after(order);
    return old;
}

template <class T, class E>
GR_IMPL_DEVICE_INLINE bool gr_impl_atomic_compare(T *p, E *expected,
                                                  gr_impl_atomic_value<T> desired, int order) {
    static_assert(
        gr_impl_same<E, gr_impl_atomic_value<T>>::value,
        "GR_ATOMIC_COMPARE_EXCHANGE: expected must point to a value of the type of the element");
    gr_impl_atomic_check_write<T>();
    gr_impl_atomic_before(order);
    const bool done =
        gr_impl_gpu_compare(const_cast<gr_impl_atomic_value<T> *>(p), expected, desired);

    gr_impl_atomic_after(order);
    return done;
}

/* Before or after, or nothing, as the caller asks. */
template <gr_impl_atomic_result Result, class T>
GR_IMPL_DEVICE_INLINE auto gr_impl_atomic_answer(const T &before, const T &after) {
    if constexpr (Result == GR_IMPL_ATOMIC_OLD) {
        return before;
    } else if constexpr (Result == GR_IMPL_ATOMIC_NEW) {
        return after;
    } else {
        (void)before;
        (void)after;
    }
}

/* Replace a by function(a, v); before and after go to the caller. */
template <gr_impl_atomic_result Result, class T, class V, class F>
GR_IMPL_DEVICE_INLINE auto gr_impl_atomic_update(T *p, F function, V v, int order) {
    using U = gr_impl_atomic_value<T>;
    U *at = const_cast<U *>(p);
    U before = gr_impl_gpu_read<U>(at), after;

    gr_impl_atomic_check_write<T>();
    gr_impl_atomic_before(order);
    do {
        after = function(before, v);
    } while (!gr_impl_gpu_compare(at, &before, after));
    gr_impl_atomic_after(order);
    return gr_impl_atomic_answer<Result>(before, after);
}

/* Whether the device has an operation for words of T; it answers the value before. */
template <gr_impl_atomic_op Op, class T> GR_IMPL_HOST_DEVICE constexpr bool gr_impl_gpu_has() {
    constexpr bool words = sizeof(T) == 4 || sizeof(T) == 8;
    constexpr bool whole = gr_impl_is_exact<T>::value && words;

    return (Op == GR_IMPL_ATOMIC_ADD && words &&
            (gr_impl_is_exact<T>::value || gr_impl_atomic_is_real<T>())) ||
           (whole &&
            (Op == GR_IMPL_ATOMIC_SUB || Op == GR_IMPL_ATOMIC_AND || Op == GR_IMPL_ATOMIC_OR ||
             Op == GR_IMPL_ATOMIC_XOR || Op == GR_IMPL_ATOMIC_MIN || Op == GR_IMPL_ATOMIC_MAX));
}

template <gr_impl_atomic_op Op, class T> GR_IMPL_DEVICE_INLINE T gr_impl_gpu_fetch(T *p, T v) {
    if constexpr (gr_impl_atomic_is_real<T>()) {
        return gr_impl_dev_add(p, v);
    } else if constexpr (Op == GR_IMPL_ATOMIC_MIN || Op == GR_IMPL_ATOMIC_MAX) {
        /* Signs matter, so the type of its size with T's sign. */
        using I = typename gr_impl_signed_bits<sizeof(T), ((T)-1 > (T)0)>::type;
        I *at = (I *)(void *)p;

        return (T)(Op == GR_IMPL_ATOMIC_MIN ? gr_impl_dev_min(at, (I)v)
                                            : gr_impl_dev_max(at, (I)v));
    } else {
        using U = typename gr_impl_bits<sizeof(T)>::type;
        U *at = (U *)(void *)p;

        return (T)(Op == GR_IMPL_ATOMIC_ADD   ? gr_impl_dev_add(at, (U)v)
                   : Op == GR_IMPL_ATOMIC_SUB ? gr_impl_dev_add(at, (U)(0 - (U)v))
                   : Op == GR_IMPL_ATOMIC_AND ? gr_impl_dev_and(at, (U)v)
                   : Op == GR_IMPL_ATOMIC_OR  ? gr_impl_dev_or(at, (U)v)
                                              : gr_impl_dev_xor(at, (U)v));
    }
}

template <gr_impl_atomic_op Op, gr_impl_atomic_result Result, class T>
GR_IMPL_DEVICE_INLINE auto gr_impl_atomic_arithmetic(T *p, gr_impl_atomic_value<T> v, int order) {
    using U = gr_impl_atomic_value<T>;
    constexpr bool integer = gr_impl_atomic_is_integer<U>();
    U *at = const_cast<U *>(p);
    U before, after;
    bool done = false;

    static_assert(integer || (gr_impl_atomic_is_real<U>() && Op <= GR_IMPL_ATOMIC_MAX) ||
                      (gr_impl_atomic_is_complex<U>() && Op <= GR_IMPL_ATOMIC_DIV),
                  "atomic: the type of the element has no such operation (GR_ATOMIC_UPDATE takes a "
                  "function)");
    gr_impl_atomic_check_write<T>();
    gr_impl_atomic_before(order);
    if constexpr (gr_impl_gpu_has<Op, U>()) {
        done = gr_impl_gpu_is_native(at);
        if (done) {
            before = gr_impl_gpu_fetch<Op>(at, v);
            after = gr_impl_atomic_new<Op>(before, v);
        }
    }
    if (!done) {
        before = gr_impl_gpu_read<U>(at);
        do {
            after = gr_impl_atomic_new<Op>(before, v);
        } while (!gr_impl_gpu_compare(at, &before, after));
    }
    gr_impl_atomic_after(order);
    return gr_impl_atomic_answer<Result>(before, after);
}

} /* extern "C++" */

#define GR_IMPL_ATOMIC_LOAD(op, result, p, order)                           \
    (GR_IMPL_ATOMIC_CHECK_ORDER(order, GR_ORDER_RELEASE, GR_ORDER_ACQ_REL), \
     gr_impl_atomic_read((p), (order)))
#define GR_IMPL_ATOMIC_STORE(op, result, p, v, order)                       \
    (GR_IMPL_ATOMIC_CHECK_ORDER(order, GR_ORDER_ACQUIRE, GR_ORDER_ACQ_REL), \
     (void)gr_impl_atomic_swap((p), (v), (order)))
#define GR_IMPL_ATOMIC_EXCHANGE(op, result, p, v, order) \
    (GR_IMPL_ATOMIC_CHECK_ORDER(order, -1, -1), gr_impl_atomic_swap((p), (v), (order)))
#define GR_IMPL_ATOMIC_COMPARE_EXCHANGE(op, result, p, expected, desired, order) \
    (GR_IMPL_ATOMIC_CHECK_ORDER(order, -1, -1),                                  \
     gr_impl_atomic_compare((p), (expected), (desired), (order)))
#define GR_IMPL_ATOMIC_UPDATE(op, result, p, function, v, order) \
    (GR_IMPL_ATOMIC_CHECK_ORDER(order, -1, -1),                  \
     gr_impl_atomic_update<result>(                              \
         (p), [&](auto gr_a, auto gr_v) { return function(gr_a, gr_v); }, (v), (order)))
#define GR_IMPL_ATOMIC_ARITHMETIC(op, result, p, v, order) \
    (GR_IMPL_ATOMIC_CHECK_ORDER(order, -1, -1),            \
     gr_impl_atomic_arithmetic<op, result>((p), (v), (order)))

#endif
