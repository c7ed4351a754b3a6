# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Tests and examples under debug modes: each passes as it does without, and no mode reports anything.

usage: modes.py BUILD MODE,MODE,... [NAME...]      BUILD is a build folder with the tests in it; those that are not
                                                   built there are left out; NAMEs: only these
Tests that no mode can be silent or quick about are exempt, with the reason.
"""
import concurrent.futures
import json
import os
import re
import subprocess
import sys
import time

LABELS = {"unit", "ladder", "threads", "example"}
REPORT = re.compile(r"GR_BAD_VALUE: .*")
LIMIT = 60  # seconds for one test

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
    "nan": {"example_batched": "divides by the pivots of singular matrices, to find them"},
    "poison": {"test_memory_malloc": "compares what it reads from fresh memory with itself",
               "test_team_errors": "counts allocations until they fail"},
    "order": dict.fromkeys([
        "test_parallel_for", "test_range_tiles", "test_launch_errors", "test_team_errors", "test_atomic_ops",
        "test_atomic_contention", "test_graph_replay", "test_instance_launch", "test_graph_errors", "threads_atomics",
        "threads_graphs", "threads_instances"],
        "counts how often bodies run, in memory of its own, which the mode does not restore"),
    "race": {**SHARED_OUT, **dict.fromkeys(
        ["ladder_08_atomics_openmp", "ladder_08_atomics_serial"],
        "has plain accesses that an atomic flag orders, which the mode takes for a race")},
    "uninit": SHARED_OUT,
}
PLANTED["order"].update(SHARED_OUT)
PLANTED["order"]["example_lennard_jones"] = "puts atoms where there is room, in any order, and sorts them afterwards"
PLANTED["order"]["test_view_checked"] = "counts failures, of which each order has as many"
PLANTED["order"]["threads_patterns"] = "has host threads that write Views between launches, while others compare theirs"
# Seconds are for those who wait; what they do is in shorter tests too.
SLOW = {
    "example_terrain": "millions of elements", "example_terrain_prepare": "has no kernels",
    "example_terrain_check": "has no kernels", "example_bfs_terrain": "millions of elements",
    "example_stencil": "a thousand launches over a million elements", "example_spmv": "millions of elements",
    "test_view_create": "a process for each of some hundred creations, without kernels",
    "test_npy_numpy": "is Python's time", "test_parallel_large": "two billion elements",
    "canonical_order": "recomputes sums in plain loops", "example_cg": "a million rows",
    "example_dgemm": "a thousand rows and columns", "test_reduce_locations": "hundreds of sizes up to 100000",
    "test_scan_segmented": "hundreds of launches over 100000 elements",
}


def tests(build):
    """Name, command and environment of every test that is built."""
    listed = subprocess.run(["ctest", "--show-only=json-v1"], cwd=build, capture_output=True, text=True, check=True)
    for test in json.loads(listed.stdout)["tests"]:
        properties = {p["name"]: p["value"] for p in test.get("properties", [])}
        command = test.get("command")
        if command and LABELS & set(properties.get("LABELS", [])) and os.access(command[0], os.X_OK):
            variables = dict(v.split("=", 1) for v in properties.get("ENVIRONMENT", []))
            yield test["name"], command, variables, properties.get("WORKING_DIRECTORY", build)


def run(test, modes):
    """What is wrong with a test under these modes: None, or a text; and how long it took."""
    name, command, variables, folder = test
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
    for mode in modes.split(","):
        exempt.update(PLANTED[mode])
    chosen = [t for t in tests(build) if (t[0] in names if names else t[0] not in exempt)]
    if not chosen:
        sys.exit(f"{build}: no test is built, expected some")
    bad = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for name, wrong, seconds in pool.map(lambda test: run(test, modes), chosen):
            if wrong or os.environ.get("VERBOSE"):
                print(f"{name}, GRANUM_DEBUG={modes} ({seconds:.1f} s): {wrong or 'silent'}")
            bad += wrong is not None
    print(f"{len(chosen)} tests under {modes}, {bad} with a report or a failure, {len(exempt)} exempt")
    sys.exit(bad > 0)


if __name__ == "__main__":
    main()
