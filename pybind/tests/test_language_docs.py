# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The examples of docs/python-language.md run, from top to bottom."""

from __future__ import annotations

import linecache
import pathlib
import re
import sys
import types

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "python-language.md"


def test_the_examples_run(capsys):
    module = types.ModuleType("language_page")
    sys.modules[module.__name__] = module
    try:
        for number, code in enumerate(re.findall(r"```python\n(.*?)```", PAGE.read_text(),
                                                 flags=re.S)):
            name = "%s:%d" % (PAGE.name, number)
            linecache.cache[name] = (len(code), None, code.splitlines(keepends=True), name)
            exec(compile(code, name, "exec"), vars(module))
    finally:
        del sys.modules[module.__name__]
    assert "vectorised" in capsys.readouterr().out
