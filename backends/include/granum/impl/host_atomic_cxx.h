/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file impl/host_atomic_cxx.h
 * @brief The typed half of the host's atomics in C++17: as host_atomic_c.h, by templates.
 */
#ifndef GRANUM_IMPL_HOST_ATOMIC_CXX_H
#define GRANUM_IMPL_HOST_ATOMIC_CXX_H

#ifndef __cplusplus
#error "granum: C has <granum/impl/host_atomic_c.h> in the place of this header"
#endif

#include <granum/impl/atomic_values.h>
#include <granum/impl/host_atomic.h>

template <class T> inline gr_impl_atomic_value<T> gr_impl_atomic_read(T *p, int order) {
    gr_impl_atomic_value<T> value;

    static_assert(sizeof(T) <= GR_MAX_ATOMIC,
                  "an atomic element has more than 64 bytes, expected 1..64");
    gr_impl_atomic_load((const void *)p, &value, sizeof(T), alignof(T), order);
    return value;
}

template <class T> inline void gr_impl_atomic_write(T *p, gr_impl_atomic_value<T> v, int order) {
    gr_impl_atomic_check_write<T>();
    gr_impl_atomic_store((void *)p, &v, sizeof(T), alignof(T), order);
}

template <class T>
inline gr_impl_atomic_value<T> gr_impl_atomic_swap(T *p, gr_impl_atomic_value<T> v, int order) {
    gr_impl_atomic_value<T> old;

    gr_impl_atomic_check_write<T>();
    gr_impl_atomic_exchange((void *)p, &v, &old, sizeof(T), alignof(T), order);
    return old;
}

template <class T, class E>
inline bool gr_impl_atomic_compare(T *p, E *expected, gr_impl_atomic_value<T> desired, int order) {
    static_assert(
        gr_impl_same<E, gr_impl_atomic_value<T>>::value,
        "GR_ATOMIC_COMPARE_EXCHANGE: expected must point to a value of the type of the element");
    gr_impl_atomic_check_write<T>();
    return gr_impl_atomic_compare_exchange((void *)p, expected, &desired, sizeof(T), alignof(T),
                                           order);
}

/* Replace a by function(a, v); before and after go to the caller. */
template <gr_impl_atomic_result Result, class T, class V, class F>
inline auto gr_impl_atomic_update(T *p, F function, V v, int order) {
    gr_impl_atomic_value<T> before = gr_impl_atomic_read(p, GR_ORDER_RELAXED), after;

    gr_impl_atomic_check_write<T>();
    do {
        after = function(before, v);
    } while (
        !gr_impl_atomic_compare_exchange((void *)p, &before, &after, sizeof(T), alignof(T), order));
    if constexpr (Result == GR_IMPL_ATOMIC_OLD) {
        return before;
    } else if constexpr (Result == GR_IMPL_ATOMIC_NEW) {
        return after;
    }
}

template <gr_impl_atomic_op Op, gr_impl_atomic_result Result, class T>
inline auto gr_impl_atomic_arithmetic(T *p, gr_impl_atomic_value<T> v, int order) {
    using U = gr_impl_atomic_value<T>;
    constexpr bool integer = gr_impl_atomic_is_integer<U>();
    U before, after;

    static_assert(integer || (gr_impl_atomic_is_real<U>() && Op <= GR_IMPL_ATOMIC_MAX) ||
                      (gr_impl_atomic_is_complex<U>() && Op <= GR_IMPL_ATOMIC_DIV),
                  "atomic: the type of the element has no such operation (GR_ATOMIC_UPDATE takes a "
                  "function)");
    gr_impl_atomic_check_write<T>();
    const bool done = integer && gr_impl_atomic_has(Op, gr_impl_same<U, bool>::value) &&
                      gr_impl_atomic_is_native((const void *)p, sizeof(T), alignof(T));
    if (done) {
        gr_impl_atomic_fetch(Op, (void *)p, &v, &before, sizeof(T), order);
    } else {
        gr_impl_atomic_load((const void *)p, &before, sizeof(T), alignof(T), GR_ORDER_RELAXED);
    }
    do {
        after = gr_impl_atomic_new<Op>(before, v);
    } while (
        !done && !gr_impl_atomic_keeps(Op, order, &before, &after, sizeof(T)) &&
        !gr_impl_atomic_compare_exchange((void *)p, &before, &after, sizeof(T), alignof(T), order));
    if constexpr (Result == GR_IMPL_ATOMIC_OLD) {
        return before;
    } else if constexpr (Result == GR_IMPL_ATOMIC_NEW) {
        return after;
    }
}

#define GR_IMPL_ATOMIC_LOAD(op, result, p, order)                           \
    (GR_IMPL_ATOMIC_CHECK_ORDER(order, GR_ORDER_RELEASE, GR_ORDER_ACQ_REL), \
     gr_impl_atomic_read((p), (order)))
#define GR_IMPL_ATOMIC_STORE(op, result, p, v, order)                       \
    (GR_IMPL_ATOMIC_CHECK_ORDER(order, GR_ORDER_ACQUIRE, GR_ORDER_ACQ_REL), \
     gr_impl_atomic_write((p), (v), (order)))
#define GR_IMPL_ATOMIC_EXCHANGE(op, result, p, v, order) \
    (GR_IMPL_ATOMIC_CHECK_ORDER(order, -1, -1), gr_impl_atomic_swap((p), (v), (order)))
#define GR_IMPL_ATOMIC_COMPARE_EXCHANGE(op, result, p, expected, desired, order) \
    (GR_IMPL_ATOMIC_CHECK_ORDER(order, -1, -1),                                  \
     gr_impl_atomic_compare((p), (expected), (desired), (order)))
#define GR_IMPL_ATOMIC_UPDATE(op, result, p, function, v, order) \
    (GR_IMPL_ATOMIC_CHECK_ORDER(order, -1, -1),                  \
     gr_impl_atomic_update<result>((p), (function), (v), (order)))
#define GR_IMPL_ATOMIC_ARITHMETIC(op, result, p, v, order) \
    (GR_IMPL_ATOMIC_CHECK_ORDER(order, -1, -1),            \
     gr_impl_atomic_arithmetic<op, result>((p), (v), (order)))

#endif
