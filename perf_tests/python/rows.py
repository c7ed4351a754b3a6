# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The rows that are measured in this process: what is launched, on which data, beside whom."""
import granum as gr
import kernels
import numpy as np
import twins


class Row:
    """One line: a name, granum's call, and the other sides' calls.

    answer     the array to compare, from what granum's call returned; a peer's value is its own answer if it has one
    tolerance  of the C twin's answer; peers may add in another order and fuse, and have peers_tolerance
    counts     compare counts of steps: the part of them that differs
    short      one of many points of a sweep
    """

    def __init__(self, name, n, run, *, twin=None, others=None, reset=lambda: None, answer=None, tolerance=0.0,
                 peers_tolerance=1e-9, counts=False, nbytes=0, target=None, ratio=None, short=False):
        self.name, self.n, self.run, self.twin, self.others = name, n, run, twin, others or {}
        self.reset, self.answer, self.tolerance, self.nbytes = reset, answer, tolerance, nbytes
        self.peers_tolerance, self.counts, self.short = peers_tolerance, counts, short
        self.target, self.ratio = target, ratio  # seconds; of the twin's time


def beside(found, row, *arguments):
    """{system: its call on these arguments}; a system that fails to prepare says so when it is checked."""
    calls = {}
    for system, made in found.items():
        if row in made:
            calls[system] = lambda prepare=made[row]: prepare(*arguments)
    return {system: prepared(prepare) for system, prepare in calls.items()}


def prepared(prepare):
    try:
        return prepare()
    except Exception as failure:  # raised again where it is called, as any failure of a peer
        def fail(failure=failure):
            raise failure
        return fail


def launch_rows(found):
    """Statements, since a lambda around a launch costs half as much as the launch."""
    def names(**more):
        return {"launch": gr.parallel_for, "axpy": kernels.axpy, "six": kernels.six, **more}

    for n, target in ((1, 0.15e-6), (1000, 0.25e-6)):
        x, y = np.ones(n), np.zeros(n)
        yield Row("python.launch.axpy", n, (f"launch({n}, axpy, 2.0, x, y)", names(x=x, y=y)),
                  others=beside(found, "axpy", 2.0, x, y), reset=lambda y=y: y.fill(0), answer=lambda _, y=y: y,
                  target=target)
    x, y = np.ones(1), np.zeros(1)
    yield Row("python.launch.axpy.view", 1,
              ("launch(1, axpy, 2.0, x, y)", names(x=gr.View.wrap(x), y=gr.View.wrap(y))), target=0.12e-6)
    small = [np.full((2, 2), k + 1.0) for k in range(6)]
    yield Row("python.launch.six_arrays_2d", 4,
              ("launch((2, 2), six, a, b, c, d, e, f)", names(**dict(zip("abcdef", small)))),
              others=beside(found, "six", *small), reset=lambda: small[0].fill(0), answer=lambda _: small[0],
              target=0.25e-6)
    yield Row("python.launch.bound", 1, ("bound()", {"bound": kernels.axpy.bind(1, 2.0, x, y)}), target=0.07e-6)


def stream_rows(found, made, n, random):
    a, b, c = np.zeros(n), random.random(n), random.random(n)
    yield Row("python.triad", n, lambda: gr.parallel_for(n, kernels.triad, a, b, c, 0.4),
              twin=lambda: gr.parallel_for(n, made["triad"], a, b, c, 0.4),
              others=beside(found, "triad", a, b, c, 0.4), reset=lambda: a.fill(0), answer=lambda _: a, nbytes=24 * n,
              ratio=1.02)
    for size in (10**5, n):
        x, y = b[:size], c[:size]
        yield Row("python.dot", size, lambda x=x, y=y: gr.parallel_reduce(len(x), kernels.dot, x, y),
                  twin=lambda x=x, y=y: gr.parallel_reduce(len(x), made["dot"], x, y),
                  others=beside(found, "dot", x, y), answer=lambda found: found, tolerance=1e-11, nbytes=16 * size,
                  ratio=1.02)
    yield Row("python.scan", n, lambda: gr.parallel_scan(n, kernels.scan, b, a),
              twin=lambda: gr.parallel_scan(n, made["scan"], b, a), others=beside(found, "scan", b, a),
              reset=lambda: a.fill(0), answer=lambda _: a, nbytes=16 * n, ratio=1.02)


