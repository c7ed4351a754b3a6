# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The compiler's stages, each by itself: source, syntax, inference, effects, bounds."""

from __future__ import annotations

import granum as gr
import numpy as np
import pytest
from granum.compiler import (c_runtime, pipeline, stage1_source, stage2_syntax, stage5_forms,
                             tree, types)
from granum.compiler.options import Options
from granum.kernels import Scope

F1, I1 = ("f64", 1, "C", False), ("i64", 1, "C", False)


def inferred(text, *signature, pattern="for", rank=1, names=None):
    source = stage1_source.from_text(text, "stage.py")
    scope = Scope(dict({"gr": gr, "np": np}, **(names or {})))
    return pipeline.infer_kernel(source, scope, pattern, rank, signature, Options())[0]


# -- 1: source -------------------------------------------------------------------------------------

def decorated(*marks):
    return lambda f: f


@decorated(
    "a decorator", "of several lines",
)
def long_one(i,
             x):
    """A docstring."""
    x[i] = max(
        1,
        2,
    )


def test_a_source_begins_with_its_decorators_and_ends_with_its_last_statement():
    source = stage1_source.from_function(long_one)
    assert source.text.startswith("@decorated(\n") and source.text.endswith("    )\n")
    assert source.node.name == "long_one"


def test_places_are_those_of_the_file():
    def inner(i, x):
        x[i] = "é" + 1
    source = stage1_source.from_function(inner)
    place = source.place(source.node.body[0].value)
    assert place.line == inner.__code__.co_firstlineno + 1
    assert (place.col, place.end) == (15, 22) and place.text[place.col:place.end] == '"é" + 1'
    assert place.show() == '    x[i] = "é" + 1\n           ^^^^^^^'


def test_names_that_come_from_outside():
    source = stage1_source.from_text("def k(i, x: gr.Array):\n    y = a.b + c\n    x[i] = y\n")
    stage2_syntax.check(source)
    assert sorted(source.names) == ["a", "c", "gr"]
    assert source.attributes == {"gr": [("Array",)], "a": [("b",)]}


def test_names_in_annotations_and_defaults_come_from_outside():
    source = stage1_source.from_text("@d.k\ndef k(i, n: 'T.u', s=c, x=gr.f64(p)):\n    i = x\n")
    stage2_syntax.check(source)
    assert sorted(source.names) == ["T", "c", "d", "gr", "p"]
    assert source.attributes == {"d": [("k",)], "T": [("u",)], "gr": [("f64",)]}


# -- 2: syntax -------------------------------------------------------------------------------------

@pytest.mark.parametrize("body", ["x = [1]", "lambda: 0", "del x", "with x: pass", "import os",
                                  "yield 1", "global y", "x = {1: 2}", "x = a @ b",
                                  "x = [k for k in y]", "b'1'"])
def test_what_the_language_does_not_have(body):
    source = stage1_source.from_text("def k(i, x):\n    %s\n" % body, "stage.py")
    with pytest.raises(gr.KernelSyntaxError, match=r"^stage.py:2:\d+: .*not part of the kernel"):
        stage2_syntax.check(source)


# -- types -----------------------------------------------------------------------------------------

@pytest.mark.parametrize("a, b, want", [
    ("BOOL", "BOOL", "INT"), ("INT", "FLOAT", "FLOAT"), ("FLOAT", "F32", "F32"),
    ("F64", "F32", "F64"), ("INT", "F32", "F32"), ("COMPLEX", "C64", "C64"),
    ("F64", "C64", "C128"), ("I8", "I16", "I16"), ("U8", "I8", "I16"), ("U32", "I32", "INT"),
    ("U64", "INT", "U64"), ("I32", "INT", "INT"), ("FLOAT", "F64", "F64"),
])
def test_promotion(a, b, want):
    a, b, want = (getattr(types, n) for n in (a, b, want))
    assert types.promote(a, b) is want and types.promote(b, a) is want


def test_literals_take_the_width_of_what_stands_beside_them():
    assert types.promote(types.U8, types.INT, False, True) is types.U8


# -- 3: inference ----------------------------------------------------------------------------------

def test_variables_have_the_widest_of_their_types():
    kernel = inferred("def k(i, x):\n    s = 0\n    n = 0\n    for j in range(3):\n"
                      "        s += x[j]\n        n += j\n    x[i] = s + n\n", F1)
    assert kernel.locals["s"] is types.F64 and kernel.locals["n"] is types.INT


def test_constants_are_folded_as_cpython_computes():
    kernel = inferred("def k(i, x):\n    x[i] = 7 // -2 + 2 ** 0.5 * G\n", F1, names={"G": 3})
    assert kernel.body[0].value.value == 7 // -2 + 2 ** 0.5 * 3


