#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Tables and a picture of one run of `./run bench python --json run.json`.

    perf_tests/python/report.py run.json                       granum beside the other systems
    perf_tests/python/report.py run.json --into docs/python.md  put it between the markers there
    perf_tests/python/report.py run.json --plot docs/python-launches.png    launch and run time over the size; with --into,
                                                                the page shows the picture
"""
import argparse
import json
import os
import pathlib
import sys

BEGIN, END = "<!-- python speed table: perf_tests/python/report.py -->", "<!-- end of python speed table -->"

NOISE = 0.05    # of runs that did not note theirs

# One line each: (row, n or None, what a reader calls it).
THROUGHPUT = [
    ("python.triad", None, "triad"),
    ("python.dot", 100000, "dot product, 1e5"),
    ("python.dot", None, "dot product"),
    ("python.scan", None, "exclusive scan"),
    ("python.jacobi", None, "Jacobi 2D"),
    ("python.histogram", None, "histogram, 4096 bins"),
    ("python.spmv", None, "sparse matrix times vector"),
    ("python.nbody", None, "n-body"),
    ("python.mandelbrot", None, "Mandelbrot"),
]
LAUNCHES = [
    ("python.launch.axpy", 1, "launch: a number and 2 arrays, n = 1"),
    ("python.launch.axpy", 1000, "the same, n = 1000"),
    ("python.launch.axpy.view", 1, "with Views, n = 1"),
    ("python.launch.six_arrays_2d", None, "6 arrays, 2 x 2"),
    ("python.launch.bound", None, "a bound launch"),
]
PROCESSES = [
    ("python.compile.axpy.cold", "first launch of axpy, nothing cached"),
    ("python.compile.stencil.cold", "of a kernel of 60 lines, nothing cached"),
    ("python.compile.axpy.warm", "first launch of axpy, cached"),
    ("python.compile.stencil.warm", "of a kernel of 60 lines, cached"),
    ("python.import", "`import granum`, beyond NumPy"),
    ("python.threads.four", "four Python threads, over one after the other"),
]
COLOURS = {"granum": "#1f5fa8", "numpy": "#8a8a8a", "numba": "#c1553b", "numba parallel": "#e39b7f", "taichi": "#5b8c3e",
           "warp": "#7a5195", "warp recorded": "#b395c7", "jax": "#c79b1f", "pythran": "#2a9d9d", "cython": "#d16ba5"}


def read_run(path):
    with open(path, encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    with open(path + ".about", encoding="utf-8") as text:
        return rows, json.load(text)


def duration(seconds):
    if seconds is None:
        return "-"
    for unit, size in (("s", 1), ("ms", 1e-3), ("us", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-9:.3g} ns"


def pick(rows, name, n):
    """The row of a name and size; without a size the largest."""
    found = [row for row in rows if row["name"] == name and (n is None or row["n"] == n)]
    return max(found, key=lambda row: row["n"], default=None)


def times_of(row):
    return {"granum": row["t_granum_s"], **row["peers"]}


def table(header, lines):
    out = ["| " + " | ".join(header) + " |", "|" + " --- |" * len(header)]
    return "\n".join(out + ["| " + " | ".join(line) + " |" for line in lines])


def cells(row, systems):
    """granum's time, and the others' over granum's; the fastest in bold, which is granum where none is ahead."""
    times = {system: time for system, time in times_of(row).items() if time}
    if not times:
        return ["wrong"] + ["-"] * len(systems)
    own = times["granum"]
    best = times[min(ahead(row), key=times.get, default="granum")]
    out = [f"**{duration(own)}**" if own == best else duration(own)]
    for system in systems:
        if system not in times:
            out.append("wrong" if system in row["wrong"] else "-")
        else:
            text = f"{times[system] / own:.2f}" if times[system] < 99.5 * own else f"{times[system] / own:.0f}"
            out.append(f"**{text}**" if times[system] == best else text)
    return out


def ahead(row):
    """The systems that are faster than granum by more than the row's noise, the fastest first."""
    noise, own = row.get("peers_noise", {}), row["t_granum_s"]
    return sorted((system for system, time in row["peers"].items() if time and own / time - 1 > noise.get(system, NOISE)),
                  key=row["peers"].get)


def systems_of(rows, entries, about):
    seen = {system for name, n, _ in entries for row in [pick(rows, name, n)] if row for system in
            (*row["peers"], *row["wrong"])}
    return [system for system in about["systems"] if system in seen]


