# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""examples/python, each as a user runs it; those whose package is not installed are skipped."""
import os
import pathlib
import shutil
import subprocess
import sys

import pytest

EXAMPLES = pathlib.Path(__file__).resolve().parents[2] / "examples" / "python"


def run(*command, **variables):
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=280,
                          env={**os.environ, **variables})
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("start", ["spawn", "fork", "forkserver"])
def test_process_pools(start):
    said = run(sys.executable, str(EXAMPLES / "process_pool.py"), start)
    assert said.startswith("4 bands from 2 processes: the picture of one")


def test_dask():
    pytest.importorskip("dask.array")
    assert run(sys.executable, str(EXAMPLES / "dask_blocks.py")) == "16 blocks give what the whole array gives\n"


def test_ray():
    pytest.importorskip("ray")
    said = run(sys.executable, str(EXAMPLES / "ray_task.py"), RAY_ENABLE_UV_RUN_RUNTIME_ENV="0")
    assert "4 tasks over 100000 points: the same bits as here" in said


@pytest.mark.parametrize("ranks", [1, 2, 4])
def test_mpi(ranks):
    pytest.importorskip("mpi4py")
    launcher = shutil.which("mpiexec", path=f"{os.path.dirname(sys.executable)}:{os.environ.get('PATH', '')}")
    if launcher is None:
        pytest.skip("there is no mpiexec")
    said = run(launcher, "-n", str(ranks), sys.executable, str(EXAMPLES / "mpi_halo.py"), GRANUM_NUM_THREADS="1")
    assert said == f"{ranks} ranks, 20 steps: the bits of one rank\n"


def test_every_example_is_run():
    here = pathlib.Path(__file__).read_text()
    assert all(path.name in here for path in EXAMPLES.glob("*.py"))
