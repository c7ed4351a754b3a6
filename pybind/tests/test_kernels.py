# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Kernels from decorator to result, through the cache and the extension."""

from __future__ import annotations

import pickle
import subprocess
import sys

import granum as gr
import numpy as np
import pytest


@gr.function
def square(v):
    return v * v


SCALE = 2.0


@gr.kernel
def axpy(i, a, x, y, b=0.0):
    y[i] += a * x[i] * SCALE + b


@gr.kernel
def dot(i, acc: gr.Acc, x, y):
    acc += x[i] * y[i]


@gr.kernel
def norm2(i, x):
    return square(x[i])


@gr.kernel
def extremes(i, least: gr.MinLoc, most: gr.MaxLoc, count: gr.Acc, x):
    if x[i] < least.value:
        least.value = x[i]
        least.location = i
    if x[i] > most.value:
        most.value = x[i]
        most.location = i
    count += 1 if x[i] > 0 else 0


@gr.kernel
def prefix(i, acc: gr.Acc, final, x, out):
    acc += x[i]
    if final:
        out[i] = acc


@pytest.fixture
def scale():
    global SCALE
    yield
    SCALE = 2.0


def test_a_kernel_runs():
    x, y = np.arange(8.0), np.ones(8)
    assert gr.parallel_for(8, axpy, 0.5, x, y, 0.0) is None
    assert np.array_equal(y, 1 + x)


def test_arguments_by_name_and_defaults():
    x, y = np.arange(8.0), np.ones(8)
    gr.parallel_for(8, axpy, 0.5, y=y, x=x)
    assert np.array_equal(y, 1 + x)
    gr.parallel_for(8, axpy, 0.5, x, y)
    assert np.array_equal(y, 1 + 2 * x)
    gr.parallel_for(8, axpy, 0.0, x, y, b=1.0)
    assert np.array_equal(y, 2 + 2 * x)


def test_a_changed_constant_is_noticed(scale):
    global SCALE
    x, y = np.arange(8.0), np.zeros(8)
    gr.parallel_for(8, axpy, 0.5, x, y, 0.0)
    SCALE = 4.0
    gr.parallel_for(8, axpy, 0.5, x, y, 0.0)
    assert np.array_equal(y, x + 2 * x)


def test_sums_and_extremes():
    x = np.array([3.0, -1.0, 7.0, -1.0])
    assert gr.parallel_reduce(4, dot, x, x) == 60.0
    assert gr.parallel_reduce(4, norm2, x) == 60.0
    assert gr.parallel_reduce(4, extremes, x) == ((-1.0, 1), (7.0, 2), 2)


def test_a_scan():
    out = np.zeros(5)
    assert gr.parallel_scan(5, prefix, np.arange(5.0), out) == 10.0
    assert out.tolist() == [0, 1, 3, 6, 10]


def test_kernels_are_not_called():
    with pytest.raises(TypeError, match=r"launch it, as in gr\.parallel_for\(n, axpy"):
        axpy(0, 1.0, None, None)


def test_effects_follow_the_code():
    gr.parallel_for(1, axpy, 1.0, np.ones(1), np.ones(1))
    assert axpy.effects == {"x": "read", "y": "read write"}
    fixed = np.ones(1)
    fixed.flags.writeable = False
    gr.parallel_for(1, axpy, 1.0, fixed, np.ones(1))
    with pytest.raises((TypeError, ValueError), match="y"):
        gr.parallel_for(1, axpy, 1.0, np.ones(1), fixed)


def test_pickling_carries_the_source():
    copy = pickle.loads(pickle.dumps(norm2))
    assert copy is not norm2
    assert gr.parallel_reduce(3, copy, np.arange(3.0)) == 5.0


def test_pickling_reaches_other_processes(tmp_path):
    path = tmp_path / "kernel.pickle"
    path.write_bytes(pickle.dumps((norm2, axpy)))
    code = ("import pickle, numpy as np, granum as gr; k, a = pickle.load(open(%r, 'rb'));"
            "print(gr.parallel_reduce(4, k, np.arange(4.0)))" % str(path))
    made = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert made.stdout == "14.0\n"


def test_a_lambda_is_refused():
    with pytest.raises(gr.KernelSyntaxError, match="a lambda cannot be a kernel"):
        gr.kernel(lambda i, x: x[i])


def test_source_may_be_given():
    text = "def fill(i, x):\n    x[i] = i * 2\n"
    names = {}
    exec(text, names)
    with pytest.raises(gr.KernelSyntaxError, match="the source of fill is not to be found"):
        gr.kernel(names["fill"])
    fill = gr.kernel(source=text)(names["fill"])
    x = np.zeros(3)
    gr.parallel_for(3, fill, x)
    assert x.tolist() == [0, 2, 4]


def test_the_wrong_number_of_arguments_is_said():
    with pytest.raises(TypeError, match=r"axpy\(\) takes 4 arguments after the indices \(a, x, y, b\), got 5"):
        gr.parallel_for(3, axpy, 1.0, np.ones(3), np.ones(3), 1.0, 2.0)
    with pytest.raises(TypeError, match=r"axpy\(\) misses its argument y"):
        gr.parallel_for(3, axpy, 1.0, np.ones(3))
    with pytest.raises(TypeError, match=r"axpy\(\) has no argument z, expected one of a, x, y, b"):
        gr.parallel_for(3, axpy, 1.0, np.ones(3), z=1)
