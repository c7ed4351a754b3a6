# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Stage 3: what only granum has: atomics, local arrays, and print() of a kernel."""

from __future__ import annotations

import ast

from . import language, tree, types
from .stage3_known import Static
from .types import INT, NONE


class OwnCalls:
    """The part of Infer that handles granum's own calls, and print()."""

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
