#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Turn matplotlib's measured elevation model into the .npy files that terrain.c reads.

usage: prepare.py FOLDER

The model is the Jacksboro fault in Tennessee, a 3 arc-second grid of whole metres that comes with
matplotlib ("jacksboro_fault_dem.npz"), so nothing is downloaded.  Row 0 is the northern edge.

FOLDER/measured.npy   shape (344, 403), int16 [m]
FOLDER/cell_size.npy  shape (2,), float64 [m]: north-south and east-west size of a measured cell
"""
import pathlib
import sys

import numpy as np
from matplotlib import cbook

METRES_PER_DEGREE = 6371008.8 * np.pi / 180  # on a sphere with the Earth's mean radius


def load():
    """Return (heights [m], (south-north, west-east) cell size [m], (west, east, south, north) [deg])."""
    with np.load(cbook.get_sample_data("jacksboro_fault_dem.npz", asfileobj=False)) as dem:
        heights = dem["elevation"]
        # The file calls the northern edge ymin, since its rows run southwards.
        south, north = sorted((float(dem["ymin"]), float(dem["ymax"])))
        west, east = float(dem["xmin"]), float(dem["xmax"])
        # One east-west size for the whole map: over its 0.3 degrees it varies by +-0.2 %.
        shrink = np.cos(np.radians((south + north) / 2))
        cell = (float(dem["dy"]) * METRES_PER_DEGREE, float(dem["dx"]) * METRES_PER_DEGREE * shrink)
    return heights, cell, (west, east, south, north)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    heights, cell, _ = load()
    np.save(folder / "measured.npy", np.ascontiguousarray(heights, dtype=np.int16))
    np.save(folder / "cell_size.npy", np.array(cell))
    print(f"{folder}/measured.npy: {heights.shape[0]} x {heights.shape[1]} cells of "
          f"{cell[0]:.1f} m x {cell[1]:.1f} m, {heights.min()} .. {heights.max()} m")


if __name__ == "__main__":
    main()
