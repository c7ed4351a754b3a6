# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""space="python": CPython runs a kernel, with the integers and errors of compiled ones."""

from __future__ import annotations

import granum as gr
import numpy as np
import pytest
import random_kernels as rk
from granum.compiler.options import Options
from granum.kernels import Kernel

import test_random_kernels as random


@gr.function
def scrambled(h, k):
    h ^= h >> 33
    return h * 0xff51afd7ed55 + k


@gr.kernel
def hashes(i, x, out, narrow, u):
    h = 1 << 62
    for k in range(5):
        h = scrambled(h * 33 + x[i], k)
    out[i] = h
    out[i] += h
    narrow[i] = h
    narrow[i] -= 1
    a = gr.u32(2166136261)
    for k in range(4):
        a = (a ^ gr.u32(x[i] >> (8 * k))) * gr.u32(16777619)
    u[i] = gr.u64(a) * gr.u64(h)
    u[i] += u[i] // 3
    b = gr.i8(127) + gr.i8(i)
    out[i] += b + abs(-(1 << 63)) // 4 + sum((h, h)) + pow(3, 50) + (~h << 3) + divmod(h, -7)[1]
    out[i] ^= -h // -1 + (gr.u16(65535) + 1) + (-8 >> 70) + int(x[i] * 1e30)


def test_integers_wrap_as_in_compiled_kernels():
    x = np.array([0, 1, -5, 2**63 - 1, -2**63, 123456789])
    made = []
    for space in ("host", "python"):
        out = np.zeros(6, int), np.zeros(6, np.int8), np.zeros(6, np.uint64)
        gr.parallel_for(6, hashes, x, *out, space=space)
        made.append([a.tolist() for a in out])
    assert made[0] == made[1]


@gr.kernel
def sums(i, total: gr.Acc, most: gr.Max[gr.i64], x):
    total += x[i] * 3
    most = max(most, x[i] + 1)


@gr.kernel
def summed(i, x):
    return x[i]


def test_reductions_wrap():
    x = np.array([2**62, 2**62, 2**63 - 1])
    assert gr.parallel_reduce(3, sums, x) == gr.parallel_reduce(3, sums, x, space="python")
    assert gr.parallel_reduce(3, summed, x) == gr.parallel_reduce(3, summed, x, space="python") < 0


@gr.kernel
def early(i, low: gr.Min, x):
    def half(v):
        return v / 2
    if x[i] < 0:
        return
    low = min(low, half(x[i]))


def test_returns_of_functions_inside_stay_theirs():
    assert gr.parallel_reduce(3, early, np.array([4.0, -8.0, 6.0]), space="python") == 2.0


@gr.kernel
def failing(i, j, x):
    x[i, j] = 1 / (i + j - 3)


@gr.kernel
def outside(i, x):
    x[i] = x[i + 1]


def test_errors_carry_the_index():
    with pytest.raises(ZeroDivisionError) as caught:
        gr.parallel_for((3, 3), failing, np.zeros((3, 3)), space="python")
    assert caught.value.index == (1, 2)
    said = "".join(getattr(caught.value, "__notes__", ())) or str(caught.value)
    assert "at i = 1, j = 2 of the kernel failing" in said
    frames = []
    trace = caught.value.__traceback__
    while trace is not None:
        frames.append((trace.tb_frame.f_code.co_filename, trace.tb_lineno, trace.tb_frame.f_code.co_name))
        trace = trace.tb_next
    assert (__file__, failing.function.__code__.co_firstlineno + 2, "failing") in frames
    with pytest.raises(gr.BoundsError, match="index 0 of x = 3, expected 0..2") as caught:
        gr.parallel_for(3, outside, np.zeros(3), space="python")
    assert caught.value.index == (2,)


def test_locals_and_breakpoints_are_those_of_the_kernel(monkeypatch):
    import sys
    seen = []
    monkeypatch.setattr(sys, "breakpointhook", lambda: seen.append(dict(sys._getframe(1).f_locals)))

    @gr.kernel
    def stops(i, x):
        half = x[i] / 2
        breakpoint()
        x[i] = half

    x = np.array([2.0, 4.0])
    gr.parallel_for(2, stops, x, space="python")
    assert [(s["i"], s["half"]) for s in seen] == [(0, 1.0), (1, 2.0)] and x.tolist() == [1, 2]


def pieces(errors):
    """The iterations that fail, one by one, and those between them: (lo, hi)."""
    ends = sorted({0, random.N}.union(*({i, i + 1} for i in errors)))
    return zip(ends, ends[1:])


@pytest.mark.parametrize("start", range(0, 150, 50))
def test_random_kernels_are_the_oracles(start):
    """The same kernels that the compiled form is compared with."""
    for seed in range(7000 + start, 7050 + start):
        name = "r%d" % seed
        text = rk.Generator(seed, name).kernel()
        names, sources = random.scope_of(text)
        kernel = Kernel(names[name], Options(), sources[name])
        want_y, want_p, errors, want_s = random.interpreted(name, text)
        y, p = np.zeros(random.N), np.zeros(random.N, int)
        s = random.elements()
        arguments = random.arguments(kernel, y, p, s)
        for lo, hi in pieces(errors):
            if lo in errors:
                with pytest.raises((ArithmeticError, ValueError)):
                    gr.parallel_for(gr.range(lo, hi), kernel, *arguments, space="python")
            else:
                gr.parallel_for(gr.range(lo, hi), kernel, *arguments, space="python")
        for i in set(range(random.N)) - set(errors):
            assert random.bits(y[i]) == random.bits(want_y[i]), (i, text)
            assert int(p[i]) == int(want_p[i]), (i, text)
            assert random.unlike(s, want_s, text, i) is None, (i, text)
