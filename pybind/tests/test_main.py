# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""python -m granum, as it is typed."""
import os
import re
import subprocess
import sys

from granum import _config, cache
from test_cache import SOURCE


def granum(*arguments, folder, **variables):
    return subprocess.run([sys.executable, "-m", "granum", *arguments], capture_output=True, text=True, check=False,
                          env={**os.environ, "GRANUM_CACHE_DIR": str(folder), **variables})


def test_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("GRANUM_CACHE_DIR", str(tmp_path))
    entry = cache.build(cache.key(["a"]), lambda: (SOURCE % 1, b""))
    size = os.path.getsize(entry.path)
    listed = granum("cache", "list", folder=tmp_path).stdout
    assert entry.path in listed and listed.endswith(f"{size} bytes in {tmp_path}\n")
    assert granum("cache", "size", folder=tmp_path).stdout == f"{size} bytes in 1 kernels, at most {256 << 20}: {tmp_path}\n"
    assert granum("cache", "clear", folder=tmp_path).stdout == f"removed 1 kernels from {tmp_path}\n"
    assert granum("cache", "list", folder=tmp_path).stdout == f"0 bytes in {tmp_path}\n"


def test_doctor(tmp_path):
    done = granum("doctor", folder=tmp_path / "cache")
    assert done.returncode == 0, done.stdout + done.stderr
    for line in (r"granum +\d", r"compiler +/", r"compiles +a small kernel in", r"launches +in \d+ ns, bound", "nothing odd"):
        assert re.search(line, done.stdout), done.stdout
    for space in {"sim", "cuda", "hip"} & set(_config.BACKENDS):
        assert re.search(rf"^{space} +(sim32|sim64|sm_|gfx|not usable: )", done.stdout, re.M), done.stdout


def test_doctor_without_a_compiler(tmp_path):
    done = granum("doctor", folder=tmp_path / "cache", GRANUM_CC="nothing")
    assert done.returncode == 1 and "odd: GRANUM_CC = 'nothing', expected" in done.stdout


def test_what_is_typed_wrong(tmp_path):
    done = granum("cash", folder=tmp_path)
    assert done.returncode == 2 and "invalid choice: 'cash'" in done.stderr


def test_debug_words_of_both_languages(tmp_path):
    program = "import granum as gr; gr.initialize(); gr.finalize(); print('fine')"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False,
                          env={**os.environ, "GRANUM_DEBUG": "bounds,nan,overflow,errors"})
    assert done.stdout == "fine\n", done.stderr
