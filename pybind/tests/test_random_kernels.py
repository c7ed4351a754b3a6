# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Random kernels, compiled and run by CPython with wrapped integers: the same bits, and an error
exactly where CPython raises one.

GRANUM_RANDOM_KERNELS is how many (120; continuous integration asks for 3000), GRANUM_RANDOM_SEED where they begin (by the day). Every
kernel that was ever wrong is in corpus/ and runs each time.
"""

from __future__ import annotations

import dataclasses
import datetime
import itertools
import math
import os
import pathlib
import re
import struct

import granum as gr
import numpy as np
import pytest
import random_kernels as rk
from granum import records, toolchain
from granum.compiler import pipeline, stage1_source
from granum.compiler.stage7_entry import Unit
from granum.kernels import Function, Scope

import direct

COUNT = int(os.environ.get("GRANUM_RANDOM_KERNELS", "120"))
SEED = int(os.environ.get("GRANUM_RANDOM_SEED", datetime.date.today().strftime("%Y%m%d")))
# What C leaves undefined shows where it is optimised, a wrong translation everywhere. A batch of three has the flags that
# users get, and costs the compiler more than three times as much for each kernel.
BATCHES = (("user", 32), ("-O0", 74), ("-O0", 74))
CORPUS = pathlib.Path(__file__).parent / "corpus"
FLOATS = [0.0, -0.0, 1.0, -1.0, 0.5, 2.5, -3.75, 1e-300, 5e-324, 1e300, -1e19, 9.3e18,
          float("inf"), float("-inf"), float("nan"), 7.0]
INTS = [0, 1, -1, 2, 3, -7, 63, 64, -64, 1 << 31, (1 << 53) + 1, (1 << 63) - 1, -(1 << 63),
        -(1 << 62), 1000003, 12]
N = len(FLOATS)
A, K = 1.75, 5
SIGNATURE = (("f64", 1, "C", False), ("i64", 1, "C", False), ("f64", 1, "C", False),
             ("i64", 1, "C", False), "i64", "i64", "f64")
STRUCTS = (records.describe(np.dtype(rk.RECORD)), 1, "C", False)


@dataclasses.dataclass
class Pair:
    k: int
    v: float = 0.5


def elements():
    s = np.zeros(N, rk.RECORD)
    s["w"], s["t"] = FLOATS, (0, 1)
    s["m"] = np.array(INTS).astype(np.int32)
    return s


def arguments(kernel, y, p, s=None):
    """What a launch of a kernel takes; those of the corpus may be older than s."""
    given = (np.array(FLOATS), np.array(INTS), y, p, N, K, A, elements() if s is None else s)
    return given[:len(kernel.parameters()) - 1]


def scope_of(text):
    names = {"math": __import__("math"), "gr": gr, "TABLE": rk.TABLE, "WEIGHTS": rk.WEIGHTS,
             "LIMIT": rk.LIMIT, "SCALE": rk.SCALE, "Pair": Pair}
    exec(compile(text, "<random>", "exec"), names)
    parts = text.split("\ndef ")
    sources = {}
    for part in parts:
        part = part.lstrip("\n")
        if part.strip():
            part = part if part.startswith("def ") else "def " + part
            source = stage1_source.from_text(part, "<random>")
            sources[source.name] = source
            if "_h" in source.name:
                names[source.name] = Function(names[source.name], source)
    return names, sources


def batches(count):
    """(first, one behind the last, how it is compiled) of each batch."""
    first = 0
    for how, size in itertools.cycle(BATCHES):
        if first >= count:
            return
        yield first, min(first + size, count), how
        first += size


def build(texts, folder, label, how="user"):
    """(library, [(name, Specialisation)]) of kernels in one C file."""
    unit = Unit(pipeline.Options())
    specs = specialised(texts, unit)
    flags = toolchain.compiler().c_flags if how == "user" else (*pipeline.REQUIRED_FLAGS, how)
    compiler = toolchain.compiler().path if how == "user" else None
    return direct.compile_c(unit.text(), folder, label, (*flags, "-w"), None, compiler), specs


def specialised(texts, unit):
    """[(name, text, Specialisation)] of kernels, which are added to a Unit."""
    specs = []
    for name, text in texts:
        names, sources = scope_of(text)
        specs.append((name, text, pipeline.compile_source(
            sources[name], Scope(names), "for", 1, SIGNATURE + (STRUCTS,) * (", a, s)" in text),
            entry="entry_" + name, unit=unit)))
    return specs


def interpreted(name, text):
    """(y, p, {iteration: error}, s) of CPython."""
    function = rk.oracle(text)[name]
    y, p = [0.0] * N, [rk.W(0)] * N
    rows = rk.Row(y, float), rk.Row(p, rk.W)
    s = [rk.Record(m, w) for m, w in zip(elements()["m"], FLOATS)]
    more = (s,) * (", a, s)" in text)
    errors = {}
    for i in range(N):
        try:
            function(rk.W(i), rk.Row(FLOATS, float), rk.Row(INTS, rk.W), *rows, rk.W(N), rk.W(K),
                     A, *more)
        except (ArithmeticError, ValueError) as error:
            errors[i] = error
    return y, p, errors, s


def bits(value):
    return "nan" if value != value else struct.pack("d", value)


def compare(library, name, text, spec):
    """What is wrong with a kernel, or None."""
    want_y, want_p, errors, want_s = interpreted(name, text)
    x, q = np.array(FLOATS), np.array(INTS)
    y, p, s = np.zeros(N), np.zeros(N, np.int64), elements()
    more = (s,) * (", a, s)" in text)
    code, fault, _ = direct.call(library, spec, [(0, N)], (x, q, y, p, N, K, A, *more))
    if (code != 0) != bool(errors):
        return "the launch answered %d, CPython raised %r" % (code, errors)
    for i in range(N):
        if i in errors:
            continue
        if bits(y[i]) != bits(want_y[i]):
            return "y[%d] = %r, CPython has %r" % (i, y[i], want_y[i])
        if int(p[i]) != int(want_p[i]):
            return "p[%d] = %d, CPython has %d" % (i, p[i], want_p[i])
        wrong = more and unlike(s, want_s, text, i)
        if wrong:
            return wrong
    return None


def unlike(s, want, text, i):
    """What is wrong with the element of s that iteration i has, or None."""
    at = eval(re.search(r"e = s\[(.*)\]\n", text).group(1), {"i": i, "n": N})
    one, other = s[at], want[at]
    if (int(one["m"]), *map(int, one["t"])) != (int(other.m), *map(int, other.t.values)) \
            or bits(one["u"]) != bits(other.u):
        return "s[%d] = %r, CPython has %d, %r, %r" % (at, one, other.m, other.t.values, other.u)
    return None


def check(texts, folder, label, how="user"):
    library, specs = build(texts, folder, label, how)
    wrong = []
    for name, text, spec in specs:
        found = compare(library, name, text, spec)
        if found:
            wrong.append("%s\n%s" % (found, text))
    return wrong


@pytest.mark.parametrize(("first", "end", "how"), [*batches(COUNT)])
def test_random_kernels_have_cpythons_bits(first, end, how, tmp_path):
    seeds = range(SEED * 1000000 + first, SEED * 1000000 + end)
    print("seeds", seeds)
    texts = [("r%d" % seed, rk.Generator(seed, "r%d" % seed).kernel()) for seed in seeds]
    wrong = check(texts, tmp_path, "batch%d" % first, how)
    assert not wrong, "\n\n".join(wrong)


def test_the_corpus_has_cpythons_bits(tmp_path):
    texts = []
    for path in sorted(CORPUS.glob("*.py")):
        text = path.read_text()
        # some functions are newer than the oldest Python
        if all(hasattr(math, name) for name in re.findall(r"math\.(\w+)", text)):
            texts.append((path.stem, text))
    wrong = check(texts, tmp_path, "corpus", "-O1")
    assert not wrong, "\n\n".join(wrong)
