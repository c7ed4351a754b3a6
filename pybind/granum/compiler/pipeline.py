# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""All stages, one after the other: compile_kernel()."""

from __future__ import annotations

import builtins

from . import language, stage2_syntax, stage3_infer, types
from .errors import BoundsError, KernelError, KernelTypeError, Place
from .options import Options
from .stage1_source import parameters_of
from .stage7_entry import Unit

# Flags that the meaning of the code depends on; the toolchain has them.
REQUIRED_FLAGS = ("-std=gnu11", "-fopenmp", "-fwrapv", "-ffp-contract=off", "-fno-math-errno",
                  "-fno-trapping-math")
ENTRY_ABI = "granum-py-1"


class Specialisation:
    """A kernel for one tuple of argument types: its C source and what to know of it."""

    def __init__(self, kernel, emitted, unit, program, options, signature):
        self.name = kernel.name
        self.kernel = kernel
        self.pattern = kernel.pattern
        self.rank = kernel.rank
        self.signature = signature
        self.entry = emitted.entry
        self.sources = unit.sources() if unit is not None else None
        self.c_source, self.device_source = self.sources, None
        if unit is not None and options.on_device:
            self.c_source, self.device_source, _ = self.sources
        self.words = emitted.words
        self.results, self.groups = emitted.result_codes()
        self.sites = emitted.sites
        self.coded = emitted.coded
        self.vector = emitted.vector
        self.effects = kernel.effects
        self.arguments = kernel.arguments
        self.options = options

    def record(self):
        """What launches need to know, as plain values: it is stored with the compiled code."""
        def place(p):
            return (p.filename, p.line, p.col, p.end, p.text)
        faults = [(s.error.__name__, s.message, place(s.place)) for s in self.sites]
        coded = []
        for site in self.coded:
            if site.kind == "bounds":
                coded.append(("access", site.array, site.dim, site.expression, place(site.place)))
            else:
                ndim = getattr(dict(self.arguments).get(site.check.sites[0][0].array), "ndim", 1)
                coded.append(("launch", site.check.sites[0][0].array, site.check.sites[0][0].dim,
                              ndim, [(s.expression, offset, place(s.place))
                                     for s, offset in site.check.sites]))
        writes = sum(1 << k for k, (n, _) in enumerate(self.arguments)
                     if n in self.kernel.writes)
        return {"name": self.name, "entry": self.entry, "results": self.results,
                "groups": self.groups, "writes": writes, "effects": dict(self.effects),
                "indices": list(self.kernel.indices), "arguments": [n for n, _ in self.arguments], "faults": faults, "coded": coded,
                "vector": self.vector}


