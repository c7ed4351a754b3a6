# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Stage 3, expressions: names, conversions and calls.

A method for each kind of expression of Python's syntax tree; subscripts are in stage3_elements.py,
operators in stage3_operators.py, the functions of Python, math and NumPy in stage3_calls.py,
granum's own in stage3_own_calls.py, structs in stage3_structs.py.
"""

from __future__ import annotations

import ast
import enum
import math

from . import functions, language, tree, types
from .stage3_calls import CALLS, Calls
from .stage3_elements import Elements
from .stage3_known import Static, is_member, wrap
from .stage3_nested import Nested
from .stage3_operators import Operators
from .stage3_own_calls import OwnCalls
from .stage3_structs import Structs
from .types import BOOL, COMPLEX, F32, FLOAT, INT, NONE, U64


class Expressions(Elements, Operators, OwnCalls, Structs, Calls):
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
            if is_member(value):
                return self.member(value, node)
            if isinstance(value, tuple):
                items = [self.value(self.constant(v, node), node) for v in value]
                return tree.TupleOf(node, types.Tuple([i.type for i in items]), items)
            self.fail(node, "%s is used as a value" % self.describe(x),
                      "call it" if callable(value) else None)
        return x

    def enumeration(self, cls, node):
        """The type of the members of an enum.Enum."""
        from .. import records
        try:
            return types.Enumeration(*records.describe(cls)[1:])
        except TypeError as error:
            self.fail(node, "%s %s" % (cls.__name__, error))

    def member(self, value, node):
        kind = self.enumeration(type(value), node)
        names = [name for name, _ in kind.members]
        if value.name not in names:
            self.fail(node, "%r is used as a value" % (value,), "only members with a name are")
        return tree.Const(node, kind, names.index(value.name))

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
        return self.closest(name, list(self.param_types) + sorted(self.assigned) + self.scope.names())

    @staticmethod
    def closest(name, names):
        import difflib
        close = difflib.get_close_matches(name, [n for n in names if n != name], 1)
        return "did you mean %s?" % close[0] if close else None

    def constant(self, value, node, name=None):
        """A Python object that is frozen into the code."""
        if is_member(value):
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
        if isinstance(kind, types.Enumeration) and name == "value":
            return self.member_value(node, base)
        if types.is_number(kind):
            if name in ("real", "imag"):
                if kind.kind == "c":
                    part = F32 if kind is types.C64 else types.F64 if not kind.weak else FLOAT
                    return tree.Call(node, part, name, [base])
                return base if name == "real" else tree.Const(node, kind, kind(0))
            if name == "value" and self.is_member(node.value):
                return base
            if name == "conjugate" or (name in ("bit_length", "bit_count") and kind.kind in "iub") \
                    or (name == "is_integer" and kind.kind in "iuf"):
                return Static((name, base))
        self.fail(node, "%s has no attribute %s" % (self.describe(base), name))

    def is_member(self, node):
        """Whether it is written Enum.MEMBER: those of an IntEnum are integers from there on."""
        owner = self.expr(node.value) if isinstance(node, ast.Attribute) else None
        return isinstance(owner, Static) and isinstance(owner.value, type) and issubclass(owner.value, enum.Enum)

    def member_value(self, node, x):
        """The value of a member: a table."""
        values = [value for _, value in x.type.members]
        if None in values:
            self.fail(node, "%r has values that are no numbers" % (x.type,),
                      "compare its members")
        index = tree.Const(node, INT, x.value) if isinstance(x, tree.Const) \
            else tree.Convert(node, INT, x)
        return self.table(node, values, index)

    def loaded(self, x):
        """x as the type that a number has once it is read."""
        kind = types.loaded(x.type)
        return x if kind is x.type else self.to(x, kind)

    def static_attribute(self, node, base, name):
        value = base.value
        if isinstance(value, enum.Enum) and name in ("value", "name"):
            return self.constant(getattr(value, name), node)
        if not hasattr(value, name):
            self.fail(node, "%s has no attribute %s" % (self.describe(base), name),
                      self.closest(name, dir(value)))
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
            return self.math(node, name, self.arguments(node, name in ("isclose", "prod")))
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
        positional = len(names) - len(function.keyword_only())
        if len(node.args) > positional:
            self.fail(node, "%s() takes %d argument%s%s, got %d" % (
                function.__name__, positional, "" if positional == 1 else "s",
                "" if positional == len(names) else " by position", len(node.args)))
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
