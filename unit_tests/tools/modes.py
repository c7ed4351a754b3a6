# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Tests and examples under debug modes: each passes as it does without, and no mode reports anything.

usage: modes.py BUILD MODE,MODE,... [NAME...]      BUILD is a build folder with the tests in it; those that are not
                                                   built there are left out; NAMEs: only these, * for any text
The mode sync is always on; alone it runs launches as they are run without a mode.
Examples run with arguments that keep them small.
Tests that no mode can be silent or quick about are exempt, with the reason.
"""
import concurrent.futures
import fnmatch
import json
import os
import re
import struct
import subprocess
import sys
import tempfile
import time

LABELS = {"unit", "ladder", "threads", "example"}
REPORT = re.compile(r"GR_BAD_VALUE: .*")
LIMIT = 240  # seconds for one test, on a machine that others use too

# They look at how launches are shared out, which modes that run them one iteration after the other change.
SHARED_OUT = dict.fromkeys(
    ["test_range_tiles", "test_instance_launch", "test_instance_partition", "test_graph_patterns", "test_launch_adapts"],
    "looks at how launches are shared out, which the mode changes")

# What the modes find was put there, or what the test looks at is what they change.
PLANTED = {
    "": {
        "test_watch_modes": "plants what modes find, and sets them itself",
        "test_initialize_settings": "sets the variables itself",
        "test_initialize_lifecycle": "counts what the library holds",
        "example_debugging": "plants what modes find, and sets them itself",
        "tools_from_libraries": "compares stderr to the letter",
        "gdb_prints_views": "is a debugger's session",
        "digests_are_equal": "compares programs that have tests of their own",
    },
    "sync": {},
    "nan": {"example_batched": "divides by the pivots of singular matrices, to find them"},
    "poison": {"test_memory_malloc": "compares what it reads from fresh memory with itself",
               "test_team_errors": "counts allocations until they fail"},
    "order": dict.fromkeys([
        "test_parallel_for", "test_range_tiles", "test_launch_errors", "test_team_errors", "test_atomic_ops",
        "test_atomic_contention", "test_graph_replay", "test_instance_launch", "test_graph_errors", "threads_atomics",
        "threads_graphs", "threads_instances", "test_team_for", "test_team_share", "test_kokkos_lessons"],
        "counts how often bodies run, in memory of its own, which the mode does not restore"),
    "race": {**SHARED_OUT, **dict.fromkeys(
        ["ladder_08_atomics_openmp", "ladder_08_atomics_serial", "test_atomic_contention", "threads_atomics"],
        "has plain accesses that an atomic flag orders, which the mode takes for a race"), **dict.fromkeys(
        ["test_team_reduce", "test_reduce_array", "test_team_errors"],
        "goes through so many sizes that it takes as long as all others; test_team_share, test_reduce_array_teams "
        "and test_kokkos_lessons have such launches too")},
    "uninit": SHARED_OUT,
}
PLANTED["order"].update(SHARED_OUT)
PLANTED["order"]["test_fork_compute"] = "scans memory of its own in place, which the mode does not restore"
PLANTED["order"]["test_team_reduce"] = "goes through so many sizes that it takes as long as all others"
PLANTED["order"]["example_lennard_jones"] = "puts atoms where there is room, in any order, and sorts them afterwards"
PLANTED["order"]["example_bfs"] = "keeps the vertices of a level in whatever order they were found"
for mode in ("poison", "nan", "order", "race", "uninit"):
    PLANTED[mode]["test_view_checked"] = "looks at which failures of a launch come first"
    PLANTED[mode]["test_graph_patterns"] = "sets modes itself, and looks at what graphs refuse without"
PLANTED["order"]["threads_patterns"] = "has host threads that write Views between launches, while others compare theirs"
# Seconds are for those who wait; what they do is in shorter tests too.
SLOW = {
    "example_terrain_prepare": "has no kernels", "example_terrain_check": "has no kernels",
    "example_matrices": "has no kernels", "example_tutorial": "has no kernels",
    "example_kokkos_to_granum": "has no kernels",
    "example_bfs_terrain": "example_bfs, in a larger maze",
    "example_spmv_matrices": "example_spmv, with larger matrices",
    "test_view_create": "a process for each of some hundred creations, without kernels",
    "test_npy_numpy": "is Python's time", "test_parallel_large": "two billion elements",
    "canonical_order": "recomputes sums in plain loops", "test_reduce_locations": "hundreds of sizes up to 100000",
    "test_scan_segmented": "hundreds of launches over 100000 elements",
}

# Arguments that leave every launch of an example in place and make it short.
SMALL = {
    "example_axpy": ["1000"], "example_dot": ["1000"], "example_scan": ["1000"], "example_stencil": ["17", "20"],
    "example_spmv": ["4"], "example_cg": ["6"], "example_dgemm": ["70", "70", "300"], "example_batched": ["15", "8"],
    "example_gups": ["10"], "example_mandelbrot": ["60", "1000"], "example_d2q9": ["4", "4"],
    "example_d2q9_cells": ["4", "4"], "example_lennard_jones": ["5"], "example_bfs": ["5"],
    "example_kokkos_exercises": ["8"], "example_terrain": ["2", "4"],
}


def save_npy(path, dtype, shape, items):
    """A file as NumPy writes it, without NumPy."""
    header = "{'descr': '%s', 'fortran_order': False, 'shape': %r, }" % (dtype, shape)
    header += " " * (-(len(header) + 11) % 64) + "\n"
    with open(path, "wb") as file:
        file.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + items)


def made_up_heights(folder):
    """What the terrain example reads: hills of 24 x 30 cells."""
    heights = [(37 * i * i + 11 * i * j + 5 * j) % 97 for i in range(24) for j in range(30)]
    save_npy(f"{folder}/measured.npy", "<i2", (24, 30), struct.pack("<720h", *heights))
    save_npy(f"{folder}/cell_size.npy", "<f8", (2,), struct.pack("<2d", 92.6, 75.1))
    return folder


def tests(build):
    """Name, command and environment of every test that is built."""
    listed = subprocess.run(["ctest", "--show-only=json-v1"], cwd=build, capture_output=True, text=True, check=True)
    for test in json.loads(listed.stdout)["tests"]:
        properties = {p["name"]: p["value"] for p in test.get("properties", [])}
        command = test.get("command")
        if command and LABELS & set(properties.get("LABELS", [])) and os.access(command[0], os.X_OK):
            variables = dict(v.split("=", 1) for v in properties.get("ENVIRONMENT", []))
            yield test["name"], command, variables, properties.get("WORKING_DIRECTORY", build)


def made_small(test, folder):
    """The same test with little to do."""
    name, command, variables, where = test
    if name in SMALL:
        command = command[:1] + [made_up_heights(folder)] * (name == "example_terrain") + SMALL[name]
    return name, command, variables, where


def modes_of(name, modes):
    """Those of the modes that have nothing to report in a test."""
    return ",".join(mode for mode in modes.split(",") if name not in PLANTED[mode])


def run(test, modes):
    """What is wrong with a test under those modes that suit it: None, or a text; and how long it took."""
    name, command, variables, folder = test
    modes = modes_of(name, modes)
    environment = {**os.environ, **variables, "GRANUM_DEBUG": modes + ",sync", "OMP_WAIT_POLICY": "passive"}
    since = time.monotonic()
    try:
        done = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, timeout=LIMIT,
                              errors="replace", stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        return name, f"took more than {LIMIT} s", LIMIT
    output = done.stdout + done.stderr
    found = REPORT.search(output)
    wrong = found.group() if found else None
    if done.returncode != 0 and not found:
        wrong = f"exit status {done.returncode}\n" + "\n".join(output.splitlines()[-15:])
    return name, wrong, time.monotonic() - since


def main():
    build, modes, names = sys.argv[1], sys.argv[2], set(sys.argv[3:])
    exempt = {**SLOW, **PLANTED[""]}
    wanted = [t for t in tests(build) if any(fnmatch.fnmatch(t[0], n) for n in names or "*")]
    chosen = [t for t in wanted if (t[0] in names or t[0] not in exempt) and modes_of(t[0], modes)]
    if not chosen:
        sys.exit(f"{build}: no test is built, expected some")
    bad = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool, tempfile.TemporaryDirectory() as folder:
        for name, wrong, seconds in pool.map(lambda test: run(made_small(test, folder), modes), chosen):
            if wrong or os.environ.get("VERBOSE"):
                print(f"{name}, GRANUM_DEBUG={modes} ({seconds:.1f} s): {wrong or 'silent'}")
            bad += wrong is not None
    print(f"{len(chosen)} tests under {modes}, {bad} with a report or a failure, {len(wanted) - len(chosen)} exempt")
    sys.exit(bad > 0)


if __name__ == "__main__":
    main()
