# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Stage 4: which arguments a kernel reads, writes and updates atomically.

Also here, because it is about effects of iterations on each other: x[i] += v is refused where
iterations may share the element, and a scan writes only in its last pass.
"""

from __future__ import annotations

from . import tree, types
from .errors import KernelTypeError


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
    _check_updates(kernel)
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
            root = _root(node)
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


def _root(statement):
    """The variable or the element that a SetField changes."""
    root = statement.target
    while isinstance(root, (tree.Field, tree.Part)):
        root = root.x
    return root


def _updated(s):
    """The Load or Store of x[...] += v and x[...].field += v, or None."""
    if getattr(s, "augmented", None) is None:
        return None
    what = _root(s) if isinstance(s, tree.SetField) else s
    return what if isinstance(what, (tree.Load, tree.Store)) \
        and isinstance(what.array.type, types.Array) else None


# -- x[...] += v ---------------------------------------------------------------------------------

def _once(kernel):
    """{variable: what it is assigned} of those that are assigned in one place."""
    found, places = {}, {}
    for node in tree.walk(kernel.body):
        name = node.name if isinstance(node, (tree.Assign, tree.For, tree.TeamFor)) \
            else node.variable if isinstance(node, tree.Call) and node.name == "keep" else None
        if name is not None:
            places[name] = places.get(name, 0) + 1
        if isinstance(node, tree.Assign):
            found[name] = node.value
    taken = {n for n, _ in kernel.arguments} | set(kernel.indices)
    return {n: value for n, value in found.items() if places[n] == 1 and n not in taken}


def _check_updates(kernel):
    kernel.once = _once(kernel)
    changing = _changing(kernel)
    if kernel.team is not None:
        _check_team_updates(kernel, kernel.body, changing, None)
        return
    for node in tree.walk(kernel.body):
        element = _updated(node) if isinstance(node, (tree.Store, tree.SetField)) else None
        if element is not None:
            shared = _shared_by(kernel, element.index, changing)
            if shared:
                op = type(node.augmented).__name__
                atomic = {"Add": "add", "Sub": "sub", "Mult": "mul", "BitAnd": "and",
                          "BitOr": "or", "BitXor": "xor"}.get(op)
                place = kernel.source.place(node.at)
                text = place.text[place.col:place.end]
                inside = text[text.index("[") + 1:text.rindex("]")] if "[" in text else "i"
                if "," in inside:
                    inside = "(%s)" % inside
                raise KernelTypeError(
                    "iterations of different %s may update the same element %s at once"
                    % (", ".join(shared), text), place,
                    "write gr.atomic_%s(%s, %s, value)" % (atomic, node.array.name, inside)
                    if atomic and isinstance(node, tree.Store) else "use another array for each iteration")


def _check_team_updates(kernel, statements, changing, within):
    """x[...] += v in a kernel of teams: on one thread of a team, or of a nested range's own."""
    for s in statements:
        if isinstance(s, tree.TeamFor):
            _check_team_updates(kernel, s.body, changing - {s.name}, s)
        elif isinstance(s, tree.TeamSingle):
            _check_team_updates(kernel, s.body, changing, within or s)
        elif isinstance(s, (tree.If, tree.For, tree.While)):
            _check_team_updates(kernel, s.body, changing, within)
            _check_team_updates(kernel, s.orelse, changing, within)
        elif isinstance(s, (tree.Store, tree.SetField)) and _updated(s) is not None:
            element = _updated(s)
            arguments = [n for n, _ in kernel.arguments]
            needed = ["league_rank"] if element.array.name in arguments else []
            if isinstance(within, tree.TeamFor):
                needed.append(within.name)
            forms = [_linear(i, kernel, changing) for i in element.index]
            for form in sorted((f for f in forms if f), key=len):
                left = [n for n in form if n in needed]
                if len(left) == 1:
                    needed.remove(left[0])
            if needed or within is None:
                place = kernel.source.place(s.at)
                raise KernelTypeError(
                    "threads of %s may update the same element %s at once"
                    % ("a team" if within is None else "different teams"
                       if "league_rank" in needed else "a team",
                       place.text[place.col:place.end]), place,
                    "put it under `if gr.team_single(%s):`, in a range of the team with an index "
                    "of its own, or write gr.atomic_add" % kernel.indices[0])


def _changing(kernel):
    """Names whose value may differ between iterations in a way that is not followed here."""
    changing = set(kernel.locals) - {n for n, _ in kernel.arguments}
    changing |= {n for n, _ in kernel.arguments if n in kernel.locals}
    return changing


def _shared_by(kernel, index, changing):
    """Indices of the range that do not tell the elements of their iterations apart."""
    left = set(kernel.indices)
    forms = [_linear(i, kernel, changing) for i in index]
    while True:
        before = len(left)
        for form in forms:
            if form is None:
                continue
            unknown = [n for n in form if n in left]
            if len(unknown) == 1:
                left.discard(unknown[0])
        if len(left) == before:
            return sorted(left)


def _linear(x, kernel, changing):
    """{index: nonzero constant} where x is a linear form of the indices of the range plus
    something that is the same in all iterations; else None."""
    if isinstance(x, (tree.Const, tree.Extent)):
        return {}
    if isinstance(x, tree.Convert) and x.type.kind in "iu":
        return _linear(x.x, kernel, changing) if types.is_integer(x.x.type) \
            and x.x.type.bits <= x.type.bits else None
    if isinstance(x, tree.Var):
        inner = kernel.team is not None and x.name in kernel.inner
        if (x.name in kernel.indices or inner) and x.name not in changing:
            return {x.name: 1}
        if x.name in changing:
            value = kernel.once.get(x.name)
            return None if value is None else _linear(value, kernel, changing)
        return {}
    if isinstance(x, tree.Call) and x.name == "team_field":
        return {"league_rank": 1} if x.field == "league_rank" else \
            {} if x.field == "league_size" else None
    if isinstance(x, tree.Binary) and x.op in ("+", "-"):
        a, b = _linear(x.a, kernel, changing), _linear(x.b, kernel, changing)
        if a is None or b is None:
            return None
        sum_ = dict(a)
        for name, factor in b.items():
            sum_[name] = sum_.get(name, 0) + (factor if x.op == "+" else -factor)
        return {n: f for n, f in sum_.items() if f}
    if isinstance(x, tree.Binary) and x.op == "*":
        for constant, other in ((x.a, x.b), (x.b, x.a)):
            if isinstance(constant, tree.Const):
                form = _linear(other, kernel, changing)
                return None if form is None else {
                    n: f * constant.value for n, f in form.items() if f * constant.value}
        a, b = _linear(x.a, kernel, changing), _linear(x.b, kernel, changing)
        return {} if a == {} and b == {} else None
    if isinstance(x, tree.Unary) and x.op == "-":
        form = _linear(x.x, kernel, changing)
        return None if form is None else {n: -f for n, f in form.items()}
    if isinstance(x, (tree.Load, tree.Call, tree.Invoke, tree.Atomic)):
        return None
    parts = list(tree.children(x))
    return {} if parts and all(_linear(p, kernel, changing) == {} for p in parts) else None


def _check_scan(kernel):
    def visit(statements, last):
        for s in statements:
            inner = [n for n in tree.walk([s]) if isinstance(n, tree.Atomic)] \
                if not isinstance(s, (tree.If, tree.For, tree.While)) else []
            element = _root(s) if isinstance(s, tree.SetField) else s
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
