# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Run a kernel by CPython, one iteration after the other: space="python".

Breakpoints, print and every exception work as in any Python function; an exception says which
iteration it comes from. Integers do not wrap. Elements are Python's numbers, those of f32 arrays
NumPy's, so that single precision stays single.
"""

from __future__ import annotations

import ast
import itertools

from . import language
from .errors import BoundsError

_IDENTITY = {"sum": 0, "prod": 1, "land": True, "lor": False, "band": -1, "bor": 0}


class _Elements:
    """An array whose elements are Python's numbers and whose indices are checked."""

    __slots__ = ("array", "name", "plain")

    def __init__(self, array, name):
        self.array = array
        self.name = name
        self.plain = array.dtype.kind in "biu" or array.dtype.itemsize in (8, 16)

    shape = property(lambda self: self.array.shape)
    ndim = property(lambda self: self.array.ndim)
    size = property(lambda self: self.array.size)

    def __len__(self):
        return len(self.array)

    def __iter__(self):
        return (self[k] for k in range(len(self.array)))

    def _check(self, index):
        parts = index if isinstance(index, tuple) else (index,)
        for d, (i, extent) in enumerate(zip(parts, self.array.shape)):
            if not isinstance(i, slice) and not -extent <= i < extent:
                raise BoundsError("index %d of %s = %d, expected 0..%d"
                                  % (d, self.name, i, extent - 1))
        return parts

    def __getitem__(self, index):
        parts = self._check(index)
        found = self.array[index]
        if len(parts) < self.array.ndim or any(isinstance(p, slice) for p in parts):
            return _Elements(found, self.name)
        return found.item() if self.plain else found

    def __setitem__(self, index, value):
        self._check(index)
        kind = self.array.dtype.kind
        if kind in "iu":
            bits = 8 * self.array.dtype.itemsize
            value = int(value) & ((1 << bits) - 1)
            if kind == "i" and value >> (bits - 1):
                value -= 1 << bits
        self.array[index] = value


class _Located:
    """The accumulator of gr.MinLoc and gr.MaxLoc."""

    def __init__(self, value):
        self.value = value
        self.location = -1


def run(kernel, pattern, policy, args):
    """A launch, interpreted; the result is the launch's."""
    ranges = _ranges(policy)
    names = kernel.parameters()
    accumulators = {}
    if pattern in ("reduce", "scan"):
        for name in names[len(ranges):]:
            mark = kernel._annotation(name)
            if not isinstance(mark, language.Accumulator):
                break
            accumulators[name] = mark
    body = _returning(kernel, list(accumulators))
    given = [_wrapped(a, n) for a, n in zip(args, kernel._arguments(pattern, len(ranges)))]
    values = [_start(mark) for mark in accumulators.values()]
    total = 0
    for index in itertools.product(*ranges):
        try:
            if pattern == "scan":
                values = body(*index, *values, True, *given)
            elif accumulators:
                values = body(*index, *values, *given)
            else:
                result = body(*index, *given)
                total = total + result if pattern == "reduce" else total
        except Exception as error:
            where = "at %s of the kernel %s" % (", ".join(
                "%s = %d" % pair for pair in zip(names, index)), kernel.__name__)
            if hasattr(error, "add_note"):
                error.add_note(where)
            raise
    if pattern == "for":
        return None
    if not accumulators:
        return total
    values = [(v.value, v.location) if isinstance(v, _Located) else v for v in values]
    return values[0] if len(values) == 1 else tuple(values)


def _ranges(policy):
    if isinstance(policy, language.team):
        return [[language._Team(k, policy.league_size) for k in range(policy.league_size)]]
    lo, hi = getattr(policy, "lo", None), getattr(policy, "hi", None)
    if lo is not None:
        return [range(a, b) for a, b in zip(lo, hi)] if isinstance(lo, tuple) else [range(lo, hi)]
    if isinstance(policy, tuple):
        return [range(int(n)) for n in policy]
    return [range(int(policy))]


def _wrapped(argument, name):
    if isinstance(argument, (bool, int, float, complex)) or argument is None:
        return argument
    import numpy
    array = numpy.asarray(argument)
    return array.item() if array.ndim == 0 else _Elements(array, name)


def _start(mark):
    if mark.op == "user":
        return mark.identity
    integer = mark.dtype is not None and mark.dtype.kind in "iu"
    if mark.op in ("min", "minloc", "max", "maxloc"):
        value = float("inf")
        if integer:
            bits = mark.dtype.bits - (mark.dtype.kind == "i")
            value = (1 << bits) - 1
        if mark.op in ("max", "maxloc"):
            value = -value - 1 if integer else -value
            if integer and mark.dtype.kind == "u":
                value = 0
        return _Located(value) if mark.op.endswith("loc") else value
    return _IDENTITY[mark.op]


class _Returns(ast.NodeTransformer):
    """Every return gives the accumulators."""

    def __init__(self, names):
        self.names = names

    def value(self):
        return ast.Tuple([ast.Name(n, ast.Load()) for n in self.names], ast.Load())

    def visit_Return(self, node):
        return ast.copy_location(ast.Return(self.value()), node)

    def visit_FunctionDef(self, node):
        self.generic_visit(node)
        node.body.append(ast.Return(self.value()))
        return node


def _returning(kernel, accumulators):
    """The kernel's function; where it has accumulators, one that returns them."""
    if not accumulators:
        return kernel.function
    source = kernel.source_
    node = _Returns(accumulators).visit(ast.parse(source.text).body[0])
    node.decorator_list, node.returns = [], None
    for arg in node.args.posonlyargs + node.args.args:
        arg.annotation = None
    node.args.defaults = []
    ast.increment_lineno(node, source.first_line - 1)
    ast.fix_missing_locations(node)
    names = dict(kernel.scope.namespace)
    for name, cell in kernel.scope.cells.items():
        names[name] = cell.cell_contents
    exec(compile(ast.Module([node], []), source.filename, "exec"), names)
    return names[node.name]
