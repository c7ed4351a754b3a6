# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Stage 3, structs: dataclasses by value, elements of structured arrays by reference.

A variable that is assigned an element of a structured array is that element, as in NumPy: what is
assigned to its fields goes to the array. It becomes the array and variables for the indices.

Structs are copied where Python has two names for one object. That differs only where a field is
assigned afterwards, so this is refused (check_shared_structs).
"""

from __future__ import annotations

import ast

from . import tree, types
from .types import BOOL, INT


def is_text(node):
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


class Structs:
    """The part of Infer that handles structs."""

    # -- fields ----------------------------------------------------------------------------------

    def field_of(self, node, kind, name):
        found = kind.field(name)
        if found is None:
            self.fail(node, "%r has no field %s" % (kind, name),
                      "its fields are " + ", ".join(n for n, _ in kind.fields))
        return found

    def field_first(self, node):
        """p[i]["x"] where p["x"][i] is written, p an array of structs; else the node itself."""
        inner = node.value
        if not isinstance(inner, ast.Subscript) or not is_text(inner.slice):
            return node
        base = self.expr(inner.value)
        if not isinstance(base, tree.Expression) or not isinstance(base.type, types.Array) \
                or not isinstance(base.type.dtype, types.Struct):
            return node
        kind = self.field_of(inner, base.type.dtype, inner.slice.value)
        index, rest = node.slice, None
        if isinstance(kind, types.Local) and isinstance(index, ast.Tuple):
            parts = index.elts
            index = ast.Tuple(parts[:base.type.ndim], ast.Load())
            rest = ast.Tuple(parts[base.type.ndim:], ast.Load())
        element = ast.Subscript(inner.value, index, ast.Load())
        swapped = ast.Subscript(element, inner.slice, node.ctx)
        if rest is not None:
            swapped = ast.Subscript(swapped, rest, node.ctx)
        for made in (element, swapped, swapped.value, index, rest):
            if made is not None:
                ast.copy_location(made, node)
        return swapped

    def field_item(self, node, base):
        """An element of a field that is an array: p[i].position[k]."""
        shape = base.type.shape
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        if len(parts) != len(shape) or any(isinstance(p, ast.Slice) for p in parts):
            self.fail(node, "the field %s has %d dimension%s, indexed with %d" % (
                base.name, len(shape), "" if len(shape) == 1 else "s", len(parts)))
        index = []
        for d, part in enumerate(parts):
            i = self.value(self.expr(part), part)
            if i.type is BOOL or not types.is_integer(i.type):
                self.fail(part, "an index of the field %s is %r, expected an integer"
                          % (base.name, i.type))
            i = self.to(i, INT)
            if isinstance(i, tree.Const):
                if not -shape[d] <= i.value < shape[d]:
                    self.fail(part, "index %d of the field %s = %d, expected 0..%d"
                              % (d, base.name, i.value, shape[d] - 1))
                i = tree.Const(part, INT, i.value % shape[d])
            index.append(i)
        return tree.Part(node, base.type.dtype, base, index)

    def field_of_all(self, node):
        """(p, "x") of p["x"], a field of an array of structs; (node, None) of anything else."""
        if not isinstance(node, ast.Subscript) or not is_text(node.slice):
            return node, None
        base = self.expr(node.value)
        if not isinstance(base, tree.Expression) or not isinstance(base.type, types.Array) \
                or not isinstance(base.type.dtype, types.Struct):
            return node, None
        self.field_of(node, base.type.dtype, node.slice.value)
        return node.value, node.slice.value

    def atomic_field(self, node, kind, field):
        """The type of a field that is updated atomically: it lies where its size says."""
        found = kind.field(field)
        offset = kind.offsets[[n for n, _ in kind.fields].index(field)]
        size = types.bytes_of(found)
        if isinstance(found, types.Scalar) and (offset % size or kind.size % size):
            self.fail(node, "the field %s of %d bytes lies at offset %d of structs of %d bytes"
                      % (field, size, offset, kind.size),
                      "make the dtype with align=True")
        return found

    def part_target(self, target):
        """The Field or Part that a subscript assigns to, or None: p[i]["x"], p[i].v[k]."""
        target = self.field_first(target)
        if not isinstance(target.value, (ast.Subscript, ast.Attribute, ast.Name)):
            return None
        base = self.expr(target.value)
        if not isinstance(base, tree.Expression):
            return None
        if isinstance(base.type, types.Struct) and is_text(target.slice):
            kind = self.field_of(target, base.type, target.slice.value)
            return tree.Field(target, kind, base, target.slice.value)
        if isinstance(base, tree.Field) and isinstance(base.type, types.Local):
            return self.field_item(target, base)
        return None

    def store_field(self, target, value):
        base = self.expr(target.value)
        if not isinstance(base, tree.Expression) or not isinstance(base.type, types.Struct):
            self.fail(target, "%s has no field %s to assign" % (self.describe(base), target.attr))
        kind = self.field_of(target, base.type, target.attr)
        return self.store_part(target, tree.Field(target, kind, base, target.attr), value)

    def store_part(self, target, part, value):
        """The assignment to a Field or a Part of one."""
        if isinstance(part.type, types.Local):
            self.fail(target, "the field %s, an array, is assigned" % part.name,
                      "assign its elements")
        root = part
        while isinstance(root, (tree.Field, tree.Part)):
            inner = root.x
            if isinstance(root, tree.Field) and inner.type.frozen:
                self.fail(target, "a field of %s is assigned, which is frozen" % inner.type.name,
                          "build a new one: %s(...)" % inner.type.name)
            root = inner
        if isinstance(root, tree.Load):
            if root.array.type.readonly:
                self.fail(target, "%s is read-only, and the kernel writes to it" % root.array.name,
                          "pass a writable array")
        elif not isinstance(root, tree.Var):
            self.fail(target, "a field of a temporary value is assigned")
        elif root.type.offsets is not None:
            self.fail(target, "a field of %s, a copy of an element, is assigned" % root.name,
                      "assign to the element itself: x[i].%s" % getattr(part, "name", "..."))
        elif root.name in self.param_types and root.name not in self.accumulators:
            self.fail(target, "a field of the argument %s is assigned" % root.name,
                      "build a new one: %s(...)" % root.type.name)
        return tree.SetField(target, part, self.to_element(value, part.type, target))

    # -- values ----------------------------------------------------------------------------------

    def make_struct(self, node, cls):
        kind = self.struct_of(cls, node)
        import dataclasses
        if hasattr(cls, "__post_init__"):
            self.fail(node, "%s has a __post_init__, which kernels do not call" % cls.__name__,
                      "compute the fields before, in a @gr.function that returns %s"
                      % cls.__name__)
        for field in dataclasses.fields(cls):
            if not field.init or getattr(field, "kw_only", False):
                self.fail(node, "the field %s of %s is no argument by position"
                          % (field.name, cls.__name__), "leave out init=False and kw_only")
        values = {}
        names = [n for n, _ in kind.fields]
        if len(node.args) > len(names):
            self.fail(node, "%s() takes %d arguments, got %d"
                      % (cls.__name__, len(names), len(node.args)))
        for name, arg in zip(names, node.args):
            values[name] = self.value(self.expr(arg), arg)
        for keyword in node.keywords:
            if keyword.arg not in names:
                self.fail(keyword.value, "%s has no field %s" % (cls.__name__, keyword.arg),
                          "its fields are " + ", ".join(names))
            values[keyword.arg] = self.value(self.expr(keyword.value), keyword.value)
        items = []
        for field in dataclasses.fields(cls):
            if field.name not in values:
                if field.default_factory is not dataclasses.MISSING:
                    self.fail(node, "the field %s of %s has a default_factory"
                              % (field.name, cls.__name__), "give it a value")
                if field.default is dataclasses.MISSING:
                    self.fail(node, "%s() misses its field %s" % (cls.__name__, field.name))
                values[field.name] = self.value(self.constant(field.default, node), node)
            items.append(self.to_element(values[field.name], kind.field(field.name), node))
        return tree.Make(node, kind, items)

    def struct_of(self, cls, node):
        """The Struct of a dataclass of numbers."""
        from .. import records
        try:
            described = records.describe(cls)
        except TypeError as error:
            self.fail(node, "the dataclass %s %s" % (cls.__name__, error),
                      "annotate its fields with float, int, bool, complex or gr.f32 and so on")
        return types.struct_of(described, cls.__dataclass_params__.frozen)

    def constant_struct(self, value, node):
        """An instance of a dataclass that is frozen into the code."""
        kind = self.struct_of(type(value), node)
        items = []
        for name, field in kind.fields:
            item = self.value(self.constant(getattr(value, name), node), node)
            items.append(self.to_element(item, field, node))
        return tree.Make(node, kind, items)

    def to_struct(self, value, kind, node):
        """A struct or a tuple as a struct with fields of the same names, or as many."""
        if value.type == kind:
            return value
        if isinstance(kind, types.Struct) and isinstance(value, tree.TupleOf) \
                and len(value.items) == len(kind.fields):
            return tree.Make(node, kind, [self.to_element(item, field, node) for item, (_, field)
                                          in zip(value.items, kind.fields)])
        names = [n for n, _ in kind.fields] if isinstance(kind, types.Struct) else None
        if not isinstance(value.type, types.Struct) or names != [n for n, _ in value.type.fields] \
                or any(isinstance(k, types.Local) for _, k in kind.fields + value.type.fields):
            self.fail(node, "an element of %r is assigned %r" % (kind, value.type),
                      "give a struct with the same fields" if names else None)
        if isinstance(value, tree.Make):
            parts = value.items
        else:
            if not isinstance(value, (tree.Var, tree.Load)):
                name = self.fresh(value.type)
                self.define(name)
                self.before(tree.Assign(node, name, value))
                value = tree.Var(node, value.type, name)
            parts = [tree.Field(node, k, value, n) for n, k in value.type.fields]
        return tree.Make(node, kind, [self.to_element(part, field, node) for part, (_, field)
                                      in zip(parts, kind.fields)])

    # -- elements of structured arrays -----------------------------------------------------------

    def is_element(self, x):
        """Whether x is an element of a structured array, or one of two of the same array."""
        if isinstance(x, tree.Select):
            return self.is_element(x.a) and self.is_element(x.b)
        return isinstance(x, tree.Load) and isinstance(x.type, types.Struct)

    def keep_element(self, target, name, value):
        """name = p[i]: from here on name is that element."""
        old = self.types.get(name, self.param_types.get(name))
        if not self.is_element(value) or old is not None:
            self.fail(target, "%s is assigned %r here and an element of an array elsewhere"
                      % (name, value.type if old is None else old),
                      "a variable of a kernel has one type: use another name")
        leaf = value
        while isinstance(leaf, tree.Select):
            leaf = leaf.a
        array, count = leaf.array, len(leaf.index)
        if name not in self.elements:
            self.elements[name] = (array, ["gr_%s%d" % (name, d) for d in range(count)])
        array, names = self.elements[name]
        for index in names:
            self.types[index] = INT
            self.define(index)
        self.define(name)

        def part(x, d):
            if isinstance(x, tree.Select):
                return tree.Select(x.at, INT, x.test, part(x.a, d), part(x.b, d))
            if x.array.name != array.name:
                self.fail(target, "%s is assigned elements of %s and of %s"
                          % (name, array.name, x.array.name), "use a name for each")
            return x.index[d]
        values = [part(value, d) for d in range(count)]
        if count == 1:
            return tree.Assign(target, names[0], values[0])
        # the old element may stand in the new one's indices
        kept = [self.fresh(INT) for _ in range(count)]
        for k in kept:
            self.define(k)
        return [tree.Assign(target, k, v) for k, v in zip(kept, values)] + [
            tree.Assign(target, n, tree.Var(target, INT, k)) for n, k in zip(names, kept)]

    def element_again(self, node, name):
        array, names = self.elements[name]
        return tree.Load(node, array.type.dtype, array, [tree.Var(node, INT, n) for n in names])

    # -- two names of one struct -----------------------------------------------------------------

    def check_shared_structs(self, function):
        """Refuse the assignment of a field where another variable may be the same object."""
        changed, groups = {}, {}

        def group(name):
            while name in groups:
                name = groups[name]
            return name

        for node in tree.walk(function.body):
            if isinstance(node, tree.SetField):
                root = node.target
                while isinstance(root, (tree.Field, tree.Part)):
                    root = root.x
                if isinstance(root, tree.Var):
                    changed.setdefault(root.name, node.at)
            elif isinstance(node, tree.Assign):
                for name in _objects(node.value):
                    a, b = group(name), group(node.name)
                    if a != b:
                        groups[a] = b
        for name, at in changed.items():
            same = sorted(n for n in set(groups) | set(groups.values())
                          if group(n) == group(name) and n != name and not n.startswith("gr_t"))
            if same:
                self.fail(at, "a field of %s is assigned, which may be the same object as %s"
                          % (name, same[0]), "build a new one, or copy its fields")


def _objects(x):
    """Variables whose object a struct may be, or hold."""
    if isinstance(x, tree.Var):
        return {x.name} if isinstance(x.type, (types.Struct, types.Tuple)) else set()
    if isinstance(x, tree.Select):
        return _objects(x.a) | _objects(x.b)
    if isinstance(x, (tree.Field, tree.Item)):
        return _objects(x.x) if isinstance(x.type, (types.Struct, types.Tuple)) else set()
    if isinstance(x, (tree.TupleOf, tree.Make)):
        return set().union(*[_objects(i) for i in x.items])
    if isinstance(x, tree.Invoke) and isinstance(x.type, (types.Struct, types.Tuple)):
        handed = set()
        for node in tree.walk(x.function.body):
            if isinstance(node, tree.Return) and node.value is not None:
                handed |= _objects(node.value)
        return set().union(*[_objects(a) for (n, _), a in zip(x.function.params, x.args)
                             if n in handed])
    return set()
