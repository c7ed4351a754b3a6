# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""C functions that generated files may need, each by name with what it needs itself.

A function that can fail takes `bad`, the errors of this iteration as a set of bits, and the bit
to set. Results after an error are defined: they are what the comments say.
"""

from __future__ import annotations

from . import c_complex, c_each, c_integers

HELPERS = {}
_INLINE = "static inline __attribute__((always_inline, unused)) "


def _define(name, text, *needs):
    HELPERS[name] = (text.replace("FN ", _INLINE).strip() + "\n", needs)


_define("gr_py_f64", """
FN double gr_py_f64(int64_t word) {
    double value;
    __builtin_memcpy(&value, &word, sizeof value);
    return value;
}""")

_define("gr_py_counts", """
/*
 * Whether n iterations should count into copies of arrays (bytes, elements) that are added up: where
 * clearing and adding them, up to four for a thread, costs little beside the additions.
 */
FN bool gr_py_counts(int64_t n, int64_t elements, int64_t bytes) {
    const int64_t threads = gr_impl_num_threads();

    return elements > 0 && n / 8 > elements * threads && bytes * threads <= 4 << 20;
}""")

_define("gr_py_seen_nan", """
/* The value; the bit where it is a NaN. */
FN double gr_py_seen_nan(double value, uint64_t *bad, uint64_t bit) {
    *bad |= value != value ? bit : 0;
    return value;
}""")
_define("gr_py_ldexp", """
FN double gr_py_ldexp(double x, int64_t power, uint64_t *bad, uint64_t bit) {
    const int most = 5000, n = (int)(power < -most ? -most : power > most ? most : power);
    const double result = __builtin_ldexp(x, n);

    *bad |= __builtin_isinf(result) && !__builtin_isinf(x) ? bit : 0;
    return result;
}""")
_define("gr_py_heaviside", """
FN double gr_py_heaviside(double x, double middle) {
    return x != x ? x : x == 0 ? middle : x > 0;
}""")
_define("gr_py_logaddexp", """
FN double gr_py_logaddexp(double a, double b) {
    const double apart = a - b;

    return a == b  ? a + 0.693147180559945309417232121458176568
           : apart > 0 ? a + gr_libm_log1p(gr_libm_exp(-apart))
           : apart <= 0 ? b + gr_libm_log1p(gr_libm_exp(apart)) : apart;
}""", "libm gr_libm_log1p 1", "libm gr_libm_exp 1")
_define("gr_py_logaddexp2", """
FN double gr_py_logaddexp2(double a, double b) {
    const double apart = a - b, log2e = 1.442695040888963407359924681001892137;

    return a == b  ? a + 1
           : apart > 0 ? a + log2e * gr_libm_log1p(gr_libm_exp2(-apart))
           : apart <= 0 ? b + log2e * gr_libm_log1p(gr_libm_exp2(apart)) : apart;
}""", "libm gr_libm_log1p 1", "libm gr_libm_exp2 1")
_define("gr_py_spacing", """
/* To the next number away from zero; of an infinity there is none. */
FN double gr_py_spacing(double x) {
    return __builtin_isinf(x) ? __builtin_nan("")
                              : nextafter(x, x < 0 ? -__builtin_inf() : __builtin_inf()) - x;
}""", "libm nextafter 2")
_define("gr_py_spacing_f32", """
FN float gr_py_spacing_f32(float x) {
    return __builtin_isinf(x) ? __builtin_nanf("")
                              : nextafterf(x, x < 0 ? -__builtin_inff() : __builtin_inff()) - x;
}""", "libm nextafterf 2")
_define("gr_py_is_integer", """
FN bool gr_py_is_integer(double x) {
    return __builtin_isfinite(x) && __builtin_floor(x) == x;
}""")
_define("gr_py_ulp", """
FN double gr_py_ulp(double x) {
    const double size = __builtin_fabs(x), next = nextafter(size, __builtin_inf());

    if (!(size < __builtin_inf())) {
        return size;
    }
    return next < __builtin_inf() ? next - size : size - nextafter(size, 0.0);
}""")
_define("gr_py_isclose", """
FN bool gr_py_isclose(double a, double b, double rel, double abs, uint64_t *bad, uint64_t bit) {
    const double apart = __builtin_fabs(b - a);

    *bad |= rel < 0 || abs < 0 ? bit : 0;
    if (a == b) {
        return true;
    }
    if (__builtin_isinf(a) || __builtin_isinf(b)) {
        return false;
    }
    return apart <= __builtin_fabs(rel * b) || apart <= __builtin_fabs(rel * a) || apart <= abs;
}""")
c_integers.define_all(_define)

# -- comparisons of different kinds: -1, 0, 1, or 2 with a NaN ------------------------------------

_define("gr_py_compare_id", """
/* An int and a double, exactly. */
FN int gr_py_compare_id(int64_t a, double b) {
    const double rounded = (double)a;

    if (rounded != b) {
        return rounded < b ? -1 : rounded > b ? 1 : 2;
    }
    if (b >= 9223372036854775808.0) {
        return -1;
    }
    return a < (int64_t)b ? -1 : a > (int64_t)b;
}""")
_define("gr_py_compare_ud", """
FN int gr_py_compare_ud(uint64_t a, double b) {
    const double rounded = (double)a;

    if (rounded != b) {
        return rounded < b ? -1 : rounded > b ? 1 : 2;
    }
    if (b >= 18446744073709551616.0) {
        return -1;
    }
    return a < (uint64_t)b ? -1 : a > (uint64_t)b;
}""")
_define("gr_py_compare_iu", """
FN int gr_py_compare_iu(int64_t a, uint64_t b) {
    return a < 0 || (uint64_t)a < b ? -1 : (uint64_t)a > b;
}""")

# -- floating point ------------------------------------------------------------------------------

for _t, _s in (("double", ""), ("float", "f")):
    _n = "gr_py_%s" + ("_f32" if _s else "")
    _define(_n % "div", """
