# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What users ask a kernel: its C, what was inferred, how much work an iteration is."""

from __future__ import annotations

from . import language, pipeline, stage3_nested, tree, types
from .. import records


def pattern_of(kernel):
    """The pattern that a kernel's arguments and returns speak of."""
    names = kernel.parameters()
    marks = [n for n in names if isinstance(kernel._annotation(n), language.Accumulator)]
    if not marks:
        import ast
        returns = any(isinstance(n, ast.Return) and n.value is not None
                      for n in stage3_nested.own_nodes(kernel.source_.node))
        return "reduce" if returns else "for"
    after = names[names.index(marks[-1]) + 1:]
    return "scan" if len(marks) == 1 and after and after[0] == "final" else "reduce"


def rank_of(kernel, pattern, count):
    """The number of indices, from the number of arguments that are given."""
    names = kernel.parameters()
    marks = sum(isinstance(kernel._annotation(n), language.Accumulator) for n in names) \
        if pattern != "for" else 0
    rank = len(names) - marks - (pattern == "scan") - count
    if not 1 <= rank <= 6:
        raise TypeError("%s() has %d arguments and %d are given, which leaves %d indices, "
                        "expected 1..6" % (kernel.__name__, len(names), count, rank))
    return rank


def code_of(value):
    """The word of an argument in a signature."""
    if isinstance(value, str) or value is None:
        return value or "none"
    if isinstance(value, types.Scalar):
        return value.name
    if isinstance(value, tuple) and value[:1] in (("struct",), ("dataclass",)):
        return value
    if isinstance(value, tuple):
        dtype, ndim, layout = (value + ("C",))[:3]
        return (language.as_dtype(dtype).name if not isinstance(dtype, str) else dtype, ndim,
                layout, False)
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int):
        return "i64"
    if isinstance(value, float):
        return "f64"
    if isinstance(value, complex):
        return "c128"
    if hasattr(type(value), "__dataclass_fields__"):
        return records.describe(type(value))
    import numpy
    array = numpy.asarray(value)
    if array.dtype.names:
        found = records.describe(array.dtype)
        layout = "C" if array.flags.c_contiguous else "F" if array.flags.f_contiguous else "S"
        return (found, array.ndim, layout, False) if array.ndim else found
    found = types.ALIASES.get(array.dtype.name) or types.DTYPES.get(array.dtype.name)
    if found is None:
        raise TypeError("an argument of dtype %s, expected numbers" % array.dtype)
    if array.ndim == 0:
        return found.name
    layout = "C" if array.flags.c_contiguous else "F" if array.flags.f_contiguous else "S"
    return (found.name, array.ndim, layout, False)


def _made(kernel, args, pattern, rank):
    """Specialisations: of these arguments, or of the launches so far."""
    if args:
        return [kernel.specialise(*args, pattern=pattern, rank=rank)]
    plans = kernel.plans()
    if not plans:
        raise ValueError("%s was not launched yet: give arguments, as values or as words such as "
                         "\"f64\" and (\"f64\", 2)" % kernel.__name__)
    return [pipeline.compile_kernel(kernel, p.pattern, p.rank, p.types) for p in plans]


def source(kernel, what, args, pattern, rank):
    if what == "python":
        return kernel.source_.text
    if what != "c":
        raise ValueError("what = %r, expected 'c' or 'python'" % (what,))
    return "\n".join((s.device_source or "") + s.c_source for s in _made(kernel, args, pattern, rank))


def explain(kernel, args, pattern, rank):
    return "\n\n".join(_explained(s) for s in _made(kernel, args, pattern, rank))


def _explained(spec):
    kernel = spec.kernel
    lines = ["%s: parallel_%s over %s (%s:%d)" % (
        kernel.name, spec.pattern, ", ".join(kernel.indices), kernel.source.filename,
        kernel.source.line(kernel.source.node))]
    lines.append("arguments")
    for name, kind in spec.arguments:
        effect = spec.effects.get(name)
        lines.append("    %-12s %r%s%s" % (
            name, kind, ", layout %s" % kind.layout if isinstance(kind, types.Array) else "",
            ", " + effect if effect else ""))
    mine = {n: k for n, k in kernel.locals.items() if not n.startswith("gr_")}
    if mine:
        lines.append("variables")
        lines += ["    %-12s %r" % item for item in mine.items()]
    if kernel.accumulators:
        lines.append("results")
        lines += ["    %-12s %r" % item for item in kernel.accumulators.items()]
    lines.append("indices")
    lines += ["    " + line for line in _indices(kernel)] or ["    none"]
    lines.append("errors that are looked for")
    seen = []
    for site in spec.sites:
        text = "line %d: %s, %s" % (site.place.line, site.error.__name__, site.message or "assert")
        if text not in seen:
            seen.append(text)
    lines += ["    " + text for text in seen] or ["    none"]
    lines.append("vectorised")
    lines += ["    " + line for line in _vectorised(spec)]
    return "\n".join(lines)


_MEANING = {"safe": "inside whatever the arguments are",
            "exact": "checked before the launch",
            "guarded": "checked before the launch; where that proves nothing, at each access",
            "gather": "not checked (gr.kernel(checked=True) checks it at each access)"}


