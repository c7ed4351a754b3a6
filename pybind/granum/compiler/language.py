# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The words that kernels import from granum. Each also works in plain Python, for
space="python"."""

from __future__ import annotations

import operator

from . import types
from .types import (BOOL, C64, C128, F32, F64, I8, I16, I32, I64, U8, U16, U32, U64)

i8, i16, i32, i64 = I8, I16, I32, I64
u8, u16, u32, u64 = U8, U16, U32, U64
f32, f64, c64, c128, bool_ = F32, F64, C64, C128, BOOL


class Accumulator:
    """The annotation of a parameter that a reduction or scan combines into.

    gr.Acc is a sum, gr.Acc[gr.i64] one of that type; gr.Prod, gr.Min, gr.Max, gr.Any, gr.All,
    gr.BitAnd, gr.BitOr likewise. gr.MinLoc and gr.MaxLoc have .value and .location.
    """

    def __init__(self, op, dtype=None, identity=None, join=None):
        self.op = op
        self.dtype = dtype
        self.identity = identity
        self.join = join

    def __getitem__(self, dtype):
        found = as_dtype(dtype)
        if found is None:
            raise TypeError("dtype = %r, expected a number type such as gr.f64" % (dtype,))
        return Accumulator(self.op, found, self.identity, self.join)

    def __repr__(self):
        return "gr.%s%s" % (_ACC_NAMES.get(self.op, "Reducer"),
                            "[gr.%r]" % self.dtype if self.dtype else "")

    def __reduce__(self):
        return Accumulator, (self.op, self.dtype, self.identity, self.join)


_ACC_NAMES = {"sum": "Acc", "prod": "Prod", "min": "Min", "max": "Max", "land": "All",
              "lor": "Any", "band": "BitAnd", "bor": "BitOr", "minloc": "MinLoc",
              "maxloc": "MaxLoc"}
Acc = Sum = Accumulator("sum")
Prod = Accumulator("prod")
Min = Accumulator("min")
Max = Accumulator("max")
All = Accumulator("land")
Any = Accumulator("lor")
BitAnd = Accumulator("band")
BitOr = Accumulator("bor")
MinLoc = Accumulator("minloc")
MaxLoc = Accumulator("maxloc")


def Reducer(identity, join, dtype=None):
    """A reducer of one's own: identity is a number, join a @gr.function of two numbers that is
    associative and, in a reduction, commutative."""
    return Accumulator("user", as_dtype(dtype) if dtype is not None else None, identity, join)


class ArrayOf:
    """The annotation gr.Array[gr.f64, 2]: checked against what is passed."""

    def __init__(self, dtype=None, ndim=None):
        self.dtype = dtype
        self.ndim = ndim

    def __getitem__(self, key):
        dtype, ndim = key if isinstance(key, tuple) else (key, None)
        return ArrayOf(as_element(dtype), ndim)

    def __repr__(self):
        return "gr.Array[%s%s]" % (self.dtype, "" if self.ndim is None else ", %d" % self.ndim)


Array = ArrayOf()


def as_dtype(value):
    """The number type that a Python or NumPy object names, or None."""
    if isinstance(value, types.Scalar):
        return value
    if value is float:
        return F64
    if value is int:
        return I64
    if value is bool:
        return BOOL
    if value is complex:
        return C128
    name = getattr(value, "__name__", None) or getattr(value, "name", None)
    module = getattr(value, "__module__", "") or ""
    if isinstance(name, str) and (module.startswith("numpy")
                                  or type(value).__module__.startswith("numpy")):
        return types.ALIASES.get(name) or types.DTYPES.get(name)
    return None


def as_element(value):
    """The element type that an object names: a number type, a structured dtype; or None."""
    if isinstance(value, types.Struct):
        return value
    if getattr(value, "names", None) and hasattr(value, "fields"):
        from .. import records
        return types.struct_of(records.describe(value))
    return as_dtype(value)


class _LocalArray:
    """What gr.local gives in plain Python: nested lists with tuple indices."""

    def __init__(self, shape, dtype):
        self.shape = shape
        self.ndim = len(shape)
        self._dtype = dtype
        size = 1
        for extent in shape:
            size *= extent
        self._values = [dtype(0)] * size

    def _offset(self, index):
        index = index if isinstance(index, tuple) else (index,)
        if len(index) != len(self.shape):
            raise IndexError("%d indices for %d dimensions" % (len(index), len(self.shape)))
        offset = 0
        for i, extent in zip(index, self.shape):
            if i < -extent or i >= extent:
                raise IndexError("index %d, expected 0..%d" % (i, extent - 1))
            offset = offset * extent + (i + extent if i < 0 else i)
        return offset

    def __len__(self):
        return self.shape[0]

    def __getitem__(self, index):
        return self._values[self._offset(index)]

    def __setitem__(self, index, value):
        self._values[self._offset(index)] = self._dtype(value)


def local(shape, dtype=F64):
    """An array of fixed shape for one iteration, its elements zero."""
    shape = tuple(shape) if isinstance(shape, (tuple, list)) else (shape,)
    kind = as_dtype(dtype)
    if kind is None:
        raise TypeError("dtype = %r, expected a number type such as gr.f64" % (dtype,))
    return _LocalArray(shape, kind)


def _atomic(combine):
    def update(x, index, value):
        old = x[index]
        x[index] = combine(old, value)
        return old
    return update


atomic_add = _atomic(lambda a, b: a + b)
atomic_sub = _atomic(lambda a, b: a - b)
atomic_mul = _atomic(lambda a, b: a * b)
atomic_min = _atomic(lambda a, b: b if b < a else a)
atomic_max = _atomic(lambda a, b: b if b > a else a)
atomic_and = _atomic(lambda a, b: a & b)
atomic_or = _atomic(lambda a, b: a | b)
atomic_xor = _atomic(lambda a, b: a ^ b)
atomic_exchange = _atomic(lambda a, b: b)
for _name in ("add", "sub", "mul", "min", "max", "and", "or", "xor", "exchange"):
    _update = globals()["atomic_" + _name]
    _update.__name__ = _update.__qualname__ = "atomic_" + _name
    _update.__doc__ = "Update one element atomically; its value before."


def atomic_compare_exchange(x, index, expected, desired):
    """Set x[index] to desired if it is expected; its value before."""
    old = x[index]
    if old == expected:
        x[index] = desired
    return old


class team:
    """A league of teams, as the range of a launch: gr.team(league_size, team_size=None).

    The kernel's index is the team: t.league_rank, t.league_size, t.team_rank, t.team_size.
    team_size is a request; scratch is what gr.team_scratch may take of a team's memory [B].
    """

    __slots__ = ("league_size", "team_size", "scratch", "instance")
    rank = 1

    def __init__(self, league_size, team_size=None, *, scratch=0):
        self.league_size = operator.index(league_size)
        self.team_size = -1 if team_size is None else operator.index(team_size)
        self.scratch = operator.index(scratch)
        self.instance = None
        if self.league_size < 0:
            raise ValueError("league_size = %d, expected 0 or more" % self.league_size)
        if team_size is not None and not 1 <= self.team_size <= 1024:
            raise ValueError("team_size = %d, expected 1..1024" % self.team_size)
        if not 0 <= self.scratch <= 1 << 26:
            raise ValueError("scratch = %d, expected 0..67108864" % self.scratch)

    def _on(self, instance):
        made = team(self.league_size, self.team_size if self.team_size > 0 else None,
                    scratch=self.scratch)
        made.instance = instance
        return made

    def __repr__(self):
        return "granum.team(%d%s%s)" % (
            self.league_size, "" if self.team_size < 0 else ", %d" % self.team_size,
            ", scratch=%d" % self.scratch if self.scratch else "")


class _Team:
    """The team of an iteration in plain Python: one thread."""

    def __init__(self, league_rank, league_size):
        self.league_rank = league_rank
        self.league_size = league_size
        self.team_rank = 0
        self.team_size = 1


def team_range(t, *bounds):
    """for k in gr.team_range(t, [lo,] hi): shared by the threads and vector lanes of the team."""
    return range(*bounds)


def thread_range(t, *bounds):
    """for k in gr.thread_range(t, [lo,] hi): shared by the team's threads."""
    return range(*bounds)


def vector_range(t, *bounds):
    """for k in gr.vector_range(t, [lo,] hi): by the vector lanes of the calling thread."""
    return range(*bounds)


def team_single(t):
    """if gr.team_single(t): on one thread of the team."""
    return True


def team_barrier(t):
    """Wait for all threads of the team."""


def team_scratch(t, shape, dtype=F64):
    """An array in the team's fast memory, its elements not set."""
    return local(shape, dtype)


def fma(a, b, c):
    """a * b + c with one rounding."""
    from fractions import Fraction
    import math
    if not (math.isfinite(a) and math.isfinite(b) and math.isfinite(c)):
        return a * b + c
    exact = Fraction(a) * Fraction(b) + Fraction(c)
    return a * b + c if exact == 0 else float(exact)


ATOMICS = {atomic_add: "ADD", atomic_sub: "SUB", atomic_mul: "MUL", atomic_min: "MIN",
           atomic_max: "MAX", atomic_and: "AND", atomic_or: "OR", atomic_xor: "XOR",
           atomic_exchange: "EXCHANGE", atomic_compare_exchange: "COMPARE_EXCHANGE"}
