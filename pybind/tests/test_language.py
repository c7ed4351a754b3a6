# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The parts of the language that random kernels do not reach, beside CPython or NumPy."""

from __future__ import annotations

import dataclasses
import enum
import math
import subprocess
import sys
import textwrap

import granum as gr
import numpy as np
import pytest


# -- types -----------------------------------------------------------------------------------------

@gr.kernel
def single(i, a, x, y, out):
    out[i] = a * x[i] + y[i] / 3 - math.sqrt(x[i]) * 0.1 + x[i] ** 2


def test_single_precision_stays_single():
    rng = np.random.default_rng(1)
    x, y = rng.random(100, np.float32), rng.random(100, np.float32)
    out = np.zeros(100, np.float32)
    gr.parallel_for(100, single, 0.1, x, y, out)
    want = [0.1 * a + b / 3 - math.sqrt(a) * 0.1 + a ** 2 for a, b in zip(x, y)]
    if np.lib.NumpyVersion(np.__version__) >= "2.0.0":  # before, a number made a double of a float
        assert [type(w) for w in want[:1]] == [np.float32]
        # x ** 2 is pow(x, 2) of doubles rounded once, NumPy's of floats
        assert np.allclose(out, np.array(want), rtol=2e-7)
    again = np.zeros(100, np.float32)
    gr.parallel_for(100, single, 0.1, x, y, again, space="python")
    assert np.allclose(out, again, rtol=1e-6)


@gr.kernel
def widths(i, x8, x16, x32, u8, u32, u64, b, out):
    out[i] = x8[i] * x16[i] + x32[i] * 100000 - u8[i] + u32[i]
    x8[i] = x32[i]
    u8[i] = x32[i] * 3
    u64[i] = u64[i] * 3 + 1
    b[i] = x32[i] > 0 and not b[i]


def test_elements_of_every_width_are_ints_once_read():
    n = 6
    x32 = np.array([0, 1, -1, 300, -70000, 2**31 - 1], np.int32)
    args = [np.arange(n).astype(np.int8) * 20, np.full(n, 30000, np.int16), x32,
            np.full(n, 200, np.uint8), np.full(n, 2**32 - 1, np.uint32),
            np.full(n, 2**63 + 5, np.uint64), np.array([True, False] * 3), np.zeros(n, np.int64)]
    want = [int(a) * 30000 + int(c) * 100000 - 200 + 2**32 - 1 for a, c in zip(args[0], x32)]
    gr.parallel_for(n, widths, *args)
    assert args[7].tolist() == want
    assert np.array_equal(args[0], x32.astype(np.int8))
    assert np.array_equal(args[3], (x32.astype(np.int64) * 3).astype(np.uint8))
    assert args[5][0] == (3 * (2**63 + 5) + 1) % 2**64
    assert args[6].tolist() == [False, True, False, True, False, True]


@gr.kernel
def explicit(i, out):
    a = gr.u32(0xdeadbeef)
    b = gr.i16(30000)
    out[0] = a * a + a >> 3
    out[1] = b + b
    out[2] = gr.u8(255) + gr.u8(i)
    out[3] = gr.i8(200)
    out[4] = gr.u64(1) << 63 > gr.u64(5)
    out[5] = -1 < gr.u64(0)
    out[6] = gr.u16(7) // gr.u16(2)
    out[7] = int(np.int32(2**31 - 1) + np.int32(1))


def test_explicit_widths_wrap():
    out = np.zeros(8, np.int64)
    gr.parallel_for(gr.range(1, 2), explicit, out)
    a = 0xdeadbeef
    assert out.tolist() == [((a * a + a) % 2**32) >> 3, 60000 - 65536, 0, -56, 1, 1, 3, -2**31]


@gr.kernel
def complexes(i, z, w, out):
    a = z[i] * w[i] + 1j
    b = (z[i] - 2) / w[i]
    out[i, 0] = a
    out[i, 1] = b
    out[i, 2] = abs(z[i]) + a.real - b.imag
    out[i, 3] = z[i].conjugate() ** 3 - (-z[i])
    out[i, 4] = complex(i, 2) if z[i] == w[i] else complex(a.imag)
    out[i, 5] = z[i] ** w[i]


def test_complex_numbers_are_cpythons():
    rng = np.random.default_rng(2)
    z = rng.standard_normal(50) + 1j * rng.standard_normal(50)
    w = rng.standard_normal(50) + 1j * rng.standard_normal(50)
    w[3] = z[3]
    out, want = np.zeros((50, 6), complex), np.zeros((50, 6), complex)
    gr.parallel_for(50, complexes, z, w, out)
    gr.parallel_for(50, complexes, z, w, want, space="python")
    assert np.array_equal(out, want)


