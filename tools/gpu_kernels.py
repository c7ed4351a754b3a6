#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A Python kernel of each kind on a device, against the host's bits; for machines without pytest.

    PYTHONPATH=build/python tools/gpu_kernels.py cuda
"""
import sys

import granum as gr
import numpy as np


@gr.kernel
def axpy(i, a, x, y):
    y[i] += a * x[i]


@gr.kernel
def dot(i, acc: gr.Acc, x, y):
    acc += x[i] * y[i]


@gr.kernel
def smooth(i, j, a, b):
    b[i, j] = 0.25 * (a[i - 1, j] + a[i + 1, j] + a[i, j - 1] + a[i, j + 1])


def on_device(*arrays):
    return [gr.View.wrap(array).copy(space="device") for array in arrays]


def main(space):
    numbers = np.random.default_rng(7)
    x, y = numbers.random(100003), numbers.random(100003)
    a = numbers.random((301, 257))
    b = a.copy()

    dx, dy, da, db = on_device(x, y, a, b)
    gr.parallel_for(len(x), axpy, 2.0, dx, dy, space=space)
    gr.parallel_for(len(x), axpy, 2.0, x, y)
    assert np.array_equal(dy.copy(space="host").numpy(), y), "axpy"
    on_host = gr.parallel_reduce(len(x), dot, x, y)
    there = gr.parallel_reduce(len(x), dot, dx, dy, space=space)
    assert there == on_host, f"dot = {there!r}, expected {on_host!r}"
    inner = gr.mdrange((1, 300), (1, 256))
    gr.parallel_for(inner, smooth, da, db, space=space)
    gr.parallel_for(inner, smooth, a, b)
    assert np.array_equal(db.copy(space="host").numpy(), b), "smooth"
    print(f"loops, a reduction and a grid have the host's bits on {space}")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "sim")
