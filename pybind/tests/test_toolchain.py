# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Finding the C compiler, what identifies it, and what is said where it is missing or fails."""
import os
import subprocess
import sys

import pytest
from granum import toolchain
from granum.compiler.errors import KernelCompileError


@pytest.fixture(autouse=True)
def afresh(monkeypatch):
    monkeypatch.setattr(toolchain, "_found", {})
    monkeypatch.delenv("GRANUM_CC", raising=False)


def test_a_compiler_is_found():
    found = toolchain.compiler()
    assert os.access(found.path, os.X_OK) and "-ffp-contract=off" in found.flags
    assert toolchain.compiler() is found


def test_the_variable_chooses(monkeypatch, tmp_path):
    chosen = tmp_path / "my-clang"
    chosen.write_text("#!/bin/sh\n")
    chosen.chmod(0o755)
    monkeypatch.setenv("GRANUM_CC", str(chosen))
    assert toolchain.compiler().path == str(chosen) and toolchain.compiler().is_clang
    monkeypatch.setenv("GRANUM_CC", "my-clang")
    assert toolchain.compiler() is None
    monkeypatch.setenv("PATH", f"/nowhere:{tmp_path}")
    assert toolchain.compiler().path == str(chosen)


def test_without_a_compiler(monkeypatch, tmp_path):
    monkeypatch.setattr(toolchain._config, "COMPILER", "/nowhere/gcc")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert toolchain.compiler() is None
    with pytest.raises(KernelCompileError, match="no C compiler found, expected gcc or clang: install one .Debian, Ubuntu: apt"):
        toolchain.compile("", str(tmp_path / "x.so"))
    monkeypatch.setenv("GRANUM_CC", "tcc")
    with pytest.raises(KernelCompileError, match="GRANUM_CC = 'tcc', expected the name or path of a C compiler"):
        toolchain.compile("", str(tmp_path / "x.so"))
    assert "no compiler" in toolchain.fingerprint()


def test_a_compiler_that_fails_is_quoted(tmp_path):
    with pytest.raises(KernelCompileError, match="(?s)answered 1 on generated C:.*error: "):
        toolchain.compile("int f( {", str(tmp_path / "x.so"))


def test_the_fingerprint_follows_the_compiler(monkeypatch, tmp_path):
    chosen = tmp_path / "gcc"
    chosen.write_text("#!/bin/sh\n")
    chosen.chmod(0o755)
    monkeypatch.setenv("GRANUM_CC", str(chosen))
    before = toolchain.fingerprint()
    assert toolchain.fingerprint() == before
    chosen.write_text("#!/bin/sh\n\n")
    monkeypatch.setattr(toolchain, "_found", {})
    assert toolchain.fingerprint() != before


def test_a_library_may_be_linked_from_elsewhere(tmp_path):
    import ctypes

    path = str(tmp_path / "x.so")
    toolchain.compile("#include <granum/granum.h>\nGR_API int threads(void) { return gr_impl_num_threads(); }\n"
                      "#include <granum/impl/backend.h>\n".replace("GR_API int", "#include <granum/impl/backend.h>\nGR_API int", 1),
                      path, rpath=True)
    code = f"import ctypes; print(ctypes.CDLL({path!r}).threads())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(done.stdout) >= 1 and ctypes.CDLL(path).threads() >= 1


def test_import_is_light():
    code = """
import sys
before = set(sys.modules)
import granum
new = set(sys.modules) - before
heavy = {"numpy", "subprocess", "ast", "inspect", "hashlib", "json", "tempfile", "dataclasses", "typing", "threading"} & new
assert not heavy, heavy
assert not any(name.startswith("granum.compiler") for name in new), new
import os
assert len(os.listdir("/proc/self/task")) == 1
assert len(os.sched_getaffinity(0)) == int(sys.argv[1])
"""
    subprocess.run([sys.executable, "-c", code, str(len(os.sched_getaffinity(0)))], check=True)


def test_no_module_hides_a_name_of_the_package():
    """A submodule that is imported becomes an attribute of the package: none may be called as a word of the language."""
    import pathlib

    import granum

    folder = pathlib.Path(toolchain.__file__).parent
    modules = {path.stem for path in folder.glob("*.py")} | {path.name for path in folder.iterdir() if path.is_dir()}
    assert not modules & {name for names in granum._FROM.values() for name in names}
    assert not modules & {"range", "mdrange", "View", "parallel_for", "memory", "fence"}
