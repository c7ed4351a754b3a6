# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A filled cache in other places: without compilers, beside another version of granum, on a full disk."""
import os
import resource
import shutil
import subprocess
import sys

import pytest
from granum import _config, cache, rtc, toolchain

# Launches the kernels that its arguments name, in the space that is the first of them.
PROGRAM = """
import sys
import granum as gr
from granum import _config

@gr.kernel
def doubled(i, x):
    x[i] = 2 * x[i]

@gr.kernel
def halved(i, x):
    x[i] = x[i] / 2

x = gr.View(3, gr.f64)
x.fill(4)
if sys.argv[2] != "host":
    x = x.copy(space="device")
if sys.argv[1] == "bare":   # nor the compilers that granum was built with
    _config.COMPILER = _config.CXX_COMPILER = ""
for name in sys.argv[3:]:
    try:
        gr.parallel_for(3, globals()[name], x, space=sys.argv[2])
        print(name, x.copy(space="host")[0])
    except gr.KernelCompileError as error:
        print(name, error)
"""


@pytest.fixture
def run(tmp_path):
    """run(machine, space, kernels..., variables): a process of its own; the lines that it prints."""
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)

    def run(machine, space, *kernels, path=sys.path, before=(), **variables):
        environment = {**os.environ, "GRANUM_CACHE_DIR": str(tmp_path / "cache"), "PYTHONPATH": os.pathsep.join(path), **variables}
        done = subprocess.run([*before, sys.executable, str(program), machine, space, *kernels], env=environment,
                              capture_output=True, text=True, check=False)
        run.warned = done.stderr
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()
    return run


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("GRANUM_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr(cache, "_private", None)
    monkeypatch.setattr(cache, "_fingerprints", {})
    monkeypatch.setattr(toolchain, "_found", {})
    return tmp_path / "cache"


def spaces():
    return [space for space in ("host", "sim") if space == "host" or space in _config.BACKENDS]


@pytest.mark.parametrize("space", spaces())
def test_without_a_compiler_the_cache_serves(run, space):
    variable = "GRANUM_CC" if space == "host" else "GRANUM_CXX"
    assert run("whole", space, "doubled") == ["doubled 8.0"]
    bare = {"PATH": ""}
    for machine, variables, message in (
            ("bare", bare, f"no {'C' if space == 'host' else 'C++'} compiler found, expected "),
            ("whole", {variable: "/nowhere/cc"}, f"{variable} = '/nowhere/cc', expected the name or path of a C")):
        ran, refused = run(machine, space, "doubled", "halved", **variables)
        assert ran == "doubled 8.0" and refused.startswith(f"halved {message}")
    assert run("whole", space, "halved") == ["halved 2.0"]


def test_entries_of_several_compilers_serve(run, tmp_path):
    """The cache knows all that filled it, not only the last one."""
    wrapper = tmp_path / "gcc"
    wrapper.write_text(f"#!/bin/sh\nexec {toolchain.compiler().path} \"$@\"\n")
    wrapper.chmod(0o755)
    run("whole", "host", "doubled")
    run("whole", "host", "halved", GRANUM_CC=str(wrapper))
    assert run("bare", "host", "doubled", "halved", PATH="") == ["doubled 8.0", "halved 4.0"]


def test_what_the_cache_says_of_compilers_is_checked(run, tmp_path):
    run("whole", "host", "doubled")
    note = tmp_path / "cache" / "v1" / "host.tools"
    whole = note.read_bytes()
    note.write_bytes(whole[:-1])
    assert run("bare", "host", "doubled", PATH="")[0].startswith("doubled no C compiler found")
    note.write_bytes(whole)
    note.chmod(0o777)
    environment = {**os.environ, "GRANUM_CACHE_DIR": str(tmp_path / "cache"), "PYTHONPATH": os.pathsep.join(sys.path), "PATH": ""}
    done = subprocess.run([sys.executable, str(tmp_path / "program.py"), "bare", "host", "doubled"], env=environment,
                          capture_output=True, text=True, check=False)
    assert "host.tools has mode 777, expected one that others cannot write to" in done.stderr
    note.chmod(0o700)
    assert run("bare", "host", "doubled", PATH="") == ["doubled 8.0"]


@pytest.mark.parametrize("missing", ["run-time compiler", "C compiler", "both"])
def test_without_a_run_time_compiler_the_cache_serves(folder, monkeypatch, missing):
    def compile(sources, output, **_):
        with open(output, "wb") as file:
            file.write(b"compiled")

    monkeypatch.setattr(rtc, "_architectures", {"cuda": "sm_90"})
    monkeypatch.setattr(rtc, "identity", lambda space: "nvrtc 1")
    monkeypatch.setattr(toolchain, "compile", compile)
    key = cache.find(["a"], "cuda")[0]
    path = cache.build(key, lambda: ("", b"noted"), space="cuda").path
    if missing != "C compiler":
        monkeypatch.setattr(rtc, "identity", lambda space: None)
    if missing != "run-time compiler":
        monkeypatch.setattr(toolchain, "_find", lambda wanted, space: None)
    monkeypatch.setattr(toolchain, "_found", {})
    monkeypatch.setattr(cache, "_fingerprints", {})
    assert cache.key(["a"], "cuda") != key
    found, entry = cache.find(["a"], "cuda")
    assert found == key and entry.path == path and cache.find(["b"], "cuda")[1] is None
    # A tool that is here counts, also where the other one is missing; so does the architecture.
    if missing == "C compiler":
        monkeypatch.setattr(rtc, "identity", lambda space: "nvrtc 2")
        monkeypatch.setattr(cache, "_fingerprints", {})
        assert cache.find(["a"], "cuda")[1] is None
    monkeypatch.setattr(rtc, "identity", lambda space: None)
    monkeypatch.setattr(rtc, "_architectures", {"cuda": "sm_80"})
    monkeypatch.setattr(cache, "_fingerprints", {})
    assert cache.find(["a"], "cuda")[1] is None


def test_whole_seconds_identify_files(tmp_path):
    """Images of containers drop fractions of seconds: a cache that was filled while one was built serves."""
    file = tmp_path / "library"
    file.write_text("x")
    os.utime(file, ns=(5, 7_000_000_001))
    before = toolchain.stamp(os.stat(file))
    os.utime(file, ns=(5, 7_000_000_000))
    assert toolchain.stamp(os.stat(file)) == before
    os.utime(file, ns=(5, 8_000_000_000))
    assert toolchain.stamp(os.stat(file)) != before


def test_two_versions_share_a_folder(run, tmp_path):
    """Each compiles for itself, finds its own, and takes nothing of the other's."""
    paths = {}
    for version in ("0.0.1", "0.0.2"):
        package = tmp_path / version / "granum"
        shutil.copytree(os.path.dirname(toolchain.__file__), package)
        built = os.path.dirname(_config.__file__)
        if not os.path.exists(package / "_config.py"):    # a build tree has what CMake makes elsewhere
            for name in os.listdir(built):
                if name.startswith("_config.py") or name.endswith(".so"):
                    shutil.copy2(os.path.join(built, name), package)
        text = (package / "_config.py").read_text()
        assert f'VERSION = "{_config.VERSION}"' in text
        (package / "_config.py").write_text(text.replace(f'VERSION = "{_config.VERSION}"', f'VERSION = "{version}"'))
        paths[version] = [str(package.parent), *sys.path]
    old, new = paths.values()

    def entries():
        return {path.name: path.read_bytes() for path in (tmp_path / "cache").rglob("*.so")}

    bare = {"PATH": ""}
    assert run("whole", "host", "doubled", path=old) == ["doubled 8.0"]
    of_old = entries()
    assert len(of_old) == 1
    # The new version does not take the old one's, though nothing else could serve it.
    assert run("bare", "host", "doubled", path=new, **bare)[0].startswith("doubled no C compiler found")
    assert run("whole", "host", "doubled", path=new) == ["doubled 8.0"]
    assert len(entries()) == 2 and of_old.items() < entries().items()
    # Both read what is theirs, and then write beside each other.
    for path in (old, new):
        assert run("bare", "host", "doubled", path=path, **bare) == ["doubled 8.0"]
    before = entries()
    for path in (old, new):
        assert run("whole", "host", "doubled", "halved", path=path) == ["doubled 8.0", "halved 4.0"]
    assert len(entries()) == 4 and before.items() < entries().items()


@pytest.mark.parametrize("kilobytes", [4, 16, 20])
def test_a_full_disk(run, tmp_path, kilobytes):
    """A disk of a few kilobytes, in a name space of the process's own: the kernel runs, no half entry is left."""
    disk, left = tmp_path / "disk", tmp_path / "left"
    disk.mkdir(), left.mkdir()
    on_disk = ["unshare", "-rm", "sh", "-c", f"mount -t tmpfs -o size={kilobytes}k none {disk} && \"$@\"; status=$?; "
                                             f"cp -r {disk}/. {left}; exit $status", "sh"]
    if subprocess.run([*on_disk, "true"], capture_output=True, check=False).returncode != 0:
        pytest.skip("no disk may be mounted here")
    assert run("whole", "host", "doubled", before=on_disk, GRANUM_CACHE_DIR=str(disk / "cache")) == ["doubled 8.0"]
    files = sorted(path.name for path in left.rglob("*") if path.is_file())
    kept = [name for name in files if name.endswith(".so")]
    assert len(kept) == (1 if kilobytes == 20 else 0)
    assert all(name.endswith((".so", ".tools")) or len(name) == 2 for name in files), files
    said = (f"RuntimeWarning: compiled kernels cannot be kept in {disk}/cache (No space left on device): "
            "they live as long as this process\n  gr.parallel_for(")
    assert run.warned.count("RuntimeWarning") == run.warned.count(said) == (0 if kept else 1), run.warned
    for name in kept:
        assert cache._read(str(next(left.rglob(name)))) is not None


def test_no_room_anywhere(folder, monkeypatch):
    """The object just fits, what is noted behind it does not: neither in the cache nor in the private folder."""
    def compile(source, output, **_):
        with open(output, "wb") as file:
            file.write(b"x" * 1000)

    monkeypatch.setattr(toolchain, "compile", compile)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))    # Python ignores SIGXFSZ
    try:
        with pytest.warns(RuntimeWarning, match=r"cannot be kept in .*/cache \(File too large\): they live as long as"), \
                pytest.raises(cache.CacheError, match=r"can be written neither to .*/cache nor to .*granum-.* "
                                                      r"\(File too large\), expected room for it: name others in"):
            cache.build(cache.key(["a"]), lambda: ("", b"noted"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert [path.name for path in folder.rglob("*") if path.is_file() and len(path.name) > 2] == []
    assert cache.build(cache.key(["a"]), lambda: ("", b"noted")).path.startswith(str(folder))
