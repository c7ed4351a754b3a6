# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Pieces of C: numbers, strings, parentheses."""

from __future__ import annotations

import math
import re

from .types import F32, FLOAT, U64


# C's strings, whose text is not touched, and compound literals: (name){...
_STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"')
_LITERAL = re.compile(r"\((\w+)\)\{")


def matches(text):
    """Whether the first parenthesis closes at the end."""
    depth = 0
    for k, c in enumerate(text):
        if c == "(":
            depth += 1
        elif c == ")":
            depth -= 1
            if depth == 0:
                return k == len(text) - 1
    return False


def strip(text):
    if text.startswith("(") and not text.startswith("({") and matches(text):
        return text[1:-1]
    return text


def c_string(text):
    out = []
    for byte in text.encode():
        c = chr(byte)
        if c in "\\\"":
            out.append("\\" + c)
        elif 32 <= byte < 127 and c != "?":
            out.append(c)
        else:
            out.append("\\%03o" % byte)
    return '"%s"' % "".join(out)


def constant(value, kind, shared=None):
    """A number as C writes it, with the same bits."""
    if kind.kind == "b":
        return "true" if value else "false"
    if kind.kind in "iue":
        if kind is U64:
            return "%dull" % value
        if value == -(1 << 63):
            return "(-9223372036854775807 - 1)"
        return "%d" % value if value >= 0 else "(%d)" % value
    if kind.kind == "c":
        if shared is not None:
            shared.need(kind.c + "_of")
        part = FLOAT if kind.bits == 128 else F32
        return "%s_of(%s, %s)" % (kind.c, constant(value.real, part), constant(value.imag, part))
    suffix = "f" if kind is F32 else ""
    if math.isinf(value):
        text = "__builtin_inf%s()" % suffix
        return text if value > 0 else "(-%s)" % text
    if math.isnan(value):
        return "__builtin_nan%s(\"\")" % suffix
    text = repr(value) + suffix
    return "(%s)" % text if text.startswith("-") else text


def lambdas(text):
    """C's statements in expressions and literals of structs, as a C++ without them has it."""
    strings = []

    def put_away(found):
        strings.append(found.group())
        return "\0%d\0" % (len(strings) - 1)
    text = _LITERAL.sub(r"\1{", _STRING.sub(put_away, text))
    while True:
        start = text.rfind("({ ")
        if start < 0:
            return re.sub("\0([0-9]+)\0", lambda found: strings[int(found.group(1))], text)
        end = text.index("; })", start)
        at, depth = end, 0
        while depth > 0 or text[at - 1] not in ";{":        # back to where the last expression begins
            at -= 1
            depth += (text[at] == "}") - (text[at] == "{")
        text = "%s([&] {%s return %s; }())%s" % (text[:start], text[start + 2:at], text[at:end].strip(),
                                                 text[end + 4:])
