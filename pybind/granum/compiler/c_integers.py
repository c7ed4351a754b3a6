# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""C functions of integers, for c_runtime.py: what C leaves undefined has a result, which wraps."""

from __future__ import annotations


def define_all(define):
    """Define them by define(name, text, *what it needs)."""
    for op, sign in (("add", "+"), ("sub", "-"), ("mul", "*")):
        define("gr_py_%s_seen" % op, """
/* a %s b, wrapped; the bit where it wraps. */
FN int64_t gr_py_%s_seen(int64_t a, int64_t b, uint64_t *bad, uint64_t bit) {
    int64_t result;

    *bad |= __builtin_%s_overflow(a, b, &result) ? bit : 0;
    return result;
}""" % (sign, op, op))
    define("gr_py_floordiv", """
/* Floor of a / b; 0 of b = 0; wraps for the smallest int and -1. */
FN int64_t gr_py_floordiv(int64_t a, int64_t b) {
    if (b == 0) {
        return 0;
    }
    if (b == -1) {
        return (int64_t)-(uint64_t)a;
    }
    return a / b - ((a % b != 0) & ((a ^ b) < 0));
}""")
    define("gr_py_floordiv_or", """
FN int64_t gr_py_floordiv_or(int64_t a, int64_t b, uint64_t *bad, uint64_t bit) {
    *bad |= b == 0 ? bit : 0;
    return gr_py_floordiv(a, b);
}""", "gr_py_floordiv")
    define("gr_py_mod", """
/* a modulo b with the sign of b; 0 of b = 0. */
FN int64_t gr_py_mod(int64_t a, int64_t b) {
    int64_t rest;

    if (b == 0 || b == -1) {
        return 0;
    }
    rest = a % b;
    return rest + (((rest != 0) & ((rest ^ b) < 0)) ? b : 0);
}""")
    define("gr_py_mod_or", """
FN int64_t gr_py_mod_or(int64_t a, int64_t b, uint64_t *bad, uint64_t bit) {
    *bad |= b == 0 ? bit : 0;
    return gr_py_mod(a, b);
}""", "gr_py_mod")
    define("gr_py_udiv", """
FN uint64_t gr_py_udiv(uint64_t a, uint64_t b, uint64_t *bad, uint64_t bit) {
    *bad |= b == 0 ? bit : 0;
    return b ? a / b : 0;
}""")
    define("gr_py_umod", """
FN uint64_t gr_py_umod(uint64_t a, uint64_t b, uint64_t *bad, uint64_t bit) {
    *bad |= b == 0 ? bit : 0;
    return b ? a % b : 0;
}""")
    define("gr_py_ipow", """
/* a to the power of n, wrapped; 0 where n is negative. */
FN int64_t gr_py_ipow(int64_t a, int64_t n, uint64_t *bad, uint64_t bit) {
    uint64_t power = 1, square = (uint64_t)a;

    if (n < 0) {
        *bad |= bit;
        return 0;
    }
    for (; n; n >>= 1, square *= square) {
        power *= n & 1 ? square : 1;
    }
    return (int64_t)power;
}""")
    define("gr_py_shl", """
/* a << n: 0 from 64 on; a where n is negative. */
FN int64_t gr_py_shl(int64_t a, int64_t n, uint64_t *bad, uint64_t bit) {
    *bad |= n < 0 ? bit : 0;
    return n < 0 ? a : n > 63 ? 0 : (int64_t)((uint64_t)a << n);
}""")
    define("gr_py_shr", """
/* a >> n: the sign from 64 on; a where n is negative. */
FN int64_t gr_py_shr(int64_t a, int64_t n, uint64_t *bad, uint64_t bit) {
    *bad |= n < 0 ? bit : 0;
    return n < 0 ? a : a >> (n > 63 ? 63 : n);
}""")
    define("gr_py_ushr", """
FN uint64_t gr_py_ushr(uint64_t a, int64_t n, uint64_t *bad, uint64_t bit) {
    *bad |= n < 0 ? bit : 0;
    return n < 0 ? a : n > 63 ? 0 : a >> n;
}""")
    define("gr_py_truediv_slow", """
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
    define("gr_py_truediv", """
/* a / b as Python divides integers: the nearest double; infinite or NaN of b = 0. */
FN double gr_py_truediv(int64_t a, int64_t b, uint64_t *bad, uint64_t bit) {
    const int64_t exact = (int64_t)1 << 53;

    *bad |= b == 0 ? bit : 0;
    if (b != 0 && (a > exact || a < -exact || b > exact || b < -exact)) {
        return gr_py_truediv_slow(a, b);
    }
    return (double)a / (double)b;
}""", "gr_py_truediv_slow")
    define("gr_py_abs", """
FN int64_t gr_py_abs(int64_t a) {
    return a < 0 ? (int64_t)-(uint64_t)a : a;
}""")
    define("gr_py_gcd", """
FN int64_t gr_py_gcd(int64_t a, int64_t b) {
    while (b) {
        const int64_t rest = b == -1 ? 0 : a % b;

        a = b;
        b = rest;
    }
    return a < 0 ? (int64_t)-(uint64_t)a : a;
}""")
    define("gr_py_lcm", """
FN int64_t gr_py_lcm(int64_t a, int64_t b) {
    const int64_t shared = gr_py_gcd(a, b);
    const uint64_t product = shared == 0 ? 0 : (uint64_t)(a / shared) * (uint64_t)b;

    return (int64_t)((int64_t)product < 0 ? -product : product);
}""", "gr_py_gcd")
    define("gr_py_isqrt", """
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
    define("gr_py_factorial", """
FN int64_t gr_py_factorial(int64_t n, uint64_t *bad, uint64_t bit) {
    uint64_t product = 1;

    *bad |= n < 0 ? bit : 0;
    for (int64_t k = 2; k <= n && product != 0; ++k) {
        product *= (uint64_t)k;
    }
    return (int64_t)product;
}""")
    define("gr_py_inverse", """
/* Of an odd number modulo 2**64, by Newton: each step doubles the bits that are right. */
FN uint64_t gr_py_inverse(uint64_t odd) {
    uint64_t inverse = odd;

    for (int k = 0; k < 5; ++k) {
        inverse *= 2 - odd * inverse;
    }
    return inverse;
}""")
    define("gr_py_comb", """
/* Wraps as integers do: powers of two apart, an odd number can be divided by. */
FN int64_t gr_py_comb(int64_t n, int64_t k, uint64_t *bad, uint64_t n_bit, uint64_t k_bit) {
    uint64_t above = 1, below = 1;
    int twos = 0;

    *bad |= n < 0 ? n_bit : k < 0 ? k_bit : 0;
    if (n < 0 || k < 0 || k > n) {
        return 0;
    }
    k = k > n - k ? n - k : k;
    for (int64_t j = 1; j <= k; ++j) {
        const uint64_t up = (uint64_t)(n - k + j), down = (uint64_t)j;

        twos += __builtin_ctzll(up) - __builtin_ctzll(down);
        above *= up >> __builtin_ctzll(up);
        below *= down >> __builtin_ctzll(down);
    }
    return twos > 63 ? 0 : (int64_t)(above * gr_py_inverse(below) << twos);
}""", "gr_py_inverse")
    define("gr_py_perm", """
FN int64_t gr_py_perm(int64_t n, int64_t k, uint64_t *bad, uint64_t n_bit, uint64_t k_bit) {
    uint64_t product = 1;

    *bad |= n < 0 ? n_bit : k < 0 ? k_bit : 0;
    if (n < 0 || k < 0 || k > n) {
        return 0;
    }
    for (int64_t j = 0; j < k && product != 0; ++j) {
        product *= (uint64_t)(n - j);
    }
    return (int64_t)product;
}""")
    define("gr_py_magnitude", """
FN uint64_t gr_py_magnitude(int64_t n) {
    return n < 0 ? -(uint64_t)n : (uint64_t)n;
}""")
    define("gr_py_bit_length", """
FN int64_t gr_py_bit_length(uint64_t n) {
    return n == 0 ? 0 : 64 - __builtin_clzll(n);
}""")
    define("gr_py_length", """
/* Elements of a slice lo:hi. */
FN int64_t gr_py_length(int64_t lo, int64_t hi) {
    return hi > lo ? (int64_t)((uint64_t)hi - (uint64_t)lo) : 0;
}""")
    define("gr_py_stepped_length", """
/* Elements of a slice lo:hi:step. */
FN int64_t gr_py_stepped_length(int64_t lo, int64_t hi, int64_t step) {
    const uint64_t apart = (uint64_t)hi - (uint64_t)lo;
    const int64_t gap = (int64_t)(step > 0 ? apart : -apart), size = step > 0 ? step : -step;

    return gap > 0 ? (gap - 1) / size + 1 : 0;
}""")
    define("gr_py_steps", """
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