def _indices(kernel):
    seen = []
    for node in tree.walk(kernel.body):
        if isinstance(node, (tree.Load, tree.Store, tree.Atomic)):
            place = kernel.source.place(node.at)
            text = place.text[place.col:place.end]
            line = "line %d: %s: %s" % (place.line, text,
                                        _MEANING[getattr(node, "bounds", "gather")])
            if line not in seen:
                seen.append(line)
    return seen


def _vectorised(spec):
    """What the compiler says of the loops of the kernel's lines."""
    import os
    import re
    import subprocess
    import tempfile
    from .. import toolchain
    if toolchain.compiler() is None:
        return [toolchain.no_compiler_message()]
    if toolchain.compiler().is_clang:
        flags = ["-Rpass=loop-vectorize", "-Rpass-missed=loop-vectorize"]
    else:
        flags = ["-fopt-info-vec-optimized-missed=/dev/stderr"]
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "kernel.c")
        with open(path, "w", encoding="utf-8") as file:
            file.write(spec.c_source)
        command = toolchain.command(path, os.path.join(folder, "kernel.so"), extra_flags=flags)
        made = subprocess.run(command, capture_output=True, text=True, check=False)
    first = spec.kernel.source.line(spec.kernel.source.node)
    pattern = re.compile(re.escape(spec.kernel.source.filename) + r":(\d+):\d+: (.*)")
    widths, missed = {}, {}
    for line in made.stderr.splitlines():
        found = pattern.match(line)
        if not found:
            continue
        number, text = int(found.group(1)), found.group(2)
        width = re.search(r"using (\d+) byte vectors|vectorization width: (\d+)", text)
        if "loop vectorized" in text or "vectorized loop" in text:
            size = width and (width.group(1) or width.group(2))
            widths.setdefault(number, set()).add(size or "?")
        elif "not vectorized" in text:
            missed.setdefault(number, text.split("not vectorized:")[-1].strip())
    lines = []
    if widths:
        for number, sizes in sorted(widths.items()):
            what = "the loop over %s" % spec.kernel.indices[-1] if number == first \
                else "a loop of line %d" % number
            lines.append("%s, vectors of %s bytes" % (what, max(sizes, key=lambda s: int(s)
                                                                if s.isdigit() else 0)))
    else:
        lines.append("no")
        reasons = sorted(set(missed.values()))
        lines += ["the compiler says: " + r for r in reasons[:3]]
    return lines


def _element(node):
    """What a field is of."""
    node = node.target if isinstance(node, tree.SetField) else node
    while isinstance(node, (tree.Field, tree.Part)):
        node = node.x
    return node


def stats(kernel, args, pattern, rank):
    spec = _made(kernel, args, pattern, rank)[-1]
    return _stats(spec.kernel)


def _stats(kernel):
    """Counts along the straight line: loops of constant length count so often, others once."""
    counts = {"bytes read": 0, "bytes written": 0, "flops": 0, "calls": 0, "loops": 0}

    size = types.bytes_of

    seen = set()

    def key(node):
        return (node.array.name, repr(node.index))

    def visit(node, times):
        if isinstance(node, tree.For):
            bounds = (node.lo, node.hi, node.step)
            known = all(isinstance(b, tree.Const) for b in bounds)
            counts["loops"] += not known
            inner = times * len(range(*[b.value for b in bounds])) if known else times
            for part in node.body:
                visit(part, inner)
            for part in [node.lo, node.hi] + node.orelse:
                visit(part, times)
            return
        if isinstance(node, tree.While):
            counts["loops"] += 1
        if isinstance(node, tree.SetField) or (isinstance(node, (tree.Field, tree.Part))
                                               and isinstance(_element(node), tree.Load)):
            # of an element of structs only the field is moved
            element = _element(node)
            if isinstance(element, tree.Load):
                moved = node.target if isinstance(node, tree.SetField) else node
                counts["bytes written" if moved is not node else "bytes read"] \
                    += times * size(moved.type)
                for part in element.index:
                    visit(part, times)
            if isinstance(node, tree.SetField):
                visit(node.value, times)
            return
        if isinstance(node, tree.Load) and isinstance(node.array.type, types.Array):
            # the same element again comes from a register
            if key(node) not in seen or times > 1:
                seen.add(key(node))
                counts["bytes read"] += times * size(node.type)
        elif isinstance(node, tree.Store) and isinstance(node.array.type, types.Array):
            counts["bytes written"] += times * size(node.array.type.dtype)
        elif isinstance(node, (tree.Binary, tree.Unary)) and isinstance(node.type, types.Scalar):
            if node.type.kind == "f":
                counts["flops"] += times
            elif node.type.kind == "c":
                counts["flops"] += times * {"*": 6, "/": 11}.get(node.op, 2)
        elif isinstance(node, tree.Call) and node.type.__class__ is types.Scalar \
                and node.type.kind == "f" and node.name not in ("keep", "real", "imag"):
            counts["calls" if node.name not in ("min", "max", "abs", "sqrt", "fma") else "flops"] \
                += times * (2 if node.name == "fma" else 1)
        elif isinstance(node, tree.Invoke):
            for part in node.function.body:
                visit(part, times)
        for child in tree.children(node):
            visit(child, times)

    for statement in kernel.body:
        visit(statement, 1)
    return counts
