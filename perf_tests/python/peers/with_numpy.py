# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""NumPy, as its users write it: whole arrays, into results that exist."""
import numpy as np

from . import plain

VERSION = np.__version__


def axpy(a, x, y):
    y += a * x


def six(out, a, b, c, d, e):
    out[:] = a + b + c + d + e


def triad(a, b, c, s):
    np.multiply(c, s, out=a)
    np.add(a, b, out=a)


def jacobi(b, a):
    b[1:-1, 1:-1] = 0.25 * (a[1:-1, :-2] + a[1:-1, 2:] + a[:-2, 1:-1] + a[2:, 1:-1])


def scan(x, out):
    out[0] = 0
    np.cumsum(x[:-1], out=out[1:])


def histogram(count, x):
    count += np.bincount(x, minlength=len(count))


def spmv(y, start, column, value, x):
    np.add.reduceat(value * x[column], start[:-1], out=y)


def nbody(ax, ay, az, x, y, z, mass, soft):
    dx, dy, dz = x - x[:, None], y - y[:, None], z - z[:, None]
    r2 = dx * dx + dy * dy + dz * dz + soft
    w = mass / (r2 * np.sqrt(r2))
    np.sum(w * dx, axis=1, out=ax)
    np.sum(w * dy, axis=1, out=ay)
    np.sum(w * dz, axis=1, out=az)


def mandelbrot(count, limit):
    n, m = count.shape
    c = (-2.25 + 3.0 * np.arange(m) / m) + 1j * (-1.125 + 2.25 * np.arange(n) / n)[:, None]
    z = np.zeros_like(c)
    count[:] = 0
    inside = np.ones(c.shape, bool)
    for _ in range(limit):
        inside[inside] = z.real[inside] ** 2 + z.imag[inside] ** 2 <= 4.0
        if not inside.any():
            break
        count[inside] += 1
        z[inside] = z[inside] ** 2 + c[inside]


ROWS = {f.__name__: plain(f) for f in (axpy, six, triad, jacobi, scan, histogram, spmv, nbody, mandelbrot)}
ROWS["dot"] = plain(np.dot)
