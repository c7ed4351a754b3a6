#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""granum from Python beside the same kernels in C and in other systems.

usage: bench.py [ROW...] [--quick] [--json FILE] [--list]

A ROW is the beginning of a name or a glob. One line a row; --json writes the fields of the C
benchmarks, and "peers": seconds of each other system. Answers are compared before anything is timed.
"""
import argparse
import fnmatch
import json
import os
import statistics
import subprocess
import sys
import tempfile
import timeit

# Threads that spin between two launches of one side would take the processors from the other.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import granum as gr
import kernels
import numpy as np
import peers
import twins

HERE = os.path.dirname(os.path.abspath(__file__))


class Row:
    """One line: a name, granum's call, and the other sides' calls."""

    def __init__(self, name, n, run, *, twin=None, others=None, reset=None, answer=None, tolerance=0.0, nbytes=0,
                 target=None, ratio=None):
        self.name, self.n, self.run, self.twin, self.others = name, n, run, twin, others or {}
        self.reset, self.answer, self.tolerance, self.nbytes = reset, answer, tolerance, nbytes
        self.target, self.ratio = target, ratio  # seconds; of the twin's time


def timed(call, number):
    """Seconds of a loop of calls; a call is a function, or (statement, names) where a function's own cost would count."""
    if isinstance(call, tuple):
        return timeit.timeit(call[0], globals=call[1], number=number)
    return timeit.timeit(call, number=number)


def seconds_of(call, number):
    """One sample: time of a call, without the loop around it."""
    return max(timed(call, number) - timeit.timeit("pass", number=number), 0.0) / number


def sample_size(call, least):
    timed(call, 8)  # what is compiled at the first call is compiled now
    number = 1
    while timed(call, number) < least and number < 10**7:
        number *= 4
    return number


def check(row):
    """The largest difference of any side from granum's answer, relative to the largest element."""
    if row.answer is None:
        return None
    worst, expected = 0.0, None
    for call in (row.run, row.twin, *row.others.values()):
        if call is None:
            continue
        if row.reset:
            row.reset()
        returned = call()
        found = np.array(row.answer(returned), dtype=float)
        if expected is None:
            expected = found
        worst = max(worst, float(np.max(np.abs(found - expected)) / max(np.max(np.abs(expected)), 1e-300)))
    return worst


def measure(row, quick):
    """{field: value} of a row: medians over rounds in which all sides take turns."""
    error = check(row)
    line = {"name": row.name, "n": row.n, "backend": "python", "threads": gr.num_threads(), "t_granum_s": None,
            "t_twin_s": None, "ratio": None, "t_best_s": None, "ratio_best": None, "gbytes_s": None, "error": error,
            "noise": None, "peers": {}}
    if error is not None and not error <= row.tolerance:
        return {**line, "verdict": "wrong"}
    sides = {"granum": row.run, **({"twin": row.twin} if row.twin else {}), **row.others}
    least = 0.002 if quick else 0.01
    numbers = {name: sample_size(call, least) for name, call in sides.items()}
    times = {name: [] for name in sides}
    order = list(sides)
    for round_ in range(5 if quick else 15):
        for name in order[round_ % len(order):] + order[:round_ % len(order)]:
            times[name].append(seconds_of(sides[name], numbers[name]))
    median = {name: statistics.median(values) for name, values in times.items()}
    line["t_granum_s"] = median["granum"]
    if row.twin:
        line["t_twin_s"] = median["twin"]
        line["ratio"] = statistics.median(a / b for a, b in zip(times["granum"], times["twin"]))
    line["peers"] = {name: median[name] for name in row.others}
    line["gbytes_s"] = 1e-9 * row.nbytes / median["granum"] if row.nbytes else None
    line["verdict"] = verdict(row, line)
    return line


def verdict(row, line):
    if row.ratio is not None:
        return "met" if line["ratio"] <= row.ratio else f"over {row.ratio}"
    if row.target is not None:
        return "met" if line["t_granum_s"] <= row.target else f"over {row.target:g} s"
    return "-"


def launch_rows(others):
    """Statements, since a lambda around a launch costs half as much as the launch."""
    def names(**more):
        return {"launch": gr.parallel_for, "axpy": kernels.axpy, "six": kernels.six, **more}

    def peer(row, statement, **arguments):
        return {system: (statement, {"f": rows[row], **arguments}) for system, rows in others.items() if row in rows}

    for n, target in ((1, 0.15e-6), (1000, 0.25e-6)):
        x, y = np.ones(n), np.zeros(n)
        yield Row("python.launch.axpy", n, (f"launch({n}, axpy, 2.0, x, y)", names(x=x, y=y)),
                  others=peer("axpy", "f(2.0, x, y)", x=x, y=y), target=target)
    x, y = np.ones(1), np.zeros(1)
    yield Row("python.launch.axpy.view", 1,
              ("launch(1, axpy, 2.0, x, y)", names(x=gr.View.wrap(x), y=gr.View.wrap(y))), target=0.12e-6)
    small = dict(zip("abcdef", (np.ones((2, 2)) for _ in range(6))))
    yield Row("python.launch.six_arrays_2d", 1, ("launch((1, 1), six, a, b, c, d, e, f)", names(**small)),
              others={system: (call[0], {**small, "g": others[system]["six"]})
                      for system, call in peer("six", "g(a, b, c, d, e, f)").items()}, target=0.25e-6)
    yield Row("python.launch.bound", 1, ("bound()", {"bound": kernels.axpy.bind(1, 2.0, x, y)}), target=0.07e-6)


