# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The language, construct by construct: compiled and run by CPython, the same bytes."""

from __future__ import annotations

import enum
import math
import pickle
import re
import types

import granum as gr
import numpy as np
import pytest
import random_kernels as rk
from granum.kernels import fingerprint

X = np.array([1.5, -2.5, 3.0, 0.25, 1e300, -0.0])
Q = np.array([3, -7, 12, 5, 2**62, 0])


class Mode(enum.Enum):
    OFF = 0
    ON = 7


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


class Bits(enum.IntFlag):
    A = 1
    B = 2


MODE = Mode.ON
POINT = (1, (2.5, 3))


@gr.kernel
def chained(i, x, q, y, out):
    y[i] = 1 if 0 < x[i] < 2 <= q[i] < 100 else -1
    out[i] = (q[i] or 7) + (q[i] and i) + (not q[i])
    a = b = x[i]
    (a, b), c = (b, a + 1), 2
    a, b = b, a
    y[i], z = y[i] + a - b + c, 5
    y[i] += z


@gr.kernel
def loops(i, q, y, out):
    w = 0
    while w < q[i] & 15:
        w += 1
        if w == 5:
            break
    else:
        w = -w
    out[i] = w
    for j in range(10, q[i] & 7, -3):
        out[i] += j
        if j == 4:
            break
    else:
        out[i] += 1000
    for j in range(5, 5, -1):
        out[i] = j
    for j in range(-3, -12, -(1 + (q[i] & 1))):
        if j == -6:
            continue
        y[i] += j


@gr.kernel
def enums(i, q, level, out):
    out[i] = (q[i] == Level.HIGH) + Mode.ON.value + Level.HIGH + (Bits.A | Bits.B)
    if MODE == Mode.ON:
        out[i] += 100
    if MODE is not Mode.OFF and Mode["ON"] is MODE:
        out[i] += 1000
    if level == Level.HIGH:
        out[i] += 10000
    if Mode.ON == 7:
        out[i] = 0


@gr.kernel
def membership(i, x, q, out):
    out[i] = 1 if q[i] in (3, 5) else 2
    if x[i] + 1 not in (2.5, q[i], POINT[1][0]):
        out[i] += 4
    k = 0
    while (k + q[i]) % 7 in (0, 1, 3):
        k += 1
    out[i] += 8 * k + (q[i] in ())


@gr.kernel
def perhaps(i, x, y, m=None):
    if m is None:
        y[i] = x[i]
    else:
        y[i] = m
    if m is not None:
        y[i] += 1
    if m == None:  # noqa: E711
        y[i] -= 1


@gr.kernel
def whole_numbers(i, q, u, out):
    k = q[i] & 31
    out[i, 0] = math.isqrt(abs(q[i])) + math.lcm(q[i] & 255, 6) + math.factorial(k)
    out[i, 1] = q[i].bit_length() + q[i].bit_count() * 100 + u[i].bit_length() * 10000
    out[i, 2] = divmod(q[i], -5)[0] + pow(q[i], 3) + sum((1, q[i], 3)) + max((k, 9)) + min(k, 4, 5)
    out[i, 3] = abs(q[i]) + round(q[i]) + int(True) + len((1, 2))


@gr.kernel
def fractions(i, x, out):
    m, e = math.frexp(x[i])
    f, w = math.modf(x[i])
    out[i, 0] = m + e
    out[i, 1] = f
    out[i, 2] = w
    out[i, 3] = math.nextafter(x[i], 5.0)
    out[i, 4] = math.ulp(x[i])
    out[i, 5] = math.isclose(x[i], 1.5) + 2 * math.isclose(x[i], 1.6, rel_tol=0.1) \
        + 4 * math.isclose(x[i], 0, abs_tol=0.3)
    out[i, 6] = x[i].is_integer()
    t = (2.0, x[i], 1)
    out[i, 7] = max(t) + min(t) + sum(t) + t[-1] + len(t)


@gr.function
def weighted(a, by=1.0):
    s = 0.0
    for k in range(len(a)):
        s += by * a[k] * (k + 1)
    return s


@gr.function
def shape_of(a):
    return a.shape


