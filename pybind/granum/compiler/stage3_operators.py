# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Stage 3, operators: arithmetic, comparisons and conditions with Python's rules for the types."""

from __future__ import annotations

import ast
import enum
import operator

from . import tree, types
from .stage3_known import Static, is_member, wrap
from .types import BOOL, COMPLEX, F32, FLOAT, INT, U64

_OPS = {"Add": "+", "Sub": "-", "Mult": "*", "Div": "/", "FloorDiv": "//", "Mod": "%",
        "Pow": "**", "LShift": "<<", "RShift": ">>", "BitAnd": "&", "BitOr": "|", "BitXor": "^"}
_FOLD = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv,
         "//": operator.floordiv, "%": operator.mod, "**": operator.pow, "<<": operator.lshift,
         ">>": operator.rshift, "&": operator.and_, "|": operator.or_, "^": operator.xor}
_COMPARE = {"Eq": "==", "NotEq": "!=", "Lt": "<", "LtE": "<=", "Gt": ">", "GtE": ">="}
_FOLD_COMPARE = {"==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le,
                 ">": operator.gt, ">=": operator.ge}


def _is_member(x):
    return is_member(x.value) if isinstance(x, Static) else isinstance(x.type, types.Enumeration)


class Operators:
    """The part of Infer that handles operators."""

    def ex_BinOp(self, node):
        a = self.expr(node.left)
        b = self.expr(node.right)
        return self.binary(node, node.op, self.value(a, node.left), self.value(b, node.right))

    def binary(self, node, op, a, b):
        sign = _OPS.get(type(op).__name__)
        if sign is None:
            self.fail_syntax(node, "the operator is not part of the kernel language")
        for x in (a, b):
            if not types.is_number(x.type):
                self.fail(node, "%s of %r and %r" % (sign, a.type, b.type),
                          "index arrays: x[i]" if isinstance(x.type, (types.Array, types.Local))
                          else "write a @gr.function of their fields" if isinstance(x.type, types.Struct)
                          else None)
        return self.arithmetic(node, sign, a, b)

    def arithmetic(self, node, sign, a, b):
        """a sign b with Python's rules for the types."""
        if isinstance(a, tree.Const) and isinstance(b, tree.Const):
            folded = self.fold(node, sign, a, b)
            if folded is not None:
                return folded
        literal = isinstance(a, tree.Const), isinstance(b, tree.Const)
        if sign in ("&", "|", "^") and a.type is BOOL and b.type is BOOL:
            return tree.Binary(node, BOOL, sign, a, b)
        if sign in ("<<", ">>"):
            if not (types.is_integer(a.type) and types.is_integer(b.type)):
                self.fail(node, "%s of %r and %r, expected integers" % (sign, a.type, b.type))
            kind = INT if a.type is BOOL else a.type
            return tree.Binary(node, kind, sign, self.to(a, kind), self.to(b, INT))
        kind = types.promote(a.type, b.type, *literal)
        if kind.kind == "c" and sign in ("//", "%"):
            self.fail(node, "%s of complex numbers" % sign, "use divmod() of the parts")
        if sign in ("&", "|", "^") and kind.kind not in "iu":
            self.fail(node, "%s of %r and %r, expected integers" % (sign, a.type, b.type))
        if sign == "/" and kind.kind in "iu":
            if kind is U64:
                return tree.Binary(node, FLOAT, "/", self.to(self.to(a, U64), FLOAT),
                                   self.to(self.to(b, U64), FLOAT))
            return tree.Call(node, FLOAT, "int_truediv", [self.to(a, INT), self.to(b, INT)])
        if sign == "**":
            return self.power(node, a, b, kind)
        return tree.Binary(node, kind, sign, self.to(a, kind), self.to(b, kind))

    def power(self, node, a, b, kind):
        if kind.kind in "iu":
            if isinstance(b, tree.Const) and b.value < 0:
                return tree.Binary(node, FLOAT, "**", self.to(a, FLOAT), self.to(b, FLOAT))
            return tree.Binary(node, kind, "**", self.to(a, kind), self.to(b, INT))
        return tree.Binary(node, kind, "**", self.to(a, kind), self.to(b, kind))

    def fold(self, node, sign, a, b):
        weak = (INT, FLOAT, BOOL, COMPLEX)
        if a.type not in weak or b.type not in weak:
            return None
        try:
            if sign in ("<<", "**") and isinstance(b.value, int) and abs(b.value) > 4096:
                return None
            value = _FOLD[sign](a.value, b.value)
            if isinstance(value, complex) and "c" not in (a.type.kind, b.type.kind):
                return None           # an error when it runs, as for variables
        except (ArithmeticError, ValueError, TypeError):
            return None
        if isinstance(value, bool):
            return tree.Const(node, BOOL, value)
        if isinstance(value, int):
            return tree.Const(node, INT, wrap(value))
        if isinstance(value, float):
            return tree.Const(node, FLOAT, value)
        return tree.Const(node, COMPLEX, value) if isinstance(value, complex) else None

    def ex_UnaryOp(self, node):
        if isinstance(node.op, ast.Not):
            test = self.truth(node.operand)
            if isinstance(test, tree.Const):
                return tree.Const(node, BOOL, not test.value)
            return tree.Unary(node, BOOL, "not", test)
        x = self.number(self.expr(node.operand), node.operand)
        kind = INT if x.type is BOOL else x.type
        x = self.to(x, kind)
        if isinstance(node.op, ast.UAdd):
            return x
        sign = "-" if isinstance(node.op, ast.USub) else "~"
        if sign == "~" and kind.kind not in "iu":
            self.fail(node, "~ of %r, expected an integer" % (kind,))
        if isinstance(x, tree.Const):
            value = -x.value if sign == "-" else ~x.value
            if kind is U64 and sign == "-" and x.value <= 1 << 63:
                return tree.Const(node, INT, wrap(value))
            if kind.kind in "iu":
                value = wrap(value, kind.bits, kind.kind == "i")
            return tree.Const(node, kind, value)
        return tree.Unary(node, kind, sign, x)

    def ex_Compare(self, node):
        left, at = self.expr(node.left), node.left
        tests = []
        for k, (op, right_node) in enumerate(zip(node.ops, node.comparators)):
            right = self.expr(right_node)
            if isinstance(op, (ast.In, ast.NotIn)):
                left = self.value(left, at)
                tests.append(self.among(node, op, left, right, right_node))
                left, at = right, right_node
                continue
            known = self.identity(node, op, left, right)
            if known is not None:
                tests.append(known)
                left, at = right, right_node
                continue
            left, right = self.value(left, at), self.value(right, right_node)
            sign = _COMPARE[type(op).__name__]
            if k + 1 < len(node.ops) and not isinstance(right, (tree.Const, tree.Var)):
                name = self.fresh(right.type)
                self.define(name)
                right = tree.Call(right_node, right.type, "keep", [right], variable=name)
            tests.append(self.compare(node, sign, left, right))
            left = tree.Var(right.at, right.type, right.variable) \
                if isinstance(right, tree.Call) and right.name == "keep" else right
            at = right_node
        if len(tests) == 1:
            return tests[0]
        return self.logic(node, "and", tests)

    def held(self, node, x):
        """x as something that may be written down several times."""
        if isinstance(x, (tree.Const, tree.Var)):
            return x
        name = self.fresh(x.type)
        self.define(name)
        self.before(tree.Assign(node, name, x))
        return tree.Var(node, x.type, name)

    def before(self, statement):
        """A statement that is run before the one under way."""
        if self.in_test:
            self.fail(statement.at, "this is computed in the condition of a while loop",
                      "compute it in the loop, in a statement of its own")
        self.pending.append(statement)

    def identity(self, node, op, left, right):
        """The Const of a comparison of what is known before the kernel runs, or None."""
        same = isinstance(op, (ast.Is, ast.IsNot))
        if not isinstance(op, (ast.Eq, ast.NotEq)) and not same:
            return None
        if isinstance(left, Static) and isinstance(right, Static):
            a, b = left.value, right.value
            equal = a is b if same or isinstance(a, enum.Enum) or a is None else a == b
        elif any(isinstance(x, Static) and x.value is None for x in (left, right)):
            equal = False
        elif any(_is_member(x) for x in (left, right)):
            left, right = (self.value(x, node) for x in (left, right))
            return self.compare(node, "==" if isinstance(op, (ast.Is, ast.Eq)) else "!=", left,
                                right)
        elif same:
            self.fail_syntax(node, "%s of %s and %s" % (
                "is" if isinstance(op, ast.Is) else "is not", self.describe(left),
                self.describe(right)), "compare with == or !=")
        else:
            return None
        return tree.Const(node, BOOL, equal == isinstance(op, (ast.Is, ast.Eq)))

    def among(self, node, op, left, right, right_node):
        """x in (a, b): equal to one of them."""
        if not isinstance(right, tree.TupleOf):
            right = self.value(right, right_node)
        if not isinstance(right, tree.TupleOf):
            self.fail(right_node, "in of %r, expected a tuple" % (right.type,),
                      "write a loop" if isinstance(right.type, (types.Array, types.Local))
                      else None)
        tests = []
        for k, item in enumerate(right.items):
            if k == 0 and not isinstance(left, (tree.Const, tree.Var)):
                name = self.fresh(left.type)
                self.define(name)
                left = tree.Call(node, left.type, "keep", [left], variable=name)
            tests.append(self.compare(node, "==", left, item))
            if isinstance(left, tree.Call) and left.name == "keep":
                left = tree.Var(node, left.type, left.variable)
        found = self.logic(node, "or", tests) if tests else tree.Const(node, BOOL, False)
        if isinstance(op, ast.In):
            return found
        if isinstance(found, tree.Const):
            return tree.Const(node, BOOL, not found.value)
        return tree.Unary(node, BOOL, "not", found)

    def compare_members(self, node, sign, a, b):
        """Members are equal to themselves alone."""
        if sign not in ("==", "!="):
            self.fail(node, "%s of %r and %r" % (sign, a.type, b.type), "compare with == or !=")
        if a.type != b.type:
            return tree.Const(node, BOOL, sign == "!=")
        if isinstance(a, tree.Const) and isinstance(b, tree.Const):
            return tree.Const(node, BOOL, (a.value == b.value) == (sign == "=="))
        return tree.Compare(node, BOOL, sign, a, b)

    def compare(self, node, sign, a, b):
        if isinstance(a.type, types.Enumeration) or isinstance(b.type, types.Enumeration):
            return self.compare_members(node, sign, a, b)
        for x in (a, b):
            if not types.is_number(x.type):
                self.fail(node, "%s of %r and %r" % (sign, a.type, b.type),
                          "index arrays: x[i]" if isinstance(x.type, (types.Array, types.Local))
                          else None)
        if isinstance(a, tree.Const) and isinstance(b, tree.Const) \
                and a.type.kind != "c" and b.type.kind != "c":
            return tree.Const(node, BOOL, bool(_FOLD_COMPARE[sign](a.value, b.value)))
        if "c" in (a.type.kind, b.type.kind) and sign not in ("==", "!="):
            self.fail(node, "complex numbers are compared with %s" % sign,
                      "compare abs(), .real or .imag")
        kinds = {a.type.kind, b.type.kind}
        if "f" in kinds and kinds & set("iu"):
            a, b = self.exact(a, b)
            if {a.type.kind, b.type.kind} != {"f"}:
                return tree.Compare(node, BOOL, sign, self.wide(a), self.wide(b))
        if U64 in (a.type, b.type) and a.type is not b.type and kinds <= set("iub"):
            return tree.Compare(node, BOOL, sign, self.wide(a), self.wide(b))
        if a.type is BOOL and b.type is BOOL:
            return tree.Compare(node, BOOL, sign, a, b)
        kind = types.promote(a.type, b.type, isinstance(a, tree.Const), isinstance(b, tree.Const))
        if kind.kind in "iu" and kind is not U64:
            kind = INT
        return tree.Compare(node, BOOL, sign, self.to(a, kind), self.to(b, kind))

    def wide(self, x):
        if x.type.kind == "f":
            return self.to(x, FLOAT)
        return x if x.type is U64 else self.to(x, INT)

    def exact(self, a, b):
        """Constant integers that a float holds exactly become floats."""
        def one(x, other):
            if x.type.kind in "iu" and isinstance(x, tree.Const) \
                    and abs(x.value) <= (1 << (24 if other.type is F32 else 53)):
                return self.to(x, other.type)
            if x.type.kind == "i" and isinstance(x, tree.Convert) \
                    and isinstance(x.x.type, types.Scalar) and x.x.type.kind in "iu" \
                    and x.x.type.bits <= (16 if other.type is F32 else 32):
                return self.to(x, other.type)
            return x
        return one(a, b), one(b, a)

    def truth(self, node):
        """A bool: whether Python takes the value as true."""
        if isinstance(node, ast.BoolOp):
            op = "and" if isinstance(node.op, ast.And) else "or"
            items = [self.truth(node.values[0])]
            before = self.defined
            for item in node.values[1:]:
                items.append(self.truth(item))
            self.defined = before
            return self.logic(node, op, items)
        return self.as_bool(self.expr(node), node)

    def as_bool(self, x, node=None):
        if isinstance(x, Static):
            if x.value is None:
                return tree.Const(node, BOOL, False)
            x = self.value(x, node)
        if x.type is BOOL:
            return x
        if not types.is_number(x.type):
            self.fail(x.at, "%r is used as a truth value" % (x.type,))
        if isinstance(x, tree.Const):
            return tree.Const(x.at, BOOL, bool(x.value))
        zero = self.to(tree.Const(x.at, INT, 0), x.type) if x.type.kind != "c" \
            else tree.Const(x.at, x.type, 0j)
        return tree.Compare(x.at, BOOL, "!=", x, zero)

    def logic(self, node, op, items):
        kept = []
        for k, item in enumerate(items):
            if isinstance(item, tree.Const):
                if bool(item.value) == (op == "or"):
                    kept.append(item)
                    break
                if k < len(items) - 1 or kept:
                    continue
            kept.append(item)
        if len(kept) == 1 and kept[0].type is BOOL:
            return kept[0]
        return tree.Logic(node, BOOL, op, kept)

    def ex_BoolOp(self, node):
        op = "and" if isinstance(node.op, ast.And) else "or"
        items = [self.value(self.expr(v), v) for v in node.values]
        if all(i.type is BOOL for i in items):
            return self.logic(node, op, items)
        kind = items[0].type
        for item, at in zip(items, node.values):
            joined = types.join(kind, item.type)
            if joined is None or not types.is_number(joined):
                self.fail(at, "%s of %r and %r" % (op, kind, item.type))
            kind = joined
        return tree.Logic(node, kind, op, [self.to(i, kind) for i in items])

    def ex_IfExp(self, node):
        test = self.truth(node.test)
        if isinstance(test, tree.Const):
            return self.expr(node.body if test.value else node.orelse)
        a = self.value(self.expr(node.body), node.body)
        b = self.value(self.expr(node.orelse), node.orelse)
        kind = types.join(a.type, b.type)
        if kind is None or isinstance(kind, (types.Array, types.Local)):
            self.fail(node, "the value is %r or %r" % (a.type, b.type), "give both one type")
        return tree.Select(node, kind, test, self.convert_any(a, kind), self.convert_any(b, kind))
