#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""granum from Python beside the same kernels in C and in other systems.

usage: bench.py [ROW...] [--quick] [--json FILE] [--without SYSTEM] [--list]

A ROW is the beginning of a name or a glob. One line a row; --json writes the fields of the C
benchmarks, and "peers": seconds of each other system. Answers are compared before anything is timed.
"""
import argparse
import fnmatch
import json
import os
import platform
import statistics
import subprocess
import sys
import time
import timeit

import devices
import granum as gr
import numpy as np
import peers
import processes
import rows

HERE = os.path.dirname(os.path.abspath(__file__))
SLOW = 0.1  # seconds: a side that takes longer has fewer samples


def timed(call, number):
    """Seconds of a loop of calls. A call is a function, or (statement, names) where a function's own cost would count."""
    if isinstance(call, tuple):
        return timeit.timeit(call[0], globals=call[1], number=number)
    return timeit.timeit(call, number=number)


def once(call):
    """The value of one call."""
    return eval(*call) if isinstance(call, tuple) else call()


def sample(call, number):
    """Seconds of a call, without the loop around it. What the side before left running stops in the calls that are
    not counted."""
    timed(call, max(1, number // 4))
    return max(timed(call, number) - timeit.timeit("pass", number=number), 0.0) / number


def sample_size(call, least):
    timed(call, 1)  # what is compiled at the first call is compiled now
    number = 1
    while timed(call, number) < least and number < 10**7:
        number *= 4
    return number


def error_of(row, found, expected):
    """The largest difference relative to the largest element; for counts of steps the part that differs."""
    if row.counts:
        return float(np.mean(found != expected))
    return float(np.max(np.abs(found - expected)) / max(np.max(np.abs(expected)), 1e-300))


def check(row):
    """(difference between granum and the C twin, {peer: what is wrong with it}): each side runs once on spoilt results."""
    if row.answer is None:
        return None, {}
    expected, error, wrong = None, None, {}
    for name, call in {"granum": row.run, "twin": row.twin, **row.others}.items():
        if call is None:
            continue
        row.reset()
        try:
            found = once(call)
        except Exception as failure:  # a peer may fail in any way that it likes
            if name in ("granum", "twin"):
                raise
            wrong[name] = f"{type(failure).__name__}: {failure}".splitlines()[0]
            continue
        found = np.array(row.answer(found) if found is None or name in ("granum", "twin") else found, dtype=float)
        if expected is None:
            expected = found
        elif name == "twin":
            error = error_of(row, found, expected)
        else:
            error = 0.0 if error is None else error
            if not error_of(row, found, expected) <= max(row.tolerance, row.peers_tolerance):
                wrong[name] = "wrong answer"
    return error, wrong


def half_width(ratios):
    """Half of the 95 % notch of a median, relative to it: 1.57 interquartile ranges over the root of their number."""
    low, middle, high = statistics.quantiles(ratios, n=4, method="inclusive") if len(ratios) > 1 else (0, 1, 1)
    return 1.57 * (high - low) / len(ratios)**0.5 / middle


def measure(row, quick):
    """{field: value} of a row: medians over rounds in which all sides take turns."""
    error, wrong = check(row)
    line = processes.empty_line(row.name, row.n)
    line["error"], line["wrong"] = error, wrong
    if error is not None and not error <= row.tolerance:
        return {**line, "verdict": "wrong"}
    sides = {"granum": row.run, **({"twin": row.twin} if row.twin else {}),
             **{name: call for name, call in row.others.items() if name not in wrong}}
    least = 0.002 if quick or row.short else 0.01
    rounds = 5 if quick or row.short else 15
    numbers = {name: sample_size(call, least) for name, call in sides.items()}
    times = {name: [] for name in sides}
    order = list(sides)
    for k in range(rounds):
        for name in order[k % len(order):] + order[:k % len(order)]:
            if k < 2 or min(times[name]) < SLOW:
                times[name].append(sample(sides[name], numbers[name]))
    median = {name: statistics.median(values) for name, values in times.items()}
    line["t_granum_s"] = median["granum"]
    if row.twin:
        line["t_twin_s"] = median["twin"]
        line["ratio"] = statistics.median(a / b for a, b in zip(times["granum"], times["twin"]))
    line["peers"] = {name: median[name] for name in sides if name not in ("granum", "twin")}
    line["peers_noise"] = {name: half_width([a / b for a, b in zip(times["granum"], times[name])]) for name in line["peers"]}
    line["gbytes_s"] = 1e-9 * row.nbytes / median["granum"] if row.nbytes else None
    line["verdict"] = verdict(row, line)
    return line


def verdict(row, line):
    if row.ratio is not None:
        return "met" if line["ratio"] <= row.ratio else f"over {row.ratio}"
    if row.target is not None:
        return "met" if line["t_granum_s"] <= row.target else f"over {duration(row.target)}"
    return "-"


def wanted(name, chosen):
    return not chosen or any(name.startswith(row) or fnmatch.fnmatch(name, row) for row in chosen)


def duration(seconds):
    if seconds is None:
        return "-"
    for unit, size in (("s", 1), ("ms", 1e-3), ("us", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-9:.3g} ns"


def width(name):
    return max(len(name), 8) + 2


def heading(systems):
    return f"{'row':<30} {'n':>9} {'granum':>9} {'/ C':>6} {'verdict':<13}" + "".join(
        f"{name:>{width(name)}}" for name in systems)


def show(line, systems):
    ratio = f"{line['ratio']:.3f}" if line["ratio"] else "-"
    text = f"{line['name']:<30} {line['n']:>9} {duration(line['t_granum_s']):>9} {ratio:>6} {line['verdict']:<13}"
    for name in systems:
        text += f"{'wrong' if name in line['wrong'] else duration(line['peers'].get(name)):>{width(name)}}"
    print(text + (f"   {line['ratio_best']:.3f} with no Python in between" if line["ratio_best"] else ""), flush=True)


def about(found, absent, versions, lines):
    def said(*words):
        try:
            return subprocess.run(words, cwd=HERE, capture_output=True, text=True, check=False).stdout.strip()
        except OSError:
            return ""

    with open("/proc/cpuinfo", encoding="utf-8") as text:
        model = next((line.split(":")[1].strip() for line in text if line.startswith("model name")), platform.machine())
    from granum import toolchain

    compiler = toolchain.compiler()
    return {"machine": f"{model}, {len(os.sched_getaffinity(0))} CPUs", "python": platform.python_version(),
            "compiler": said(compiler.path, "--version").splitlines()[0], "flags": " ".join(compiler.flags),
            "threads": gr.num_threads(), "commit": said("git", "rev-parse", "--short", "HEAD"),
            "date": time.strftime("%Y-%m-%d %H:%M", time.gmtime()), "systems": list(found), "versions": versions,
            "absent": absent, "rows": [{key: line[key] for key in ("name", "n", "verdict")} for line in lines]}


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("rows", nargs="*", metavar="ROW")
    options.add_argument("--quick", action="store_true", help="shorter samples, fewer rounds")
    options.add_argument("--json", metavar="FILE", help="a line of JSON a row; FILE.about says on what machine")
    options.add_argument("--without", action="append", default=[], metavar="SYSTEM", choices=peers.SYSTEMS)
    options.add_argument("--list", action="store_true", help="name the rows")
    chosen = options.parse_args()
    if chosen.list:
        print(*dict.fromkeys(row.name for row in rows.all_rows({}, True)), *processes.NAMES, *devices.names(),
              sep="\n")
        return 0
    start = time.monotonic()
    found, absent, versions = peers.find([name for name in peers.SYSTEMS if name not in chosen.without])
    print("beside", ", ".join(f"{name} {version}" for name, version in versions.items()) or "nobody")
    for name, why in absent.items():
        print(f"absent: {name} ({why})")
    lines = []

    def done(line):
        lines.append(line)
        show(line, found)
        for name, why in line["wrong"].items():
            print(f"    {name}: {why}")

    print(heading(found), flush=True)
    # First, since the peers' threads have not been started yet.
    for line in processes.lines(lambda name: wanted(name, chosen.rows), chosen.quick):
        done(line)
    for line in devices.lines(lambda name: wanted(name, chosen.rows), chosen.quick):
        done(line)
    for row in rows.all_rows(found, chosen.quick):
        if wanted(row.name, chosen.rows):
            done(measure(row, chosen.quick))
    print(f"{time.monotonic() - start:.0f} s")
    if chosen.json:
        with open(chosen.json, "w", encoding="utf-8") as file:
            file.writelines(json.dumps(line) + "\n" for line in lines)
        with open(chosen.json + ".about", "w", encoding="utf-8") as file:
            json.dump(about(found, absent, versions, lines), file, indent=1)
    return 1 if any(line["verdict"] == "wrong" for line in lines) else 0


if __name__ == "__main__":
    sys.exit(main())
