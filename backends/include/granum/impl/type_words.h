/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file impl/type_words.h
 * @brief What C++ kernel code says about types, on hosts and devices alike.
 *
 * Run-time compilers have no standard library, so there is none here either.
 */
#ifndef GRANUM_IMPL_TYPE_WORDS_H
#define GRANUM_IMPL_TYPE_WORDS_H

#ifndef __cplusplus
#error "granum: a part of the backends that compile kernel files as C++17"
#endif

#include <granum/types.h>

#ifndef GR_IMPL_HOST_DEVICE /* a compiler for the host alone */
#define GR_IMPL_HOST_DEVICE
#endif

extern "C++" { /* kernel files stand in an extern "C", and some headers are included by them */

template <class A, class B> struct gr_impl_same { static constexpr bool value = false; };
template <class A> struct gr_impl_same<A, A> { static constexpr bool value = true; };

template <class T> struct gr_impl_bare { using type = T; };
template <class T> struct gr_impl_bare<const T> { using type = T; };
template <class T> struct gr_impl_bare<volatile T> { using type = T; };
template <class T> struct gr_impl_bare<const volatile T> { using type = T; };
template <class T> struct gr_impl_bare<T &> { using type = typename gr_impl_bare<T>::type; };

template <class T> struct gr_impl_is_const { static constexpr bool value = false; };
template <class T> struct gr_impl_is_const<const T> { static constexpr bool value = true; };

/* Whether joining values of a type has the same bits in any order. */
template <class T> struct gr_impl_is_exact { static constexpr bool value = false; };
#define GR_IMPL_IS_EXACT(T) \
    template <> struct gr_impl_is_exact<T> { static constexpr bool value = true; };
GR_IMPL_IS_EXACT(bool)
GR_IMPL_IS_EXACT(char)
GR_IMPL_IS_EXACT(signed char)
GR_IMPL_IS_EXACT(unsigned char)
GR_IMPL_IS_EXACT(short)
GR_IMPL_IS_EXACT(unsigned short)
GR_IMPL_IS_EXACT(int)
GR_IMPL_IS_EXACT(unsigned)
GR_IMPL_IS_EXACT(long)
GR_IMPL_IS_EXACT(unsigned long)
GR_IMPL_IS_EXACT(long long)
GR_IMPL_IS_EXACT(unsigned long long)
#undef GR_IMPL_IS_EXACT

/* Whether a file's reductions and scans may join values of a type in any order: exact ones always,
 * floating-point numbers where it says so (granum_kernels(... ORDER any ...)). */
template <class T> struct gr_impl_is_free : gr_impl_is_exact<T> {};
#ifdef GRANUM_ORDER_ANY
template <> struct gr_impl_is_free<float> { static constexpr bool value = true; };
template <> struct gr_impl_is_free<double> { static constexpr bool value = true; };
#endif

} /* extern "C++" */

#endif