FN %(t)s %(n)s(%(t)s a, %(t)s b, uint64_t *bad, uint64_t bit) {
    *bad |= b == 0 ? bit : 0;
    return a / b;
}""" % {"t": _t, "n": _n % "div"})
    _define(_n % "fmod_floor", """
/* a %% b with the sign of b; NaN of b = 0. */
FN %(t)s %(n)s(%(t)s a, %(t)s b) {
    %(t)s rest = __builtin_fmod%(s)s(a, b);

    if (rest != 0) {
        return (b < 0) != (rest < 0) ? rest + b : rest;
    }
    return __builtin_copysign%(s)s(rest, b);
}""" % {"t": _t, "n": _n % "fmod_floor", "s": _s})
    _define(_n % "fmod_floor_or", """
FN %(t)s %(n)s_or(%(t)s a, %(t)s b, uint64_t *bad, uint64_t bit) {
    *bad |= b == 0 ? bit : 0;
    return %(n)s(a, b);
}""" % {"t": _t, "n": _n % "fmod_floor"}, _n % "fmod_floor")
    _define(_n % "div_floor", """
/* a // b as CPython computes it: from the remainder, so that both fit together. */
FN %(t)s %(n)s(%(t)s a, %(t)s b) {
    %(t)s rest, quotient, whole;

    if (b == 0) {
        return a / b;
    }
    rest = __builtin_fmod%(s)s(a, b);
    quotient = (a - rest) / b;
    if (rest != 0 && (b < 0) != (rest < 0)) {
        quotient -= 1;
    }
    if (quotient == 0) {
        return __builtin_copysign%(s)s(0, a / b);
    }
    whole = __builtin_floor%(s)s(quotient);
    return quotient - whole > (%(t)s)0.5 ? whole + 1 : whole;
}""" % {"t": _t, "n": _n % "div_floor", "s": _s})
    _define(_n % "div_floor_or", """
FN %(t)s %(n)s_or(%(t)s a, %(t)s b, uint64_t *bad, uint64_t bit) {
    *bad |= b == 0 ? bit : 0;
    return %(n)s(a, b);
}""" % {"t": _t, "n": _n % "div_floor"}, _n % "div_floor")
    _define(_n % "minimum", """
