/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file impl/atomic_values.h
 * @brief What atomics compute in C++17, on hosts and devices alike: types, and the new values.
 */
#ifndef GRANUM_IMPL_ATOMIC_VALUES_H
#define GRANUM_IMPL_ATOMIC_VALUES_H

#ifndef __cplusplus
#error "granum: a part of the backends that compile kernel files as C++17"
#endif

#include <granum/impl/atomic_words.h>
#include <granum/impl/type_words.h>

extern "C++" { /* kernel files stand in an extern "C", and some headers are included by them */

/* The value type; a parameter of it converts its argument. */
template <class T> struct gr_impl_atomic_of {
    static_assert(__is_trivially_copyable(T),
                  "the type of an atomic's element is not trivially copyable");
    using type = typename gr_impl_bare<T>::type;
};
template <class T> using gr_impl_atomic_value = typename gr_impl_atomic_of<T>::type;

template <class T> GR_IMPL_HOST_DEVICE constexpr bool gr_impl_atomic_is_integer() {
    return gr_impl_is_exact<T>::value || __is_enum(T);
}
template <class T> GR_IMPL_HOST_DEVICE constexpr bool gr_impl_atomic_is_real() {
    return gr_impl_same<T, float>::value || gr_impl_same<T, double>::value;
}
template <class T> GR_IMPL_HOST_DEVICE constexpr bool gr_impl_atomic_is_complex() {
    return gr_impl_same<T, gr_c64>::value || gr_impl_same<T, gr_c128>::value;
}

/* What wide arithmetic is done in, so that integers wrap. */
template <class T, bool integer> struct gr_impl_atomic_wide { using type = T; };
template <class T> struct gr_impl_atomic_wide<T, true> { using type = uint64_t; };

/* The value that an operation leaves behind. */
#define GR_IMPL_ATOMIC_COMPLEX_CASE(word, op)               \
    if constexpr (gr_impl_same<T, gr_c64>::value) {         \
        return gr_c64_##word(a, b);                         \
    } else if constexpr (gr_impl_same<T, gr_c128>::value) { \
        return gr_c128_##word(a, b);                        \
    } else {                                                \
        return (T)((W)a op(W) b);                           \
    }

template <gr_impl_atomic_op Op, class T> GR_IMPL_HOST_DEVICE inline T gr_impl_atomic_new(T a, T b) {
    using W = typename gr_impl_atomic_wide<T, gr_impl_atomic_is_integer<T>()>::type;

    if constexpr (Op == GR_IMPL_ATOMIC_ADD) {
        GR_IMPL_ATOMIC_COMPLEX_CASE(add, +)
    } else if constexpr (Op == GR_IMPL_ATOMIC_SUB) {
        GR_IMPL_ATOMIC_COMPLEX_CASE(sub, -)
    } else if constexpr (Op == GR_IMPL_ATOMIC_MUL) {
        GR_IMPL_ATOMIC_COMPLEX_CASE(mul, *)
    } else if constexpr (Op == GR_IMPL_ATOMIC_DIV) {
        using W = T;
        GR_IMPL_ATOMIC_COMPLEX_CASE(div, /)
    } else if constexpr (Op == GR_IMPL_ATOMIC_MIN) {
        return b < a ? b : a;
    } else if constexpr (Op == GR_IMPL_ATOMIC_MAX) {
        return b > a ? b : a;
    } else if constexpr (Op == GR_IMPL_ATOMIC_MOD) {
        return (T)(a % b);
    } else if constexpr (Op == GR_IMPL_ATOMIC_AND) {
        return (T)(a & b);
    } else if constexpr (Op == GR_IMPL_ATOMIC_OR) {
        return (T)(a | b);
    } else if constexpr (Op == GR_IMPL_ATOMIC_XOR) {
        return (T)(a ^ b);
    } else if constexpr (Op == GR_IMPL_ATOMIC_NAND) {
        if constexpr (gr_impl_same<T, bool>::value) {
            return !(a && b);
        } else {
            return (T) ~(uint64_t)(a & b);
        }
    } else if constexpr (Op == GR_IMPL_ATOMIC_LSHIFT) {
        return (T)((uint64_t)a << b);
    } else if constexpr (Op == GR_IMPL_ATOMIC_RSHIFT) {
        return (T)(a >> b);
    } else if constexpr (Op == GR_IMPL_ATOMIC_INC) {
        return (T)(a >= b ? 0 : a + 1);
    } else {
        static_assert(Op == GR_IMPL_ATOMIC_DEC, "an operation is missing");
        return (T)((int)(a == T{}) | (int)(a > b) ? b : a - 1);
    }
}
#undef GR_IMPL_ATOMIC_COMPLEX_CASE

template <class T> GR_IMPL_HOST_DEVICE inline void gr_impl_atomic_check_write() {
    static_assert(!gr_impl_is_const<T>::value, "an atomic writes to an element that is const");
    static_assert(sizeof(T) <= GR_MAX_ATOMIC,
                  "an atomic element has more than 64 bytes, expected 1..64");
}

} /* extern "C++" */

#endif