@gr.kernel
def slices(i, a, y):
    t = gr.local(3)
    t[0] = a[i, 0]
    t[1] = 2
    t[2] = t[-3]
    y[i] = weighted(a[i]) + weighted(a[:, i], by=2) + weighted(a[i, 1:]) + weighted(a[i, -2:])
    y[i] += weighted(a[1:, 1:][0]) + weighted(a[i][1:3]) + weighted(t, by=0.5)
    n, m = shape_of(a[1:3])
    y[i] += n * 100 + m


@gr.function
def ends(a):
    return a[0] + 10 * a[-1] + 100 * a[len(a) - 1]


@gr.kernel
def steps(i, a, f, y):
    y[i] = weighted(a[i, ::2]) + weighted(a[i, ::-1]) + weighted(a[::3, i]) + weighted(a[i, 4:1:-2])
    y[i] += ends(a[::-1, i]) + ends(a[i, 1::4]) + ends(f[::2, i]) + ends(f[i, ::-3])
    y[i] += len(a[i, ::4]) + len(a[i, 5:0:-2]) + len(a[i, 3:3:2]) + a[i, ::-1][2] + weighted(a[i][1::2])
    y[i] += weighted(a[::2, ::-2][1]) + weighted(a[1:, 1:][i // 6]) + sum(a[i, ::5])


@gr.kernel
def thirds(i, a, y):
    def put(part, v):
        part[i] += v
    put(y[::3], a[i])
    put(y[1::3], 2 * a[i])
    put(y[::-3], 1)


@gr.function
def add_to(x, k, v):
    x[k] += v


@gr.kernel
def by_functions(i, x, y):
    j = len(y) - 1 - i
    add_to(y, j, x[i])
    add_to(y[j:], 0, 1)


@gr.kernel
def annotated(i, x, y):
    z: float = x[i]
    n: int = 3
    y[i] = z * n if (q := z + 1) > 0 and not z == 1 else q


def run(kernel, *args, **kw):
    made, want = ([a.copy() if isinstance(a, np.ndarray) else a for a in args] for _ in range(2))
    gr.parallel_for(kw.pop("n", 6), kernel, *made, **kw)
    gr.parallel_for(6 if "n" not in kw else kw["n"], kernel, *want, space="python", **kw)
    for a, b in zip(made, want):
        if isinstance(a, np.ndarray):
            assert np.array_equal(a, b, equal_nan=a.dtype.kind == "f"), (a, b)
    return made[-1]


@pytest.mark.parametrize("case", [
    (chained, X, Q, np.zeros(6), np.zeros(6, int)), (loops, Q, np.zeros(6), np.zeros(6, int)),
    (enums, Q, Level.HIGH, np.zeros(6, int)), (enums, Q, Level.LOW, np.zeros(6, int)),
    (membership, X, Q, np.zeros(6, int)), (perhaps, X, np.zeros(6)),
    (perhaps, X, np.zeros(6), 3.0), (perhaps, X, np.zeros(6), None),
    (whole_numbers, Q, Q.astype(np.uint64), np.zeros((6, 4), int)),
    (fractions, np.concatenate([X[:4], [math.inf, -math.nan]]), np.zeros((6, 8))),
    (slices, np.arange(36.0).reshape(6, 6), np.zeros(6)), (by_functions, X, np.zeros(6)),
    (steps, np.arange(36.0).reshape(6, 6) ** 2, np.asfortranarray(np.arange(36.0).reshape(6, 6)), np.zeros(6)),
    (thirds, X, np.zeros(18)),
    (annotated, X, np.zeros(6))], ids=lambda case: case[0].__name__)
def test_compiled_is_as_interpreted(case):
    run(*case)


def test_slices_with_steps_are_checked():
    @gr.kernel
    def outside(i, x, y):
        part = 0.0
        y[i] = ends(x[::2]) + part

    @gr.kernel
    def inside(i, x, y):
        def at(part):
            return part[i]
        y[i] = at(x[::2]) + at(x[::-1])

    y = np.zeros(4)
    with pytest.raises(gr.BoundsError):
        gr.parallel_for(4, inside, np.zeros(6), y)
    gr.parallel_for(3, inside, np.arange(6.0), y)
    assert y.tolist() == [5, 6, 7, 0]
    gr.parallel_for(4, outside, np.arange(6.0), y)
    assert y.tolist() == [440.0] * 4


def test_what_the_constructs_give():
    assert run(enums, Q, Level.HIGH, np.zeros(6, int)).tolist() == [11112] * 6
    assert run(membership, X, Q, np.zeros(6, int)).tolist()[:4] == [1 + 8, 2 + 4 + 16, 2 + 4, 1 + 4]
    y = np.zeros(6)
    gr.parallel_for(6, perhaps, X, y, m=3.0)
    assert y.tolist() == [4.0] * 6


def kernel_of(expressions, arguments="x, y"):
    """out[i, k] = expressions[k]"""
    lines = ["    out[i, %d] = %s\n" % pair for pair in enumerate(expressions)]
    text = "def k(i, %s, out):\n%s" % (arguments, "".join(lines))
    names = {"np": np, "math": math}
    exec(text, names)
    return gr.kernel(source=text)(names["k"])


def numpys(names, x, y=None):
    """NumPy's functions one by one: what a kernel makes of them, and what NumPy makes of the numbers."""
    given = "x[i]" if y is None else "x[i], y[i]"
    out = np.zeros((len(x), len(names)))
    gr.parallel_for(len(x), kernel_of(["np.%s(%s)" % (name, given) for name in names]), x,
                    x if y is None else y, out)
    with np.errstate(all="ignore"):
        for k, name in enumerate(names):
            values = zip(x) if y is None else zip(x, y)
            want = np.array([float(getattr(np, name)(*v)) for v in values])
            yield name, out[:, k], want


ONE = """sqrt sin cos tan arcsin arctan sinh tanh cbrt floor ceil trunc rint sign square absolute fabs isnan isinf isfinite
    deg2rad rad2deg degrees radians negative positive log log1p expm1 log2 log10 signbit logical_not reciprocal spacing
    isposinf isneginf real imag conjugate angle around""".split()
TWO = """add subtract multiply divide floor_divide remainder fmod power arctan2 hypot copysign maximum minimum fmax fmin
    nextafter greater greater_equal less less_equal equal not_equal logical_and logical_or logical_xor heaviside logaddexp
    logaddexp2""".split()
INTEGERS = "bitwise_and bitwise_or bitwise_xor left_shift right_shift gcd lcm floor_divide remainder".split()


def test_numpys_functions_of_one_number():
    x = np.array([0.5, -0.25, 0.0, -0.0, math.nan, 0.75, 2.5, -math.inf])
    for name, out, want in numpys(ONE, x):
        assert np.allclose(out, want, rtol=4e-16, atol=0, equal_nan=True), (name, out, want)


def test_numpys_functions_of_two_numbers():
    x = np.array([0.5, -2.25, 0.0, -0.0, 7.0, -7.5, 1.0, -math.inf])
    y = np.array([2.5, 0.75, 0.0, 3.0, -2.0, math.inf, 1.0, 2.0])
    for name, out, want in numpys(TWO, x, y):
        assert np.allclose(out, want, rtol=4e-16, atol=0, equal_nan=True), (name, out, want)


def test_numpys_functions_of_integers():
    x, y = np.array([12, -7, 5, 0, 9, 3]), np.array([8, 3, 2, 5, 6, 1])
    for name, out, want in numpys(INTEGERS, x, y):
        assert out.tolist() == want.tolist(), name
    for name, out, want in numpys(["invert", "sign"] + ["bitwise_count"] * hasattr(np, "bitwise_count"), x):
        assert out.tolist() == want.tolist(), name


def test_numpys_functions_of_several_results():
    x, y = np.array([0.5, -7.25, 3.0, 1e300]), np.array([2.5, 2.0, 0.0, -3.0])
    out = np.zeros((4, 9))
    gr.parallel_for(4, kernel_of([
        "np.divmod(x[i], y[i])[0]", "np.divmod(x[i], y[i])[1]", "np.frexp(x[i])[0]", "np.frexp(x[i])[1]",
        "np.modf(x[i])[0]", "np.modf(x[i])[1]", "np.ldexp(x[i], i + 1)", "np.round(x[i], 1)",
        "np.round(x[i], -1)"]), x, y, out)
    with np.errstate(all="ignore"):
        want = np.stack([*np.divmod(x, y), *np.frexp(x), *np.modf(x), np.ldexp(x, [1, 2, 3, 4]), np.round(x, 1),
                         np.round(x, -1)], axis=1)
    assert np.array_equal(out, want, equal_nan=True), (out, want)


def test_clip():
    out = np.zeros((6, 1))
    gr.parallel_for(6, kernel_of(["np.clip(x[i], -1, y[i])"]), X, np.full(6, 2.0), out)
    assert np.array_equal(out[:, 0], np.clip(X, -1, 2.0))


def test_math_of_several_numbers():
    q, out = np.array([0, 5, 12, 61, 66, -3]), np.zeros((6, 11), int)
    expressions = [
        "math.comb(abs(q[i]), 3)", "math.comb(70, abs(q[i]))", "math.comb(3, abs(q[i]))", "math.perm(abs(q[i]), 2)",
        "math.perm(5)", "math.perm(66, abs(q[i]))", "math.gcd()", "math.gcd(q[i])", "math.gcd(q[i], 12, 18)",
        "math.lcm(q[i], 4, 6)", "math.prod((q[i], 3, 7)) + math.prod((q[i], 2), start=5)"]
    gr.parallel_for(6, kernel_of(expressions, "q"), q, out)
    for i, row in enumerate(out.tolist()):
        names = {"math": math, "q": q.tolist(), "i": i}
        assert row == [rk.W(eval(text, names)) for text in expressions]
    x, out = np.array([3.0, -0.25, 0.0, 1e308, math.inf, math.nan]), np.zeros((6, 8))
    expressions = [
        "math.hypot(x[i])", "math.hypot(x[i], 4)", "math.hypot(x[i], 4, 12)", "math.hypot(x[i], 1e308)", "math.hypot()",
        "math.dist((x[i], 1, 2), (0, 5, 14))", "math.prod((x[i], 0.5, 3))", "math.ldexp(x[i] / 4, -7 - i)"]
    gr.parallel_for(6, kernel_of(expressions, "x"), x, out)
    for i, row in enumerate(out):
        names = {"math": math, "x": x.tolist(), "i": i}
        want = [eval(text, names) for text in expressions]
        assert np.allclose(row, want, rtol=4e-16, atol=0, equal_nan=True), (row, want)

    @gr.kernel
    def of_an_array(i, x, y):
        y[i] = math.prod(x[i])

    y = np.zeros(2)
    gr.parallel_for(2, of_an_array, np.array([[2.0, 3.0, 4.0], [0.5, 0.5, 8.0]]), y)
    assert y.tolist() == [24, 2]


@pytest.mark.parametrize("text, error, message", [
    ("math.comb(x[i], 2)", ValueError, "n must be a non-negative integer"),
    ("math.comb(2, x[i])", ValueError, "k must be a non-negative integer"),
    ("math.perm(x[i], 2)", ValueError, "n must be a non-negative integer"),
    ("math.ldexp(-1e300, -x[i] * 500)", OverflowError, "math range error"),
    ("math.dist((1, 2), (x[i],))", gr.KernelTypeError, "of 2 and 1 coordinates"),
    ("math.dist(x[i], 2)", gr.KernelTypeError, "expected tuples"),
    ("math.comb(x[i], 0.5)", gr.KernelTypeError, "expected an integer"),
    ("np.reciprocal(x[i])", gr.KernelTypeError, "expected a float")])
def test_what_math_raises(text, error, message):
    with pytest.raises(error, match=message):
        gr.parallel_for(1, kernel_of([text], "x"), np.array([-3]), np.zeros((1, 1)))


@pytest.mark.parametrize("text, message", [
    ("y[k[i]] = sum(y[j] for j in range(2))", "a generator is not part of the kernel language"),
    ("a, *b = 1, 2, 3", "a starred expression is not part of the kernel language"),
    ("assert y[i] > 0, f'bad {i}'", "the message of an assert is a literal string"),
    ("y[i] = pow(3, 4, 5)", "pow() takes 2 arguments, got 3"),
    ("for v in (1, 2): y[i] += v", "a for loop of a kernel walks a range()"),
    ("for j, v in enumerate(y): y[i] += v", "a for loop of a kernel has one variable"),
    ("y[i] = len(k[::i])", "the step of a slice is not a constant other than 0"),
    ("y[i] = len(k[::0])", "the step of a slice is not a constant other than 0"),
    ("add_to(y[::2], 0, 1.0)", "may update the same element x[k] at once"),
    ("while sum(y) < 3: y[i] += 1", "this is computed in the condition of a while loop"),
    ("y[i] = 1 if y else 0", "1D array of f64 is used as a truth value"),
    ("match i:\n        case 1: y[i] = 2", "match is not part of the kernel language"),
    ("add_to(y, 0, 1.0)", "iterations of different i may update the same element x[k] at once"),
    ("add_to(y[1:], k[i], 1.0)", "may update the same element x[k] at once"),
    ("def put(v): y[0] += v\n    put(1)", "may update the same element y[0] at once"),
    ("y[i // 2] += 1", "may update the same element y[i // 2] at once"),
    ("y[i % 4] += 1", "may update the same element y[i % 4] at once"),
    ("with y: pass", "with is not part of the kernel language"),
    ("y[i] = math.fsum((3, 2))", "math.fsum is not part of the kernel language"),
    ("y[i] = np.mean(y)", "is used as a number"),
])
def test_what_is_refused(text, message):
    text = "def k(i, y, k):\n    %s\n" % text
    names = {"np": np, "math": math, "add_to": add_to}
    try:
        exec(text, names)
    except SyntaxError:
        pytest.skip("no syntax of this Python")
    with pytest.raises((gr.KernelSyntaxError, gr.KernelTypeError), match=re.escape(message)):
        gr.parallel_for(4, gr.kernel(source=text)(names["k"]), np.ones(4), np.arange(4))


def test_functions_that_scans_call_do_not_write():
    @gr.function
    def put(out, k, v):
        out[k] = v

    @gr.kernel
    def running(i, acc: gr.Acc, final, x, out):
        acc += x[i]
        put(out, i, acc)

    with pytest.raises(gr.KernelTypeError, match="a scan writes in every pass"):
        gr.parallel_scan(4, running, np.ones(4), np.zeros(4))


class Side(str, enum.Enum):
    LEFT = "left"
    RIGHT = "right"


class Marks(enum.Flag):
    A = 1
    B = 2


@gr.function
def chosen(mode, *, other=Mode.OFF):
    return 10 if mode is Mode.ON and other is not Mode.ON else 20


@gr.kernel
def members(i, mode: Mode, side, out, other=Mode.OFF):
    m = mode
    out[i] = (m == Mode.ON) + 100 * (side in (Side.LEFT, Mode.OFF)) + 1000 * mode.value + chosen(m)
    out[i] += 100000 * (side != Side.LEFT)
    m = Mode.OFF if m is Mode.ON else other
    if m == Mode.OFF and m != 0 and mode != side:
        out[i] += 1000000


def test_members_of_enumerations_are_arguments():
    expected = {(Mode.ON, Side.LEFT): 1007111, (Mode.OFF, Side.LEFT): 1000120,
                (Mode.ON, Side.RIGHT): 1107011, (Mode.OFF, Side.RIGHT): 1100020}
    for space in ("host", "python"):
        for (mode, side), value in expected.items():
            out = np.zeros(2, int)
            gr.parallel_for(2, members, mode, side, out, space=space)
            assert out.tolist() == [value, value]
    assert len(members._plans) == 1, "one compilation serves all members"


def test_members_that_are_refused():
    out = np.zeros(2, int)
    with pytest.raises(gr.KernelTypeError, match="mode is enum Side, annotated as enum Mode"):
        gr.parallel_for(2, members, Side.LEFT, Side.LEFT, out)

    @gr.kernel
    def value(i, side, out):
        out[i] = side.value

    with pytest.raises(gr.KernelTypeError, match="enum Side has values that are no numbers"):
        gr.parallel_for(2, value, Side.LEFT, out)
    with pytest.raises(TypeError, match="argument 'side' is <Marks.*, expected a member with a name"):
        gr.parallel_for(2, value, Marks.A | Marks.B, out)

    @gr.kernel
    def ordered(i, side, out):
        out[i] = side < Side.LEFT

    with pytest.raises(gr.KernelTypeError, match="< of enum Side and enum Side"):
        gr.parallel_for(2, ordered, Side.LEFT, out)


@gr.kernel
def by_name(i, x, out, *, a=1.0, b):
    def times(v, *, w=3):
        return v * w

    out[i] = x[i] * a + b + times(1.0)


def test_parameters_that_are_given_by_name():
    x, out = np.arange(3.0), np.zeros(3)
    for space in ("host", "python"):
        gr.parallel_for(3, by_name, x, out, b=5, space=space)
        assert out.tolist() == [8, 9, 10]
        gr.parallel_for(3, by_name, x, out, b=5, a=2.0, space=space)
        assert out.tolist() == [8, 10, 12]
    by_name.bind(3, x, out, b=7)()
    gr.parallel_for(3, pickle.loads(pickle.dumps(by_name)), out, x, b=0)
    assert x.tolist() == [13, 14, 15] and by_name.effects == {"x": "read", "out": "write"}
    for launch in (gr.parallel_for, lambda n, kernel, *args: kernel.bind(n, *args)):
        with pytest.raises(TypeError, match="by_name.. takes 2 arguments after the indices by position "
                                            ".x, out., got 4"):
            launch(3, by_name, x, out, 1.0, 2.0)
    with pytest.raises(TypeError, match="by_name.. misses its argument b"):
        gr.parallel_for(3, by_name, x, out)

    @gr.kernel
    def twice(i, x):
        x[i] = chosen(Mode.ON, Mode.ON)

    with pytest.raises(gr.KernelTypeError, match="chosen.. takes 1 argument by position, got 2"):
        gr.parallel_for(3, twice, x)


@gr.kernel
def rotated(i, x):
    return x[i] * 1j


def test_complex_numbers_are_summed_when_they_are_returned():
    assert gr.parallel_reduce(3, rotated, np.array([1.0, 2.0, 3.0])) == 6j
    assert gr.parallel_reduce(3, rotated, np.array([1, 2j, 3], np.complex64)) == -2 + 4j


@gr.kernel
def levels(i, x, out):
    out[i] = Level.HIGH.value * 10 if x[i] == Level.LOW.value else Bits.B.value


def test_members_of_integer_enums_have_a_value():
    out = np.zeros(2, int)
    gr.parallel_for(2, levels, np.array([1, 2]), out)
    assert out.tolist() == [20, 2]


@gr.kernel
def at_a_tuple(i, x):
    p = (i, 0)
    x[p] = 1


@gr.function
def sum_of(a, b):
    return a + b


@gr.kernel
def summed(i, x):
    x[i] = sum_of(x[i], 1)


def test_tuples_as_indices_and_structs_in_sums_say_what_to_write():
    with pytest.raises(gr.KernelTypeError, match=r"an index of x is tuple(.|\n)*hint: take the tuple apart: row, column = "):
        gr.parallel_for(2, at_a_tuple, np.zeros((2, 2)))
    with pytest.raises(gr.KernelTypeError, match=r"\+ of struct(.|\n)*hint: write a @gr.function of their fields"):
        gr.parallel_for(2, summed, np.zeros(2, [("a", "f8")]))


class Settings:
    scale = 2

    class Inner:
        offset = 5


class Changed(Settings):
    pass


@gr.kernel
def configured(i, x):
    x[i] = Settings.scale * 100 + Settings.Inner.offset * 10 + Changed.scale


def test_attributes_of_classes_are_constants_that_are_watched():
    """Also across processes: they belong to what the cache finds a kernel by."""
    x, found = np.zeros(1), []
    before = Settings.scale, Settings.Inner.offset
    try:
        for owner, name, value in ((Settings, "scale", 2), (Settings, "scale", 3), (Settings.Inner, "offset", 1),
                                   (Changed, "scale", 9)):
            setattr(owner, name, value)
            gr.parallel_for(1, configured, x)
            found.append((x[0], fingerprint(configured)[0]))
    finally:
        Settings.scale, Settings.Inner.offset = before
        del Changed.scale
    assert [value for value, _ in found] == [252, 353, 313, 319]
    assert len({repr(parts) for _, parts in found}) == 4


@gr.kernel
def named_field(i, p, x):
    m = p[i].v
    x[i] = m[0]


@gr.kernel
def named_twice(i, p, x):
    t = gr.local(3)
    u = t
    x[i] = u[0]


def test_arrays_in_kernels_have_one_name():
    for kernel, name, hint in ((named_field, "m", "a field is indexed where it is"), (named_twice, "u", "use that name")):
        with pytest.raises(gr.KernelTypeError, match=f"{name} is assigned an array that has a name(.|\\n)*hint: {hint}"):
            gr.parallel_for(2, kernel, np.zeros(2, [("v", "f8", 3)]), np.zeros(2))


names = types.SimpleNamespace(inner=types.SimpleNamespace(weight=3))


@gr.kernel
def weighed(i, x):
    x[i] = names.inner.weight


def test_attributes_of_simple_namespaces_are_watched():
    x = np.zeros(1)
    for value in (3, 4.5):
        names.inner.weight = value
        gr.parallel_for(1, weighed, x)
        assert x[0] == value
