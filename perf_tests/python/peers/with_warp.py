# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Warp on its CPU device, in one thread, on NumPy's memory; its scan takes no doubles."""
import numpy as np
import warp as wp

from . import call

wp.config.quiet = True
wp.config.log_level = 40  # the same, newer

wp.init()  # says what it finds before the table begins

VERSION = wp.__version__
F1, F2 = wp.array(dtype=wp.float64), wp.array(dtype=wp.float64, ndim=2)
I1, I2 = wp.array(dtype=wp.int64), wp.array(dtype=wp.int64, ndim=2)


@wp.kernel
def axpy(a: wp.float64, x: F1, y: F1):
    i = wp.tid()
    y[i] = y[i] + a * x[i]


@wp.kernel
def six(out: F2, a: F2, b: F2, c: F2, d: F2, e: F2):
    i, j = wp.tid()
    out[i, j] = a[i, j] + b[i, j] + c[i, j] + d[i, j] + e[i, j]


@wp.kernel
def triad(a: F1, b: F1, c: F1, s: wp.float64):
    i = wp.tid()
    a[i] = b[i] + s * c[i]


@wp.kernel
def jacobi(b: F2, a: F2):
    i, j = wp.tid()
    if i > 0 and j > 0 and i < a.shape[0] - 1 and j < a.shape[1] - 1:
        b[i, j] = wp.float64(0.25) * (a[i, j - 1] + a[i, j + 1] + a[i - 1, j] + a[i + 1, j])


@wp.kernel
def histogram(count: I1, x: I1):
    i = wp.tid()
    wp.atomic_add(count, int(x[i]), wp.int64(1))


@wp.kernel
def spmv(y: F1, start: I1, column: I1, value: F1, x: F1):
    i = wp.tid()
    total = wp.float64(0.0)
    for k in range(int(start[i]), int(start[i + 1])):
        total += value[k] * x[int(column[k])]
    y[i] = total


@wp.kernel
def nbody(ax: F1, ay: F1, az: F1, x: F1, y: F1, z: F1, mass: F1, soft: wp.float64):
    i = wp.tid()
    fx = wp.float64(0.0)
    fy = wp.float64(0.0)
    fz = wp.float64(0.0)
    for j in range(x.shape[0]):
        dx = x[j] - x[i]
        dy = y[j] - y[i]
        dz = z[j] - z[i]
        r2 = dx * dx + dy * dy + dz * dz + soft
        w = mass[j] / (r2 * wp.sqrt(r2))
        fx += w * dx
        fy += w * dy
        fz += w * dz
    ax[i] = fx
    ay[i] = fy
    az[i] = fz


@wp.kernel
def mandelbrot(count: I2, limit: wp.int64):
    i, j = wp.tid()
    cx = wp.float64(-2.25) + wp.float64(3.0) * wp.float64(j) / wp.float64(count.shape[1])
    cy = wp.float64(-1.125) + wp.float64(2.25) * wp.float64(i) / wp.float64(count.shape[0])
    x = wp.float64(0.0)
    y = wp.float64(0.0)
    steps = wp.int64(0)
    while steps < limit and x * x + y * y <= wp.float64(4.0):
        t = x * x - y * y + cx
        y = wp.float64(2.0) * x * y + cy
        x = t
        steps += wp.int64(1)
    count[i, j] = steps


def shared(argument):
    return wp.array(argument, device="cpu", copy=False) if isinstance(argument, np.ndarray) else argument


def launched(kernel, extent_of):
    """prepare() of a kernel over the extents of one of the row's arguments."""
    return lambda *arguments: (
        "launch(kernel, extents, arguments, device='cpu')",
        {"launch": wp.launch, "kernel": kernel, "extents": arguments[extent_of].shape,
         "arguments": [shared(argument) for argument in arguments]})


def recorded(a, x, y):
    made = wp.launch(axpy, x.shape, [a, shared(x), shared(y)], device="cpu", record_cmd=True)
    return call(made.launch)


ROWS = {kernel.key: launched(kernel, 0) for kernel in (six, triad, jacobi, histogram, spmv, nbody, mandelbrot)}
ROWS["axpy"] = launched(axpy, 1)
ROWS["histogram"] = launched(histogram, 1)
ROWS["dot"] = lambda x, y: call(wp.utils.array_inner, shared(x), shared(y))
MORE = {"warp recorded": {"axpy": recorded}}
