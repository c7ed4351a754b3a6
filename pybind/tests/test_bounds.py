# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Stage 5: indices that leave their arrays are refused before anything runs, and those that stay
are not."""

from __future__ import annotations

import granum as gr
import numpy as np
import pytest


@gr.kernel
def jacobi(i, j, a, b):
    b[i, j] = 0.25 * (a[i, j - 1] + a[i, j + 1] + a[i - 1, j] + a[i + 1, j])


@gr.kernel
def interior(i, x, y):
    n = len(x)
    if i == 0 or i == n - 1:
        y[i] = 0
        return
    y[i] = x[i - 1] + x[i + 1]


@gr.kernel
def between(i, x, y):
    if 0 < i < len(x) - 1:
        y[i] = x[i - 1] + x[i + 1]


@gr.kernel
def clamped(i, x, y):
    y[i] = x[max(i - 1, 0)] + x[min(i + 1, len(x) - 1)] + x[(i + 5) % len(x)]


@gr.kernel
def positive(i, x, y):
    if x[i] > 0:
        y[i] = x[i + 1]


@gr.kernel
def triangle(i, x, y):
    for k in range(i):
        y[i] += x[k]


@gr.kernel
def coarse(i, x, y):
    y[i // 2] = x[2 * i + 1]


@gr.kernel
def flat(i, j, x, m):
    x[i * m + j] = 1.0


@gr.kernel
def window(i, x, y, r):
    for k in range(-r, r + 1):
        y[i] += x[i + k]


@gr.kernel
def backwards(i, x, y):
    n = x.shape[0]
    for k in range(n - 1, -1, -1):
        y[i] = y[i] + x[n - 1 - k] * x[-1]


@gr.function
def left(x, i):
    return x[i - 1]


@gr.function
def total(row):
    s = 0.0
    for k in range(len(row)):
        s += row[k]
    return s


@gr.kernel
def by_helper(i, x, y):
    y[i] = left(x, i)


@gr.kernel
def rows(i, a, y):
    y[i] = total(a[i, 1:])


@gr.kernel
def gather(i, x, index, y):
    y[i] = x[index[i]]


@gr.kernel(checked=True)
def checked_gather(i, x, index, y):
    y[i] = x[index[i]]


def arrays(n=10):
    return np.arange(float(n)), np.zeros(n)


def test_a_stencil_inside_runs():
    gr.parallel_for(gr.mdrange((1, 7), (1, 9)), jacobi, np.ones((8, 10)), np.zeros((8, 10)))


@pytest.mark.parametrize("ranges, message", [
    (((0, 7), (1, 9)), r"index of a in dimension 0: i - 1 runs from -1 to 5, expected 0\.\.7"),
    (((1, 8), (1, 9)), r"index of a in dimension 0: i \+ 1 runs from 2 to 8, expected 0\.\.7"),
    (((1, 7), (0, 9)), r"index of a in dimension 1: j - 1 runs from -1 to 7, expected 0\.\.9"),
    (((1, 7), (1, 10)), r"index of a in dimension 1: j \+ 1 runs from 2 to 10, expected 0\.\.9"),
    (((3, 4), (9, 10)), r"index of a in dimension 1: j \+ 1 = 10, expected 0\.\.9"),
])
def test_a_stencil_outside_is_refused_before_it_runs(ranges, message):
    b = np.zeros((8, 10))
    with pytest.raises(gr.BoundsError, match=message) as caught:
        gr.parallel_for(gr.mdrange(*ranges), jacobi, np.ones((8, 10)), b)
    assert not b.any()
    assert caught.value.line == 14 and isinstance(caught.value, IndexError)


def test_empty_ranges_check_nothing():
    gr.parallel_for(gr.mdrange((50, 50), (1, 9)), jacobi, np.ones((8, 10)), np.zeros((8, 10)))


@pytest.mark.parametrize("kernel", [interior, between])
def test_guards_are_understood(kernel):
    x, y = arrays()
    gr.parallel_for(10, kernel, x, y)
    want = np.zeros(10)
    want[1:-1] = x[:-2] + x[2:]
    assert np.array_equal(y, want)
    with pytest.raises(gr.BoundsError, match="expected 0..9"):
        gr.parallel_for(11, interior, x, y)


def test_clamps_and_wraps_are_understood():
    x, y = arrays()
    gr.parallel_for(10, clamped, x, y)
    i = np.arange(10)
    assert np.array_equal(y, x[np.maximum(i - 1, 0)] + x[np.minimum(i + 1, 9)] + x[(i + 5) % 10])


def test_what_cannot_be_proved_is_looked_at():
    x, y = arrays()
    gr.parallel_for(10, positive, -x, y)
    with pytest.raises(gr.BoundsError, match=r"index 0 of x = 10 in i \+ 1, expected 0\.\.9"):
        gr.parallel_for(10, positive, x, y)


def test_triangles_do_not_refuse_what_is_right():
    x, y = arrays()
    gr.parallel_for(10, triangle, x, y)
    assert np.array_equal(y, [sum(range(i)) for i in range(10)])
    with pytest.raises(gr.BoundsError):
        gr.parallel_for(
            13, triangle, x, np.zeros(20))


def test_steps_of_two():
    x, y = arrays()
    gr.parallel_for(5, coarse, x, y)
    assert np.array_equal(y[:3], [x[3], x[7], x[9]])
    with pytest.raises(gr.BoundsError, match=r"2 \* i \+ 1 runs from 1 to 11, expected 0\.\.9"):
        gr.parallel_for(6, coarse, x, y)


@pytest.mark.parametrize("m, fine", [(5, True), (4, True), (6, False), (-1, False)])
def test_flattened_indices(m, fine):
    x, _ = arrays()
    if fine:
        gr.parallel_for((2, 5), flat, x, m)
    else:
        with pytest.raises(gr.BoundsError):
            gr.parallel_for((2, 5), flat, x, m)


def test_inner_loops_with_bounds_from_arguments():
    x, y = arrays()
    gr.parallel_for(gr.range(2, 8), window, x, y, 2)
    assert y[2] == x[:5].sum()
    with pytest.raises(gr.BoundsError, match=r"index of x: i \+ k runs from -1 to 10"):
        gr.parallel_for(gr.range(2, 8), window, x, y, 3)
    gr.parallel_for(gr.range(0, 10), window, x, y, -1)


def test_negative_steps_and_literal_negative_indices():
    x, y = arrays()
    gr.parallel_for(1, backwards, x, y)
    assert y[0] == x.sum() * 9


def test_helpers_are_looked_into():
    x, y = arrays()
    gr.parallel_for(gr.range(1, 10), by_helper, x, y)
    with pytest.raises(gr.BoundsError, match=r"index of x: i - 1 runs from -1 to 8"):
        gr.parallel_for(10, by_helper, x, y)
    a = np.arange(12.0).reshape(3, 4)
    gr.parallel_for(3, rows, a, y)
    assert np.array_equal(y[:3], a[:, 1:].sum(1))


def test_gathers_are_looked_at_when_asked():
    x, y = arrays()
    index = np.arange(10)[::-1].copy()
    gr.parallel_for(10, gather, x, index, y)
    gr.parallel_for(10, checked_gather, x, index, y)
    assert np.array_equal(y, x[::-1])
    index[4] = 10
    with pytest.raises(gr.BoundsError, match=r"index 0 of x = 10 in index\[i\], expected 0\.\.9"):
        gr.parallel_for(10, checked_gather, x, index, y)


def test_one_dimension_has_one_check_an_array():
    text = jacobi.source("c", np.ones((4, 4)), np.ones((4, 4)))
    assert text.count("gr_py_refuse(gr_fault") == 4 and "gr_proven" not in text
