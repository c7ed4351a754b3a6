# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Taichi on its CPU backend, with NumPy arrays as arguments; its scan is a serial loop."""
import contextlib
import io
import os
import warnings

os.environ.setdefault("TI_LOG_LEVEL", "error")
os.environ.setdefault("ENABLE_TAICHI_HEADER_PRINT", "0")

import taichi as ti

from . import plain

VERSION = ".".join(map(str, ti.__version__))
warnings.filterwarnings("ignore", module="taichi")  # that bounds of loops are of 32 bits
with contextlib.redirect_stdout(io.StringIO()):
    ti.init(arch=ti.cpu, default_fp=ti.f64, default_ip=ti.i64, log_level=ti.ERROR, fast_math=False)

F1 = ti.types.ndarray(dtype=ti.f64, ndim=1)
F2 = ti.types.ndarray(dtype=ti.f64, ndim=2)
I1 = ti.types.ndarray(dtype=ti.i64, ndim=1)
I2 = ti.types.ndarray(dtype=ti.i64, ndim=2)


@ti.kernel
def axpy(a: ti.f64, x: F1, y: F1):
    for i in range(x.shape[0]):
        y[i] += a * x[i]


@ti.kernel
def six(out: F2, a: F2, b: F2, c: F2, d: F2, e: F2):
    for i, j in ti.ndrange(out.shape[0], out.shape[1]):
        out[i, j] = a[i, j] + b[i, j] + c[i, j] + d[i, j] + e[i, j]


@ti.kernel
def triad(a: F1, b: F1, c: F1, s: ti.f64):
    for i in range(a.shape[0]):
        a[i] = b[i] + s * c[i]


@ti.kernel
def dot(x: F1, y: F1) -> ti.f64:
    total = 0.0
    for i in range(x.shape[0]):
        total += x[i] * y[i]
    return total


@ti.kernel
def jacobi(b: F2, a: F2):
    for i, j in ti.ndrange((1, a.shape[0] - 1), (1, a.shape[1] - 1)):
        b[i, j] = 0.25 * (a[i, j - 1] + a[i, j + 1] + a[i - 1, j] + a[i + 1, j])


@ti.kernel
def scan(x: F1, out: F1):
    total = 0.0
    ti.loop_config(serialize=True)
    for i in range(x.shape[0]):
        out[i] = total
        total += x[i]


@ti.kernel
def histogram(count: I1, x: I1):
    for i in range(x.shape[0]):
        count[x[i]] += 1


@ti.kernel
def spmv(y: F1, start: I1, column: I1, value: F1, x: F1):
    for i in range(y.shape[0]):
        total = 0.0
        for k in range(start[i], start[i + 1]):
            total += value[k] * x[column[k]]
        y[i] = total


@ti.kernel
def nbody(ax: F1, ay: F1, az: F1, x: F1, y: F1, z: F1, mass: F1, soft: ti.f64):
    for i in range(x.shape[0]):
        fx, fy, fz = 0.0, 0.0, 0.0
        for j in range(x.shape[0]):
            dx, dy, dz = x[j] - x[i], y[j] - y[i], z[j] - z[i]
            r2 = dx * dx + dy * dy + dz * dz + soft
            w = mass[j] / (r2 * ti.sqrt(r2))
            fx += w * dx
            fy += w * dy
            fz += w * dz
        ax[i], ay[i], az[i] = fx, fy, fz


@ti.kernel
def mandelbrot(count: I2, limit: ti.i64):
    n, m = count.shape[0], count.shape[1]
    for i, j in ti.ndrange(n, m):
        cx = -2.25 + 3.0 * ti.cast(j, ti.f64) / m
        cy = -1.125 + 2.25 * ti.cast(i, ti.f64) / n
        x, y = 0.0, 0.0
        steps = ti.cast(0, ti.i64)
        while steps < limit and x * x + y * y <= 4.0:
            x, y = x * x - y * y + cx, 2.0 * x * y + cy
            steps += 1
        count[i, j] = steps


ROWS = {f.__name__: plain(f) for f in (axpy, six, triad, dot, jacobi, scan, histogram, spmv, nbody, mandelbrot)}
