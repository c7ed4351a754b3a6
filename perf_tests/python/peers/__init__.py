# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The same kernels in other systems, one module each.

A module has ROWS = {row: prepare}; prepare(*arguments) gives what is timed: (statement, names) on
those arguments. A statement's value is the answer; None says that it was written to the arguments.
A system that does not import or compile is left out, and said to be absent.
"""
import importlib

SYSTEMS = ("numpy", "numba", "taichi", "warp", "jax", "pythran", "cython")


def plain(function):
    """prepare() of a function that takes the row's arguments as they are."""
    return lambda *arguments: call(function, *arguments)


def call(function, *arguments, after=""):
    """The statement of a call with these very objects; timing a lambda would count the lambda."""
    names = {f"a{k}": argument for k, argument in enumerate(arguments)}
    return f"f({', '.join(names)}){after}", {"f": function, **names}


def find(wanted=SYSTEMS):
    """({system: its ROWS}, {absent system: why}, {system: version})."""
    found, absent, versions = {}, {}, {}
    for name in SYSTEMS:
        if name not in wanted:
            continue
        try:
            module = importlib.import_module(f"{__name__}.with_{name}")
        except Exception as error:  # a peer may fail in any way that it likes
            absent[name] = f"{type(error).__name__}: {error}".splitlines()[0]
            continue
        found[name] = module.ROWS
        versions[name] = module.VERSION
        found.update(getattr(module, "MORE", {}))
    return found, absent, versions
