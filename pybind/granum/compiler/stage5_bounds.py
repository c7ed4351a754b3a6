# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Stage 5: the range that each index runs through, as checks before the launch.

The kernel is walked with integers as *values*: bounds that are linear forms of the indices of the
range, the variables of loops, arguments and extents. An index whose bounds are known is

    safe       inside its array whatever the arguments are
    exact      reached by every launch: outside of its array, the launch is refused
    guarded    bounded, but perhaps not reached (it stands in an `if`, or a triangular loop): where
               the launch cannot prove it, the body that looks at each access runs instead

and any other a *gather*, which only a checked kernel looks at.

This file is the walk over statements and conditions; expressions are in stage5_values.py, accesses
in stage5_accesses.py, the bounds themselves in stage5_forms.py.
"""

from __future__ import annotations

from . import tree, types
from .stage5_accesses import Accesses
from .stage5_forms import (Symbol, Text, Value, add, constant, either, exactly, key_of, renamed,
                           spell, symbol)
from .stage5_values import Values
from .types import INT


class Bounds(Values, Accesses):
    """Walks a kernel and collects its checks."""

    def __init__(self, kernel):
        self.kernel = kernel
        self.checks = {}
        self.depth = 0
        self.constraints = []     # forms known to be >= 0 here
        self.exact = True         # this place is reached by every iteration
        self.skip = []            # forms: < 0 means that a loop around this place is empty
        self.extents = {}
        self.opaque = {}
        self.env = {}
        self.arrays = {}          # name -> (array name of the kernel, [Value | None of base dims])
        self.source = kernel.source
        self.left = False         # control may have left the iteration before

    # -- symbols ---------------------------------------------------------------------------------

    def constant_symbol(self, key, text):
        if key not in self.opaque:
            self.opaque[key] = Symbol(str(key), text)
        return self.opaque[key]

    def variable(self, name, value=None, exact=True):
        self.depth += 1
        return Symbol(name, None, self.depth, value, exact)

    def extent(self, array, dim):
        def text(body):
            return body.extent(array, dim)
        return symbol(self.constant_symbol(("extent", array, dim), text))

    def start(self):
        kernel = self.kernel
        for d, name in enumerate(kernel.indices):
            if kernel.team is not None:
                name = "league_rank of the team"
            lo = self.constant_symbol(("lo", d), lambda body, d=d: "gr_w[%d]" % (2 * d))
            hi = self.constant_symbol(("hi", d), lambda body, d=d: "gr_w[%d]" % (2 * d + 1))
            last = add(symbol(hi), constant(-1))
            self.env[name] = exactly(symbol(self.variable(name, Value([[symbol(lo)]], [[last]]))))
        for name, kind in kernel.arguments:
            if isinstance(kind, types.Array):
                self.arrays[name] = (name, None)
            elif kind is INT:
                def text(body, name=name):
                    body.scalars.add(name)
                    if name in kernel.locals:
                        return body.extra(body.name(name) + "_in")
                    return body.name(name)
                self.env[name] = exactly(symbol(self.constant_symbol(("arg", name), text)))
        self.block(kernel.body)
        return list(self.checks.values())

    # -- statements ------------------------------------------------------------------------------

    def block(self, statements):
        """Whether control surely leaves the block otherwise than by its end."""
        for s in statements:
            if getattr(self, "do_" + type(s).__name__)(s):
                return True
        return False

    def do_Assign(self, s):
        kind = s.value.type
        value = self.value(s.value)
        if kind is INT or (isinstance(kind, types.Scalar) and kind.kind in "iu"):
            if value is None:
                value = exactly(symbol(self.variable(s.name)))
            self.env[s.name] = value
        else:
            self.env.pop(s.name, None)

    def do_Declare(self, s):
        self.arrays.pop(s.name, None)

    def do_Store(self, s):
        self.value(s.value)
        self.access(s, s.array, s.index)

    def do_SetField(self, s):
        self.value(s.target)
        self.value(s.value)

    def do_Evaluate(self, s):
        self.value(s.value)

    def do_Return(self, s):
        if s.value is not None:
            self.value(s.value)
        self.left = True
        return True

    def do_Raise(self, s):
        self.left = True
        return True

    def do_Assert(self, s):
        self.value(s.test)
        self.assume(self.constraints, s.test, True)
        self.left = True

    def do_Break(self, s):
        return True

    def do_Continue(self, s):
        return True

    def do_Print(self, s):
        for part in s.parts:
            if isinstance(part, tuple):
                self.value(part[0])

    def do_If(self, s):
        self.value(s.test)
        before = self.env, self.constraints, self.exact
        # the last pass of a scan comes to every element
        if not (isinstance(s.test, tree.Var) and s.test.name == self.kernel.final):
            self.exact = False
        self.env = dict(before[0])
        self.assume(before[1], s.test, True)
        body_leaves = self.block(s.body)
        after_body = self.env, self.constraints
        self.env = dict(before[0])
        self.assume(before[1], s.test, False)
        else_leaves = self.block(s.orelse)
        after_else = self.env, self.constraints
        self.exact = before[2]
        if body_leaves or else_leaves:
            self.exact = False
        if body_leaves and else_leaves:
            return True
        if body_leaves:
            self.env, self.constraints = after_else
        elif else_leaves:
            self.env, self.constraints = after_body
        else:
            self.env = self.merge(after_body[0], after_else[0])
            self.constraints = before[1]
        return False

    def merge(self, a, b):
        merged = {}
        for name in a:
            if name in b:
                value = a[name] if a[name] is b[name] else either(a[name], b[name])
                if value is not None:
                    merged[name] = value
        return merged

    def forget(self, body):
        """Variables that a loop assigns are unknown at its head."""
        for node in tree.walk(body):
            names = []
            if isinstance(node, (tree.Assign, tree.For, tree.TeamFor)):
                names = [node.name]
            elif isinstance(node, tree.Call) and node.name == "keep":
                names = [node.variable]
            for name in names:
                if name in self.env:
                    self.env[name] = exactly(symbol(self.variable(name)))

    def do_While(self, s):
        self.forget([s])
        before = self.env, self.constraints, self.exact
        self.exact = False
        self.value(s.test)
        self.env = dict(before[0])
        self.assume(before[1], s.test, True)
        self.block(s.body)
        self.env, self.constraints = dict(before[0]), before[1]
        if not any(isinstance(n, tree.Break) for n in tree.walk(s.body)):
            self.assume(before[1], s.test, False)
        self.block(s.orelse)
        self.env, self.constraints, self.exact = dict(before[0]), before[1], before[2]
        if self.left:
            self.exact = False

    def do_For(self, s):
        lo, hi, step = self.value(s.lo), self.value(s.hi), s.step
        self.forget(s.body)
        before = self.env, self.constraints, self.exact, self.skip
        self.env = dict(before[0])
        value = None
        exact = before[2]
        if lo is not None and hi is not None and isinstance(step, tree.Const):
            last = Value([[add(f, constant(-1)) for f in g] for g in hi.lower],
                         [[add(f, constant(-1)) for f in g] for g in hi.upper])
            if step.value > 0:
                value = Value(lo.lower, last.upper)
            else:
                value = Value([[add(f, constant(1)) for f in g] for g in hi.lower], lo.upper)
            fixed = lo.form is not None and hi.form is not None and not any(
                x.depth for f in (lo.form, hi.form) for t in f for x in t)
            if fixed:
                gap = add(hi.form, lo.form, -1) if step.value > 0 else add(lo.form, hi.form, -1)
                self.skip = before[3] + [add(gap, constant(-1))]
                if abs(step.value) != 1:
                    value = self.stepped(lo.form, gap, step.value)
            exact = exact and fixed
        else:
            exact = False
        if any(isinstance(n, (tree.Break, tree.Continue, tree.Return, tree.Raise))
               for n in tree.walk(s.body)):
            exact = False
        self.exact = exact
        if value is None:
            value = Value([], [])
        self.env[s.name] = exactly(symbol(self.variable(s.name, value)))
        self.block(s.body)
        self.env, self.constraints, self.exact, self.skip = before
        self.env = dict(before[0])
        self.env[s.name] = exactly(symbol(self.variable(s.name)))
        self.block(s.orelse)
        if self.left:
            self.exact = False

    def do_TeamFor(self, s):
        s.step, s.orelse = tree.Const(s.at, INT, 1), []
        self.do_For(s)

    def do_TeamSingle(self, s):
        before = dict(self.env)
        self.block(s.body)
        self.env = before

    def do_Scratch(self, s):
        for extent in s.extents:
            self.value(extent)
        self.arrays.pop(s.name, None)

    def stepped(self, lo, gap, step):
        """First and last value of a range whose step is not 1."""
        key = ("steps", key_of(gap), abs(step))

        def text(body):
            return "((int64_t)(%s) - 1) / %d * %d" % (spell(gap, Text(body)), abs(step),
                                                       abs(step))
        span = symbol(self.constant_symbol(key, lambda body: "(%s)" % text(body)))
        last = add(lo, span, 1 if step > 0 else -1)
        return Value([[lo]], [[last]]) if step > 0 else Value([[last]], [[lo]])

    # -- conditions ------------------------------------------------------------------------------

    def assume(self, before, test, holds):
        """From here on the test is `holds`."""
        self.renames = []
        made = before + self.constraints_of(test, holds)
        for old, fresh in self.renames:
            made = [renamed(f, old, fresh) for f in made]
        self.constraints = made

    def constraints_of(self, test, holds):
        """Forms that are >= 0 where the test is `holds`."""
        if isinstance(test, tree.Unary) and test.op == "not":
            return self.constraints_of(test.x, not holds)
        if isinstance(test, tree.Logic):
            if (test.op == "and") == holds:
                return [c for item in test.items for c in self.constraints_of(item, holds)]
            return []
        if not isinstance(test, tree.Compare):
            return []
        quiet = Quiet(self)
        a, b = quiet.value(test.a), quiet.value(test.b)
        if a is None or b is None:
            return []
        op = test.op
        if not holds:
            op = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}[op]
        if op in (">", ">="):
            a, b, op = b, a, {">": "<", ">=": "<="}[op]
        if op == "!=":
            self.differ(a, b)
            return []
        made = []
        # a <= b: the least that a can be is at most the most that b can be
        pairs = [(a, b)] if op != "==" else [(a, b), (b, a)]
        for x, y in pairs:
            lower = [g[0] for g in x.lower if len(g) == 1]
            upper = [g[0] for g in y.upper if len(g) == 1]
            less = -1 if op == "<" else 0
            made += [add(add(f, g, -1), constant(less)) for f in upper for g in lower]
        return made

    def differ(self, a, b):
        """Note that a variable is not a constant of the launch; valid where it is created."""
        for x, y in ((a, b), (b, a)):
            if x.form is None or y.form is None or len(x.form) > 2:
                continue
            variables = [t for t in x.form if t and t[0].depth]
            if len(variables) == 1 and x.form[variables[0]] == 1 and len(variables[0]) == 1:
                rest = {t: c for t, c in x.form.items() if t != variables[0]}
                other = add(y.form, rest, -1)
                if not any(s.depth for t in other for s in t):
                    old = variables[0][0]
                    fresh = self.variable(old.name, Value(
                        self.beside(old, "lower", other), self.beside(old, "upper", other)))
                    fresh.differs = old.differs + [other]
                    fresh.exact = False
                    self.rename(old, fresh)

    def beside(self, old, side, other):
        """The bounds of a variable that is not `other`: one further in where they meet it."""
        bounds = getattr(old.value, side) if old.value is not None else []
        made = []
        for group in bounds:
            if len(group) != 1 or any(s.depth for t in group[0] for s in t):
                made.append(group)
                continue
            form = group[0]
            if key_of(form) == key_of(other):
                made.append([add(form, constant(1 if side == "lower" else -1))])
                continue
            gap = add(form, other, -1)
            if list(gap) == [()]:
                made.append(group)
                continue

            def text(body, form=form, other=other):
                return "((int64_t)%s == (int64_t)%s)" % (spell(form, Text(body)),
                                                         spell(other, Text(body)))
            meets = self.constant_symbol(("meets", key_of(form), key_of(other)), text)
            made.append([add(form, symbol(meets), 1 if side == "lower" else -1)])
        return made

    def rename(self, old, fresh):
        def value(v):
            return Value([[renamed(f, old, fresh) for f in g] for g in v.lower],
                         [[renamed(f, old, fresh) for f in g] for g in v.upper],
                         None if v.form is None else renamed(v.form, old, fresh))
        self.env = {n: value(v) for n, v in self.env.items()}
        self.renames.append((old, fresh))


class Quiet(Bounds):
    """Values without accesses: conditions are looked at more than once."""

    def __init__(self, of):
        self.__dict__.update(of.__dict__)
        self.of = of

    def access(self, node, array, index):
        pass

    def ex_Invoke(self, x):
        return None


def find(kernel):
    """The checks of a kernel; accesses get .bounds (and .guarded)."""
    return Bounds(kernel).start()
