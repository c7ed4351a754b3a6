# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Stage 6, statements: a method for each statement of tree.py, in the order of that file."""

from __future__ import annotations

from . import tree, types
from .c_text import c_string
from .types import INT

REDUCERS = {"sum": "GR_SUM", "prod": "GR_PROD", "min": "GR_MIN", "max": "GR_MAX",
             "land": "GR_LAND", "lor": "GR_LOR", "band": "GR_BAND", "bor": "GR_BOR",
             "minloc": "GR_MINLOC", "maxloc": "GR_MAXLOC"}


class Statements:
    """The part of Body that emits statements."""

    def block(self, statements):
        for statement in statements:
            getattr(self, "do_" + type(statement).__name__)(statement)

    def indented(self, statements):
        self.depth += 1
        self.block(statements)
        self.depth -= 1

    def do_Assign(self, s):
        value = self.top(s.value)
        if s.name in getattr(self.function, "accumulators", ()):
            value = self.seen(value, s.value.type, s.at)
        self.put("%s = %s;" % (self.name(s.name), value), s.at)

    def seen(self, text, kind, at):
        """A value on its way to where it stays: a NaN is an error if that is asked for."""
        if "nan" not in self.shared.options.debug or not isinstance(kind, types.Scalar) \
                or kind.kind != "f":
            return text
        return self.helper("gr_py_seen_nan", text, self.bad, self.bit(
            FloatingPointError, "a NaN is assigned to " + self.text(at), at))

    def do_Declare(self, s):
        name = self.name(s.name)
        self.put("__builtin_memset(%s, 0, sizeof %s);" % (name, name), s.at)

    def do_Store(self, s):
        place = self.element(s, s.array, s.index, s.at)
        value = s.value
        op = getattr(s, "augmented", None)
        if self.shared.options.debug:
            op = None
        if op is not None and isinstance(value, tree.Binary) and value.op in ("+", "-", "*") \
                and isinstance(value.a, tree.Load) and isinstance(value.type, types.Scalar) \
                and value.type.kind == "f" and value.type == value.a.type:
            self.put("%s %s= %s;" % (place, value.op, self.top(value.b)), s.at)
            return
        self.put("%s = %s;" % (place, self.seen(self.top(value), value.type, s.at)), s.at)

    def do_SetField(self, s):
        self.put("%s = %s;" % (self.expr(s.target),
                               self.seen(self.top(s.value), s.value.type, s.at)), s.at)

    def do_If(self, s):
        self.put("if (%s) {" % self.top(s.test), s.at)
        self.indented(s.body)
        orelse = s.orelse
        if orelse:
            self.put("} else {")
            self.indented(orelse)
        self.put("}")

    def breaks(self, body):
        """Whether a break of this very loop is among the statements."""
        for s in body:
            if isinstance(s, tree.Break):
                return True
            if isinstance(s, tree.If) and (self.breaks(s.body) or self.breaks(s.orelse)):
                return True
            if isinstance(s, (tree.For, tree.While)) and self.breaks(s.orelse):
                return True
        return False

    def loop(self, header, s, first=None):
        label = None
        if s.orelse and self.breaks(s.body):
            label = self.label("break")
        self.put(header, s.at)
        self.depth += 1
        if first:
            self.put(first)
        self.break_labels.append(label)
        self.in_loop += 1
        self.block(s.body)
        self.in_loop -= 1
        self.break_labels.pop()
        self.depth -= 1
        self.put("}")
        if s.orelse:
            self.block(s.orelse)
        if label:
            self.put("%s:;" % label)

    def do_While(self, s):
        self.vector = False
        self.loop("while (%s) {" % self.top(s.test), s)

    def do_For(self, s):
        name = self.name(s.name)
        own = s.own
        kind = self.function.locals.get(s.name, INT)
        lo, hi, step = s.lo, s.hi, s.step
        constant = isinstance(step, tree.Const)
        if constant and step.value in (1, -1) and (own or s.plain):
            var = name if own else self.fresh(s.name)
            if self.constant_for(hi):
                end, declare_end = self.expr(hi), ""
            else:
                end = self.fresh(s.name + "_end")
                declare_end = ", %s = %s" % (end, self.top(hi))
            sign, move = ("<", "++") if step.value == 1 else (">", "--")
            header = "for (int64_t %s = %s%s; %s %s %s; %s%s) {" % (
                var, self.top(lo), declare_end, var, sign, end, move, var)
            first = None if own else "%s = %s;" % (name, self.convert_text(var, INT, kind))
            self.loop(header, s, first)
            return
        count, var, step_name = self.fresh("left"), self.fresh(s.name), self.fresh("step")
        bad, bit = self.shared.sink(), "0"
        if not constant and self.strict:
            bad = self.bad
            bit = self.bit(ValueError, "range() arg 3 must not be zero", s.step.at)
        self.shared.need("gr_py_steps")
        self.loop("for (int64_t %s = %s, %s = %s, %s = gr_py_steps(%s, %s, %s, %s, %s); %s > 0; "
                  "--%s, %s = %s) {" % (var, self.top(lo), step_name, self.top(step), count, var,
                                        self.top(hi), step_name, bad, bit, count, count, var,
                                        self.wrapped("+", var, step_name, INT)), s, "%s%s = %s;" % (
            "const int64_t " if own else "", name, self.convert_text(var, INT, kind)))

    def do_TeamFor(self, s):
        team, macro = self.name(s.team), {"team_range": "GR_TEAM", "thread_range":
                                          "GR_TEAM_THREAD", "vector_range": "GR_THREAD_VECTOR"}
        bounds = "%s, %s, %s, %s" % (team, self.name(s.name), self.top(s.lo), self.top(s.hi))
        kept = []
        reducers = ""
        for name, (op, kind) in s.reductions.items():
            before = self.fresh(name + "_before")
            kept.append((op, name, before))
            self.put("const %s %s = %s;" % (kind.c, before, self.name(name)), s.at)
            reducers += ", %s(%s, %s)" % (REDUCERS[op], kind.c, self.name(name))
        self.shared.includes.add("team")
        self.put("%s_%s(%s%s) {" % (macro[s.kind], "REDUCE" if reducers else "FOR", bounds,
                                    reducers), s.at)
        self.nested(s)
        for op, name, before in kept:
            mine = self.name(name)
            operator = {"sum": "+", "prod": "*"}.get(op)
            if operator is None:
                sign = "<" if op == "min" else ">"
                text = "{1} %s {0} ? {1} : {0}" % sign
                self.put("%s = %s;" % (mine, text.format(before, mine)))
            else:
                self.put("%s = %s;" % (mine, self.wrapped(operator, before, mine, kind)))

    def nested(self, s):
        """The block of a nested range or a single: its own variables, its own errors."""
        fails, self.fails = self.fails, False
        outer, self.lines = self.lines, []
        self.depth += 1
        for name in s.private:
            kind = self.function.locals[name]
            if isinstance(kind, (types.Scalar, types.Tuple, types.Struct)):
                self.lines.append("    " * self.depth + "%s %s;" % (
                    self.shared.c_type(kind), self.name(name)))
            elif isinstance(kind, types.Local):
                size = 1
                for extent in kind.shape:
                    size *= extent
                self.lines.append("    " * self.depth + "%s %s[%d];" % (
                    self.shared.c_type(kind.dtype), self.name(name), size))
        at = len(self.lines)
        self.last_line = -1
        self.block(s.body)
        if self.fails:
            self.lines.insert(at, "    " * self.depth + "uint64_t gr_bad = 0;")
            self.shared.need("gr_py_record")
            self.uses_fault = True
            self.put("if (__builtin_expect(gr_bad != 0, 0)) {")
            self.put("    gr_py_record(gr_fault, gr_bad, 0, 0);")
            self.put("}")
        self.depth -= 1
        self.lines = outer + self.lines
        self.fails = fails
        self.put("};")

    def do_TeamSingle(self, s):
        self.shared.includes.add("team")
        self.put("GR_TEAM_SINGLE(%s) {" % self.name(s.team), s.at)
        self.nested(s)

    def do_Scratch(self, s):
        self.shared.includes.add("team")
        kind, name = s.type, self.name(s.name)
        view = self.fresh(s.name + "_view")
        self.put("gr_view%d_%r %s;" % (kind.ndim, kind.dtype, view), s.at)
        self.put("GR_SCRATCH_VIEW(&%s, %s, 0, %s);" % (view, self.name(s.team), ", ".join(
            self.top(e) for e in s.extents)))
        self.put("%s *const %s = %s.data;" % (self.shared.c_type(kind.dtype), name, view))
        for d in range(kind.ndim):
            extent = self.extra("%s_n%d" % (name, d))
            stride = self.extra("%s_s%d" % (name, d))
            self.put("const int64_t %s = %s.extent[%d], %s = %s.stride[%d];" % (
                extent, view, d, stride, view, d))
            self.put("(void)%s, (void)%s;" % (extent, stride))

    def do_Break(self, s):
        label = self.break_labels[-1]
        self.vector = False
        self.put("goto %s;" % label if label else "break;", s.at)

    def do_Continue(self, s):
        self.put("continue;", s.at)

    def do_Return(self, s):
        if not self.is_kernel:
            self.put("return;" if s.value is None else "return %s;" % self.top(s.value), s.at)
            return
        if s.value is not None:
            self.put(self.add_to_result(s.value), s.at)
        if s is self.last:
            return
        self.ends = True
        self.put("goto %s;" % self.end_label, s.at)

    def add_to_result(self, value):
        """C of what a kernel returns, to the sum of the launch."""
        kind = self.result_kind
        if kind.kind == "c":
            return "%s = %s;" % (self.result_name,
                                 self.helper(kind.c + "_py_add", self.result_name, self.expr(value)))
        if self.unsigned(kind) is None:
            return "%s += %s;" % (self.result_name, self.top(value))
        return "%s = %s;" % (self.result_name, self.wrapped("+", self.result_name, self.expr(value), kind))

    def leave(self, at):
        if self.is_kernel:
            self.ends = True
            self.put("goto %s;" % self.end_label, at)
        else:
            kind = self.function.result
            self.put("return;" if kind is types.NONE else "return %s;" % self.zero(kind), at)

    def zero(self, kind):
        if isinstance(kind, types.Scalar) and kind.kind != "c":
            return "0"
        return "(%s){0}" % self.shared.c_type(kind)

    def do_Evaluate(self, s):
        self.put("%s;" % self.top(s.value), s.at)

    def do_Raise(self, s):
        bit = self.bit(s.error, s.message, s.at)
        self.put("*(%s) |= %s;" % (self.bad, bit), s.at)
        self.leave(s.at)

    def do_Assert(self, s):
        if not self.strict:
            return
        bit = self.bit(AssertionError, s.message or "", s.at)
        self.put("if (!(%s)) {" % self.top(s.test), s.at)
        self.depth += 1
        self.put("*(%s) |= %s;" % (self.bad, bit))
        self.leave(s.at)
        self.depth -= 1
        self.put("}")

    def do_Print(self, s):
        self.vector = False
        form, args = "", []
        for part in s.parts:
            if isinstance(part, str):
                form += part.replace("%", "%%")
                continue
            x, spec = part
            text = self.expr(x)
            kind = x.type.kind
            if kind == "b":
                form += "%s"
                args.append("%s ? \"True\" : \"False\"" % text)
            elif kind == "u":
                form += "%" + (spec[:-1] + "ll" + (spec[-1] if spec[-1] != "d" else "u")
                               if spec else "llu")
                args.append("(unsigned long long)%s" % text)
            elif kind == "i":
                form += "%" + (spec[:-1] + "ll" + spec[-1] if spec else "lld")
                args.append("(long long)%s" % text)
            elif kind == "f" and spec:
                form += "%" + spec
                args.append("(double)%s" % text)
            else:
                self.shared.need("gr_py_repr")
                if kind == "c":
                    name = self.fresh("z")
                    self.put("const %s %s = %s;" % (x.type.c, name, text), s.at)
                    # a real part that is 0.0 is not shown
                    form += "%s%s%s%sj%s"
                    plain = "%s.re == 0 && !__builtin_signbit(%s.re)" % (name, name)
                    args += ['%s ? "" : "("' % plain,
                             '%s ? "" : gr_py_repr(%s.re, %s, false)' % (
                                 plain, name, self.buffer(s.at)),
                             '(%s) || __builtin_signbit(%s.im) ? "" : "+"' % (plain, name),
                             "gr_py_repr(%s.im, %s, false)" % (name, self.buffer(s.at)),
                             '%s ? "" : ")"' % plain]
                else:
                    form += "%s"
                    args.append("gr_py_repr(%s, %s, true)" % (text, self.buffer(s.at)))
        self.put("gr_printf(%s);" % ", ".join([c_string(form)] + args), s.at)

    def buffer(self, at):
        """An array for the digits of a number."""
        name = self.fresh("text")
        self.put("char %s[40];" % name, at)
        return name

    def call_team_field(self, x, args):
        text = "%s.%s" % (self.name(x.team), x.field)
        return text if x.field.startswith("league") else "(int64_t)%s" % text

    def call_team_barrier(self, x, args):
        return "GR_TEAM_BARRIER(%s)" % self.name(x.team)

    def constant_for(self, x):
        """Whether an expression has one value for the whole launch and is cheap."""
        if isinstance(x, (tree.Const, tree.Extent)):
            return True
        return isinstance(x, tree.Var) and x.name in self.params \
            and x.name not in self.function.locals and x.name not in self.indices
