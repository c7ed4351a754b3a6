# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The benchmarks run, check answers, and their report makes tables of them. Nothing here looks at a time."""
import json
import pathlib
import subprocess
import sys

import pytest

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "perf_tests" / "python"
pytestmark = pytest.mark.skipif(not (FOLDER / "bench.py").exists(), reason="the benchmarks are not with the package")
ALONE = [word for name in ("numba", "taichi", "warp", "jax", "pythran", "cython") for word in ("--without", name)]


def run(*words):
    done = subprocess.run([sys.executable, *map(str, words)], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_rows_are_measured_and_reported(tmp_path):
    said = run(FOLDER / "bench.py", "--quick", *ALONE, "--json", tmp_path / "run.json",
               "python.launch", "python.dot", "python.sweep")
    rows = [json.loads(line) for line in (tmp_path / "run.json").read_text().splitlines()]
    assert len(rows) == 5 + 2 + 8 and all(row["t_granum_s"] > 0 for row in rows)
    assert all(row["error"] == 0 for row in rows if row["name"] == "python.dot")  # the very bits of the C twin
    assert not any(row["wrong"] for row in rows)
    assert said.count("python.sweep.axpy") == 8
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- python speed table: perf_tests/python/report.py -->\noutdated\n"
                    "<!-- end of python speed table -->\nafter\n")
    run(FOLDER / "report.py", tmp_path / "run.json", "--into", page)
    text = page.read_text()
    assert text.startswith("before\n") and text.endswith("after\n") and "outdated" not in text
    assert "| dot product, 1e5 |" in text and "Python %d.%d" % sys.version_info[:2] in text


def test_rows_have_names():
    names = run(FOLDER / "bench.py", "--list", *ALONE).split()
    assert {"python.triad", "python.launch.axpy", "python.compile.axpy.cold", "python.threads.four"} <= set(names)
    assert all(name.startswith("python.") for name in names)


def test_a_difference_counts_beyond_the_noise():
    sys.path.insert(0, str(FOLDER))
    try:
        import report
    finally:
        sys.path.remove(str(FOLDER))
    row = {"name": "python.triad", "n": 8000000, "t_granum_s": 1.0, "ratio": 1.0, "wrong": [],
           "peers": {"cython": 0.98, "numba": 0.97, "numpy": 2.0}, "peers_noise": {"cython": 0.01, "numba": 0.04, "numpy": 0.01}}
    assert report.ahead(row) == ["cython"]
    assert report.cells(row, ["cython", "numba", "numpy"]) == ["1 s", "**0.98**", "0.97", "2.00"]
    assert "- triad: cython (1.02 times)" in report.not_ahead([row])
    row["peers_noise"]["cython"] = 0.03
    assert report.ahead(row) == [] and report.cells(row, ["cython"]) == ["**1 s**", "0.98"]
    assert report.not_ahead([row]).startswith("No other system was faster than granum by more than the noise")
