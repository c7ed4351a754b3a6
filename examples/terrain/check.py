#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compute what terrain.c computed with NumPy, and compare: every array, cell by cell.

usage: check.py FOLDER

Where the tolerances come from.  Rounding to nearest loses at most U = 2**-53 of a float64 result
and U32 = 2**-24 of a float32 one, and terrain.c is compiled without contraction of a*b+c.

heights   0.  The weights of the cubic are multiples of 2**-16 (REFINE <= 16; 2**-19 for 32) and the
          measured heights are whole numbers below 2**11, so that all products and sums fit into a
          float64 as they are: nothing is rounded, whatever the order.
lowest,   0.  They are elements of the array.  Of equal ones the first wins, in both programs.
highest
histogram 0.  A cell's bin comes from one subtraction and one product, the same here and there.
creep     0.  Each step is the same sequence of roundings here and there.  NumPy repeats it in windows:
          a step looks one cell far, so a margin of as many cells as steps makes a window's answer
          independent of what lies beyond, or else the window ends where the map does.
slope,    What the polynomial of Abramowitz & Stegun 4.4.47 is off by itself (1.2e-5 rad, found here), at
facing    most 12 roundings of a number up to 45 degrees, and three of one up to 360.
light     8 roundings of a sum whose terms, divided by the length of the normal, stay below 1.
sums      In the canonical order a number passes through at most so many additions: those of its lane
          in its chunk (at most a row and 2/4096 of the cells, over 32 lanes), 5 joins of lanes, those
          of the up to 4096 chunks over 32 lanes, 5 joins.  Each loses at most U of a sum of one sign.
mass      What leaves a cell is, to the bit, what its neighbour gains.  Adding the four fluxes to the
          height rounds four times: at most U of the largest height and of six of the largest flux,
          in each step; and the two volumes are sums as above.
percent   A height is known to one bin: at least p % of the land must lie below it plus one bin, and
          no more than p % below it less one bin.
"""
import math
import pathlib
import sys

import numpy as np

U, U32 = 2.0**-53, 2.0**-24
BINS = 1024
NUMBERS = ("mean", "deviation", "low", "low_at", "high", "high_at", "before", "after", "moved", "years",
           "steps", "k_dt")


class Report:
    """Print one line a comparison, and remember whether all held."""

    def __init__(self):
        self.good = True

    def __call__(self, what, error, tolerance):
        good = bool(error <= tolerance)  # false for NaN
        self.good &= good
        print(f"  {what:34} off by {error:9.3g}, at most {tolerance:9.3g}  {'ok' if good else 'WRONG'}")


def refine(values, fine, factor):
    """Keys's cubic convolution of values (rows, ...) at the fine rows; the edge goes on as it ends."""
    x = (fine + 0.5) / factor - 0.5
    base = np.floor(x).astype(int)
    t = (x - base)[:, None]
    weights = ((-t + 2 * t**2 - t**3) / 2, (2 - 5 * t**2 + 3 * t**3) / 2,
               (t + 4 * t**2 - 3 * t**3) / 2, (t**3 - t**2) / 2)
    rows = (np.clip(base + k, 0, len(values) - 1) for k in (-1, 0, 1, 2))
    return sum(weight * values[row] for weight, row in zip(weights, rows))


def slopes(z, dy, dx):
    """Rise towards east and north of z (rows, columns) in its inner cells, with Horn's weights."""
    across, down = z[:, 2:] - z[:, :-2], z[:-2] - z[2:]
    east = (across[:-2] + 2 * across[1:-1] + across[2:]) / (8 * dx)
    north = (down[:, :-2] + 2 * down[:, 1:-1] + down[:, 2:]) / (8 * dy)
    return east, north


def creep(z, steps, per_y, per_x):
    """Steps of diffusion on z (rows, columns), with nothing flowing over the edges."""
    z = z.copy()
    for _ in range(steps):
        x = np.pad(per_x * np.diff(z, axis=1), ((0, 0), (1, 1)))
        y = np.pad(per_y * np.diff(z, axis=0), ((1, 1), (0, 0)))
        z = z + ((x[:, 1:] - x[:, :-1]) + (y[1:] - y[:-1]))
    return z


def check_cells(measured, heights, relief, factor, dy, dx, report):
    """Compare all that is local, a band of rows at a time."""
    n, m = heights.shape[1:]
    wide = refine(measured.T.astype(float), np.arange(-1, m + 1), factor).T
    worst = dict.fromkeys(("heights", "slope", "facing", "light"), 0.0)
    for lo in range(0, n, 128):
        hi = min(lo + 128, n)
        z = refine(wide, np.arange(lo - 1, hi + 1), factor)
        east, north = slopes(z, dy, dx)
        rise = np.hypot(east, north)
        facing = np.where(rise == 0, 0, np.degrees(np.arctan2(-east, -north)) % 360)
        light = (math.sqrt(0.5) + (east - north) / 2) / np.sqrt(1 + rise**2)
        turn = (relief[1, lo:hi] - facing + 180) % 360 - 180  # 359.9 and 0.1 are neighbours
        for what, difference in (("heights", heights[0, lo:hi] - z[1:-1, 1:-1]),
                                 ("slope", relief[0, lo:hi] - np.degrees(np.arctan(rise))),
                                 ("facing", turn),
                                 ("light", relief[2, lo:hi] - np.maximum(light, 0))):
            worst[what] = max(worst[what], float(np.abs(difference).max()))
    x = np.linspace(0, 1, 100001)
    polynomial = x * (0.9998660 - 0.3302995 * x**2 + 0.1801410 * x**4 - 0.0851330 * x**6 + 0.0208351 * x**8)
    angle = math.degrees(np.abs(polynomial - np.arctan(x)).max()) + 12 * 45 * U32 + 3 * 360 * U32
    report("heights [m]", worst["heights"], 0)
    report("slope [deg]", worst["slope"], angle)
    report("facing [deg]", worst["facing"], angle)
    report("light", worst["light"], 8 * U32)


