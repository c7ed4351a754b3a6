# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The same in other systems; each is left out, and said to be absent, where it is not installed."""
import math

import numpy as np


def numpy_peers():
    def jacobi(b, a):
        b[1:-1, 1:-1] = 0.25 * (a[1:-1, :-2] + a[1:-1, 2:] + a[:-2, 1:-1] + a[2:, 1:-1])

    def axpy(a, x, y):
        y += a * x

    def triad(a, b, c, s):
        np.multiply(c, s, out=a)
        np.add(a, b, out=a)

    return {"axpy": axpy, "triad": triad, "dot": np.dot, "jacobi": jacobi,
            "scan": lambda x, out: np.cumsum(x, out=out), "histogram": lambda count, x: np.bincount(x, minlength=len(count))}


def numba_peers():
    """{name: function} compiled by Numba, parallel; "axpy" is its faster serial form."""
    import numba

    @numba.njit
    def axpy(a, x, y):
        for i in range(x.shape[0]):
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
        return total

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

    return {name: thing for name, thing in locals().items() if name != "numba"}


def find():
    """({system: {row: function}}, systems that are not installed)."""
    found, absent = {"numpy": numpy_peers()}, []
    try:
        found["numba"] = numba_peers()
    except ImportError:
        absent.append("numba")
    return found, absent
