# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Stage 4, x[...] += v: refused where iterations of the range may update one element at once.

Each index is taken apart into a linear form of the indices of the range, through variables that
are assigned once and through calls of functions, whose arguments are forms of the caller's.
"""

from __future__ import annotations

from . import tree, types
from .errors import KernelTypeError

_ATOMIC = {"Add": "add", "Sub": "sub", "Mult": "mul", "BitAnd": "and", "BitOr": "or",
           "BitXor": "xor"}


def root_of(statement):
    """The variable or the element that a SetField changes."""
    root = statement.target
    while isinstance(root, (tree.Field, tree.Part)):
        root = root.x
    return root


class _Frame:
    """A function under way: the kernel itself, or a call with its arguments."""

    def __init__(self, function, caller=None, call=None):
        self.function = function
        self.caller = caller
        self.kernel = caller.kernel if caller else function
        self.arguments = {n: a for (n, _), a in zip(function.params, call.args)} if call else {}
        taken = {n for n, _ in function.params}
        self.changing = set(function.locals)
        self.once = {n: v for n, v in _once(function).items() if n not in taken}

    def variable(self, name):
        """The form of a variable, or None."""
        if self.caller is not None and name not in self.changing:
            value = self.arguments.get(name)
            return None if value is None else _linear(value, self.caller)
        if self.caller is None:
            inner = self.kernel.team is not None and name in self.kernel.inner
            if (name in self.kernel.indices or inner) and name not in self.changing:
                return {name: 1}
        if name in self.changing:
            value = self.once.get(name)
            return None if value is None else _linear(value, self)
        return {}

    def is_whole(self, array):
        """Whether an array of this function is one of the launch, so that its shape is."""
        if self.caller is None:
            return True
        value = self.arguments.get(array)
        return isinstance(value, tree.ArrayRef) and self.caller.is_whole(value.name)

    def element(self, array, forms):
        """(array of the kernel, forms of its indices) of an element of one of this function's."""
        if self.caller is None or array not in self.arguments:
            return array, forms
        value = self.arguments[array]
        if isinstance(value, tree.ArrayRef):
            return self.caller.element(value.name, forms)
        rest, full = iter(forms), []
        for part in value.index:
            if isinstance(part, tuple):
                inner = next(rest)
                if inner is not None:
                    inner = {n: f * tree.step_of(part) for n, f in inner.items()}
                full.append(_sum(_linear(part[0], self.caller), inner))
            else:
                full.append(_linear(part, self.caller))
        return self.caller.element(value.array.name, full)


def _once(function):
    """{variable: what it is assigned} of those that are assigned in one place."""
    found, places = {}, {}
    for node in tree.walk(function.body):
        name = node.name if isinstance(node, (tree.Assign, tree.For, tree.TeamFor)) \
            else node.variable if isinstance(node, tree.Call) and node.name == "keep" else None
        if name is not None:
            places[name] = places.get(name, 0) + 1
        if isinstance(node, tree.Assign):
            found[name] = node.value
    return {n: value for n, value in found.items() if places[n] == 1}


class _Update:
    """One x[...] += v: the array of the kernel, the forms of its indices, and where it stands."""

    def __init__(self, node, element, frame):
        self.node = node
        self.array, self.forms = frame.element(
            element.array.name, [_linear(i, frame) for i in element.index])
        self.place = frame.function.source.place(node.at)
        self.text = self.place.text[self.place.col:self.place.end]
        self.local = not isinstance(dict(frame.kernel.arguments).get(self.array), types.Array)
        self.name = element.array.name


def _updates(statements, frame):
    """The Updates of statements and of the functions that they call."""
    for node in tree.walk(statements):
        if isinstance(node, (tree.Store, tree.SetField)) \
                and getattr(node, "augmented", None) is not None:
            what = root_of(node) if isinstance(node, tree.SetField) else node
            if isinstance(what, (tree.Load, tree.Store)) \
                    and isinstance(what.array.type, types.Array):
                yield _Update(node, what, frame)
        elif isinstance(node, tree.Invoke):
            yield from _updates(node.function.body, _Frame(node.function, frame, node))


