# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Every error of the compiler by its message: what the catalogue in docs/python-errors.md shows is
what is raised."""

from __future__ import annotations

import pathlib
import re

import granum as gr
import numpy as np
import pytest

CATALOGUE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "python-errors.md"


def examples():
    """(title, code, message) of each entry of the catalogue."""
    if not CATALOGUE.exists():
        return []
    text = CATALOGUE.read_text()
    found = []
    for part in re.split(r"^### ", text, flags=re.M)[1:]:
        title = part.splitlines()[0]
        blocks = re.findall(r"```(\w+)\n(.*?)```", part, flags=re.S)
        assert [b[0] for b in blocks] == ["python", "text"], title
        found.append((title, blocks[0][1], blocks[1][1].rstrip("\n")))
    return found


@pytest.mark.parametrize("title, code, message", examples(), ids=[e[0] for e in examples()])
def test_the_catalogue_says_what_is_raised(title, code, message):
    error = raised(code)
    assert "%s: %s" % (type(error).__name__, error) == message


def raised(code):
    """The error of an example: code that defines one kernel and launches it."""
    import linecache
    filename = "kernel.py"
    linecache.cache[filename] = (len(code), None, code.splitlines(keepends=True), filename)
    names = {"gr": gr, "np": np, "__name__": "example"}
    try:
        exec(compile(code, filename, "exec"), names)
    except Exception as error:
        return error
    finally:
        del linecache.cache[filename]
    pytest.fail("nothing was raised")


def test_errors_have_places():
    error = raised("import granum as gr\n@gr.kernel\ndef k(i, x):\n    x[i] = yy\n"
                   "gr.parallel_for(1, k, np.zeros(1))\n")
    assert (error.filename, error.line, error.column) == ("kernel.py", 4, 12)
    assert error.text == "    x[i] = yy" and isinstance(error, TypeError)


def test_tracebacks_end_before_the_compiler():
    import traceback
    error = raised("import granum as gr\n@gr.kernel\ndef k(i, x):\n    x[i] = yy\n"
                   "gr.parallel_for(1, k, np.zeros(1))\n")
    files = [pathlib.Path(frame.filename) for frame in traceback.extract_tb(error.__traceback__)]
    assert files[1].name == "kernel.py"
    assert not any(file.parent.name == "compiler" for file in files)
    assert error.__cause__ is None and error.__suppress_context__


def test_errors_pickle():
    import pickle
    error = raised("import granum as gr\n@gr.kernel\ndef k(i, x):\n    x[i] = yy\n"
                   "gr.parallel_for(1, k, np.zeros(1))\n")
    copy = pickle.loads(pickle.dumps(error))
    assert str(copy) == str(error) and type(copy) is type(error) and copy.line == 4
