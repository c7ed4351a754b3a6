# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Stage 5, values: between which bounds an integer expression lies, for each kind of expression."""

from __future__ import annotations

from . import tree, types
from .stage5_forms import (LARGE, MOST_TERMS, Text, Value, add, constant, cross, either, exactly,
                           key_of, multiply, spell, sums, symbol)
from .stage6_shared import field_name
from .types import BOOL, INT


class Values:
    """The part of Bounds that handles expressions."""

    def value(self, x):
        """The Value of an integer expression, or None; accesses inside are checked."""
        method = getattr(self, "ex_" + type(x).__name__, None)
        if method is not None:
            return method(x)
        for child in tree.children(x):
            self.value(child)
        return None

    def ex_Const(self, x):
        if isinstance(x.type, types.Scalar) and x.type.kind in "iu" and abs(x.value) < LARGE:
            return exactly(constant(x.value))
        return None

    def ex_Var(self, x):
        value = self.env.get(x.name)
        if x.type is BOOL:
            return None
        return value

    def ex_Convert(self, x):
        value = self.value(x.x)
        if not types.is_integer(x.type) or not types.is_integer(x.x.type):
            return None
        if x.x.type is BOOL:
            return Value([[constant(0)]], [[constant(1)]])
        if value is not None and (x.type is INT or x.type.c == x.x.type.c):
            return value
        return None

    def ex_Extent(self, x):
        base = self.arrays.get(x.array.name)
        if base is None or base[1] is not None:
            if base is not None:
                return self.slice_extent(base, x.dim)
            return None
        return exactly(self.extent(base[0], x.dim))

    def slice_extent(self, base, dim):
        name, parts = base
        free = [k for k, p in enumerate(parts) if isinstance(p, tuple)]
        lo, hi = parts[free[dim]]
        step = tree.step_of(parts[free[dim]])
        if hi is None:
            hi = exactly(self.extent(name, free[dim]))
        if lo is None or hi is None or lo.form is None or hi.form is None:
            return None
        if step != 1:
            return self.steps(add(hi.form, lo.form, -1) if step > 0 else
                              add(lo.form, hi.form, -1), abs(step))
        return exactly(add(hi.form, lo.form, -1))

    def steps(self, gap, size):
        """How often a step goes into a gap that is the same in all iterations."""
        if any(s.depth for t in gap for s in t):
            return None

        def text(body):
            return "((int64_t)(%s) + %d) / %d" % (spell(gap, Text(body)), size - 1, size)
        return exactly(symbol(self.constant_symbol(
            ("count", key_of(gap), size), lambda body: "(%s)" % text(body))))

    def ex_Unary(self, x):
        value = self.value(x.x)
        if x.op != "-" or value is None:
            return None
        return self.negative(value)

    def negative(self, value):
        def minus(groups):
            return [[add({}, f, -1) for f in g] for g in groups]
        return Value(minus(value.upper), minus(value.lower),
                     None if value.form is None else add({}, value.form, -1))

    def ex_Binary(self, x):
        a, b = self.value(x.a), self.value(x.b)
        if not (isinstance(x.type, types.Scalar) and x.type is INT):
            return None
        if x.op == "+" and a is not None and b is not None:
            form = add(a.form, b.form) if a.form is not None and b.form is not None else None
            return self.sized(Value(sums(a.lower, b.lower), sums(a.upper, b.upper), form))
        if x.op == "-" and a is not None and b is not None:
            form = add(a.form, b.form, -1) if a.form is not None and b.form is not None else None
            return self.sized(Value(sums(a.lower, b.upper, -1), sums(a.upper, b.lower, -1), form))
        if x.op == "*" and a is not None and b is not None:
            return self.product(a, b)
        if x.op == "//" and a is not None and b is not None:
            return self.quotient(a, b)
        if x.op == "%" and b is not None and b.form is not None \
                and not any(s.depth for t in b.form for s in t):
            return self.remainder(b.form)
        if x.op in (">>", "&") and b is not None and isinstance(x.b, tree.Const):
            if x.op == ">>" and a is not None and 0 <= x.b.value < 62:
                return self.quotient(a, exactly(constant(1 << x.b.value)))
            if x.op == "&" and x.b.value >= 0:
                return Value([[constant(0)]], [[constant(x.b.value)]])
        return None

    def sized(self, value):
        for group in value.lower + value.upper:
            for form in group:
                if len(form) > MOST_TERMS or any(abs(c) > LARGE for c in form.values()):
                    return None
        return value

    def product(self, a, b):
        if a.form is not None and b.form is not None:
            form = multiply(a.form, b.form)
            if form is not None:
                return self.sized(exactly(form))
        for value, other in ((a, b), (b, a)):
            if other.form is not None and list(other.form) in ([()], []):
                factor = other.form.get((), 0)

                def scaled(groups, factor=factor):
                    return [[{t: c * factor for t, c in f.items()} if factor else {} for f in g]
                            for g in groups]
                if factor >= 0:
                    return self.sized(Value(scaled(value.lower), scaled(value.upper)))
                return self.sized(Value(scaled(value.upper), scaled(value.lower)))
        return None

    def quotient(self, a, b):
        """a // b of a constant b: a variable between the quotients of the bounds."""
        if b.form is None or list(b.form) != [()] or b.form[()] <= 0:
            return None
        divisor = b.form[()]
        lows = [self.divided(g, divisor, min) for g in self.eliminate(a.lower, False)]
        highs = [self.divided(g, divisor, max) for g in self.eliminate(a.upper, True)]
        return Value([g for g in lows if g], [g for g in highs if g])

    def divided(self, group, divisor, kind):
        made = []
        for form in group:
            if not form or list(form) == [()]:
                made.append(constant(form.get((), 0) // divisor))
                continue

            def text(body, form=form):
                body.shared.need("gr_py_floordiv")
                return "gr_py_floordiv((int64_t)%s, %d)" % (spell(form, Text(body)), divisor)
            made.append(symbol(self.constant_symbol(("div", key_of(form), divisor), text)))
        return made

    def remainder(self, form):
        """Of something by a constant of the launch: 0 .. form - 1 where that is positive."""
        if not form:
            return None
        if list(form) == [()]:
            return Value([[constant(0)]], [[constant(form[()] - 1)]]) if form[()] > 0 else \
                Value([[constant(form[()] + 1)]], [[constant(0)]])

        def low(body):
            return "(%s > 0 ? 0 : (int64_t)%s + 1)" % ((spell(form, Text(body)),) * 2)

        def high(body):
            return "(%s > 0 ? (int64_t)%s - 1 : 0)" % ((spell(form, Text(body)),) * 2)
        key = key_of(form)
        lower = self.constant_symbol(("mod low", key), low)
        upper = self.constant_symbol(("mod high", key), high)
        return Value([[symbol(lower)]], [[symbol(upper)]])

    def ex_Call(self, x):
        values = [self.value(a) for a in x.args]
        if x.name == "keep":
            value = values[0]
            if x.type is INT:
                if value is None:
                    value = exactly(symbol(self.variable(x.variable)))
                self.env[x.variable] = value
            return value
        if x.name == "team_field":
            if x.field == "league_rank":
                return self.env.get("league_rank of the team")
            if x.field == "league_size":
                return exactly(symbol(self.constant_symbol(("hi", 0), lambda body: "gr_w[1]")))
            return None
        if x.type is not INT:
            return None
        if x.name in ("min", "max"):
            a, b = values
            if x.name == "max":
                lower = (a.lower if a else []) + (b.lower if b else [])
                return Value(lower, cross(a.upper, b.upper) if a and b else [])
            upper = (a.upper if a else []) + (b.upper if b else [])
            return Value(cross(a.lower, b.lower) if a and b else [], upper)
        if x.name == "abs" and values[0] is not None:
            minus = self.negative(values[0])
            return Value([[constant(0)]] + values[0].lower + minus.lower,
                         cross(values[0].upper, minus.upper))
        if x.name == "stepped_length" and None not in values[:2] \
                and None not in (values[0].form, values[1].form):
            step = x.args[2].value
            return self.steps(add(values[1].form, values[0].form, -1) if step > 0 else
                              add(values[0].form, values[1].form, -1), abs(step))
        if x.name == "slice_length" and None not in values \
                and values[0].form is not None and values[1].form is not None:
            return exactly(add(values[1].form, values[0].form, -1))
        return None

    def ex_Select(self, x):
        self.value(x.test)
        before = self.env, self.constraints, self.exact
        self.exact = False
        self.assume(before[1], x.test, True)
        a = self.value(x.a)
        self.env, self.constraints = dict(before[0]), before[1]
        self.assume(before[1], x.test, False)
        b = self.value(x.b)
        self.env, self.constraints, self.exact = before
        return either(a, b) if x.type is INT else None

    def ex_Logic(self, x):
        before = self.env, self.constraints, self.exact
        for item in x.items:
            self.value(item)
            self.exact = False
            self.assume(self.constraints, item, x.op == "and")
        self.env, self.constraints, self.exact = dict(before[0]), before[1], before[2]
        return None

    def ex_Field(self, x):
        self.value(x.x)
        if x.type is not INT or not isinstance(x.x, tree.Var) \
                or x.x.name not in dict(self.kernel.arguments) or x.x.name in self.kernel.locals \
                or self.source is not self.kernel.source:
            return None

        def text(body, name=x.x.name, field=x.name):
            body.scalars.add(name)
            return "%s.%s" % (body.name(name), field_name(x.x.type, field))
        return exactly(symbol(self.constant_symbol(("field", x.x.name, x.name), text)))

    def ex_Part(self, x):
        self.value(x.x)
        shape = x.x.type.shape
        for d, i in enumerate(x.index):
            self.check(x, x.x.name, d, i, self.value(i), constant(shape[d]))

    def ex_Load(self, x):
        self.access(x, x.array, x.index)
        return None

    def ex_Atomic(self, x):
        self.access(x, x.array, x.index)
        for value in x.value:
            self.value(value)
        return None

    def ex_Slice(self, x):
        for d, part in enumerate(x.index):
            if not isinstance(part, tuple):
                self.value(part)
        return None

    def ex_Invoke(self, x):
        inner = object.__new__(type(self))
        inner.__dict__.update(self.__dict__)
        function = x.function
        inner.env, inner.arrays = {}, {}
        inner.source = function.source
        for (name, kind), arg in zip(function.params, x.args):
            if isinstance(kind, types.Array):
                inner.arrays[name] = self.array_argument(arg)
            elif isinstance(arg, tree.ArrayRef):
                continue
            else:
                value = self.value(arg)
                if isinstance(kind, types.Scalar) and kind.kind in "iu":
                    if value is None:
                        value = exactly(symbol(inner.variable(name)))
                    if function.locals.get(name, kind) is INT:
                        inner.env[name] = value
        inner.left = False
        inner.block(function.body)
        self.depth = inner.depth
        return None

    def array_argument(self, arg):
        if isinstance(arg, tree.ArrayRef):
            return self.arrays.get(arg.name)
        base = self.arrays.get(arg.array.name)
        parts = []
        for part in arg.index:
            if isinstance(part, tuple):
                parts.append(tree.Span(self.value(part[0]), None if part[1] is None
                                       else self.value(part[1]), tree.step_of(part)))
            else:
                parts.append(self.value(part))
        if base is None or base[1] is not None:
            return None
        return base[0], parts
