# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Bugs planted in Python: each report names the kernel, the argument and the element, each mended program none.

usage: check_python.py PAGE [--write]       in the root of the tree, with granum installed; PAGE, docs/debugging.md, must
                                            have these very reports, or gets them
"""
import contextlib
import difflib
import gc
import io
import re
import runpy
import sys

import granum as gr

FOLDER = "examples/debugging/"

# Program, the mode that finds its bug, and what the report has to say.
BUGS = [
    ("uninitialised", "poison", r'kernel "add_weights": argument "total" = memory that was never set.*at \(0\).*1 such'),
    ("uninitialised", "uninit", r'kernel "add_weights": argument "weight" = memory that was never set, read at \(0\).*'
     r'created at .*uninitialised.py:'),
    ("race", "race", r'kernel "histogram": argument "count" = written at \(2\) by iteration \(3\) and read by iteration \(4\)'),
    ("order", "order", r'kernel "smooth": argument "x" = .* at \(1\) in reversed order'),
    ("nan", "nan", r'kernel "dome": argument "height" = -?nan at \(7, 4\).*2 became'),
]
MODES = ["poison,nan,order", "race,uninit"]
PROGRAMS = sorted({name for name, _, _ in BUGS})


def run(name, modes, *arguments):
    """What a program prints under debug modes; in this process, for speed."""
    said, before = io.StringIO(), sys.argv
    gr.initialize(debug=modes)
    sys.argv = [name, *arguments]
    try:
        with contextlib.redirect_stdout(said):
            runpy.run_path(f"{FOLDER}{name}.py", run_name="__main__")
    finally:
        sys.argv = before
        gc.collect()
        gr.finalize()
    return said.getvalue().strip()


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        before = page = file.read()
    for name, modes, expected in BUGS:
        text = run(name, modes)
        if not re.search(expected, text, re.S):
            sys.exit(f"{name}.py, GRANUM_DEBUG={modes}: expected a report like {expected}:\n{text}")
        title = f"{name}.py {modes}"
        block = f"<!-- {title} -->\n```\n$ GRANUM_DEBUG={modes} python {FOLDER}{name}.py\n{text}\n```"
        page, found = re.subn(rf"<!-- {title} -->\n```.*?```", lambda _: block, page, flags=re.S)
        if found != 1:
            sys.exit(f"{sys.argv[1]}: {found} places for {title}, expected 1")
    for name in PROGRAMS:
        for modes in MODES:
            text = run(name, modes, "mended")
            if text:
                sys.exit(f"{name}.py mended, GRANUM_DEBUG={modes}: expected silence:\n{text}")
    if "--write" in sys.argv:
        with open(sys.argv[1], "w", encoding="utf-8") as file:
            file.write(page)
    elif page != before:
        sys.exit("".join(difflib.unified_diff(before.splitlines(True), page.splitlines(True), sys.argv[1], "reports"))
                 + "write them anew with --write")
    print(f"{len(BUGS)} reports, {len(PROGRAMS) * len(MODES)} runs of mended programs without a report")


if __name__ == "__main__":
    main()
