# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The cache of compiled kernels: keys, sharing, damage, hostile folders, a full or read-only disk."""
import os
import signal
import subprocess
import sys
import time

import pytest
from granum import _granum, cache, toolchain

SOURCE = """
#include <granum/granum.h>
GR_API int32_t answer(const int64_t *w, void *fault) { (void)w, (void)fault; return %d; }
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("GRANUM_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr(cache, "_private", None)
    return tmp_path / "cache"


def make(number=7, meta=b"noted"):
    made.append(number)
    return SOURCE % number, meta


made = []


@pytest.fixture(autouse=True)
def forget():
    made.clear()


def build(*parts, **options):
    return cache.build(cache.key(parts or ["a"]), lambda: make(**options))


def test_an_entry_is_built_once_and_found(folder):
    assert cache.lookup(cache.key(["a"])) is None
    entry = build()
    assert entry.meta == b"noted" and entry.path.startswith(str(folder)) and made == [7]
    again = build()
    assert again.path == entry.path and again.meta == b"noted" and made == [7]
    assert cache.lookup(cache.key(["a"])).meta == b"noted"
    assert _granum.Library(entry.path).address("answer")


def test_meta_may_be_anything(folder):
    for meta in (b"", b"granum-kernel-1\n" * 3, bytes(range(256)) * 100):
        build(str(len(meta)), meta=meta)
        assert cache.lookup(cache.key([str(len(meta))])).meta == meta


def test_keys_depend_on_every_part_and_on_where_parts_end(folder):
    keys = {cache.key(parts) for parts in (["a"], ["b"], ["a", ""], ["", "a"], ["ab"], ["a", "b"], [b"a\0"], [])}
    assert len(keys) == 8 and cache.key(["a"]) == cache.key([b"a"])


def test_keys_depend_on_the_toolchain(folder, monkeypatch):
    before = cache.key(["a"])
    monkeypatch.setattr(cache, "_fingerprints", {})
    monkeypatch.setattr(toolchain._config, "VERSION", "0.0.1")
    assert cache.key(["a"]) != before


@pytest.mark.parametrize("variables, expected", [
    ({"GRANUM_CACHE_DIR": "/x/y", "XDG_CACHE_HOME": "/z"}, "/x/y"),
    ({"XDG_CACHE_HOME": "/z", "HOME": "/h"}, "/z/granum"),
    ({"XDG_CACHE_HOME": "relative", "HOME": "/h"}, "/h/.cache/granum"),
    ({"HOME": "/h"}, "/h/.cache/granum"),
])
def test_where_the_cache_is(monkeypatch, variables, expected):
    for name in ("GRANUM_CACHE_DIR", "XDG_CACHE_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert cache.folder() == expected


@pytest.mark.parametrize("damage", ["truncate", "flip", "empty", "meta", "append"])
def test_damaged_entries_are_rebuilt(folder, damage):
    path = build().path
    data = bytearray(open(path, "rb").read())
    if damage == "truncate":
        data = data[:-100]
    elif damage == "flip":
        data[len(data) // 2] ^= 1
    elif damage == "empty":
        data = b""
    elif damage == "meta":
        data[data.rindex(b"noted")] ^= 1
    else:
        data += b"x"
    with open(path, "wb") as file:
        file.write(data)
    assert cache.lookup(cache.key(["a"])) is None
    assert build().meta == b"noted" and made == [7, 7]


def test_everybody_may_not_write(folder):
    path = build().path
    for place, mode in ((str(folder), 0o777), (os.path.dirname(path), 0o720), (path, 0o702)):
        before = os.stat(place).st_mode & 0o7777
        os.chmod(place, mode)
        with pytest.raises(cache.CacheError, match=f"has mode {mode:o}, expected one that others cannot write to"):
            cache.lookup(cache.key(["a"]))
        with pytest.raises(cache.CacheError, match="compiled kernels are not loaded from there; remove it, or name"):
            build()
        os.chmod(place, before)
    assert build().path == path and made == [7]


def test_links_are_refused(folder, tmp_path):
    path = build().path
    os.rename(path, tmp_path / "elsewhere.so")
    os.symlink(tmp_path / "elsewhere.so", path)
    with pytest.raises(cache.CacheError, match="is a symbolic link, expected a file of its own"):
        cache.lookup(cache.key(["a"]))
    os.unlink(path)
    part = os.path.dirname(path)
    os.rename(part, tmp_path / "part")
    os.symlink(tmp_path / "part", part)
    with pytest.raises(cache.CacheError, match="is a symbolic link"):
        cache.lookup(cache.key(["a"]))


def test_the_chosen_folder_may_be_a_link_of_ones_own(folder, tmp_path, monkeypatch):
    build()
    os.symlink(folder, tmp_path / "link")
    monkeypatch.setenv("GRANUM_CACHE_DIR", str(tmp_path / "link"))
    assert cache.lookup(cache.key(["a"])).meta == b"noted"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_files_of_others_are_refused(folder):
    path = build().path
    os.chown(path, 12345, 12345)
    with pytest.raises(cache.CacheError, match=r"belongs to user 12345, expected 0"):
        cache.lookup(cache.key(["a"]))
    os.chown(path, 0, 0)
    os.chown(folder, 12345, 12345)
    with pytest.raises(cache.CacheError, match="belongs to user 12345"):
        build()


def test_a_cache_that_cannot_be_written_serves_and_the_rest_is_private(folder, monkeypatch):
    build()
    monkeypatch.setattr(cache, "_lock", lambda key: None)
    assert build().path.startswith(str(folder)) and made == [7]
    entry = build("b", number=8)
    assert not entry.path.startswith(str(folder)) and os.path.exists(entry.path)
    assert build("b", number=8).path == entry.path and made == [7, 8]


def test_a_full_disk_is_no_reason_to_stop(folder, monkeypatch):
    store = cache._store

    def full(path, *arguments):
        if path.startswith(str(folder)):
            raise OSError(28, "No space left on device")
        return store(path, *arguments)

    monkeypatch.setattr(cache, "_store", full)
    with pytest.warns(RuntimeWarning, match="compiled kernels cannot be kept in .*No space left on device"):
        assert not build().path.startswith(str(folder)) and made == [7]


def test_a_compiler_that_finds_the_disk_full(folder, monkeypatch):
    from granum.compiler.errors import KernelCompileError

    compile = toolchain.compile

    def full(c_source, output, **options):
        if output.startswith(str(folder)):
            raise KernelCompileError("ld: final link failed: No space left on device")
        return compile(c_source, output, **options)

    monkeypatch.setattr(toolchain, "compile", full)
    with pytest.raises(KernelCompileError, match="No space left"):
        build()
    statvfs = os.statvfs
    monkeypatch.setattr(os, "statvfs", lambda path: type("Status", (), {"f_bavail": 3, "f_frsize": statvfs(path).f_frsize}))
    with pytest.warns(RuntimeWarning, match="cannot be kept"):
        assert not build().path.startswith(str(folder))


def test_private_folders_go_with_the_process(tmp_path):
    code = """