def check_creep(heights, found, per_y, per_x, report):
    """Repeat the diffusion in windows of 64 x 64 cells: corners, edges, peak, pit, and some others."""
    n, m = heights.shape[1:]
    steps = int(found["steps"])
    generator = np.random.default_rng(1)
    corners = [(i, j) for i in (0, (n - 64) // 2, n - 64) for j in (0, (m - 64) // 2, m - 64)]
    corners += [divmod(int(found[at]), m) for at in ("low_at", "high_at")]
    corners += [tuple(generator.integers(0, (n - 64, m - 64))) for _ in range(4)]
    worst = 0.0
    for i, j in corners:
        i, j = min(i, n - 64), min(j, m - 64)
        top, left = max(i - steps, 0), max(j - steps, 0)
        region = heights[0, top:i + 64 + steps, left:j + 64 + steps]
        mine = creep(region, steps, per_y, per_x)[i - top:i - top + 64, j - left:j - left + 64]
        worst = max(worst, float(np.abs(mine - heights[1, i:i + 64, j:j + 64]).max()))
    report(f"creep in {len(corners)} windows [m]", worst, 0)


def check_statistics(heights, found, dy, dx, report):
    n, m = heights.shape[1:]
    chain = (2 * n * m / 4096 + m) / 32 + 4096 / 32 + 10
    total, squares, after, moved, flux = [], [], [], [], 0.0
    for row in range(n):
        z, worn = np.array(heights[0, row]), heights[1, row]
        total.append(math.fsum(z))
        squares.append(math.fsum(z * z))
        after.append(math.fsum(worn))
        moved.append(math.fsum(np.abs(worn - z)) / 2)
        flux = max(flux, float(np.abs(np.diff(z)).max()))
    total, squares, after, moved = map(math.fsum, (total, squares, after, moved))
    mean, square = total / (n * m), squares / (n * m)
    deviation = math.sqrt(square - mean**2)
    report("mean [m]", abs(found["mean"] - mean), (chain + 1) * U * mean)
    report("deviation [m]", abs(found["deviation"] - deviation), 3 * (chain + 4) * U * square / (2 * deviation))
    for name, value in (("before", total), ("after", after), ("moved", moved)):
        volume = value * dy * dx
        report(f"volume {name}, part of it", abs(found[name] - volume) / volume, (chain + 4) * U)
    drift = found["steps"] * U * (found["high"] + 6 * flux) * n * m / total
    report("mass lost or won, part of it", abs(found["after"] - found["before"]) / found["before"],
           drift + 2 * (chain + 4) * U)


def check_distribution(heights, found, histogram, percentiles, report):
    z = heights[0]
    low, high = float(z.min()), float(z.max())
    report("lowest [m]", abs(found["low"] - low), 0)
    report("lowest, its place", abs(found["low_at"] - int(z.argmin())), 0)
    report("highest [m]", abs(found["high"] - high), 0)
    report("highest, its place", abs(found["high_at"] - int(z.argmax())), 0)
    counts = np.zeros(BINS, np.int64)
    below = np.zeros((2, percentiles.size + 1), np.int64)
    width = (high - low) / BINS
    for lo in range(0, len(z), 128):
        band = np.array(z[lo:lo + 128]).ravel()
        counts += np.bincount(np.minimum(((band - low) * (BINS / (high - low))).astype(int), BINS - 1),
                              minlength=BINS)
        for k, shift in enumerate((-width, width)):
            below[k] += np.bincount(np.searchsorted(percentiles + shift, band), minlength=percentiles.size + 1)
    report("histogram [cells]", int(np.abs(histogram - counts).max()), 0)
    rank = np.arange(percentiles.size) / 100 * z.size
    less, more = below.cumsum(1)[:, :-1]  # cells up to each percentile, less and more one bin
    report("percentiles, misplaced [cells]", float(np.maximum(less - rank, rank - more).max()), 0)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = pathlib.Path(sys.argv[1])
    names = ("measured", "cell_size", "heights", "relief", "histogram", "percentiles", "numbers")
    measured, cell, heights, relief, histogram, percentiles, numbers = (
        np.load(folder / f"{name}.npy", mmap_mode="r") for name in names)
    found = dict(zip(NUMBERS, map(float, numbers)))
    factor = heights.shape[1] // measured.shape[0]
    dy, dx = (float(size) / factor for size in cell)
    k_dt = 0.45 / (1 / (dx * dx) + 1 / (dy * dy))
    report = Report()
    print(f"NumPy {np.__version__} beside {heights.shape[1]} x {heights.shape[2]} cells:")
    check_cells(measured, heights, relief, factor, dy, dx, report)
    check_distribution(heights, found, histogram, percentiles, report)
    report("K dt of a step [m2]", abs(found["k_dt"] - k_dt), 0)
    check_creep(heights, found, k_dt / (dy * dy), k_dt / (dx * dx), report)
    check_statistics(heights, found, dy, dx, report)
    print("all of it agrees" if report.good else "NumPy DISAGREES")
    sys.exit(not report.good)


if __name__ == "__main__":
    main()
