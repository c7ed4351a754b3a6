# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Stages 6 and 7: kernels compiled by gcc and run, beside the same function run by CPython."""

from __future__ import annotations

import math

import numpy as np
import pytest

import direct
from granum.compiler import language as gr
from granum.kernels import function, kernel


def run(k, pattern, ranges, *args, folder, **more):
    return direct.run(k, pattern, ranges, *args, folder=folder, **more)


@kernel
def axpy(i, a, x, y):
    y[i] += a * x[i]


@kernel
def dot(i, acc: gr.Acc, x, y):
    acc += x[i] * y[i]


@kernel
def offsets(i, acc: gr.Acc, final, count, offset):
    if final:
        offset[i] = acc
    acc += count[i]


def test_axpy(tmp_path):
    x, y = np.arange(100.0), np.ones(100)
    assert run(axpy, "for", [(0, 100)], 2.0, x, y, folder=tmp_path)[0] is None
    assert np.array_equal(y, 1 + 2 * x)


def test_axpy_of_integers(tmp_path):
    x, y = np.arange(100), np.ones(100, np.int64)
    run(axpy, "for", [(0, 100)], 2, x, y, folder=tmp_path)
    assert np.array_equal(y, 1 + 2 * x)


def test_a_sum_is_returned(tmp_path):
    x, y = np.arange(100.0), np.ones(100)
    assert run(dot, "reduce", [(0, 100)], x, y, folder=tmp_path) == (None, [4950.0])


def test_a_scan_writes_the_sums_before_and_returns_the_total(tmp_path):
    count, offset = np.arange(10), np.zeros(10, np.int64)
    assert run(offsets, "scan", [(0, 10)], count, offset, folder=tmp_path) == (None, [45])
    assert offset.tolist() == [0, 0, 1, 3, 6, 10, 15, 21, 28, 36]


@kernel
def stencil(i, j, k, a, b):
    b[i, j, k] = a[i - 1, j, k] + a[i, j + 1, k] * a[i, j, k - 1] - a[i, j, -1]


@pytest.mark.parametrize("order", ["C", "F", "S"])
def test_three_dimensions_and_layouts(order, tmp_path):
    full = np.random.default_rng(1).random((6, 7, 10))
    a = {"C": full, "F": np.asfortranarray(full), "S": full[:, ::-1, ::2]}[order]
    n0, n1, n2 = a.shape
    b = np.zeros_like(a)
    run(stencil, "for", [(1, n0), (0, n1 - 1), (1, n2)], a, b, folder=tmp_path)
    want = np.zeros_like(a)
    for i in range(1, n0):
        for j in range(n1 - 1):
            for k in range(1, n2):
                want[i, j, k] = a[i - 1, j, k] + a[i, j + 1, k] * a[i, j, k - 1] - a[i, j, -1]
    assert np.array_equal(b, want)


@kernel
def control(i, x, y, n):
    s = 0
    k = 0
    while k < n:
        s += k // 3 % 5 - k ** 2
        k += 1
        if s < -100 - i:
            break
    else:
        s += 1000
    for q in range(10, i, -3):
        if q == 4:
            continue
        s += q
    t, u = divmod(s, -7)
    t, u = u, t
    y[i] = math.sin(x[i]) / (x[i] - 3.25) + s + t * 0.5 - u if 1 < x[i] <= 50 else -1


def test_loops_and_branches(tmp_path):
    for n in (3, 30):
        x, y = np.arange(20.0) + 0.5, np.zeros(20)
        assert run(control, "for", [(0, 20)], x, y, n, folder=tmp_path)[0] is None
        want = np.zeros(20)
        for i in range(20):
            control.function(i, x.tolist(), want, n)
        assert np.array_equal(y, want)


@function
def clamp(v, lo=0, hi=10):
    if v < lo:
        return lo
    return hi if v > hi else v


@function
def both(a, b):
    return clamp(a), clamp(b, hi=3)


@kernel
def helped(i, x, y):
    a, b = both(x[i], i)
    y[i] = a + b


@pytest.mark.parametrize("dtype", [np.float64, np.int64])
def test_helpers_take_any_types(dtype, tmp_path):
    x, y = (np.arange(20) - 5).astype(dtype), np.zeros(20, dtype)
    run(helped, "for", [(0, 20)], x, y, folder=tmp_path)
    assert np.array_equal(y, np.clip(x, 0, 10) + np.clip(np.arange(20), 0, 3))
