# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Cython, with OpenMP: cython_kernels.pyx compiled ahead of time by the C compiler."""
import os
import sys
import sysconfig

import Cython

from . import native, plain

VERSION = Cython.__version__
source = native.HERE / "cython_kernels.pyx"
made = native.kept(source, VERSION)
if not made.exists():
    code = made.with_suffix(".c")
    native.run(sys.executable, "-m", "cython", "-3", source, "-o", code)
    native.run(os.environ.get("CC", "cc"), *native.FLAGS, f"-I{sysconfig.get_path('include')}", code, "-o", made)
module = native.load(made)
ROWS = {name: plain(getattr(module, name)) for name in (
    "axpy", "six", "triad", "dot", "jacobi", "scan", "histogram", "spmv", "nbody", "mandelbrot")}
