# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Stage 5, forms: what is known about an integer of a kernel, in terms of what a launch knows.

Forms are sums of products: {(): 3, ("i",): 1, ("n", "i"): 2} is 3 + i + 2 n i. A bound is a list
of alternatives, each valid by itself; an alternative is a set of forms, of which the largest (or
smallest) counts: max(i - 1, 0) is at least each of two, and at most the larger of two.
"""

from __future__ import annotations

import itertools

MOST = 8            # alternatives of a bound, forms of an alternative
MOST_TERMS = 12
LARGE = 1 << 60     # constants near the end of 64 bits wrap, which forms do not


class Symbol:
    """Something that forms are made of: a constant of the launch, or a variable of an iteration
    (depth > 0: larger is further inside) with bounds of its own."""

    __slots__ = ("name", "text", "depth", "value", "differs", "exact", "serial")
    created = itertools.count()

    def __init__(self, name, text=None, depth=0, value=None, exact=True):
        self.serial = next(Symbol.created)     # the same order in every process
        self.name = name
        self.text = text          # of a constant: emitter -> C
        self.depth = depth
        self.value = value        # of a variable: its Value in terms of outer ones
        self.differs = []         # constants of the launch that the variable is not
        self.exact = exact        # takes every value between its bounds

    def __repr__(self):
        return self.name


def constant(value):
    return {(): value} if value else {}


def symbol(s):
    return {(s,): 1}


def add(a, b, factor=1):
    result = dict(a)
    for term, c in b.items():
        c = result.get(term, 0) + c * factor
        if c:
            result[term] = c
        else:
            result.pop(term, None)
    return result


def multiply(a, b):
    """The product, or None where it is not linear in the variables of an iteration."""
    result = {}
    for s, c in a.items():
        for t, d in b.items():
            term = tuple(sorted(s + t, key=lambda x: x.serial))
            if len(term) > 2 or sum(1 for x in term if x.depth) > 1:
                return None
            result[term] = result.get(term, 0) + c * d
    return {t: c for t, c in result.items() if c}


def key_of(form):
    return tuple(sorted((tuple(sorted(s.serial for s in t)), c) for t, c in form.items()))


def unique(forms):
    seen, kept = set(), []
    for form in forms:
        key = key_of(form)
        if key not in seen:
            seen.add(key)
            kept.append(form)
    return kept


class Value:
    """An integer: lower and upper alternatives; `form` where it is known exactly."""

    __slots__ = ("lower", "upper", "form")

    def __init__(self, lower, upper, form=None):
        self.lower = lower[:MOST]
        self.upper = upper[:MOST]
        self.form = form


def exactly(form):
    return Value([[form]], [[form]], form)


def cross(a, b):
    """Alternatives for the larger (or smaller) of two values."""
    return [g for g in (unique(x + y) for x in a for y in b) if len(g) <= MOST][:MOST]


def sums(a, b, factor=1):
    made = []
    for x in a:
        for y in b:
            group = unique([add(f, g, factor) for f in x for g in y])
            if len(group) <= MOST:
                made.append(group)
    return made[:MOST]


def either(a, b):
    if a is None or b is None:
        return None
    if a.form is not None and b.form is not None and key_of(a.form) == key_of(b.form):
        return a
    return Value(cross(a.lower, b.lower), cross(a.upper, b.upper))


def renamed(form, old, fresh):
    return {tuple(fresh if s is old else s for s in t): c for t, c in form.items()}


def spell(form, text):
    """A form in C; 128 bits where it has more than one term."""
    parts = []
    wide = len(form) > 1 or any(len(t) > 1 or (t and c not in (1,)) for t, c in form.items())
    for term, c in sorted(form.items(), key=lambda item: (not item[0], item[1] < 0)):
        factors = [text(s) for s in term]
        if not factors:
            factors = [str(abs(c))]
        elif abs(c) != 1:
            factors.insert(0, str(abs(c)))
        if wide and not parts:
            factors[0] = "(__int128)" + factors[0]
        elif wide and len(factors) > 1:
            factors[0] = "(__int128)" + factors[0]
        product = " * ".join(factors)
        if not parts:
            parts.append(("-" if c < 0 else "") + product)
        else:
            parts.append(" %s %s" % ("-" if c < 0 else "+", product))
    joined = "".join(parts) or "0"
    return "(%s)" % joined if len(form) > 1 else joined


class Text:
    """How symbols are spelled in the entry."""

    def __init__(self, body):
        self.body = body

    def __call__(self, s):
        return s.text(self.body)
