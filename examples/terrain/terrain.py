#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""terrain.c in Python: the same elevation model, kernels, files and numbers.

usage: terrain.py FOLDER [REFINE [STEPS]]     FOLDER holds prepare.py's files; results go there too
"""
import math
import pathlib
import sys
import time

import granum as gr
import numpy as np

BINS, PARTS, PERCENTS = 1024, 32, 101


@gr.function
def cubic(t, a, b, c, d):
    """Cubic convolution between b and c of four equidistant values (Keys 1981, with a = -1/2)."""
    return (0.5 * t * (t * (2 - t) - 1) * a + 0.5 * (t * t * (3 * t - 5) + 2) * b
            + 0.5 * t * (t * (4 - 3 * t) + 1) * c + 0.5 * t * t * (t - 1) * d)


@gr.function
def angle(y, x):
    """atan2(y, x) in degrees in single precision, within 0.001 (Abramowitz & Stegun 4.4.47)."""
    a, b = abs(x), abs(y)
    t = (a if a < b else b) / ((b if a < b else a) + gr.f32(1e-30))
    u = t * t
    p = ((gr.f32(0.0208351) * u - gr.f32(0.0851330)) * u + gr.f32(0.1801410)) * u - gr.f32(0.3302995)
    octant = gr.f32(57.29577951) * t * (p * u + gr.f32(0.9998660))
    quadrant = 90 - octant if b > a else octant
    half = 180 - quadrant if x < 0 else quadrant
    return -half if y < 0 else half


@gr.function
def inside(i, n):
    return min(max(i, 0), n - 1)


@gr.kernel
def copy(i, j, land):
    land[1, i, j] = land[0, i, j]


@gr.kernel
def refine_rows(i, j, wide, measured, factor):
    rows, columns = measured.shape
    row = inside(i - 2, rows)
    a, b = measured[row, inside(j - 2, columns)], measured[row, inside(j - 1, columns)]
    c, d = measured[row, inside(j, columns)], measured[row, inside(j + 1, columns)]
    for k in range(factor):
        wide[i, j * factor + k] = cubic((k + 0.5) / factor, float(a), float(b), float(c), float(d))


@gr.kernel
def refine_columns(i, j, z, wide, factor, skip):
    k, l = (i + skip) // factor, j + skip
    t = (i + skip - k * factor + 0.5) / factor
    z[0, i, j] = cubic(t, wide[k, l], wide[k + 1, l], wide[k + 2, l], wide[k + 3, l])


@gr.kernel
def shade(i, j, relief, z, dy, dx):
    """Slope, aspect, brightness under a sun in the north-west (Horn 1981)."""
    nw, ne, sw, se = z[0, i, j], z[0, i, j + 2], z[0, i + 2, j], z[0, i + 2, j + 2]
    we = z[0, i + 1, j + 2] - z[0, i + 1, j]
    sn = z[0, i, j + 1] - z[0, i + 2, j + 1]
    east = gr.f32(((ne - nw) + 2 * we + (se - sw)) * (0.125 / dx))
    north = gr.f32(((nw - sw) + 2 * sn + (ne - se)) * (0.125 / dy))
    rise = gr.f32(math.sqrt(east * east + north * north))
    facing = angle(-east, -north)
    lit = (gr.f32(0.70710678) + gr.f32(0.5) * (east - north)) / gr.f32(math.sqrt(1 + rise * rise))
    relief[0, i, j] = angle(rise, gr.f32(1))
    relief[1, i, j] = facing + 360 if facing < 0 else facing
    relief[2, i, j] = lit if lit > 0 else gr.f32(0)


@gr.kernel
def statistics(i, j, total: gr.Acc, squares: gr.Acc, low: gr.MinLoc, high: gr.MaxLoc, land):
    here = land[0, i, j]
    at = i * land.shape[2] + j
    total += here
    squares += here * here
    if here < low.value:
        low.value, low.location = here, at
    if here > high.value:
        high.value, high.location = here, at


@gr.kernel
def count_parts(p, part, land, lowest, per_metre):
    _, n, m = land.shape
    for i in range(p * n // PARTS, (p + 1) * n // PARTS):
        for j in range(m):
            cell = int((land[0, i, j] - lowest) * per_metre)
            part[p, min(max(cell, 0), BINS - 1)] += 1


@gr.kernel
def join(b, count, part):
    for p in range(PARTS):
        count[b] += part[p, b]


@gr.kernel
def percentiles(b, below: gr.Acc[gr.i64], final, percentile, count, cells, lowest, per_metre):
    here = float(count[b])
    if final and here > 0:
        for p in range(PERCENTS):  # those that lie in this bin
            rank = 0.01 * p * cells - below
            if rank <= here and (rank > 0 or below == 0):
                percentile[p] = lowest + (b + rank / here) / per_metre
    below += count[b]


@gr.kernel
def creep(i, j, z, to, old, per_y, per_x):
    """A step of dz/dt = div(K grad z): what leaves a cell enters its neighbour, not the outside."""
    n, m = z.shape[1] - 2, z.shape[2] - 2
    here = z[old, i, j]
    west = per_x * (here - z[old, i, j - 1]) if j > 1 else 0.0
    east = per_x * (z[old, i, j + 1] - here) if j < m else 0.0
    north = per_y * (here - z[old, i - 1, j]) if i > 1 else 0.0
    south = per_y * (z[old, i + 1, j] - here) if i < n else 0.0
    z[to, i, j] = here + ((east - west) + (south - north))


@gr.kernel
def mass(i, j, after: gr.Acc, moved: gr.Acc, land):
    after += land[1, i, j]
    moved += 0.5 * abs(land[1, i, j] - land[0, i, j])


class Report:
    """Prints each kernel's time and traffic; the first one is the machine's measure."""

    def __init__(self):
        self.machine = 0.0
        self.start = time.perf_counter()

    def __call__(self, what, read, written):
        seconds = time.perf_counter() - self.start
        rate = (read + 2 * written) / seconds
        self.machine = self.machine or rate
        print(f"  {what:<26} {1e3 * seconds:9.1f} ms {1e-9 * rate:8.1f} GB/s {100 * rate / self.machine:6.0f} %")
        self.start = time.perf_counter()


def compile_first(land, relief, measured, wide, z, part, count, percentile):
    """Compile what run() launches, on a few cells, so that its times are those of the kernels."""
    gr.parallel_for((0, 0), copy, land)
    gr.parallel_for((0, 0), refine_rows, wide, measured, 1)
    gr.parallel_for((0, 0), refine_columns, z, wide, 1, 0)
    gr.parallel_for((0, 0), shade, relief, z, 1.0, 1.0)
    gr.parallel_reduce((0, 0), statistics, land)
    gr.parallel_for(0, count_parts, part, land, 0.0, 1.0)
    gr.parallel_for(0, join, count, part)
    gr.parallel_scan(0, percentiles, percentile, count, 1.0, 0.0, 1.0)
    gr.parallel_for((0, 0), creep, z, 1, 0, 1.0, 1.0)
    gr.parallel_reduce((0, 0), mass, land)


def main(folder, factor=16, steps=200):
    folder, factor, steps = pathlib.Path(folder), int(factor), int(steps)
    measured = np.load(folder / "measured.npy")
    dy, dx = np.load(folder / "cell_size.npy") / factor
    n, m = measured.shape[0] * factor, measured.shape[1] * factor
    wide = gr.View((measured.shape[0] + 4, m + factor), label="rows refined")
    z = gr.View((3, n + 2, m + 2), label="heights")
    land = z[:2, 1:-1, 1:-1]
    relief = gr.View((3, n, m), gr.f32, label="relief")
    part, count = np.zeros((PARTS, BINS), np.int32), np.zeros(BINS, np.int64)
    percentile = np.zeros(PERCENTS)
    skip, cells, size = factor // 2 - 1, n * m, 8.0 * n * m
    dy, dx = float(dy), float(dx)
    k_dt = 0.45 / (1 / (dx * dx) + 1 / (dy * dy))  # stable below 0.5

    compile_first(land, relief, measured, wide, z, part, count, percentile)
    report = Report()
    for _ in range(3):
        gr.parallel_for((n, m), copy, land)
    report("copy (the measure)", 3 * size, 3 * size)
    gr.parallel_for((measured.shape[0] + 4, measured.shape[1] + 1), refine_rows, wide, measured, factor)
    gr.parallel_for((n + 2, m + 2), refine_columns, z, wide, factor, skip)
    report("refine", 0, size)
    gr.parallel_for((n, m), shade, relief, z, dy, dx)
    report("slope, aspect, hillshade", size, 1.5 * size)
    total, squares, low, high = gr.parallel_reduce((n, m), statistics, land)
    report("statistics", size, 0)
    per_metre = BINS / (high[0] - low[0])
    gr.parallel_for(PARTS, count_parts, part, land, low[0], per_metre)
    gr.parallel_for(BINS, join, count, part)
    gr.parallel_scan(BINS, percentiles, percentile, count, float(cells), low[0], per_metre)
    report("histogram, percentiles", size, 0)
    inner = gr.mdrange((1, n + 1), (1, m + 1))
    for step in range(steps):
        to = 2 - (steps - step) % 2
        gr.parallel_for(inner, creep, z, to, 0 if step == 0 else 3 - to, k_dt / (dy * dy), k_dt / (dx * dx))
    report("soil creep", steps * size, steps * size)
    after, moved = gr.parallel_reduce((n, m), mass, land)
    report("mass", 2 * size, 0)

    mean, area = total / cells, dy * dx
    numbers = [mean, math.sqrt(squares / cells - mean * mean), low[0], low[1], high[0], high[1], total * area,
               after * area, moved * area, steps * k_dt / 0.01, steps, k_dt]
    print(f"\n  {n} x {m} cells of {dy:.2f} m x {dx:.2f} m")
    print(f"  heights {low[0]:.1f} .. {high[0]:.1f} m, mean {mean:.2f} m, deviation {numbers[1]:.2f} m")
    print(f"  volume before {1e-9 * numbers[6]:.9f} km3, after {1e-9 * numbers[7]:.9f} km3")
    for name, array in (("numbers", np.array(numbers, float)), ("heights", land.numpy()), ("relief", relief.numpy()),
                        ("histogram", count), ("percentiles", percentile)):
        np.save(folder / f"{name}.npy", array)


if __name__ == "__main__":
    if not 2 <= len(sys.argv) <= 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