def throughput_rows(others, quick):
    made = twins.load()
    random = np.random.default_rng(1)
    n = 10**6 if quick else 8 * 10**6
    m = 1000 if quick else 2000

    def peer(name, *arguments):
        return {system: (lambda f=rows[name]: f(*arguments)) for system, rows in others.items() if name in rows}

    a, b, c = np.zeros(n), random.random(n), random.random(n)
    yield Row("python.triad", n, lambda: gr.parallel_for(n, kernels.triad, a, b, c, 0.4),
              twin=lambda: gr.parallel_for(n, made["triad"], a, b, c, 0.4), others=peer("triad", a, b, c, 0.4),
              reset=lambda: a.fill(0), answer=lambda _: a, nbytes=24 * n, ratio=1.02)
    for size in (10**5, n):
        x, y = b[:size], c[:size]
        yield Row("python.dot", size, lambda x=x, y=y: gr.parallel_reduce(len(x), kernels.dot, x, y),
                  twin=lambda x=x, y=y: gr.parallel_reduce(len(x), made["dot"], x, y), others=peer("dot", x, y),
                  answer=lambda found: found, tolerance=1e-11, nbytes=16 * size, ratio=1.02)
    s, t = random.random((m, m)), np.zeros((m, m))
    inner = gr.mdrange((1, m - 1), (1, m - 1))
    yield Row("python.jacobi", m * m, lambda: gr.parallel_for(inner, kernels.jacobi, t, s),
              twin=lambda: gr.parallel_for(inner, made["jacobi"], t, s), others=peer("jacobi", t, s),
              reset=lambda: t.fill(0), answer=lambda _: t, nbytes=16 * m * m, ratio=1.02)
    yield Row("python.scan", n, lambda: gr.parallel_scan(n, kernels.scan, b, a),
              twin=lambda: gr.parallel_scan(n, made["scan"], b, a),
              others={name: call for name, call in peer("scan", b, a).items() if name != "numpy"},
              reset=lambda: a.fill(0), answer=lambda _: a, tolerance=1e-9, nbytes=16 * n, ratio=1.02)
    bins, count = random.integers(0, 4096, n // 4), np.zeros(4096, np.int64)
    yield Row("python.histogram", n // 4, lambda: gr.parallel_for(len(bins), kernels.histogram, count, bins),
              twin=lambda: gr.parallel_for(len(bins), made["histogram"], count, bins), others=peer("histogram", count, bins),
              nbytes=8 * len(bins), ratio=1.02)
    rows = n // 40
    start = np.arange(0, 12 * rows + 1, 12)
    column = (np.repeat(np.arange(rows), 12) + np.tile(np.arange(-6, 6) * 7, rows)) % rows
    value, result, x = random.random(12 * rows), np.zeros(rows), b[:rows]
    yield Row("python.spmv", rows, lambda: gr.parallel_for(rows, kernels.spmv, result, start, column, value, x),
              twin=lambda: gr.parallel_for(rows, made["spmv"], result, start, column, value, x),
              others=peer("spmv", result, start, column, value, x), reset=lambda: result.fill(0),
              answer=lambda _: result, tolerance=1e-12, nbytes=(16 * 12 + 16) * rows, ratio=1.02)
    k = 1000 if quick else 4000
    where, force = [random.random(k) for _ in range(4)], [np.zeros(k) for _ in range(3)]
    yield Row("python.nbody", k, lambda: gr.parallel_for(k, kernels.nbody, *force, *where, 1e-3),
              twin=lambda: gr.parallel_for(k, made["nbody"], *force, *where, 1e-3),
              others=peer("nbody", *force, *where, 1e-3), answer=lambda _: np.concatenate(force), tolerance=1e-9,
              ratio=1.02)
    picture = np.zeros((400, 600), np.int64)
    yield Row("python.mandelbrot", picture.size,
              lambda: gr.parallel_for(picture.shape, kernels.mandelbrot, picture, 200),
              twin=lambda: gr.parallel_for(picture.shape, made["mandelbrot"], picture, 200),
              others=peer("mandelbrot", picture, 200), reset=lambda: picture.fill(0), answer=lambda _: picture,
              ratio=1.02)


_FRESH = """
import sys, time
start = time.perf_counter()
import numpy as np
numpy = time.perf_counter()
import granum as gr
imported = time.perf_counter()
sys.path.insert(0, {here!r})
import kernels
made = {arguments}
begin = time.perf_counter()
gr.parallel_for({policy}, kernels.{name}, *made)
end = time.perf_counter()
print(imported - numpy, end - begin)
"""
_COMPILED = {
    "axpy": ("1", "[2.0, np.ones(1), np.ones(1)]", 0.20),
    "stencil": ("gr.mdrange((1, 2), (1, 2), (1, 2))", "[np.ones((3, 3, 3)) for _ in range(5)] + [1.0, 0.1, 0.1, 0.1]", 0.35),
}


_THREADS = """
import sys, threading, time
import numpy as np
import granum as gr
sys.path.insert(0, {here!r})
import kernels
n = 1_000_000
work = [[np.zeros(n // 8), np.ones(n // 8), np.ones(n // 8)] for _ in range(4)]
def launches(arrays):
    for _ in range(500):
        gr.parallel_for(n // 8, kernels.triad, *arrays, 0.5)
launches(work[0])
begin = time.perf_counter()
for arrays in work:
    launches(arrays)
middle = time.perf_counter()
threads = [threading.Thread(target=launches, args=(arrays,)) for arrays in work]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(middle - begin, time.perf_counter() - middle)
"""


def thread_row(quick):
    """Four Python threads that launch at once, over the same launches one after the other; a thread a launch."""
    pairs = []
    for _ in range(3 if quick else 9):
        done = subprocess.run([sys.executable, "-c", _THREADS.format(here=HERE)], capture_output=True, text=True,
                              check=True, env={**os.environ, "GRANUM_NUM_THREADS": "1"})
        pairs.append(tuple(map(float, done.stdout.split())))
    line = process_row("python.threads.four", [together for _, together in pairs], 1e9)
    processors = len(os.sched_getaffinity(0))
    line["t_twin_s"] = statistics.median(apart for apart, _ in pairs)
    line["ratio"] = statistics.median(together / apart for apart, together in pairs)
    line["verdict"] = "met" if line["ratio"] <= 1.2 / min(processors, 4) else f"over {1.2 / min(processors, 4):.2f}"
    return line


def process_rows(quick):
    """Import, cold and warm first launches: each sample is a process of its own."""
    imports = []
    for name, (policy, arguments, target) in _COMPILED.items():
        program = _FRESH.format(here=HERE, arguments=arguments, policy=policy, name=name)
        cold, warm = [], []
        for _ in range(3 if quick else 9):
            with tempfile.TemporaryDirectory() as folder:
                for times in (cold, warm):
                    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True,
                                          env={**os.environ, "GRANUM_CACHE_DIR": folder})
                    load, first = map(float, done.stdout.split())
                    imports.append(load)
                    times.append(first)
        yield process_row(f"python.compile.{name}.cold", cold, target)
        yield process_row(f"python.compile.{name}.warm", warm, 3e-3)
    yield process_row("python.import", imports, 15e-3)


