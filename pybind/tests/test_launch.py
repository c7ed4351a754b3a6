# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The launch path: ranges, plans, results, faults, bound launches, threads. The oracle is NumPy."""
import gc
import os
import sys
import threading
import weakref

import granum as gr
import numpy as np
import pytest
from granum import _granum


def test_axpy_runs_and_answers_none(axpy):
    x, y = np.arange(10.0), np.ones(10)
    assert gr.parallel_for(10, axpy, 2.0, x, y) is None
    assert np.array_equal(y, 1 + 2 * np.arange(10.0))


def test_types_are_compiled_once(axpy):
    x, y = np.arange(10.0), np.ones(10)
    for _ in range(3):
        gr.parallel_for(10, axpy, 2.0, x, y)
    gr.parallel_for(5, axpy, 2.0, x[:5], y[:5])
    assert axpy.made == [("for", 1, ("f64", ("f64", 1, "C", False), ("f64", 1, "C", False)))]
    gr.parallel_for(5, axpy, 2.0, x[::2], y[:5])
    gr.parallel_for(5, axpy, 2.0, x[::-2], y[:5])
    assert len(axpy.made) == 2 and axpy.made[1][2][1] == ("f64", 1, "S", False)
    assert axpy._plans[0].calls == 4 and axpy._plans[1].calls == 2
    assert axpy._plans[0].types == axpy.made[0][2]


def test_strides_of_either_sign(axpy):
    x, y = np.arange(10.0), np.zeros(10)
    gr.parallel_for(5, axpy, 1.0, x[::2], y[::-2])
    assert np.array_equal(y[::-2], x[::2])


def test_reduce_answers_a_float(dot):
    x = np.linspace(0, 1, 100001)
    result = gr.parallel_reduce(len(x), dot, x, x)
    assert type(result) is float and result == pytest.approx(np.dot(x, x), rel=1e-13)
    assert gr.parallel_reduce(0, dot, x, x) == 0.0


def test_several_results_are_a_tuple(make):
    x = np.array([3.0, -1.0, 2.0, -1.0])
    assert gr.parallel_reduce(4, make("lowest", "x", results=("f64", "i64")), x) == (-1.0, 1)
    named = make("lowest", "x", results=("f64", "i64"), wrap=lambda value, location: {value: location})
    assert gr.parallel_reduce(4, named, x) == {-1.0: 1}


@pytest.mark.parametrize("policy, rank", [
    (4, 1), (np.int32(4), 1), ((4,), 1), (gr.range(4), 1), (gr.range(0, 4), 1), (gr.mdrange((0, 4)), 1), (gr.mdrange(4), 1),
])
def test_ranges_of_one_dimension(axpy, policy, rank):
    y = np.zeros(6)
    gr.parallel_for(policy, axpy, 1.0, np.ones(6), y)
    assert y.sum() == 4 and axpy.made[0][1] == rank


@pytest.mark.parametrize("policy", [(3, 4), (np.int64(3), 4), gr.mdrange((0, 3), (0, 4)), gr.mdrange(3, [0, 4])])
@pytest.mark.parametrize("order", ["C", "F"])
def test_ranges_of_two_dimensions(copy2, policy, order):
    a = np.asfortranarray(np.arange(12.0).reshape(3, 4)) if order == "F" else np.arange(12.0).reshape(3, 4)
    b = np.zeros((3, 4), order=order)
    gr.parallel_for(policy, copy2, a, b)
    assert np.array_equal(a, b) and copy2.made[0][2][0][2] == order


def test_part_of_a_range(copy2):
    a, b = np.ones((5, 6)), np.zeros((5, 6))
    gr.parallel_for(gr.mdrange((1, 4), (2, 5)), copy2, a, b)
    assert b.sum() == 9 and b[1:4, 2:5].all()


@pytest.mark.parametrize("policy, error, message", [
    (-1, ValueError, "range of -1 iterations, expected 0 or more"),
    ((3, -4), ValueError, "range of -4 iterations, expected 0 or more"),
    ((), ValueError, "range of 0 dimensions, expected 1..6"),
    ((1,) * 7, ValueError, "range of 7 dimensions, expected 1..6"),
    (2**63, OverflowError, "range = 9223372036854775808, expected an integer of 64 bits"),
    (((0, 3), (0, 4)), TypeError, r"extent = \(0, 3\), expected an integer: bounds are given as granum.mdrange"),
    ((3, 1.5), TypeError, "extent = 1.5, expected an integer"),
])
def test_ranges_that_are_refused(axpy, policy, error, message):
    with pytest.raises(error, match=message):
        gr.parallel_for(policy, axpy, 1.0, np.ones(3), np.ones(3))


