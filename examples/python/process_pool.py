#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Bands of the Mandelbrot set, each computed by a process of a pool; the kernel travels by its source."""
import concurrent.futures
import multiprocessing
import sys

import granum as gr
import numpy as np


@gr.kernel
def mandelbrot(i, j, count, first, rows, limit):
    cx, cy = -2.25 + 3.0 * j / count.shape[1], -1.125 + 2.25 * (first + i) / rows
    x = y = 0.0
    steps = 0
    while steps < limit and x * x + y * y <= 4.0:
        x, y = x * x - y * y + cx, 2.0 * x * y + cy
        steps += 1
    count[i, j] = steps


def band(kernel, first, last, rows, columns):
    """Rows first .. last - 1 of the picture."""
    count = np.zeros((last - first, columns), np.int64)
    gr.parallel_for(count.shape, kernel, count, first, rows, 100)
    return count


def main(rows=120, columns=160, workers=2, start="spawn"):
    cuts = np.linspace(0, rows, 2 * workers + 1).astype(int).tolist()
    context = multiprocessing.get_context(start)
    with concurrent.futures.ProcessPoolExecutor(workers, mp_context=context) as pool:
        bands = pool.map(band, [mandelbrot] * 2 * workers, cuts[:-1], cuts[1:], [rows] * 2 * workers,
                         [columns] * 2 * workers)
        picture = np.concatenate(list(bands))
    assert np.array_equal(picture, band(mandelbrot, 0, rows, rows, columns))
    print(f"{len(cuts) - 1} bands from {workers} processes: the picture of one, {picture.sum()} steps")


if __name__ == "__main__":
    main(start=sys.argv[1] if len(sys.argv) > 1 else "spawn")
