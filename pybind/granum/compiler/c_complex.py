# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""C functions of complex numbers, for c_runtime.py."""

from __future__ import annotations


def define_all(define):
    """Define them by define(name, text, *what it needs)."""
    for c, t, s in (("gr_c128", "double", ""), ("gr_c64", "float", "f")):
        names = {"c": c, "t": t, "s": s}
        define(c + "_of", """
FN %(c)s %(c)s_of(%(t)s re, %(t)s im) {
    %(c)s z = {re, im};
    return z;
}""" % names)
        for op, sign in (("add", "+"), ("sub", "-")):
            define("%s_py_%s" % (c, op), """
FN %(c)s %(c)s_py_%(op)s(%(c)s a, %(c)s b) {
    return %(c)s_of(a.re %(sign)s b.re, a.im %(sign)s b.im);
}""" % dict(names, op=op, sign=sign), c + "_of")
        define(c + "_py_mul", """
FN %(c)s %(c)s_py_mul(%(c)s a, %(c)s b) {
    return %(c)s_of(GR_IMPL_ROUNDED(a.re * b.re) - GR_IMPL_ROUNDED(a.im * b.im),
                    GR_IMPL_ROUNDED(a.re * b.im) + GR_IMPL_ROUNDED(a.im * b.re));
}""" % names, c + "_of")
        define(c + "_py_div", """
/* Smith's method (Algorithm 116, CACM 1962), as CPython divides. */
FN %(c)s %(c)s_py_div(%(c)s a, %(c)s b, uint64_t *bad, uint64_t bit) {
    *bad |= (b.re == 0) & (b.im == 0) ? bit : 0;
    if (__builtin_fabs%(s)s(b.re) >= __builtin_fabs%(s)s(b.im)) {
        const %(t)s ratio = b.im / b.re, scale = b.re + b.im * ratio;

        return %(c)s_of((a.re + GR_IMPL_ROUNDED(a.im * ratio)) / scale,
                        (a.im - GR_IMPL_ROUNDED(a.re * ratio)) / scale);
    }
    if (__builtin_fabs%(s)s(b.im) >= __builtin_fabs%(s)s(b.re)) {
        const %(t)s ratio = b.re / b.im, scale = b.re * ratio + b.im;

        return %(c)s_of((GR_IMPL_ROUNDED(a.re * ratio) + a.im) / scale,
                        (GR_IMPL_ROUNDED(a.im * ratio) - a.re) / scale);
    }
    return %(c)s_of((%(t)s)__builtin_nan(""), (%(t)s)__builtin_nan(""));
}""" % names, c + "_of")
        define(c + "_py_neg", """
FN %(c)s %(c)s_py_neg(%(c)s a) {
    return %(c)s_of(-a.re, -a.im);
}""" % names, c + "_of")
        define(c + "_py_conjugate", """
FN %(c)s %(c)s_py_conjugate(%(c)s a) {
    return %(c)s_of(a.re, -a.im);
}""" % names, c + "_of")
        define(c + "_py_equal", """
FN bool %(c)s_py_equal(%(c)s a, %(c)s b) {
    return (a.re == b.re) & (a.im == b.im);
}""" % names)
    define("gr_c128_py_pow", """
/* z ** n of small whole n by squaring, others by logarithms, as CPython does. */
static __attribute__((noinline, unused)) gr_c128 gr_c128_py_pow(gr_c128 a, gr_c128 b,
                                                                uint64_t *bad, uint64_t bit) {
    double length, angle, modulus;

    if (b.re == 0 && b.im == 0) {
        return gr_c128_of(1, 0);
    }
    if (a.re == 0 && a.im == 0) {
        *bad |= (b.im != 0) | (b.re < 0) ? bit : 0;
        return gr_c128_of(0, 0);
    }
    if (b.im == 0 && b.re == __builtin_floor(b.re) && __builtin_fabs(b.re) <= 100) {
        const int n = (int)__builtin_fabs(b.re);
        gr_c128 power = gr_c128_of(1, 0), square = a;

        for (int mask = 1; mask <= n; mask <<= 1) {
            if (n & mask) {
                power = gr_c128_py_mul(power, square);
            }
            square = gr_c128_py_mul(square, square);
        }
        return b.re > 0 ? power : gr_c128_py_div(gr_c128_of(1, 0), power, bad, bit);
    }
    modulus = gr_libm_hypot(a.re, a.im);
    length = gr_libm_pow(modulus, b.re);
    angle = gr_libm_atan2(a.im, a.re);
    modulus = b.im != 0 ? gr_libm_log(modulus) : 0;
    if (b.im != 0) {
        length /= gr_libm_exp(angle * b.im);
    }
    angle = angle * b.re + modulus * b.im;
    return gr_c128_of(length * gr_libm_cos(angle), length * gr_libm_sin(angle));
}""", "gr_c128_of", "gr_c128_py_mul", "gr_c128_py_div", "libm gr_libm_hypot 2", "libm gr_libm_pow 2",
            "libm gr_libm_atan2 2", "libm gr_libm_log 1", "libm gr_libm_exp 1", "libm gr_libm_cos 1", "libm gr_libm_sin 1")