@gr.kernel
def phase(i, acc: gr.Acc, z):
    acc += z[i]


def test_complex_sums():
    z = np.arange(5) * (1 + 2j)
    assert gr.parallel_reduce(5, phase, z) == 10 + 20j
    assert gr.parallel_reduce(5, phase, z.astype(np.complex64)) == 10 + 20j


# -- values of the module --------------------------------------------------------------------------

class Mode(enum.Enum):
    OFF = 0
    ON = 7


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


@dataclasses.dataclass
class Pair:
    key: int
    value: float = 2.5


@gr.function
def better(a, b):
    return a if a.value >= b.value else b


@gr.kernel
def structs(i, x, out):
    best = Pair(-1)
    for k in range(len(x)):
        best = better(best, Pair(k, x[k]))
    best.value *= 2
    out[0] = best.key
    out[1] = best.value
    out[2] = Mode.ON.value + Level.HIGH


def test_structs_and_enums():
    out = np.zeros(3)
    gr.parallel_for(1, structs, np.array([1.0, 5.0, 3.0]), out)
    assert out.tolist() == [1, 10, 9]


def test_closures_are_frozen_and_watched():
    def make(factor):
        @gr.kernel
        def scaled(i, x):
            x[i] = factor * i

        def change(value):
            nonlocal factor
            factor = value
        return scaled, change

    k2, change = make(2)
    k5, _ = make(5)
    x = np.zeros(4)
    gr.parallel_for(4, k2, x)
    assert x.tolist() == [0, 2, 4, 6]
    gr.parallel_for(4, k5, x)
    assert x.tolist() == [0, 5, 10, 15]
    change(1)
    gr.parallel_for(4, k2, x)
    assert x.tolist() == [0, 1, 2, 3]


# -- reducers --------------------------------------------------------------------------------------

@gr.function
def larger(a, b):
    return a if abs(a) > abs(b) else b


@gr.kernel
def reducers(i, least: gr.Min, most: gr.Max[gr.i64], product: gr.Prod, every: gr.All, some: gr.Any,
             bits: gr.BitOr, far: gr.Reducer(0.0, larger), x, q):
    least = min(least, x[i])
    if q[i] > most:
        most = q[i]
    product *= x[i]
    every = every and x[i] > 0
    some = some or q[i] == 3
    bits |= q[i]
    far = larger(far, x[i])


def test_reducers_of_every_kind():
    x, q = np.array([2.0, -8.0, 0.5]), np.array([1, 2, 4])
    got = gr.parallel_reduce(3, reducers, x, q)
    assert got == (-8.0, 4, -8.0, False, False, 7, -8.0)
    assert [type(v) for v in got] == [float, int, float, bool, bool, int, float]
    assert gr.parallel_reduce(0, reducers, x, q) == (math.inf, -2**63, 1.0, True, False, 0, 0.0)
    assert gr.parallel_reduce(3, reducers, x, q, space="python") == got


@gr.kernel
def count2(i, j, n: gr.Acc, a):
    n += 1 if a[i, j] > 0.5 else 0


def test_two_dimensions_of_a_reduction():
    a = np.random.default_rng(3).random((40, 50))
    assert gr.parallel_reduce((40, 50), count2, a) == int((a > 0.5).sum())


@gr.kernel
def running(i, best: gr.Max, final, x, out):
    best = max(best, x[i])
    if final:
        out[i] = best


def test_scans_of_a_maximum():
    x = np.random.default_rng(4).random(9000)
    out = np.zeros(9000)
    assert gr.parallel_scan(9000, running, x, out) == x.max()
    assert np.array_equal(out, np.maximum.accumulate(x))


# -- atomics ---------------------------------------------------------------------------------------

@gr.kernel
def counters(i, x, old):
    gr.atomic_add(x, 0, 1)
    gr.atomic_max(x, 1, i * 7 % 13)
    gr.atomic_min(x, 2, -i)
    gr.atomic_or(x, 3, 1 << (i % 5))
    old[i] = gr.atomic_add(x, 4, 2)
    gr.atomic_compare_exchange(x, 5, 0, i + 1)
    gr.atomic_sub(x, (6,), 1)


def test_atomics():
    x, old = np.zeros(7, np.int64), np.zeros(1000, np.int64)
    gr.parallel_for(1000, counters, x, old)
    assert x[[0, 1, 2, 3, 4, 6]].tolist() == [1000, 12, -999, 31, 2000, -1000] and x[5] > 0
    assert sorted(old.tolist()) == list(range(0, 2000, 2))


