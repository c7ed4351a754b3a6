# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Part of stage 6: which divisors cannot be 0 and which arguments of sqrt() cannot be negative, so
that nothing needs to be looked for in the loop.

A lower bound follows operations that round monotonically: x * x is at least 0, sums and products
of bounded numbers at least those of their bounds. A bound may depend on arguments: then the launch
decides by it which of two bodies runs. NaN passes all of this, as it passes through Python.
"""

from __future__ import annotations

from . import tree, types

_REAL = ("double",)


class Signs:
    """What is known of the numbers of one kernel."""

    def __init__(self, function, indices):
        self.once = {}
        arguments = dict(function.params)
        counts = {}
        for node in tree.walk(function.body):
            names = []
            if isinstance(node, tree.Assign):
                names = [node.name]
                self.once[node.name] = node.value
            elif isinstance(node, (tree.For, tree.TeamFor)):
                names = [node.name]
            elif isinstance(node, tree.Call) and node.name == "keep":
                names = [node.variable]
            for name in names:
                counts[name] = counts.get(name, 0) + 1
        self.once = {n: v for n, v in self.once.items()
                     if counts[n] == 1 and n not in arguments}
        self.fixed = {n for n, k in arguments.items() if n not in function.locals
                      and n not in indices and isinstance(k, types.Scalar)}
        self.names = None        # how arguments are spelled, and which were used

    def lower(self, x, depth=0):
        """(value or None, C text or None): a lower bound that is not negative."""
        if depth > 12 or not isinstance(x.type, types.Scalar) or x.type.c not in _REAL:
            return None
        if isinstance(x, tree.Const):
            return (x.value, repr(float(x.value))) if x.value >= 0 else None
        if isinstance(x, tree.Convert):
            return self.lower(x.x, depth + 1)
        if isinstance(x, tree.Var):
            if x.name in self.once:
                return self.lower(self.once[x.name], depth + 1)
            return (None, self.argument(x)) if x.name in self.fixed else None
        if isinstance(x, tree.Binary):
            return self.lower_binary(x, depth)
        if isinstance(x, tree.Call):
            return self.lower_call(x, depth)
        return None

    def lower_binary(self, x, depth):
        if x.op == "*" and same(x.a, x.b):
            return 0.0, "0.0"
        if x.op == "**" and isinstance(x.b, tree.Const) and x.b.value in (2.0, 4.0):
            return 0.0, "0.0"
        if x.op not in ("+", "*"):
            return None
        a, b = self.lower(x.a, depth + 1), self.lower(x.b, depth + 1)
        if a is None or b is None:
            return None
        value = None
        if a[0] is not None and b[0] is not None:
            value = a[0] + b[0] if x.op == "+" else a[0] * b[0]
            if value != value or value in (float("inf"),):
                return None
            return value, repr(value)
        return value, "(%s %s %s)" % (a[1], x.op, b[1])

    def lower_call(self, x, depth):
        if x.name in ("abs", "exp", "fabs"):
            return 0.0, "0.0"
        if x.name == "sqrt":
            inner = self.lower(x.args[0], depth + 1)
            if inner is None:
                return None
            if inner[0] is not None:
                value = inner[0] ** 0.5 if inner[0] in (0.0, 1.0, 4.0) else None
                return value, "__builtin_sqrt(%s)" % inner[1]
            return None, "__builtin_sqrt(%s)" % inner[1]
        if x.name == "max":
            sides = [self.lower(a, depth + 1) for a in x.args]
            known = [s for s in sides if s is not None and s[0] is not None]
            return max(known) if known else next((s for s in sides if s is not None), None)
        return None

    def argument(self, x):
        self.used.add(x.name)
        return self.names(x.name)

    def fixed_text(self, x, depth=0):
        """C of a number that is the same in all iterations, or None."""
        if depth > 12 or not isinstance(x.type, types.Scalar) or x.type.kind not in "if":
            return None
        if isinstance(x, tree.Const):
            if not abs(x.value) < 1e300:
                return None
            return repr(x.value) if x.value >= 0 else "(%r)" % x.value
        if isinstance(x, tree.Convert) and x.type.c == "double":
            inner = self.fixed_text(x.x, depth + 1)
            if x.x.type.c == "double":
                return inner
            return inner and "(double)%s" % inner
        if isinstance(x, tree.Var):
            if x.name in self.once:
                return self.fixed_text(self.once[x.name], depth + 1)
            return self.argument(x) if x.name in self.fixed and x.type.bits == 64 else None
        if isinstance(x, tree.Binary) and x.op in ("+", "-", "*") and x.type.c == "double":
            a, b = self.fixed_text(x.a, depth + 1), self.fixed_text(x.b, depth + 1)
            return a and b and "(%s %s %s)" % (a, x.op, b)
        return None


def same(a, b):
    """Whether two expressions are the same number: names and elements, no calls."""
    if type(a) is not type(b):
        return False
    if isinstance(a, tree.Var):
        return a.name == b.name
    if isinstance(a, tree.Convert):
        return a.type is b.type and same(a.x, b.x)
    if isinstance(a, tree.Const):
        return a.value == b.value and a.type is b.type
    if isinstance(a, tree.Load):
        return a.array.name == b.array.name and len(a.index) == len(b.index) \
            and all(same(i, j) for i, j in zip(a.index, b.index))
    if isinstance(a, tree.Field):
        return a.name == b.name and same(a.x, b.x)
    if isinstance(a, tree.Binary):
        return a.op == b.op and a.op in ("+", "-", "*") and same(a.a, b.a) and same(a.b, b.b)
    return False
