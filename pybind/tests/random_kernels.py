# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Random kernels from a grammar, and what CPython makes of them with integers that wrap.

One file, for what the grammar writes and what its oracle answers change together.
"""

from __future__ import annotations

import ast
import math
import random
import re

# Elements of the argument s, a struct array.
RECORD = [("m", "i4"), ("w", "f8"), ("t", "i8", (2,)), ("u", "f8")]
TABLE = (3, -1, 4, 1, -5, 9)
WEIGHTS = (0.5, -1.25, 3.0, 1e-3)
LIMIT = 7
SCALE = 0.375


def wrap(value):
    value &= (1 << 64) - 1
    return value - (1 << 64) if value >> 63 else value


class W(int):
    """An int of 64 bits that wraps."""

    def __new__(cls, value=0):
        return int.__new__(cls, wrap(int(value)))


def _binary(name):
    plain = getattr(int, name)

    def method(self, other):
        result = plain(self, other)
        return result if result is NotImplemented else W(result)
    return method


for _name in ("add", "sub", "mul", "floordiv", "mod", "and", "or", "xor"):
    for _form in ("__%s__", "__r%s__"):
        setattr(W, _form % _name, _binary(_form % _name))
for _name in ("neg", "pos", "invert", "abs"):
    setattr(W, "__%s__" % _name, lambda self, _plain=getattr(int, "__%s__" % _name): W(_plain(self)))


def _shift_left(a, n):
    if n < 0:
        raise ValueError("negative shift count")
    return W(0) if n > 63 else W(int(a) << int(n))


def _shift_right(a, n):
    if n < 0:
        raise ValueError("negative shift count")
    return W(int(a) >> min(int(n), 63))


W.__lshift__ = _shift_left
W.__rshift__ = _shift_right
W.__rlshift__ = lambda self, other: _shift_left(W(other), self)
W.__rrshift__ = lambda self, other: _shift_right(W(other), self)
W.__divmod__ = lambda a, b: (a // b, a % b)
W.__rdivmod__ = lambda a, b: (b // a, b % a)


def power(a, b):
    if isinstance(a, int) and isinstance(b, int):
        if b < 0:
            raise ValueError("negative power")
        return W(pow(int(a), int(b), 1 << 64))
    result = a ** b
    if isinstance(result, complex):
        raise ValueError("complex")
    return result


class Math:
    """math, whose integers wrap."""

    def __getattr__(self, name):
        found = getattr(math, name)
        if name in ("floor", "ceil", "trunc", "gcd"):
            return lambda *args: W(found(*args))
        return found


def wrapped_range(*args):
    return (W(k) for k in range(*[int(a) for a in args]))


def wrapped_sum(values):
    total = W(0)
    for value in values:
        total = total + value
    return total


class _Transform(ast.NodeTransformer):
    def visit_Constant(self, node):
        if type(node.value) is int:
            return ast.copy_location(ast.Call(ast.Name("_W", ast.Load()), [node], []), node)
        return node

    def visit_BinOp(self, node):
        self.generic_visit(node)
        if isinstance(node.op, ast.Pow):
            return ast.copy_location(ast.Call(ast.Name("_power", ast.Load()),
                                              [node.left, node.right], []), node)
        return node

    def visit_Compare(self, node):
        # CPython compares a float with an int by way of the int's __neg__, which W has of its own
        self.generic_visit(node)
        node.left, *node.comparators = [
            ast.copy_location(ast.Call(ast.Name("_plain", ast.Load()), [x], []), x)
            for x in (node.left, *node.comparators)]
        return node

    def visit_AugAssign(self, node):
        if isinstance(node.op, ast.Pow):
            raise AssertionError("**= is not generated")
        self.generic_visit(node)
        return node

    def visit_Subscript(self, node):
        if isinstance(node.value, ast.Call):
            return node            # gr.local((2, 3))
        self.generic_visit(node)
        return node


class Row:
    """One dimension of an array, its elements as W or float."""

    def __init__(self, values, kind):
        self.values = values
        self.kind = kind

    def __len__(self):
        return len(self.values)

    def __getitem__(self, k):
        return self.kind(self.values[k])

    def __setitem__(self, k, value):
        self.values[k] = value


class Record:
    """An element of s: its fields as a kernel reads them."""

    def __init__(self, m, w):
        self.m, self.w, self.u = W(m), w, 0.0
        self.t = Row([W(0), W(1)], W)

    def __setattr__(self, name, value):
        if name == "m":
            value = (int(value) + 2**31) % 2**32 - 2**31
            value = W(value)
        object.__setattr__(self, name, value)


    def __getitem__(self, name):
        return getattr(self, name)


class Pair:
    """The dataclass of kernels, with fields of one type."""

    def __init__(self, k, v=0.5):
        self.k, self.v = k, v

    def __setattr__(self, name, value):
        object.__setattr__(self, name, W(value) if name == "k" else float(value))


class Local:
    def __init__(self, shape, kind):
        shape = shape if isinstance(shape, tuple) else (shape,)
        self.shape = tuple(int(s) for s in shape)
        size = 1
        for extent in self.shape:
            size *= extent
        self.values = [kind(0)] * size
        self.kind = kind

    def at(self, index):
        index = index if isinstance(index, tuple) else (index,)
        offset = 0
        for k, extent in zip(index, self.shape):
            assert -extent <= k < extent
            offset = offset * extent + int(k) % extent
        return offset

    def __len__(self):
        return self.shape[0]

    def __getitem__(self, index):
        return self.values[self.at(index)]

    def __setitem__(self, index, value):
        self.values[self.at(index)] = self.kind(value)


class _Language:
    """What the oracle sees as gr."""

    f64, i64 = float, W

    @staticmethod
    def local(shape, kind):
        return Local(shape, kind)


def oracle(text):
    """The functions of a text, as CPython runs them on wrapped integers."""
    tree = _Transform().visit(ast.parse(text))
    for node in tree.body:
        node.decorator_list = []
    ast.fix_missing_locations(tree)
    names = {"_W": W, "_power": power, "_plain": lambda x: int(x) if isinstance(x, W) else x, "math": Math(), "range": wrapped_range,
             "int": lambda x=0: W(int(x)), "round": lambda x: W(round(x)), "sum": wrapped_sum,
             "len": lambda x: W(len(x)), "TABLE": tuple(map(W, TABLE)), "WEIGHTS": WEIGHTS,
             "LIMIT": W(LIMIT), "SCALE": SCALE, "gr": _Language, "Pair": Pair}
    exec(compile(tree, "<oracle>", "exec"), names)
    return names


_UNARY_MATH = ["sqrt", "exp", "log", "sin", "cos", "tan", "atan", "tanh", "floor", "fabs", "log1p",
               "expm1", "asin", "erf", "log2", "cbrt", "degrees", "radians"]
_UNARY_MATH = [f for f in _UNARY_MATH if hasattr(math, f)]


class Generator:
    """Writes one kernel; names and types are tracked so that each variable keeps its type."""

    def __init__(self, seed, name):
        self.random = random.Random(seed)
        self.name = name
        self.lines = []
        self.vars = {"i": [], "f": [], "b": []}
        self.locals = {"i": [], "f": []}
        self.pairs = []
        self.own = self.pick("i", "n - 1 - i")    # the iteration's element of s
        self.count = 0
        self.depth = 0
        self.loops = []
        self.helpers = []
        self.helping = False

    def pick(self, *choices):
        return self.random.choice(choices)

    def chance(self, p):
        return self.random.random() < p

    def put(self, text):
        self.lines.append("    " * (self.depth + 1) + text)

    # -- expressions -----------------------------------------------------------------------------

    def int_literal(self):
        return str(self.pick(0, 1, 2, 3, 5, 7, 10, 63, 64, 255, 1 << 31, (1 << 53) + 1,
                             (1 << 63) - 1, self.random.randint(-100, 100)))

    def float_literal(self):
        return repr(self.pick(0.0, 1.0, -1.0, 0.5, 2.0, 3.0, 1e10, 1e-10, 1e300, 0.1, -2.5, 1e19,
                              self.random.uniform(-10, 10)))

    def i(self, depth=0):
        """An expression of an int."""
        r = self.random.random()
        if depth > 3 or r < 0.28:
            return self.pick("i", "q[i]", "n", "k", self.int_literal(), self.int_literal(),
                             "LIMIT", *(self.vars["i"] or ["k"]), *(self.vars["i"] or ["i"]))
        e = lambda: self.i(depth + 1)  # noqa: E731
        if r < 0.62:
            return "(%s %s %s)" % (e(), self.pick("+", "-", "*", "//", "%", "&", "|", "^", "+", "-",
                                                  "*"), e())
        if r < 0.66:
            return "(%s %s (%s & 127))" % (e(), self.pick("<<", ">>"), e())
        if r < 0.68:
            return "(%s << %s)" % (e(), e())
        if r < 0.71:
            return "(%s ** %s)" % (e(), self.pick("2", "3", "(%s & 7)" % e()))
        if r < 0.75:
            return "%s(%s, %s)" % (self.pick("min", "max", "math.gcd"), e(), e())
        if r < 0.79:
            return "%s(%s)" % (self.pick("abs", "int", "-", "~"), e())
        if r < 0.84:
            return "%s(%s)" % (self.pick("int", "round", "math.floor", "math.ceil", "math.trunc"),
                               self.f(depth + 1))
        if r < 0.88:
            return "(%s if %s else %s)" % (e(), self.b(depth + 1), e())
        if r < 0.91:
            return "(%s %s %s)" % (e(), self.pick("and", "or"), e())
        if r < 0.93:
            return "int(%s)" % self.b(depth + 1)
        if r < 0.95:
            return "TABLE[%s]" % self.pick("2", "-1", "%s %% 6" % e(), "%s %% len(TABLE)" % e())
        if r < 0.96 and self.pairs:
            return "%s.k" % self.random.choice(self.pairs)
        if r < 0.97 and self.locals["i"]:
            return self.local_element("i")
        if r < 0.975 and not self.helping:
            own = self.pick("e", "s[%s]" % self.own)
            return self.pick("%s.m" % own, "%s.t[%d]" % (own, self.pick(0, 1)),
                             "%s.t[%s %% 2]" % (own, e()), '%s["m"]' % own)
        if r < 0.985 and self.helpers:
            helper = self.random.choice(self.helpers)
            if helper[1] == "i":
                return "%s(%s, %s)" % (helper[0], e(), self.f(depth + 1))
        return "q[%s %% n]" % e()

    def f(self, depth=0):
        """An expression of a float."""
        r = self.random.random()
        if depth > 3 or r < 0.28:
            return self.pick("x[i]", "a", self.float_literal(), self.float_literal(), "SCALE",
                             *(self.vars["f"] or ["a"]), *(self.vars["f"] or ["x[i]"]))
        e = lambda: self.f(depth + 1)  # noqa: E731
        if r < 0.60:
            return "(%s %s %s)" % (e(), self.pick("+", "-", "*", "/", "+", "-", "*", "//", "%"), e())
        if r < 0.66:
            pair = [e(), self.i(depth + 1)]
            self.random.shuffle(pair)
            return "(%s %s %s)" % (pair[0], self.pick("+", "-", "*", "/"), pair[1])
        if r < 0.70:
            return "(%s / %s)" % (self.i(depth + 1), self.i(depth + 1))
        if r < 0.73:
            return "(%s ** %s)" % (e(), self.pick("2", "0.5", "3.0", e()))
        if r < 0.76:
            return "%s(%s, %s)" % (self.pick("min", "max", "math.atan2", "math.fmod",
                                             "math.copysign"), e(), e())
        if r < 0.79:
            return "%s(%s)" % (self.pick("abs", "-", "float"), e())
        if r < 0.86:
            return "float(math.%s(%s))" % (self.random.choice(_UNARY_MATH), e())
        if r < 0.88:
            return "float(%s)" % self.i(depth + 1)
        if r < 0.92:
            return "(%s if %s else %s)" % (e(), self.b(depth + 1), e())
        if r < 0.94:
            return "(%s %s %s)" % (e(), self.pick("and", "or"), e())
        if r < 0.95:
            return "WEIGHTS[%s %% 4]" % self.i(depth + 1)
        if r < 0.96 and self.pairs:
            return "%s.v" % self.random.choice(self.pairs)
        if r < 0.97 and self.locals["f"]:
            return self.local_element("f")
        if r < 0.975 and not self.helping:
            return self.pick("s[%s %% n].w" % self.i(depth + 1), "s[%s].u" % self.own, "e.u")
        if r < 0.985 and self.helpers:
            helper = self.random.choice(self.helpers)
            if helper[1] == "f":
                return "%s(%s, %s)" % (helper[0], self.i(depth + 1), e())
        return "x[%s %% n]" % self.i(depth + 1)

    def b(self, depth=0):
        """A condition."""
        r = self.random.random()
        sign = lambda: self.pick("<", "<=", ">", ">=", "==", "!=")  # noqa: E731
        if r < 0.35 or depth > 3:
            return "(%s %s %s)" % (self.i(depth + 1), sign(), self.i(depth + 1))
        if r < 0.55:
            return "(%s %s %s)" % (self.f(depth + 1), sign(), self.f(depth + 1))
        if r < 0.62:
            pair = [self.f(depth + 1), self.i(depth + 1)]
            self.random.shuffle(pair)
            return "(%s %s %s)" % (pair[0], sign(), pair[1])
        if r < 0.72:
            e = self.pick(self.i, self.f)
            return "(%s %s %s %s %s)" % (e(depth + 1), sign(), e(depth + 1), sign(), e(depth + 1))
        if r < 0.86:
            return "(%s %s %s)" % (self.b(depth + 1), self.pick("and", "or"), self.b(depth + 1))
        if r < 0.92:
            return "(not %s)" % self.b(depth + 1)
        if r < 0.96 and self.vars["b"]:
            return self.random.choice(self.vars["b"])
        return "bool(%s)" % self.pick(self.i, self.f)(depth + 1)

    def local_element(self, kind):
        name, extents = self.random.choice(self.locals[kind])
        return "%s[%s]" % (name, ", ".join(
            str(self.random.randrange(e)) if self.chance(0.4) else
            "%s %% %d" % (self.i(2), e) for e in extents))

    def any(self, kind):
        return {"i": self.i, "f": self.f, "b": self.b}[kind]()

    # -- statements ------------------------------------------------------------------------------

    def statement(self):
        r = self.random.random()
        nested = self.depth >= 3
        if r < 0.30:
            kind = self.pick("i", "f", "i", "f", "b")
            value = self.any(kind)
            if self.vars[kind] and (self.depth or self.chance(0.4)):
                self.put("%s = %s" % (self.random.choice(self.vars[kind]), value))
            elif self.depth == 0:
                self.count += 1
                name = "%s%d" % (kind, self.count)
                self.put("%s = %s" % (name, value))
                self.vars[kind].append(name)
        elif r < 0.42:
            if self.vars["i"] and self.chance(0.5):
                self.put("%s %s= %s" % (self.random.choice(self.vars["i"]),
                                        self.pick("+", "-", "*", "//", "%", "&", "|", "^"),
                                        self.i(1)))
            elif self.vars["f"]:
                self.put("%s %s= %s" % (self.random.choice(self.vars["f"]),
                                        self.pick("+", "-", "*", "/"), self.f(1)))
        elif r < 0.50 and len(self.vars["i"]) > 1:
            one, two = self.random.sample(self.vars["i"], 2)
            self.put(self.pick("%s, %s = %s, %s" % (one, two, two, self.i(1)),
                               "%s, %s = divmod(%s, %s)" % (one, two, self.i(1), self.i(1)),
                               "%s, %s = %s, %s" % (one, two, self.i(1), one)))
        elif r < 0.55 and len(self.vars["f"]) > 1:
            one, two = self.random.sample(self.vars["f"], 2)
            self.put(self.pick("%s, %s = %s, %s" % (one, two, two, one),
                               "%s, %s = divmod(%s, %s)" % (one, two, self.f(1), self.f(1))))
        elif r < 0.60 and self.depth == 0:
            self.count += 1
            kind = self.pick("i", "f")
            extents = self.pick((4,), (2, 3))
            name = "t%d" % self.count
            self.put("%s = gr.local(%s, gr.%s)" % (
                name, extents if len(extents) > 1 else extents[0],
                "i64" if kind == "i" else "f64"))
            self.locals[kind].append((name, extents))
        elif r < 0.66 and (self.locals["i"] or self.locals["f"]):
            kind = self.pick(*[k for k in "if" if self.locals[k]])
            self.put("%s %s %s" % (self.local_element(kind), self.pick("=", "=", "+=", "-="),
                                   self.any(kind)))
        elif r < 0.69:
            self.store()
        elif r < 0.72:
            self.struct()
        elif r < 0.82 and not nested:
            self.put("if %s:" % self.b(1))
            self.block()
            if self.chance(0.3):
                self.put("elif %s:" % self.b(1))
                self.block()
            if self.chance(0.5):
                self.put("else:")
                self.block()
        elif r < 0.91 and not nested and len(self.loops) < 2:
            self.for_loop()
        elif r < 0.95 and not nested and len(self.loops) < 2:
            self.while_loop()
        elif r < 0.98 and self.loops:
            self.put("if %s:" % self.b(2))
            self.depth += 1
            self.put(self.pick("break", "continue" if self.loops[-1] == "for" else "break"))
            self.depth -= 1
        elif self.chance(0.2):
            self.put("if %s:" % self.b(2))
            self.depth += 1
            self.store()
            self.put("return")
            self.depth -= 1

    def struct(self):
        """A statement about the pair or the elements of s."""
        r = self.random.random()
        if self.depth == 0 and (not self.pairs or r < 0.2):
            self.count += 1
            name = "pair%d" % self.count
            self.put("%s = Pair(%s%s)" % (name, self.i(1), self.pick("", ", %s" % self.f(1),
                                                                     ", v=%s" % self.f(1))))
            self.pairs.append(name)
        elif r < 0.5 and self.pairs:
            self.put("%s.%s" % (self.random.choice(self.pairs), self.pick(
                "k %s %s" % (self.pick("=", "+=", "*="), self.i(1)),
                "v %s %s" % (self.pick("=", "+=", "/="), self.f(1)))))
        else:
            element = self.pick("s[%s]" % self.own, "e")
            self.put("%s.%s" % (element, self.pick(
                "m %s %s" % (self.pick("=", "+=", "^="), self.i(1)),
                "u %s %s" % (self.pick("=", "-="), self.f(1)),
                "t[%s] = %s" % (self.pick("0", "-1", "%s %% 2" % self.i(2)), self.i(1)))))

    def store(self):
        if self.chance(0.2):
            self.struct()
        if self.chance(0.5):
            self.put("y[i] %s %s" % (self.pick("=", "=", "+=", "-="), self.f()))
        else:
            self.put("p[i] %s %s" % (self.pick("=", "=", "+=", "^="), self.i()))

    def block(self):
        self.depth += 1
        before = len(self.lines)
        for _ in range(self.random.randint(1, 3)):
            self.statement()
        if len(self.lines) == before:
            self.put("pass")
        self.depth -= 1

    def for_loop(self):
        self.count += 1
        name = "l%d" % self.count
        bounds = self.pick("5", "%s & 7" % self.i(2), "2, 9", "9, 2, -2", "-3, 3",
                           "%s & 3, %s & 7" % (self.i(2), self.i(2)),
                           "0, %s & 15, 3" % self.i(2), "10, 0, -(1 + (%s & 3))" % self.i(2))
        self.put("for %s in range(%s):" % (name, bounds))
        self.loops.append("for")
        self.vars["i"].append(name)
        self.block()
        self.vars["i"].remove(name)
        self.loops.pop()
        if self.chance(0.2):
            self.put("else:")
            self.block()

    def while_loop(self):
        self.count += 1
        name = "w%d" % self.count
        self.put("%s = %d" % (name, self.random.randint(0, 6)))
        self.put("while %s > 0 and %s:" % (name, self.b(2)))
        self.loops.append("while")
        self.depth += 1
        self.put("%s -= 1" % name)
        self.depth -= 1
        self.block()
        self.loops.pop()
        if self.chance(0.2):
            self.put("else:")
            self.block()

    def helper(self, number):
        kind = self.pick("i", "f")
        name = "%s_h%d" % (self.name, number)
        outer, self.lines = self.lines, []
        saved = self.vars, self.locals, self.helpers
        self.vars = {"i": ["u"], "f": ["v"], "b": []}
        self.helping, pairs, self.pairs = True, self.pairs, []
        self.locals, self.helpers = {"i": [], "f": []}, []
        plain = self.helper_text(self.b(2), self.any(kind), self.any(kind))
        self.vars, self.locals, self.helpers = saved
        self.helping, self.pairs = False, pairs
        self.lines = outer
        self.helpers.append((name, kind))
        return "def %s(u, v):\n%s\n" % (name, plain)

    def helper_text(self, test, first, second):
        text = "    if %s:\n        return %s\n    return %s\n" % (test, first, second)
        for old, new in (("x[i]", "v"), ("q[i]", "u")):
            text = text.replace(old, new)
        text = re.sub(r"\bi\b", "u", text)
        text = re.sub(r"\b(n|k)\b", "u", text)
        text = re.sub(r"\ba\b", "v", text)
        return text

    def kernel(self):
        """The kernel's text, its helpers before it."""
        before = []
        for number in range(self.pick(0, 1, 2)):
            for _ in range(20):
                count = len(self.helpers)
                text = self.helper(number)
                if "x[" not in text and "q[" not in text:
                    before.append(text)
                    break
                del self.helpers[count:]
        self.put("e = s[%s]" % self.own)
        self.put("i0 = %s" % self.i(2))
        self.put("f0 = %s" % self.f(2))
        self.vars["i"].append("i0")
        self.vars["f"].append("f0")
        for _ in range(self.random.randint(2, 7)):
            self.statement()
        self.store()
        self.put("y[i] += f0")
        self.put("p[i] += i0")
        return "\n".join(before) + "\ndef %s(i, x, q, y, p, n, k, a, s):\n%s\n" % (
            self.name, "\n".join(self.lines))
