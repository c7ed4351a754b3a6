# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Stage 6, operators: numbers, conversions, arithmetic with Python's errors, comparisons."""

from __future__ import annotations

from . import tree, types
from .c_text import constant
from .types import BOOL, F32, INT, U64


class Operators:
    """The part of Body that emits operators."""

    def ex_Const(self, x):
        return constant(x.value, x.type, self.shared)

    def ex_Var(self, x):
        return self.name(x.name)

    def ex_Convert(self, x):
        return self.convert_text(self.expr(x.x), x.x.type, x.type)

    def convert_text(self, text, old, new):
        if old.c == new.c:
            return text
        if new.kind == "c":
            of = new.c + "_of"
            self.shared.need(of)
            part = "float" if new.bits == 64 else "double"
            if old.kind == "c":
                name = self.fresh("z")
                return "({ const %s %s = %s; %s((%s)%s.re, (%s)%s.im); })" % (
                    old.c, name, text, of, part, name, part, name)
            return "%s((%s)%s, 0)" % (of, part, text)
        return "(%s)%s" % (new.c, text)

    def ex_Unary(self, x):
        inner = self.expr(x.x)
        if x.op == "not":
            return "!%s" % inner
        if x.type.kind == "c":
            self.shared.need(x.type.c + "_py_neg")
            return "%s_py_neg(%s)" % (x.type.c, inner)
        if x.op == "-" and self.unsigned(x.type):
            return "(%s)-(%s)%s" % (x.type.c, self.unsigned(x.type), inner)
        return self.narrow("(%s%s)" % (x.op, inner), x.type)

    def unsigned(self, kind):
        """What C computes integers of a kind in that wrap; None where they do so by themselves.

        The host's compilers have an option that says so. Run-time compilers have none, and may
        take it that no sum leaves its type; types of fewer bits than an int compute in ints.
        """
        if not self.shared.options.on_device or kind.kind not in "iu" or kind.c in ("uint32_t", "uint64_t"):
            return None
        return "uint64_t" if kind.bits == 64 else "uint32_t"

    def wrapped(self, op, a, b, kind):
        """C of a sum, difference or product in a kind."""
        through = self.unsigned(kind)
        if through is None:
            return self.narrow("(%s %s %s)" % (a, op, b), kind)
        return "(%s)((%s)%s %s (%s)%s)" % (kind.c, through, a, op, through, b)

    def narrow(self, text, kind):
        if kind.kind in "iu" and kind.bits < 64 and kind.c != "uint32_t":
            return "(%s)%s" % (kind.c, text)
        if kind.c == "uint32_t":
            return "(uint32_t)%s" % text
        return text

    def ex_Binary(self, x):
        a, b = self.expr(x.a), self.expr(x.b)
        kind, op = x.type, x.op
        if kind.kind == "c":
            return self.complex_binary(x, a, b)
        if op in ("+", "-", "*") and kind is INT and "overflow" in self.shared.options.debug:
            name = {"+": "add", "-": "sub", "*": "mul"}[op]
            return self.helper("gr_py_%s_seen" % name, a, b, self.bad, self.bit(
                OverflowError, "integer overflow in " + self.text(x.at), x.at))
        if op in ("+", "-", "*"):
            return self.wrapped(op, a, b, kind)
        if op in ("&", "|", "^"):
            return self.narrow("(%s %s %s)" % (a, op, b), kind)
        before, self.quiet = self.quiet, getattr(x, "quiet", False)
        text = self.float_binary(x, a, b) if kind.kind == "f" else self.int_binary(x, a, b)
        self.quiet = before
        return text

    def int_binary(self, x, a, b):
        op, kind = x.op, x.type
        safe = isinstance(x.b, tree.Const) and x.b.value != 0
        zero = (ZeroDivisionError, "integer division or modulo by zero", x.at)
        if op in ("//", "%"):
            if safe and kind.kind == "u":
                return self.narrow("(%s %s %s)" % (a, op[0], b), kind)
            if kind is U64:
                name = "gr_py_udiv" if op == "//" else "gr_py_umod"
                return self.checks(name, (a, b), [zero])
            name = "gr_py_floordiv" if op == "//" else "gr_py_mod"
            if safe:
                return self.narrow(self.helper(name, a, b), kind)
            self.vector = False
            return self.narrow(self.checks(name + "_or", (a, b), [zero]), kind)
        if op == "**" and isinstance(x.b, tree.Const) and x.b.value >= 0:
            return self.narrow(self.helper("gr_py_ipow", a, b, self.ignore(), "0"), kind)
        if op == "**":
            return self.narrow(self.checks("gr_py_ipow", (a, b), [(
                ValueError, "an integer to a negative power (%s): use a float" % self.text(x.at),
                x.at)]), kind)
        if isinstance(x.b, tree.Const) and 0 <= x.b.value < min(kind.bits, 64):
            if op == ">>":
                return self.narrow("(%s >> %s)" % (a, b), kind)
            return self.narrow("(%s)((uint64_t)%s << %s)" % (kind.c, a, b), kind)
        name = "gr_py_shl" if op == "<<" else "gr_py_ushr" if kind is U64 else "gr_py_shr"
        return self.narrow(self.checks(name, (a, b), [(ValueError, "negative shift count", x.at)]),
                           kind)

    def assured(self, x, positive):
        """Whether x surely is > 0 (or >= 0), perhaps by what the launch will look at."""
        self.signs.used = set()
        bound = self.signs.lower(x)
        condition = None
        if bound is not None:
            if bound[0] is not None:
                return bound[0] > 0 if positive else True
            # each argument of the bound counts as not negative
            condition = " && ".join(["%s >= 0" % self.name(n) for n in sorted(self.signs.used)]
                                    + ["%s %s 0" % (bound[1], ">" if positive else ">=")])
        # a second body is not worth what a constant of the launch costs to look at
        if condition is None or not self.may_assume or self.signs.fixed_text(x) is not None:
            return False
        self.scalars |= self.signs.used
        if condition not in self.preconditions:
            self.preconditions.append(condition)
        return True

    def once_a_launch(self, divisor, at):
        """A division that every iteration comes to, by what is the same in all: the launch looks."""
        if not self.may_assume or self.depth != 2 or self.in_loop or self.under_condition \
                or self.ends:
            return False
        self.signs.used = set()
        text = self.signs.fixed_text(divisor)
        if text is None:
            return False
        self.scalars |= self.signs.used
        bit = self.bit(ZeroDivisionError, "float division by zero", at)
        line = ("%s == 0" % text, bit)
        if line not in self.launch_faults:
            self.launch_faults.append(line)
        return True

    def float_binary(self, x, a, b):
        op = x.op
        suffix = "_f32" if x.type is F32 else ""
        safe = isinstance(x.b, tree.Const) and x.b.value != 0
        if op == "/" and self.strict and not safe:
            safe = self.once_a_launch(x.b, x.at) or self.assured(x.b, positive=True)
        if op == "/":
            if safe or not self.strict:
                return "(%s / %s)" % (a, b)
            return self.checks("gr_py_div" + suffix, (a, b),
                               [(ZeroDivisionError, "float division by zero", x.at)])
        if op in ("//", "%"):
            name = "gr_py_%s%s" % ("div_floor" if op == "//" else "fmod_floor", suffix)
            self.vector = False
            if safe or not self.strict:
                return self.helper(name, a, b)
            base = "gr_py_%s%s" % ("div_floor" if op == "//" else "fmod_floor", suffix)
            message = "float floor division by zero" if op == "//" else "float modulo by zero"
            self.shared.need(base + "_or")
            bit = self.bit(ZeroDivisionError, message, x.at)
            return "%s_or(%s, %s, %s, %s)" % (base, a, b, self.bad, bit)
        return self.float_power(x, a, b)

    def float_power(self, x, a, b):
        if self.shared.options.fast and isinstance(x.b, tree.Const) and x.b.value == 2:
            name = self.fresh("t")
            return "({ const %s %s = %s; %s * %s; })" % (x.type.c, name, a, name, name)
        self.vector = False
        if not self.strict:
            function = "powf" if x.type is F32 else "pow" if self.shared.options.fast \
                else "gr_libm_pow"
            self.shared.need("libm %s 2" % function)
            return "%s(%s, %s)" % (function, a, b)
        text = self.text(x.at)
        sites = [(ZeroDivisionError, "0.0 cannot be raised to a negative power", x.at),
                 (ValueError, "a negative number to a power that is not whole (%s): "
                  "make it complex" % text, x.at),
                 (OverflowError, "math range error in %s" % text, x.at)]
        call = self.checks("gr_py_pow_or", (a, b), sites)
        return "(float)%s" % call if x.type is F32 else call

    def complex_binary(self, x, a, b):
        c = x.type.c
        name = {"+": "add", "-": "sub", "*": "mul"}.get(x.op)
        if name:
            return self.helper("%s_py_%s" % (c, name), a, b)
        if x.op == "/":
            return self.checks(c + "_py_div", (a, b),
                               [(ZeroDivisionError, "complex division by zero", x.at)])
        self.vector = False
        text = self.checks("gr_c128_py_pow", (
            self.convert_text(a, x.type, types.C128), self.convert_text(b, x.type, types.C128)),
            [(ZeroDivisionError, "0.0 to a negative or complex power", x.at)])
        return self.convert_text(text, types.C128, x.type)

    def ex_Compare(self, x):
        a, b = self.expr(x.a), self.expr(x.b)
        ka, kb = x.a.type, x.b.type
        if ka.kind == "c":
            equal = self.helper(ka.c + "_py_equal", a, b)
            return equal if x.op == "==" else "!" + equal
        if ka.c == kb.c or {ka.kind, kb.kind} <= {"f"} or {ka.kind, kb.kind} <= {"b", "i"}:
            return "(%s %s %s)" % (a, x.op, b)
        flip = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
        op = x.op
        if ka.kind == "f" or (ka is U64 and kb.kind != "f"):
            a, b, ka, kb, op = b, a, kb, ka, flip.get(op, op)
        name = "gr_py_compare_iu" if kb is U64 else \
            "gr_py_compare_ud" if ka is U64 else "gr_py_compare_id"
        call = self.helper(name, a, b)
        if op == "<":
            return "(%s == -1)" % call
        if op == "<=":
            return "(%s <= 0)" % call
        if op == ">":
            return "(%s == 1)" % call
        if op == ">=":
            return "((unsigned)%s <= 1)" % call
        return "(%s %s 0)" % (call, op)

    def ex_Logic(self, x):
        items = [self.expr(x.items[0])]
        self.under_condition += 1
        items += [self.expr(i) for i in x.items[1:]]
        self.under_condition -= 1
        if x.type is BOOL:
            sign = " && " if x.op == "and" else " || "
            return "(%s)" % sign.join(items)
        text = items[-1]
        for item in reversed(items[:-1]):
            name = self.fresh("t")
            test = name if x.type.kind != "c" else "(%s.re != 0 || %s.im != 0)" % (name, name)
            chosen = (text, name) if x.op == "and" else (name, text)
            text = "({ const %s %s = %s; %s ? %s : %s; })" % (
                self.shared.c_type(x.type), name, item, test, chosen[0], chosen[1])
        return text

    def ex_Select(self, x):
        test = self.expr(x.test)
        self.under_condition += 1
        a, b = self.expr(x.a), self.expr(x.b)
        self.under_condition -= 1
        text = "(%s ? %s : %s)" % (test, a, b)
        if isinstance(x.a, tree.Const) and isinstance(x.b, tree.Const) and x.type is INT:
            return "(int64_t)%s" % text
        return text
