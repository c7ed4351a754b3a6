# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Kernels as NVRTC and hipRTC compile them: every pattern, without a warning; no device is needed."""

from __future__ import annotations

import ctypes
import os

import granum as gr
import numpy as np
import pytest
from granum import _config, cache, rtc, toolchain
from granum.compiler import c_text, pipeline

import test_device
import test_random_kernels as random_kernels

F1, F2, I1 = ("f64", 1, "C", False), ("f64", 2, "C", False), ("i64", 1, "C", False)
ARCHITECTURES = [("cuda", "sm_80"), ("cuda", "sm_90"), ("hip", "gfx90a")]


@gr.kernel
def fill4(i, j, k, l, x):
    x[i, j, k, l] = i + j * k - l


@gr.kernel
def fill5(i, j, k, l, m, x):
    x[i, j, k, l, m] = i + j * k - l // (m + 1)


@gr.kernel
def fill6(i, j, k, l, m, n, x):
    x[i, j, k, l, m, n] = i + j * k - l // (m + 1) % (n + 2)


@gr.function
def farther(a, b):
    return b if abs(b) > abs(a) else a


@gr.kernel
def farthest(i, j, far: gr.Reducer(0.0, farther), count: gr.Acc[gr.i64], x):
    far = farther(far, x[i, j])
    count += 1 if x[i, j] > 0 else 0


@gr.kernel
def sums(t, width, a, out):
    s = 0.0
    for k in gr.team_range(t, width):
        s += a[t.league_rank, k]
    if gr.team_single(t):
        out[t.league_rank] = s


@gr.kernel
def total(t, acc: gr.Acc, x):
    acc += x[t.league_rank]


@gr.kernel
def updates(i, x, n):
    k = n[i] % len(x)
    gr.atomic_min(n, k, i)
    gr.atomic_max(x, k, 2.0)
    old = gr.atomic_add(x, k, 1.5)
    if old > 7 and gr.atomic_compare_exchange(n, k, i, i + 1) == i:
        gr.atomic_exchange(x, k, 0.0)


@gr.kernel(checked=True)
def gathered(i, j, x, y):
    y[i] = x[j[i]] // (i - 3)
    if y[i] != y[i]:
        raise ValueError("not a number")


@gr.kernel
def shown(i, x):
    if x[i] > 0.5:
        print(f"x[{i}] = {x[i]:.17g}")


# kernel, pattern, rank, types of its arguments, team
KERNELS = [
    (test_device.axpy, "for", 1, ("f64", F1, F1), None),
    (test_device.heat, "for", 2, (F2, F2), None),
    (test_device.mixed, "for", 3, (("i64", 3, "C", False), ("i64", 3, "F", False)), None),
    (fill4, "for", 4, (("f32", 4, "F", False),), None),
    (fill5, "for", 5, (("i32", 5, "C", False),), None),
    (fill6, "for", 6, (("f64", 6, "S", False),), None),
    (test_device.moments, "reduce", 1, (F1,), None),
    (farthest, "reduce", 2, (F2,), None),
    (test_device.running, "scan", 1, (I1, I1), None),
    (test_device.running, "scan", 1, (F1, F1), None),
    (test_device.rows, "for", 1, ("i64", F2, F2), (-1, 1024)),
    (sums, "for", 1, ("i64", F2, F1), (64, 0)),
    (total, "reduce", 1, (F1,), (-1, 0)),
    (test_device.histogram, "for", 1, (I1, I1), None),
    (updates, "for", 1, (F1, I1), None),
    (test_device.waves, "for", 1, (F1, ("c128", 1, "C", False)), None),
    (shown, "for", 1, (F1,), None),
]


def unit_of(space, kernels, **options):
    unit = pipeline.Unit(pipeline.Options(space=space, **options))
    for n, (kernel, pattern, rank, types, team) in enumerate(kernels):
        pipeline.compile_source(kernel.source_, kernel.scope, pattern, rank, types, unit.options, entry=f"e{n}",
                                unit=unit, defaults=kernel.defaults(), team=team)
    return unit


def compiler(space):
    found = rtc.library(space)
    if found is None:
        pytest.skip(f"no run-time compiler for {space}")
    return found


