# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Stage 3, calls: the functions of Python, math and NumPy that kernels may call."""

from __future__ import annotations

import builtins
import math

from . import functions, language, tree, types
from .types import BOOL, COMPLEX, F32, FLOAT, INT, U64

_NUMPY_COMPARE = {"greater": ">", "greater_equal": ">=", "less": "<", "less_equal": "<=",
                  "equal": "==", "not_equal": "!="}


# How many arguments these take.
_NUMPY_MORE = {"real": (1,), "imag": (1,), "conjugate": (1,), "angle": (1,), "invert": (1,),
               "bitwise_not": (1,), "bitwise_invert": (1,), "bitwise_count": (1,), "divmod": (2,),
               "isposinf": (1,), "isneginf": (1,), "around": (1, 2), "round": (1, 2),
               "round_": (1, 2), "frexp": (1,), "modf": (1,), "reciprocal": (1,), "spacing": (1,),
               "ldexp": (2,), "heaviside": (2,), "logaddexp": (2,), "logaddexp2": (2,)}


class Calls:
    """The part of Infer that handles functions which are not the user's."""

    def items(self, node, x):
        """The values of a tuple."""
        if isinstance(x, tree.TupleOf):
            return x.items
        x = self.held(node, x)
        return [tree.Item(node, kind, x, k) for k, kind in enumerate(x.type.items)]

    def math(self, node, name, args):
        if name in ("prod", "dist"):
            return getattr(self, name)(node, args)
        for arg, at in zip(args, node.args):
            self.number(arg, at)
            if arg.type.kind == "c":
                self.fail(at, "math.%s of a complex number" % name, "use abs(), .real or .imag")
        if name in functions.TO_INT:
            self.count(node, args, 1)
            if types.is_integer(args[0].type):
                return self.to(args[0], INT)
            return tree.Call(node, INT, name + "_to_int", [self.to(args[0], FLOAT)])
        if name in functions.TESTS:
            self.count(node, args, 1)
            return tree.Call(node, BOOL, name, [self.to(args[0], FLOAT)])
        if name in ("gcd", "lcm", "isqrt", "factorial", "comb", "perm"):
            return self.math_of_integers(node, name, args)
        if name in ("frexp", "modf"):
            self.count(node, args, 1)
            kind = types.Tuple([FLOAT, INT if name == "frexp" else FLOAT])
            return tree.Call(node, kind, name, [self.to(args[0], FLOAT)])
        if name == "ulp":
            self.count(node, args, 1)
            return tree.Call(node, FLOAT, "ulp", [self.to(args[0], FLOAT)])
        if name == "isclose":
            return self.isclose(node, args)
        if name == "log" and len(args) == 2:
            top = self.math_call(node, "log", args[:1])
            return self.arithmetic(node, "/", top, self.math_call(node, "log", args[1:]))
        if name == "ldexp":
            self.count(node, args, 2)
            return tree.Call(node, FLOAT, "ldexp", [self.to(args[0], FLOAT), self.to(args[1], INT)])
        if name == "fma":
            self.count(node, args, 3)
            return tree.Call(node, FLOAT, "fma", [self.to(a, FLOAT) for a in args])
        if name == "hypot":
            return self.hypot(node, args)
        self.count(node, args, 2 if name in functions.LIBM2 or name == "pow" else 1)
        return self.math_call(node, name, args)

    def math_of_integers(self, node, name, args):
        for arg, at in zip(args, node.args):
            if not types.is_integer(arg.type):
                self.fail(at, "math.%s of %r, expected an integer" % (name, arg.type))
        args = [self.to(a, INT) for a in args]
        if name in ("gcd", "lcm"):
            # of none 0 and 1, of one its magnitude
            while len(args) < 2:
                args.insert(0, tree.Const(node, INT, 0 if name == "gcd" else 1))
            result = args[0]
            for arg in args[1:]:
                result = tree.Call(node, INT, name, [result, arg])
            return result
        if name == "perm" and len(args) == 1:
            return tree.Call(node, INT, "factorial", args)
        self.count(node, args, *{"comb": (2,), "perm": (1, 2)}.get(name, (1,)))
        return tree.Call(node, INT, name, args)

    def hypot(self, node, args):
        """The length of a vector of any number of coordinates."""
        args = [self.to(a, FLOAT) for a in args] or [tree.Const(node, FLOAT, 0.0)]
        if len(args) == 1:
            return tree.Call(node, FLOAT, "abs", args)
        length = args[0]
        for arg in args[1:]:
            length = self.math_call(node, "hypot", [length, arg])
        return length

    def dist(self, node, args):
        self.count(node, args, 2)
        for arg, at in zip(args, node.args):
            if not isinstance(arg.type, types.Tuple):
                self.fail(at, "math.dist() of %r, expected tuples" % (arg.type,))
        p, q = (self.items(node, arg) for arg in args)
        if len(p) != len(q):
            self.fail(node, "math.dist() of %d and %d coordinates" % (len(p), len(q)))
        return self.hypot(node, [self.arithmetic(node, "-", self.to(self.number(a, node), FLOAT),
                                                 self.to(self.number(b, node), FLOAT))
                                 for a, b in zip(p, q)])

    def prod(self, node, args):
        start = tree.Const(node, INT, 1)
        for keyword in node.keywords:
            if keyword.arg != "start":
                self.fail(keyword.value, "math.prod() takes start by name")
            start = self.number(self.expr(keyword.value), keyword.value)
        self.count(node, args, 1)
        return self.fold_items(node, "*", args[0], start)

    def isclose(self, node, args):
        self.count(node, args, 2)
        tolerance = {"rel_tol": tree.Const(node, FLOAT, 1e-9), "abs_tol": tree.Const(node, FLOAT, 0.0)}
        for keyword in node.keywords:
            if keyword.arg not in tolerance:
                self.fail(keyword.value, "math.isclose() takes rel_tol and abs_tol by name")
            tolerance[keyword.arg] = self.number(self.expr(keyword.value), keyword.value)
        return tree.Call(node, BOOL, "isclose",
                         [self.to(a, FLOAT) for a in (*args, *tolerance.values())])

    def math_call(self, node, name, args):
        args = [self.to(a, FLOAT) for a in args]
        if all(isinstance(a, tree.Const) for a in args):
            function = getattr(math, name, None)
            try:
                return tree.Const(node, FLOAT, function(*[a.value for a in args]))
            except (ArithmeticError, ValueError):
                pass
        if name in ("degrees", "radians"):
            factor = 180.0 / math.pi if name == "degrees" else math.pi / 180.0
            return self.arithmetic(node, "*", args[0], tree.Const(node, FLOAT, factor))
        return tree.Call(node, FLOAT, name, args, strict=True)

    # -- NumPy -----------------------------------------------------------------------------------

    def numpy(self, node, name, args):
        """A scalar function of NumPy: IEEE results, single precision of single precision."""
        for arg, at in zip(args, node.args):
            self.number(arg, at)
        if name in ("absolute", "abs"):
            return _abs(self, node, args)
        if name in ("minimum", "maximum"):
            self.count(node, args, 2)
            kind = types.promote(args[0].type, args[1].type)
            return tree.Call(node, kind, name, [self.to(a, kind) for a in args])
        if name in ("isnan", "isinf", "isfinite"):
            self.count(node, args, 1)
            return tree.Call(node, BOOL, name, [self.to(args[0], FLOAT)])
        if name in _NUMPY_MORE:
            return self.numpy_more(node, name, args)
        if name == "sign":
            self.count(node, args, 1)
            kind = args[0].type if args[0].type is not BOOL else INT
            return tree.Call(node, kind, "sign", [self.to(args[0], kind)])
        if name in ("square", "negative", "positive", "degrees", "rad2deg", "radians", "deg2rad",
                    "signbit"):
            self.count(node, args, 1)
            return self.numpy_simple(node, name, args[0])
        if name == "clip":
            self.count(node, args, 3)
            kind = types.promote(types.promote(args[0].type, args[1].type), args[2].type)
            low = tree.Call(node, kind, "maximum", [self.to(a, kind) for a in args[:2]])
            return tree.Call(node, kind, "minimum", [low, self.to(args[2], kind)])
        if name in _NUMPY_COMPARE:
            self.count(node, args, 2)
            return self.compare(node, _NUMPY_COMPARE[name], args[0], args[1])
        if name in ("logical_and", "logical_or", "logical_xor", "logical_not"):
            self.count(node, args, 1 if name == "logical_not" else 2)
            tests = [self.as_bool(a, node) for a in args]
            if name == "logical_not":
                return tree.Unary(node, BOOL, "not", tests[0])
            if name == "logical_xor":
                return tree.Compare(node, BOOL, "!=", *tests)
            return self.logic(node, name[8:], tests)
        if name in ("gcd", "lcm"):
            return self.math(node, name, args)
        if name == "where":
            self.count(node, args, 3)
            kind = types.promote(args[1].type, args[2].type)
            return tree.Select(node, kind, self.as_bool(args[0]), self.to(args[1], kind),
                               self.to(args[2], kind))
        binary = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/", "true_divide": "/",
                  "floor_divide": "//", "remainder": "%", "mod": "%", "bitwise_and": "&",
                  "bitwise_or": "|", "bitwise_xor": "^", "left_shift": "<<",
                  "right_shift": ">>"}.get(name)
        if binary:
            self.count(node, args, 2)
            if binary == "/" and not {"f", "c"} & {a.type.kind for a in args}:
                args = [self.to(a, FLOAT) for a in args]      # of ints too: infinite, no error
            made = self.arithmetic(node, binary, args[0], args[1])
            made.quiet = True
            return made
        found = functions.NUMPY1.get(name)
        if found is None:
            found = functions.NUMPY2.get(name)
            if found is None:
                self.fail(node, "numpy.%s is not part of the kernel language" % name)
            self.count(node, args, 2)
            kind = types.promote(args[0].type, args[1].type)
        else:
            self.count(node, args, 1)
            kind = args[0].type
        if kind.kind == "c":
            self.fail(node, "numpy.%s of a complex number" % name)
        if kind.kind != "f":
            kind = FLOAT
        return tree.Call(node, kind, found, [self.to(a, kind) for a in args], strict=False)

    def numpy_more(self, node, name, args):
        self.count(node, args, *_NUMPY_MORE[name])
        x = args[0]
        if name in ("real", "imag", "conjugate", "angle"):
            return self.numpy_complex(node, name, x)
        if name in ("invert", "bitwise_not", "bitwise_invert", "bitwise_count"):
            if not types.is_integer(x.type):
                self.fail(node, "numpy.%s of %r, expected an integer" % (name, x.type))
            if name == "bitwise_count":
                return tree.Call(node, INT, "bit_count", [x if x.type is U64 else self.to(x, INT)])
            return tree.Unary(node, BOOL, "not", x) if x.type is BOOL \
                else tree.Unary(node, x.type, "~", x)
        if name == "divmod":
            parts = [self.arithmetic(node, sign, *args) for sign in ("//", "%")]
            for part in parts:
                part.quiet = True
            return tree.TupleOf(node, types.Tuple([p.type for p in parts]), parts)
        if name in ("isposinf", "isneginf"):
            infinite = tree.Const(node, FLOAT, math.inf if name == "isposinf" else -math.inf)
            return self.compare(node, "==", self.to(x, FLOAT), infinite)
        if name in ("around", "round", "round_"):
            return self.numpy_round(node, x, args[1:])
        if name in ("frexp", "modf"):
            return self.math(node, name, args)
        kind = types.promote(x.type, args[-1].type) if name != "ldexp" else x.type
        kind = kind if kind.kind == "f" else FLOAT
        if name == "reciprocal":
            if x.type.kind != "f":
                self.fail(node, "numpy.reciprocal of %r, expected a float" % (x.type,))
            made = self.arithmetic(node, "/", tree.Const(node, INT, 1), x)
            made.quiet = True
            return made
        if name == "spacing":
            return tree.Call(node, kind, name, [self.to(x, kind)])
        rest = [self.to(a, INT if name == "ldexp" else FLOAT) for a in args[1:]]
        return self.to(tree.Call(node, FLOAT, name, [self.to(x, FLOAT), *rest], quiet=True), kind)

    def numpy_complex(self, node, name, x):
        if name == "conjugate":
            return self.conjugate(node, x)
        zero = tree.Const(node, FLOAT, 0.0)
        part = F32 if x.type is types.C64 else FLOAT
        parts = [x, zero] if x.type.kind != "c" else [tree.Call(node, part, n, [x])
                                                      for n in ("real", "imag")]
        if name == "angle":
            return tree.Call(node, FLOAT, "atan2", [self.to(parts[1], FLOAT),
                                                    self.to(parts[0], FLOAT)], strict=False)
        return parts[name == "imag"]

    def numpy_round(self, node, x, digits):
        """Halves go to the even neighbour; with digits, of the number times a power of ten."""
        if x.type.kind != "f" or (digits and not isinstance(digits[0], tree.Const)):
            self.fail(node, "numpy.round of %r, expected a float, and a constant of decimals"
                      % (x.type,))
        power = tree.Const(node, FLOAT, 10.0 ** abs(digits[0].value) if digits else 1.0)
        there, back = ("/", "*") if digits and digits[0].value < 0 else ("*", "/")
        if power.value != 1:
            x = self.arithmetic(node, there, x, power)
        made = tree.Call(node, x.type, "rint", [x], strict=False)
        return made if power.value == 1 else self.arithmetic(node, back, made, power)

    def numpy_simple(self, node, name, x):
        if name == "square":
            return self.arithmetic(node, "*", x, x)
        if name in ("negative", "positive"):
            kind = INT if x.type is BOOL else x.type
            return tree.Unary(node, kind, "-", self.to(x, kind)) if name == "negative" \
                else self.to(x, kind)
        kind = x.type if x.type.kind == "f" else FLOAT
        if name == "signbit":
            return tree.Call(node, BOOL, "signbit", [self.to(x, FLOAT)])
        factor = 180.0 / math.pi if name in ("degrees", "rad2deg") else math.pi / 180.0
        return self.arithmetic(node, "*", self.to(x, kind), tree.Const(node, FLOAT, factor))


