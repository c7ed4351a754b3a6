# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The examples of docs/python-language.md and docs/python.md run, from top to bottom."""

from __future__ import annotations

import linecache
import pathlib
import re
import sys
import types

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