@pytest.mark.parametrize(("space", "architecture"), ARCHITECTURES)
def test_every_pattern_compiles_without_a_warning(space, architecture):
    found = compiler(space)
    code, said = found.compile(unit_of(space, KERNELS).device_text(), architecture)
    assert said == "", said
    # Its kernels are there by name: the second one of a reduction over a league, too.
    for name in (*(f"e{n}_k0" for n in range(len(KERNELS))), "e12_k0_join"):
        assert name.encode() in code
    print(f"{found.name}: {len(KERNELS)} kernels for {architecture}, {len(code)} bytes")


@pytest.mark.parametrize("space", ["cuda", "hip"])
def test_checks_and_errors_compile(space):
    found = compiler(space)
    architecture = dict(ARCHITECTURES)[space]
    unit = unit_of(space, [(gathered, "for", 1, (I1, F1, F1), None)], checked=True, debug="nan overflow each")
    code, said = found.compile(unit.device_text(), architecture)
    assert said == "" and b"e0_k0" in code


def test_random_kernels_compile():
    found = compiler("cuda")
    seeds = range(random_kernels.SEED * 1000000 + 900000, random_kernels.SEED * 1000000 + 900002)
    print("seeds", seeds)
    unit = pipeline.Unit(pipeline.Options(space="cuda"))
    random_kernels.specialised([(f"r{s}", random_kernels.rk.Generator(s, f"r{s}").kernel()) for s in seeds], unit)
    assert found.compile(unit.device_text(), "sm_90")[1] == ""


@pytest.mark.parametrize("header", ["reduce_array", "scan_segmented", "results", "team", "view", "graph"])
def test_headers_need_no_others(header):
    """Run-time compilers have no headers of C and none of C++."""
    text = f'#ifdef __HIP__\n#pragma clang force_cuda_host_device begin\n#endif\n#include <granum/{header}.h>\n'
    code, said = compiler("cuda").compile(text, "sm_90")
    assert code and said == "", said


def test_a_device_that_is_newer_than_its_compiler():
    code, said = compiler("cuda").compile(unit_of("cuda", KERNELS[:1]).device_text(), "sm_999")
    assert said == "" and b".version" in code and b".entry e0_k0" in code


def test_a_gpus_kernel_in_a_shared_object(tmp_path, monkeypatch):
    """The image lies in the object that the cache keeps; without a device the entry says what is missing."""
    compiler("cuda")
    monkeypatch.setattr(rtc, "_architectures", {"cuda": "sm_90"})
    monkeypatch.setattr(cache, "_fingerprints", {})
    path = str(tmp_path / "kernels.so")
    sources = unit_of("cuda", [KERNELS[0], KERNELS[12]]).sources()
    toolchain.compile(sources, path, rpath=True, space="cuda")
    data = (tmp_path / "kernels.so").read_bytes()
    assert data.count(b"\x7fELF") >= 2 and b"e0_k0" in data and b"e1_k0_join" in data
    assert "sm_90" in cache._toolchain_parts("cuda") and cache.key(["a"], "cuda") != cache.key(["a"])
    if "cuda" in _config.BACKENDS:
        pytest.skip("this build may have a device, and the arrays are nowhere")
    words = (ctypes.c_int64 * 9)(0, 3, 0, 1 << 20, 3, 1, 1 << 20, 3, 1)
    assert ctypes.CDLL(path).e0(words, (ctypes.c_char * 128)()) == 0
    with pytest.raises(gr.Error, match="axpy.*this library was configured without the backend of the kernel"):
        gr.fence()


def test_a_gpu_that_is_not_there():
    if "cuda" not in _config.BACKENDS:
        pytest.skip("built without the backend cuda")
    x = np.ones(3)
    try:
        rtc.architecture("cuda")
    except gr.Error as error:
        with pytest.raises(gr.Error, match="kernels of Python.* in space device: (no NVIDIA driver was found|the driver)"):
            gr.parallel_for(3, test_device.axpy, 1.0, x, x, space="cuda")
        assert "device" in str(error)
    else:
        there, out = (gr.View.wrap(x).copy(space="device") for _ in range(2))
        gr.parallel_for(3, test_device.axpy, 2.0, there, out, space="cuda")
        assert np.array_equal(out.copy(space="host").numpy(), 3 * x)
    gr.parallel_for(3, test_device.axpy, 1.0, x, x)
    assert x.sum() == 6