# -- builtins ------------------------------------------------------------------------------------


def _abs(self, node, args):
    self.count(node, args, 1)
    x = self.number(args[0], node.args[0])
    if x.type.kind == "c":
        return tree.Call(node, F32 if x.type is types.C64 else FLOAT, "complex_abs", [x])
    kind = INT if x.type is BOOL else x.type
    x = self.to(x, kind)
    if kind.kind == "u":
        return x
    return tree.Call(node, kind, "abs", [x])


def _least(sign):
    def handler(self, node, args):
        if len(args) == 1 and isinstance(args[0].type, types.Tuple):
            args = self.items(node, args[0])
        if len(args) < 2:
            self.fail(node, "%s() takes 2 arguments or more, got %d" % (
                "min" if sign == "<" else "max", len(args)),
                "write a loop for an array, or launch gr.parallel_reduce")
        best = self.number(args[0], node)
        for arg in args[1:]:
            arg = self.number(arg, node)
            if "c" in (best.type.kind, arg.type.kind):
                self.fail(node, "complex numbers are ordered", "compare abs(), .real or .imag")
            kind = best.type if best.type is arg.type else types.promote(
                best.type, arg.type, isinstance(best, tree.Const), isinstance(arg, tree.Const))
            best = tree.Call(node, kind, "min" if sign == "<" else "max",
                             [self.to(best, kind), self.to(arg, kind)])
        return best
    return handler


