# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Stage 5, accesses: an index, and whether it is inside of its array."""

from __future__ import annotations

from . import tree, types
from .stage5_checks import Check
from .stage5_forms import MOST, Value, add, constant, cross, exactly, key_of, multiply, sums
from .stage6_shared import Site


class Accesses:
    """The part of Bounds that looks at accesses."""

    def access(self, node, array, index):
        values = [self.value(i) for i in index]
        kind = array.type
        if isinstance(kind, types.Local):
            for d, value in enumerate(values):
                self.check(node, array.name, d, index[d], value, constant(kind.shape[d]))
            return
        base = self.arrays.get(array.name)
        if base is None:
            note(node, "gather")
            return
        name, parts = base
        if parts is None:
            for d, value in enumerate(values):
                self.check(node, name, d, index[d], value, self.extent(name, d))
            return
        rest = iter(zip(values, index))
        for d, part in enumerate(parts):
            if not isinstance(part, tuple):
                self.check(node, name, d, node, part, self.extent(name, d))
                continue
            value, at = next(rest)
            lo = part[0]
            if value is not None and tree.step_of(part) != 1:
                value = self.product(exactly(constant(tree.step_of(part))), value)
            if value is not None and lo is not None:
                form = add(value.form, lo.form) if None not in (value.form, lo.form) else None
                value = Value(sums(value.lower, lo.lower), sums(value.upper, lo.upper), form)
            else:
                value = None
            self.check(node, name, d, at, value, self.extent(name, d))

    def check(self, node, array, dim, at, value, extent):
        """Note what is known about one index of an access."""
        if value is None or not value.lower or not value.upper:
            note(node, "gather")
            return
        low = self.eliminate(value.lower, False)
        high = self.eliminate(value.upper, True)
        if not low or not high:
            note(node, "gather")
            return
        below = [[f for f in g if not proved(f)] for g in low]
        above = [[f for f in g if not proved(add(add(extent, constant(-1)), f, -1))]
                 for g in high]
        if any(not g for g in below) and any(not g for g in above):
            note(node, "safe")
            return
        exact = self.exact and value.form is not None and not self.constraints \
            and len(low) == 1 and len(low[0]) == 1 and len(high) == 1 and len(high[0]) == 1 \
            and self.plain(value.form)
        note(node, self.add_check(node, array, dim, at, low, high, extent, exact))

    def add_check(self, node, array, dim, at, low, high, extent, exact):
        """Add an access to the checks; what it is thereby."""
        place = self.source.place(getattr(at, "at", node.at))
        text = place.text[place.col:place.end]
        site = Site(None, "", place, kind="launch", array=array, dim=dim, expression=text)
        # accesses whose bounds differ by a constant share a check
        offset = 0
        if len(low) == 1 and len(low[0]) == 1 and len(high) == 1 and len(high[0]) == 1:
            offset = low[0][0].get((), 0)
            low = [[add(low[0][0], constant(-offset))]]
            high = [[add(high[0][0], constant(-offset))]]
        key = (array, dim, tuple(tuple(key_of(f) for f in g) for g in low),
               tuple(tuple(key_of(f) for f in g) for g in high))
        skip = tuple(key_of(f) for f in self.skip)
        if not exact:
            # a launch that gets so far has passed the check of an access that it surely reaches
            sure = self.checks.get(key + ((), True))
            if sure is not None and min(c for _, c in sure.sites) <= offset \
                    <= max(c for _, c in sure.sites):
                return "exact"
        key += (skip, exact)
        if key not in self.checks:
            self.checks[key] = Check(low, high, extent, list(self.skip), exact)
        self.checks[key].sites.append((site, offset))
        return "exact" if exact else "guarded"

    def plain(self, form):
        """Whether all variables of a form take every value between their bounds."""
        return all(s.exact and (not s.depth or (s.value is not None and len(s.value.lower) == 1
                                                and len(s.value.upper) == 1))
                   for t in form for s in t)

    def eliminate(self, alternatives, most):
        """Alternatives without variables of the iteration: the largest (or smallest) values."""
        result = []
        for group in alternatives:
            sides = [self.without(form, most, 0) for form in group]
            if any(not s for s in sides):
                continue
            merged = sides[0]
            for side in sides[1:]:
                merged = cross(merged, side)
            result += merged
        return result[:MOST]

    def without(self, form, most, depth):
        """Alternatives for the largest (smallest) value of a form over the iteration."""
        variables = sorted({s for t in form for s in t if s.depth}, key=lambda s: -s.depth)
        if not variables:
            return [[form]]
        if depth > 6:
            return []
        inner = variables[0]
        parts = {t: c for t, c in form.items() if inner in t}
        rest = {t: c for t, c in form.items() if inner not in t}
        found = []
        if list(parts) == [(inner,)]:
            factor = parts[(inner,)]
            upward = (factor > 0) == most
            for constraint in self.constraints:
                found += self.by_constraint(form, inner, factor, constraint, most, depth)
            bounds = inner.value
            if bounds is not None:
                for group in (bounds.upper if upward else bounds.lower):
                    forms = [add(rest, {t: c * factor for t, c in f.items()}) for f in group]
                    found += self.eliminate_group(forms, most, depth)
            return found[:MOST]
        # a factor that is a constant of the launch: its sign is not known, so both ends count
        bounds = inner.value
        if bounds is None or not bounds.lower or not bounds.upper:
            return []
        factor = {}
        for t, c in parts.items():
            others = list(t)
            others.remove(inner)
            factor[tuple(others)] = c
        ends = []
        for end in (bounds.lower[0], bounds.upper[0]):
            for f in end:
                product = multiply(factor, f)
                if product is None:
                    return []
                ends.append(add(rest, product))
        return self.eliminate_group(ends, most, depth)

    def eliminate_group(self, forms, most, depth):
        sides = [self.without(f, most, depth + 1) for f in forms]
        if not sides or any(not s for s in sides):
            return []
        merged = sides[0]
        for side in sides[1:]:
            merged = cross(merged, side)
        return merged

    def by_constraint(self, form, inner, factor, constraint, most, depth):
        """form <= form + n * constraint for n >= 0, chosen so that `inner` goes."""
        other = constraint.get((inner,), 0)
        if not other or any(inner in t and t != (inner,) for t in constraint):
            return []
        if factor % other:
            return []
        n = -factor // other if most else factor // other
        if n <= 0:
            return []
        return self.without(add(form, constraint, n if most else -n), most, depth + 1)


def proved(form):
    return not form or (list(form) == [()] and form[()] >= 0)


_RANK = {"safe": 0, "exact": 1, "guarded": 2, "gather": 3}


def note(node, what):
    """An access is what the worst of its indices and callers makes it; a guarded one stays one."""
    old = getattr(node, "bounds", "safe")
    node.bounds = what if _RANK[what] > _RANK[old] else old
    if what == "guarded" or getattr(node, "guarded", False):
        node.guarded = True
