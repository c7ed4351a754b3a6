# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""examples/terrain in C and in Python: the same files, bit for bit."""
import pathlib
import runpy
import subprocess

import numpy as np
import pytest
from granum import _config, toolchain

EXAMPLE = pathlib.Path(__file__).resolve().parents[2] / "examples" / "terrain"


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    """terrain.c, compiled as a user would by hand."""
    path = tmp_path_factory.mktemp("terrain") / "terrain"
    library = pathlib.Path(_config.LIBRARY)
    flags = [flag for flag in toolchain.compiler().flags if flag not in ("-fPIC", "-fvisibility=hidden")]
    subprocess.run([toolchain.compiler().path, *flags, *(f"-I{folder}" for folder in _config.INCLUDES),
                    *map(str, sorted(EXAMPLE.glob("*.c"))), "-o", str(path), str(library), f"-Wl,-rpath,{library.parent}",
                    "-lm"], check=True)
    return path


def land(folder, rows=43, columns=61):
    """Hills from a fixed seed, as prepare.py writes them."""
    folder.mkdir()
    steps = np.random.default_rng(7).normal(size=(rows, columns))
    heights = np.cumsum(np.cumsum(steps, 0), 1)
    heights = 200 + 800 * (heights - heights.min()) / np.ptp(heights)
    np.save(folder / "measured.npy", heights.astype(np.int16))
    np.save(folder / "cell_size.npy", np.array([92.66, 74.37]))


@pytest.mark.parametrize("steps", [7, 8])
def test_the_same_files(program, tmp_path, steps, capsys):
    for name in ("c", "python"):
        land(tmp_path / name)
    subprocess.run([str(program), str(tmp_path / "c"), "4", str(steps)], check=True, capture_output=True)
    runpy.run_path(str(EXAMPLE / "terrain.py"))["main"](str(tmp_path / "python"), "4", str(steps))
    for name in ("numbers", "heights", "relief", "histogram", "percentiles"):
        expected, found = (np.load(tmp_path / folder / f"{name}.npy") for folder in ("c", "python"))
        assert found.dtype == expected.dtype and np.array_equal(found, expected), name
    assert "soil creep" in capsys.readouterr().out
