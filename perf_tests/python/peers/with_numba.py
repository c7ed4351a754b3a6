# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Numba, parallel; launches in its faster serial form, and "numba parallel" beside it."""
import math

import numba

from . import plain

VERSION = numba.__version__


@numba.njit
def axpy(a, x, y):
    for i in range(x.shape[0]):
        y[i] += a * x[i]


@numba.njit(parallel=True)
def axpy_parallel(a, x, y):
    for i in numba.prange(x.shape[0]):
        y[i] += a * x[i]


@numba.njit
def six(out, a, b, c, d, e):
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = a[i, j] + b[i, j] + c[i, j] + d[i, j] + e[i, j]


@numba.njit(parallel=True)
def triad(a, b, c, s):
    for i in numba.prange(a.shape[0]):
        a[i] = b[i] + s * c[i]


@numba.njit(parallel=True)
def dot(x, y):
    total = 0.0
    for i in numba.prange(x.shape[0]):
        total += x[i] * y[i]
    return total


@numba.njit(parallel=True)
def jacobi(b, a):
    for i in numba.prange(1, a.shape[0] - 1):
        for j in range(1, a.shape[1] - 1):
            b[i, j] = 0.25 * (a[i, j - 1] + a[i, j + 1] + a[i - 1, j] + a[i + 1, j])


@numba.njit
def scan(x, out):
    total = 0.0
    for i in range(x.shape[0]):
        out[i] = total
        total += x[i]


@numba.njit
def histogram(count, x):
    for i in range(x.shape[0]):
        count[x[i]] += 1


@numba.njit(parallel=True)
def spmv(y, start, column, value, x):
    for i in numba.prange(y.shape[0]):
        total = 0.0
        for k in range(start[i], start[i + 1]):
            total += value[k] * x[column[k]]
        y[i] = total


@numba.njit(parallel=True)
def nbody(ax, ay, az, x, y, z, mass, soft):
    for i in numba.prange(x.shape[0]):
        fx = fy = fz = 0.0
        for j in range(x.shape[0]):
            dx, dy, dz = x[j] - x[i], y[j] - y[i], z[j] - z[i]
            r2 = dx * dx + dy * dy + dz * dz + soft
            w = mass[j] / (r2 * math.sqrt(r2))
            fx += w * dx
            fy += w * dy
            fz += w * dz
        ax[i], ay[i], az[i] = fx, fy, fz


@numba.njit(parallel=True)
def mandelbrot(count, limit):
    n, m = count.shape
    for i in numba.prange(n):
        for j in range(m):
            cx, cy = -2.25 + 3.0 * j / m, -1.125 + 2.25 * i / n
            x = y = 0.0
            steps = 0
            while steps < limit and x * x + y * y <= 4.0:
                x, y = x * x - y * y + cx, 2.0 * x * y + cy
                steps += 1
            count[i, j] = steps


ROWS = {f.__name__: plain(f) for f in (axpy, six, triad, dot, jacobi, scan, histogram, spmv, nbody, mandelbrot)}
MORE = {"numba parallel": {"axpy": plain(axpy_parallel)}}