def infer_kernel(source, scope, pattern, rank, signature, options, program=None, defaults=None,
                 team=None):
    """Stages 2 to 5: the typed kernel, with .effects and .checks; and the Program."""
    from . import stage4_effects, stage5_bounds
    program = program or stage3_infer.Program()
    stage2_syntax.check(source)
    args = parameters_of(source.node)
    names = [a.arg for a in args]
    annotations = {a.arg: a.annotation for a in args}
    infer = stage3_infer.Infer(source, scope, program, [], pattern, rank)
    infer.param_types, infer.assigned, infer.defined = {}, set(), set()
    infer.hidden, infer.loops, infer.in_test = 0, [], False
    marks = {n: infer.annotation(annotations[n]) for n in names}
    indices = names[:rank]
    if len(indices) < rank:
        raise KernelTypeError(
            "%s() has %d argument%s, expected one for each of the %d indices first"
            % (source.name, len(names), "" if len(names) == 1 else "s", rank),
            source.place(source.node))
    rest = names[rank:]
    accumulators = {}
    while rest and isinstance(marks[rest[0]], language.Accumulator):
        accumulators[rest[0]] = marks[rest[0]]
        rest = rest[1:]
    for n in rest:
        if isinstance(marks[n], language.Accumulator):
            infer.fail(annotations[n], "the accumulator %s stands after other arguments" % n,
                       "write the indices first, then the accumulators")
    if accumulators and pattern == "for":
        infer.fail(annotations[next(iter(accumulators))],
                   "%s() has accumulators, launched by parallel_for" % source.name,
                   "launch it by gr.parallel_reduce or gr.parallel_scan")
    if len(accumulators) > 8:
        infer.fail(annotations[next(iter(accumulators))], "%d accumulators, expected at most 8"
                   % len(accumulators))
    final = None
    if pattern == "scan":
        if len(accumulators) != 1 or not rest:
            infer.fail(source.node, "%s() is no scan: its arguments are %s"
                       % (source.name, ", ".join(names)),
                       "write: def %s(i, acc: gr.Acc, final, ...)" % source.name)
        final, rest = rest[0], rest[1:]
    kinds = [types.from_code(code) for code in signature]
    defaults = defaults or {}
    # arguments that are left to their defaults are constants
    while len(kinds) < len(rest) and rest[-1] in defaults:
        infer.constants[rest[-1]] = defaults[rest[-1]]
        rest.pop()
    if len(kinds) < len(rest):
        hint = None
        if pattern == "reduce" and not accumulators:
            hint = "an accumulator is written %s: gr.Acc" % rest[0]
        missing = [n for n in rest[len(kinds):] if n not in defaults]
        raise KernelTypeError("%s() misses its argument %s" % (source.name, missing[0]),
                              source.place(source.node), hint)
    if len(kinds) != len(rest):
        raise KernelTypeError(
            "%s() takes %d argument%s after the indices (%s), got %d"
            % (source.name, len(rest), "" if len(rest) == 1 else "s", ", ".join(rest) or "none",
               len(kinds)), source.place(source.node))
    check_annotations(infer, zip(rest, kinds), marks, annotations)
    params = [(n, types.TEAM if team is not None else INT_) for n in indices]
    for n, acc in accumulators.items():
        params.append((n, start_type(infer, acc, program)))
    if final:
        params.append((final, types.BOOL))
    params += list(zip(rest, kinds))
    infer.params, infer.accumulators, infer.final = params, accumulators, final
    kernel = infer.run()
    kernel.pattern, kernel.rank, kernel.indices = pattern, rank, indices
    kernel.arguments = list(zip(rest, kinds))
    kernel.final = final
    kernel.team = team
    kernel.marks = marks
    if pattern == "reduce" and not accumulators and kernel.result is types.NONE:
        infer.fail(source.node, "%s() neither has an accumulator nor returns a value"
                   % source.name, "return what is to be summed, or write: def %s(%s)" % (
                       source.name, ", ".join(indices + ["acc: gr.Acc"] + rest)))
    if pattern == "reduce" and not accumulators and not types.is_number(kernel.result):
        infer.fail(source.node, "%s() returns %r, expected a number" % (source.name,
                                                                        kernel.result))
    for n, acc in accumulators.items():
        if acc.op == "user":
            finish_reducer(infer, kernel, n, acc, program)
    kernel.effects = stage4_effects.find(kernel)
    kernel.checks = stage5_bounds.find(kernel)
    return kernel, program


INT_ = types.INT


def check_annotations(infer, arguments, marks, annotations):
    for name, kind in arguments:
        mark = marks.get(name)
        node = annotations[name]
        if isinstance(mark, language.ArrayOf):
            if not isinstance(kind, types.Array):
                infer.fail(node, "%s is %r, annotated as an array" % (name, kind))
            if mark.ndim is not None and kind.ndim != mark.ndim:
                infer.fail(node, "%s has %d dimension%s, annotated with %d"
                           % (name, kind.ndim, "" if kind.ndim == 1 else "s", mark.ndim))
            if mark.dtype is not None and kind.dtype != mark.dtype:
                infer.fail(node, "%s is an array of %r, annotated as %r"
                           % (name, kind.dtype, mark.dtype))
        elif isinstance(mark, (types.Struct, types.Enumeration)):
            if kind != mark:
                infer.fail(node, "%s is %r, annotated as %r" % (name, kind, mark))
        elif isinstance(mark, types.Scalar):
            if not types.is_number(kind):
                infer.fail(node, "%s is %r, annotated as %r" % (name, kind, mark))
            if types.join(mark, kind) not in (mark, types.FLOAT if mark.c == "double" else mark) \
                    and types.promote(mark, kind).c != mark.c:
                infer.fail(node, "%s is %r, annotated as %r" % (name, kind, mark))


def start_type(infer, acc, program):
    """The type that an accumulator has before the kernel is walked."""
    if acc.op in ("minloc", "maxloc"):
        dtype = acc.dtype or types.F64
        value = types.FLOAT if dtype is types.F64 else types.INT if dtype is types.I64 else dtype
        name = {"f64": "gr_loc_f64", "i64": "gr_loc_i64", "f32": "gr_loc_f32",
                "u64": "gr_loc_u64"}.get(dtype.name)
        if name is None:
            infer.fail(infer.source.node, "an accumulator %r, expected f64, f32, i64 or u64" % acc)
        return types.Struct(name, (("value", value), ("location", types.INT)))
    if acc.dtype is not None:
        dtype = acc.dtype
        if dtype.kind in "iu" and dtype not in (types.U64,):
            return types.INT
        return {"f64": types.FLOAT, "c128": types.COMPLEX}.get(dtype.name, dtype)
    if acc.op in ("land", "lor"):
        return types.BOOL
    if acc.op == "user":
        return infer.constant(acc.identity, infer.source.node).type
    return types.INT


