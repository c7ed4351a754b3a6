/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file gpu/words.h
 * @brief What device code says about types besides impl/type_words.h: limits, packs of values.
 *
 * Run-time compilers have no standard library, so there is none here either.
 */
#ifndef GRANUM_GPU_WORDS_H
#define GRANUM_GPU_WORDS_H

#ifndef __cplusplus
#error "granum: a part of the GPU backends, which compile kernel files as C++17"
#endif

#include <granum/impl/type_words.h>

/* Several iterations of the loop that follows at once, so that their loads overlap. */
#if defined(__clang__) || defined(__CUDACC__) || defined(__HIPCC__)
#define GR_IMPL_UNROLL(times) GR_IMPL_PRAGMA(unroll times)
#else
#define GR_IMPL_UNROLL(times) GR_IMPL_PRAGMA(GCC unroll times)
#endif

extern "C++" { /* kernel files stand in an extern "C", and some headers are included by them */

/* Arithmetic types. Whole numbers halve 1 to 0; true is the largest bool. */
template <class T> GR_IMPL_HOST_DEVICE constexpr bool gr_impl_is_whole() {
    return (T)1 / 2 == 0;
}
template <class T> GR_IMPL_HOST_DEVICE constexpr T gr_impl_highest() {
    if constexpr (!gr_impl_is_whole<T>()) {
        return (T)__builtin_huge_val();
    } else if constexpr ((T)2 == (T)1 || (T)-1 > (T)0) {
        return (T)-1;
    } else {
        return (T)((((uint64_t)1) << (8 * sizeof(T) - 1)) - 1);
    }
}
template <class T> GR_IMPL_HOST_DEVICE constexpr T gr_impl_lowest() {
    if constexpr (!gr_impl_is_whole<T>()) {
        return (T)-__builtin_huge_val();
    } else if constexpr ((T)2 == (T)1 || (T)-1 > (T)0) {
        return (T)0;
    } else {
        return (T)(-(int64_t)gr_impl_highest<T>() - 1);
    }
}

/* 0, 1, ..., n - 1 as a type. */
template <int... I> struct gr_impl_numbers {};
template <int N, int... I> struct gr_impl_count_to {
    using type = typename gr_impl_count_to<N - 1, N - 1, I...>::type;
};
template <int... I> struct gr_impl_count_to<0, I...> { using type = gr_impl_numbers<I...>; };
template <int N> using gr_impl_up_to = typename gr_impl_count_to<N>::type;

/* Values of several types, by number. */
template <int I, class T> struct gr_impl_slot { T value; };
template <class Numbers, class... T> struct gr_impl_slots;
template <int... I, class... T>
struct gr_impl_slots<gr_impl_numbers<I...>, T...> : gr_impl_slot<I, T>... {};
template <class... T> using gr_impl_pack = gr_impl_slots<gr_impl_up_to<(int)sizeof...(T)>, T...>;

template <int I, class T> GR_IMPL_HOST_DEVICE_INLINE T &gr_impl_get(gr_impl_slot<I, T> &slot) {
    return slot.value;
}
template <int I, class T>
GR_IMPL_HOST_DEVICE_INLINE const T &gr_impl_get(const gr_impl_slot<I, T> &slot) {
    return slot.value;
}

/* a / b of numbers that are not negative; devices divide 32 bits many times faster than 64. */
GR_IMPL_HOST_DEVICE_INLINE gr_index gr_impl_quotient(gr_index a, gr_index b) {
    return ((a | b) >> 32) == 0 ? (gr_index)((uint32_t)a / (uint32_t)b) : a / b;
}

GR_IMPL_HOST_DEVICE_INLINE gr_index gr_impl_steps(gr_index n, gr_index each) {
    return n / each + (n % each != 0);
}

} /* extern "C++" */

#endif
