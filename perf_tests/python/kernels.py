# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The kernels that bench.py measures, as a user of granum writes them."""
import math

import granum as gr


@gr.kernel
def axpy(i, a, x, y):
    y[i] += a * x[i]


@gr.kernel
def six(i, j, out, a, b, c, d, e):
    out[i, j] = a[i, j] + b[i, j] + c[i, j] + d[i, j] + e[i, j]


@gr.kernel
def triad(i, a, b, c, s):
    a[i] = b[i] + s * c[i]


@gr.kernel
def dot(i, acc: gr.Acc, x, y):
    acc += x[i] * y[i]


@gr.kernel
def jacobi(i, j, b, a):
    b[i, j] = 0.25 * (a[i, j - 1] + a[i, j + 1] + a[i - 1, j] + a[i + 1, j])


@gr.kernel
def scan(i, acc: gr.Acc, final, x, out):
    if final:
        out[i] = acc
    acc += x[i]


@gr.kernel
def histogram(i, count, x):
    gr.atomic_add(count, x[i], 1)


@gr.kernel
def spmv(i, y, start, column, value, x):
    total = 0.0
    for k in range(start[i], start[i + 1]):
        total += value[k] * x[column[k]]
    y[i] = total


@gr.kernel
def nbody(i, ax, ay, az, x, y, z, mass, soft):
    fx = fy = fz = 0.0
    for j in range(x.shape[0]):
        dx, dy, dz = x[j] - x[i], y[j] - y[i], z[j] - z[i]
        r2 = dx * dx + dy * dy + dz * dz + soft
        w = mass[j] / (r2 * math.sqrt(r2))
        fx += w * dx
        fy += w * dy
        fz += w * dz
    ax[i], ay[i], az[i] = fx, fy, fz


@gr.kernel
def mandelbrot(i, j, count, limit):
    n, m = count.shape
    cx, cy = -2.25 + 3.0 * j / m, -1.125 + 2.25 * i / n
    x = y = 0.0
    steps = 0
    while steps < limit and x * x + y * y <= 4.0:
        x, y = x * x - y * y + cx, 2.0 * x * y + cy
        steps += 1
    count[i, j] = steps


@gr.kernel
def stencil(i, j, k, out, u, v, w, p, h, dt, nu, beta):
    """Some sixty lines of a flow solver's step: what a compilation of a real kernel takes."""
    two_h = 2.0 * h
    h2 = h * h
    uc, vc, wc = u[i, j, k], v[i, j, k], w[i, j, k]
    ue = u[i, j, k + 1]
    uw = u[i, j, k - 1]
    un = u[i, j + 1, k]
    us = u[i, j - 1, k]
    ut = u[i + 1, j, k]
    ub = u[i - 1, j, k]
    ve = v[i, j, k + 1]
    vw = v[i, j, k - 1]
    vn = v[i, j + 1, k]
    vs = v[i, j - 1, k]
    vt = v[i + 1, j, k]
    vb = v[i - 1, j, k]
    we = w[i, j, k + 1]
    ww = w[i, j, k - 1]
    wn = w[i, j + 1, k]
    ws = w[i, j - 1, k]
    wt = w[i + 1, j, k]
    wb = w[i - 1, j, k]
    dudx = (ue - uw) / two_h
    dudy = (un - us) / two_h
    dudz = (ut - ub) / two_h
    dvdx = (ve - vw) / two_h
    dvdy = (vn - vs) / two_h
    dvdz = (vt - vb) / two_h
    dwdx = (we - ww) / two_h
    dwdy = (wn - ws) / two_h
    dwdz = (wt - wb) / two_h
    divergence = dudx + dvdy + dwdz
    lap_u = (ue + uw + un + us + ut + ub - 6.0 * uc) / h2
    lap_v = (ve + vw + vn + vs + vt + vb - 6.0 * vc) / h2
    lap_w = (we + ww + wn + ws + wt + wb - 6.0 * wc) / h2
    strain = 2.0 * (dudx * dudx + dvdy * dvdy + dwdz * dwdz)
    strain += (dudy + dvdx) * (dudy + dvdx)
    strain += (dudz + dwdx) * (dudz + dwdx)
    strain += (dvdz + dwdy) * (dvdz + dwdy)
    vorticity = (dwdy - dvdz) * (dwdy - dvdz)
    vorticity += (dudz - dwdx) * (dudz - dwdx)
    vorticity += (dvdx - dudy) * (dvdx - dudy)
    turbulent = nu + beta * h2 * strain ** 0.5
    q = 0.5 * (vorticity - strain)
    px = (p[i, j, k + 1] - p[i, j, k - 1]) / two_h
    py = (p[i, j + 1, k] - p[i, j - 1, k]) / two_h
    pz = (p[i + 1, j, k] - p[i - 1, j, k]) / two_h
    advect_u = uc * dudx + vc * dudy + wc * dudz
    advect_v = uc * dvdx + vc * dvdy + wc * dvdz
    advect_w = uc * dwdx + vc * dwdy + wc * dwdz
    if divergence > 1.0:
        turbulent *= 2.0
    elif divergence < -1.0:
        turbulent *= 0.5
    new_u = uc + dt * (turbulent * lap_u - advect_u - px)
    new_v = vc + dt * (turbulent * lap_v - advect_v - py)
    new_w = wc + dt * (turbulent * lap_w - advect_w - pz)
    speed = (new_u * new_u + new_v * new_v + new_w * new_w) ** 0.5
    out[i, j, k] = speed if q > 0.0 else -speed