def test_branches_that_are_never_taken_are_not_looked_at():
    kernel = inferred("def k(i, x):\n    if DEBUG:\n        x[i] = nonsense\n    x[i] = 1\n", F1,
                      names={"DEBUG": False})
    assert [type(s) for s in kernel.body] == [tree.Store]


# -- 4: effects ------------------------------------------------------------------------------------

def test_effects():
    kernel = inferred("def k(i, x, y, z, w):\n    y[i] = x[i]\n    gr.atomic_add(z, 0, 1)\n", F1,
                      F1, I1, F1)
    assert kernel.effects == {"x": "read", "y": "write", "z": "atomic", "w": "unused"}
    assert kernel.effects.reads == ["x"] and kernel.effects.writes == ["y", "z"]


@pytest.mark.parametrize("index, fine", [
    ("i", True), ("2 * i + n", True), ("-i", True), ("i, j", True), ("i + j, j", True),
    ("n", False), ("j", False), ("i % 2", False), ("i + j", False), ("n * i", False),
    ("i - i, i", True), ("i, n", True),
])
def test_which_updates_are_the_iterations_own(index, fine):
    two = "," in index
    rank = 2 if "j" in index else 1
    text = "def k(%s, x, n):\n    x[%s] += 1\n" % ("i, j" if rank == 2 else "i", index)
    array = ("f64", 2 if two else 1, "C", False)
    if fine:
        inferred(text, array, "i64", rank=rank)
    else:
        with pytest.raises(gr.KernelTypeError, match=r"may update the same element"):
            inferred(text, array, "i64", rank=rank)


# -- 5: bounds -------------------------------------------------------------------------------------

def bounds_of(text, *signature, rank=1):
    kernel = inferred(text, *signature, rank=rank)
    return [node.bounds for node in tree.walk(kernel.body)
            if isinstance(node, (tree.Load, tree.Store))]


@pytest.mark.parametrize("line, want", [
    ("x[i] = 1", ["exact"]),
    ("x[0] = 1", ["exact"]),
    ("x[-1] = 1", ["exact"]),
    ("x[len(x) - 1 - i] = 1", ["exact"]),
    ("x[i % 3] = 1", ["guarded"]),
    ("x[q[i]] = 1", ["gather", "exact"]),
    ("if i > 2: x[i - 2] = 1", ["guarded"]),
    ("for k in range(len(x)): x[k] = i", ["safe"]),
    ("for k in range(n): x[k] = i", ["exact"]),
    ("for k in range(i): x[k] = i", ["guarded"]),
    ("while x[i] > 0: x[i] = 0", ["guarded", "guarded"]),
    ("k = i // 2; x[k] = 1", ["guarded"]),
    ("k = int(x[i]); x[k] = 1", ["exact", "gather"]),
    ("k = q[i]\n    if 0 <= k < len(x): x[k] = 1", ["exact", "safe"]),
])
def test_what_is_known_of_an_index(line, want):
    text = "def k(i, x, q, n):\n    %s\n" % line
    found = bounds_of(text, F1, I1, "i64")
    assert sorted(found) == sorted(want)


def test_linear_forms():
    a, b = stage5_forms.Symbol("a"), stage5_forms.Symbol("b", depth=1)
    form = stage5_forms.add(stage5_forms.symbol(a), stage5_forms.symbol(b), -2)
    assert form == {(a,): 1, (b,): -2}
    assert stage5_forms.multiply(form, stage5_forms.symbol(a)) == {(a, a): 1, (a, b): -2}
    assert stage5_forms.multiply(form, form) is None


# -- 6, 7: the C -----------------------------------------------------------------------------------

def test_the_same_kernel_is_the_same_text():
    text = "def k(i, j, x, n):\n    if i > n:\n        x[i, j * n + 1] = x[i - n, j] / n\n"
    made = []
    for _ in range(2):
        source = stage1_source.from_text(text, "stage.py")
        made.append(pipeline.compile_source(source, Scope({}), "for", 2,
                                            (("f64", 2, "C", False), "i64")).c_source)
    assert made[0] == made[1]


def test_c_carries_the_lines_of_python():
    text = long_one.__code__.co_filename
    spec = gr.kernel(long_one).specialise(F1)
    assert '#line %d "%s"' % (long_one.__code__.co_firstlineno + 6, text) in spec.c_source


def test_user_names_do_not_meet_those_of_c():
    text = ("def k(i, double, sin, gr_w):\n    int64_t = double[i]\n    linux = sin\n"
            "    größe = int64_t + linux\n    double[i] = größe + gr_w\n")
    names = {}
    exec(text, names)
    x = np.ones(2)
    gr.parallel_for(2, gr.kernel(source=text)(names["k"]), x, 2, 0.5)
    assert x.tolist() == [3.5, 3.5]


def test_helpers_come_after_what_they_need():
    text = c_runtime.collect(["gr_py_floordiv_or"])
    assert text.index("gr_py_floordiv(") < text.index("gr_py_floordiv_or(")
