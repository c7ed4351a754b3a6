# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Stage 3, expressions: types, conversions, and the functions that kernels may call.

The file is long because it is one table: a method for each kind of expression of Python's syntax
tree. The functions of Python, math and NumPy are in calls.py, structs in structs.py.
"""

from __future__ import annotations

import ast
import enum
import math
import operator

from . import functions, language, tree, types
from .calls import CALLS, Calls
from .nested import Nested
from .structs import Structs, is_text
from .types import BOOL, COMPLEX, F32, FLOAT, INT, NONE, U64

_OPS = {"Add": "+", "Sub": "-", "Mult": "*", "Div": "/", "FloorDiv": "//", "Mod": "%",
        "Pow": "**", "LShift": "<<", "RShift": ">>", "BitAnd": "&", "BitOr": "|", "BitXor": "^"}
_FOLD = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv,
         "//": operator.floordiv, "%": operator.mod, "**": operator.pow, "<<": operator.lshift,
         ">>": operator.rshift, "&": operator.and_, "|": operator.or_, "^": operator.xor}
_COMPARE = {"Eq": "==", "NotEq": "!=", "Lt": "<", "LtE": "<=", "Gt": ">", "GtE": ">="}
_FOLD_COMPARE = {"==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le,
                 ">": operator.gt, ">=": operator.ge}


def wrap(value, bits=64, signed=True):
    """An int as so many bits of two's complement hold it."""
    value &= (1 << bits) - 1
    return value - (1 << bits) if signed and value >> (bits - 1) else value


class Static:
    """Something known before the kernel runs that is not a number: a module, function, type."""

    def __init__(self, value):
        self.value = value


class Shape(tuple):
    """x.shape: extents of an array, as Expressions."""