def array_rows(found, made, n, m, random):
    s, t = random.random((m, m)), np.zeros((m, m))
    inner = gr.mdrange((1, m - 1), (1, m - 1))
    yield Row("python.jacobi", m * m, lambda: gr.parallel_for(inner, kernels.jacobi, t, s),
              twin=lambda: gr.parallel_for(inner, made["jacobi"], t, s), others=beside(found, "jacobi", t, s),
              reset=lambda: t.fill(0), answer=lambda _: t, nbytes=16 * m * m, ratio=1.02)
    bins, count = random.integers(0, 4096, n // 4), np.zeros(4096, np.int64)
    yield Row("python.histogram", n // 4, lambda: gr.parallel_for(len(bins), kernels.histogram, count, bins),
              twin=lambda: gr.parallel_for(len(bins), made["histogram"], count, bins),
              others=beside(found, "histogram", count, bins), reset=lambda: count.fill(0), answer=lambda _: count,
              nbytes=8 * len(bins), ratio=1.02)
    rows = n // 40
    start = np.arange(0, 12 * rows + 1, 12)
    column = (np.repeat(np.arange(rows), 12) + np.tile(np.arange(-6, 6) * 7, rows)) % rows
    value, result, x = random.random(12 * rows), np.zeros(rows), random.random(rows)
    yield Row("python.spmv", rows, lambda: gr.parallel_for(rows, kernels.spmv, result, start, column, value, x),
              twin=lambda: gr.parallel_for(rows, made["spmv"], result, start, column, value, x),
              others=beside(found, "spmv", result, start, column, value, x), reset=lambda: result.fill(0),
              answer=lambda _: result, nbytes=(16 * 12 + 16) * rows, ratio=1.02)


def compute_rows(found, made, k, random):
    where, force = [random.random(k) for _ in range(4)], [np.zeros(k) for _ in range(3)]
    yield Row("python.nbody", k, lambda: gr.parallel_for(k, kernels.nbody, *force, *where, 1e-3),
              twin=lambda: gr.parallel_for(k, made["nbody"], *force, *where, 1e-3),
              others=beside(found, "nbody", *force, *where, 1e-3), answer=lambda _: np.concatenate(force),
              reset=lambda: [f.fill(0) for f in force], ratio=1.02)
    picture = np.zeros((400, 600), np.int64)
    yield Row("python.mandelbrot", picture.size,
              lambda: gr.parallel_for(picture.shape, kernels.mandelbrot, picture, 200),
              twin=lambda: gr.parallel_for(picture.shape, made["mandelbrot"], picture, 200),
              others=beside(found, "mandelbrot", picture, 200), reset=lambda: picture.fill(0),
              answer=lambda _: picture, counts=True, peers_tolerance=1e-3, ratio=1.02)


def sweep_rows(found):
    """Launch and run time of axpy over its size: where a system stops paying for launches."""
    for n in (10**k for k in range(8)):
        x, y = np.ones(n), np.zeros(n)
        yield Row("python.sweep.axpy", n, (f"launch({n}, axpy, 2.0, x, y)",
                                          {"launch": gr.parallel_for, "axpy": kernels.axpy, "x": x, "y": y}),
                  others=beside(found, "axpy", 2.0, x, y), reset=lambda y=y: y.fill(0), answer=lambda _, y=y: y,
                  nbytes=24 * n, short=True)


def all_rows(found, quick):
    random = np.random.default_rng(1)
    made = twins.load()
    n, m, k = (10**6, 1000, 1000) if quick else (8 * 10**6, 2000, 4000)
    yield from launch_rows(found)
    yield from stream_rows(found, made, n, random)
    yield from array_rows(found, made, n, m, random)
    yield from compute_rows(found, made, k, random)
    yield from sweep_rows(found)
