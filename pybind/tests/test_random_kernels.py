# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Random kernels, compiled and run by CPython with wrapped integers: the same bits, and an error
exactly where CPython raises one.

GRANUM_RANDOM_KERNELS is how many (120; continuous integration asks for 3000), GRANUM_RANDOM_SEED where they begin (by the day). Every
kernel that was ever wrong is in corpus/ and runs each time.
"""

from __future__ import annotations

import datetime
import math
import os
import pathlib
import re
import struct

import granum as gr
import numpy as np
import pytest
import random_kernels as rk
from granum.compiler import pipeline, stage1_source
from granum.compiler.stage7_entry import Unit
from granum.kernels import Function, Scope

import direct

COUNT = int(os.environ.get("GRANUM_RANDOM_KERNELS", "120"))
SEED = int(os.environ.get("GRANUM_RANDOM_SEED", datetime.date.today().strftime("%Y%m%d")))
BATCH = 60
CORPUS = pathlib.Path(__file__).parent / "corpus"
FLOATS = [0.0, -0.0, 1.0, -1.0, 0.5, 2.5, -3.75, 1e-300, 5e-324, 1e300, -1e19, 9.3e18,
          float("inf"), float("-inf"), float("nan"), 7.0]
INTS = [0, 1, -1, 2, 3, -7, 63, 64, -64, 1 << 31, (1 << 53) + 1, (1 << 63) - 1, -(1 << 63),
        -(1 << 62), 1000003, 12]
N = len(FLOATS)
A, K = 1.75, 5
SIGNATURE = (("f64", 1, "C", False), ("i64", 1, "C", False), ("f64", 1, "C", False),
             ("i64", 1, "C", False), "i64", "i64", "f64")


def scope_of(text):
    names = {"math": __import__("math"), "gr": gr, "TABLE": rk.TABLE, "WEIGHTS": rk.WEIGHTS,
             "LIMIT": rk.LIMIT, "SCALE": rk.SCALE}
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


def build(texts, folder, label):
    """(library, [(name, Specialisation)]) of kernels in one C file."""
    unit = Unit(pipeline.Options())
    specs = []
    for name, text in texts:
        names, sources = scope_of(text)
        specs.append((name, text, pipeline.compile_source(
            sources[name], Scope(names), "for", 1, SIGNATURE, entry="entry_" + name, unit=unit)))
    return direct.compile_c(unit.text(), folder, label, (*pipeline.REQUIRED_FLAGS, "-w"), "-O1"), specs


def interpreted(name, text):
    """(y, p, {iteration: error}) of CPython."""
    function = rk.oracle(text)[name]
    y, p = [0.0] * N, [rk.W(0)] * N
    rows = rk.Row(y, float), rk.Row(p, rk.W)
    errors = {}
    for i in range(N):
        try:
            function(rk.W(i), rk.Row(FLOATS, float), rk.Row(INTS, rk.W), *rows, rk.W(N), rk.W(K),
                     A)
        except (ArithmeticError, ValueError) as error:
            errors[i] = error
    return y, p, errors


def bits(value):
    return "nan" if value != value else struct.pack("d", value)


def compare(library, name, text, spec):
    """What is wrong with a kernel, or None."""
    want_y, want_p, errors = interpreted(name, text)
    x, q = np.array(FLOATS), np.array(INTS)
    y, p = np.zeros(N), np.zeros(N, np.int64)
    code, fault, _ = direct.call(library, spec, [(0, N)], (x, q, y, p, N, K, A))
    if (code != 0) != bool(errors):
        return "the launch answered %d, CPython raised %r" % (code, errors)
    for i in range(N):
        if i in errors:
            continue
        if bits(y[i]) != bits(want_y[i]):
            return "y[%d] = %r, CPython has %r" % (i, y[i], want_y[i])
        if int(p[i]) != int(want_p[i]):
            return "p[%d] = %d, CPython has %d" % (i, p[i], want_p[i])
    return None


def check(texts, folder, label):
    library, specs = build(texts, folder, label)
    wrong = []
    for name, text, spec in specs:
        found = compare(library, name, text, spec)
        if found:
            wrong.append("%s\n%s" % (found, text))
    return wrong


@pytest.mark.parametrize("start", range(0, COUNT, BATCH))
def test_random_kernels_have_cpythons_bits(start, tmp_path):
    seeds = range(SEED * 1000000 + start, SEED * 1000000 + min(start + BATCH, COUNT))
    print("seeds", seeds)
    texts = [("r%d" % seed, rk.Generator(seed, "r%d" % seed).kernel()) for seed in seeds]
    wrong = check(texts, tmp_path, "batch%d" % start)
    assert not wrong, "\n\n".join(wrong)


def test_the_corpus_has_cpythons_bits(tmp_path):
    texts = []
    for path in sorted(CORPUS.glob("*.py")):
        text = path.read_text()
        # some functions are newer than the oldest Python
        if all(hasattr(math, name) for name in re.findall(r"math\.(\w+)", text)):
            texts.append((path.stem, text))
    wrong = check(texts, tmp_path, "corpus")
    assert not wrong, "\n\n".join(wrong)
