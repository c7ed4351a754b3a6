# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# cython: boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""What with_cython.py compiles: typed memoryviews, loops without the GIL."""
from cython.parallel cimport prange
from libc.math cimport sqrt
from libc.stdint cimport int64_t


def axpy(double a, const double[::1] x, double[::1] y):
    cdef Py_ssize_t i
    for i in range(x.shape[0]):
        y[i] += a * x[i]


def six(double[:, ::1] out, const double[:, ::1] a, const double[:, ::1] b, const double[:, ::1] c,
        const double[:, ::1] d, const double[:, ::1] e):
    cdef Py_ssize_t i, j
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = a[i, j] + b[i, j] + c[i, j] + d[i, j] + e[i, j]


def triad(double[::1] a, const double[::1] b, const double[::1] c, double s):
    cdef Py_ssize_t i
    for i in prange(a.shape[0], nogil=True, schedule="static"):
        a[i] = b[i] + s * c[i]


def dot(const double[::1] x, const double[::1] y):
    cdef Py_ssize_t i
    cdef double total = 0
    for i in prange(x.shape[0], nogil=True, schedule="static"):
        total += x[i] * y[i]
    return total


def jacobi(double[:, ::1] b, const double[:, ::1] a):
    cdef Py_ssize_t i, j
    for i in prange(1, a.shape[0] - 1, nogil=True, schedule="static"):
        for j in range(1, a.shape[1] - 1):
            b[i, j] = 0.25 * (a[i, j - 1] + a[i, j + 1] + a[i - 1, j] + a[i + 1, j])


def scan(const double[::1] x, double[::1] out):
    cdef Py_ssize_t i
    cdef double total = 0
    for i in range(x.shape[0]):
        out[i] = total
        total += x[i]


def histogram(int64_t[::1] count, const int64_t[::1] x):
    cdef Py_ssize_t i
    for i in range(x.shape[0]):
        count[x[i]] += 1


cdef double row(const int64_t[::1] start, const int64_t[::1] column, const double[::1] value, const double[::1] x,
                Py_ssize_t i) noexcept nogil:
    cdef double total = 0
    cdef int64_t k
    for k in range(start[i], start[i + 1]):
        total += value[k] * x[column[k]]
    return total


def spmv(double[::1] y, const int64_t[::1] start, const int64_t[::1] column, const double[::1] value,
         const double[::1] x):
    cdef Py_ssize_t i
    for i in prange(y.shape[0], nogil=True, schedule="static"):
        y[i] = row(start, column, value, x, i)


cdef void force(double[::1] ax, double[::1] ay, double[::1] az, const double[::1] x, const double[::1] y,
                const double[::1] z, const double[::1] mass, double soft, Py_ssize_t i) noexcept nogil:
    cdef double fx = 0, fy = 0, fz = 0, dx, dy, dz, r2, w
    cdef Py_ssize_t j
    for j in range(x.shape[0]):
        dx, dy, dz = x[j] - x[i], y[j] - y[i], z[j] - z[i]
        r2 = dx * dx + dy * dy + dz * dz + soft
        w = mass[j] / (r2 * sqrt(r2))
        fx += w * dx
        fy += w * dy
        fz += w * dz
    ax[i], ay[i], az[i] = fx, fy, fz


def nbody(double[::1] ax, double[::1] ay, double[::1] az, const double[::1] x, const double[::1] y,
          const double[::1] z, const double[::1] mass, double soft):
    cdef Py_ssize_t i
    for i in prange(x.shape[0], nogil=True, schedule="static"):
        force(ax, ay, az, x, y, z, mass, soft, i)


cdef int64_t escape(double cx, double cy, int64_t limit) noexcept nogil:
    cdef double x = 0, y = 0
    cdef int64_t steps = 0
    while steps < limit and x * x + y * y <= 4.0:
        x, y = x * x - y * y + cx, 2.0 * x * y + cy
        steps += 1
    return steps


def mandelbrot(int64_t[:, ::1] count, int64_t limit):
    cdef Py_ssize_t i, j, n = count.shape[0], m = count.shape[1]
    for i in prange(n, nogil=True, schedule="dynamic"):
        for j in range(m):
            count[i, j] = escape(-2.25 + 3.0 * j / m, -1.125 + 2.25 * i / n, limit)
