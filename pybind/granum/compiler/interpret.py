# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Run a kernel by CPython, one iteration after the other: space="python".

Breakpoints, print and every exception work as in any Python function; an exception says which
iteration it comes from. Integers wrap as in compiled kernels (wrapped.py). Elements are Python's
numbers, those of f32 arrays NumPy's, so that single precision stays single.
"""

from __future__ import annotations

import copy
import itertools

from . import language
from .. import records
from .errors import BoundsError
from .types import U64
from .wrapped import Double, DoubleComplex, Fixed, Interpreted, binary

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
        if isinstance(index, str):
            return _Elements(self.array[index], self.name)
        parts = self._check(index)
        if len(parts) < self.array.ndim or any(isinstance(p, slice) for p in parts):
            return _Elements(self.array[index], self.name)
        if self.array.dtype.names:
            return _Element(self.array, index, self.name)
        return _loaded(self.array[index], self.plain)

    def __setitem__(self, index, value):
        self._check(index)
        if self.array.dtype.names:
            value = _fields(value)
        self.array[index] = _fitting(self.array.dtype, value)


def _loaded(value, plain):
    if value.dtype.kind == "u" and value.dtype.itemsize == 8:
        return Fixed(U64, value)
    if value.dtype.kind == "f" and value.dtype.itemsize == 8:
        return Double(value)
    if value.dtype.kind == "c" and value.dtype.itemsize == 16:
        return DoubleComplex(value)
    return value.item() if plain else value


def _fitting(dtype, value):
    """What is assigned to an element or a field: integers wrap to its width."""
    if dtype.kind not in "iu":
        return value
    bits = 8 * dtype.itemsize
    value = int(value) & ((1 << bits) - 1)
    return value - (1 << bits) if dtype.kind == "i" and value >> (bits - 1) else value


def _fields(value):
    """A struct as the tuple that NumPy assigns."""
    if isinstance(value, _Element):
        return value._array[value._index]
    if hasattr(type(value), "__dataclass_fields__"):
        return tuple(_fields(getattr(value, f)) for f in type(value).__dataclass_fields__)
    return value


class _Element:
    """An element of a structured array: its fields by name, read and written in the array."""

    __slots__ = ("_array", "_index", "_name")

    def __init__(self, array, index, name):
        for slot, value in zip(_Element.__slots__, (array, index, name)):
            object.__setattr__(self, slot, value)

    def __getattr__(self, field):
        if field not in self._array.dtype.names:
            raise AttributeError("%s has no field %s, expected one of %s" % (
                self._name, field, ", ".join(self._array.dtype.names)))
        part = self._array[field]
        if part.dtype.names:
            return _Element(part, self._index, self._name)
        value = part[self._index]
        if value.shape:
            return _Elements(value, field)
        return _loaded(value, part.dtype.kind in "biu" or part.dtype.itemsize in (8, 16))

    def __setattr__(self, field, value):
        getattr(self, field)
        part = self._array[field]
        part[self._index] = _fitting(part.dtype, value)

    __getitem__ = __getattr__
    __setitem__ = __setattr__


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
    body = Interpreted().function(kernel, list(accumulators))
    taken = kernel._arguments(pattern, len(ranges))
    given = [_wrapped(a, n) for a, n in zip(args, taken)]
    by_name = {n: given.pop() for n in reversed(taken[:len(given)]) if n in kernel.keyword_only()}
    values = [_start(mark) for mark in accumulators.values()]
    total = 0
    for index in itertools.product(*ranges):
        try:
            if pattern == "scan":
                values = body(*index, *values, True, *given, **by_name)
            elif accumulators:
                values = body(*index, *values, *given, **by_name)
            else:
                result = body(*index, *given, **by_name)
                total = binary("Add", total, result) if pattern == "reduce" else total
        except Exception as error:
            error.index = tuple(getattr(i, "league_rank", i) for i in index)
            where = "at %s of the kernel %s" % (", ".join(
                "%s = %d" % pair for pair in zip(names, error.index)), kernel.__name__)
            if hasattr(error, "add_note"):
                error.add_note(where)
            elif len(error.args) == 1 and isinstance(error.args[0], str):
                error.args = ("%s %s" % (error.args[0], where),)
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
    if isinstance(argument, (bool, int, float, complex)) or argument is None \
            or hasattr(type(argument), "__members__"):
        return argument
    import numpy
    if hasattr(type(argument), "__dataclass_fields__"):
        return _instance(argument, records.describe(type(argument)), numpy)
    array = numpy.asarray(argument)
    if array.ndim == 0 and array.dtype.names:
        return _Element(array, (), name)
    return array.item() if array.ndim == 0 else _Elements(array, name)


def _instance(argument, described, numpy):
    """A dataclass whose fields have the widths that are written for them."""
    made = copy.copy(argument)
    for name, word in described[2]:
        value = getattr(made, name)
        if isinstance(word, tuple):
            value = _instance(value, word, numpy)
        elif word == "f32":
            value = numpy.float32(value)
        elif word == "u64":
            value = Fixed(U64, value)
        elif word == "float":
            value = float(value)
        object.__setattr__(made, name, value)
    return made


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
