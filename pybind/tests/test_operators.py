# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Each operator and conversion on numbers that hypothesis chooses, beside CPython: one compiled
kernel for all on integers, all on floats, all on both."""

from __future__ import annotations

import functools
import math
import struct

import granum as gr
import numpy as np
import pytest
import random_kernels as rk
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

INT = st.one_of(st.integers(-(2**63), 2**63 - 1), st.integers(-70, 70),
                st.sampled_from([2**53, 2**53 + 1, -(2**63), 2**63 - 1, 2**62 + 1]))
FLOAT = st.one_of(st.floats(), st.floats(-100, 100), INT.map(float),
                  st.sampled_from([0.0, -0.0, 1e308, 5e-324, 2.0**63, -(2.0**63), 0.5, 1.5]))
OPERATORS = {
    "ii": ["a + b", "a - b", "a * b", "a // b", "a % b", "a / b", "a & b", "a | b", "a ^ b",
           "a << b", "a >> b", "a ** (b & 15)", "-a", "~a", "abs(a)", "min(a, b)", "max(a, b)",
           "math.gcd(a, b)", "a < b", "a <= b < 3", "float(a)", "math.sqrt(abs(a >> 1))"],
    "ff": ["a + b", "a - b", "a * b", "a // b", "a % b", "a / b", "a ** b", "int(a)", "round(a)",
           "math.floor(a)", "math.ceil(a)", "math.trunc(a)", "a < b", "a == b", "a != b",
           "min(a, b)", "max(a, b)", "math.fmod(a, b)", "math.atan2(a, b)", "math.remainder(a, b)",
           "math.copysign(a, b)", "math.pow(a, b)", "math.exp(a)", "math.log(a)", "math.sin(a)",
           "math.log(a, b)", "math.isnan(a) or math.isinf(b)", "abs(a)"],
    "if": ["a + b", "a * b", "a / b", "a < b", "a <= b", "a > b", "a >= b", "a == b", "a != b",
           "b < a", "a // b", "a % b", "a and b", "a or b"],
}
CASES = [(kinds, text) for kinds, texts in OPERATORS.items() for text in texts]


def result_kind(kinds, text):
    """'i', 'f' or 'b' of an expression."""
    names = rk.oracle("def f(a, b):\n    return %s\n" % text)
    value = names["f"](rk.W(3) if kinds[0] == "i" else 3.5, rk.W(2) if kinds[1] == "i" else 2.5)
    if text in ("a and b", "a or b"):
        return "f"
    return "b" if isinstance(value, bool) else "i" if isinstance(value, int) else "f"


@functools.cache
def compiled(kinds):
    """One kernel for all operators on arguments of these kinds: it computes the one that is asked for."""
    lines = ["def op(i, which, a_, b_, whole, number, truth):", "    a, b = a_[i], b_[i]"]
    for k, text in enumerate(OPERATORS[kinds]):
        out = {"i": "whole", "f": "number", "b": "truth"}[result_kind(kinds, text)]
        lines += ["    if which == %d:" % k, "        %s[i] = %s" % (out, text)]
    source = "\n".join(lines) + "\n"
    names = {"math": math, "gr": gr}
    exec(source, names)
    return gr.kernel(source=source)(names["op"])


@pytest.mark.parametrize("kinds, text", CASES, ids=["%s: %s" % c for c in CASES])
def test_operators_have_cpythons_bits(kinds, text):
    kernel, which = compiled(kinds), OPERATORS[kinds].index(text)
    plain = rk.oracle("def f(a, b):\n    return %s\n" % text)["f"]
    kind = result_kind(kinds, text)
    dtype = {"i": np.int64, "f": np.float64, "b": np.bool_}
    arrays = [np.zeros(1, dtype[k]) for k in kinds]
    results = [np.zeros(1, t) for t in dtype.values()]
    out = results["ifb".index(kind)]

    @settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
    @given(INT if kinds[0] == "i" else FLOAT, INT if kinds[1] == "i" else FLOAT)
    def check(a, b):
        arrays[0][0], arrays[1][0] = a, b
        error = want = got = None
        try:
            want = plain(rk.W(a) if kinds[0] == "i" else a, rk.W(b) if kinds[1] == "i" else b)
            if isinstance(want, complex):
                error = ValueError
        except (ArithmeticError, ValueError) as raised:
            error = type(raised)
            # a negative number to a broken power is complex, which may be too large besides
            if text == "a ** b" and a < 0 and b % 1:
                error = ValueError
        try:
            gr.parallel_for(1, kernel, which, *arrays, *results)
        except (ArithmeticError, ValueError) as raised:
            got = type(raised)
        assert got is error, (a, b, want, out)
        if error is None:
            have = out[0].item()
            if kind == "f":
                want = float(want)
                assert (have != have and want != want) or \
                    struct.pack("d", have) == struct.pack("d", want), (a, b, have, want)
            else:
                assert have == want, (a, b, have, want)

    check()
