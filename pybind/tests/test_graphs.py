# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Instances of parts of the threads, and graphs of launches."""

from __future__ import annotations

import gc
import pickle
import sys
import threading
import time

import granum as gr
import numpy as np
import pytest


@gr.kernel
def axpy(i, a, x, y):
    y[i] += a * x[i]


@gr.kernel
def scaled(i, j, a, f=2.0):
    a[i, j] *= f


@gr.kernel
def dot(i, total: gr.Acc, most: gr.Max, x, y):
    total += x[i] * y[i]
    most = max(most, y[i])


@gr.kernel
def offsets(i, acc: gr.Acc, final, count, out):
    if final:
        out[i] = acc
    acc += count[i]


@gr.kernel
def inverse(i, x, y):
    y[i] = 1 / x[i]


@gr.kernel
def rows(t, a, out):
    s = 0.0
    for k in gr.team_range(t, a.shape[1]):
        s += a[t.league_rank, k]
    if gr.team_single(t):
        out[t.league_rank] = s


@gr.kernel
def threads_seen(t, sizes):
    if gr.team_single(t):
        sizes[t.league_rank] = t.team_size


# -- instances -------------------------------------------------------------------------------------

def test_partitions_share_the_threads():
    n = gr.num_threads()
    parts = gr.partition([1] * n)
    assert len(parts) == n and [p.num_threads for p in parts] == [1] * n
    with pytest.raises(ValueError, match="parts = %d, expected 1..%d" % (n + 1, n)):
        gr.partition([1] * (n + 1))
    with pytest.raises(ValueError):
        gr.partition([1, -1])
    with pytest.raises(TypeError, match="instance = 3, expected a granum.Instance or None"):
        gr.partition([1], 3)
    (inner,) = gr.partition([2.5], parts[0])
    assert inner.num_threads == 1 and repr(inner) == "<granum.Instance of 1 threads>"


def test_launches_on_an_instance():
    x, y = np.arange(1000.0), np.zeros(1000)
    with gr.Instance(1) as one:
        gr.parallel_for(1000, axpy, 2.0, x, y, instance=one)
        gr.parallel_for(gr.on(gr.range(0, 500), one), axpy, 1.0, x, y)
        gr.parallel_for((10, 100), scaled, y.reshape(10, 100), instance=one)
        gr.parallel_for(gr.on((10, 100), one), scaled, f=0.5, a=y.reshape(10, 100))
        bound = axpy.bind(1000, 1.0, x, y, instance=one)
        bound()
        assert np.array_equal(y, x * np.where(np.arange(1000) < 500, 4, 3))
        assert gr.parallel_reduce(gr.on(1000, one), dot, x, x) == (float((x * x).sum()), 999.0)
        assert gr.parallel_scan(1000, offsets, x, y, instance=one) == x.sum()
        a, out = np.arange(12.0).reshape(3, 4), np.zeros(3)
        gr.parallel_for(gr.team(3), rows, a, out, instance=one)
        gr.parallel_for(gr.on(gr.team(3), one), rows, a, out)
        rows.bind(gr.on(gr.team(3), one), a, out)()
        assert out.tolist() == [6, 22, 38]
        sizes = np.zeros(2, int)
        gr.parallel_for(gr.on(gr.team(2), one), threads_seen, sizes)
        assert sizes.tolist() == [1, 1]
        one.set_chunk(64)
        one.fence()
        policy = gr.on(5, one)
        assert policy.instance is one and policy != gr.range(5) and gr.on(policy, None) == gr.range(5)
        with pytest.raises(TypeError, match="does not pickle"):
            pickle.dumps(policy)
    assert one.ended and one.num_threads == 0
    for launch in (lambda: gr.parallel_for(5, axpy, 1.0, x, y, instance=one),
                   lambda: gr.parallel_for(policy, axpy, 1.0, x, y), one.fence):
        with pytest.raises(ValueError, match="the instance has ended"):
            launch()
    with pytest.raises(ValueError, match="instance = "):
        bound()
    one.close()
    with pytest.raises(ValueError, match="threads = 0, expected 1.."):
        gr.Instance(0)
    with pytest.raises(TypeError, match="range = 'x', expected"):
        gr.on("x", None)


