# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Kernels that only add to arrays of integers count into copies; the sums are those of the atomics."""
import math

import granum as gr
import numpy as np
import pytest


@gr.kernel
def count(i, bins, x):
    gr.atomic_add(bins, x[i], 1)


@gr.kernel
def two(i, x, bins, sums, n):
    b = int(x[i] * n)
    gr.atomic_add(bins, b, 1)
    if b % 2 == 0:
        gr.atomic_sub(sums, b // 2, i)


@gr.kernel
def divided(i, x, bins, by):
    gr.atomic_add(bins, i % 7, x[i] // by)


@gr.kernel
def places(i, x, bins):
    x[i] = gr.atomic_add(bins, x[i], 1)


@gr.kernel
def looked_at(i, x, bins):
    if bins[0] >= 0:
        gr.atomic_add(bins, x[i], 1)


@gr.kernel
def real_sums(i, x, bins):
    gr.atomic_add(bins, i % 2, x[i])


@gr.kernel
def Über(i, größe, gr_own):
    gr.atomic_add(gr_own, größe[i], 2)


@gr.kernel
def loops(i, bins, x):
    for a in range(3):
        for b in range(3):
            if a * b > i % 5:
                break
        else:
            continue
        while True:
            gr.atomic_add(bins, x[i], a)
            if a > 0:
                break
    some = gr.local((2,), gr.i64)
    some[i % 2] = 5
    gr.atomic_add(bins, i % 2, some[0])


@gr.kernel
def leaves(i, bins, x):
    if x[i] == 2:
        return
    if x[i] < 0:
        raise ValueError("negative")
    gr.atomic_sub(bins, x[i], i)


@pytest.mark.parametrize("kernel", [loops, leaves])
def test_jumps_and_loops(kernel):
    x = np.arange(3000) % 4
    bins, expected = np.zeros(4, int), np.zeros(4, int)
    gr.parallel_for(3000, kernel, bins, x)
    gr.parallel_for(3000, kernel, expected, x, space="python")
    assert np.array_equal(bins, expected) and "gr_copies" in kernel.source()


def test_exceptions_of_ones_own():
    x = np.zeros(3000, int)
    x[1234] = -1
    with pytest.raises(ValueError, match="negative"):
        gr.parallel_for(3000, leaves, np.zeros(4, int), x)


@pytest.mark.parametrize("n", [0, 1, 10, 1000, 200_000])
@pytest.mark.parametrize("length", [0, 1, 7, 64, 5000])
def test_sums_are_those_of_numpy(n, length):
    random = np.random.default_rng(n + length)
    n = n if length else 0
    x, bins = random.integers(0, length or 1, n), np.arange(length)
    gr.parallel_for(n, count, bins, x)
    assert np.array_equal(bins, np.arange(length) + np.bincount(x, minlength=length))

    y, small, sums = random.random(n), np.zeros(length, np.int32), np.zeros(length, np.int64)
    gr.parallel_for(n, two, y, small, sums, length)
    which, expected = (y * length).astype(int), np.zeros(length, np.int64)
    np.subtract.at(expected, which[which % 2 == 0] // 2, np.arange(n)[which % 2 == 0])
    assert np.array_equal(small, np.bincount(which, minlength=length)) and np.array_equal(sums, expected)


def test_a_part_of_the_range_and_names_of_ones_own():
    bins, x = np.zeros(4, np.int64), np.arange(1000) % 4
    gr.parallel_for(gr.range(100, 900), Über, x, bins)
    assert bins.tolist() == [400] * 4 and "gr_copies" in Über.source()


def test_sums_wrap():
    bins, x = np.full(1, 2**63 - 1), np.zeros(1000, int)
    gr.parallel_for(1000, count, bins, x)
    assert bins[0] == -2**63 + 999


def test_errors_name_the_index():
    with pytest.raises(ZeroDivisionError, match="by zero at i = 0"):
        gr.parallel_for(1000, divided, np.arange(1000), np.zeros(7, int), 0)
    y = np.ones(1000)
    y[777] = math.nan
    with pytest.raises(ValueError, match="NaN to integer in x.i. . n at i = 777"):
        gr.parallel_for(1000, two, y, np.zeros(5, np.int32), np.zeros(5, np.int64), 3)


@pytest.mark.parametrize("kernel, bins", [(places, np.zeros(3, int)), (looked_at, np.zeros(3, int)),
                                          (real_sums, np.zeros(3)), (count, np.zeros(6, int)[::2])])
def test_who_may_see_the_difference_uses_atomics(kernel, bins):
    """Old values that are used, elements that are read, floats whose sums depend on the order, strides."""
    x = np.zeros(100, bins.dtype)
    arguments = (bins, x) if kernel is count else (x, bins)
    gr.parallel_for(100, kernel, *arguments)
    source = kernel.source("c", *arguments)
    assert "gr_copies" not in source and "GR_ATOMIC" in source
