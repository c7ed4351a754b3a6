# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Stage 4: which arguments a kernel reads, writes and updates atomically.

Also here, because it is about effects: a scan writes only in its last pass. That x[i] += v is
refused where iterations may share the element is in stage4_updates.py.
"""

from __future__ import annotations

from . import stage4_updates, tree, types
from .errors import KernelTypeError
from .stage4_updates import root_of


class Effects(dict):
    """{argument: "read" | "write" | "read write" | "atomic" ...}, arrays only."""

    @property
    def reads(self):
        return [n for n, what in self.items() if "read" in what]

    @property
    def writes(self):
        return [n for n, what in self.items() if "write" in what or "atomic" in what]


def find(kernel):
    """The Effects of a kernel; `kernel.writes` is set for the emitter."""
    found = _collect(kernel, {})
    stage4_updates.check(kernel)
    if kernel.pattern == "scan":
        _check_scan(kernel)
    effects = Effects()
    for name, kind in kernel.arguments:
        if isinstance(kind, types.Array):
            words = [w for w in ("read", "write", "atomic") if (name, w) in found]
            effects[name] = " ".join(words) if words else "unused"
            if kind.readonly and ("write" in words or "atomic" in words):
                raise KernelTypeError("%s is read-only, and the kernel writes to it" % name,
                                      kernel.source.place(kernel.source.node),
                                      "pass a writable array")
    kernel.writes = set(effects.writes)
    return effects


def _collect(function, cache):
    """{(parameter, "read" | "write" | "atomic")} of a function."""
    if function in cache:
        return cache[function]
    found = cache[function] = set()
    targets = set()           # elements that are assigned a field of
    for node in tree.walk(function.body):
        if isinstance(node, tree.Load):
            if id(node) not in targets:
                found.add((node.array.name, "read"))
        elif isinstance(node, tree.Store):
            found.add((node.array.name, "write"))
        elif isinstance(node, tree.SetField):
            root = root_of(node)
            if isinstance(root, tree.Load):
                found.add((root.array.name, "write"))
                targets.add(id(root))
        elif isinstance(node, tree.Atomic):
            found.add((node.array.name, "atomic"))
        elif isinstance(node, tree.Invoke):
            inner = _collect(node.function, cache)
            for (name, _), arg in zip(node.function.params, node.args):
                base = arg.array if isinstance(arg, tree.Slice) else arg
                if isinstance(base, tree.ArrayRef):
                    found |= {(base.name, what) for n, what in inner if n == name}
        elif isinstance(node, tree.Print):
            for part in node.parts:
                if isinstance(part, tuple):
                    for inner in tree.walk(part[0]):
                        if isinstance(inner, tree.Load):
                            found.add((inner.array.name, "read"))
    return found


def _check_scan(kernel):
    def visit(statements, last):
        for s in statements:
            inner = [n for n in tree.walk([s]) if isinstance(n, tree.Atomic)] \
                if not isinstance(s, (tree.If, tree.For, tree.While)) else []
            element = root_of(s) if isinstance(s, tree.SetField) else s
            if inner == [] and not last and not isinstance(s, (tree.If, tree.For, tree.While)):
                inner = [n for n in tree.walk([s]) if isinstance(n, tree.Invoke)
                         and any(what != "read" and isinstance(
                             dict(n.function.params).get(name), types.Array)
                             for name, what in _collect(n.function, {}))]
            if not last and (inner or (isinstance(element, (tree.Store, tree.Load))
                                       and isinstance(element.array.type, types.Array))):
                raise KernelTypeError(
                    "a scan writes in every pass", kernel.source.place(s.at),
                    "the body runs twice: write under `if %s:`" % kernel.final)
            if isinstance(s, tree.If):
                visit(s.body, last or _is_final(s.test))
                visit(s.orelse, last)
            elif isinstance(s, (tree.For, tree.While)):
                visit(s.body, last)
                visit(s.orelse, last)

    def _is_final(test):
        if isinstance(test, tree.Var):
            return test.name == kernel.final
        return isinstance(test, tree.Logic) and test.op == "and" \
            and any(_is_final(i) for i in test.items)

    visit(kernel.body, False)
