/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file complex.h
 * @brief Arithmetic of gr_c64 and gr_c128, for host code and kernel bodies alike.
 *
 *     gr_c128 z = gr_c128_mul(a, gr_c128_conj(b));
 *
 * Textbook formulas without scaling, each operation rounded once: the same bits on every backend.
 * Infinities and NaN follow from the formulas (C's Annex G recovery is not attempted).
 */
#ifndef GRANUM_COMPLEX_H
#define GRANUM_COMPLEX_H

#include <granum/parallel.h>

/* A function of C's library that bodies call; some device compilers have no built-in of the name.
 */
#ifndef GR_IMPL_MATH
#define GR_IMPL_MATH(name) __builtin_##name
#endif

#define GR_IMPL_COMPLEX(C, T, hypot)                                                             \
    /** The number re + im i. */                                                                 \
    GR_FUNCTION gr_##C gr_##C##_make(T re, T im) {                                               \
        gr_##C z = {re, im};                                                                     \
        return z;                                                                                \
    }                                                                                            \
    GR_FUNCTION gr_##C gr_##C##_add(gr_##C a, gr_##C b) {                                        \
        return gr_##C##_make(a.re + b.re, a.im + b.im);                                          \
    }                                                                                            \
    GR_FUNCTION gr_##C gr_##C##_sub(gr_##C a, gr_##C b) {                                        \
        return gr_##C##_make(a.re - b.re, a.im - b.im);                                          \
    }                                                                                            \
    GR_FUNCTION gr_##C gr_##C##_mul(gr_##C a, gr_##C b) {                                        \
        return gr_##C##_make(GR_IMPL_ROUNDED(a.re * b.re) - GR_IMPL_ROUNDED(a.im * b.im),        \
                             GR_IMPL_ROUNDED(a.re * b.im) + GR_IMPL_ROUNDED(a.im * b.re));       \
    }                                                                                            \
    GR_FUNCTION gr_##C gr_##C##_div(gr_##C a, gr_##C b) {                                        \
        const T n = b.re * b.re + b.im * b.im;                                                   \
                                                                                                 \
        return gr_##C##_make((GR_IMPL_ROUNDED(a.re * b.re) + GR_IMPL_ROUNDED(a.im * b.im)) / n,  \
                             (GR_IMPL_ROUNDED(a.im * b.re) - GR_IMPL_ROUNDED(a.re * b.im)) / n); \
    }                                                                                            \
    GR_FUNCTION gr_##C gr_##C##_scale(T s, gr_##C a) {                                           \
        return gr_##C##_make(s * a.re, s * a.im);                                                \
    }                                                                                            \
    GR_FUNCTION gr_##C gr_##C##_conj(gr_##C a) {                                                 \
        return gr_##C##_make(a.re, -a.im);                                                       \
    }                                                                                            \
    /** |a| squared. */                                                                          \
    GR_FUNCTION T gr_##C##_norm(gr_##C a) {                                                      \
        return a.re * a.re + a.im * a.im;                                                        \
    }                                                                                            \
    GR_FUNCTION T gr_##C##_abs(gr_##C a) {                                                       \
        return hypot(a.re, a.im);                                                                \
    }

GR_IMPL_COMPLEX(c64, float, GR_IMPL_MATH(hypotf))
GR_IMPL_COMPLEX(c128, double, GR_IMPL_MATH(hypot))
#undef GR_IMPL_COMPLEX

/** a * b + c with one rounding, everywhere the same bits (software where the machine has none). */
GR_FUNCTION double gr_fma(double a, double b, double c) {
    return GR_IMPL_MATH(fma)(a, b, c);
}

GR_FUNCTION float gr_fmaf(float a, float b, float c) {
    return GR_IMPL_MATH(fmaf)(a, b, c);
}

#endif
