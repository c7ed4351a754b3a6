# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Stage 3, elements: subscripts of arrays and tuples, and slices."""

from __future__ import annotations

import ast
import enum

from . import tree, types
from .stage3_known import Static
from .stage3_structs import is_text
from .types import BOOL, INT


class Elements:
    """The part of Infer that handles subscripts."""

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
        return self.table(node, values, index)

    def table(self, node, values, index):
        """values[index] of numbers that are known before the kernel runs."""
        if isinstance(index, tree.Const):
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
            if not isinstance(whole, Static) and isinstance(whole.type, types.Tuple):
                if not isinstance(whole, tree.TupleOf):
                    self.fail(parts[0], "an index of %s is %r" % (self.name_of(base), whole.type),
                              "take the tuple apart: row, column = ..., and x[row, column]")
                whole = [self.index(item, base, d, node) for d, item in enumerate(whole.items[:kind.ndim])] \
                    + whole.items[kind.ndim:]
                return self.element(node, base, whole, store)
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
