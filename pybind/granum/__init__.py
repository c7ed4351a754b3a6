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
    Instance,
    View,
    configuration,
    fence,
    finalize,
    initialize,
    is_initialized,
    mdrange,
    memory,
    memory_peak,
    memory_used,
    num_threads,
    on,
    parallel_for,
    parallel_reduce,
    parallel_scan,
    partition,
    print_configuration,
    range,
)

__version__ = _granum.__version__

# What kernels are written with is imported when it is first asked for.
_FROM = {
    "graphs": ("Graph", "Node"),
    "kernels": ("kernel", "function", "Kernel", "Function"),
    "compiler.errors": ("BoundsError", "KernelCompileError", "KernelError", "KernelSyntaxError", "KernelTypeError"),
    "compiler.language": (
        "Acc", "All", "Any", "Array", "BitAnd", "BitOr", "Max", "MaxLoc", "Min", "MinLoc", "Prod", "Reducer", "Sum",
        "atomic_add", "atomic_and", "atomic_compare_exchange", "atomic_exchange", "atomic_max", "atomic_min",
        "atomic_mul", "atomic_or", "atomic_sub", "atomic_xor", "team", "team_barrier", "team_range", "team_scratch",
        "team_single", "thread_range", "vector_range", "bool_", "c64", "c128", "f32", "f64", "fma",
        "i8", "i16", "i32", "i64", "local", "u8", "u16", "u32", "u64"),
}


def __getattr__(name):
    for module, names in _FROM.items():
        if name in names:
            import importlib

            found = importlib.import_module("." + module, __name__)
            for each in names:
                globals()[each] = getattr(found, each)
            return globals()[name]
    raise AttributeError(f"module 'granum' has no attribute {name!r}")


def __dir__():
    return sorted([*globals(), *(name for names in _FROM.values() for name in names)])