def test_a_kernel_may_have_an_argument_of_that_name():
    @gr.kernel
    def named(i, x, instance):
        x[i] = instance

    x = np.zeros(3)
    gr.parallel_for(3, named, x, instance=4.0)
    assert x.tolist() == [4, 4, 4]


def test_two_host_threads_on_two_instances():
    parts = gr.partition([1] * min(2, gr.num_threads()))
    y = [np.zeros(20000) for _ in parts]
    x = np.ones(20000)

    def work(part, mine):
        for _ in range(200):
            gr.parallel_for(20000, axpy, 1.0, x, mine, instance=part)

    workers = [threading.Thread(target=work, args=pair) for pair in zip(parts, y)]
    for w in workers:
        w.start()
    for w in workers:
        w.join()
    assert all((mine == 200).all() for mine in y)


# -- graphs ----------------------------------------------------------------------------------------

def test_a_graph_has_the_bits_of_its_launches():
    rng = np.random.default_rng(1)
    x, y, z = rng.random(5000), np.zeros(5000), np.zeros(5000)
    want_y, want_z = y.copy(), z.copy()
    g = gr.Graph("steps")
    first = g.parallel_for(5000, axpy, 2.0, x, y)
    second = g.parallel_for(gr.range(100, 5000), axpy, -0.5, y, z)
    third = g.parallel_for((50, 100), scaled, z.reshape(50, 100), f=1.5)
    result = g.parallel_reduce(5000, dot, z, y)
    copied = g.copy(x, z)
    assert first._before == set() and second._before == {first.number}
    assert third._before == {first.number, second.number}
    assert result._before == {0, 1, 2} and copied._before == {0, 1, 2}
    assert result.result == (0.0, 0.0)
    g.instantiate()
    want_x = x.copy()
    for _ in range(5):
        g.submit()
        gr.parallel_for(5000, axpy, 2.0, want_x, want_y)
        gr.parallel_for(gr.range(100, 5000), axpy, -0.5, want_y, want_z)
        gr.parallel_for((50, 100), scaled, want_z.reshape(50, 100), f=1.5)
        assert result.result == gr.parallel_reduce(5000, dot, want_z, want_y)
        want_x[:] = want_z
        assert np.array_equal(y, want_y) and np.array_equal(z, want_z) and np.array_equal(x, want_x)
    with gr.Instance(1) as one:
        g.submit(one)
    with pytest.raises(ValueError, match="instantiated"):
        g.parallel_for(5, axpy, 1.0, x, y)
    assert len(g.nodes) == 5 and repr(g) == "<granum.Graph 'steps', 5 nodes>"
    assert repr(first) == "<node 0 of 'steps': axpy>"


def test_dependencies_that_are_named():
    x, y = np.ones(100), np.zeros(100)
    g = gr.Graph()
    a = g.parallel_for(100, axpy, 1.0, x, y)
    b = g.parallel_for(100, axpy, 1.0, y, x, same_index=a)
    c = g.parallel_for(100, axpy, 1.0, x, y, after=[b], label="third")
    d = g.join()
    e = g.join(a, c)
    assert b._before == set() and c._before == {1} and d._before == {0, 1, 2} and e._before == {0, 1, 2}
    g.submit()
    assert (x == 2).all() and (y == 3).all() and c.label == "third"
    other = gr.Graph()
    with pytest.raises(ValueError, match="is no node of"):
        other.parallel_for(100, axpy, 1.0, x, y, after=a)
    with pytest.raises(ValueError, match="is no node of"):
        other.parallel_for(100, axpy, 1.0, x, y, after=3)


