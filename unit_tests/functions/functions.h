/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file functions.h
 * @brief Elementary functions, where they are looked at, and what is documented of their errors.
 */
#ifndef GRANUM_TEST_FUNCTIONS_H
#define GRANUM_TEST_FUNCTIONS_H

#include <granum/granum.h>

GR_EXTERN_C_BEGIN

/**
 * X(name, f64, f32, long double, from, to, glibc, CUDA, HIP: each f32, f64): largest error
 * [units in the last place, of the correctly rounded result]. docs/elementary-functions.md names
 * the sources.
 */
#define FUNCTIONS(X)                                                                        \
    X(sqrt, sqrt(x), sqrtf(x), sqrtl(x), 0, 1000, 0, 0, 0, 0, 1, 1)                         \
    X(cbrt, cbrt(x), cbrtf(x), cbrtl(x), -1000, 1000, 1, 4, 1, 1, 2, 1)                     \
    X(exp, exp(x), expf(x), expl(x), -80, 80, 1, 1, 2, 1, 1, 1)                             \
    X(exp2, exp2(x), exp2f(x), exp2l(x), -120, 120, 1, 1, 2, 1, 1, 1)                       \
    X(expm1, expm1(x), expm1f(x), expm1l(x), -10, 10, 1, 1, 1, 1, 1, 2)                     \
    X(log, log(x), logf(x), logl(x), 1e-6, 1000, 1, 1, 1, 1, 2, 1)                          \
    X(log2, log2(x), log2f(x), log2l(x), 1e-6, 1000, 1, 2, 1, 1, 1, 1)                      \
    X(log10, log10(x), log10f(x), log10l(x), 1e-6, 1000, 2, 2, 2, 1, 2, 1)                  \
    X(log1p, log1p(x), log1pf(x), log1pl(x), -0.9, 10, 1, 1, 1, 1, 1, 1)                    \
    X(pow, pow(x, 3.75), powf(x, 3.75f), powl(x, 3.75L), 0, 1000, 1, 1, 4, 2, 1, 1)         \
    X(hypot, hypot(x, 1.75), hypotf(x, 1.75f), hypotl(x, 1.75L), -10, 10, 1, 1, 3, 2, 1, 1) \
    X(sin, sin(x), sinf(x), sinl(x), -1000, 1000, 1, 1, 2, 2, 1, 1)                         \
    X(cos, cos(x), cosf(x), cosl(x), -1000, 1000, 1, 1, 2, 2, 1, 1)                         \
    X(tan, tan(x), tanf(x), tanl(x), -1000, 1000, 1, 1, 4, 2, 2, 2)                         \
    X(asin, asin(x), asinf(x), asinl(x), -1, 1, 1, 1, 2, 2, 2, 1)                           \
    X(acos, acos(x), acosf(x), acosl(x), -1, 1, 1, 1, 2, 2, 1, 1)                           \
    X(atan, atan(x), atanf(x), atanl(x), -100, 100, 1, 1, 2, 2, 2, 1)                       \
    X(atan2, atan2(x, 1.75), atan2f(x, 1.75f), atan2l(x, 1.75L), -10, 10, 2, 1, 3, 2, 3, 2) \
    X(sinh, sinh(x), sinhf(x), sinhl(x), -20, 20, 2, 2, 3, 2, 1, 1)                         \
    X(cosh, cosh(x), coshf(x), coshl(x), -20, 20, 2, 2, 2, 1, 1, 1)                         \
    X(tanh, tanh(x), tanhf(x), tanhl(x), -5, 5, 2, 2, 2, 1, 2, 1)                           \
    X(asinh, asinh(x), asinhf(x), asinhl(x), -100, 100, 2, 2, 3, 3, 1, 1)                   \
    X(acosh, acosh(x), acoshf(x), acoshl(x), 1, 100, 2, 2, 4, 3, 1, 1)                      \
    X(atanh, atanh(x), atanhf(x), atanhl(x), -0.99, 0.99, 2, 2, 3, 2, 1, 1)                 \
    X(erf, erf(x), erff(x), erfl(x), -4, 4, 1, 1, 2, 2, 4, 4)                               \
    X(erfc, erfc(x), erfcf(x), erfcl(x), -4, 4, 3, 5, 4, 5, 2, 2)                           \
    X(tgamma, tgamma(x), tgammaf(x), tgammal(x), 0.5, 15, 8, 9, 5, 10, 6, 6)                \
    X(lgamma, lgamma(x), lgammaf(x), lgammal(x), 3, 20, 7, 4, 6, 4, 4, 2)

#define FUNCTIONS_NUMBER(name, ...) FUNCTION_##name,
enum { FUNCTIONS(FUNCTIONS_NUMBER) FUNCTION_COUNT };

/** Values of one of them at n points, where kernels of this file's backend compute it. */
gr_status functions_values(int which, gr_index n, const double *x, double *f64, float *f32);

GR_EXTERN_C_END

#endif