def _len(self, node, args):
    self.count(node, args, 1)
    x = args[0]
    if isinstance(x.type, types.Tuple):
        return tree.Const(node, INT, len(x.type.items))
    if not isinstance(x.type, (types.Array, types.Local)):
        self.fail(node, "len() of %r" % (x.type,))
    return self.extent(node, x, 0)


def _sum(self, node, args):
    self.count(node, args, 1, 2)
    return self.fold_items(node, "+", args[0],
                           args[1] if len(args) == 2 else tree.Const(node, INT, 0))


def _fold_items(self, node, sign, x, start):
    """start + x[0] + x[1] ... of a tuple or of an array of one dimension."""
    if isinstance(x.type, types.Tuple):
        for item in self.items(node, x):
            start = self.arithmetic(node, sign, start, self.number(item, node))
        return start
    if isinstance(x.type, types.Local) and x.type.ndim == 1:
        for k in range(x.type.shape[0]):
            start = self.arithmetic(node, sign, start,
                                    self.load(node, x, [tree.Const(node, INT, k)]))
        return start
    if isinstance(x.type, types.Array) and x.type.ndim == 1:
        return self.fold_array(node, sign, x, start)
    self.fail(node, "%s of %r, expected one dimension" % (
        "sum()" if sign == "+" else "math.prod()", x.type), "write the loops")