@gr.kernel
def scatter(i, keys, x, out):
    gr.atomic_add(out, (keys[i], 1), x[i])


def test_atomics_of_floats_in_two_dimensions():
    keys = np.arange(100) % 3
    out = np.zeros((3, 2))
    gr.parallel_for(100, scatter, keys, np.ones(100), out)
    assert out[:, 1].tolist() == [34, 33, 33] and not out[:, 0].any()


@gr.kernel
def own_row(i, a, b, n):
    for j in range(n):
        a[i, j] += i * j
        b[2 * i + 1, j] -= 1


@gr.kernel
def diagonal(i, j, a):
    a[i + j, j] += 1


def test_updates_of_elements_that_are_the_iterations_own():
    a = np.zeros((10, 4))
    gr.parallel_for((3, 4), diagonal, a)
    assert a.sum() == 12
    gr.parallel_for(4, own_row, a, np.zeros((8, 4)), 4)


# -- functions of NumPy ----------------------------------------------------------------------------

@gr.kernel
def ufuncs(i, x, y, out):
    out[i, 0] = np.minimum(x[i], y[i])
    out[i, 1] = np.maximum(x[i], y[i])
    out[i, 2] = np.where(x[i] > 0, x[i], -1.0)
    out[i, 3] = np.sign(x[i]) + np.abs(y[i])
    out[i, 4] = np.sqrt(x[i])
    out[i, 5] = np.rint(x[i]) + np.floor(y[i])
    out[i, 6] = np.isnan(x[i])
    out[i, 7] = gr.fma(x[i], y[i], 1.0)


def test_numpys_scalar_functions_have_no_errors():
    x = np.array([1.5, -2.5, math.nan, 0.0, math.inf])
    y = np.array([2.0, math.nan, 1.0, -0.5, 3.0])
    out = np.zeros((5, 8))
    gr.parallel_for(5, ufuncs, x, y, out)
    with np.errstate(all="ignore"):
        want = np.stack([np.minimum(x, y), np.maximum(x, y), np.where(x > 0, x, -1.0),
                         np.sign(x) + np.abs(y), np.sqrt(x), np.rint(x) + np.floor(y),
                         np.isnan(x), x * y + 1.0], 1)
    assert np.array_equal(out, want, equal_nan=True)


@gr.kernel
def rounding(i, x, out):
    out[i, 0] = round(x[i], 2)
    out[i, 1] = round(x[i], 0)
    out[i, 2] = round(x[i])
    out[i, 3] = sum((x[i], 1, 2)) + pow(2, 5)


def test_rounding_to_digits():
    x = np.concatenate([np.random.default_rng(5).uniform(-100, 100, 500),
                        [0.125, 2.675, 0.5, 1.5, -0.005, 1e17]])
    out = np.zeros((len(x), 4))
    gr.parallel_for(len(x), rounding, x, out)
    want = [[round(v, 2), round(v, 0), round(v), v + 1 + 2 + 32] for v in x.tolist()]
    assert np.array_equal(out, np.array(want, float))


# -- print, python space ---------------------------------------------------------------------------

def test_print_writes_what_python_prints():
    code = textwrap.dedent("""
        import granum as gr, numpy as np
        @gr.kernel
        def show(i, x, z):
            print(i, x[i], x[i] > 1)
            print(f"{i:3d}|{x[i]:8.3f}|{x[i]:.2e}|{z[i]} 100%", end=";\\n")
        x = np.array([0.1, 1e22, 1/3, -0.0, 123456.0, 1e-7])
        z = x + 1j
        for space in (None, "python"):
            for i in range(6):
                gr.parallel_for(gr.range(i, i + 1), show, x, z, space=space)
            gr.fence()
            print("--", flush=True)
    """)
    made = subprocess.run([sys.executable, "-c", "import linecache; text = %r; linecache.cache["
                           "'show.py'] = (0, None, text.splitlines(True), 'show.py'); exec("
                           "compile(text, 'show.py', 'exec'), {})" % code],
                          capture_output=True, text=True, check=True)
    compiled, interpreted, _ = made.stdout.split("--\n")
    assert compiled == interpreted


@gr.kernel
def broken(i, x):
    x[i] = 1 / (i - 2)


def test_errors_of_interpreted_kernels_name_the_iteration():
    with pytest.raises(ZeroDivisionError) as caught:
        gr.parallel_for(4, broken, np.zeros(4), space="python")
    if hasattr(caught.value, "__notes__"):
        assert caught.value.__notes__ == ["at i = 2 of the kernel broken"]
    with pytest.raises(ValueError, match="space = 'moon', expected one of host, python"):
        gr.parallel_for(4, broken, np.zeros(4), space="moon")