@pytest.mark.parametrize("make_range, error, message", [
    (lambda: gr.range(3, 2), ValueError, "range lo = 3, hi = 2, expected lo <= hi"),
    (lambda: gr.range(-2**63, 2**62), OverflowError, "expected fewer than"),
    (lambda: gr.range(), TypeError, r"range takes \(hi\) or \(lo, hi\), not 0 arguments"),
    (lambda: gr.range(1.0), TypeError, "hi = 1.0, expected an integer"),
    (lambda: gr.range(True), TypeError, "hi = True, expected an integer"),
    (lambda: gr.mdrange((1, 2, 3)), ValueError, r"dimension 0 of mdrange = \(1, 2, 3\), expected \(lo, hi\)"),
    (lambda: gr.mdrange(), TypeError, r"mdrange takes 1..6 pairs \(lo, hi\), not 0"),
])
def test_range_objects_that_are_refused(make_range, error, message):
    with pytest.raises(error, match=message):
        make_range()


def test_range_objects_are_values():
    import pickle

    a = gr.mdrange((1, 4), (2, 5))
    assert a == gr.mdrange((1, 4), (2, 5)) and hash(a) == hash(gr.mdrange((1, 4), (2, 5)))
    assert a != gr.mdrange((1, 4), (2, 6)) and a != gr.range(4) and a != 3
    assert repr(a) == "granum.mdrange((1, 4), (2, 5))" and repr(gr.range(2, 7)) == "granum.range(2, 7)"
    assert (a.rank, a.lo, a.hi, a.shape) == (2, (1, 2), (4, 5), (3, 3))
    assert pickle.loads(pickle.dumps(a)) == a and pickle.loads(pickle.dumps(gr.range(1, 3))) == gr.range(1, 3)


def test_what_is_no_kernel(axpy):
    def plain(i):
        pass

    with pytest.raises(TypeError, match="parallel_for: plain is a plain function, expected a kernel: put @granum.kernel"):
        gr.parallel_for(3, plain)
    with pytest.raises(TypeError, match="parallel_reduce: the second argument is a int, expected a kernel"):
        gr.parallel_reduce(3, 4)
    with pytest.raises(TypeError, match="parallel_scan takes a range, a kernel and the kernel's arguments"):
        gr.parallel_scan(3)


def test_faults_reach_the_kernel(axpy):
    with pytest.raises(IndexError) as caught:
        gr.parallel_for(11, axpy, 1.0, np.ones(10), np.ones(20))
    assert caught.value.args == ("axpy", 3, 7, (11, 10), 3)


def test_launch_errors_are_raised(make):
    with pytest.raises(ValueError, match=r'chunk = 0, expected 1 or more'):
        gr.parallel_for(10, make("fails", ""))
    gr.fence()


def test_keywords_and_other_policies_go_through_python(axpy):
    x, y = np.ones(4), np.zeros(4)
    gr.parallel_for(4, axpy, 2.0, y=y, x=x)
    assert (y == 2).all()
    assert gr.parallel_for("teams", axpy, 1) == ("other", "for", "teams", (1,))


@pytest.mark.parametrize("value, code, words", [
    (7, "i64", [7]), (-1, "i64", [-1]), (True, "bool", [1]), (2**63 - 1, "i64", [2**63 - 1]),
    (1.5, "f64", [np.float64(1.5).view("i8")]), (1 + 2j, "c128", list(np.array([1.0, 2.0]).view("i8"))),
    (np.float64(1.5), "f64", [np.float64(1.5).view("i8")]), (np.float32(1.5), "f32", [np.float64(1.5).view("i8")]),
    (np.int8(-3), "i8", [-3]), (np.uint16(65535), "u16", [65535]), (np.uint64(2**64 - 1), "u64", [-1]),
    (np.bool_(False), "bool", [0]), (np.complex64(1 + 2j), "c64", list(np.array([1.0, 2.0]).view("i8"))),
    (np.longlong(5), "i64", [5]), (np.array(2.5), "f64", [np.float64(2.5).view("i8")]),
    (np.array(2.5, "f4"), "f32", [np.float64(2.5).view("i8")]), (np.array(-2, "i2"), "i16", [-2]),
    (np.array(1 + 2j, "c8"), "c64", list(np.array([1.0, 2.0]).view("i8"))), (np.array(True), "bool", [1]),
    (np.array(200, "u1"), "u8", [200]),
])
def test_words_of_scalars(make, value, code, words):
    kernel = make("words", "so", writes=0b10)
    out = np.zeros(2, "i8")
    for _ in range(2):  # the slow path, then the fast one
        gr.parallel_for(len(words), kernel, value, out)
        assert list(out[: len(words)]) == words
        out[:] = 0
    assert len(kernel.made) == 1 and kernel.made[0][2][0] == code


