# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The functions of math and NumPy that kernels may call: what they are on the C side, and what
CPython raises when they fail."""

from __future__ import annotations

import math

# One argument, a float to a float, the same function of libm as CPython's math calls. The word
# is what an infinite result of a finite argument raises; NaN of a number is a ValueError.
LIBM1 = {
    "acos": "ValueError", "acosh": "ValueError", "asin": "ValueError", "asinh": "ValueError",
    "atan": "ValueError", "atanh": "ValueError", "cbrt": "ValueError", "cos": "ValueError",
    "cosh": "OverflowError", "erf": "ValueError", "erfc": "ValueError", "exp": "OverflowError",
    "exp2": "OverflowError", "expm1": "OverflowError", "log": "ValueError",
    "log10": "ValueError", "log1p": "ValueError", "log2": "ValueError", "sin": "ValueError",
    "sinh": "OverflowError", "sqrt": "ValueError", "tan": "ValueError", "tanh": "ValueError",
    "gamma": "ValueError", "lgamma": "ValueError",
}
# These never fail, so they need no check.
NEVER_FAIL = {"atan", "asinh", "cbrt", "erf", "erfc", "tanh", "fabs"}
LIBM2 = {"atan2": None, "copysign": None, "nextafter": None, "fmod": "ValueError", "remainder": "ValueError",
         "hypot": None}
C_NAMES = {"gamma": "tgamma"}
# CPython computes these by code of its own, not libm's: the last bit may differ.
LAST_BIT = {"gamma", "lgamma", "hypot", "dist"}
# To bool.
TESTS = {"isnan", "isinf", "isfinite"}
# To int, as Python's do: of NaN and infinity they fail.
TO_INT = {"floor", "ceil", "trunc"}

MATH = {}
for _name in list(LIBM1) + list(LIBM2) + list(TESTS) + list(TO_INT) + [
        "fabs", "degrees", "radians", "pow", "ldexp", "gcd", "fma", "lcm", "isqrt", "factorial",
        "frexp", "modf", "ulp", "isclose", "comb", "perm", "prod", "dist"]:
    if hasattr(math, _name):
        MATH[getattr(math, _name)] = _name

# NumPy's scalar functions: IEEE results, no exceptions; name -> the name on the C side.
NUMPY1 = {"sqrt": "sqrt", "exp": "exp", "exp2": "exp2", "expm1": "expm1", "log": "log",
          "log2": "log2", "log10": "log10", "log1p": "log1p", "sin": "sin", "cos": "cos",
          "tan": "tan", "arcsin": "asin", "arccos": "acos", "arctan": "atan", "sinh": "sinh",
          "cosh": "cosh", "tanh": "tanh", "arcsinh": "asinh", "arccosh": "acosh",
          "arctanh": "atanh", "cbrt": "cbrt", "fabs": "fabs", "floor": "floor", "ceil": "ceil",
          "trunc": "trunc", "rint": "rint"}
NUMPY2 = {"arctan2": "atan2", "copysign": "copysign", "fmod": "fmod", "hypot": "hypot",
          "fmax": "fmax", "fmin": "fmin", "nextafter": "nextafter", "power": "pow", "float_power": "pow"}


def numpy_name(value):
    """The name of a NumPy function, or None."""
    if type(value).__name__ == "ufunc" and type(value).__module__.startswith("numpy"):
        return value.__name__
    if (getattr(value, "__module__", "") or "").startswith("numpy") and callable(value):
        return getattr(value, "__name__", None)
    return None


# Every name of libm that generated files may declare: local variables keep off them.
C_FUNCTIONS = sorted({C_NAMES.get(n, n) for n in list(LIBM1) + list(LIBM2)} | {
    "fabs", "floor", "ceil", "trunc", "rint", "nearbyint", "pow", "fmax", "fmin", "ldexp", "fma"})
