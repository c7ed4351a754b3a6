# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Stage 7: the C file around the bodies, and its entries.

An entry has the signature int32_t entry(const int64_t *words, gr_py_fault *fault). The words are
the bounds of the range, lo and hi of each dimension; then each argument: a number is one word (the
bits of an int64_t or a double, two of a complex number), an array its data pointer, its extents
and its strides [elements]; then a pointer for each result. It answers 0, or the code of an error
in the table of the kernel; errors of the launch itself wait for gr_fence(). The patterns share what
unpacks words and looks for errors, and so this file.
"""

from __future__ import annotations

from . import c_each, c_runtime, tree, types
from .c_text import c_string, constant
from .stage6_emit import Body, declarations, mark_loops
from .stage6_shared import ALL, GUARDED, NONE, Shared, field_name
from .stage6_statements import REDUCERS
from .types import BOOL, F32, FLOAT, INT

FAULT = """typedef struct gr_py_fault {
    int32_t code, line;
    int64_t value[6];
    gr_instance instance; /* in: where the launch runs */
} gr_py_fault;
"""


# Types whose sums are the same in any order.
_COUNTED = frozenset([types.I32, types.I64, types.INT])


FUSE = """#ifdef __clang__
#pragma clang fp contract(fast)
#else
#pragma GCC optimize("fp-contract=fast")
#endif
"""


class Unit:
    """A C file of one or more kernels."""

    def __init__(self, options):
        self.shared = Shared(options)
        self.options = options
        self.entries = []
        self.emitted = []

    def add(self, kernel, entry, checks=()):
        """Emit a kernel; what its errors are. `checks` come from stage 5."""
        self.shared.begin()
        kind = Entry
        if self.options.on_device:
            from .stage7_device import DeviceEntry as kind
        emitted = kind(kernel, entry, self.shared, self.options, checks).emit()
        self.entries.append(emitted.text)
        self.emitted.append(emitted)
        return emitted

    def text(self):
        order = ["parallel", "reduce", "reduce_array", "scan", "complex", "team", "atomic"]
        includes = sorted(self.shared.includes | {"parallel"}, key=order.index)
        if "scan" in includes:
            includes = [i for i in includes if i not in ("parallel", "reduce")]
        if "reduce" in includes:
            includes.remove("parallel")
        head = "".join("#include <granum/%s.h>\n" % name for name in includes)
        helpers = c_runtime.collect(self.shared.helpers)
        if self.options.fast:
            head = FUSE + head
        parts = [head, FAULT, helpers] + self.shared.typedefs
        if self.options.on_device:
            from . import stage7_device
            parts.insert(1, stage7_device.HOST_HEAD)
            parts.append(stage7_device.module_text(self))
        parts += self.entries
        parts.append('extern __attribute__((visibility("default"))) const char entry_abi[];\n'
                     'const char entry_abi[] = "granum-py-1";\n')
        return "\n".join(p for p in parts if p)


    def device_text(self):
        """The file of the kernels, where a run-time compiler makes them."""
        from . import stage7_device
        return stage7_device.device_text(self)

    def sources(self):
        """What the toolchain takes: C, and of a device the file of the kernels with it."""
        from ..toolchain import Sources
        if not self.options.on_device:
            return self.text()
        return Sources(self.text(), self.device_text(), self.options.fast)


class Entry:
    def __init__(self, kernel, entry, shared, options, checks):
        self.kernel = kernel
        self.entry = entry
        self.shared = shared
        self.options = options
        self.checks = checks

    def emit(self):
        kernel, shared = self.kernel, self.shared
        shared.checked = ALL if self.options.checked else NONE
        mark_loops(kernel, kernel.indices)
        body = self.body = self.make_body(None)
        flags = self.gathers_faults(body)
        checks = self.check_lines()
        launch = self.launch(body, flags)
        counters = self.counters()
        if counters:
            launch = self.launch_on_copies(counters, launch)
        if body.preconditions:
            body.guarded_checks = True
            checks = ([] if checks and checks[0].startswith("bool") else
                      ["bool gr_proven = true;", ""]) + checks
            checks += ["gr_proven &= %s;" % p for p in body.preconditions]
        if body.guarded_checks:
            shared.checked = GUARDED
            second = self.make_body(body)
            launch = ["    if (gr_proven) {"] + launch + ["    } else {"] \
                + self.launch(second, False) + ["    }"]
            body.fails |= second.fails
            body.uses_fault |= second.uses_fault
        lines = c_each.tables(self.entry, kernel, shared.sites) if shared.tells and body.fails else []
        lines += self.places(body)
        lines += ['__attribute__((visibility("default"))) int32_t %s(const int64_t *gr_w, '
                 "gr_py_fault *gr_fault) {" % self.entry]
        lines += ["    " + line for line in self.preamble()]
        lines += ["    " + line for line in checks]
        for name, _, kind in self.results:
            if kernel.pattern != "scan":
                lines.append("    %s %s;" % (shared.c_type(kind), name))
            else:
                lines.append("    %s gr_total;" % shared.c_type(kind))
        if flags:
            shared.includes.add("reduce")
            lines.append("    uint64_t gr_faults = 0;")
        if body.launch_faults:
            some = " && ".join("gr_w[%d] < gr_w[%d]" % (2 * d, 2 * d + 1)
                               for d in range(kernel.rank))
            lines += ["    uint64_t gr_before = 0;", "", "    if (%s) {" % some]
            lines += ["        gr_before |= %s ? %s : 0;" % f for f in body.launch_faults]
            lines.append("    }")
        lines += launch
        lines.append('#line 1 "%s.c"' % self.entry)
        lines += ["    " + line for line in self.epilogue(flags)]
        lines.append("}\n")
        self.vector = body.vector
        self.sites, self.coded = list(shared.sites), list(shared.coded)
        self.finish(lines)
        return self

    def gathers_faults(self, body):
        """Whether errors are the result of a reduction, so that loops stay vectorised."""
        return body.fails and body.vector and self.kernel.pattern != "scan" and self.kernel.team is None \
            and not self.shared.tells and not self.options.modes

    def places(self, body):
        """Lines of what the host prints after a launch on a device."""
        return []

    def finish(self, lines):
        self.text = "\n".join(self.shared.texts + lines)

    def make_body(self, like, copied=frozenset()):
        kernel = self.kernel
        body = Body(kernel, self.shared, True, kernel.indices, like)
        body.copied = copied
        for name in kernel.indices:
            body.name(name)
        body.own_loops = self.own_loops = mark_loops(kernel, kernel.indices)
        last = kernel.body[-1] if kernel.body else None
        body.last = last if isinstance(last, tree.Return) else None
        if like is not None:
            body.end_label = "gr_end_copy" if copied else "gr_end_checked"
            body.result_name = getattr(like, "result_name", None)
            body.result_kind = getattr(like, "result_kind", None)
        else:
            self.body = body
            self.results = self.prepare_results()
        body.depth = 2
        body.block(kernel.body)
        return body

    # -- results ---------------------------------------------------------------------------------

    def prepare_results(self):
        """(C name, reducer text, stored type) of each result."""
        kernel, body, shared = self.kernel, self.body, self.shared
        results = []
        if kernel.pattern not in ("reduce", "scan"):
            return results
        shared.includes.add(kernel.pattern)
        for name, acc in kernel.accumulators.items():
            kind = kernel.locals[name]
            if isinstance(kind, types.Struct):
                value = kind.field("value")
                results.append((body.name(name), "%s(%s, %s)" % (
                    REDUCERS[acc.op], value.c, body.name(name)), kind))
                continue
            results.append((body.name(name), self.reducer(acc, kind, body.name(name)), kind))
        if not kernel.accumulators:
            kind = kernel.result
            if kind is BOOL:
                kind = INT
            elif isinstance(kind, types.Scalar) and kind.kind == "f":
                kind = FLOAT
            body.result_name, body.result_kind = body.extra("gr_sum"), kind
            from .language import Accumulator
            if kind.kind == "c":
                body.complex_result = True
            results.append((body.result_name, self.reducer(Accumulator("sum"), kind,
                                                           body.result_name), kind))
        return results

    def reducer(self, acc, kind, name):
        if acc.op == "user":
            from .stage6_emit import emit_helper
            function = emit_helper(acc.function, self.shared)
            return "GR_REDUCER(%s, %s, %s, %s)" % (
                kind.c, name, constant(acc.constant.value, kind, self.shared), function)
        if kind.kind == "c":
            self.shared.includes.add("complex")
            return "GR_%s_%s(%s)" % ("SUM" if acc.op == "sum" else "PROD", kind.c[3:].upper(),
                                     name)
        return "%s(%s, %s)" % (REDUCERS[acc.op], kind.c, name)

    # -- the entry -------------------------------------------------------------------------------

    def preamble(self):
        """The words of the arguments, by name. Only what the code uses is taken."""
        kernel, body, shared = self.kernel, self.body, self.shared
        lines = []
        used = self.used_names()
        word = 0
        word = 2 * kernel.rank
        for name, kind in kernel.arguments:
            if kind is types.NONE:
                continue
            if isinstance(kind, types.Array):
                c = shared.c_type(kind.dtype)
                if name in used:
                    const = "const " if name not in kernel.writes else ""
                    lines.append("%s%s *const %s = (%s%s *)gr_w[%d];"
                                 % (const, c, body.name(name), const, c, word))
                for d in range(kind.ndim):
                    if (name, d) in body.extents:
                        lines.append("const int64_t %s = gr_w[%d];"
                                     % (body.extra("%s_n%d" % (body.name(name), d)), word + 1 + d))
                for d in range(kind.ndim):
                    if (name, d) in body.strides:
                        lines.append("const int64_t %s = gr_w[%d];" % (
                            body.extra("%s_s%d" % (body.name(name), d)),
                            word + 1 + kind.ndim + d))
                word += 1 + 2 * kind.ndim
                continue
            text, word = self.from_words(kind, word)
            if name in used or name in body.scalars:
                lines.append("const %s %s = %s;" % (shared.c_type(kind), self.argument_name(name),
                                                    text))
        self.result_word = word
        self.words = word + len(self.result_codes()[0])
        return lines

    def argument_name(self, name):
        """Arguments that the kernel assigns are copied in each iteration."""
        if name in self.kernel.locals:
            return self.body.extra(self.body.name(name) + "_in")
        return self.body.name(name)

    def from_words(self, kind, word):
        """(C of an argument's value, the word after it)."""
        if isinstance(kind, types.Struct):
            parts = []
            for name, field in kind.fields:
                text, word = self.from_words(field, word)
                parts.append(".%s = %s" % (field_name(kind, name), text))
            return "{%s}" % ", ".join(parts), word
        if isinstance(kind, types.Local):
            return self.from_array(kind, kind.shape, word)
        return self.from_word(kind, word), word + (2 if kind.kind == "c" else 1)

    def from_array(self, kind, shape, word):
        parts = []
        for _ in range(shape[0]):
            text, word = self.from_array(kind, shape[1:], word) if len(shape) > 1 \
                else self.from_words(kind.dtype, word)
            parts.append(text)
        return "{%s}" % ", ".join(parts), word

    def from_word(self, kind, word):
        if kind.kind == "c":
            self.shared.need("gr_py_f64")
            self.shared.need(kind.c + "_of")
            part = "(float)" if kind.bits == 64 else ""
            return "%s_of(%sgr_py_f64(gr_w[%d]), %sgr_py_f64(gr_w[%d]))" % (
                kind.c, part, word, part, word + 1)
        if kind.kind == "f":
            self.shared.need("gr_py_f64")
            return "%sgr_py_f64(gr_w[%d])" % ("(float)" if kind is F32 else "", word)
        if kind.kind == "b":
            return "gr_w[%d] != 0" % word
        if kind.c == "int64_t":
            return "gr_w[%d]" % word
        return "(%s)gr_w[%d]" % (kind.c, word)

    def used_names(self):
        used = set()
        for node in tree.walk(self.kernel.body):
            name = getattr(node, "name", None)
            if isinstance(node, (tree.Var, tree.ArrayRef)):
                used.add(name)
            for part in getattr(node, "parts", None) or []:
                if isinstance(part, tuple):
                    used |= {n.name for n in tree.walk(part[0])
                             if isinstance(n, (tree.Var, tree.ArrayRef))}
            values = getattr(node, "values", None) or []
            used |= {n.name for v in values for n in tree.walk(v) if isinstance(n, tree.Var)}
        used |= {n for n, _ in self.kernel.arguments if n in self.kernel.locals}
        return used

    def check_lines(self):
        """Lines that answer an error where an index would leave its array."""
        lines = []
        for check in self.checks:
            if check.exact or not self.options.checked:
                lines += check.emit(self.body, self.shared)
        if not lines:
            return []
        some = " && ".join("gr_w[%d] < gr_w[%d]" % (2 * d, 2 * d + 1)
                           for d in range(self.kernel.rank))
        before = ["bool gr_proven = true;", ""] if self.body.guarded_checks else []
        return before + ["if (%s) {" % some] + ["    " + line for line in lines] + ["}"]

    def launch(self, body, flags):
        kernel, shared = self.kernel, self.shared
        rank = kernel.rank
        lines = []
        reducers = self.reducers(flags)
        label = c_string(kernel.name)
        index = [self.index_name(n) for n in kernel.indices]
        if rank == 1:
            policy = "gr_range(%s, %s)" % self.bound(0)
        else:
            policy = "gr_range_%dd(%s)" % (rank, ", ".join(
                "%s, %s" % self.bound(d) for d in range(rank)))
        policy = "gr_on(%s, gr_fault->instance)" % policy
        suffix = "" if rank == 1 else "_%dD" % rank
        if kernel.team is not None:
            policy = self.team_policy()
            head = "GR_PARALLEL_TEAM%s(%s, %s, %s%s)" % (
                "_REDUCE" if reducers else "", label, index[0], policy,
                "".join(", " + r for r in reducers))
        elif kernel.pattern == "scan":
            acc = self.results[0]
            head = "GR_PARALLEL_SCAN_TOTAL(%s, %s, %s, %s, %s, gr_total)" % (
                label, index[0], policy, acc[1], body.name(kernel.final))
        elif reducers:
            head = "GR_PARALLEL_REDUCE%s(%s, %s, %s, %s)" % (
                suffix, label, ", ".join(index), policy, ", ".join(reducers))
        else:
            head = "GR_PARALLEL_FOR%s(%s, %s, %s)" % (suffix, label, ", ".join(index), policy)
        node = kernel.source.node
        lines.append("")
        lines.append("#line %d %s" % (kernel.source.line(node), c_string(kernel.source.filename)))
        lines.append("    %s {" % head)
        lines += self.iteration(body, flags, index)
        lines.append("    };")
        return lines

    def reducers(self, flags):
        return [r[1] for r in self.results] + (["GR_BOR(uint64_t, gr_faults)"] if flags else [])

    def team_policy(self):
        self.shared.includes.add("team")
        size, scratch = self.kernel.team
        policy = "gr_teams(gr_w[1], %s)" % ("GR_AUTO" if size < 0 else size)
        if scratch:
            policy = "gr_with_scratch(%s, 0, %d, 0)" % (policy, scratch)
        return "gr_on(%s, gr_fault->instance)" % policy

    def iteration(self, body, flags, index):
        """What stands in the block of a launch."""
        kernel, shared, rank, lines = self.kernel, self.shared, self.kernel.rank, []
        skip = set(kernel.accumulators) | {kernel.final}
        for text in declarations(body, kernel, skip):
            lines.append("        " + text)
        for name, kind in kernel.arguments:
            if name in kernel.locals and isinstance(kind, types.Scalar):
                lines.append("        %s = %s;" % (body.name(name), body.convert_text(
                    self.argument_name(name), kind, kernel.locals[name])))
            elif name in kernel.locals and isinstance(kind, types.Struct):
                lines.append("        %s = %s;" % (body.name(name), self.argument_name(name)))
        for name in kernel.indices:
            if name in kernel.locals:
                lines.append("        %s = %s;" % (body.name(name), body.convert_text(
                    self.index_name(name), INT, kernel.locals[name])))
        if body.fails:
            lines.append("        uint64_t gr_bad = 0;")
        # in a block: C++ jumps over no initialisation
        lines += ["        {"] + body.lines + ["        }", "    %s:;" % body.end_label] \
            if body.ends else body.lines
        if body.fails and flags:
            lines.append("        gr_faults |= gr_bad;")
        elif body.fails:
            on_device = self.options.on_device
            record = "gr_py_record" if not shared.tells else "gr_py_record_note" if on_device else "gr_py_record_each"
            shared.need("gr_py_notes" if record == "gr_py_record_note" else record)
            lines.append("        if (__builtin_expect(gr_bad != 0, 0)) {")
            lines.append("            const int64_t gr_at[] = {%s};"
                         % (", ".join(index) if kernel.team is None else "0"))
            lines.append("            %s(gr_fault, gr_bad, %sgr_at, %d);" % (
                record, "%s_errors(), %s_indices(), " % (self.entry, self.entry) if record == "gr_py_record_each" else "",
                rank if kernel.team is None else 0))
            lines.append("        }")
        return lines

    # -- counting into copies --------------------------------------------------------------------

    def counters(self):
        """Arrays of integers that the kernel only adds to, atomically and without looking: whether
        iterations add to them or to copies that are added up, nobody can tell."""
        kernel = self.kernel
        if kernel.pattern != "for" or kernel.rank != 1 or kernel.team is not None \
                or self.options.checked or self.options.modes or self.options.space != "host":
            return []
        kinds = dict(kernel.arguments)
        found = [name for name, what in kernel.effects.items() if what == "atomic"]
        if any("atomic" in what and name not in found for name, what in kernel.effects.items()) \
                or not all(kinds[name].ndim == 1 and kinds[name].layout == "C"
                           and kinds[name].dtype in _COUNTED for name in found):
            return []
        for node in tree.walk(kernel.body):
            if isinstance(node, tree.Atomic) and (node.op not in ("ADD", "SUB")
                                                  or node.result != "NONE"):
                return []
            if isinstance(node, tree.Invoke) and any(
                    isinstance(part, tree.ArrayRef) and part.name in found
                    for argument in node.args for part in tree.walk(argument)):
                return []
        return found

    def launch_on_copies(self, counters, launch):
        """Count into arrays that are reduced where that pays, else all into the arrays."""
        kernel, shared = self.kernel, self.shared
        body = self.make_body(self.body, frozenset(counters))
        shared.need("gr_py_counts")
        shared.includes.add("reduce_array")
        index, (lo, hi) = self.index_name(kernel.indices[0]), self.bound(0)
        kinds = dict(kernel.arguments)
        parts = []
        for name in counters:
            body.extents.add((name, 0))
            own = body.name(name)
            kind = kinds[name].dtype
            parts.append((own, shared.c_type(kind), "i%d" % kind.bits, body.extra("%s_n0" % own)))
        lines = ["", "    bool gr_copies = gr_py_counts(%s - %s, %s, %s);" % (
            hi, lo, " + ".join(n for _, _, _, n in parts),
            " + ".join("%s * (int64_t)sizeof(%s)" % (n, c) for _, c, _, n in parts))]
        for name, c, suffix, n in parts:
            lines += ["    %s *const gr_own_%s = gr_copies ? (%s *)__builtin_calloc((size_t)%s, sizeof(%s)) : 0;"
                      % (c, name, c, n, c),
                      "    gr_view1_%s gr_sum_%s;" % (suffix, name),
                      "    gr_copies = gr_own_%s && GR_WRAP(&gr_sum_%s, gr_own_%s, %s) == GR_SUCCESS;"
                      % (name, name, name, n)]
        node = kernel.source.node
        lines += ["    if (gr_copies) {",
                  "#line %d %s" % (kernel.source.line(node), c_string(kernel.source.filename)),
                  "    GR_PARALLEL_REDUCE_ARRAY(%s, %s, gr_range(%s, %s), %s) {" % (
                      c_string(kernel.name), index, lo, hi, ", ".join(
                          "GR_SUM_ARRAY(%s, gr_sum_%s, %s)" % (c, name, n) for name, c, _, n in parts))]
        for name, c, _, _ in parts:
            lines.append("        %s *const %s = gr_sum_%s.data;" % (c, name, name))
        lines += self.iteration(body, False, [index])
        lines += ["    };", "    gr_copies = gr_fence() == GR_SUCCESS;"]
        for name, _, _, n in parts:
            lines += ["    for (int64_t gr_k = 0; gr_copies && gr_k < %s; gr_k++) {" % n,
                      "        if (gr_own_%s[gr_k]) {" % name,
                      "            GR_ATOMIC_ADD(&%s[gr_k], gr_own_%s[gr_k]);" % (name, name),
                      "        }", "    }"]
        lines += ["    GR_RELEASE(&gr_sum_%s);" % name for name, _, _, _ in parts]
        free = ["    __builtin_free(gr_own_%s);" % name for name, _, _, _ in parts]
        lines += [*free, "    if (!gr_copies) {", "        return -1;", "    }", "    } else {", *free]
        return lines + launch + ["    }"]

    def index_name(self, name):
        if name in self.kernel.locals:
            return self.body.extra(self.body.name(name) + "_in")
        return self.body.name(name)

    def bound(self, d):
        return "gr_w[%d]" % (2 * d), "gr_w[%d]" % (2 * d + 1)

    def epilogue(self, flags):
        lines = []
        word = self.result_word
        for name, _, kind in self.results:
            value = "gr_total" if self.kernel.pattern == "scan" else name
            parts = [(value, kind)] if not isinstance(kind, types.Struct) else [
                ("%s.%s" % (value, field), part) for field, part in kind.fields]
            for text, part in parts:
                lines.append("*(%s *)gr_w[%d] = %s;" % (part.c, word, text))
                word += 1
        if flags:
            self.shared.need("gr_py_record")
            lines += ["if (gr_faults != 0) {", "    gr_py_record(gr_fault, gr_faults, 0, 0);", "}"]
        if self.body.launch_faults:
            self.shared.need("gr_py_record")
            lines += ["if (gr_before != 0) {", "    gr_py_record(gr_fault, gr_before, 0, 0);", "}"]
        if self.shared.tells and (self.body.fails or self.body.uses_fault):
            self.shared.need("gr_py_each")
            lines.append("gr_py_sum_up(%s);" % c_string("%s()" % self.kernel.name))
        if self.body.fails or self.body.uses_fault or self.body.launch_faults:
            lines.append("return gr_fault->code;")
        else:
            lines.append("return 0;")
        return lines

    def result_codes(self):
        """The dtype of each word of results, and how many belong to each accumulator."""
        codes, groups = [], []
        for _, _, kind in self.results:
            parts = [kind] if not isinstance(kind, types.Struct) else [k for _, k in kind.fields]
            codes += [{"int": "i64", "float": "f64", "complex": "c128"}.get(repr(p), repr(p))
                      for p in parts]
            groups.append(len(parts))
        return tuple(codes), tuple(groups)