import os, sys
sys.path[:0] = {path!r}
from granum import cache
cache._lock = lambda key: None
entry = cache.build(cache.key(["x"]), lambda: ({source!r}, b""))
child = os.fork()
if child == 0:
    sys.exit(0)
os.waitpid(child, 0)
assert os.path.exists(entry.path)
print(entry.path)
""".format(path=sys.path, source=SOURCE % 1)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True,
                          env={**os.environ, "GRANUM_CACHE_DIR": str(tmp_path / "c")})
    assert not os.path.exists(os.path.dirname(done.stdout.strip()))


def test_the_size_is_kept(folder, monkeypatch):
    paths = [build(str(k)).path for k in range(4)]
    size = os.path.getsize(paths[0])
    for age, path in enumerate(paths):
        os.utime(path, (1e9 + age, 1e9 + age))
    monkeypatch.setenv("GRANUM_CACHE_SIZE", str(3 * size))
    newest = build("new").path
    left = [path for path, _, _ in cache.entries()]
    assert newest in left and paths[0] not in left and paths[1] not in left and len(left) == 3


@pytest.mark.parametrize("text, size", [("", cache.DEFAULT_SIZE), ("0", 0), ("10", 10), ("2K", 2048), ("3m", 3 << 20), ("1G", 1 << 30)])
def test_sizes(monkeypatch, text, size):
    monkeypatch.setenv("GRANUM_CACHE_SIZE", text)
    assert cache.size_limit() == size


@pytest.mark.parametrize("text", ["x", "-1", "1.5M", "K"])
def test_sizes_that_are_refused(monkeypatch, text):
    monkeypatch.setenv("GRANUM_CACHE_SIZE", text)
    with pytest.raises(ValueError, match="GRANUM_CACHE_SIZE = .* expected bytes, or a number with K, M or G"):
        cache.size_limit()


def test_clear(folder):
    build("a"), build("b")
    assert len(cache.entries()) == 2 and cache.clear() == 2 and cache.entries() == []


WORKER = """
import os, sys
sys.path[:0] = {path!r}
from granum import cache, toolchain
compile = toolchain.compile
def counted(*arguments, **options):
    with open(os.environ["COUNT"], "a") as file:
        file.write("x")
    return compile(*arguments, **options)
