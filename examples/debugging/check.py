# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Eight planted bugs: each report names the kernel, the View and the element, each mended program none.

usage: check.py FOLDER [PAGE [--write]]     FOLDER holds the programs, NAME and NAME_fixed, of a build that can find
                                            them all (GRANUM_CHECKED=race); PAGE, docs/debugging.md, must have these
                                            very reports, or gets them
"""
import difflib
import os
import re
import subprocess
import sys

# Program, the environment that finds its bug, and what the report has to say.
BUGS = [
    ("out_of_bounds", "", 'kernel "difference".*"height".*100'),
    ("uninitialised", "poison", r'kernel "add weights": view "total" = memory that was never set.*at \(0\)'),
    ("uninitialised", "uninit", r'kernel "add weights": view "weight" = memory that was never set, read at \(0\)'),
    ("use_after_release", "poison", r'kernel "keep": view "kept" = memory.*released.*at \(0\).*100 such'),
    ("use_after_release", "uninit", r'kernel "keep": view "field" = memory that was released, read at \(0\).*'
     r'created at .*use_after_release.c:12, released at .*use_after_release.c:19'),
    ("race", "race", r'kernel "histogram": view "count" = written at \(2\) by iteration \(3\) and read by iteration \(4\)'),
    ("order", "order", r'kernel "smooth": view "x" = .* at \(2\) in reversed order'),
    ("nan", "nan", r'kernel "normalise": view "unit" = -?nan at \(3, 5\).*1 became'),
    ("barrier", "", 'kernel "halves": barrier reached by part of team'),
    ("wrong_dtype", "", "dtype of dst = f64, of src = f32"),
]
MODES = ["", "poison", "nan", "order", "race", "uninit", "poison,nan,order,uninit"]
FIXED = sorted({name for name, _, _ in BUGS})


def run(folder, name, modes):
    environment = {**os.environ, "GRANUM_DEBUG": modes, "GRANUM_NUM_THREADS": "2"}
    done = subprocess.run([os.path.join(folder, name)], env=environment, capture_output=True, text=True)
    return done.returncode, (done.stdout + done.stderr).strip()


def report(folder, name, modes, expected):
    status, text = run(folder, name, modes)
    if status != 1 or not re.search(expected, text, re.S):
        sys.exit(f"{name}: exit status {status}, expected 1 and a report like {expected}:\n{text}")
    return text


def main():
    folder = sys.argv[1]
    reports = {}
    for name, modes, expected in BUGS:
        reports[name, modes] = report(folder, name, modes, expected)
    for name in FIXED:
        for each in MODES:
            status, text = run(folder, name + "_fixed", each)
            if status != 0 or text:
                sys.exit(f"{name}_fixed, GRANUM_DEBUG={each}: exit status {status}, expected silence:\n{text}")
    if len(sys.argv) > 2:
        with open(sys.argv[2], encoding="utf-8") as file:
            before = page = file.read()
        for name, modes, _ in BUGS:
            command = f"GRANUM_DEBUG={modes} ./{name}" if modes else f"./{name}"
            title = f"{name} {modes}".strip()
            block = f"<!-- {title} -->\n```\n$ {command}\n{reports[name, modes]}\n```"
            page, found = re.subn(rf"<!-- {title} -->\n```.*?```", lambda _: block, page, flags=re.S)
            if found != 1:
                sys.exit(f"{sys.argv[2]}: {found} places for {title}, expected 1")
        if "--write" in sys.argv:
            with open(sys.argv[2], "w", encoding="utf-8") as file:
                file.write(page)
        elif page != before:
            sys.exit("".join(difflib.unified_diff(before.splitlines(True), page.splitlines(True), sys.argv[2], "reports"))
                     + "write them anew with --write")
    print(f"{len(BUGS)} reports of {len(FIXED)} bugs, {len(FIXED) * len(MODES)} runs of mended programs without a report")


if __name__ == "__main__":
    main()
