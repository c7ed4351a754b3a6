# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Source distribution -> wheel -> a fresh environment outside of the tree, in which examples run."""
import os
import pathlib
import subprocess
import sys
import tarfile
import zipfile

import pytest

TREE = pathlib.Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(not (TREE / "pyproject.toml").exists(), reason="the tests are not in granum's tree")
KERNEL = """
import granum as gr
import numpy as np

@gr.kernel
def axpy(i, a, x, y):
    y[i] += a * x[i]

x, y = np.arange(1000.0), np.ones(1000)
gr.parallel_for(1000, axpy, 2.0, x, y)
assert (y == 1 + 2 * np.arange(1000)).all()
print(gr.__file__, gr.__version__)
"""


def run(*words, cwd, **variables):
    environment = {**os.environ, **variables}
    for name in ("PYTHONPATH", "PYTHONHOME"):
        environment.pop(name, None)
    return subprocess.run([str(word) for word in words], cwd=cwd, capture_output=True, text=True, timeout=900,
                          check=False, env=environment)


def must(*words, cwd, **variables):
    done = run(*words, cwd=cwd, **variables)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder outside of the tree, with an environment in which packages can be built."""
    made = tmp_path_factory.mktemp("packaging")
    must(sys.executable, "-m", "venv", made / "builder", cwd=made)
    done = run(made / "builder/bin/python", "-m", "pip", "install", "--quiet", "--retries", "1", "build", cwd=made)
    if done.returncode:
        pytest.skip("pip cannot install `build` here: " + done.stderr.strip().splitlines()[-1])
    return made


@pytest.fixture(scope="module")
def sdist(folder):
    must(folder / "builder/bin/python", "-m", "build", "--sdist", "--outdir", folder / "dist", TREE, cwd=folder)
    (made,) = (folder / "dist").glob("granum-*.tar.gz")
    return made


@pytest.fixture(scope="module")
def wheel(folder, sdist):
    must(folder / "builder/bin/python", "-m", "pip", "wheel", "--no-deps", "-w", folder / "dist", sdist, cwd=folder)
    (made,) = (folder / "dist").glob("granum-*.whl")
    return made


def test_the_source_distribution_holds_what_a_build_needs(sdist):
    with tarfile.open(sdist) as archive:
        names = {name.split("/", 1)[1] for name in archive.getnames() if "/" in name}
    assert {"CMakeLists.txt", "pyproject.toml", "LICENSE", "README.md", "core/include/granum/granum.h",
            "pybind/src/module.c", "pybind/granum/kernels.py", "examples/python/process_pool.py"} <= names
    assert not [name for name in names if name.endswith((".so", ".o", ".pyc")) or name.startswith(("build/", "unit_tests/"))]
    assert sdist.stat().st_size < 4 << 20


def test_the_wheel_brings_library_headers_and_extension(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert {"granum/__init__.py", "granum/py.typed", "granum/_granum.pyi", "granum/_config.py",
            "granum/include/granum/granum.h", "granum/compiler/pipeline.py"} <= set(names)
    assert [name for name in names if name.startswith("granum/_granum.") and name.endswith(".so")]
    assert [name for name in names if name.startswith("granum/lib/libgranum.so")]
    assert all(name.startswith(("granum/", "granum-")) for name in names)
    assert not [name for name in names if name.endswith(".c") or "tests" in name]


def test_a_fresh_environment_runs_kernels_and_examples(folder, sdist, wheel):
    must(sys.executable, "-m", "venv", folder / "fresh", cwd=folder)
    python = folder / "fresh/bin/python"
    must(python, "-m", "pip", "install", "--quiet", "numpy", wheel, cwd=folder)
    variables = {"GRANUM_CACHE_DIR": str(folder / "cache"), "GRANUM_NUM_THREADS": "2"}
    (folder / "kernel.py").write_text(KERNEL)
    said = must(python, "kernel.py", cwd=folder, **variables)
    assert said.startswith(str(folder / "fresh")), said
    assert "compiler" in must(python, "-m", "granum", "doctor", cwd=folder, **variables)
    with tarfile.open(sdist) as archive:
        for member in archive.getmembers():
            if "/examples/python/" in member.name and member.isfile():
                (folder / pathlib.Path(member.name).name).write_bytes(archive.extractfile(member).read())
    said = must(python, "process_pool.py", "spawn", cwd=folder, **variables)
    assert said.startswith("4 bands from 2 processes: the picture of one")
    must(python, "-m", "pip", "uninstall", "--yes", "granum", cwd=folder)
    assert not list((folder / "fresh").rglob("libgranum*"))