def test_nodes_of_every_kind():
    count, out = np.array([2, 0, 3]), np.zeros(3, int)
    a, sums = np.arange(12.0).reshape(3, 4), np.zeros(3)
    seen = []
    g = gr.Graph()
    total = g.parallel_scan(3, offsets, count, out)
    g.parallel_for(gr.team(3), rows, a, sums)
    g.call(lambda k: seen.append((k, out.tolist(), sums.tolist())), 7)
    view = gr.View(3)
    g.copy(view, sums)
    g.submit()
    assert total.result == 5 and seen == [(7, [0, 2, 2], [6.0, 22.0, 38.0])]
    assert view.numpy().tolist() == [6, 22, 38]


def test_repetition():
    x, y = np.ones(10), np.zeros(10)
    g = gr.Graph()
    g.parallel_for(10, axpy, 1.0, x, y)
    last = g.parallel_reduce(10, dot, x, y)
    g.repeat_while(lambda: last.result[1] < 7)
    g.submit()
    assert y[0] == 7 and last.result == (70.0, 7.0)


def test_what_nodes_raise():
    x, y = np.array([1.0, 0.0, 2.0]), np.zeros(3)
    g = gr.Graph()
    g.parallel_for(3, inverse, x, y)
    with pytest.raises(ZeroDivisionError, match="float division by zero") as caught:
        g.submit()
    assert caught.value.filename == __file__ and y[2] == 0.5
    x[1] = 4
    g.submit()
    assert y.tolist() == [1, 0.25, 0.5]

    def fails():
        raise KeyError("no")
    h = gr.Graph()
    h.call(fails)
    h.call(fails)
    for _ in range(2):
        with pytest.raises(KeyError, match="no"):
            h.submit()
    g = gr.Graph()
    g.parallel_for(4, inverse, x, y)
    with pytest.raises(gr.BoundsError, match="i runs from 0 to 3, expected 0..2"):
        g.submit()
    with pytest.raises(ValueError, match="the target cannot be written to"):
        gr.Graph().copy(np.broadcast_to(1.0, (3,)), y)


def test_graphs_keep_their_arrays_and_nothing_else():
    x = np.ones(1000)
    before = sys.getrefcount(x)
    for _ in range(50):
        g = gr.Graph()
        g.parallel_for(1000, axpy, 1.0, np.ones(1000), x)
        g.parallel_reduce(1000, dot, x, x)
        g.repeat_while(lambda g=g: False)
        g.submit()
    del g
    gc.collect()
    assert sys.getrefcount(x) == before and x[0] == 51


def test_threads_submit_one_graph():
    x, y = np.ones(5000), np.zeros(5000)
    g = gr.Graph()
    g.parallel_for(5000, axpy, 1.0, x, y)
    g.call(lambda: time.sleep(0))
    g.instantiate()
    workers = [threading.Thread(target=lambda: [g.submit() for _ in range(50)]) for _ in range(3)]
    for w in workers:
        w.start()
    for w in workers:
        w.join()
    assert (y == 150).all()


# -- the library -----------------------------------------------------------------------------------

def test_memory_and_configuration(capsys):
    used = gr.memory_used()
    v = gr.View(1000)
    assert gr.memory_used() >= used + 8000 and gr.memory_peak() >= gr.memory_used()
    assert gr.memory()["used"] == gr.memory_used()
    del v
    assert gr.memory_used() == used
    gr.print_configuration()
    said = capsys.readouterr().out
    assert said == gr.configuration() and gr.__version__ in said


def test_settings(tmp_path):
    import subprocess
    code = ("import granum as gr\n"
            "gr.initialize(num_threads=1, debug='sync, errors', trace_kernels=True)\n"
            "assert gr.num_threads() == 1\n"
            "assert 'sync' in gr.configuration()\n"
            "gr.finalize()\n"
            "for wrong in {'debug': 'sink'}, {'device': 300}:\n"
            "    try:\n"
            "        gr.initialize(**wrong)\n"
            "    except ValueError as error:\n"
            "        print(error)\n")
    import os
    env = {k: v for k, v in os.environ.items() if k != "GRANUM_NUM_THREADS"}
    made = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env)
    assert made.returncode == 0, made.stderr
    assert made.stdout == ("debug = 'sink', expected words of GRANUM_DEBUG such as 'sync,errors'\n"
                           "settings.device = 300, expected 0..255\n")