def _fold_array(self, node, sign, x, start):
    """A loop before the statement: s = start; for k in range(n): s += x[k]."""
    element = types.loaded(x.type.dtype)
    kind = types.promote(start.type, element, isinstance(start, tree.Const))
    total, k = self.fresh(kind), self.fresh(INT)
    self.define(total)
    self.define(k)
    index = [tree.Var(node, INT, k)]
    base = x
    if isinstance(x, tree.Slice):
        base, index = self.within(node, x, index)
    item = self.load(node, base, index)
    add = self.arithmetic(node, sign, tree.Var(node, kind, total), item)
    self.before(tree.Assign(node, total, self.to(start, kind)))
    self.before(tree.For(
        node, k, tree.Const(node, INT, 0), self.extent(node, x, 0), tree.Const(node, INT, 1),
        [tree.Assign(node, total, self.to(add, kind))], []))
    return tree.Var(node, kind, total)


Calls.fold_items, Calls.fold_array = _fold_items, _fold_array


def _int(self, node, args):
    self.count(node, args, 0, 1)
    if not args:
        return tree.Const(node, INT, 0)
    x = self.number(args[0], node.args[0])
    return self.to(x, INT)


def _float(self, node, args):
    self.count(node, args, 0, 1)
    if not args:
        return tree.Const(node, FLOAT, 0.0)
    return self.to(self.number(args[0], node.args[0]), FLOAT)


