# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Debug modes that look at memory, on kernels from Python: planted bugs by their whole reports, mended ones without."""
import gc
import math
import os
import pathlib
import re
import stat
import subprocess
import sys

import granum as gr
import numpy as np
import pytest

TREE = pathlib.Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(bool(os.environ.get("GRANUM_DEBUG") or os.environ.get("GRANUM_TEST_SPACE")),
                                reason="modes of its own, on the host")


@pytest.fixture
def modes():
    """Have debug modes in force from here to the test's end; kernels that were launched before are not looked at."""
    begun = []

    def begin(words):
        end()
        gr.initialize(debug=words)
        begun.append(words)

    def end():
        if begun:
            gc.collect()
            gr.finalize()
            begun.clear()
    yield begin
    end()


def at(kernel, offset=1):
    """File and line: of the def, or so many lines behind the decorator."""
    return "%s:%d: " % (__file__, kernel.function.__code__.co_firstlineno + offset)


def found(error, *args, **kwargs):
    """What a launch raises, as text."""
    with pytest.raises(error) as caught:
        gr.parallel_for(*args, **kwargs)
    gr.fence()                  # nothing is left of it
    return str(caught.value)


def arrays(shape, dtype="f64"):
    """The same zeros as an array, a part of one backwards, Fortran's way, a View and a part of one."""
    wide = tuple(3 * n for n in shape)
    every = tuple(slice(None, None, 3) for _ in shape)
    back = tuple(slice(None, None, -3) for _ in shape)
    wanted = {"f64": "f8", "i64": "i8"}[dtype]
    return [np.zeros(shape, wanted), np.zeros(wide, wanted)[back], np.zeros(shape, wanted, order="F"), gr.View(shape, dtype),
            gr.View(wide, dtype)[every]]


# -- nan ---------------------------------------------------------------------------------------------

def test_a_nan_is_named_with_its_statement(modes):
    @gr.kernel
    def axpy(i, j, a, x, y):
        y[i, j] = a * x[i, j] + y[i, j]

    x = np.ones((4, 6))
    modes("nan")
    for y in arrays((4, 6))[1:]:
        gr.parallel_for((4, 6), axpy, 2.0, x, y)
    x[3, 5] = math.nan
    for y in arrays((4, 6))[1:]:
        text = found(FloatingPointError, (4, 6), axpy, 2.0, x, y)
        assert text.splitlines()[0] == at(axpy, 2)[:-2] + (
            ':9: kernel "axpy": argument "y" = nan at (3, 5), expected finite values: 1 became NaN or infinite')


def test_an_infinity_is_named_too(modes):
    @gr.kernel
    def grow(i, x):
        x[i] = x[i] * 1e200

    modes("nan")
    x = np.array([1.0, np.inf, np.nan, 1e200, 1e300])
    with pytest.raises(gr.Error) as caught:
        gr.parallel_for(gr.range(0, 2), grow, x)     # was infinite before
        gr.parallel_for(gr.range(3, 5), grow, x)
    assert str(caught.value) == at(grow) + (
        'kernel "grow": argument "x" = inf at (3), expected finite values: 2 became NaN or infinite')
    assert (caught.value.status, caught.value.filename, caught.value.line) == (
        "GR_BAD_VALUE", __file__, grow.function.__code__.co_firstlineno + 1)


def test_errors_of_python_come_first(modes):
    @gr.kernel
    def inverse(i, x, y):
        y[i] = 1 / x[i]

    modes("nan")
    assert "float division by zero" in found(ZeroDivisionError, 3, inverse, np.array([1.0, 0.0, 2.0]), np.zeros(3))


def test_halves_of_complex_numbers(modes):
    @gr.kernel
    def scaled(i, x, y):
        y[i] = x[i] * 1e30

    modes("nan")
    y = np.zeros(4, "c8")
    assert found(gr.Error, 4, scaled, np.array([1, 2, 3 + 1e30j, 4], "c8"), y) == at(scaled) + (
        'kernel "scaled": argument "y" = inf at (2), expected finite values: 1 became NaN or infinite')


# -- poison and uninit -------------------------------------------------------------------------------

@gr.kernel
def half(i, w, end):
    if i < end:
        w[i] = i