def comparison(rows, entries, about, ratio):
    systems = systems_of(rows, entries, about)
    lines = []
    for name, n, words in entries:
        row = pick(rows, name, n)
        if row is None:
            continue
        size = f", n = {row['n']:.3g}".replace("e+0", "e") if ratio and not any(c.isdigit() for c in words[-3:]) else ""
        lines.append([words + size, *([f"{row['ratio']:.2f}" if row["ratio"] else "-"] if ratio else []),
                      *cells(row, systems)])
    header = ["what", *(["time / C"] if ratio else []), "granum", *systems]
    return table(header, lines)


def not_ahead(rows):
    """What another system does faster, as sentences."""
    said = []
    for name, n, words in (*THROUGHPUT, *LAUNCHES):
        row = pick(rows, name, n)
        if row is None or not row["t_granum_s"]:
            continue
        faster = [f"{system} ({row['t_granum_s'] / row['peers'][system]:.2f} times)" for system in ahead(row)]
        if faster:
            said.append(f"- {words}: {', '.join(faster)}")
    return "\n".join(["Faster than granum, by more than the noise:", "", *said]) if said else "No other system was faster than granum by more than the noise in any row."


def text_of(rows, about):
    processes = []
    for name, words in PROCESSES:
        row = pick(rows, name, None)
        if row:
            shown = f"{row['ratio']:.2f}" if row["ratio"] else duration(row["t_granum_s"])
            if row["ratio_best"]:
                shown += f" ({row['ratio_best']:.2f} with no Python in between)"
            processes.append([words, shown])
    versions = ", ".join(f"{name} {version}" for name, version in about["versions"].items())
    absent = f" Absent: {', '.join(about['absent'])}." if about["absent"] else ""
    parts = []
    if any(pick(rows, name, n) for name, n, _ in THROUGHPUT):
        parts += [comparison(rows, THROUGHPUT, about, True), "",
                  "Time over that of the same kernel in C granum; time of granum; the others' times over granum's (above 1 "
                  "granum is faster).",
                  "Bold is the fastest, and granum where no other is ahead of it by more than the noise: half of the 95 % notch "
                  "of the median ratio.", ""]
    if any(pick(rows, name, n) for name, n, _ in LAUNCHES):
        parts += [comparison(rows, LAUNCHES, about, False), ""]
    if processes:
        parts += [table(["process", "granum"], processes), ""]
    return "\n".join([
        *parts, not_ahead(rows), "",
        f"Measured on {about['machine']}; {about['compiler']}; Python {about['python']}; {versions}; "
        f"{about['threads']} threads; commit {about['commit']}, {about['date']} UTC.{absent}",
    ])


def put_into(path, text):
    page = pathlib.Path(path)
    whole = page.read_text(encoding="utf-8")
    if whole.count(BEGIN) != 1 or whole.count(END) != 1:
        sys.exit(f"{path}: expected one line {BEGIN!r} and one line {END!r}")
    before, rest = whole.split(BEGIN)
    page.write_text(f"{before}{BEGIN}\n{text}\n{END}{rest.split(END)[1]}", encoding="utf-8")


def plot(rows, about, path):
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    points = sorted((row for row in rows if row["name"] == "python.sweep.axpy"), key=lambda row: row["n"])
    figure, axis = plt.subplots(figsize=(8.2, 5.0), constrained_layout=True)
    for system in (*about["systems"][::-1], "granum"):
        drawn = [(row["n"], times_of(row)[system]) for row in points if times_of(row).get(system)]
        if drawn:
            own = system == "granum"
            axis.loglog(*zip(*drawn), marker="o", markersize=4 if own else 3, linewidth=2.2 if own else 1.2,
                        color=COLOURS.get(system), label=system)
            axis.annotate(system, drawn[0], xytext=(-6, 0), textcoords="offset points", ha="right", va="center",
                          fontsize=8, color=COLOURS.get(system))
    axis.set_xlim(left=0.03)
    axis.set_xticks([10**k for k in range(8)])
    axis.set_xlabel("elements")
    axis.set_ylabel("launch and run [s]")
    axis.set_title("y += a * x from Python, NumPy arrays", loc="left", fontsize=11)
    axis.grid(True, which="major", alpha=0.3)
    axis.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=110)


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("run")
    options.add_argument("--into", metavar="FILE", help="a page that has the markers")
    options.add_argument("--plot", metavar="PICTURE")
    chosen = options.parse_args()
    rows, about = read_run(chosen.run)
    if chosen.plot:
        plot(rows, about, chosen.plot)
    if chosen.into:
        text = text_of(rows, about)
        if chosen.plot:
            picture = os.path.relpath(chosen.plot, os.path.dirname(os.path.abspath(chosen.into)))
            text = f"![Launch and run time over the size]({picture})\n\n{text}"
        put_into(chosen.into, text)
    if not chosen.into and not chosen.plot:
        print(text_of(rows, about))
    return 0


if __name__ == "__main__":
    sys.exit(main())
