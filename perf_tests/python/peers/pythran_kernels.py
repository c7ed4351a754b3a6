# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What with_pythran.py compiles: the comments say types and which loops are parallel."""
import math


#pythran export axpy(float, float[], float[])
def axpy(a, x, y):
    for i in range(x.shape[0]):
        y[i] += a * x[i]


#pythran export six(float[:,:], float[:,:], float[:,:], float[:,:], float[:,:], float[:,:])
def six(out, a, b, c, d, e):
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = a[i, j] + b[i, j] + c[i, j] + d[i, j] + e[i, j]


#pythran export triad(float[], float[], float[], float)
def triad(a, b, c, s):
    #omp parallel for
    for i in range(a.shape[0]):
        a[i] = b[i] + s * c[i]


#pythran export dot(float[], float[])
def dot(x, y):
    total = 0.0
    #omp parallel for reduction(+:total)
    for i in range(x.shape[0]):
        total += x[i] * y[i]
    return total


#pythran export jacobi(float[:,:], float[:,:])
def jacobi(b, a):
    #omp parallel for
    for i in range(1, a.shape[0] - 1):
        for j in range(1, a.shape[1] - 1):
            b[i, j] = 0.25 * (a[i, j - 1] + a[i, j + 1] + a[i - 1, j] + a[i + 1, j])


#pythran export scan(float[], float[])
def scan(x, out):
    total = 0.0
    for i in range(x.shape[0]):
        out[i] = total
        total += x[i]


#pythran export histogram(int[], int[])
def histogram(count, x):
    for i in range(x.shape[0]):
        count[x[i]] += 1


#pythran export spmv(float[], int[], int[], float[], float[])
def spmv(y, start, column, value, x):
    #omp parallel for
    for i in range(y.shape[0]):
        total = 0.0
        for k in range(start[i], start[i + 1]):
            total += value[k] * x[column[k]]
        y[i] = total


#pythran export nbody(float[], float[], float[], float[], float[], float[], float[], float)
def nbody(ax, ay, az, x, y, z, mass, soft):
    #omp parallel for
    for i in range(x.shape[0]):
        fx = fy = fz = 0.0
        for j in range(x.shape[0]):
            dx, dy, dz = x[j] - x[i], y[j] - y[i], z[j] - z[i]
            r2 = dx * dx + dy * dy + dz * dz + soft
            w = mass[j] / (r2 * math.sqrt(r2))
            fx += w * dx
            fy += w * dy
            fz += w * dz
        ax[i] = fx
        ay[i] = fy
        az[i] = fz


def escape(cx, cy, limit):
    x = y = 0.0
    steps = 0
    while steps < limit and x * x + y * y <= 4.0:
        x, y = x * x - y * y + cx, 2.0 * x * y + cy
        steps += 1
    return steps


#pythran export mandelbrot(int[:,:], int)
def mandelbrot(count, limit):
    n, m = count.shape
    #omp parallel for schedule(dynamic)
    for i in range(n):
        for j in range(m):
            count[i, j] = escape(-2.25 + 3.0 * j / m, -1.125 + 2.25 * i / n, limit)