# -- modes -----------------------------------------------------------------------------------------

@gr.kernel(errors=False)
def quiet(i, x, y):
    y[i] = 1 / x[i] + math.log(x[i]) + (5 // int(x[i]))


@gr.kernel(fast=True)
def fast(i, x, y):
    y[i] = x[i] ** 2 + 1 / x[i]


def test_errors_may_be_left_out():
    x, y = np.array([0.0, 1.0]), np.zeros(2)
    gr.parallel_for(2, quiet, x, y)
    assert y[1] == 6.0 and math.isnan(y[0])
    gr.parallel_for(2, fast, x, y)
    assert y.tolist() == [math.inf, 2.0]
    assert "gr_bad" not in quiet.source("c") and "fp-contract" in fast.source("c")


@gr.kernel(debug="nan,overflow")
def watched(i, x, q):
    x[i] = x[i] - x[i]
    q[i] = q[i] * q[i] + 1


@gr.kernel(debug="bounds")
def gathered(i, x, index):
    x[index[i]] = 1


@gr.kernel(debug=["nan"])
def summed(i, acc: gr.Acc, x):
    acc += x[i]


def test_debugging():
    q = np.array([5, 2**31, 3])
    gr.parallel_for(3, watched, np.ones(3), q)
    assert q.tolist() == [26, 2**62 + 1, 10]
    with pytest.raises(OverflowError, match=r"integer overflow in q\[i\] \* q\[i\]"):
        gr.parallel_for(3, watched, np.ones(3), q)
    with pytest.raises(FloatingPointError, match=r"a NaN is assigned to x\[i\]"):
        gr.parallel_for(3, watched, np.array([1, np.inf, 2]), np.ones(3, int))
    with pytest.raises(gr.BoundsError, match=r"index 0 of x = 3 in index\[i\]"):
        gr.parallel_for(3, gathered, np.zeros(3), np.array([0, 3, 1]))
    with pytest.raises(FloatingPointError, match="a NaN is assigned to acc"):
        gr.parallel_reduce(3, summed, np.array([1, np.nan, 2]))
    with pytest.raises(ValueError, match="debug = 'races', expected words of bounds, nan, overflow, each"):
        gr.kernel(debug="races")(summed.function)


@gr.function
def place_of(index, i):
    return index[i + 1]


@gr.kernel(debug="bounds,each")
def spread(i, j, x, index):
    x[place_of(index, i) - index[i], j] = 1


@gr.kernel(debug="nan,overflow,each")
def watched_on(i, j, x, q):
    x[i, j] = x[i, j] - x[i, j]
    q[i] = q[i] * q[i]


def reports(capfd):
    text = capfd.readouterr().err.splitlines()
    assert all(line.startswith("granum: ") for line in text), text
    return sorted(line[8:].replace(__file__, "FILE") for line in text)


def test_each_error_is_told(capfd):
    x, index = np.zeros((4, 6)), np.array([0, 1, 9, 10, 11])
    with pytest.raises(gr.BoundsError, match=r"index 0 of x = 8 in place_of\(index, i\) - index\[i\]"):
        gr.parallel_for((4, 6), spread, x, index)
    line = spread.function.__code__.co_firstlineno + 2
    told = reports(capfd)
    assert told == ["FILE:%d:5: spread(): index 0 of x = 8 in place_of(index, i) - index[i], expected 0..3 where the "
                    "shape of x is (4, 6)" % line] * 6 + ["spread(): 6 errors in all"]
    assert x[1].tolist() == [1] * 6 and x.sum() == 6       # the rest went on

    @gr.kernel(debug="bounds,each")
    def far(i, x, index):
        x[index[i]] = 1
    with pytest.raises(gr.BoundsError):
        gr.parallel_for(5000, far, np.zeros(7), np.full(5000, 7))
    told = reports(capfd)
    assert len(told) == 11 and told[-1] == "far(): 5000 errors in all"
    assert all(t.endswith("far(): index 0 of x = 7 in index[i], expected 0..6 where the shape of x is (7,)")
               for t in told[:10]), told
    gr.parallel_for(3, far, np.zeros(7), np.arange(3))
    assert reports(capfd) == []

    x, q = np.array([[1.0, np.inf], [np.nan, 2.0]]), np.array([3, 2**40])
    with pytest.raises((FloatingPointError, OverflowError)):
        gr.parallel_for((2, 2), watched_on, x, q)
    line = watched_on.function.__code__.co_firstlineno + 2
    told = reports(capfd)
    assert "FILE:%d:5: watched_on(): a NaN is assigned to x[i, j] at i = 0, j = 1" % line in told, told
    assert "FILE:%d:5: watched_on(): a NaN is assigned to x[i, j] at i = 1, j = 0" % line in told
    assert any("watched_on(): integer overflow in q[i] * q[i] at i = 1, j = " in t for t in told)


@gr.kernel
def softened(i, x, eps, h, y):
    r2 = x[i] * x[i] + eps
    y[i] = 1 / (r2 * math.sqrt(r2)) + x[i] / (2 * h) + 1 / (1 + abs(x[i]))


def test_errors_that_cannot_be_are_not_looked_for():
    text = softened.source("c", ("f64", 1), "f64", "f64", ("f64", 1))
    first = text[text.index("GR_PARALLEL_FOR"):text.index("} else {")]
    assert "gr_bad" not in first and "gr_before |= (2.0 * h) == 0" in text
    x, y = np.array([0.0, 2.0]), np.zeros(2)
    gr.parallel_for(2, softened, x, 0.25, 0.5, y)
    assert y.tolist() == [9.0, 1 / (4.25 * math.sqrt(4.25)) + 2 + 1 / 3]
    with pytest.raises(ZeroDivisionError, match="float division by zero at i = 0"):
        gr.parallel_for(2, softened, x, 0.0, 0.5, y)
    with pytest.raises(ValueError, match=r"math domain error in math.sqrt\(r2\) at i = 0"):
        gr.parallel_for(2, softened, x, -1.0, 0.5, y)
    with pytest.raises(ZeroDivisionError, match="float division by zero"):
        gr.parallel_for(2, softened, x, 1.0, 0.0, y)
    assert y[1] == math.inf
    gr.parallel_for(0, softened, x, 1.0, 0.0, y)
    gr.parallel_for(2, softened, np.full(2, math.nan), 1.0, 1.0, y)


def test_explain_and_stats():
    text = single.explain("f64", ("f32", 1), ("f32", 1), ("f32", 1))
    assert "x            1D array of f32, layout C, read" in text
    assert "ValueError, math domain error in math.sqrt(x[i])" in text
    assert diagonal.stats(("f64", 2)) == {"bytes read": 8, "bytes written": 8, "flops": 1,
                                          "calls": 0, "loops": 0}


# -- functions inside ------------------------------------------------------------------------------

@gr.kernel
def with_functions(i, x, y, p, a):
    scale = 2.0

    def square(v, w=3):
        return v * v + scale * w

    def both(u):
        t = square(u, w=1) + square(u)
        return t, x[i]

    scale = a
    t, z = both(x[i])
    y[i] = t + z
    scale += 1
    y[i] += square(i)

    @gr.function
    def put(k, v):
        p[k].m = v
        p[k].m += i

    put(i, 3)


def test_functions_inside_of_kernels_see_its_variables():
    x, p = np.arange(4.0), np.zeros(4, [("m", "i4")])
    y, want = np.zeros(4), np.zeros(4)
    gr.parallel_for(4, with_functions, x, y, p, 1.5)
    assert with_functions.effects == {"x": "read", "y": "read write", "p": "read write"}
    assert p["m"].tolist() == [3, 4, 5, 6]
    gr.parallel_for(4, with_functions, x, want, p, 1.5, space="python")
    assert np.array_equal(y, want) and y[2] == 2 * 4 + 1.5 * 4 + 2 + 4 + 7.5


def _refused(text, message, *args):
    with pytest.raises((gr.KernelTypeError, gr.KernelSyntaxError), match=message):
        k = gr.kernel(source=textwrap.dedent(text))(_body)
        gr.parallel_for(4, k, *args)


def _body(i, x):
    pass


def test_functions_inside_of_kernels_that_are_refused():
    x = np.zeros(4)
    _refused("""
        def k(i, x):
            def f(n):
                return f(n - 1)
            x[i] = f(i)
        """, r"f\(\) calls itself", x)
    _refused("""
        def k(i, x):
            def f(n):
                return n + s
            x[i] = f(i)
            s = 1
        """, "s may be used before it is assigned", x)
    _refused("""
        def k(i, x):
            def f(n):
                nonlocal i
                return n
            x[i] = f(i)
        """, "nonlocal is not part of the kernel language", x)
    _refused("""
        def k(i, x):
            if i > 2:
                def f(n):
                    return n
            x[i] = f(i)
        """, "f may be used before it is defined", x)
