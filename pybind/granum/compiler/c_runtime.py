# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""C functions that generated files may need, each by name with what it needs itself.

A function that can fail takes `bad`, the errors of this iteration as a set of bits, and the bit
to set. Results after an error are defined: they are what the comments say.
"""

from __future__ import annotations

from . import c_complex, c_each

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

# -- integers ------------------------------------------------------------------------------------

for _op, _sign in (("add", "+"), ("sub", "-"), ("mul", "*")):
    _define("gr_py_%s_seen" % _op, """
/* a %s b, wrapped; the bit where it wraps. */
FN int64_t gr_py_%s_seen(int64_t a, int64_t b, uint64_t *bad, uint64_t bit) {
    int64_t result;

    *bad |= __builtin_%s_overflow(a, b, &result) ? bit : 0;
    return result;
}""" % (_sign, _op, _op))
_define("gr_py_seen_nan", """
/* The value; the bit where it is a NaN. */
FN double gr_py_seen_nan(double value, uint64_t *bad, uint64_t bit) {
    *bad |= value != value ? bit : 0;
    return value;
}""")
_define("gr_py_floordiv", """
/* Floor of a / b; 0 of b = 0; wraps for the smallest int and -1. */
FN int64_t gr_py_floordiv(int64_t a, int64_t b) {
    if (b == 0) {
        return 0;
    }
    if (b == -1) {
        return -a;
    }
    return a / b - ((a % b != 0) & ((a ^ b) < 0));
}""")
_define("gr_py_floordiv_or", """
FN int64_t gr_py_floordiv_or(int64_t a, int64_t b, uint64_t *bad, uint64_t bit) {
    *bad |= b == 0 ? bit : 0;
    return gr_py_floordiv(a, b);
}""", "gr_py_floordiv")
_define("gr_py_mod", """
/* a modulo b with the sign of b; 0 of b = 0. */
FN int64_t gr_py_mod(int64_t a, int64_t b) {
    int64_t rest;

    if (b == 0 || b == -1) {
        return 0;
    }
    rest = a % b;
    return rest + (((rest != 0) & ((rest ^ b) < 0)) ? b : 0);
}""")
_define("gr_py_mod_or", """
FN int64_t gr_py_mod_or(int64_t a, int64_t b, uint64_t *bad, uint64_t bit) {
    *bad |= b == 0 ? bit : 0;
    return gr_py_mod(a, b);
}""", "gr_py_mod")
_define("gr_py_udiv", """
FN uint64_t gr_py_udiv(uint64_t a, uint64_t b, uint64_t *bad, uint64_t bit) {
    *bad |= b == 0 ? bit : 0;
    return b ? a / b : 0;
}""")
_define("gr_py_umod", """
FN uint64_t gr_py_umod(uint64_t a, uint64_t b, uint64_t *bad, uint64_t bit) {
    *bad |= b == 0 ? bit : 0;
    return b ? a % b : 0;
}""")
_define("gr_py_ipow", """
/* a to the power of n, wrapped; 0 where n is negative. */
FN int64_t gr_py_ipow(int64_t a, int64_t n, uint64_t *bad, uint64_t bit) {
    int64_t power = 1;

    if (n < 0) {
        *bad |= bit;
        return 0;
    }
    for (; n; n >>= 1, a *= a) {
        power *= n & 1 ? a : 1;
    }
    return power;
}""")
_define("gr_py_shl", """
/* a << n: 0 from 64 on; a where n is negative. */
FN int64_t gr_py_shl(int64_t a, int64_t n, uint64_t *bad, uint64_t bit) {
    *bad |= n < 0 ? bit : 0;
    return n < 0 ? a : n > 63 ? 0 : (int64_t)((uint64_t)a << n);
}""")
_define("gr_py_shr", """
/* a >> n: the sign from 64 on; a where n is negative. */
FN int64_t gr_py_shr(int64_t a, int64_t n, uint64_t *bad, uint64_t bit) {
    *bad |= n < 0 ? bit : 0;
    return n < 0 ? a : a >> (n > 63 ? 63 : n);
}""")
_define("gr_py_ushr", """
FN uint64_t gr_py_ushr(uint64_t a, int64_t n, uint64_t *bad, uint64_t bit) {
    *bad |= n < 0 ? bit : 0;
    return n < 0 ? a : n > 63 ? 0 : a >> n;
}""")
_define("gr_py_truediv_slow", """
/* a / b of large integers, rounded once: the quotient with 64 bits and what is left of it. */
static __attribute__((noinline, unused)) double gr_py_truediv_slow(int64_t a, int64_t b) {
    const uint64_t n = a < 0 ? -(uint64_t)a : (uint64_t)a, d = b < 0 ? -(uint64_t)b : (uint64_t)b;
    const int shift = n ? 64 + __builtin_clzll(n) : 0;
    const unsigned __int128 top = (unsigned __int128)n << shift, q = top / d;
    int drop = 0;
    double value;

    while ((q >> drop) >> 62) {
        drop++;
    }
    /* 62 bits, the last of them set where anything is left: what rounding needs */
    value = (double)((uint64_t)(q >> drop) | (((q >> drop) << drop) != q || q * d != top));
    value = __builtin_ldexp(value, drop - shift);
    return (a < 0) != (b < 0) ? -value : value;
}""")
_define("gr_py_truediv", """
/* a / b as Python divides integers: the nearest double; infinite or NaN of b = 0. */
FN double gr_py_truediv(int64_t a, int64_t b, uint64_t *bad, uint64_t bit) {
    const int64_t exact = (int64_t)1 << 53;

    *bad |= b == 0 ? bit : 0;
    if (b != 0 && (a > exact || a < -exact || b > exact || b < -exact)) {
        return gr_py_truediv_slow(a, b);
    }
    return (double)a / (double)b;
}""", "gr_py_truediv_slow")
_define("gr_py_abs", """
FN int64_t gr_py_abs(int64_t a) {
    return a < 0 ? -a : a;
}""")
_define("gr_py_gcd", """
FN int64_t gr_py_gcd(int64_t a, int64_t b) {
    while (b) {
        const int64_t rest = b == -1 ? 0 : a % b;

        a = b;
        b = rest;
    }
    return a < 0 ? -a : a;
}""")
_define("gr_py_lcm", """
FN int64_t gr_py_lcm(int64_t a, int64_t b) {
    const int64_t shared = gr_py_gcd(a, b);
    const int64_t product = shared == 0 ? 0 : a / shared * b;

    return product < 0 ? -product : product;
}""", "gr_py_gcd")
_define("gr_py_isqrt", """
/* The square root, rounded down: that of doubles may be one too far. */
FN int64_t gr_py_isqrt(int64_t n, uint64_t *bad, uint64_t bit) {
    uint64_t root;

    *bad |= n < 0 ? bit : 0;
    if (n < 0) {
        return 0;
    }
    root = (uint64_t)__builtin_sqrt((double)n);
    while (root * root > (uint64_t)n) {
        root--;
    }
    while ((root + 1) * (root + 1) <= (uint64_t)n) {
        root++;
    }
    return (int64_t)root;
}""")
_define("gr_py_factorial", """
FN int64_t gr_py_factorial(int64_t n, uint64_t *bad, uint64_t bit) {
    uint64_t product = 1;

    *bad |= n < 0 ? bit : 0;
    for (int64_t k = 2; k <= n && product != 0; ++k) {
        product *= (uint64_t)k;
    }
    return (int64_t)product;
}""")
_define("gr_py_magnitude", """
FN uint64_t gr_py_magnitude(int64_t n) {
    return n < 0 ? -(uint64_t)n : (uint64_t)n;
}""")
_define("gr_py_bit_length", """
FN int64_t gr_py_bit_length(uint64_t n) {
    return n == 0 ? 0 : 64 - __builtin_clzll(n);
}""")
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
_define("gr_py_length", """
/* Elements of a slice lo:hi. */
FN int64_t gr_py_length(int64_t lo, int64_t hi) {
    return hi > lo ? hi - lo : 0;
}""")
_define("gr_py_stepped_length", """
/* Elements of a slice lo:hi:step. */
FN int64_t gr_py_stepped_length(int64_t lo, int64_t hi, int64_t step) {
    const int64_t gap = step > 0 ? hi - lo : lo - hi, size = step > 0 ? step : -step;

    return gap > 0 ? (gap - 1) / size + 1 : 0;
}""")
_define("gr_py_steps", """
/* Iterations of range(lo, hi, step); an error, and none, where step is 0. */
FN int64_t gr_py_steps(int64_t lo, int64_t hi, int64_t step, uint64_t *bad, uint64_t bit) {
    uint64_t count = 0;

    *bad |= step == 0 ? bit : 0;
    if (step > 0 && lo < hi) {
        count = ((uint64_t)hi - (uint64_t)lo - 1) / (uint64_t)step + 1;
    } else if (step < 0 && lo > hi) {
        count = ((uint64_t)lo - (uint64_t)hi - 1) / -(uint64_t)step + 1;
    }
    return (int64_t)count;
}""")

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
FN bool gr_py_first(int32_t *kept, int32_t code) {
#ifdef GR_IMPL_RTC
    return gr_impl_dev_compare_exchange((uint32_t *)kept, (uint32_t)0, (uint32_t)code) == 0;
#else
    int32_t none = 0;

    return __atomic_compare_exchange_n(kept, &none, code, 0, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
#endif
}""")
_define("gr_py_record", """
/* Keep the first error of a launch: the lowest bit that is set, and where the iteration was. */
static __attribute__((cold, noinline, unused)) void gr_py_record(gr_py_fault *fault, uint64_t bad,
                                                                 const int64_t *index, int rank) {
    if (gr_py_first(&fault->code, __builtin_ctzll(bad) + 1)) {
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
    if (gr_py_first(&fault->code, code)) {
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
