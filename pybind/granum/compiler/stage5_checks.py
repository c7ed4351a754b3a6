# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Stage 5, checks: what the entry looks at before a launch, in C."""

from __future__ import annotations

from .stage5_forms import Text, add, constant, spell
from .stage6_shared import Site


class Check:
    """A check before the launch: that an index, and others a constant away from it, are inside."""

    def __init__(self, low, high, extent, skip, exact):
        self.low = low            # alternatives of sets of forms, of the index itself
        self.high = high
        self.extent = extent      # a form
        self.skip = skip          # forms: where one is < 0, the index is never reached
        self.exact = exact
        self.sites = []           # (site, constant that it adds to the index)

    def emit(self, body, shared):
        text = Text(body)
        offsets = [c for _, c in self.sites]
        low = _any_of([[_at_least_zero(add(f, constant(min(offsets))), text) for f in g]
                       for g in self.low])
        room = add(self.extent, constant(-1 - max(offsets)))
        high = _any_of([[_at_least_zero(add(room, f, -1), text) for f in g] for g in self.high])
        if low == "true" and high == "true":
            return []
        test = " && ".join("(%s)" % t if " || " in t else t
                           for t in (low, high) if t != "true")
        for form in self.skip:
            reached = _at_least_zero(form, text)
            if reached != "true":
                test = "(!(%s) || (%s))" % (reached, test)
        if not self.exact:
            body.guarded_checks = True
            return ["gr_proven &= %s;" % test]
        site = Site(None, "", self.sites[0][0].place, kind="launch")
        site.check = self
        shared.need("gr_py_refuse")
        return ["if (!(%s)) {" % test,
                "    return gr_py_refuse(gr_fault, %d, %s, %s, %s);" % (
                    shared.site_code(site), _word(self.low[0][0], text),
                    _word(self.high[0][0], text), _word(self.extent, text)),
                "}"]


def _any_of(alternatives):
    texts = []
    for group in alternatives:
        parts = [t for t in group if t != "true"]
        if not parts:
            return "true"
        if "false" not in parts:
            texts.append(" && ".join(parts))
    if not texts:
        return "false"
    return texts[0] if len(texts) == 1 else " || ".join("(%s)" % t for t in texts)


def _at_least_zero(form, text):
    if not form:
        return "true"
    if list(form) == [()]:
        return "true" if form[()] >= 0 else "false"
    c = form.get((), 0)
    left = [t for t, k in form.items() if t and k == 1 and len(t) == 1]
    right = [t for t, k in form.items() if t and k == -1 and len(t) == 1]
    terms = len(form) - (1 if c else 0)
    if terms == 1 and left:
        return "%s >= %d" % (text(left[0][0]), -c)
    if terms == 1 and right:
        return "%s <= %d" % (text(right[0][0]), c)
    if terms == 2 and left and right and (c == 0 or left[0][0].name.startswith("('extent'")) \
            and abs(c) < 1 << 40:
        shift = " %s %d" % ("+" if c > 0 else "-", abs(c)) if c else ""
        return "%s%s >= %s" % (text(left[0][0]), shift, text(right[0][0]))
    return "%s >= 0" % spell(form, text)


def _word(form, text):
    spelled = spell(form, text)
    return spelled if len(form) <= 1 else "(int64_t)%s" % spelled