class Expressions(Structs, Calls):
    """The part of Infer that handles expressions."""

    def describe(self, x):
        if isinstance(x, Static):
            value = x.value
            if isinstance(value, type(math)):
                return "the module %s" % value.__name__
            if callable(value):
                return "the function %s" % getattr(value, "__name__", value)
            return "%s %r" % (type(value).__name__, value)
        return repr(x.type)

    def value(self, x, node):
        """x as an Expression."""
        if isinstance(x, Static):
            value = x.value
            if isinstance(value, tuple):
                items = [self.value(self.constant(v, node), node) for v in value]
                return tree.TupleOf(node, types.Tuple([i.type for i in items]), items)
            self.fail(node, "%s is used as a value" % self.describe(x),
                      "call it" if callable(value) else None)
        return x

    def number(self, x, node, what="a number"):
        x = self.value(x, node)
        if not types.is_number(x.type):
            self.fail(node, "%r is used as %s" % (x.type, what),
                      "index it" if isinstance(x.type, (types.Array, types.Local)) else None)
        return x

    def to(self, x, kind):
        """x converted to a type of number."""
        if x.type is kind or x.type == kind:
            return x
        if not (types.is_number(x.type) and types.is_number(kind)):
            self.fail(x.at, "%r is used where %r is expected" % (x.type, kind))
        if x.type.kind == "c" and kind.kind != "c":
            self.fail(x.at, "a complex number is used where %r is expected" % (kind,),
                      "use .real, .imag or abs()")
        if isinstance(x, tree.Const):
            folded = self.fold_convert(x, kind)
            if folded is not None:
                return folded
        if kind is BOOL:
            return self.as_bool(x)
        if x.type.kind == "f" and kind.kind in "iu":
            x = tree.Call(x.at, INT, "float_to_int", [self.to(x, FLOAT)])
            return x if kind is INT else tree.Convert(x.at, kind, x)
        return tree.Convert(x.at, kind, x)

    def fold_convert(self, x, kind):
        value = x.value
        try:
            if kind.kind in "iu":
                value = wrap(int(value), kind.bits, kind.kind == "i")
            elif kind.kind == "f":
                value = float(value)
                if kind is F32:
                    value = F32(value)
            elif kind.kind == "c":
                if kind is types.C64:
                    return None
                value = complex(value)
            else:
                value = bool(value)
        except (ValueError, OverflowError):
            return None
        return tree.Const(x.at, kind, value)

    # -- names -----------------------------------------------------------------------------------

    def expr(self, node):
        """An Expression or a Static."""
        method = getattr(self, "ex_" + type(node).__name__, None)
        if method is None:
            self.fail_syntax(node, "%s is not part of the kernel language" % type(node).__name__)
        return method(node)

    def ex_Name(self, node):
        name = node.id
        if name in self.constants:
            if name in self.assigned:
                self.fail(node, "%s is left to its default, and the kernel assigns it" % name,
                          "give it at the launch, or use another name")
            return self.constant(self.constants[name], node, name)
        if name in self.nested and name not in self.param_types:
            if self.defined is not None and name not in self.defined and name not in self.around:
                self.fail(node, "%s may be used before it is defined" % name)
            return Static(self.nested[name])
        if name in self.assigned or name in self.param_types:
            kind = self.types.get(name, self.param_types.get(name))
            if name in self.elements and (self.defined is None or name in self.defined):
                return self.element_again(node, name)
            if kind is None or (self.defined is not None and name not in self.defined):
                if kind is None and name not in self.param_types and not self.is_local(name):
                    pass
                self.fail(node, "%s may be used before it is assigned" % name,
                          "assign it on every path that leads here, loops that may run 0 times "
                          "included")
            if isinstance(kind, (types.Array, types.Local)):
                return tree.ArrayRef(node, kind, name)
            if kind is NONE:
                return Static(None)
            if kind is types.TEAM and name in self.assigned:
                self.fail(node, "%s is the team, and assigned" % name)
            return tree.Var(node, kind, name)
        found, value = self.scope.lookup(name, self.program)
        if not found:
            self.fail(node, "the name %s is not defined" % name, self.similar(name))
        return self.constant(value, node, name)

    def is_local(self, name):
        return name in self.assigned

    def similar(self, name):
        import difflib
        names = list(self.param_types) + sorted(self.assigned) + self.scope.names()
        close = difflib.get_close_matches(name, [n for n in names if n != name], 1)
        return "did you mean %s?" % close[0] if close else None

    def constant(self, value, node, name=None):
        """A Python object that is frozen into the code."""
        if isinstance(value, enum.Enum) and not isinstance(value, (int, float)):
            return Static(value)
        if isinstance(value, bool):
            return tree.Const(node, BOOL, bool(value))
        if isinstance(value, int):
            value = int(value)
            if not -(1 << 63) <= value < 1 << 63:
                if value < 1 << 64 and value > 0:
                    return tree.Const(node, U64, value)
                self.fail(node, "%d does not fit 64 bits" % value)
            return tree.Const(node, INT, value)
        if isinstance(value, float):
            return tree.Const(node, FLOAT, float(value))
        if isinstance(value, complex):
            return tree.Const(node, COMPLEX, complex(value))
        module = type(value).__module__
        if module == "numpy" and hasattr(value, "dtype") and getattr(value, "shape", None) == ():
            kind = types.ALIASES.get(value.dtype.name) or types.DTYPES.get(value.dtype.name)
            if kind is not None:
                return tree.Const(node, types.loaded(kind), value.item())
        if module == "numpy" and type(value).__name__ == "ndarray":
            self.fail(node, "%s is an array of the module, used in a kernel" % (name or "this"),
                      "give it as an argument; numbers and tuples of numbers may be constants")
        if hasattr(type(value), "__dataclass_fields__"):
            return self.constant_struct(value, node)
        if isinstance(value, (list, dict, set)):
            self.fail(node, "%s is a %s of the module, used in a kernel"
                      % (name or "this", type(value).__name__),
                      "make it a tuple of numbers, or give an array as an argument")
        return Static(value)

    def ex_Constant(self, node):
        if isinstance(node.value, str):
            return Static(node.value)
        if node.value is None:
            return Static(None)
        return self.constant(node.value, node)

    def ex_Attribute(self, node):
        base = self.expr(node.value)
        name = node.attr
        if isinstance(base, Static):
            return self.static_attribute(node, base, name)
        kind = base.type
        if isinstance(kind, (types.Array, types.Local)):
            return self.array_attribute(node, base, name)
        if isinstance(kind, types.Struct):
            found = self.field_of(node, kind, name)
            if isinstance(base, tree.Make):
                return self.loaded(base.items[[n for n, _ in kind.fields].index(name)])
            return self.loaded(tree.Field(node, found, base, name))
        if kind is types.TEAM:
            if name not in ("league_rank", "league_size", "team_rank", "team_size"):
                self.fail(node, "a team has no attribute %s" % name,
                          "league_rank, league_size, team_rank and team_size are what it has")
            return tree.Call(node, INT, "team_field", [], team=self.team_name(base), field=name)
        if types.is_number(kind):
            if name in ("real", "imag"):
                if kind.kind == "c":
                    part = F32 if kind is types.C64 else types.F64 if not kind.weak else FLOAT
                    return tree.Call(node, part, name, [base])
                return base if name == "real" else tree.Const(node, kind, kind(0))
            if name == "conjugate" or (name in ("bit_length", "bit_count") and kind.kind in "iub") \
                    or (name == "is_integer" and kind.kind in "iuf"):
                return Static((name, base))
        self.fail(node, "%s has no attribute %s" % (self.describe(base), name))

    def loaded(self, x):
        """x as the type that a number has once it is read."""
        kind = types.loaded(x.type)
        return x if kind is x.type else self.to(x, kind)

    def static_attribute(self, node, base, name):
        value = base.value
        if isinstance(value, enum.Enum) and name in ("value", "name"):
            return self.constant(getattr(value, name), node)
        if not hasattr(value, name):
            self.fail(node, "%s has no attribute %s" % (self.describe(base), name))
        found = getattr(value, name)
        return self.constant(found, node, name)

    def array_attribute(self, node, base, name):
        kind = base.type
        if name == "shape":
            items = [self.extent(node, base, d) for d in range(kind.ndim)]
            return tree.TupleOf(node, types.Tuple([INT] * kind.ndim), items)
        if name == "ndim":
            return tree.Const(node, INT, kind.ndim)
        if name == "size":
            size = tree.Const(node, INT, 1)
            for d in range(kind.ndim):
                size = self.arithmetic(node, "*", size, self.extent(node, base, d))
            return size
        if isinstance(kind.dtype, types.Struct):
            self.fail(node, "an array of %r has no attribute %s" % (kind.dtype, name),
                      "index it first: x[i].%s" % name)
        self.fail(node, "an array of a kernel has no attribute %s" % name,
                  "shape, ndim, size and indices are what it has")

    def extent(self, node, array, dim):
        if isinstance(array.type, types.Local):
            return tree.Const(node, INT, array.type.shape[dim])
        if isinstance(array, tree.Slice):
            free = [k for k, part in enumerate(array.index) if isinstance(part, tuple)]
            k = free[dim]
            lo, hi = array.index[k]
            if hi is None:
                hi = tree.Extent(node, INT, array.array, k)
            step = tree.step_of(array.index[k])
            if step != 1:
                return tree.Call(node, INT, "stepped_length",
                                 [lo, hi, tree.Const(node, INT, step)])
            if isinstance(lo, tree.Const) and lo.value == 0:
                return hi
            return tree.Call(node, INT, "slice_length", [lo, hi])
        return tree.Extent(node, INT, array, dim)

    # -- elements --------------------------------------------------------------------------------

    def ex_Subscript(self, node):
        node = self.field_first(node)
        base = self.expr(node.value)
        if isinstance(base, Static):
            if isinstance(base.value, tuple):
                return self.index_tuple(node, base.value)
            if isinstance(base.value, type) and issubclass(base.value, enum.Enum) \
                    and isinstance(node.slice, ast.Constant):
                return self.constant(base.value[node.slice.value], node)
            self.fail(node, "%s is indexed" % self.describe(base))
        if isinstance(base.type, types.Tuple):
            return self.tuple_item(node, base)
        if is_text(node.slice):
            if isinstance(base.type, types.Struct):
                return self.ex_Attribute(ast.copy_location(
                    ast.Attribute(node.value, node.slice.value, ast.Load()), node))
            if isinstance(base.type, types.Array) and isinstance(base.type.dtype, types.Struct):
                self.fail(node, "a field of all elements of %s is used as a value"
                          % self.name_of(base), "index it: %s[i].%s" % (
                              self.name_of(base), node.slice.value))
        if isinstance(base, tree.Field) and isinstance(base.type, types.Local):
            return self.loaded(self.field_item(node, base))
        array, index = self.subscript(node, base=base)
        if index is None:
            return array
        return self.load(node, array, index)

    def index_tuple(self, node, values):
        index = self.value(self.expr(node.slice), node.slice)
        if not types.is_integer(index.type):
            self.fail(node.slice, "a tuple is indexed with %r" % (index.type,))
        if isinstance(index, tree.Const):
            if not -len(values) <= index.value < len(values):
                self.fail(node.slice, "index = %d, expected %d..%d"
                          % (index.value, -len(values), len(values) - 1))
            return self.constant(values[index.value], node)
        items = [self.value(self.constant(v, node), node) for v in values]
        kind = items[0].type if items else None
        for item in items[1:]:
            kind = types.join(kind, item.type) if kind is not None else None
        if kind is None or not types.is_number(kind):
            self.fail(node, "a tuple of different types is indexed with a variable",
                      "tables are tuples of numbers")
        return tree.Call(node, kind, "table", [self.to(index, INT)],
                         values=tuple(self.to(i, kind) for i in items))

    def tuple_item(self, node, base):
        index = self.expr(node.slice)
        if not isinstance(index, tree.Const) or not types.is_integer(index.type):
            self.fail(node.slice, "a tuple is indexed with a variable",
                      "the index of a tuple is a constant")
        count = len(base.type.items)
        if not -count <= index.value < count:
            self.fail(node.slice, "index = %d, expected %d..%d" % (index.value, -count, count - 1))
        k = index.value % count
        if isinstance(base, tree.TupleOf):
            return base.items[k]
        return tree.Item(node, base.type.items[k], base, k)

    def subscript(self, node, store=False, base=None):
        """The array and the index Expressions of x[...]; index None: a slice of it."""
        if base is None:
            base = self.expr(node.value)
        if isinstance(base, Static) or not isinstance(base.type, (types.Array, types.Local)):
            if not isinstance(base, Static) and isinstance(base.type, types.Tuple):
                self.fail(node, "an item of a tuple is assigned", "tuples do not change")
            self.fail(node, "%s is indexed, expected an array" % self.describe(base))
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        parts = [p.value if type(p).__name__ == "Index" else p for p in parts]
        kind = base.type
        if len(parts) == 1 and not isinstance(parts[0], ast.Slice):
            whole = self.expr(parts[0])
            if not isinstance(whole, Static) and isinstance(whole.type, types.Tuple) \
                    and isinstance(whole, tree.TupleOf):
                return self.element(node, base, whole.items, store)
            parts = [whole]
        if len(parts) > kind.ndim:
            self.fail(node, "%s has %d dimension%s, indexed with %d"
                      % (self.name_of(base), kind.ndim, "" if kind.ndim == 1 else "s",
                         len(parts)))
        sliced = len(parts) < kind.ndim or any(isinstance(p, ast.Slice) for p in parts)
        index = []
        free = [k for k, part in enumerate(base.index) if isinstance(part, tuple)] \
            if isinstance(base, tree.Slice) else None
        for d, part in enumerate(parts):
            if isinstance(part, ast.Slice):
                index.append(self.slice_bounds(part, base, d))
            else:
                index.append(self.index(part, base, d, node))
        while len(index) < kind.ndim:
            index.append((tree.Const(node, INT, 0), None))
        if not sliced:
            return self.element(node, base, index, store)
        if store:
            if any(isinstance(p, ast.Slice) for p in parts):
                self.fail(node, "a slice of %s is assigned" % self.name_of(base),
                          "assign elements in a loop")
            self.fail(node, "%s has %d dimensions, indexed with %d"
                      % (self.name_of(base), kind.ndim, len(parts)),
                      "give an index for each dimension")
        if isinstance(kind, types.Local):
            self.fail(node, "a local array is sliced", "index its elements")
        if free is not None:
            base, index = self.within(node, base, index)
        return self.make_slice(node, base, index), None

    def name_of(self, array):
        if isinstance(array, tree.ArrayRef):
            return array.name
        return "the slice of " + array.array.name

    def element(self, node, base, index, store):
        index = [i if isinstance(i, tree.Expression) else i for i in index]
        if len(index) != base.type.ndim:
            self.fail(node, "%s has %d dimension%s, indexed with %d"
                      % (self.name_of(base), base.type.ndim,
                         "" if base.type.ndim == 1 else "s", len(index)))
        if isinstance(base, tree.Slice):
            base, index = self.within(node, base, index)
        if store and isinstance(base.type, types.Array):
            if base.type.readonly:
                self.fail(node, "%s is read-only, and the kernel writes to it" % base.name,
                          "pass a writable array")
        return base, index

    def within(self, node, base, index):
        """Indices of a slice as indices of the array that it is cut from."""
        rest = iter(index)
        full = []
        for part in base.index:
            if not isinstance(part, tuple):
                full.append(part)
                continue
            lo, hi = part
            step = tree.step_of(part)
            inner = next(rest)

            def moved(k):
                if step != 1:
                    k = self.arithmetic(node, "*", tree.Const(node, INT, step), k)
                return self.arithmetic(node, "+", lo, k)
            if isinstance(inner, tuple):
                stop = hi if inner[1] is None else moved(inner[1])
                full.append(tree.Span(moved(inner[0]), stop, step * tree.step_of(inner)))
            else:
                full.append(moved(inner))
        return base.array, full

    def slice_bounds(self, part, base, d):
        step = 1
        if part.step is not None:
            found = self.expr(part.step)
            if not isinstance(found, tree.Const) or not types.is_integer(found.type) \
                    or found.value == 0:
                self.fail(part.step, "the step of a slice is not a constant other than 0")
            step = int(found.value)
        if step != 1 and isinstance(base, tree.Slice) and base.type.ndim > 1:
            self.fail(part, "a slice of a slice has a step", "take both at once, or one in a "
                      "function that is given the other")
        if part.lower is not None:
            lo = self.index(self.expr(part.lower), base, d, part.lower)
        else:
            lo = tree.Const(part, INT, 0) if step > 0 else self.arithmetic(
                part, "-", self.extent(part, base, d), tree.Const(part, INT, 1))
        if step < 0 and part.upper is None:
            return tree.Span(lo, tree.Const(part, INT, -1), step)
        hi = None if part.upper is None \
            else self.index(self.expr(part.upper), base, d, part.upper)
        return tree.Span(lo, hi, step)

    def index(self, part, base, d, node):
        at = part if isinstance(part, ast.AST) else getattr(part, "at", node)
        x = part if not isinstance(part, ast.AST) else self.expr(part)
        x = self.value(x, at)
        if x.type is BOOL or not types.is_integer(x.type):
            self.fail(at, "an index of %s is %r, expected an integer"
                      % (self.name_of(base), x.type),
                      "convert it: int(...)" if types.is_number(x.type) else None)
        x = self.to(x, INT)
        if isinstance(x, tree.Const) and x.value < 0:
            return self.arithmetic(at, "+", self.extent(at, base, d), x)
        return x

    def make_slice(self, node, base, index):
        kind = base.type
        free = [k for k, part in enumerate(index) if isinstance(part, tuple)]
        layout = "S"
        if kind.layout == "C" and free and free == list(range(free[0], kind.ndim)):
            layout = "C"
        elif kind.layout == "F" and free and free == list(range(0, free[-1] + 1)):
            layout = "F"
        elif kind.layout == "C" and free and free[-1] == kind.ndim - 1:
            layout = "C"
        elif kind.layout == "F" and free and free[0] == 0:
            layout = "F"
        if free and tree.step_of(index[free[-1] if layout == "C" else free[0]]) != 1:
            layout = "S"
        return tree.Slice(node, types.Array(kind.dtype, len(free), layout, kind.readonly),
                          base, index)

    def load(self, node, array, index):
        dtype = array.type.dtype
        read = tree.Load(node, dtype, array, index)
        kind = types.loaded(dtype)
        return read if kind is dtype else tree.Convert(node, kind, read)

    # -- operators -------------------------------------------------------------------------------

    def ex_BinOp(self, node):
        a = self.expr(node.left)
        b = self.expr(node.right)
        return self.binary(node, node.op, self.value(a, node.left), self.value(b, node.right))

    def binary(self, node, op, a, b):
        sign = _OPS.get(type(op).__name__)
        if sign is None:
            self.fail_syntax(node, "the operator is not part of the kernel language")
        for x in (a, b):
            if not types.is_number(x.type):
                self.fail(node, "%s of %r and %r" % (sign, a.type, b.type),
                          "index arrays: x[i]" if isinstance(x.type, (types.Array, types.Local))
                          else None)
        return self.arithmetic(node, sign, a, b)

    def arithmetic(self, node, sign, a, b):
        """a sign b with Python's rules for the types."""
        if isinstance(a, tree.Const) and isinstance(b, tree.Const):
            folded = self.fold(node, sign, a, b)
            if folded is not None:
                return folded
        literal = isinstance(a, tree.Const), isinstance(b, tree.Const)
        if sign in ("&", "|", "^") and a.type is BOOL and b.type is BOOL:
            return tree.Binary(node, BOOL, sign, a, b)
        if sign in ("<<", ">>"):
            if not (types.is_integer(a.type) and types.is_integer(b.type)):
                self.fail(node, "%s of %r and %r, expected integers" % (sign, a.type, b.type))
            kind = INT if a.type is BOOL else a.type
            return tree.Binary(node, kind, sign, self.to(a, kind), self.to(b, INT))
        kind = types.promote(a.type, b.type, *literal)
        if kind.kind == "c" and sign in ("//", "%"):
            self.fail(node, "%s of complex numbers" % sign, "use divmod() of the parts")
        if sign in ("&", "|", "^") and kind.kind not in "iu":
            self.fail(node, "%s of %r and %r, expected integers" % (sign, a.type, b.type))
        if sign == "/" and kind.kind in "iu":
            if kind is U64:
                return tree.Binary(node, FLOAT, "/", self.to(self.to(a, U64), FLOAT),
                                   self.to(self.to(b, U64), FLOAT))
            return tree.Call(node, FLOAT, "int_truediv", [self.to(a, INT), self.to(b, INT)])
        if sign == "**":
            return self.power(node, a, b, kind)
        return tree.Binary(node, kind, sign, self.to(a, kind), self.to(b, kind))

    def power(self, node, a, b, kind):
        if kind.kind in "iu":
            if isinstance(b, tree.Const) and b.value < 0:
                return tree.Binary(node, FLOAT, "**", self.to(a, FLOAT), self.to(b, FLOAT))
            return tree.Binary(node, kind, "**", self.to(a, kind), self.to(b, INT))
        return tree.Binary(node, kind, "**", self.to(a, kind), self.to(b, kind))

    def fold(self, node, sign, a, b):
        weak = (INT, FLOAT, BOOL, COMPLEX)
        if a.type not in weak or b.type not in weak:
            return None
        try:
            if sign in ("<<", "**") and isinstance(b.value, int) and abs(b.value) > 4096:
                return None
            value = _FOLD[sign](a.value, b.value)
            if isinstance(value, complex) and "c" not in (a.type.kind, b.type.kind):
                return None           # an error when it runs, as for variables
        except (ArithmeticError, ValueError, TypeError):
            return None
        if isinstance(value, bool):
            return tree.Const(node, BOOL, value)
        if isinstance(value, int):
            return tree.Const(node, INT, wrap(value))
        if isinstance(value, float):
            return tree.Const(node, FLOAT, value)
        return tree.Const(node, COMPLEX, value) if isinstance(value, complex) else None

    def ex_UnaryOp(self, node):
        if isinstance(node.op, ast.Not):
            test = self.truth(node.operand)
            if isinstance(test, tree.Const):
                return tree.Const(node, BOOL, not test.value)
            return tree.Unary(node, BOOL, "not", test)
        x = self.number(self.expr(node.operand), node.operand)
        kind = INT if x.type is BOOL else x.type
        x = self.to(x, kind)
        if isinstance(node.op, ast.UAdd):
            return x
        sign = "-" if isinstance(node.op, ast.USub) else "~"
        if sign == "~" and kind.kind not in "iu":
            self.fail(node, "~ of %r, expected an integer" % (kind,))
        if isinstance(x, tree.Const):
            value = -x.value if sign == "-" else ~x.value
            if kind is U64 and sign == "-" and x.value <= 1 << 63:
                return tree.Const(node, INT, wrap(value))
            if kind.kind in "iu":
                value = wrap(value, kind.bits, kind.kind == "i")
            return tree.Const(node, kind, value)
        return tree.Unary(node, kind, sign, x)

    def ex_Compare(self, node):
        left, at = self.expr(node.left), node.left
        tests = []
        for k, (op, right_node) in enumerate(zip(node.ops, node.comparators)):
            right = self.expr(right_node)
            if isinstance(op, (ast.In, ast.NotIn)):
                left = self.value(left, at)
                tests.append(self.among(node, op, left, right, right_node))
                left, at = right, right_node
                continue
            known = self.identity(node, op, left, right)
            if known is not None:
                tests.append(known)
                left, at = right, right_node
                continue
            left, right = self.value(left, at), self.value(right, right_node)
            sign = _COMPARE[type(op).__name__]
            if k + 1 < len(node.ops) and not isinstance(right, (tree.Const, tree.Var)):
                name = self.fresh(right.type)
                self.define(name)
                right = tree.Call(right_node, right.type, "keep", [right], variable=name)
            tests.append(self.compare(node, sign, left, right))
            left = tree.Var(right.at, right.type, right.variable) \
                if isinstance(right, tree.Call) and right.name == "keep" else right
            at = right_node
        if len(tests) == 1:
            return tests[0]
        return self.logic(node, "and", tests)

    def held(self, node, x):
        """x as something that may be written down several times."""
        if isinstance(x, (tree.Const, tree.Var)):
            return x
        name = self.fresh(x.type)
        self.define(name)
        self.before(tree.Assign(node, name, x))
        return tree.Var(node, x.type, name)

    def before(self, statement):
        """A statement that is run before the one under way."""
        if self.in_test:
            self.fail(statement.at, "this is computed in the condition of a while loop",
                      "compute it in the loop, in a statement of its own")
        self.pending.append(statement)

    def identity(self, node, op, left, right):
        """The Const of a comparison of what is known before the kernel runs, or None."""
        same = isinstance(op, (ast.Is, ast.IsNot))
        if not isinstance(op, (ast.Eq, ast.NotEq)) and not same:
            return None
        if isinstance(left, Static) and isinstance(right, Static):
            a, b = left.value, right.value
            equal = a is b if same or isinstance(a, enum.Enum) or a is None else a == b
        elif any(isinstance(x, Static) and (x.value is None or isinstance(x.value, enum.Enum))
                 for x in (left, right)):
            equal = False
        elif same:
            self.fail_syntax(node, "%s of %s and %s" % (
                "is" if isinstance(op, ast.Is) else "is not", self.describe(left),
                self.describe(right)), "compare with == or !=")
        else:
            return None
        return tree.Const(node, BOOL, equal == isinstance(op, (ast.Is, ast.Eq)))

    def among(self, node, op, left, right, right_node):
        """x in (a, b): equal to one of them."""
        if not isinstance(right, tree.TupleOf):
            right = self.value(right, right_node)
        if not isinstance(right, tree.TupleOf):
            self.fail(right_node, "in of %r, expected a tuple" % (right.type,),
                      "write a loop" if isinstance(right.type, (types.Array, types.Local))
                      else None)
        tests = []
        for k, item in enumerate(right.items):
            if k == 0 and not isinstance(left, (tree.Const, tree.Var)):
                name = self.fresh(left.type)
                self.define(name)
                left = tree.Call(node, left.type, "keep", [left], variable=name)
            tests.append(self.compare(node, "==", left, item))
            if isinstance(left, tree.Call) and left.name == "keep":
                left = tree.Var(node, left.type, left.variable)
        found = self.logic(node, "or", tests) if tests else tree.Const(node, BOOL, False)
        if isinstance(op, ast.In):
            return found
        if isinstance(found, tree.Const):
            return tree.Const(node, BOOL, not found.value)
        return tree.Unary(node, BOOL, "not", found)

    def compare(self, node, sign, a, b):
        for x in (a, b):
            if not types.is_number(x.type):
                self.fail(node, "%s of %r and %r" % (sign, a.type, b.type),
                          "index arrays: x[i]" if isinstance(x.type, (types.Array, types.Local))
                          else None)
        if isinstance(a, tree.Const) and isinstance(b, tree.Const) \
                and a.type.kind != "c" and b.type.kind != "c":
            return tree.Const(node, BOOL, bool(_FOLD_COMPARE[sign](a.value, b.value)))
        if "c" in (a.type.kind, b.type.kind) and sign not in ("==", "!="):
            self.fail(node, "complex numbers are compared with %s" % sign,
                      "compare abs(), .real or .imag")
        kinds = {a.type.kind, b.type.kind}
        if "f" in kinds and kinds & set("iu"):
            a, b = self.exact(a, b)
            if {a.type.kind, b.type.kind} != {"f"}:
                return tree.Compare(node, BOOL, sign, self.wide(a), self.wide(b))
        if U64 in (a.type, b.type) and a.type is not b.type and kinds <= set("iub"):
            return tree.Compare(node, BOOL, sign, self.wide(a), self.wide(b))
        if a.type is BOOL and b.type is BOOL:
            return tree.Compare(node, BOOL, sign, a, b)
        kind = types.promote(a.type, b.type, isinstance(a, tree.Const), isinstance(b, tree.Const))
        if kind.kind in "iu" and kind is not U64:
            kind = INT
        return tree.Compare(node, BOOL, sign, self.to(a, kind), self.to(b, kind))

    def wide(self, x):
        if x.type.kind == "f":
            return self.to(x, FLOAT)
        return x if x.type is U64 else self.to(x, INT)

    def exact(self, a, b):
        """Constant integers that a float holds exactly become floats."""
        def one(x, other):
            if x.type.kind in "iu" and isinstance(x, tree.Const) \
                    and abs(x.value) <= (1 << (24 if other.type is F32 else 53)):
                return self.to(x, other.type)
            if x.type.kind == "i" and isinstance(x, tree.Convert) \
                    and isinstance(x.x.type, types.Scalar) and x.x.type.kind in "iu" \
                    and x.x.type.bits <= (16 if other.type is F32 else 32):
                return self.to(x, other.type)
            return x
        return one(a, b), one(b, a)

    def truth(self, node):
        """A bool: whether Python takes the value as true."""
        if isinstance(node, ast.BoolOp):
            op = "and" if isinstance(node.op, ast.And) else "or"
            items = [self.truth(node.values[0])]
            before = self.defined
            for item in node.values[1:]:
                items.append(self.truth(item))
            self.defined = before
            return self.logic(node, op, items)
        return self.as_bool(self.expr(node), node)

    def as_bool(self, x, node=None):
        if isinstance(x, Static):
            if x.value is None:
                return tree.Const(node, BOOL, False)
            x = self.value(x, node)
        if x.type is BOOL:
            return x
        if not types.is_number(x.type):
            self.fail(x.at, "%r is used as a truth value" % (x.type,))
        if isinstance(x, tree.Const):
            return tree.Const(x.at, BOOL, bool(x.value))
        zero = self.to(tree.Const(x.at, INT, 0), x.type) if x.type.kind != "c" \
            else tree.Const(x.at, x.type, 0j)
        return tree.Compare(x.at, BOOL, "!=", x, zero)

    def logic(self, node, op, items):
        kept = []
        for k, item in enumerate(items):
            if isinstance(item, tree.Const):
                if bool(item.value) == (op == "or"):
                    kept.append(item)
                    break
                if k < len(items) - 1 or kept:
                    continue
            kept.append(item)
        if len(kept) == 1 and kept[0].type is BOOL:
            return kept[0]
        return tree.Logic(node, BOOL, op, kept)

    def ex_BoolOp(self, node):
        op = "and" if isinstance(node.op, ast.And) else "or"
        items = [self.value(self.expr(v), v) for v in node.values]
        if all(i.type is BOOL for i in items):
            return self.logic(node, op, items)
        kind = items[0].type
        for item, at in zip(items, node.values):
            joined = types.join(kind, item.type)
            if joined is None or not types.is_number(joined):
                self.fail(at, "%s of %r and %r" % (op, kind, item.type))
            kind = joined
        return tree.Logic(node, kind, op, [self.to(i, kind) for i in items])

    def ex_IfExp(self, node):
        test = self.truth(node.test)
        if isinstance(test, tree.Const):
            return self.expr(node.body if test.value else node.orelse)
        a = self.value(self.expr(node.body), node.body)
        b = self.value(self.expr(node.orelse), node.orelse)
        kind = types.join(a.type, b.type)
        if kind is None or isinstance(kind, (types.Array, types.Local)):
            self.fail(node, "the value is %r or %r" % (a.type, b.type), "give both one type")
        return tree.Select(node, kind, test, self.convert_any(a, kind), self.convert_any(b, kind))

    def ex_Tuple(self, node):
        items = [self.expr(e) for e in node.elts]
        if items and all(isinstance(i, Static) for i in items):
            return Static(tuple(i.value for i in items))
        items = [self.value(i, e) for i, e in zip(items, node.elts)]
        for item, at in zip(items, node.elts):
            if isinstance(item.type, (types.Array, types.Local)):
                self.fail(at, "an array is part of a tuple")
            if self.is_element(item):
                self.fail(at, "an element of an array of structs is part of a tuple",
                          "assign elements one after the other, or take their fields")
        return tree.TupleOf(node, types.Tuple([i.type for i in items]), items)

    def ex_NamedExpr(self, node):
        value = self.value(self.expr(node.value), node.value)
        if not types.is_number(value.type):
            self.fail(node, ":= of %r, expected a number" % (value.type,))
        kind = self.assign_type(node, node.target.id, value.type)
        self.define(node.target.id)
        return tree.Call(node, kind, "keep", [self.to(value, kind)], variable=node.target.id)

    def ex_JoinedStr(self, node):
        self.fail(node, "an f-string is used as a value", "f-strings are for print()")

    # -- calls -----------------------------------------------------------------------------------

    def ex_Call(self, node):
        callee = self.expr(node.func)
        if not isinstance(callee, Static):
            self.fail(node.func, "%r is called" % (callee.type,))
        function = callee.value
        if isinstance(function, tuple) and function and isinstance(function[0], str):
            return self.method(node, *function)
        from ..kernels import Function, Kernel
        if isinstance(function, (Function, Nested)):
            return self.invoke(node, function)
        if isinstance(function, Kernel):
            self.fail(node, "the kernel %s is called inside of a kernel" % function.__name__,
                      "make it a @gr.function, or launch it by itself")
        try:
            handler = CALLS.get(function)
        except TypeError:
            handler = None
        if handler is not None:
            return handler(self, node, self.arguments(node))
        if function in language.ATOMICS:
            return self.atomic(node, language.ATOMICS[function], "OLD")
        try:
            name = functions.MATH.get(function)
        except TypeError:
            name = None
        if name is not None:
            return self.math(node, name, self.arguments(node, name == "isclose"))
        if isinstance(function, types.Scalar) or (
                isinstance(function, type) and language.as_dtype(function) is not None
                and function.__module__ == "numpy"):
            return self.cast(node, language.as_dtype(function))
        numpy_name = functions.numpy_name(function)
        if numpy_name is not None:
            return self.numpy(node, numpy_name, self.arguments(node))
        if isinstance(function, type) and hasattr(function, "__dataclass_fields__"):
            return self.make_struct(node, function)
        name = getattr(function, "__name__", repr(function))
        if getattr(function, "__module__", None) == "math":
            self.fail(node, "math.%s is not part of the kernel language" % name)
        if callable(function) and hasattr(function, "__code__"):
            self.fail(node, "%s is a plain function, called inside of a kernel" % name,
                      "decorate it with @gr.function")
        self.fail(node, "%s is not part of the kernel language" % self.describe(callee))

    def arguments(self, node, keywords=False):
        if node.keywords and not keywords:
            self.fail(node.keywords[0].value, "%s() takes no keyword arguments here"
                      % getattr(node.func, "id", getattr(node.func, "attr", "the function")))
        return [self.value(self.expr(a), a) for a in node.args]

    def count(self, node, args, *counts):
        name = getattr(node.func, "id", getattr(node.func, "attr", "the function"))
        if len(args) not in counts:
            self.fail(node, "%s() takes %s argument%s, got %d" % (
                name, " or ".join(map(str, counts)), "" if counts == (1,) else "s", len(args)))

    def cast(self, node, kind):
        args = self.arguments(node)
        self.count(node, args, 0, 1)
        value_kind = {"i64": INT}.get(kind.name, kind)
        if not args:
            return tree.Const(node, value_kind, kind(0))
        x = self.number(args[0], node.args[0])
        return self.to(x, value_kind)

    def method(self, node, name, x):
        """A method of a number."""
        self.count(node, self.arguments(node), 0)
        if name == "conjugate":
            return self.conjugate(node, x)
        if name == "is_integer":
            return tree.Const(node, BOOL, True) if x.type.kind in "iu" else \
                tree.Call(node, BOOL, "is_integer", [self.to(x, FLOAT)])
        return tree.Call(node, INT, name, [x if x.type is U64 else self.to(x, INT)])

    def conjugate(self, node, x):
        if x.type.kind != "c":
            return x
        return tree.Call(node, x.type, "conjugate", [x])

    def invoke(self, node, function):
        """A call of a @gr.function."""
        names = function.parameters()
        bound = {}
        if len(node.args) > len(names):
            self.fail(node, "%s() takes %d arguments, got %d"
                      % (function.__name__, len(names), len(node.args)))
        for name, arg in zip(names, node.args):
            bound[name] = self.argument(self.expr(arg), arg)
        for keyword in node.keywords:
            if keyword.arg not in names:
                self.fail(keyword.value, "%s() has no argument %s"
                          % (function.__name__, keyword.arg),
                          "its arguments are " + ", ".join(names))
            if keyword.arg in bound:
                self.fail(keyword.value, "%s() got two values for %s"
                          % (function.__name__, keyword.arg))
            bound[keyword.arg] = self.argument(self.expr(keyword.value), keyword.value)
        defaults = function.defaults()
        for name in names:
            if name not in bound:
                if name not in defaults:
                    self.fail(node, "%s() misses its argument %s" % (function.__name__, name))
                default = defaults[name]
                bound[name] = self.argument(default if isinstance(default, tree.Const) else
                                            self.constant(default, node), node)
        if isinstance(function, Nested):
            names = names + self.captured(node, function, bound)
        args = [bound[n] for n in names]
        helper = function.infer(self.program, [(n, a.type) for n, a in zip(names, args)],
                                self.source.place(node))
        return tree.Invoke(node, helper.result, helper, args)

    def captured(self, node, function, bound):
        """What a function inside of this one reads of its variables, as further arguments."""
        variables = set(self.assigned) | set(self.param_types) | set(self.elements)
        names = [n for n in function.captured(variables) if n not in bound]
        for name in names:
            if name in function.own:
                self.fail(node, "%s() has a variable %s, and calls a function that reads another "
                          "one" % (function.__name__, name), "use another name")
            at = ast.copy_location(ast.Name(name, ast.Load()), node)
            value = self.expr(at)
            if self.is_element(value):
                self.fail(node, "%s() reads %s, an element of an array of structs"
                          % (function.__name__, name), "give it the array and the index")
            bound[name] = self.argument(value, at)
        return names

    def argument(self, x, node):
        if isinstance(x, Static) and x.value is None:
            return tree.Const(node, NONE, None)
        return self.value(x, node)

    # -- atomics, local arrays, print ------------------------------------------------------------

    def statement_call(self, node):
        """Statements that look like calls, or None."""
        callee = self.expr(node.func)
        if not isinstance(callee, Static):
            return None
        function = callee.value
        if function is print:
            return self.print(node)
        if function is language.team_barrier:
            call = self.team_call(node, (language.team_barrier,))
            if self.team_depth:
                self.fail(node, "gr.team_barrier() stands in a range of the team",
                          "put it after the range")
            return tree.Evaluate(node, tree.Call(node, NONE, "team_barrier", [], team=call[1]))
        try:
            op = language.ATOMICS.get(function)
        except TypeError:
            return None
        if op is not None:
            return tree.Evaluate(node, self.atomic(node, op, "NONE"))
        return None

    def atomic(self, node, op, result):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
        values = 2 if op == "COMPARE_EXCHANGE" else 1
        if node.keywords or len(node.args) != 2 + values:
            self.fail(node, "%s() takes %d arguments, got %d"
                      % (name, 2 + values, len(node.args) + len(node.keywords)),
                      "write gr.%s(x, i, value), in two dimensions gr.%s(x, (i, j), value)"
                      % (name, name))
        whole, field = self.field_of_all(node.args[0])
        target = ast.copy_location(ast.Subscript(whole, node.args[1], ast.Store()), node)
        base = self.expr(whole)
        if isinstance(base, Static) or not isinstance(base.type, types.Array):
            self.fail(node.args[0], "%s() updates %s, expected an array"
                      % (name, self.describe(base)))
        array, index = self.subscript(target, store=True)
        dtype = array.type.dtype
        if field is not None:
            dtype = self.atomic_field(node, dtype, field)
        if not isinstance(dtype, types.Scalar) or (dtype.kind == "c" and op not in
                                               ("ADD", "SUB", "MUL", "EXCHANGE")) \
                or (op in ("AND", "OR", "XOR") and dtype.kind not in "iub"):
            self.fail(node, "%s() of an array of %r" % (name, dtype))
        values = [self.to_element(self.value(self.expr(a), a), dtype, a) for a in node.args[2:]]
        made = tree.Atomic(node, dtype, op, array, index, values, result, field=field)
        kind = types.loaded(dtype)
        if result == "NONE" or kind is dtype:
            return made
        return tree.Convert(node, kind, made)

    def local_array(self, node):
        """The type of gr.local(shape, dtype), or None where the call is another one."""
        callee = self.expr(node.func)
        if not (isinstance(callee, Static) and callee.value is language.local):
            return None
        args = {name: arg for name, arg in zip(("shape", "dtype"), node.args)}
        args.update({k.arg: k.value for k in node.keywords})
        shape = self.expr(args["shape"]) if "shape" in args else None
        if isinstance(shape, tree.TupleOf):
            items = shape.items
        elif isinstance(shape, Static) and isinstance(shape.value, tuple):
            items = [self.constant(v, node) for v in shape.value]
        else:
            items = [shape]
        if shape is None or not all(isinstance(i, tree.Const) and i.type is INT and i.value > 0
                                    for i in items):
            self.fail(args.get("shape", node), "the shape of a local array is not constant",
                      "write the extents as numbers, or as constants of the module")
        dtype = types.F64
        if "dtype" in args:
            named = self.expr(args["dtype"])
            dtype = language.as_dtype(named.value) if isinstance(named, Static) else None
            if dtype is None:
                self.fail(args["dtype"], "the dtype of a local array is not a type",
                          "write gr.f64, gr.i32, float, int")
        return types.Local(dtype, [i.value for i in items])

    def print(self, node):
        parts = []
        end = "\n"
        for keyword in node.keywords:
            if keyword.arg != "end" or not isinstance(keyword.value, ast.Constant):
                self.fail(keyword.value, "print() takes the keyword end only, a literal string")
            end = keyword.value.value
        for k, arg in enumerate(node.args):
            if k:
                parts.append(" ")
            if isinstance(arg, ast.JoinedStr):
                parts += self.formatted(arg)
            elif isinstance(arg, ast.Constant) and isinstance(arg.value, str):
                parts.append(arg.value)
            else:
                parts.append((self.number(self.expr(arg), arg, "a value to print"), ""))
        parts.append(end)
        return tree.Print(node, parts)

    def formatted(self, node):
        parts = []
        for value in node.values:
            if isinstance(value, ast.Constant):
                parts.append(value.value)
                continue
            spec = ""
            if value.conversion not in (-1, None):
                self.fail(node, "a conversion in an f-string of a kernel")
            if value.format_spec is not None:
                pieces = value.format_spec.values
                if not all(isinstance(p, ast.Constant) for p in pieces):
                    self.fail(node, "the format of an f-string is not constant")
                spec = "".join(p.value for p in pieces)
            x = self.number(self.expr(value.value), value.value, "a value to print")
            parts.append((x, self.check_format(node, spec, x)))
        return parts

    def check_format(self, node, spec, x):
        import re
        letters = "dxXo" if types.is_integer(x.type) else "eEfFgG"
        if spec and not re.fullmatch(r"[-+ 0#]*\d*(\.\d+)?[%s]" % letters, spec):
            self.fail(node, "the format %r of %r is not part of the kernel language"
                      % (spec, x.type), "use width, precision and one of " + ", ".join(letters))
        return spec