toolchain.compile = counted
entry = cache.build(cache.key(["shared"]), lambda: ({source!r}, b"meta"))
assert entry.meta == b"meta"
"""


def worker():
    return WORKER.format(path=sys.path, source=SOURCE % 5)


def test_fifty_processes_compile_once(folder, tmp_path):
    count = tmp_path / "count"
    count.touch()
    environment = {**os.environ, "COUNT": str(count)}
    running = [subprocess.Popen([sys.executable, "-S", "-c", worker()], env=environment) for _ in range(50)]
    assert [process.wait() for process in running] == [0] * 50
    assert count.read_text() == "x"


def test_a_killed_compilation_leaves_no_lock_and_no_entry(folder, tmp_path):
    slow = tmp_path / "slow-gcc"
    slow.write_text(f"#!/bin/sh\necho started >{tmp_path}/started\nexec sleep 60\n")
    slow.chmod(0o755)
    code = worker()
    process = subprocess.Popen([sys.executable, "-c", code], start_new_session=True,
                               env={**os.environ, "COUNT": str(tmp_path / "n"), "GRANUM_CC": str(slow)})
    while not (tmp_path / "started").exists():
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert cache.entries() == []
    done = subprocess.run([sys.executable, "-c", code], check=False, timeout=60,
                          env={**os.environ, "COUNT": str(tmp_path / "n")})
    assert done.returncode == 0 and len(cache.entries()) == 1


def test_leftovers_of_killed_compilations_are_swept(folder):
    path = build("a").path
    for name, age in (("old.tmp", 7200), ("new.tmp", 10)):
        left = os.path.join(os.path.dirname(path), name)
        open(left, "w").close()
        os.utime(left, (time.time() - age, time.time() - age))
    build("b")
    assert not os.path.exists(os.path.join(os.path.dirname(path), "old.tmp"))
    assert os.path.exists(os.path.join(os.path.dirname(path), "new.tmp"))


def test_errors_of_make_leave_nothing(folder):
    def wrong():
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        cache.build(cache.key(["a"]), wrong)
    assert build().meta == b"noted"


def test_a_read_only_folder(folder):
    build("a")
    if os.geteuid() == 0:
        pytest.skip("root writes everywhere")
    for root, folders, _ in os.walk(folder, topdown=False):
        os.chmod(root, 0o500)
    try:
        assert build("a").path.startswith(str(folder))
        assert not build("b").path.startswith(str(folder))
    finally:
        for root, _, _ in os.walk(folder):
            os.chmod(root, 0o700)