def test_words_of_arrays(make):
    kernel = make("words", "ao", writes=0b10)
    out = np.zeros(10, "i8")
    for a in (np.zeros((3, 4), "f4"), np.zeros((3, 4), "f4")[:, ::-2], np.zeros((3, 4), "f4").T):
        for argument in (a, gr.View.wrap(a)):
            for _ in range(2):
                gr.parallel_for(5, kernel, argument, out)
                address = a.__array_interface__["data"][0]
                assert list(out[:5]) == [address, *a.shape, *(s // 4 for s in a.strides)]
    assert [made[2][0] for made in kernel.made] == [("f32", 2, layout, False) for layout in "CSF"]


def test_big_integers_are_refused_by_name(make):
    with pytest.raises(OverflowError, match=r"words: argument 's' is 9223372036854775808, expected an integer of 64"):
        gr.parallel_for(1, make("words", "so", writes=2), 2**63, np.zeros(2, "i8"))
    kernel = make("words", "so", writes=2)
    gr.parallel_for(1, kernel, 1, np.zeros(2, "i8"))
    with pytest.raises(OverflowError, match="words: argument 's' is -9223372036854775809, expected"):
        gr.parallel_for(1, kernel, -2**63 - 1, np.zeros(2, "i8"))


def test_bound_launches(axpy, dot):
    x, y = np.ones(8), np.zeros(8)
    launch = axpy.bind(8, 3.0, x, y)
    for _ in range(10):
        assert launch() is None
    assert (y == 30).all() and launch.kernel is axpy and launch.args[1] is x
    total = dot.bind(gr.range(2, 8), x, y, pattern="reduce")
    assert total() == 180.0
    y[:] = 1
    assert total() == 6.0
    assert repr(total) == "<bound launch of dot, 2 arguments>"
    with pytest.raises(TypeError, match="a bound launch takes no arguments"):
        total(1)
    with pytest.raises(ValueError, match="pattern = 'fro', expected 'for', 'reduce' or 'scan'"):
        axpy.bind(8, 3.0, x, y, pattern="fro")
    with pytest.raises(TypeError, match="range = 'n', expected an integer, a tuple of integers"):
        axpy.bind("n", 3.0, x, y)


def test_bound_launches_keep_their_arrays(axpy):
    y = np.zeros(4)
    launch = axpy.bind(4, 1.0, np.ones(4), y)
    gc.collect()
    launch()
    assert y.sum() == 4


def test_no_references_are_lost(axpy, dot):
    x, y, n = np.ones(100), np.zeros(100), 100
    scalars = (2.5, 10**6 + 1)
    watched = (x, y, axpy, dot, *scalars, x.dtype, None)

    def everything():
        for _ in range(300):
            gr.parallel_for(n, axpy, 2.5, x, y)
            gr.parallel_reduce(n, dot, x, y)
            gr.parallel_for(gr.mdrange((0, n)), axpy, scalars[0], x, y)
            axpy.bind(n, scalars[0], x, y)()
            gr.parallel_for(n, axpy, a=2.5, x=x, y=y)
            for wrong in ((n, axpy, [], x, y), (-1, axpy, 1.0, x, y), (n + 1, axpy, 1.0, x, y), (n, axpy, 1.0, x, "y")):
                try:
                    gr.parallel_for(*wrong)
                except (TypeError, ValueError, IndexError):
                    pass

    everything()
    gc.collect()
    before = [sys.getrefcount(thing) for thing in watched]
    everything()
    gc.collect()
    after = [sys.getrefcount(thing) for thing in watched]
    assert all(abs(a - b) < 50 for a, b in zip(after, before)), (before, after)


def test_kernels_go_when_nobody_holds_them(make):
    kernel = make("axpy", "axy", writes=4)
    gr.parallel_for(2, kernel, 1.0, np.ones(2), np.ones(2))
    bound = kernel.bind(2, 1.0, np.ones(2), np.ones(2))
    kernel.itself = kernel
    gone = weakref.ref(kernel)
    del kernel, bound
    gc.collect()
    assert gone() is None


def test_watched_constants(axpy):
    x, y = np.ones(4), np.zeros(4)
    names = {"SCALE": 2, "other": 1}
    axpy._watch([(names, "SCALE", names["SCALE"])])
    gr.parallel_for(4, axpy, 1.0, x, y)
    names["other"] = 5
    gr.parallel_for(4, axpy, 1.0, x, y)
    assert len(axpy.made) == 1 and axpy.changes == 0
    names["SCALE"] = 3
    gr.parallel_for(4, axpy, 1.0, x, y)
    assert len(axpy.made) == 2 and axpy.changes == 1
    axpy._watch([(names, "SCALE", 3)])
    gr.parallel_for(4, axpy, 1.0, x, y)
    assert len(axpy.made) == 2
    del names["SCALE"]
    gr.parallel_for(4, axpy, 1.0, x, y)
    assert axpy.changes == 2


def test_watched_cells(axpy):
    scale = 2

    def closure():
        return scale

    axpy._watch([(closure.__closure__[0], None, scale)])
    x, y = np.ones(4), np.zeros(4)
    gr.parallel_for(4, axpy, 1.0, x, y)
    gr.parallel_for(4, axpy, 1.0, x, y)
    assert axpy.changes == 0
    scale = 3
    gr.parallel_for(4, axpy, 1.0, x, y)
    assert axpy.changes == 1


def test_guards_that_are_refused(axpy):
    with pytest.raises(TypeError, match="guard of a list, expected one of a dict or a cell"):
        axpy._watch([([], 1, 2)])
    with pytest.raises(TypeError, match=r"guard = 3, expected \(dict, key, value\)"):
        axpy._watch([3])


def test_the_gil_is_released_for_long_launches(make):
    out = np.array([0, 1, 0])
    waits = make("waits", "o", writes=0b1).bind(1, out)
    for _ in range(6):      # it is known to take long
        waits()
    out[:] = 0
    runner = threading.Thread(target=waits)
    runner.start()
    while not out[0]:       # a launch that keeps the GIL gives up before this thread goes on
        pass
    out[1] = 1
    runner.join()
    assert out[2] == 1


def test_several_threads_launch_at_once(axpy, dot):
    failures = []

    def work(seed):
        x, y = np.full(5000, float(seed)), np.zeros(5000)
        for k in range(200):
            gr.parallel_for(5000 - k, axpy, 1.0, x, y)
            if gr.parallel_reduce(10, dot, x, x) != 10.0 * seed * seed:
                failures.append(seed)
            if k % 50 == 0:
                axpy._clear()
        expected = np.full(5000, 200.0 * seed)
        expected[4801:] = seed * np.arange(199, 0, -1.0)
        if not np.array_equal(y, expected):
            failures.append(-seed)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(1, 7)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures


def test_children_of_a_fork_launch(dot):
    x = np.ones(100_000)
    assert gr.parallel_reduce(len(x), dot, x, x) == len(x)
    child = os.fork()
    if child == 0:
        os._exit(0 if gr.parallel_reduce(len(x), dot, x, x) == len(x) else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_plans_that_are_refused(library):
    address = library.address("axpy")
    with pytest.raises(ValueError, match="rank = 7, expected 1..6"):
        _granum.Plan(address, library, "for", 7, ())
    with pytest.raises(ValueError, match="pattern = 'each', expected"):
        _granum.Plan(address, library, "each", 1, ())
    with pytest.raises(TypeError, match="dtype = 'f16', expected one of i8"):
        _granum.Plan(address, library, "for", 1, ("f16",))
    with pytest.raises(ValueError, match="expected a rank of 1..8 and a layout of C, F or S"):
        _granum.Plan(address, library, "for", 1, (("f64", 9, "C"),))
    with pytest.raises(ValueError, match="9 results, expected at most 8"):
        _granum.Plan(address, library, "reduce", 1, (), results=("f64",) * 9)
    with pytest.raises(LookupError, match="symbol nothing in .*hand.so: not there"):
        library.address("nothing")
    with pytest.raises(OSError, match="nowhere.so"):
        _granum.Library("/nowhere.so")
