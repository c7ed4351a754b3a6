# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Functions rewritten for space="python": CPython runs them, with the integers of kernels.

Every operation of a function and of the functions that it calls goes through one of the helpers
here, which wrap integers as compiled kernels do: Python's at 64 bits, those of gr.u32(v) and its
kin at their own width. Lines and columns stay those of the user's file.
"""

from __future__ import annotations

import ast
import math
import operator

from . import types
from .stage1_source import parameters_of
from .types import BOOL, INT, U64

_OPERATIONS = {"Add": operator.add, "Sub": operator.sub, "Mult": operator.mul,
               "Div": operator.truediv, "FloorDiv": operator.floordiv, "Mod": operator.mod,
               "BitAnd": operator.and_, "BitOr": operator.or_, "BitXor": operator.xor,
               "MatMult": operator.matmul}
# Calls of these stay as they are: what they do depends on where they are called.
_PLAIN = {"breakpoint", "print", "range", "len", "super", "locals", "globals"}


class Fixed(int):
    """An integer of an explicit width."""

    def __new__(cls, kind, value):
        self = int.__new__(cls, wrap(int(value), kind))
        self.kind = kind
        return self

    def __reduce__(self):
        return Fixed, (self.kind, int(self))


class Double(float):
    """An element of an array of doubles: beside single precision it stays one, where Python's
    own numbers take the other's type."""

    __slots__ = ()


class DoubleComplex(complex):
    """The same of an array of complex numbers."""

    __slots__ = ()


def wrap(value, kind=INT):
    value &= (1 << kind.bits) - 1
    return value - (1 << kind.bits) if kind.kind == "i" and value >> (kind.bits - 1) else value


def made(value):
    """A result of a function: integers wrapped."""
    if type(value) is int:
        return wrap(value) if not -(1 << 63) <= value < 1 << 63 else value
    if type(value) is tuple:
        return tuple(made(v) for v in value)
    if type(value).__module__ == "numpy" and getattr(value, "dtype", None) is not None \
            and value.dtype.kind in "iu" and value.shape == ():
        return Fixed(types.ALIASES[value.dtype.name], value)
    return value


def _kind(value):
    if type(value) is bool:
        return BOOL
    return value.kind if type(value) is Fixed else INT


def binary(name, a, b, literal_a=False, literal_b=False):
    """a and b under one of Python's operators."""
    if _single(a) != _single(b):
        a, b = _beside(a, b), _beside(b, a)
        if _strong(a) or _strong(b):
            a, b = (Double(x) if _single(x) else x for x in (a, b))
    if name == "Pow" and _single(a):
        return type(a)(_power(float(a), float(b)))
    if not (isinstance(a, int) and isinstance(b, int)):
        result = _power(a, b) if name == "Pow" else _OPERATIONS[name](a, b) \
            if name not in ("LShift", "RShift") else _shift(name, a, b, None)
        if not (_strong(a) or _strong(b)) or isinstance(result, bool):
            return result
        return Double(result) if isinstance(result, float) else \
            DoubleComplex(result) if isinstance(result, complex) else result
    ka, kb = _kind(a), _kind(b)
    if name in ("BitAnd", "BitOr", "BitXor") and ka is BOOL and kb is BOOL:
        return _OPERATIONS[name](a, b)
    if name in ("LShift", "RShift"):
        return _as(INT if ka is BOOL else ka, _shift(name, int(a), int(b), ka))
    kind = types.promote(ka, kb, literal_a, literal_b)
    a, b = wrap(int(a), kind), int(b) if name == "Pow" else wrap(int(b), kind)
    if name == "Pow":
        if b >= 0:
            return _as(kind, pow(a, b, 1 << 64))
        if not literal_b:
            raise ValueError("an integer to a negative power: use a float")
        return float(a) ** b
    if name == "Div":
        return float(a) / float(b) if kind is U64 else a / b
    return _as(kind, _OPERATIONS[name](a, b))


def _strong(x):
    return type(x) is Double or type(x) is DoubleComplex


def _single(x):
    return type(x).__name__ == "float32"


def _beside(x, other):
    """A number of Python's beside one of single precision becomes one; NumPy 1 made it a double."""
    return type(other)(x) if _single(other) and isinstance(x, (int, float)) \
        and not _strong(x) and type(x).__module__ != "numpy" else x


def _as(kind, value):
    return Fixed(kind, value) if not kind.weak else wrap(value, kind)


def _shift(name, a, b, kind):
    if kind is None:
        return a << b if name == "LShift" else a >> b
    if b < 0:
        raise ValueError("negative shift count")
    if name == "RShift":
        return a >> min(b, 64)
    return a << b if b < 64 else 0


def _power(a, b):
    result = a ** b
    if isinstance(result, complex) and not isinstance(a, complex) and not isinstance(b, complex):
        raise ValueError("a negative number to a power that is not whole: make it complex")
    return result


def unary(name, x):
    if name == "Not":
        return not x
    if not isinstance(x, int):
        value = -x if name == "USub" else +x if name == "UAdd" else ~x
        return type(x)(value) if _strong(x) else value
    value = -int(x) if name == "USub" else ~int(x) if name == "Invert" else int(x)
    return _as(INT if _kind(x) is BOOL else _kind(x), value)


def update(x, index, name, value, literal):
    """x[index] op= value."""
    x[index] = binary(name, x[index], value, False, literal)


