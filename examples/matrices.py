#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Turn the sparse matrices that come with PyAMG into the .npy files that spmv.c and the benchmarks read.

usage: matrices.py FOLDER

They are finite-element matrices of real meshes: around an airfoil, of an elastic bar, of a square.
They lie in the package (pip install pyamg), so nothing else is downloaded.

FOLDER/NAME.row.npy   int64, where each row's nonzeros begin, and their number
FOLDER/NAME.col.npy   int32, the column of each
FOLDER/NAME.val.npy   float64, its value
FOLDER/NAME.x.npy     float64, a vector
FOLDER/NAME.y.npy     float64, SciPy's product of the two
"""
import pathlib
import sys

import numpy as np
import pyamg
from scipy import sparse


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("airfoil", "bar", "unit_square"):
        a = sparse.csr_matrix(pyamg.gallery.load_example(name)["A"])
        a.sort_indices()
        x = np.random.default_rng(1).uniform(0.5, 1.5, a.shape[1])
        parts = {"row": a.indptr.astype(np.int64), "col": a.indices.astype(np.int32), "val": a.data.astype(float),
                 "x": x, "y": a @ x}
        for part, array in parts.items():
            np.save(folder / f"{name}.{part}.npy", array)
        print(f"{folder}/{name}.*.npy: {a.shape[0]} rows, {a.nnz} nonzeros")


if __name__ == "__main__":
    main()