def _bool(self, node, args):
    self.count(node, args, 0, 1)
    return self.as_bool(args[0]) if args else tree.Const(node, BOOL, False)


def _complex(self, node, args):
    self.count(node, args, 1, 2)
    if len(args) == 1:
        return self.to(self.number(args[0], node.args[0]), COMPLEX)
    parts = [self.to(self.number(a, n), FLOAT) for a, n in zip(args, node.args)]
    return tree.Call(node, COMPLEX, "make_complex", parts)


def _round(self, node, args):
    self.count(node, args, 1, 2)
    x = self.number(args[0], node.args[0])
    if x.type.kind == "c":
        self.fail(node, "round() of a complex number")
    if len(args) == 1:
        if types.is_integer(x.type):
            return self.to(x, INT)
        return tree.Call(node, INT, "round_to_int", [self.to(x, FLOAT)])
    digits = args[1]
    if not isinstance(digits, tree.Const) or not types.is_integer(digits.type) \
            or not 0 <= digits.value <= 300:
        self.fail(node.args[1], "the digits of round() are not a constant of 0..300")
    if types.is_integer(x.type):
        return self.to(x, INT)
    return tree.Call(node, x.type if x.type is F32 else FLOAT, "round_digits",
                     [self.to(x, FLOAT), digits])


def _divmod(self, node, args):
    self.count(node, args, 2)
    a, b = (self.number(x, n) for x, n in zip(args, node.args))
    parts = [self.arithmetic(node, "//", a, b), self.arithmetic(node, "%", a, b)]
    return tree.TupleOf(node, types.Tuple([p.type for p in parts]), parts)


def _pow(self, node, args):
    self.count(node, args, 2)
    return self.arithmetic(node, "**", self.number(args[0], node.args[0]),
                           self.number(args[1], node.args[1]))


def _range(self, node, args):
    self.fail(node, "range() is used as a value", "write: for k in range(...)")


def _fma(self, node, args):
    self.count(node, args, 3)
    return tree.Call(node, FLOAT, "fma", [self.to(self.number(a, n), FLOAT)
                                          for a, n in zip(args, node.args)])


def _local(self, node, args):
    self.fail(node, "gr.local() is used as a value", "write: t = gr.local((3, 3), gr.f64)")


def _print(self, node, args):
    self.fail(node, "print() is used as a value", "write it on a line of its own")


CALLS = {builtins.abs: _abs, builtins.min: _least("<"), builtins.max: _least(">"),
          builtins.len: _len, builtins.sum: _sum, int: _int, float: _float, bool: _bool,
          complex: _complex, builtins.round: _round, builtins.divmod: _divmod,
          builtins.pow: _pow, range: _range, language.fma: _fma, language.local: _local,
          builtins.print: _print}
