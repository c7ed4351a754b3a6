# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Pythran, with OpenMP: pythran_kernels.py compiled ahead of time."""
import sys

import pythran

from . import native, plain

VERSION = pythran.__version__
source = native.HERE / "pythran_kernels.py"
made = native.kept(source, VERSION)
if not made.exists():
    native.run(sys.executable, "-m", "pythran.run", "-O3", "-march=native", "-fopenmp", source, "-o", made)
module = native.load(made)
ROWS = {name: plain(getattr(module, name)) for name in (
    "axpy", "six", "triad", "dot", "jacobi", "scan", "histogram", "spmv", "nbody", "mandelbrot")}
