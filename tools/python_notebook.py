#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Run examples/terrain/notebook.py and write docs/python-terrain.md: text, code, what it printed, pictures.

usage: python_notebook.py [--text]     --text prints the page and draws nothing
"""
import contextlib
import io
import pathlib
import re
import sys

TREE = pathlib.Path(__file__).resolve().parents[1]
NOTEBOOK = TREE / "examples" / "terrain" / "notebook.py"
DOCS = TREE / "docs"


def cells():
    """(kind, words of a picture, text) of each cell: markdown, code, picture."""
    parts = re.split(r"^# %%(.*)\n", NOTEBOOK.read_text(encoding="utf-8"), flags=re.M)
    for head, text in zip(parts[1::2], parts[2::2]):
        found = re.fullmatch(r" \[picture (\S+): (.*)\]", head)
        kind = "picture" if found else "markdown" if "[markdown]" in head else "code"
        yield kind, found.groups() if found else None, text.strip("\n")


def page(draw):
    import matplotlib

    matplotlib.use("Agg")
    sys.path.insert(0, str(NOTEBOOK.parent))
    names = {"__name__": "__main__"}
    out = []
    for kind, picture, text in cells():
        if kind == "markdown":
            out += [re.sub(r"^# ?", "", text, flags=re.M), ""]
            continue
        printed = io.StringIO()
        if kind == "code" or draw:
            with contextlib.redirect_stdout(printed):
                exec(compile(text, str(NOTEBOOK), "exec"), names)  # the project's own file
        # A cell that only shows a kernel is the kernel.
        if re.fullmatch(r'print\(\S+\.source\("python"\)\)', text):
            out += ["```python", printed.getvalue().rstrip(), "```", ""]
            continue
        out += ["```python", text, "```", ""]
        if printed.getvalue():
            out += ["```text", printed.getvalue().rstrip(), "```", ""]
        if picture:
            out += [f"![{picture[1]}]({picture[0]})", ""]
            if draw:
                names["figure"].savefig(DOCS / picture[0], dpi=80, pil_kwargs={"quality": 75, "optimize": True})
    out.append("This page is made by `tools/python_notebook.py`, from `examples/terrain/notebook.py`.")
    return "\n".join(out) + "\n"


if __name__ == "__main__":
    if sys.argv[1:] == ["--text"]:
        print(page(draw=False), end="")
    else:
        (DOCS / "python-terrain.md").write_text(page(draw=True), encoding="utf-8")
