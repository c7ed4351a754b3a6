#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Tables of one run of granum_bench, beside Kokkos.

    ./run bench --json run.json
    perf_tests/report.py run.json                      the short table, as in the README
    perf_tests/report.py run.json --into README.md     put it between the markers there
    perf_tests/report.py run.json --page > perf_tests/results/MACHINE.md   every row, with the machine
"""
import argparse
import csv
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
BEGIN, END = "<!-- speed table: perf_tests/report.py -->", "<!-- end of speed table -->"

# One line each in the README: (row, n, what a reader calls it).
SHORT = [
    ("stream.triad.f64", 100000, "triad, 1e5"),
    ("stream.triad.f64", 32000000, "triad, 3.2e7"),
    ("reduce.dot.f64", 100000, "dot product, 1e5"),
    ("reduce.dot.f64", 1000000, "dot product, 1e6"),
    ("reduce.nrm2.f64", 100000, "norm, 1e5"),
    ("reduce.min.f64", 1000000, "minimum, 1e6"),
    ("reduce.minloc.f64", 1000000, "minimum with location, 1e6"),
    ("scan.exclusive.f64", 32000000, "exclusive scan, 3.2e7"),
    ("scan.exclusive.i64", 1000000, "exclusive scan of integers, 1e6"),
    ("stencil.jacobi2d.f64", 4096**2, "Jacobi 2D, 4096 x 4096"),
    ("stencil.jacobi3d.f64", 64**3, "Jacobi 3D, 64^3"),
    ("stencil.jacobi3d.f64", 256**3, "Jacobi 3D, 256^3"),
    ("copy.transpose.f64", 4096**2, "transpose by deep copy, 4096 x 4096"),
    ("copy.transpose.f64", 4000**2, "transpose by deep copy, 4000 x 4000"),
    ("copy.fill.f64", 16000000, "fill by a scalar, 1.6e7"),
    ("reduce.histogram.i64", 10000000, "histogram, 1e7 into 1000 bins"),
    ("launch.for", 1, "launch of one iteration"),
    ("launch.for", 1000, "launch of a thousand"),
    ("launch.reduce", 1000, "dot product of a thousand"),
    ("view.create.f64", 1000, "create and release a View"),
    ("compile.one", 2, "compile a file with two kernels"),
    ("checked.jacobi2d.f64", 4096**2, "Jacobi 2D with bounds checks"),
    ("checked.jacobi3d.f64", 64**3, "Jacobi 3D, 64^3, with bounds checks"),
]


def read_run(path):
    with open(path) as lines:
        rows = [json.loads(line) for line in lines]
    with open(path + ".about") as text:
        about = json.load(text)
    facts = {(row["name"], row["n"]): row for row in about["rows"]}
    for row in rows:
        row.update({k: v for k, v in facts[row["name"], row["n"]].items() if k not in row})
    return rows, about


def read_kokkos():
    with open(HERE / "kokkos.csv") as text:
        lines = [line for line in text if not line.startswith("#")]
    return {(row["name"], int(row["n"])): row for row in csv.DictReader(lines)}


def duration(seconds):
    if seconds is None:
        return "-"
    for scale, unit in ((1, "s"), (1e3, "ms"), (1e6, "us"), (1e9, "ns")):
        if seconds * scale >= 1 or unit == "ns":
            return f"{seconds * scale:.3g} {unit}"


def number(value, digits=2):
    return "-" if value in (None, "") else f"{float(value):.{digits}f}"


def table(header, lines):
    out = ["| " + " | ".join(header) + " |", "|" + " --- |" * len(header)]
    return "\n".join(out + ["| " + " | ".join(line) + " |" for line in lines])


def machine_line(about):
    return (f"{about['machine']}; {about['compiler']}, `{about['flags']}`; {about['threads']} threads, "
            f"OMP_PROC_BIND={about['OMP_PROC_BIND']}; commit {about['commit']}, {about['date']} UTC.")


def short_table(rows, about):
    by_key = {(row["name"], row["n"]): row for row in rows}
    kokkos = read_kokkos()
    lines = []
    for name, n, words in SHORT:
        row = by_key.get((name, n))
        if row is None:
            continue
        other = kokkos.get((name, n), {})
        lines.append([words, duration(row["t_granum_s"]), number(row["gbytes_s"], 1), number(row["ratio"]),
                      number(row["ratio_best"]), number(other.get("over_twin")), number(other.get("over_best"))])
    header = ["what", "granum", "GB/s", "time / plain C", "time / best", "Kokkos: time / plain C", "time / best"]
    return "\n".join([
        table(header, lines), "",
        "Time of granum over the time of the same work in plain C + OpenMP, and over the fastest hand-written version "
        "(AVX-512, non-temporal stores); below 1 granum is faster.",
        "Launches, Views and checked rows: plain C is a serial loop, malloc + memset, and the same kernel unchecked.",
        f"Measured on {machine_line(about)}",
        "Kokkos 4.7-dev was measured on a 2-core Zen 5 machine against the same kind of C code in its own process "
        "(`perf_tests/kokkos.csv`).",
    ])


def page(rows, about):
    kokkos = read_kokkos()
    lines = []
    for row in rows:
        other = kokkos.get((row["name"], row["n"]), {})
        lines.append([row["name"], row["size"], duration(row["t_granum_s"]), duration(row["t_twin_s"]),
                      number(row["ratio"], 3), number(row["noise"], 3), row["target"], duration(row["t_best_s"]),
                      number(row["ratio_best"], 3), row["target_best"], number(row["gbytes_s"], 1),
                      "-" if row["error"] is None else f"{row['error']:.1e}", row["verdict"],
                      number(other.get("over_twin"))])
    counts = {}
    for row in rows:
        counts[row["verdict"]] = counts.get(row["verdict"], 0) + 1
    header = ["row", "size", "granum", "twin", "ratio", "noise", "target", "best", "ratio", "target", "GB/s", "error",
              "verdict", "Kokkos / twin"]
    words = {"-": "without a target"}
    about_sides = ("[The method](../README.md) says what twin, best, noise and verdict mean; "
                   "the last column is Kokkos over its own C twin on another machine (`kokkos.csv`).")
    if about.get("rival"):  # a device
        header.pop()
        lines = [line[:-1] for line in lines]
        about_sides = f"[The method](../README.md) says what noise and verdict mean; {about['rival']}."
    return "\n".join([
        f"# {about['machine']}", "",
        f"Measured with `{about['command']}`.", machine_line(about),
        f"OMP_WAIT_POLICY={about['OMP_WAIT_POLICY']}.",
        "Rows: " + ", ".join(f"{n} {words.get(v, v)}" for v, n in sorted(counts.items())) + ".",
        about_sides, "",
        table(header, lines), "",
    ])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("json", help="what ./run bench --json FILE wrote (FILE.about must lie beside it)")
    parser.add_argument("--page", action="store_true", help="every row")
    parser.add_argument("--into", metavar="FILE", help="replace what is between the markers in FILE")
    arguments = parser.parse_args()

    rows, about = read_run(arguments.json)
    text = page(rows, about) if arguments.page else short_table(rows, about)
    if not arguments.into:
        print(text)
        return 0
    target = pathlib.Path(arguments.into)
    old = target.read_text()
    if BEGIN not in old or END not in old:
        print(f"{target}: no markers, expected the lines {BEGIN} and {END}", file=sys.stderr)
        return 1
    head, rest = old.split(BEGIN, 1)
    target.write_text(head + BEGIN + "\n" + text + "\n" + END + rest.split(END, 1)[1])
    return 0


if __name__ == "__main__":
    sys.exit(main())