def test_what_was_never_set_and_reaches_an_output(modes):
    @gr.kernel
    def total(i, w, y):
        y[i] = w[i] + 1

    modes("poison")
    for y in arrays((6,)):
        w = gr.View(6, "f64", initialize=False)
        gr.parallel_for(6, half, w, 4)
        text = found(gr.Error, 6, total, w, y)
        assert re.sub(r" \(created.*", "", text) == at(total) + (
            'kernel "total": argument "y" = memory that was never set, or was released, at (4), expected values that '
            "were set: 2 such elements")
        gr.parallel_for(6, half, w, 6)
        gr.parallel_for(6, total, w, y)
    gr.parallel_for(6, total, np.empty(6), y)         # whose memory is NumPy's affair


def test_a_read_of_what_was_never_set(modes):
    @gr.kernel
    def total(i, w, y):
        y[i] = w[i] + 1

    modes("uninit")
    for dtype in "f64", "i32":
        w = gr.View(12, dtype, initialize=False)      # line + 5
        line = total.function.__code__.co_firstlineno + 6
        gr.parallel_for(6, half, w[::2], 4)
        assert found(gr.Error, 6, total, w[::2], np.zeros(6)) == at(total) + (
            'kernel "total": argument "w" = memory that was never set, read at (4), expected memory that was written '
            "before (created at %s:%d)" % (__file__, line))
        w.fill(1)
        gr.parallel_for(12, total, w, np.zeros(12))
    gr.parallel_for(6, total, np.empty(6), np.zeros(6))


# -- race --------------------------------------------------------------------------------------------

def test_iterations_in_conflict(modes):
    @gr.kernel
    def shift(i, j, x):
        x[i, j] = x[i, j + 1]

    @gr.kernel
    def shifted(i, j, x, y):
        y[i, j] = x[i, j + 1]

    modes("race")
    for x, y in zip(arrays((3, 4))[1:], arrays((3, 4))):
        assert found(gr.Error, (3, 3), shift, x) == at(shift) + (
            'kernel "shift": argument "x" = read at (0, 1) by iteration (0, 0) and written by iteration (0, 1), expected '
            "one iteration alone where one writes: 6 such places")
        gr.parallel_for((3, 3), shifted, x, y)


