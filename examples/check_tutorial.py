#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Check that the C code of a page like docs/tutorial.md stands in the examples, word for word.

usage: check_tutorial.py PAGE EXAMPLES

A block that begins with ```c NAME is compared with EXAMPLES/NAME; a line NAME:N that gdb prints is
compared with that line of the file.
"""
import pathlib
import re
import sys


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    text, examples = pathlib.Path(sys.argv[1]).read_text(), pathlib.Path(sys.argv[2])
    blocks = re.findall(r"^```c (\S+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    wrong = [f"not in {name}:\n{code}" for name, code in blocks if code not in (examples / name).read_text()]
    shown = re.findall(r"^(\d+)\t(.*)$", text, re.MULTILINE)
    lines = (examples / "axpy.c").read_text().splitlines()
    wrong += [f"not line {n} of axpy.c:\n{line}" for n, line in shown if lines[int(n) - 1] != line]
    for problem in wrong:
        print(problem)
    print(f"{len(blocks)} blocks and {len(shown)} lines of {sys.argv[1]}: {len(wrong)} wrong")
    sys.exit(bool(wrong) or not blocks)


if __name__ == "__main__":
    main()