def test_a_device_prints_no_shortest_decimals():
    @gr.kernel
    def plain(i, x):
        print(x[i])

    @gr.kernel
    def rounded(i, x):
        x[i] = round(x[i], 2)

    with pytest.raises(gr.KernelTypeError, match=r"print of a float in space 'cuda'.*\n.*\.17g"):
        unit_of("cuda", [(plain, "for", 1, (F1,), None)]).device_text()
    with pytest.raises(gr.KernelTypeError, match=r"round\(x, digits\) in space 'hip', expected what a device can do"):
        unit_of("hip", [(rounded, "for", 1, (F1,), None)]).device_text()


def test_a_compiler_that_is_missing_or_refuses(monkeypatch):
    if rtc.library("cuda"):
        with pytest.raises(gr.KernelCompileError, match=r"nvrtc [0-9.]+ answered 6 on generated C\+\+ for sm_90:(.|\n)*error"):
            rtc.compile("nonsense", "cuda", "sm_90")
        with pytest.raises(gr.KernelCompileError, match="nvrtc .*sm_1"):
            rtc.compile("", "cuda", "sm_1")
    monkeypatch.setenv("GRANUM_NVRTC", "/nowhere/libnvrtc.so")
    with pytest.raises(gr.KernelCompileError, match=r"GRANUM_NVRTC = '/nowhere/libnvrtc.so', expected the path of NVRTC"):
        rtc.compile("", "cuda", "sm_90")
    monkeypatch.setenv("GRANUM_HIPRTC", os.devnull)
    with pytest.raises(gr.KernelCompileError, match="GRANUM_HIPRTC = '/dev/null', expected the path of hipRTC"):
        rtc.compile("", "hip", "gfx90a")
    monkeypatch.setattr(rtc, "_open", lambda space, wanted: None)
    monkeypatch.delenv("GRANUM_NVRTC")
    monkeypatch.setattr(rtc, "_found", {})
    with pytest.raises(gr.KernelCompileError, match="no run-time compiler for space 'cuda' found, expected NVRTC.*"
                                                    "or its path in GRANUM_NVRTC"):
        rtc.compile("", "cuda", "sm_90")


def test_where_a_compiler_is_looked_for(tmp_path, monkeypatch):
    """A file is known without being opened: kernels that are in the cache need no compiler."""
    def refuse(*_):
        raise AssertionError("opened")
    monkeypatch.delenv("GRANUM_NVRTC", raising=False)
    monkeypatch.delenv("CUDA_HOME", raising=False)
    assert not any("$" in path or path.startswith("/lib64") for path in rtc._files("cuda", ""))
    (tmp_path / "lib64").mkdir()
    (tmp_path / "real.so").write_bytes(b"12345")
    os.utime(tmp_path / "real.so", (7, 7))
    (tmp_path / "lib64" / "libnvrtc.so.12").symlink_to(tmp_path / "real.so")
    monkeypatch.setenv("CUDA_HOME", str(tmp_path))
    monkeypatch.setattr(rtc, "_found", {})
    monkeypatch.setattr(rtc, "Library", refuse)
    assert rtc.identity("cuda") == f"{tmp_path.resolve() / 'real.so'} 5 7"
    monkeypatch.setenv("GRANUM_NVRTC", str(tmp_path / "real.so"))
    assert rtc._files("cuda", os.environ["GRANUM_NVRTC"]) == [str(tmp_path / "real.so")]


def test_what_identifies_an_open_compiler():
    for space in ("cuda", "hip"):
        found = rtc.library(space)
        if found:
            status = os.stat(found.path)
            assert rtc.identity(space) == f"{os.path.realpath(found.path)} {status.st_size} {int(status.st_mtime)}"
            assert found.name == "%s %d.%d" % (found.path, *found.version)


@pytest.mark.parametrize(("text", "expected"), [
    ("x = ({ int a = 3; a; });", "x = ([&] { int a = 3; return a; }());"),
    ("f(({ int t = ({ int a = 3; a; }); g(t, (T){1, 2}); }));",
     "f(([&] { int t = ([&] { int a = 3; return a; }()); return g(t, T{1, 2}); }()));"),
    ("({ int q = 1; f(({ int b = q; b; })); })", "([&] { int q = 1; return f(([&] { int b = q; return b; }())); }())"),
    ('put("({ a; }) (T){0}");', 'put("({ a; }) (T){0}");'),
])
def test_expressions_of_c_in_cxx(text, expected):
    assert c_text.lambdas(text) == expected