def finish_reducer(infer, kernel, name, acc, program):
    from ..kernels import Function
    if not isinstance(acc.join, Function):
        infer.fail(infer.source.node, "the join of the reducer %s is not a @gr.function" % name)
    kind = kernel.locals[name]
    bound = language.Accumulator(acc.op, acc.dtype, acc.identity, acc.join)
    names = acc.join.parameters()
    bound.function = acc.join.infer(program, [(n, kind) for n in names],
                                    infer.source.place(infer.source.node))
    bound.constant = infer.to(infer.constant(acc.identity, infer.source.node), kind)
    if bound.function.result.c != kind.c:
        infer.fail(infer.source.node, "the join of the reducer %s returns %r, expected %r"
                   % (name, bound.function.result, kind))
    kernel.accumulators[name] = bound


def compile_source(source, scope, pattern, rank, signature, options=None, entry=None, unit=None,
                   defaults=None, team=None):
    """A Specialisation; in a Unit of several kernels, or in a file of its own."""
    options = options or Options()
    kernel, program = infer_kernel(source, scope, pattern, rank, signature, options,
                                   defaults=defaults, team=team)
    name = entry or "gr_entry_" + "".join(
        c if c.isascii() and (c.isalnum() or c == "_") else "_" for c in source.name)
    own = unit is None
    unit = unit or Unit(options)
    emitted = unit.add(kernel, name, kernel.checks)
    return Specialisation(kernel, emitted, unit if own else None, program, options, signature)


def error_of(record, code, rank, values, scope=None):
    """The exception for the code that an entry answered and the values of its fault record."""
    if code >= 100:
        return _bounds_error(record["coded"][code - 100], values)
    name, message, place = record["faults"][code - 1]
    if rank > 0:
        message += " at " + ", ".join("%s = %d" % p for p in zip(record["indices"], values[:rank]))
    place = Place(*place)
    error = getattr(builtins, name, None)
    if error is None and scope is not None:
        error = scope.lookup(name, None)[1]
    if error is None:
        error = RuntimeError
    made = error(str(KernelError(message, place)))
    made.filename, made.line = place.filename, place.line
    return made


def finding_of(record, code, message, filename, line):
    """The exception for what a debug mode found in a launch; None where the error of its code says more."""
    place = None
    if 0 < code and "expected finite values" in message:
        if code >= 100 or record["faults"][code - 1][0] != "FloatingPointError":
            return None
        place = Place(*record["faults"][code - 1][2])     # where the NaN was assigned
        made = FloatingPointError(str(KernelError(message, place)))
        filename, line = place.filename, place.line
    else:
        from .._granum import Error
        made = Error("%s:%d: %s" % (filename, line, message))
        made.status = "GR_BAD_VALUE"
    made.filename, made.line = filename, line
    return made


def _bounds_error(coded, values):
    if coded[0] == "access":
        _, array, dim, expression, place = coded
        return BoundsError("index %d of %s = %d in %s, expected 0..%d"
                           % (dim, array, values[0], expression, values[1] - 1), Place(*place))
    _, array, dim, ndim, sites = coded
    extent = values[2]
    for expression, offset, place in sites:
        low, high = values[0] + offset, values[1] + offset
        if low < 0 or high >= extent:
            break
    what = "%s = %d" % (expression, low) if low == high else \
        "%s runs from %d to %d" % (expression, low, high)
    where = "" if ndim == 1 else " in dimension %d" % dim
    expected = "0..%d" % (extent - 1) if extent > 0 else "nothing: there it is empty"
    return BoundsError("index of %s%s: %s, expected %s" % (array, where, what, expected),
                       Place(*place), "only literal negative indices count from the end"
                       if low < 0 and high < 0 else None)


def compile_kernel(kernel, pattern, rank, signature, options=None):
    """A Specialisation of a gr.kernel."""
    return compile_source(kernel.source_, kernel.scope, pattern, rank, signature,
                          options or kernel.options, defaults=kernel.defaults(),
                          team=kernel.team)