/* The smaller one; NaN where one is. */
FN %(t)s %(n)s(%(t)s a, %(t)s b) {
    return a != a ? a : b != b ? b : b < a ? b : a;
}""" % {"t": _t, "n": _n % "minimum"})
    _define(_n % "maximum", """
FN %(t)s %(n)s(%(t)s a, %(t)s b) {
    return a != a ? a : b != b ? b : b > a ? b : a;
}""" % {"t": _t, "n": _n % "maximum"})

_define("gr_py_pow_or", """
/* pow() with the errors of CPython's **: zero, domain, overflow. Results are libm's. */
FN double gr_py_pow_or(double a, double b, uint64_t *bad, uint64_t zero, uint64_t domain,
                       uint64_t overflow) {
    const double power = gr_libm_pow(a, b);

    *bad |= (a == 0) & (b < 0) & (b > -__builtin_inf()) ? zero : 0;
    *bad |= (power != power) & (a == a) & (b == b) ? domain : 0;
    *bad |= (__builtin_fabs(power) == __builtin_inf()) & (__builtin_fabs(a) != __builtin_inf()) &
                    (__builtin_fabs(b) != __builtin_inf()) & (a != 0)
                ? overflow
                : 0;
    return power;
}""", "libm gr_libm_pow 2")
_define("gr_py_result", """
/* What CPython's math checks: NaN of a number, infinite of a finite number. */
FN double gr_py_result(double value, double x, uint64_t *bad, uint64_t domain, uint64_t range) {
    *bad |= (value != value) & (x == x) ? domain : 0;
    *bad |= (__builtin_fabs(value) == __builtin_inf()) & (__builtin_fabs(x) < __builtin_inf())
                ? range
                : 0;
    return value;
}""")
_define("gr_py_sqrt_or", """
FN double gr_py_sqrt_or(double x, uint64_t *bad, uint64_t bit) {
    *bad |= x < 0 ? bit : 0;
    return __builtin_sqrt(x);
}""")
_define("gr_py_to_int", """
/* A double without its fraction, modulo 2**64; 0 of NaN and infinity. */
FN int64_t gr_py_to_int(double x, uint64_t *bad, uint64_t nan, uint64_t infinite) {
    if (__builtin_fabs(x) < 9223372036854775808.0) {
        return (int64_t)x;
    }
    *bad |= x != x ? nan : __builtin_fabs(x) == __builtin_inf() ? infinite : 0;
    if (!(__builtin_fabs(x) < __builtin_inf())) {
        return 0;
    }
    x = __builtin_fmod(x, 18446744073709551616.0);
    return x < 0 ? (int64_t)-(uint64_t)-x : (int64_t)(uint64_t)x;
}""")
_define("gr_py_round_digits", """
/* round(x, digits): the decimal digits of x, rounded half to even, and the double next to them. */
static __attribute__((noinline, unused)) double gr_py_round_digits(double x, int digits) {
    char text[700];

    if (!(__builtin_fabs(x) < 1e22)) {
        return x;
    }
    snprintf(text, sizeof text, "%.*f", digits, x);
    return strtod(text, 0);
}""", "declare extern int snprintf(char *, size_t, const char *, ...);",
        "declare extern double strtod(const char *, char **);")
_define("gr_py_repr", """
/* The shortest decimal that reads back as x, as Python prints it; whole ones end in .0 if asked. */
static __attribute__((noinline, unused)) const char *gr_py_repr(double x, char *text, bool dot) {
    int digits, k, point = 0;

    if (x != x) {
        return "nan";
    }
    if (__builtin_fabs(x) == __builtin_inf()) {
        return x < 0 ? "-inf" : "inf";
    }
    for (digits = 1; digits < 18; ++digits) {
        snprintf(text, 40, "%.*e", digits - 1, x);
        if (strtod(text, 0) == x) {
            break;
        }
    }
    for (k = 0; text[k] != 'e'; ++k) {
    }
    k = (int)strtod(text + k + 1, 0);
    if (k >= -4 && k < 16) {
        snprintf(text, 40, "%.*f", digits - 1 > k ? digits - 1 - k : 0, x);
        for (k = 0; text[k]; ++k) {
            point |= text[k] == '.';
        }
        if (!point && dot) {
            text[k] = '.';
            text[k + 1] = '0';
            text[k + 2] = 0;
        }
    }
    return text;
}""", "declare extern int snprintf(char *, size_t, const char *, ...);",
        "declare extern double strtod(const char *, char **);")

c_complex.define_all(_define)

# -- errors --------------------------------------------------------------------------------------

_define("gr_py_first", """
/* Whether this is a launch's first error, whose code is kept. */
FN bool gr_py_first(gr_py_fault *fault, int32_t code) {
#ifdef GR_PY_DEVICE
    if (gr_impl_dev_compare_exchange(fault->taken, (uint32_t)0, (uint32_t)1) != 0) {
        return false;
    }
    fault->code = code;
    return true;
#else
    int32_t none = 0;

    return __atomic_compare_exchange_n(&fault->code, &none, code, 0, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
#endif
}""")
_define("gr_py_record", """
/* Keep the first error of a launch: the lowest bit that is set, and where the iteration was. */
static __attribute__((cold, noinline, unused)) void gr_py_record(gr_py_fault *fault, uint64_t bad,
                                                                 const int64_t *index, int rank) {
    if (gr_py_first(fault, __builtin_ctzll(bad) + 1)) {
        fault->line = rank;
        for (int d = 0; d < rank; ++d) {
            fault->value[d] = index[d];
        }
    }
}""", "gr_py_first")
_define("gr_py_refuse", """
/* An index runs from low to high: note it for the message. */
static __attribute__((cold, noinline, unused)) int32_t gr_py_refuse(gr_py_fault *fault,
                                                                    int32_t code, int64_t low,
                                                                    int64_t high, int64_t extent) {
    fault->value[0] = low;
    fault->value[1] = high;
    fault->value[2] = extent;
    return fault->code = code;
}""")
_define("gr_py_outside", """
/* An index that leaves its array: keep the first of a launch. */
static __attribute__((cold, noinline, unused)) void gr_py_outside(gr_py_fault *fault, int32_t code,
                                                                  int64_t index, int64_t extent) {
    if (gr_py_first(fault, code)) {
        fault->value[0] = index;
        fault->value[1] = extent;
    }
}""", "gr_py_first")
_define("gr_py_inside", """
/* Whether 0 <= index < extent. */
FN bool gr_py_inside(gr_py_fault *fault, int32_t code, int64_t index, int64_t extent) {
    if (__builtin_expect((uint64_t)index < (uint64_t)extent, 1)) {
        return true;
    }
    gr_py_outside(fault, code, index, extent);
    return false;
}""", "gr_py_outside")

c_each.define_all(_define)


# Functions of the host's libraries, which devices do not have.
HOST_ONLY = frozenset(["gr_py_round_digits", "gr_py_repr", "gr_py_counts"])


def collect(names, cxx=False, run_time=False):
    """The text of the helpers, what they need before them; C++ repeats what math.h says of it, and
    run-time compilers know libm by name."""
    done, declared, text = set(), set(), []

    def add(name):
        if name in done:
            return
        done.add(name)
        if name.startswith("declare "):
            declared.add(name[8:])
            return
        if name.startswith("libm "):
            _, function, count = name.split()
            if run_time:
                if function.startswith("gr_libm_"):
                    declared.add("#define %s ::%s" % (function, function[8:]))
                return
            kind = "float" if function.endswith("f") and not function.endswith("erf") else "double"
            alias = ""
            if function.startswith("gr_libm_"):
                alias = ' __asm__("%s")' % function[8:]    # compilers fold what they know by name
            declared.add("extern %s %s(%s)%s;" % (kind, function,
                                                  ", ".join([kind] * int(count)), alias))
            return
        body, needs = HELPERS[name]
        for need in needs:
            add(need)
        text.append(body)

    for name in names:
        add(name)
    if cxx and not run_time:
        declared = {d[:-1].replace(")", ") noexcept", 1) + ";" for d in declared}
    return "".join(sorted(d + "\n" for d in declared)) + ("\n" if declared else "") \
        + "\n".join(text)
