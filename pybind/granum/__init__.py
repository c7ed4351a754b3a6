# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Kernels written in Python, run by granum.

    import granum as gr

    @gr.kernel
    def axpy(i, a, x, y):
        y[i] += a * x[i]

    gr.parallel_for(n, axpy, 2.0, x, y)
"""
from . import _granum
from ._granum import (
    Error,
    View,
    fence,
    finalize,
    initialize,
    is_initialized,
    mdrange,
    memory,
    num_threads,
    parallel_for,
    parallel_reduce,
    parallel_scan,
    range,
)

__version__ = _granum.__version__
