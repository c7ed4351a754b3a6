# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Rows that need processes of their own: imports, first launches, four Python threads."""
import os
import statistics
import subprocess
import sys
import tempfile

import granum as gr

HERE = os.path.dirname(os.path.abspath(__file__))

_FRESH = """
import sys, time
import numpy as np
sys.path.insert(0, {here!r})
begin = time.perf_counter()
import granum as gr
imported = time.perf_counter()
import kernels
made = {arguments}
first = time.perf_counter()
gr.parallel_for({policy}, kernels.{name}, *made)
print(imported - begin, time.perf_counter() - first)
"""
_COMPILED = {
    "axpy": ("1", "[2.0, np.ones(1), np.ones(1)]", 0.20),
    "stencil": ("gr.mdrange((1, 2), (1, 2), (1, 2))",
                "[np.ones((3, 3, 3)) for _ in range(5)] + [1.0, 0.1, 0.1, 0.1]", 0.35),
}
_THREADS = """
import sys, threading, time
import numpy as np
import granum as gr
sys.path.insert(0, {here!r})
import kernels, twins
n, launches = 125_000, 500
work = [[np.zeros(n), np.ones(n), np.ones(n)] for _ in range(4)]
triads = twins.load()["triads"]
def from_python(arrays):
    for _ in range(launches):
        gr.parallel_for(n, kernels.triad, *arrays, 0.5)
def from_c(arrays):
    gr.parallel_for(n, triads, *arrays, 0.5, launches)
def apart(run):
    for arrays in work:
        run(arrays)
def together(run):
    threads = [threading.Thread(target=run, args=(arrays,)) for arrays in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
def seconds(order, run):
    begin = time.perf_counter()
    order(run)
    return time.perf_counter() - begin
apart(from_python), apart(from_c)
for _ in range({rounds}):
    print(*(seconds(order, run) for run in (from_python, from_c) for order in (apart, together)))
"""
THREADS, IMPORT = "python.threads.four", "python.import"
NAMES = [f"python.compile.{name}.{cache}" for name in _COMPILED for cache in ("cold", "warm")] + [IMPORT, THREADS]


def empty_line(name, n):
    return {"name": name, "n": n, "backend": "python", "threads": gr.num_threads(), "t_granum_s": None, "t_twin_s": None,
            "ratio": None, "t_best_s": None, "ratio_best": None, "gbytes_s": None, "error": None, "noise": None,
            "peers": {}, "wrong": {}}


def numbers_of(program, **environment):
    """What a program prints in a process of its own, a list for each line."""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False,
                          env={**os.environ, **environment})
    if done.returncode:
        raise RuntimeError(done.stderr)
    return [list(map(float, line.split())) for line in done.stdout.splitlines()]


def line_of(name, times, target):
    middle = statistics.median(times)
    return {**empty_line(name, 1), "t_granum_s": middle, "verdict": "met" if middle <= target else f"over {target:g} s"}


def first_launches(wanted, quick):
    """Import, cold and warm first launches."""
    imports = []
    for name, (policy, arguments, target) in _COMPILED.items():
        if not any(wanted(row) for row in NAMES if row == IMPORT or name in row):
            continue
        program = _FRESH.format(here=HERE, arguments=arguments, policy=policy, name=name)
        cold, warm = [], []
        for _ in range(3 if quick else 9):
            with tempfile.TemporaryDirectory() as folder:
                for times in (cold, warm, warm):
                    (load, first), = numbers_of(program, GRANUM_CACHE_DIR=folder)
                    imports.append(load)
                    times.append(first)
        yield line_of(f"python.compile.{name}.cold", cold, target)
        yield line_of(f"python.compile.{name}.warm", warm, 3e-3)
    yield line_of(IMPORT, imports, 15e-3)


def four_threads(quick):
    """Four Python threads that launch at once, over the same launches one after the other; a launch runs in its thread.
    best: the same with no Python between the launches, which is what the machine gives."""
    times = numbers_of(_THREADS.format(here=HERE, rounds=5 if quick else 25), GRANUM_NUM_THREADS="1")
    line = line_of(THREADS, [together for _, together, _, _ in times], 1e9)
    target = 1.2 / min(len(os.sched_getaffinity(0)), 4)
    line["t_twin_s"] = statistics.median(apart for apart, _, _, _ in times)
    line["ratio"] = statistics.median(together / apart for apart, together, _, _ in times)
    line["t_best_s"] = statistics.median(together for _, _, _, together in times)
    line["ratio_best"] = statistics.median(together / apart for _, _, apart, together in times)
    line["verdict"] = "met" if line["ratio"] <= target else f"over {target:.2f}"
    return line


def lines(wanted, quick):
    if any(wanted(name) for name in NAMES if name != THREADS):
        yield from (line for line in first_launches(wanted, quick) if wanted(line["name"]))
    if wanted(THREADS):
        yield four_threads(quick)
