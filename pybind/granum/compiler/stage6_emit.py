# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Stage 6: from the typed tree to C that uses the macros of the kernel language.

The file has one function, the entry: it takes the words of the arguments apart, checks bounds,
launches, and answers 0 or the number of an error. Lines are those of the Python file, by #line.

The file is long because it is one table: a method for each node of tree.py, in the order of that
file. The functions that kernels may call are in stage6_calls.py.
"""

from __future__ import annotations

from . import functions, tree, types
from .c_text import c_string, constant, matches, strip
from .stage6_calls import Calls
from .signs import Signs
from .types import BOOL, F32, INT, U64

_KEYWORDS = set("""auto break case char const continue default do double else enum extern float for
goto if inline int long register restrict return short signed sizeof static struct switch typedef
union unsigned void volatile while asm typeof linux unix bool true false NULL main w fault alignas
alignof constexpr nullptr thread_local static_assert typeof_unqual stdin stdout stderr EOF
int8_t int16_t int32_t int64_t uint8_t uint16_t uint32_t uint64_t size_t ptrdiff_t i386
snprintf strtod printf
and and_eq bitand bitor catch class compl const_cast decltype delete dynamic_cast explicit export
friend mutable namespace new noexcept not not_eq operator or or_eq private protected public
reinterpret_cast static_cast template this throw try typeid typename using virtual wchar_t xor
xor_eq""".split()) | set(functions.C_FUNCTIONS) \
    | {f + "f" for f in functions.C_FUNCTIONS}

_REDUCERS = {"sum": "GR_SUM", "prod": "GR_PROD", "min": "GR_MIN", "max": "GR_MAX",
             "land": "GR_LAND", "lor": "GR_LOR", "band": "GR_BAND", "bor": "GR_BOR",
             "minloc": "GR_MINLOC", "maxloc": "GR_MAXLOC"}
# Calls that stop a loop from being vectorised anyhow: their errors are looked at as they happen.
_VECTOR_CALLS = {"sqrt", "fabs", "floor", "ceil", "trunc", "rint", "abs", "min", "max", "fma",
                 "isnan", "isinf", "isfinite", "minimum", "maximum", "sign", "copysign", "real",
                 "imag", "make_complex", "conjugate", "table", "keep", "fmax", "fmin"}


# Which accesses a body looks at: none, those that the launch could not prove, gathers too.
NONE, GUARDED, ALL = 0, 1, 2


class Site:
    """An error that code may meet: what is raised, and where."""

    def __init__(self, error, message, place, kind="error", **more):
        self.error = error
        self.message = message
        self.place = place
        self.kind = kind
        self.__dict__.update(more)

    def key(self):
        return (self.error.__name__, self.message, self.place.filename, self.place.line,
                self.place.col)


class Shared:
    """What the functions of one file have in common."""

    def __init__(self, options):
        self.options = options
        self.helpers = []          # names of c_runtime
        self.typedefs = []
        self.type_names = {}
        self.begin()
        self.tables = {}
        self.includes = set()
        self.names = set()

    def spare(self, c):
        """A pointer to a zero of a type that nobody else looks at."""
        return ("&(%s){0}" if self.options.space == "host" else "gr_py_spare<%s>()") % c

    def need(self, name):
        if name not in self.helpers:
            self.helpers.append(name)

    def site(self, site):
        """The bit of an error; more than 63 share the last."""
        key = site.key()
        if key not in self.site_bits:
            self.sites.append(site)
            self.site_bits[key] = min(len(self.sites) - 1, 62)
        return self.site_bits[key]

    def site_code(self, site):
        """The number of an error that is recorded by itself."""
        self.coded.append(site)
        return 100 + len(self.coded) - 1

    def begin(self):
        """A kernel of the file begins: its errors are its own."""
        self.sites, self.site_bits, self.coded = [], {}, []
        self.functions = {}        # (tree.Function, checked) -> C name
        self.facts = {}            # the same -> (fails, uses_fault, vector)
        self.texts = []            # of helper functions
        self.checked = NONE

    def tuple_name(self, kind):
        if kind not in self.type_names:
            name = "gr_py_tuple%d" % (len(self.type_names) + 1)
            fields = " ".join("%s v%d;" % (self.c_type(t), k) for k, t in enumerate(kind.items))
            self.typedefs.append("typedef struct %s {\n    %s\n} %s;\n" % (name, fields, name))
            self.type_names[kind] = name
        return self.type_names[kind]

    def struct_name(self, kind):
        if kind.name in ("gr_loc_f64", "gr_loc_i64", "gr_loc_f32", "gr_loc_u64"):
            self.includes.add("reduce")
            return kind.name
        if kind not in self.type_names:
            for _, inner in kind.fields:
                self.c_type(inner)           # structs inside come first
            name = "gr_struct_" + (kind.name if kind.name.isascii() else "of")
            if name in self.type_names.values():
                name += str(len(self.type_names))
            self.typedefs.append(self.struct_text(kind, name))
            self.type_names[kind] = name
        return self.type_names[kind]

    def struct_text(self, kind, name):
        """The typedef; of an element of a structured array, with the offsets that NumPy chose."""
        members = []
        for field, t in kind.fields:
            count = "".join("[%d]" % n for n in t.shape) if isinstance(t, types.Local) else ""
            members.append("%s %s%s;" % (self.c_type(t), field_name(kind, field), count))
        if kind.offsets is None:
            return "typedef struct %s {\n    %s\n} %s;\n" % (name, " ".join(members), name)
        lines, end = [], 0
        for k, offset in sorted(enumerate(kind.offsets), key=lambda pair: pair[1]):
            if offset > end:
                lines.append("char gr_gap%d[%d];" % (len(lines), offset - end))
            lines.append(members[k])
            end = offset + types.bytes_of(kind.fields[k][1])
        if kind.size > end:
            lines.append("char gr_gap%d[%d];" % (len(lines), kind.size - end))
        return ("typedef struct __attribute__((packed)) %s {\n    %s\n} %s;\n"
                "%s(sizeof(%s) == %d, \"as in NumPy\");\n"
                % (name, " ".join(lines), name,
                   "_Static_assert" if self.options.space == "host" else "static_assert", name,
                   kind.size))

    def array_name(self, kind):
        key = ("array", kind.dtype, kind.ndim)
        if key not in self.type_names:
            name = "gr_py_array%d" % (len(self.type_names) + 1)
            self.typedefs.append("typedef struct %s {\n    %s *data;\n    int64_t n[%d], s[%d];\n"
                                 "} %s;\n" % (name, self.c_type(kind.dtype), kind.ndim,
                                              kind.ndim, name))
            self.type_names[key] = name
        return self.type_names[key]

    def c_type(self, kind):
        if isinstance(kind, types.Scalar):
            return kind.c
        if isinstance(kind, types.Tuple):
            return self.tuple_name(kind)
        if isinstance(kind, types.Struct):
            return self.struct_name(kind)
        if isinstance(kind, types.Array):
            return self.array_name(kind)
        if isinstance(kind, types.Local):
            return self.c_type(kind.dtype)
        return "void"


def field_name(kind, name):
    """What C calls a field, whatever NumPy lets it be called."""
    if kind.name.startswith("gr_loc_"):
        return name
    if name.isascii() and name.isidentifier() and not name.startswith("gr_"):
        return name + "_"
    return "gr_field%d" % [n for n, _ in kind.fields].index(name)


class Body(Calls):
    """Emits the statements of one function."""

    def __init__(self, function, shared, is_kernel, indices=(), like=None):
        self.function = function
        self.shared = shared
        self.source = function.source
        self.is_kernel = is_kernel
        self.indices = indices
        self.checked = shared.checked
        self.lines = []
        self.depth = 1
        self.names = like.names if like else {}
        self.taken = like.taken if like else set(_KEYWORDS)
        self.numbers = like.numbers if like else {}
        self.scalars = like.scalars if like else set()     # arguments that checks read
        self.guarded_checks = False
        self.labels = 0
        self.last_line = None
        self.fails = False           # something sets a bit
        self.vector = True
        self.end_label = "gr_end"
        self.ends = False            # something jumps to the end of the iteration
        self.break_labels = []
        self.extents = like.extents if like else set()     # (array, dim) that the code reads
        self.strides = like.strides if like else set()
        self.in_loop = 0
        self.signs = Signs(function, indices)
        self.signs.names = self.name
        self.under_condition = 0     # around the expression at hand
        self.launch_faults = []      # (C, bit): errors that the launch finds before it runs
        self.preconditions = []      # C: where one does not hold, the other body runs
        self.may_assume = is_kernel and shared.checked == NONE
        self.params = dict(function.params)
        self.copied = frozenset()    # arrays that stand for a copy of this thread's own

    # -- text ------------------------------------------------------------------------------------

    def put(self, text, at=None):
        if at is not None:
            line = self.source.line(at)
            if line != self.last_line:
                self.lines.append("#line %d %s" % (line, c_string(self.source.filename)))
                self.last_line = line
        self.lines.append("    " * self.depth + text)
        if self.last_line is not None:
            self.last_line = -1

    def name(self, python):
        if python not in self.names:
            name = python if python.isascii() else "u_" + python.encode("unicode_escape").decode() \
                .replace("\\", "")
            if name.startswith(("gr_", "GR_", "__")) and not name.startswith("gr_t"):
                name = "u_" + name
            while name in self.taken or name in self.shared.names:
                name += "_"
            self.taken.add(name)
            self.names[python] = name
        return self.names[python]

    def extra(self, base):
        """A name of our own, near a user's."""
        key = ("extra", base)
        if key not in self.names:
            name = base
            while name in self.taken or name in self.shared.names:
                name += "_"
            self.taken.add(name)
            self.names[key] = name
        return self.names[key]

    def label(self, base):
        self.labels += 1
        return "gr_%s%d%s" % (base, self.labels, "_checked" if self.checked == GUARDED
                              else "_copy" if self.copied else "")

    @property
    def bad(self):
        self.fails = True
        return "&gr_bad" if self.is_kernel else "gr_bad"

    quiet = False                # within an operation of NumPy's, which raises nothing

    @property
    def strict(self):
        return self.shared.options.errors and not self.quiet

    def bit(self, error, message, at):
        site = Site(error, message, self.source.place(at))
        return "1ull << %d" % self.shared.site(site)

    # -- statements ------------------------------------------------------------------------------

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
        bad, bit = self.shared.spare("uint64_t"), "0"
        if not constant and self.strict:
            bad = self.bad
            bit = self.bit(ValueError, "range() arg 3 must not be zero", s.step.at)
        self.shared.need("gr_py_steps")
        self.loop("for (int64_t %s = %s, %s = %s, %s = gr_py_steps(%s, %s, %s, %s, %s); %s > 0; "
                  "--%s, %s += %s) {" % (var, self.top(lo), step_name, self.top(step), count, var,
                                         self.top(hi), step_name, bad, bit, count, count, var,
                                         step_name), s, "%s%s = %s;" % (
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
            reducers += ", %s(%s, %s)" % (_REDUCERS[op], kind.c, self.name(name))
        self.shared.includes.add("team")
        self.put("%s_%s(%s%s) {" % (macro[s.kind], "REDUCE" if reducers else "FOR", bounds,
                                    reducers), s.at)
        self.nested(s)
        for op, name, before in kept:
            mine = self.name(name)
            text = {"sum": "%s + %s", "prod": "%s * %s"}.get(op)
            if text is None:
                sign = "<" if op == "min" else ">"
                text = "{1} %s {0} ? {1} : {0}" % sign
                self.put("%s = %s;" % (mine, text.format(before, mine)))
            else:
                self.put("%s = %s;" % (mine, text % (before, mine)))

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

    def fresh(self, base):
        base = base if base.isascii() and not base.startswith("gr_") else "k"
        number = self.numbers.get(base, 0)
        name = "%s_%d" % (base, number) if number else base
        while name in self.taken or name in self.shared.names:
            number += 1
            name = "%s_%d" % (base, number)
        self.numbers[base] = number
        self.taken.add(name)
        return name

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
            self.put("%s += %s;" % (self.result_name, self.top(s.value)), s.at)
        if s is self.last:
            return
        self.ends = True
        self.put("goto %s;" % self.end_label, s.at)

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

    # -- expressions -----------------------------------------------------------------------------

    def top(self, x):
        """An expression without parentheses around the whole."""
        text = self.expr(x)
        if text.startswith("(") and text.endswith(")") and matches(text) \
                and not text.startswith("({"):
            return text[1:-1]
        return text

    def expr(self, x):
        return getattr(self, "ex_" + type(x).__name__)(x)

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
        return self.narrow("(%s%s)" % (x.op, inner), x.type)

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
        if op in ("+", "-", "*", "&", "|", "^"):
            return self.narrow("(%s %s %s)" % (a, op, b), kind)
        before, self.quiet = self.quiet, getattr(x, "quiet", False)
        text = self.float_binary(x, a, b) if kind.kind == "f" else self.int_binary(x, a, b)
        self.quiet = before
        return text

    def helper(self, name, *args):
        self.shared.need(name)
        return "%s(%s)" % (name, ", ".join(args))

    def ignore(self):
        return self.shared.spare("uint64_t")

    def checks(self, name, args, sites):
        """A call of a helper that takes the errors and a bit for each site."""
        if not self.strict:
            return self.helper(name, *args, self.ignore(), *["0"] * len(sites))
        bits = [self.bit(error, message, at) for error, message, at in sites]
        return self.helper(name, *args, self.bad, *bits)

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

    def text(self, at):
        place = self.source.place(at)
        return place.text[place.col:place.end]

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

    def ex_Load(self, x):
        return self.element(x, x.array, x.index, x.at)

    def ex_Extent(self, x):
        return self.extent(x.array.name, x.dim)

    def extent(self, array, dim):
        if not self.is_kernel:
            return "%s.n[%d]" % (self.name(array), dim)
        self.extents.add((array, dim))
        return self.extra("%s_n%d" % (self.name(array), dim))

    def stride(self, array, dim, kind):
        if kind.layout == "C" and dim == kind.ndim - 1 or kind.layout == "F" and dim == 0:
            return None
        if not self.is_kernel:
            return "%s.s[%d]" % (self.name(array), dim)
        self.strides.add((array, dim))
        return self.extra("%s_s%d" % (self.name(array), dim))

    def data(self, array):
        return self.name(array) if self.is_kernel else self.name(array) + ".data"

    def offset(self, array, index):
        """Where an element stands [elements from the first]."""
        kind = array.type
        if isinstance(kind, types.Local):
            text = None
            for d, i in enumerate(index):
                part = self.expr(i)
                text = part if text is None else "(%s * %d + %s)" % (text, kind.shape[d], part)
            return strip(text)
        parts = []
        for d, i in enumerate(index):
            if isinstance(i, tree.Const) and i.value == 0:
                continue
            stride = self.stride(array.name, d, kind)
            parts.append(self.expr(i) if stride is None
                         else "%s * %s" % (self.expr(i), stride))
        if len(parts) == 1:
            return strip(parts[0])
        return " + ".join(parts) if parts else "0"

    def element(self, node, array, index, at):
        kind = array.type
        if isinstance(kind, types.Local):
            self.check_local(array, index, at)
        what = getattr(node, "bounds", "gather")
        if (self.checked and getattr(node, "guarded", False)) \
                or (self.checked == ALL and what == "gather"):
            return self.checked_element(array, index, at)
        if isinstance(kind, types.Local):
            return "%s[%s]" % (self.name(array.name), self.offset(array, index))
        return "%s[%s]" % (self.data(array.name), self.offset(array, index))

    def check_local(self, array, index, at):
        for d, i in enumerate(index):
            if isinstance(i, tree.Const) and not 0 <= i.value < array.type.shape[d]:
                from .errors import KernelTypeError
                raise KernelTypeError(
                    "index %d of %s = %d, expected 0..%d" % (d, array.name, i.value,
                                                             array.type.shape[d] - 1),
                    self.source.place(at))

    def checked_element(self, array, index, at):
        """An element whose indices are looked at; a spare one where they are wrong."""
        kind = array.type
        self.vector = False
        tests, lines, names = [], [], []
        for d, i in enumerate(index):
            name = self.fresh("i%d" % d)
            names.append(name)
            lines.append("const int64_t %s = %s;" % (name, self.top(i)))
            site = Site(None, "", self.source.place(at), kind="bounds",
                        array=array.name, dim=d, expression=self.text(getattr(i, "at", at)))
            code = self.shared.site_code(site)
            self.shared.need("gr_py_inside")
            tests.append("gr_py_inside(gr_fault, %d, %s, %s)" % (
                code, name, kind.shape[d] if isinstance(kind, types.Local)
                else self.extent(array.name, d)))
        shown = [tree.Var(at, INT, n) for n in names]
        for n in names:
            self.names[n] = n
        data = self.name(array.name) if isinstance(kind, types.Local) else self.data(array.name)
        element = "%s[%s]" % (data, self.offset(array, shown))
        spare = self.shared.spare(self.shared.c_type(kind.dtype))
        self.uses_fault = True
        return "(*({ %s %s ? &%s : (%s *)%s; }))" % (
            " ".join(lines), " && ".join(tests), element, self.shared.c_type(kind.dtype), spare)

    def ex_ArrayRef(self, x):
        """A whole array as an argument of a helper."""
        kind = x.type
        if isinstance(kind, types.Local):
            return self.name(x.name)
        if not self.is_kernel:
            return self.name(x.name)
        n = [self.extent(x.name, d) for d in range(kind.ndim)]
        s = [self.stride(x.name, d, kind) or "1" for d in range(kind.ndim)]
        c = self.shared.c_type(kind)
        return "(%s){(%s *)%s, {%s}, {%s}}" % (c, self.shared.c_type(kind.dtype),
                                               self.data(x.name), ", ".join(n), ", ".join(s))

    def ex_Slice(self, x):
        base, kind = x.array, x.type
        start, n, s = [], [], []
        for d, part in enumerate(x.index):
            first = part[0] if isinstance(part, tuple) else part
            start.append(first)
            if isinstance(part, tuple):
                lo, hi = part
                end = self.extent(base.name, d) if hi is None else self.expr(hi)
                step = tree.step_of(part)
                if step != 1:
                    n.append(self.helper("gr_py_stepped_length", self.top(lo), strip(end),
                                         str(step)))
                    stride = self.stride(base.name, d, base.type)
                    s.append(str(step) if stride is None else "%s * %d" % (stride, step))
                    continue
                if isinstance(lo, tree.Const) and lo.value == 0:
                    n.append(strip(end))
                else:
                    n.append("gr_py_length(%s, %s)" % (self.top(lo), strip(end)))
                    self.shared.need("gr_py_length")
                s.append(self.stride(base.name, d, base.type) or "1")
        c = self.shared.c_type(kind)
        return "(%s){(%s *)%s + (%s), {%s}, {%s}}" % (
            c, self.shared.c_type(kind.dtype), self.data(base.name),
            self.offset(base, start), ", ".join(n), ", ".join(s))

    def ex_TupleOf(self, x):
        return "(%s){%s}" % (self.shared.c_type(x.type), ", ".join(self.top(i) for i in x.items))

    def ex_Item(self, x):
        return "%s.v%d" % (self.expr(x.x), x.k)

    def ex_Field(self, x):
        return "%s.%s" % (self.expr(x.x), field_name(x.x.type, x.name))

    def ex_Part(self, x):
        """An element of a field that is an array, checked where its index is not known."""
        shape, c = x.x.type.shape, self.shared.c_type(x.type)
        base = self.expr(x.x)
        what = getattr(x, "bounds", "gather")
        if not (self.checked and getattr(x, "guarded", False)) \
                and not (self.checked == ALL and what == "gather"):
            return base + "".join("[%s]" % self.top(i) for i in x.index)
        self.vector = False
        self.uses_fault = True
        self.shared.need("gr_py_inside")
        lines, tests, names = [], [], []
        for d, i in enumerate(x.index):
            names.append(self.fresh("i%d" % d))
            lines.append("const int64_t %s = %s;" % (names[-1], self.top(i)))
            code = self.shared.site_code(Site(
                None, "", self.source.place(x.at), kind="bounds", array=x.x.name, dim=d,
                expression=self.text(getattr(i, "at", x.at))))
            tests.append("gr_py_inside(gr_fault, %d, %s, %d)" % (code, names[-1], shape[d]))
        item = base + "".join("[%s]" % n for n in names)
        # the address of a packed struct's field: by way of the array, whose items lie anywhere
        spare = self.shared.spare(c)
        return "(((struct __attribute__((packed)) { %s one; } *)({ %s %s ? (void *)&%s : (void *)%s; }))->one)" % (
            c, " ".join(lines), " && ".join(tests), item, spare)

    def ex_Make(self, x):
        if x.type.name.startswith("gr_loc_"):
            return "(%s){%s}" % (self.shared.c_type(x.type),
                                 ", ".join(self.top(i) for i in x.items))
        return "(%s){%s}" % (self.shared.c_type(x.type), ", ".join(
            ".%s = %s" % (field_name(x.type, n), self.top(i))
            for (n, _), i in zip(x.type.fields, x.items)))

    def ex_Invoke(self, x):
        name = emit_helper(x.function, self.shared)
        args = [self.top(a) for a in x.args if a.type is not types.NONE]
        if x.function.fails:
            args.append(self.bad)
        if x.function.uses_fault:
            self.uses_fault = True
            args.append("gr_fault")
        if not x.function.vector:
            self.vector = False
        return "%s(%s)" % (name, ", ".join(args))

    uses_fault = False

    def ex_Atomic(self, x):
        self.vector = False
        self.shared.includes.add("atomic")
        place = "&%s" % self.element(x, x.array, x.index, x.at)
        if x.field is not None:
            # the field of a packed struct, which lies at a multiple of its size
            place = "(%s *)(void *)((char *)%s + %d)" % (
                self.shared.c_type(x.type), place, x.array.type.dtype.offsets[
                    [n for n, _ in x.array.type.dtype.fields].index(x.field)])
        values = [self.top(v) for v in x.value]
        if x.array.name in self.copied:
            return "%s %s= %s" % (place[1:], "+" if x.op == "ADD" else "-", values[0])
        if x.op == "EXCHANGE":
            return "GR_ATOMIC_EXCHANGE(%s, %s)" % (place, values[0])
        if x.op == "COMPARE_EXCHANGE":
            name = self.fresh("old")
            return "({ %s %s = %s; GR_ATOMIC_COMPARE_EXCHANGE(%s, &%s, %s); %s; })" % (
                self.shared.c_type(x.type), name, values[0], place, name, values[1], name)
        form = "GR_ATOMIC_%s" if x.result == "NONE" else "GR_ATOMIC_FETCH_%s"
        return "%s(%s, %s)" % (form % x.op, place, values[0])

    def ex_Call(self, x):
        name = x.name
        if name not in _VECTOR_CALLS:
            self.vector = False
        method = getattr(self, "call_" + name, None)
        args = [self.top(a) for a in x.args]
        if method is not None:
            return method(x, args)
        return self.libm(x, args)

def declarations(body, function, skip):
    """Lines that declare the locals of a function."""
    by_type = {}
    for name, kind in function.locals.items():
        if name in skip or name in body.own_loops or name in function.inner:
            continue
        if isinstance(kind, types.Local):
            size = 1
            for extent in kind.shape:
                size *= extent
            by_type.setdefault(body.shared.c_type(kind.dtype), []).append(
                "%s[%d]" % (body.name(name), size))
        elif isinstance(kind, (types.Array, types.NoneType)):
            continue
        else:
            by_type.setdefault(body.shared.c_type(kind), []).append(body.name(name))
    return ["%s %s;" % (c, ", ".join(names)) for c, names in by_type.items()]


def mark_loops(function, indices):
    """Which for loops may have their variable as the C loop's own."""
    loops, uses = {}, {}

    def visit(statements, inside):
        for s in statements:
            if isinstance(s, tree.For):
                loops.setdefault(s.name, []).append(s)
                count(s, inside)
                s.plain = True
                visit(s.body, inside + [s])
                visit(s.orelse, inside)
                continue
            count(s, inside)
            if isinstance(s, (tree.If, tree.While)):
                visit(s.body, inside)
                visit(s.orelse, inside)
            elif isinstance(s, (tree.TeamFor, tree.TeamSingle)):
                visit(s.body, inside)

    def count(s, inside):
        nested = set()
        for name in ("body", "orelse"):
            for child in getattr(s, name, None) or []:
                nested.add(id(child))
        stack = [c for c in tree.children(s) if id(c) not in nested]
        names = []
        if isinstance(s, tree.Assign):
            names.append((s.name, True))
        while stack:
            node = stack.pop()
            if isinstance(node, tree.Var):
                names.append((node.name, False))
            if isinstance(node, tree.Call) and node.name == "keep":
                names.append((node.variable, True))
            stack.extend(tree.children(node))
        for part in getattr(s, "parts", None) or []:
            if isinstance(part, tuple):
                for node in tree.walk(part[0]):
                    if isinstance(node, tree.Var):
                        names.append((node.name, False))
        for name, stored in names:
            uses.setdefault(name, []).append((inside, stored))

    visit(function.body, [])
    own = set()
    for name, found in loops.items():
        fine = name not in dict(function.params) and function.locals.get(name) is INT
        for inside, stored in uses.get(name, ()):
            if stored or not any(loop in inside for loop in found):
                fine = False
        for loop in found:
            loop.own = fine
        if fine:
            own.add(name)
    return own


def emit_helper(function, shared):
    """Emit a helper once; its C name."""
    key = function, shared.checked
    if key in shared.functions:
        function.fails, function.uses_fault, function.vector = shared.facts[key]
        return shared.functions[key]
    name = "gr_f_" + "".join(c if c.isascii() and (c.isalnum() or c == "_") else "_"
                             for c in function.name)
    while name in shared.names:
        name += "_"
    shared.names.add(name)
    shared.functions[key] = name
    body = Body(function, shared, is_kernel=False)
    body.own_loops = mark_loops(function, ())
    body.last = None
    params = []
    copies = set()
    for param, kind in function.params:
        if kind is types.NONE:
            continue
        copies.add(param)
        c = shared.c_type(kind)
        joined = function.locals.get(param, kind)
        if isinstance(kind, types.Local):
            params.append("%s *%s" % (c, body.name(param)))
        elif joined == kind or not isinstance(kind, types.Scalar):
            params.append("%s %s" % (c, body.name(param)))
        else:
            params.append("%s %s" % (c, body.extra(param + "_in")))
            copies.discard(param)
            body.lines.append("    %s = %s;" % (body.name(param), body.convert_text(
                body.extra(param + "_in"), kind, joined)))
    first = list(body.lines)
    body.lines = []
    body.block(function.body)
    function.fails = body.fails
    function.uses_fault = body.uses_fault
    function.vector = body.vector
    shared.facts[key] = body.fails, body.uses_fault, body.vector
    if body.fails:
        params.append("uint64_t *gr_bad")
    if body.uses_fault:
        params.append("gr_py_fault *gr_fault")
    result = shared.c_type(function.result)
    text = ["static inline __attribute__((always_inline, unused)) %s %s(%s) {"
            % (result, name, ", ".join(params) or "void")]
    text += ["    " + line for line in declarations(body, function, copies)]
    text += first + body.lines + ["}", ""]
    shared.texts.append("\n".join(text))
    return name