def test_errors_that_are_looked_for_hide_no_race(modes):
    @gr.kernel
    def divided(i, x, y):
        y[i // 2] = 1 / x[i]

    modes("race")
    assert found(gr.Error, 4, divided, np.ones(4), np.zeros(2)) == at(divided) + (
        'kernel "divided": argument "y" = written at (0) by iteration (0) and written by iteration (1), expected one '
        "iteration alone where one writes: 2 such places")


def test_what_is_refused_at_compile_time_needs_no_mode(modes):
    @gr.kernel
    def histogram(i, count, bins):
        count[bins[i]] += 1

    modes("race")
    bins = np.arange(6) % 2
    assert "iterations of different i may update the same element" in found(gr.KernelTypeError, 6, histogram, np.zeros(2), bins)

    @gr.kernel
    def unseen(i, count, bins):
        count[bins[i]] = count[bins[i]] + 1
    assert 'argument "count" = written at (0) by iteration (0) and read by iteration (2)' in found(
        gr.Error, 6, unseen, np.zeros(2), bins)


# -- order -------------------------------------------------------------------------------------------

def test_results_that_depend_on_the_order(modes):
    @gr.kernel
    def smooth(i, x):
        x[i] = (x[i - 1] + 2 * x[i] + x[i + 1]) / 4

    modes("order")
    for x in arrays((8,)):
        x[:] = np.arange(8.0) * np.arange(8.0)
        assert found(gr.Error, gr.range(1, 7), smooth, x) == at(smooth) + (
            'kernel "smooth": argument "x" = 1.66650390625 at (1) in reversed order, expected 1.5 as in forward '
            "order: 6 elements depend on the order of iterations")
        assert np.asarray(x)[:3].tolist() == [0, 1.5, 4.625]      # as forward


def test_what_is_added_is_added_once(modes):
    @gr.kernel
    def add(i, j, x, count):
        x[i, j] += i + 10 * j
        gr.atomic_add(count, 0, 1)

    modes("order,nan,poison")
    for x in arrays((3, 4), "i64"):
        count = np.zeros(1, int)
        for _ in range(2):
            gr.parallel_for((3, 4), add, x, count)
        assert np.array_equal(np.asarray(x), 2 * (np.arange(3)[:, None] + 10 * np.arange(4))) and count[0] == 24
    bound = add.bind((3, 4), x, count)
    bound()
    graph = gr.Graph()
    graph.parallel_for((3, 4), add, x, count)
    graph.submit()
    assert count[0] == 48


def test_results_of_reductions(modes):
    @gr.kernel
    def last(i, acc: gr.Acc, x):
        x[0] = i
        acc += x[0] - x[1]
        x[1] = i

    @gr.kernel
    def total(i, x):
        return x[i]

    @gr.kernel
    def running(i, acc: gr.Acc, final, x, y):
        acc += x[i]
        if final:
            y[i] = acc

    modes("order")
    with pytest.raises(gr.Error, match=re.escape(at(last) + 'kernel "last": ')):
        gr.parallel_reduce(50000, last, np.zeros(2))
    x, y = np.arange(5000.0), np.zeros(5000)
    for words in "order,nan,poison", "race,uninit":
        modes(words)
        assert gr.parallel_reduce(5000, total, x) == 12497500
        assert gr.parallel_scan(5000, running, x, y) == 12497500 and np.array_equal(y, np.cumsum(x))


# -- what has no bug ---------------------------------------------------------------------------------

@pytest.mark.parametrize("words", ["nan,poison,order", "race,uninit"])
def test_kernels_without_bugs(modes, words):
    point = np.dtype([("x", "f8"), ("n", "i4")])

    @gr.kernel
    def rows(team, a, sums):
        i = team.league_rank
        s = 0.0
        for j in gr.team_range(team, a.shape[1]):
            s += a[i, j]
        if gr.team_single(team):
            sums[i] = s

    @gr.kernel
    def moments(i, points, out, label=3):
        local = gr.local(2, gr.f64)
        for k in range(2):
            local[k] = points[i].x ** k
        points[i].n = label
        out[i] = local[0] + local[1]

    @gr.kernel
    def bins(i, keys, count, largest):
        gr.atomic_add(count, keys[i], 1)
        gr.atomic_max(largest, 0, keys[i])

    modes(words)
    points = np.zeros(40, point)
    points["x"] = np.arange(40)
    out, count, largest = np.zeros(40), np.zeros(5, int), np.zeros(1, int)
    for _ in range(2):
        gr.parallel_for(20, moments, points[::2], out[::2])
        gr.parallel_for(40, bins, np.arange(40) % 5, count, largest)
    assert out[::2].tolist() == [1 + 2 * i for i in range(20)] and points["n"].sum() == 60
    assert count.tolist() == [16] * 5 and largest[0] == 4
    sums = np.zeros(6)
    gr.parallel_for(gr.team(6, 2), rows, np.ones((6, 50)), sums)
    assert sums.tolist() == [50] * 6
    gr.parallel_for(0, moments, points, out)


def test_one_bug_after_the_other(modes):
    @gr.kernel
    def wrong(i, x):
        x[i // 2] = i

    @gr.kernel
    def right(i, x):
        x[i] = i

    modes("race")
    for _ in range(2):
        assert 'kernel "wrong"' in found(gr.Error, 4, wrong, np.zeros(4))
        gr.parallel_for(4, right, np.zeros(4))


# -- what is asked for -------------------------------------------------------------------------------

def test_a_compiler_that_cannot(modes, tmp_path, monkeypatch):
    from granum import toolchain
    compiler = tmp_path / "gcc"
    compiler.write_text('#!/bin/sh\ncase " $* " in *-fsanitize*) echo "no -fsanitize here" >&2; exit 1;; esac\nexec %s "$@"\n'
                        % toolchain.compiler().path)
    compiler.chmod(compiler.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("GRANUM_CC", str(compiler))

    @gr.kernel
    def once(i, x):
        x[i] = 1 + i

    modes("race")
    with pytest.raises(gr.KernelCompileError, match="GRANUM_DEBUG has race or uninit, expected a compiler that knows "
                                                    "-fsanitize=thread: .*\nno -fsanitize here"):
        gr.parallel_for(3, once, np.zeros(3))


def test_a_word_that_is_none():
    program = "import granum as gr; gr.View(3)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False,
                          env={**os.environ, "GRANUM_DEBUG": "nan,rase"})
    assert done.returncode == 1 and re.search(r'GRANUM_DEBUG = "nan,rase", expected .* instead of "rase" perhaps "race"',
                                              done.stderr), done.stderr


def test_the_pages_reports():
    done = subprocess.run([sys.executable, "examples/debugging/check_python.py", "docs/debugging.md"], cwd=TREE, check=False,
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
