# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The stubs name what the extension has, and nothing else."""
import ast
import inspect
import os
import pathlib
import shutil
import subprocess
import sys

import granum
import pytest
from granum import _granum

STUBS = ast.parse((pathlib.Path(granum.__file__).parent / "_granum.pyi").read_text())


def names(nodes):
    found = set()
    for node in nodes:
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
            found.add(node.name)
        elif isinstance(node, ast.AnnAssign):
            found.add(node.target.id)
    return found


def test_every_name_of_the_module():
    assert names(STUBS.body) == {name for name in vars(_granum) if not name.startswith("__") or name == "__version__"}


def test_every_member_of_the_classes():
    for node in STUBS.body:
        if isinstance(node, ast.ClassDef) and node.name != "Error":
            real = {name for name in vars(getattr(_granum, node.name)) if not name.startswith("__")}
            assert {name for name in names(node.body) if not name.startswith("__")} == real, node.name


def test_every_name_of_the_package():
    tree = ast.parse((pathlib.Path(granum.__file__).parent / "__init__.pyi").read_text())
    stubbed = {alias.asname for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names}
    stubbed |= {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    stubbed |= {target.id for node in tree.body if isinstance(node, ast.Assign) for target in node.targets}
    stubbed = {name for name in stubbed if name and not name.startswith("_")}
    lazy = {name for names in granum._FROM.values() for name in names}
    eager = {name for name in vars(granum) if getattr(_granum, name, None) is not None and not name.startswith("_")}
    assert stubbed == lazy | eager
    for name in stubbed:
        assert getattr(granum, name) is not None


def test_pyright_agrees(tmp_path):
    pyright = shutil.which("pyright") or shutil.which(os.path.join(os.path.dirname(sys.executable), "pyright"))
    if pyright is None:
        pytest.skip("pyright is not installed")
    (tmp_path / "granum").symlink_to(pathlib.Path(granum.__file__).parent)
    (tmp_path / "typed.py").write_text(TYPED)
    done = subprocess.run([pyright, "typed.py"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


TYPED = """
import granum as gr

@gr.kernel
def axpy(i, a: float, x, y):
    y[i] += a * x[i]

@gr.kernel(fast=True)
def total(i, acc: gr.Acc, x):
    acc += x[i]

view = gr.View((3, 4), gr.f64, label="v", layout="left")
shape: tuple[int, ...] = view.T.shape
size: int = view.size
gr.parallel_for(gr.mdrange((0, 3), 4), axpy, 2.0, view, view)
launch = axpy.bind(3, 2.0, view, view)
launch()
plans = gr.range(3).rank + gr.num_threads() + gr.memory()["used"]
"""


def test_signatures_can_be_asked_for():
    for function in (granum.parallel_for, granum.range, granum.View.copy_to, granum.View.wrap, granum.fence,
                     granum.initialize, granum.View.__dlpack__):
        assert inspect.signature(function)
    assert str(inspect.signature(granum.View)) == ("(shape, dtype='f64', *, label='', layout='right', initialize=True, "
                                                   "space='host')")
