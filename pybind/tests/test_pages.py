# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Pages that scripts make are what the scripts would make now."""
import pathlib
import subprocess
import sys

import pytest

TREE = pathlib.Path(__file__).resolve().parents[2]


def made(*words):
    done = subprocess.run([sys.executable, *map(str, words)], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_interface_name_by_name():
    page = (TREE / "docs" / "python-api.md").read_text(encoding="utf-8")
    assert made(TREE / "tools" / "python_api.py") == page, "run tools/python_api.py docs/python-api.md"


def test_the_terrain_step_by_step():
    try:
        import matplotlib.pyplot  # noqa: F401
    except Exception as error:  # one that was built for another NumPy fails in its own ways
        pytest.skip(f"matplotlib, whose elevation model is shown, does not import: {error}")
    page = (TREE / "docs" / "python-terrain.md").read_text(encoding="utf-8")
    assert made(TREE / "tools" / "python_notebook.py", "--text") == page, "run tools/python_notebook.py"
    assert all((TREE / "docs" / name).stat().st_size < 100_000 for name in (
        "python-terrain-relief.jpg", "python-terrain-creep.jpg"))
