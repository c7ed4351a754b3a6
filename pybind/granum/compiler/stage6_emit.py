# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Stage 6: from the typed tree to C that uses the macros of the kernel language.

The generated file has one function, the entry: it takes the words of the arguments apart, checks
bounds, launches, and answers 0 or the number of an error. Lines are those of the Python file, by
#line.

This file has the names and lines of one function, and how helpers become functions of their own. A
method for each node of tree.py is in stage6_statements.py, stage6_operators.py, stage6_elements.py
and, for the functions that kernels may call, stage6_calls.py.
"""

from __future__ import annotations

from . import functions, tree, types
from .c_text import c_string, matches
from .stage6_signs import Signs
from .stage6_calls import Calls
from .stage6_elements import Elements
from .stage6_operators import Operators
from .stage6_shared import GUARDED, NONE, Site
from .stage6_statements import Statements
from .types import INT

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

# Calls that stop a loop from being vectorised anyhow: their errors are looked at as they happen.
_VECTOR_CALLS = {"sqrt", "fabs", "floor", "ceil", "trunc", "rint", "abs", "min", "max", "fma",
                 "isnan", "isinf", "isfinite", "minimum", "maximum", "sign", "copysign", "real",
                 "imag", "make_complex", "conjugate", "table", "keep", "fmax", "fmin"}


class Body(Statements, Operators, Elements, Calls):
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

    def text(self, at):
        place = self.source.place(at)
        return place.text[place.col:place.end]

    def helper(self, name, *args):
        self.shared.need(name)
        return "%s(%s)" % (name, ", ".join(args))

    def ignore(self):
        return self.shared.sink()

    def checks(self, name, args, sites):
        """A call of a helper that takes the errors and a bit for each site."""
        if not self.strict:
            return self.helper(name, *args, self.ignore(), *["0"] * len(sites))
        bits = [self.bit(error, message, at) for error, message, at in sites]
        return self.helper(name, *args, self.bad, *bits)

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