def update_field(x, field, name, value, literal):
    """x.field op= value."""
    setattr(x, field, binary(name, getattr(x, field), value, False, literal))


class _Rewriter(ast.NodeTransformer):
    """Operators and calls become calls of the helpers."""

    def call(self, node, name, *args):
        made = ast.Call(ast.Name("__gr_" + name, ast.Load()), list(args), [])
        return ast.copy_location(made, node)

    def literal(self, node):
        """Whether an operand is a constant to the compiler."""
        if isinstance(node, ast.UnaryOp):
            return self.literal(node.operand)
        if isinstance(node, ast.BinOp):
            return self.literal(node.left) and self.literal(node.right)
        return isinstance(node, ast.Constant)

    def visit_BinOp(self, node):
        flags = [ast.Constant(self.literal(n)) for n in (node.left, node.right)]
        self.generic_visit(node)
        return self.call(node, "binary", ast.Constant(type(node.op).__name__), node.left,
                         node.right, *flags)

    def visit_UnaryOp(self, node):
        if isinstance(node.operand, ast.Constant):
            return node
        self.generic_visit(node)
        return self.call(node, "unary", ast.Constant(type(node.op).__name__), node.operand)

    def visit_AugAssign(self, node):
        flag = ast.Constant(self.literal(node.value))
        self.generic_visit(node)
        name, target = ast.Constant(type(node.op).__name__), node.target
        if isinstance(target, ast.Name):
            value = self.call(node, "binary", name, ast.Name(target.id, ast.Load()), node.value,
                              ast.Constant(False), flag)
            return ast.copy_location(ast.Assign([target], value), node)
        if isinstance(target, ast.Attribute):
            value = self.call(node, "update_field", target.value, ast.Constant(target.attr), name,
                              node.value, flag)
        else:
            value = self.call(node, "update", target.value, target.slice, name, node.value, flag)
        return ast.copy_location(ast.Expr(value), node)

    def visit_Call(self, node):
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and (node.func.id in _PLAIN
                                                or node.func.id.startswith("__gr_")):
            return node
        node.args.insert(0, node.func)
        node.func = ast.copy_location(ast.Name("__gr_call", ast.Load()), node)
        return node


class _Returns(ast.NodeTransformer):
    """Every return of the kernel gives the accumulators."""

    def __init__(self, names):
        self.names = names

    def value(self):
        return ast.Tuple([ast.Name(n, ast.Load()) for n in self.names], ast.Load())

    def visit_Return(self, node):
        return ast.copy_location(ast.Return(self.value()), node)

    def visit_FunctionDef(self, node):
        return node


def _code(source, accumulators):
    """The code that defines a rewritten function."""
    node = next(n for n in ast.parse(source.text).body if isinstance(n, ast.FunctionDef))
    node.decorator_list, node.returns = [], None
    for arg in parameters_of(node):
        arg.annotation = None
    node.args.defaults = []
    node.args.kw_defaults = [None] * len(node.args.kwonlyargs)
    if accumulators:
        returns = _Returns(accumulators)
        node.body = [returns.visit(s) for s in node.body] + [ast.Return(returns.value())]
    node.body = [_Rewriter().visit(s) for s in node.body]
    ast.fix_missing_locations(node)
    ast.increment_lineno(node, source.first_line - 1)
    return compile(ast.Module([node], []), source.filename, "exec")


class Interpreted:
    """Rewritten functions of one launch."""

    def __init__(self):
        self.done = {}

    def function(self, item, accumulators=()):
        """The rewritten form of a Kernel or Function."""
        if item in self.done:
            return self.done[item]
        source, key = item.source_, tuple(accumulators)
        if key not in source.rewritten:
            source.rewritten[key] = _code(source, accumulators)
        names = dict(item.scope.namespace)
        for name, cell in item.scope.cells.items():
            try:
                names[name] = cell.cell_contents
            except ValueError:
                pass
        names.update(__gr_binary=binary, __gr_unary=unary, __gr_update=update,
                     __gr_update_field=update_field, __gr_call=self.call)
        exec(source.rewritten[key], names)
        made = names[source.node.name]
        made.__defaults__ = item.function.__defaults__
        made.__kwdefaults__ = item.function.__kwdefaults__
        made.__qualname__ = item.function.__qualname__
        self.done[item] = made
        return made

    def call(self, function, *args, **kwargs):
        """A call inside of a kernel."""
        from ..kernels import Function
        if isinstance(function, Function):
            return self.function(function)(*args, **kwargs)
        if isinstance(function, types.Scalar):
            value = function(args[0]) if args else function(0)
            if function.kind not in "iu" or function.name == "i64":
                return made(value)
            return Fixed(function, value)
        if function is int and args and isinstance(args[0], float) and math.isfinite(args[0]):
            return wrap(int(args[0]))
        if function is pow and len(args) == 2:
            return binary("Pow", *args)
        if function is divmod and len(args) == 2:
            return binary("FloorDiv", *args), binary("Mod", *args)
        if function is sum and args:
            total = args[1] if len(args) > 1 else 0
            for value in args[0]:
                total = binary("Add", total, value)
            return total
        if function is abs and isinstance(args[0], int):
            return args[0] if args[0] >= 0 else unary("USub", args[0])
        if function is abs and type(args[0]) is Double:
            return Double(abs(args[0]))
        return made(function(*args, **kwargs))
