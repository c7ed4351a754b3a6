# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Stage 5: the range that each index runs through, as checks before the launch.

The kernel is walked with integers as *values*: bounds that are linear forms of the indices of the
range, the variables of loops, arguments and extents. An index whose bounds are known is

    safe       inside its array whatever the arguments are
    exact      reached by every launch: outside of its array, the launch is refused
    guarded    bounded, but perhaps not reached (it stands in an `if`, or a triangular loop): where
               the launch cannot prove it, the body that looks at each access runs instead

and any other a *gather*, which only a checked kernel looks at.

Forms are sums of products: {(): 3, ("i",): 1, ("n", "i"): 2} is 3 + i + 2 n i. A bound is a list
of alternatives, each valid by itself; an alternative is a set of forms, of which the largest (or
smallest) counts: max(i - 1, 0) is at least each of two, and at most the larger of two.
"""

from __future__ import annotations

import itertools

from . import tree, types
from .stage6_emit import Site, field_name
from .types import BOOL, INT

_MOST = 8            # alternatives of a bound, forms of an alternative
_MOST_TERMS = 12
_LARGE = 1 << 60     # constants near the end of 64 bits wrap, which forms do not


class Symbol:
    """Something that forms are made of: a constant of the launch, or a variable of an iteration
    (depth > 0: larger is further inside) with bounds of its own."""

    __slots__ = ("name", "text", "depth", "value", "differs", "exact", "serial")
    created = itertools.count()

    def __init__(self, name, text=None, depth=0, value=None, exact=True):
        self.serial = next(Symbol.created)     # the same order in every process
        self.name = name
        self.text = text          # of a constant: emitter -> C
        self.depth = depth
        self.value = value        # of a variable: its Value in terms of outer ones
        self.differs = []         # constants of the launch that the variable is not
        self.exact = exact        # takes every value between its bounds

    def __repr__(self):
        return self.name


def constant(value):
    return {(): value} if value else {}


def symbol(s):
    return {(s,): 1}


def add(a, b, factor=1):
    result = dict(a)
    for term, c in b.items():
        c = result.get(term, 0) + c * factor
        if c:
            result[term] = c
        else:
            result.pop(term, None)
    return result


def multiply(a, b):
    """The product, or None where it is not linear in the variables of an iteration."""
    result = {}
    for s, c in a.items():
        for t, d in b.items():
            term = tuple(sorted(s + t, key=lambda x: x.serial))
            if len(term) > 2 or sum(1 for x in term if x.depth) > 1:
                return None
            result[term] = result.get(term, 0) + c * d
    return {t: c for t, c in result.items() if c}


def key_of(form):
    return tuple(sorted((tuple(sorted(s.serial for s in t)), c) for t, c in form.items()))


def unique(forms):
    seen, kept = set(), []
    for form in forms:
        key = key_of(form)
        if key not in seen:
            seen.add(key)
            kept.append(form)
    return kept


class Value:
    """An integer: lower and upper alternatives; `form` where it is known exactly."""

    __slots__ = ("lower", "upper", "form")

    def __init__(self, lower, upper, form=None):
        self.lower = lower[:_MOST]
        self.upper = upper[:_MOST]
        self.form = form


def exactly(form):
    return Value([[form]], [[form]], form)


def cross(a, b):
    """Alternatives for the larger (or smaller) of two values."""
    return [g for g in (unique(x + y) for x in a for y in b) if len(g) <= _MOST][:_MOST]


def sums(a, b, factor=1):
    made = []
    for x in a:
        for y in b:
            group = unique([add(f, g, factor) for f in x for g in y])
            if len(group) <= _MOST:
                made.append(group)
    return made[:_MOST]


def either(a, b):
    if a is None or b is None:
        return None
    if a.form is not None and b.form is not None and key_of(a.form) == key_of(b.form):
        return a
    return Value(cross(a.lower, b.lower), cross(a.upper, b.upper))


class Check:
    """A check before the launch: that an index, and others a constant away from it, are inside."""

    def __init__(self, low, high, extent, skip, exact):
        self.low = low            # alternatives of sets of forms, of the index itself
        self.high = high
        self.extent = extent      # a form
        self.skip = skip          # forms: where one is < 0, the index is never reached
        self.exact = exact
        self.sites = []           # (site, constant that it adds to the index)

    def emit(self, body, shared):
        text = _Text(body)
        offsets = [c for _, c in self.sites]
        low = _any_of([[_at_least_zero(add(f, constant(min(offsets))), text) for f in g]
                       for g in self.low])
        room = add(self.extent, constant(-1 - max(offsets)))
        high = _any_of([[_at_least_zero(add(room, f, -1), text) for f in g] for g in self.high])
        if low == "true" and high == "true":
            return []
        test = " && ".join("(%s)" % t if " || " in t else t
                           for t in (low, high) if t != "true")
        for form in self.skip:
            reached = _at_least_zero(form, text)
            if reached != "true":
                test = "(!(%s) || (%s))" % (reached, test)
        if not self.exact:
            body.guarded_checks = True
            return ["gr_proven &= %s;" % test]
        site = Site(None, "", self.sites[0][0].place, kind="launch")
        site.check = self
        shared.need("gr_py_refuse")
        return ["if (!(%s)) {" % test,
                "    return gr_py_refuse(gr_fault, %d, %s, %s, %s);" % (
                    shared.site_code(site), _word(self.low[0][0], text),
                    _word(self.high[0][0], text), _word(self.extent, text)),
                "}"]


def _any_of(alternatives):
    texts = []
    for group in alternatives:
        parts = [t for t in group if t != "true"]
        if not parts:
            return "true"
        if "false" not in parts:
            texts.append(" && ".join(parts))
    if not texts:
        return "false"
    return texts[0] if len(texts) == 1 else " || ".join("(%s)" % t for t in texts)


def _at_least_zero(form, text):
    if not form:
        return "true"
    if list(form) == [()]:
        return "true" if form[()] >= 0 else "false"
    c = form.get((), 0)
    left = [t for t, k in form.items() if t and k == 1 and len(t) == 1]
    right = [t for t, k in form.items() if t and k == -1 and len(t) == 1]
    terms = len(form) - (1 if c else 0)
    if terms == 1 and left:
        return "%s >= %d" % (text(left[0][0]), -c)
    if terms == 1 and right:
        return "%s <= %d" % (text(right[0][0]), c)
    if terms == 2 and left and right and (c == 0 or left[0][0].name.startswith("('extent'")) \
            and abs(c) < 1 << 40:
        shift = " %s %d" % ("+" if c > 0 else "-", abs(c)) if c else ""
        return "%s%s >= %s" % (text(left[0][0]), shift, text(right[0][0]))
    return "%s >= 0" % _spell(form, text)


def _word(form, text):
    spelled = _spell(form, text)
    return spelled if len(form) <= 1 else "(int64_t)%s" % spelled


def _spell(form, text):
    """A form in C; 128 bits where it has more than one term."""
    parts = []
    wide = len(form) > 1 or any(len(t) > 1 or (t and c not in (1,)) for t, c in form.items())
    for term, c in sorted(form.items(), key=lambda item: (not item[0], item[1] < 0)):
        factors = [text(s) for s in term]
        if not factors:
            factors = [str(abs(c))]
        elif abs(c) != 1:
            factors.insert(0, str(abs(c)))
        if wide and not parts:
            factors[0] = "(__int128)" + factors[0]
        elif wide and len(factors) > 1:
            factors[0] = "(__int128)" + factors[0]
        product = " * ".join(factors)
        if not parts:
            parts.append(("-" if c < 0 else "") + product)
        else:
            parts.append(" %s %s" % ("-" if c < 0 else "+", product))
    joined = "".join(parts) or "0"
    return "(%s)" % joined if len(form) > 1 else joined


class _Text:
    """How symbols are spelled in the entry."""

    def __init__(self, body):
        self.body = body

    def __call__(self, s):
        return s.text(self.body)


class Bounds:
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
            return "((int64_t)(%s) - 1) / %d * %d" % (_spell(gap, _Text(body)), abs(step),
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
            made = [_renamed(f, old, fresh) for f in made]
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
                spell = _Text(body)
                return "((int64_t)%s == (int64_t)%s)" % (_spell(form, spell),
                                                         _spell(other, spell))
            meets = self.constant_symbol(("meets", key_of(form), key_of(other)), text)
            made.append([add(form, symbol(meets), 1 if side == "lower" else -1)])
        return made

    def rename(self, old, fresh):
        def value(v):
            return Value([[_renamed(f, old, fresh) for f in g] for g in v.lower],
                         [[_renamed(f, old, fresh) for f in g] for g in v.upper],
                         None if v.form is None else _renamed(v.form, old, fresh))
        self.env = {n: value(v) for n, v in self.env.items()}
        self.renames.append((old, fresh))

    # -- expressions -----------------------------------------------------------------------------

    def value(self, x):
        """The Value of an integer expression, or None; accesses inside are checked."""
        method = getattr(self, "ex_" + type(x).__name__, None)
        if method is not None:
            return method(x)
        for child in tree.children(x):
            self.value(child)
        return None

    def ex_Const(self, x):
        if isinstance(x.type, types.Scalar) and x.type.kind in "iu" and abs(x.value) < _LARGE:
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
            return "((int64_t)(%s) + %d) / %d" % (_spell(gap, _Text(body)), size - 1, size)
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
                if len(form) > _MOST_TERMS or any(abs(c) > _LARGE for c in form.values()):
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
                return "gr_py_floordiv((int64_t)%s, %d)" % (_spell(form, _Text(body)), divisor)
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
            return "(%s > 0 ? 0 : (int64_t)%s + 1)" % ((_spell(form, _Text(body)),) * 2)

        def high(body):
            return "(%s > 0 ? (int64_t)%s - 1 : 0)" % ((_spell(form, _Text(body)),) * 2)
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
        inner = Bounds.__new__(type(self))
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

    # -- accesses --------------------------------------------------------------------------------

    def access(self, node, array, index):
        values = [self.value(i) for i in index]
        kind = array.type
        if isinstance(kind, types.Local):
            for d, value in enumerate(values):
                self.check(node, array.name, d, index[d], value, constant(kind.shape[d]))
            return
        base = self.arrays.get(array.name)
        if base is None:
            note(node, "gather")
            return
        name, parts = base
        if parts is None:
            for d, value in enumerate(values):
                self.check(node, name, d, index[d], value, self.extent(name, d))
            return
        rest = iter(zip(values, index))
        for d, part in enumerate(parts):
            if not isinstance(part, tuple):
                self.check(node, name, d, node, part, self.extent(name, d))
                continue
            value, at = next(rest)
            lo = part[0]
            if value is not None and tree.step_of(part) != 1:
                value = self.product(exactly(constant(tree.step_of(part))), value)
            if value is not None and lo is not None:
                form = add(value.form, lo.form) if None not in (value.form, lo.form) else None
                value = Value(sums(value.lower, lo.lower), sums(value.upper, lo.upper), form)
            else:
                value = None
            self.check(node, name, d, at, value, self.extent(name, d))

    def check(self, node, array, dim, at, value, extent):
        """Note what is known about one index of an access."""
        if value is None or not value.lower or not value.upper:
            note(node, "gather")
            return
        low = self.eliminate(value.lower, False)
        high = self.eliminate(value.upper, True)
        if not low or not high:
            note(node, "gather")
            return
        below = [[f for f in g if not proved(f)] for g in low]
        above = [[f for f in g if not proved(add(add(extent, constant(-1)), f, -1))]
                 for g in high]
        if any(not g for g in below) and any(not g for g in above):
            note(node, "safe")
            return
        exact = self.exact and value.form is not None and not self.constraints \
            and len(low) == 1 and len(low[0]) == 1 and len(high) == 1 and len(high[0]) == 1 \
            and self.plain(value.form)
        note(node, self.add_check(node, array, dim, at, low, high, extent, exact))

    def add_check(self, node, array, dim, at, low, high, extent, exact):
        """Add an access to the checks; what it is thereby."""
        place = self.source.place(getattr(at, "at", node.at))
        text = place.text[place.col:place.end]
        site = Site(None, "", place, kind="launch", array=array, dim=dim, expression=text)
        # accesses whose bounds differ by a constant share a check
        offset = 0
        if len(low) == 1 and len(low[0]) == 1 and len(high) == 1 and len(high[0]) == 1:
            offset = low[0][0].get((), 0)
            low = [[add(low[0][0], constant(-offset))]]
            high = [[add(high[0][0], constant(-offset))]]
        key = (array, dim, tuple(tuple(key_of(f) for f in g) for g in low),
               tuple(tuple(key_of(f) for f in g) for g in high))
        skip = tuple(key_of(f) for f in self.skip)
        if not exact:
            # a launch that gets so far has passed the check of an access that it surely reaches
            sure = self.checks.get(key + ((), True))
            if sure is not None and min(c for _, c in sure.sites) <= offset \
                    <= max(c for _, c in sure.sites):
                return "exact"
        key += (skip, exact)
        if key not in self.checks:
            self.checks[key] = Check(low, high, extent, list(self.skip), exact)
        self.checks[key].sites.append((site, offset))
        return "exact" if exact else "guarded"

    def plain(self, form):
        """Whether all variables of a form take every value between their bounds."""
        return all(s.exact and (not s.depth or (s.value is not None and len(s.value.lower) == 1
                                                and len(s.value.upper) == 1))
                   for t in form for s in t)

    def eliminate(self, alternatives, most):
        """Alternatives without variables of the iteration: the largest (or smallest) values."""
        result = []
        for group in alternatives:
            sides = [self.without(form, most, 0) for form in group]
            if any(not s for s in sides):
                continue
            merged = sides[0]
            for side in sides[1:]:
                merged = cross(merged, side)
            result += merged
        return result[:_MOST]

    def without(self, form, most, depth):
        """Alternatives for the largest (smallest) value of a form over the iteration."""
        variables = sorted({s for t in form for s in t if s.depth}, key=lambda s: -s.depth)
        if not variables:
            return [[form]]
        if depth > 6:
            return []
        inner = variables[0]
        parts = {t: c for t, c in form.items() if inner in t}
        rest = {t: c for t, c in form.items() if inner not in t}
        found = []
        if list(parts) == [(inner,)]:
            factor = parts[(inner,)]
            upward = (factor > 0) == most
            for constraint in self.constraints:
                found += self.by_constraint(form, inner, factor, constraint, most, depth)
            bounds = inner.value
            if bounds is not None:
                for group in (bounds.upper if upward else bounds.lower):
                    forms = [add(rest, {t: c * factor for t, c in f.items()}) for f in group]
                    found += self.eliminate_group(forms, most, depth)
            return found[:_MOST]
        # a factor that is a constant of the launch: its sign is not known, so both ends count
        bounds = inner.value
        if bounds is None or not bounds.lower or not bounds.upper:
            return []
        factor = {}
        for t, c in parts.items():
            others = list(t)
            others.remove(inner)
            factor[tuple(others)] = c
        ends = []
        for end in (bounds.lower[0], bounds.upper[0]):
            for f in end:
                product = multiply(factor, f)
                if product is None:
                    return []
                ends.append(add(rest, product))
        return self.eliminate_group(ends, most, depth)

    def eliminate_group(self, forms, most, depth):
        sides = [self.without(f, most, depth + 1) for f in forms]
        if not sides or any(not s for s in sides):
            return []
        merged = sides[0]
        for side in sides[1:]:
            merged = cross(merged, side)
        return merged

    def by_constraint(self, form, inner, factor, constraint, most, depth):
        """form <= form + n * constraint for n >= 0, chosen so that `inner` goes."""
        other = constraint.get((inner,), 0)
        if not other or any(inner in t and t != (inner,) for t in constraint):
            return []
        if factor % other:
            return []
        n = -factor // other if most else factor // other
        if n <= 0:
            return []
        return self.without(add(form, constraint, n if most else -n), most, depth + 1)


def _renamed(form, old, fresh):
    return {tuple(fresh if s is old else s for s in t): c for t, c in form.items()}


class Quiet(Bounds):
    """Values without accesses: conditions are looked at more than once."""

    def __init__(self, of):
        self.__dict__.update(of.__dict__)
        self.of = of

    def access(self, node, array, index):
        pass

    def ex_Invoke(self, x):
        return None


def proved(form):
    return not form or (list(form) == [()] and form[()] >= 0)


_RANK = {"safe": 0, "exact": 1, "guarded": 2, "gather": 3}


def note(node, what):
    """An access is what the worst of its indices and callers makes it; a guarded one stays one."""
    old = getattr(node, "bounds", "safe")
    node.bounds = what if _RANK[what] > _RANK[old] else old
    if what == "guarded" or getattr(node, "guarded", False):
        node.guarded = True


def find(kernel):
    """The checks of a kernel; accesses get .bounds (and .guarded)."""
    return Bounds(kernel).start()