def process_row(name, times, target):
    middle = statistics.median(times)
    return {"name": name, "n": 1, "backend": "python", "threads": gr.num_threads(), "t_granum_s": middle, "t_twin_s": None,
            "ratio": None, "t_best_s": None, "ratio_best": None, "gbytes_s": None, "error": None, "noise": None,
            "peers": {}, "verdict": "met" if middle <= target else f"over {target:g} s"}


def wanted(name, rows):
    return not rows or any(name.startswith(row) or fnmatch.fnmatch(name, row) for row in rows)


def duration(seconds):
    for unit, size in (("s", 1), ("ms", 1e-3), ("us", 1e-6), ("ns", 1e-9)):
        if seconds >= size:
            return f"{seconds / size:.4g} {unit}"
    return "0"


def show(line):
    text = f"{line['name']:<34} {line['n']:>9} {duration(line['t_granum_s'] or 0):>10}"
    text += f" {line['ratio']:>6.3f} of C" if line["ratio"] else " " * 12
    text += f" {line['verdict']:<14}"
    print(text + "  ".join(f"{name} {duration(time)}" for name, time in line["peers"].items()), flush=True)


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("rows", nargs="*", metavar="ROW")
    options.add_argument("--quick", action="store_true")
    options.add_argument("--json")
    chosen = options.parse_args()
    others, absent = peers.find()
    for name in absent:
        print(f"{name}: not installed, left out")
    lines = []
    for row in (*launch_rows(others), *throughput_rows(others, chosen.quick)):
        if wanted(row.name, chosen.rows):
            lines.append(measure(row, chosen.quick))
            show(lines[-1])
    if any(wanted(name, chosen.rows) for name in ("python.import", "python.compile.axpy.cold", "python.compile.stencil.cold")):
        for line in process_rows(chosen.quick):
            lines.append(line)
            show(line)
    if wanted("python.threads.four", chosen.rows):
        lines.append(thread_row(chosen.quick))
        show(lines[-1])
    if chosen.json:
        with open(chosen.json, "w", encoding="utf-8") as file:
            file.writelines(json.dumps(line) + "\n" for line in lines)
    return 1 if any(line["verdict"] == "wrong" for line in lines) else 0


if __name__ == "__main__":
    sys.exit(main())
