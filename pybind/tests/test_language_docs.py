# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The examples of the README and of the pages on Python run, from top to bottom."""

from __future__ import annotations

import linecache
import pathlib
import re
import subprocess
import sys
import types

from granum import toolchain

DOCS = pathlib.Path(__file__).resolve().parents[2] / "docs"


def run_page(page):
    module = types.ModuleType("language_page")
    sys.modules[module.__name__] = module
    try:
        for number, code in enumerate(re.findall(r"```python\n(.*?)```", page.read_text(),
                                                 flags=re.S)):
            name = "%s:%d" % (page.name, number)
            linecache.cache[name] = (len(code), None, code.splitlines(keepends=True), name)
            exec(compile(code, name, "exec"), vars(module))
    finally:
        del sys.modules[module.__name__]


def test_the_language(capsys):
    run_page(DOCS / "python-language.md")
    assert "vectorised" in capsys.readouterr().out


def test_the_tutorial():
    run_page(DOCS / "python.md")


def test_the_readme_in_both_languages(tmp_path, capsys):
    readme = DOCS.parent / "README.md"
    run_page(readme)
    printed = capsys.readouterr().out
    source, program = tmp_path / "app.c", tmp_path / "app"
    source.write_text(re.search(r"```c\n(.*?)```", readme.read_text(), re.S)[1])
    words = [word for word in toolchain.command(str(source), str(program), rpath=True) if word != "-shared"]
    subprocess.run(words, check=True)
    in_c = subprocess.run([str(program)], capture_output=True, text=True, check=True).stdout
    assert float(in_c) == float(printed)
