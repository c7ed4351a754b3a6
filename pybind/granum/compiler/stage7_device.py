# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Stage 7 for devices with a run-time compiler: the kernels in a file of their own, and the C that
launches them.

A kernel is a plain function: it takes the words of the arguments apart, as the entry does, and runs
the same block by the operators of granum/gpu/rtc.h. The entry stays on the host: it checks bounds,
says which of its kernels runs over which range, and hands results over.
"""

from __future__ import annotations

from .. import _config
from . import c_each, c_runtime, types
from .c_text import c_string, lambdas
from .errors import KernelTypeError
from .stage7_entry import FUSE, Entry

# The host's file: what its launches are made of.
HOST_HEAD = """#include <granum/impl/rtc.h>

/* A word that nobody looks at, until the end of the expression. */
#define gr_py_sink() (&(uint64_t){0})
/* Types are written as both files read them. */
#define static_assert _Static_assert
"""

# Of the host's there is what a launch notes; the rest are gr_impl_rtc_launch's words for it.
FAULT = """#define GR_PY_DEVICE
%stypedef struct gr_py_fault {
    int32_t code, line;
    int64_t value[6];
%s    uint32_t *taken; /* 0 until an iteration has noted its error; behind it their number */
} gr_py_fault;
"""

_SIM = """#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
"""

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

# Threads of a block at most, of each pattern's kernel; over a range the device is asked how many pay.
_BOUNDS = {"reduce": 128, "scan": 512, "team": 1024, "join": 512}


def device_text(unit):
    """The file of a unit's kernels."""
    simulated = unit.options.space == "sim"
    for name, what in () if simulated else (("gr_py_round_digits", "round(x, digits)"), ("gr_py_repr", "print of a float")):
        if name in unit.shared.helpers:
            raise KernelTypeError("%s in space %r, expected what a device can do" % (what, unit.options.space), None,
                                  "give a format, as in f\"{x:.17g}\"" if name == "gr_py_repr" else None)
    helpers = c_runtime.collect(unit.shared.helpers, cxx=True, run_time=not simulated)
    head = (FUSE if unit.options.fast else "") + _SIM + _HEAD if simulated else _HEAD
    notes = (c_each.NOTE, "    gr_py_note note[10];\n") if unit.shared.tells else ("", "")
    parts = [head, FAULT % notes, helpers, *unit.shared.typedefs, *(e.device_text for e in unit.emitted), "}\n"]
    return lambdas("\n".join(p for p in parts if p))


def module_text(unit):
    """What the host's file says of the kernels: their image is GR_PY_IMAGE, or themselves."""
    names = [k[0] for e in unit.emitted for k in e.kernels]
    vendor = _config.VENDORS.index(unit.options.space)
    if unit.options.space == "sim":
        text = "".join("extern void %s(void *);\n" % n for n in names)
        text += "static const gr_impl_rtc_function gr_py_image[] = {%s, {0, 0}};\n" % ", ".join(
            '{"%s", %s}' % (n, n) for n in names)
    else:
        text = "static const char gr_py_image[] __attribute__((aligned(64))) = GR_PY_IMAGE;\n"
    return text + "static gr_impl_rtc_module gr_py_module = {%d, gr_py_image, {0}};\n" % vendor


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
        return self.host_launch(name, pattern, body)

    def host_launch(self, name, pattern, body):
        """What the entry does in place of the statement."""
        kernel = self.kernel
        self.preamble()         # which counts the words
        site = "static gr_site gr_here = {%s, %s, %d, 1, 0, 0, 0};" % (
            c_string(kernel.name), c_string(kernel.source.filename), kernel.source.line(kernel.source.node))
        notes = self.shared.tells and (body.fails or body.uses_fault)
        fault = "&gr_notes, sizeof gr_notes, &gr_count" if notes else \
            "gr_fault, __builtin_offsetof(gr_py_fault, instance), 0" if body.fails or body.uses_fault else "0, 0, 0"
        lines = ["gr_py_notes gr_notes = {0};", "unsigned gr_count = 0;"] if notes else []
        lines += [site, "static gr_impl_rtc_kernel gr_kernel = {&gr_py_module, \"%s\", {0}, {0}};" % name,
                 "const gr_impl_rtc_launch gr_launch = {&gr_here, &gr_kernel, "
                 "{GR_AUTO, GR_STATIC, GR_AUTO, gr_fault->instance}, gr_w, %d, %s};" % (self.result_word, fault)]
        names = ["gr_total" if kernel.pattern == "scan" else result[0] for result in self.results]
        if names and pattern != "scan":
            lines.append("const gr_impl_rtc_results gr_results = {%d, {%s}, {%s}};" % (
                len(names), ", ".join("sizeof " + n for n in names), ", ".join("&" + n for n in names)))
        if pattern == "team":
            lines.append("const gr_team_policy gr_policy = %s;" % self.team_policy())
            if names:
                lines.append("static gr_impl_rtc_kernel gr_join = {&gr_py_module, \"%s_join\", {0}, {0}};" % name)
            lines.append("gr_impl_rtc_run_team(&gr_launch, &gr_policy, %s);" % (
                "&gr_join, &gr_results" if names else "0, 0"))
        elif pattern == "scan":
            lines.append("gr_impl_rtc_run_scan(&gr_launch, sizeof gr_total, &gr_total);")
        elif names:
            lines.append("gr_impl_rtc_run_reduce(&gr_launch, %d, &gr_results);" % kernel.rank)
        else:
            lines.append("gr_impl_rtc_run_for(&gr_launch, %d, %s);" % (
                kernel.rank, "true" if self.right() else "false"))
        if notes:
            tables = "%s_errors(), %s_indices()" % (self.entry, self.entry) if body.fails else "0, 0"
            lines += ["if (gr_notes.code != 0) {",
                      "    __builtin_memcpy(gr_fault, &gr_notes, __builtin_offsetof(gr_py_fault, instance));",
                      "    gr_py_tell_notes(gr_notes.note, gr_count, %s, %s_outside());" % (tables, self.entry), "}"]
        return ["", "    {", *("        " + line for line in lines), "    }"]

    def places(self, body):
        """The tables come before the entry, when all that a kernel meets is known."""
        return c_each.places(self.entry, self.shared.coded) if self.shared.tells and (body.fails or body.uses_fault) \
            else []

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
            bounds = "GR_IMPL_LAUNCH_BOUNDS(%d, 1)" % _BOUNDS[pattern] if pattern in _BOUNDS else ""
            text = ["GR_IMPL_RTC_KERNEL(%s, %s, gr_impl_rtc_%s, %d) {" % (
                name, bounds, structs[pattern], self.result_word)]
            text.append("    GR_IMPL_RTC_BEGIN")
            text += preamble
            if kernel.pattern == "reduce":
                text += ["    %s %s;" % (self.shared.c_type(kind), result) for result, _, kind in self.results]
            text.append("#line %d %s" % (kernel.source.line(node), c_string(kernel.source.filename)))
            text += ["    %s {" % statement, *block, "    };"] if block is not None else ["    %s;" % statement]
            text.append("}\n")
            made.append("\n".join(text))
        self.device_text = "\n".join(made)