def check(kernel):
    frame = _Frame(kernel)
    # what is given is the same in all iterations, unless the kernel assigns it
    frame.changing = set(kernel.locals)
    if kernel.team is not None:
        _check_teams(kernel, kernel.body, frame, None)
        return
    for update in _updates(kernel.body, frame):
        shared = [] if update.local else _shared(kernel, update.forms)
        if not shared:
            continue
        atomic = _ATOMIC.get(type(update.node.augmented).__name__)
        text = update.text
        inside = text[text.index("[") + 1:text.rindex("]")] if "[" in text else "i"
        raise KernelTypeError(
            "iterations of different %s may update the same element %s at once"
            % (", ".join(shared), text), update.place,
            "write gr.atomic_%s(%s, %s, value)" % (
                atomic, update.name, "(%s)" % inside if "," in inside else inside)
            if atomic and isinstance(update.node, tree.Store)
            else "write gr.atomic_%s(%s[\"%s\"], index, value)" % (
                atomic, update.name, update.node.target.name)
            if atomic and isinstance(update.node, tree.SetField)
            and isinstance(update.node.target, tree.Field)
            and isinstance(update.node.target.x, tree.Load)
            else "use another array for each iteration")


def _shared(kernel, forms):
    """Indices of the range that do not tell the elements of their iterations apart."""
    left = set(kernel.indices)
    while True:
        before = len(left)
        for form in forms:
            unknown = [n for n in form or () if n in left]
            if len(unknown) == 1:
                left.discard(unknown[0])
        if len(left) == before:
            return sorted(left)


def _check_teams(kernel, statements, frame, within):
    """In a kernel of teams: on one thread of a team, or of a nested range's own."""
    for s in statements:
        if isinstance(s, tree.TeamFor):
            inner = s.name in frame.changing
            frame.changing.discard(s.name)
            _check_teams(kernel, s.body, frame, s)
            if inner:
                frame.changing.add(s.name)
        elif isinstance(s, tree.TeamSingle):
            _check_teams(kernel, s.body, frame, within or s)
        elif isinstance(s, (tree.If, tree.For, tree.While)):
            _check_teams(kernel, s.body, frame, within)
            _check_teams(kernel, s.orelse, frame, within)
        else:
            for update in _updates([s], frame):
                _check_team(kernel, update, within)


def _check_team(kernel, update, within):
    needed = [] if update.local else ["league_rank"]
    if isinstance(within, tree.TeamFor):
        needed.append(within.name)
    for form in sorted((f for f in update.forms if f), key=len):
        left = [n for n in form if n in needed]
        if len(left) == 1:
            needed.remove(left[0])
    if needed or within is None:
        raise KernelTypeError(
            "threads of %s may update the same element %s at once"
            % ("a team" if within is None else "different teams"
               if "league_rank" in needed else "a team", update.text), update.place,
            "put it under `if gr.team_single(%s):`, in a range of the team with an index "
            "of its own, or write gr.atomic_add" % kernel.indices[0])


def _sum(a, b):
    """The sum of two forms, or None."""
    if a is None or b is None:
        return None
    total = dict(a)
    for name, factor in b.items():
        total[name] = total.get(name, 0) + factor
    return {n: f for n, f in total.items() if f}


def _linear(x, frame):
    """{index: nonzero constant} where x is a linear form of the indices of the range plus
    something that is the same in all iterations; else None."""
    if isinstance(x, tree.Const):
        return {}
    if isinstance(x, tree.Extent):
        return {} if frame.is_whole(x.array.name) else None
    if isinstance(x, tree.Convert) and x.type.kind in "iu":
        return _linear(x.x, frame) if types.is_integer(x.x.type) \
            and x.x.type.bits <= x.type.bits else None
    if isinstance(x, tree.Var):
        return frame.variable(x.name)
    if isinstance(x, tree.Call) and x.name == "team_field":
        return {"league_rank": 1} if x.field == "league_rank" else \
            {} if x.field == "league_size" else None
    if isinstance(x, tree.Binary) and x.op in ("+", "-"):
        a, b = _linear(x.a, frame), _linear(x.b, frame)
        if a is None or b is None:
            return None
        sum_ = dict(a)
        for name, factor in b.items():
            sum_[name] = sum_.get(name, 0) + (factor if x.op == "+" else -factor)
        return {n: f for n, f in sum_.items() if f}
    if isinstance(x, tree.Binary) and x.op == "*":
        for constant, other in ((x.a, x.b), (x.b, x.a)):
            if isinstance(constant, tree.Const):
                form = _linear(other, frame)
                return None if form is None else {
                    n: f * constant.value for n, f in form.items() if f * constant.value}
        a, b = _linear(x.a, frame), _linear(x.b, frame)
        return {} if a == {} and b == {} else None
    if isinstance(x, tree.Unary) and x.op == "-":
        form = _linear(x.x, frame)
        return None if form is None else {n: -f for n, f in form.items()}
    if isinstance(x, (tree.Load, tree.Call, tree.Invoke, tree.Atomic)):
        return None
    parts = list(tree.children(x))
    return {} if parts and all(_linear(p, frame) == {} for p in parts) else None
