# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Stage 7 for devices with a run-time compiler: the kernels in a file of their own, and the C that
launches them.

A kernel is a plain function: it takes the words of the arguments apart, as the entry does, and runs
the same block by the operators of granum/gpu/rtc.h. The entry stays on the host: it checks bounds,
says which of its kernels runs over which range, and hands results over.
"""

from __future__ import annotations

from . import c_runtime, types
from .c_text import c_string, lambdas
from .errors import KernelTypeError
from .stage7_entry import FAULT, Entry

_HEAD = """#ifdef __HIP__
#pragma clang force_cuda_host_device begin
#endif
#include <granum/granum.h>

#include <granum/gpu/rtc.h>

/* Somewhere to read a zero from and to write to, where an index leaves its array. */
template <class T> GR_IMPL_DEVICE T *gr_py_spare() {
    GR_IMPL_RTC_SPARE T spare;

    spare = T();
    return &spare;
}
/* A word that nobody looks at, until the end of the expression. */
GR_IMPL_DEVICE_INLINE uint64_t *gr_py_sink(uint64_t &&sink = 0) {
    return &sink;
}

extern "C" {
"""

# (threads of a block at most, blocks that a multiprocessor should hold) of each pattern's kernel.
_BOUNDS = {"for": (256, 1), "reduce": (128, 1), "scan": (512, 1), "team": (1024, 1), "join": (512, 1)}


def device_text(unit):
    """The file of a unit's kernels."""
    for name, what in (("gr_py_round_digits", "round(x, digits)"), ("gr_py_repr", "print of a float")):
        if name in unit.shared.helpers:
            raise KernelTypeError("%s in space %r, expected what a device can do" % (what, unit.options.space), None,
                                  "give a format, as in f\"{x:.17g}\"" if name == "gr_py_repr" else None)
    helpers = c_runtime.collect(unit.shared.helpers, cxx=True, run_time=True)
    parts = [_HEAD, FAULT, helpers, *unit.shared.typedefs, *(e.device_text for e in unit.emitted), "}\n"]
    return lambdas("\n".join(p for p in parts if p))


class DeviceEntry(Entry):
    """An entry whose launches are of kernels in the other file."""

    def emit(self):
        self.kernels = []       # (name, pattern, statement, block)
        return super().emit()

    def gathers_faults(self, body):
        return False

    def launch(self, body, flags):
        """The lines that launch; the kernel waits for finish(), which knows all that it reads."""
        kernel, results = self.kernel, self.results
        index = [self.index_name(n) for n in kernel.indices]
        reducers = ", ".join(self.reducers(flags))
        pattern = "team" if kernel.team is not None else kernel.pattern
        name = "%s_k%d" % (self.entry, len(self.kernels))
        parameters = ", ".join("GR_IMPL_INDEX " + n for n in index)
        if pattern == "team":
            self.shared.includes.add("team")
            parameters = "const gr_team &" + index[0]
        if pattern == "scan":
            statement = "GR_IMPL_RTC_SCAN(gr_launch, %s, %s, %s)" % (
                index[0], body.name(kernel.final), results[0][1])
        elif reducers:
            of = "gr_impl_rtc_league_of" if pattern == "team" else "gr_impl_rtc_reduce_of<%d>" % kernel.rank
            statement = "%s(gr_launch GR_IMPL_RTC_REDUCERS(%s)) %% [&](%s GR_IMPL_RTC_PARAMETERS(%s))" % (
                of, reducers, parameters, reducers)
        else:
            of = "gr_impl_rtc_team" if pattern == "team" else "gr_impl_rtc_for_each<%d, %s>" % (
                kernel.rank, "true" if self.right() else "false")
            statement = "%s(gr_launch) %% [&](%s)" % (of, parameters)
        self.kernels.append((name, pattern, statement, self.iteration(body, flags, index)))
        if pattern == "team" and reducers:
            self.kernels.append((name + "_join", "join",
                                 "gr_impl_rtc_join(gr_impl_rtc_league_of(gr_launch GR_IMPL_RTC_REDUCERS(%s)))"
                                 % reducers, None))
        return self.host_launch(name, pattern)

    def host_launch(self, name, pattern):
        return ["    /* %s */" % name]

    def right(self):
        """Whether neighbouring threads take neighbouring last indices: as most arrays lie."""
        layouts = [k.layout for _, k in self.kernel.arguments if isinstance(k, types.Array) and k.ndim > 1]
        return layouts.count("C") >= layouts.count("F")

    def finish(self, lines):
        self.text = "\n".join(lines)
        kernel, made = self.kernel, list(self.shared.texts)
        node = kernel.source.node
        preamble = ["    " + line for line in self.preamble()]
        structs = {"for": "for", "reduce": "reduce", "scan": "scan", "team": "league", "join": "league"}
        for name, pattern, statement, block in self.kernels:
            text = ["GR_IMPL_RTC_KERNEL(%s, %d, %d, gr_impl_rtc_%s, %d) {" % (
                name, *_BOUNDS[pattern], structs[pattern], self.result_word)]
            text.append("    const int64_t *const gr_w = gr_w_words.at;")
            text += preamble
            if kernel.pattern == "reduce":
                text += ["    %s %s;" % (self.shared.c_type(kind), result) for result, _, kind in self.results]
            text.append("#line %d %s" % (kernel.source.line(node), c_string(kernel.source.filename)))
            text += ["    %s {" % statement, *block, "    };"] if block is not None else ["    %s;" % statement]
            text.append("}\n")
            made.append("\n".join(text))
        self.device_text = "\n".join(made)
