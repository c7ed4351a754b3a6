# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Python kernels on the simulated GPU: the host's bits, at both widths of a warp, and what is said of mistakes."""

from __future__ import annotations

import ctypes
import dataclasses
import math
import os
import subprocess
import sys

import granum as gr
import numpy as np
import pytest
from granum import _config, cache, toolchain
from granum.compiler import pipeline

import on_device
import test_language_docs
import test_random_kernels as random_kernels

pytestmark = pytest.mark.skipif("sim" not in _config.BACKENDS, reason="built without the simulated GPU")

KERNELS = max(int(os.environ.get("GRANUM_RANDOM_KERNELS", "120")) // 10, 12)
BATCH = 60
SIZES = [0, 1, 31, 33, 64, 1000, 12345]


def device(array, **options):
    return gr.View.wrap(array).copy(space="device", **options)


def both(pattern, policy, kernel, *args, **kwargs):
    """Launch on the host and on the device with equal arrays: the same results, and the same bits in all arrays."""
    copies = [a.copy() if isinstance(a, np.ndarray) else a for a in args]
    host = on_device.HOST[pattern](policy, kernel, *args, **kwargs)
    there = on_device.launch(pattern, policy, kernel, *copies, **kwargs)
    assert repr(host) == repr(there)
    for a, b in zip(args, copies):
        if isinstance(a, np.ndarray):
            assert a.tobytes() == b.tobytes()
    return there


@gr.kernel
def axpy(i, a, x, y):
    y[i] += a * x[i]


@gr.kernel
def heat(i, j, new, old):
    if 0 < i < new.shape[0] - 1 and 0 < j < new.shape[1] - 1:
        new[i, j] = old[i, j] + 0.1 * (old[i - 1, j] + old[i + 1, j] + old[i, j - 1] + old[i, j + 1] - 4 * old[i, j])


@gr.kernel
def mixed(i, j, k, a, b):
    if (i + j) % 3 == 0:
        return
    b[i, j, k] = a[k, j, i] ** 2 // (1 + i) + j % 3


@gr.function
def weight(x, k):
    return x * 0.5 if k % 2 else x


@gr.kernel
def moments(i, s: gr.Acc, p: gr.Prod, low: gr.Min, high: gr.Max, at: gr.MinLoc, n: gr.Acc[gr.i64], x):
    v = weight(x[i], i)
    s += v
    p *= 1 + v * 1e-6
    low = min(low, v)
    high = max(high, v)
    if v < at.value:
        at.value = v
        at.location = i
    n += i


@gr.kernel
def single(i, x):
    return x[i] * x[i]


@gr.kernel
def running(i, acc: gr.Acc, final, x, out):
    acc += x[i]
    if final:
        out[i] = acc


@gr.kernel
def histogram(i, bins, x):
    gr.atomic_add(bins, x[i] % len(bins), 1)


@gr.kernel
def rows(t, width, a, out):
    tile = gr.team_scratch(t, width, gr.f64)
    for k in gr.team_range(t, width):
        tile[k] = a[t.league_rank, k]
    gr.team_barrier(t)
    for k in gr.team_range(t, width):
        out[t.league_rank, k] = tile[width - 1 - k]


@dataclasses.dataclass
class Box:
    low: float
    high: float
    steps: int


@gr.kernel
def inside(i, box, x, out):
    out[i] = box.steps if box.low <= x[i] < box.high else -1


@gr.kernel
def digits(i, x, out):
    local = gr.local(4, gr.i64)
    n = x[i]
    for k in range(4):
        local[k] = n % 10
        n //= 10
    out[i] = local[0] * 1000 + local[1] * 100 + local[2] * 10 + local[3]


@gr.kernel
def waves(i, x, z):
    z[i] = complex(x[i] - x[i] ** 3 / 6, x[i]) * (1 + 2j)


@pytest.mark.parametrize("n", SIZES)
def test_ranges_of_one_index(n):
    rng = np.random.default_rng(n)
    both("for", n, axpy, 1.5, rng.random(n), rng.random(n))
    both("for", gr.range(n // 3, n), axpy, -0.25, rng.random(n).astype(np.float32), rng.random(n).astype(np.float32))


def test_ranges_of_several_indices():
    rng = np.random.default_rng(1)
    for order in "CF":
        both("for", (40, 33), heat, np.zeros((40, 33), order=order), np.asarray(rng.random((40, 33)), order=order))
    both("for", (5, 6, 7), mixed, rng.integers(-50, 50, (7, 6, 5)), np.zeros((5, 6, 7), np.int64))


@pytest.mark.parametrize("n", SIZES[1:])
def test_several_reducers(n):
    x = np.random.default_rng(n).random(n) - 0.5
    both("reduce", n, moments, x)
    both("reduce", n, single, x)


@pytest.mark.parametrize("n", SIZES)
def test_scans(n):
    both("scan", n, running, np.random.default_rng(n).integers(-9, 9, n), np.zeros(n, np.int64))


def test_atomics():
    both("for", 20000, histogram, np.zeros(7, np.int64), np.random.default_rng(0).integers(0, 1000, 20000))


def test_teams_with_scratch():
    both("for", gr.team(9, scratch=1024), rows, 50, np.random.default_rng(2).random((9, 50)), np.zeros((9, 50)))


def test_structs_local_arrays_and_complex_numbers():
    x = np.random.default_rng(3).random(100)
    both("for", 100, inside, Box(0.25, 0.75, 3), x, np.zeros(100, np.int64))
    both("for", 100, digits, np.arange(100) * 97, np.zeros(100, np.int64))
    both("for", 100, waves, x, np.zeros(100, complex))


def test_warps_of_sixty_four_lanes():
    """The tests above in a process whose device has the other width."""
    if os.environ.get("GRANUM_SIM_WARP") == "64":
        pytest.skip("this is that process")
    done = subprocess.run([sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", __file__,
                           "-k", "ranges or reducers or scans or atomics or teams or complex"],
                          env={**os.environ, "GRANUM_SIM_WARP": "64"}, capture_output=True, text=True, timeout=500,
                          check=False)
    assert done.returncode == 0, done.stdout
    assert "passed" in done.stdout and "failed" not in done.stdout


def test_views_move_between_spaces():
    a = np.random.default_rng(4).random((3, 5))
    there = device(a)
    assert (there.space, there.layout, there.shape) == ("device", "right", (3, 5))
    assert gr.View(4, space="device")[3] == 0 and there[1, 2] == a[1, 2] and there[-1][-1] == a[-1, -1]
    assert np.array_equal(there.copy(space="host").numpy(), a)
    assert np.array_equal(there.copy(space="host", layout="left").numpy(), a)
    there[1] = 7.0
    there[:, 0] = np.arange(3.0)
    a[1], a[:, 0] = 7.0, np.arange(3.0)
    back = np.zeros((3, 5))
    there.copy_to(back)
    assert np.array_equal(back, a) and "space='device'" in repr(there) and there.copy().space == "device"
    import pickle
    assert np.array_equal(pickle.loads(pickle.dumps(there)).numpy(), a)


@pytest.mark.parametrize("space", ["pinned", "managed"])
def test_memory_that_both_reach(space):
    x = gr.View(100, space=space)
    x.fill(2.0)
    y = device(np.ones(100))
    gr.parallel_for(100, axpy, 1.0, x, y, space="sim")
    gr.parallel_for(100, axpy, 1.0, np.ones(100), x)
    gr.parallel_for(100, axpy, 1.0, y, x, space="sim")
    assert np.array_equal(x.numpy(), np.full(100, 6.0)) and x.space == space


def test_a_kernel_of_the_device_and_bound_launches():
    @gr.kernel(space="sim")
    def twice(i, x):
        x[i] = 2 * x[i]

    x = device(np.arange(50.0))
    gr.parallel_for(50, twice, x)
    bound = axpy.bind(50, 1.0, x, x, space="sim")
    bound()
    host = np.arange(50.0)
    gr.parallel_for(50, twice, host, space="host")
    assert np.array_equal(x.copy(space="host").numpy(), 2 * host)


@gr.kernel
def inverse(i, x, y):
    y[i] = 1 // x[i]


def mixed_graph():
    """Of nodes on the device and on the host, and copies between both: x -> 3 x + 1, and its sum."""
    g = gr.Graph("mixed")
    host, there, pinned = np.zeros(100), gr.View(100, space="device"), gr.View(100, space="pinned")
    there.fill(0.0)
    g.copy(there, host)
    g.parallel_for(100, axpy, 2.0, there, there, space="sim")
    g.parallel_for(100, increment, there, space="sim")
    total = g.parallel_reduce(100, single, there, space="sim")
    g.copy(pinned, there)
    g.parallel_for(100, axpy, 1.0, pinned, pinned, space="sim")
    g.parallel_for(100, increment, pinned)
    g.call(lambda: host.__setitem__(slice(None), pinned.numpy()))
    return g, host, total


@gr.kernel
def increment(i, x):
    x[i] += 1


def test_graphs_of_both():
    g, host, total = mixed_graph()
    for _ in range(4):
        before = host.copy()
        g.submit()
        inside = 3 * before + 1
        assert np.array_equal(host, 2 * inside + 1) and total.result == np.sum(inside * inside)
    with gr.Instance(1) as instance:
        g.submit(instance)
    x, y = device(np.arange(5)), gr.View(5, np.int64, space="device")
    g = gr.Graph()
    g.parallel_for(gr.range(1, 5), inverse, x, y, space="sim")
    g.submit()
    assert y.copy(space="host").numpy()[1:].tolist() == [1, 0, 0, 0]
    g = gr.Graph()
    g.parallel_for(5, inverse, x, y, space="sim")
    with pytest.raises(ZeroDivisionError, match="division or modulo by zero"):
        g.submit()


def test_graphs_whose_device_is_late_or_lost():
    text = """
import granum as gr, numpy as np, test_device as here
g, host, total = here.mixed_graph()
try:
    for _ in range(3):
        g.submit()
    print(host[7], total.result)
except gr.Error as error:
    print(error)
"""
    def said(**settings):
        done = subprocess.run([sys.executable, "-c", text], env={**os.environ, **settings}, capture_output=True, text=True,
                              cwd=os.path.dirname(__file__), timeout=120, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout
    assert said(GRANUM_SIM_LATE="1", GRANUM_SIM_SEED="3") == "129.0 409600.0\n"
    assert "is lost" in said(GRANUM_SIM_FAULT="5")


def test_host_arrays_are_refused_by_name():
    x, y = np.ones(3), device(np.ones(3))
    for wrong in (x, gr.View.wrap(x)):
        with pytest.raises(TypeError, match=r"axpy: argument 'x' lies in host memory, expected a View that the device "
                                            r"reaches.*View.wrap\(a\).copy\(space='device'\)"):
            gr.parallel_for(3, axpy, 1.0, wrong, y, space="sim")
    with pytest.raises(TypeError, match=r"axpy: argument 'y' is a View in device memory, expected one that the host "
                                        r"reaches.*view.copy\(space='host'\)"):
        gr.parallel_for(3, axpy, 1.0, x, y)
    with pytest.raises(TypeError, match=r"axpy: argument 'a' is a View of rank 0 in device memory.*view\[\(\)\]"):
        gr.parallel_for(3, axpy, gr.View((), space="device"), x, x)
    assert x.sum() == 3 and y[0] == 1


def test_what_the_host_may_not_ask_of_device_memory():
    x = device(np.ones(3))
    for ask, error in ((x.numpy, ValueError), (lambda: np.asarray(x), ValueError), (lambda: memoryview(x), BufferError),
                       (lambda: x.__array_interface__, AttributeError), (x.__dlpack__, BufferError)):
        with pytest.raises(error, match=r"lies in device memory.*view.copy\(space='host'\)"):
            ask()
    with pytest.raises(BufferError, match=r"lies in device memory.*dl_device=\(1, 0\)"):
        x.__dlpack__(copy=True)
    for arguments in ({"dl_device": (1, 0), "copy": False}, {"copy": False, "dl_device": (1, 0)}):
        with pytest.raises(BufferError, match=r"copy = False with dl_device = \(1, 0\), expected None or True"):
            x.__dlpack__(**arguments)
    for arguments in ({}, {"copy": True}, {"copy": None}):
        assert '"dltensor"' in repr(x.__dlpack__(dl_device=(1, 0), **arguments))
    assert x.__dlpack_device__()[0] == 12 and not hasattr(x, "__cuda_array_interface__")


def test_launches_that_name_their_space_again_and_again():
    """The second one does not ask Python; what it cannot do itself is told as by the first."""
    scale = 2.0

    @gr.kernel
    def scaled(i, x, y, bias=1.0):
        y[i] = scale * x[i] + bias

    x, y = device(np.arange(4.0)), gr.View(4, space="device")
    for _ in range(3):
        gr.parallel_for(4, scaled, x, y, 0.5, space="sim")
        assert y.copy(space="host").numpy().tolist() == [0.5, 2.5, 4.5, 6.5]
        gr.parallel_for(4, scaled, x, y, space="".join(("si", "m")))
        assert y.copy(space="host").numpy().tolist() == [1, 3, 5, 7]
        gr.parallel_for(gr.range(1, 3), scaled, x, y, bias=0.0, space="sim")
        assert y.copy(space="host").numpy().tolist() == [1, 2, 4, 7]
        a, b = np.arange(4.0), np.zeros(4)
        gr.parallel_for(4, scaled, a, b, 0.5, space="host")
        gr.parallel_for(4, scaled, a, a, 0.5, space="python")
        assert a.tolist() == b.tolist() == [0.5, 2.5, 4.5, 6.5]
        with pytest.raises(TypeError, match="scaled: argument 'x' lies in host memory, expected a View that the device reaches"):
            gr.parallel_for(4, scaled, a, y, 0.5, space="sim")
        with pytest.raises(TypeError, match="has no argument z"):
            gr.parallel_for(4, scaled, x, y, z=1, space="sim")
    scale = 3.0
    gr.parallel_for(4, scaled, x, y, 0.5, space="sim")
    assert y.copy(space="host").numpy().tolist() == [0.5, 3.5, 6.5, 9.5]


def test_spaces_that_do_not_exist():
    with pytest.raises(ValueError, match="space = 'moon', expected 'host', 'device', 'pinned' or 'managed'"):
        gr.View(3, space="moon")
    with pytest.raises(ValueError, match="space = 'cuda', expected one of host, python, sim"):
        gr.parallel_for(3, axpy, 1.0, np.ones(3), np.ones(3), space="cuda")


def test_a_backend_and_a_compiler_that_are_missing(monkeypatch):
    monkeypatch.setattr(_config, "BACKENDS", ("openmp",))
    with pytest.raises(ValueError, match="space = 'sim', expected one of host, python: build granum with "
                                         '-DGRANUM_BACKENDS="openmp;sim"'):
        toolchain.check_space("sim")
    monkeypatch.setenv("GRANUM_CXX", "/nowhere/g++")
    assert cache.key(["a"], "sim") != cache.key(["a"])
    with pytest.raises(gr.KernelCompileError, match="GRANUM_CXX = '/nowhere/g.*expected the name or path of a C"):
        toolchain.compile("", "x.so", space="sim")


def test_errors_of_kernels():
    @gr.kernel
    def divided(i, x, y):
        y[i] = x[i] // (i - 70)

    @gr.kernel(checked=True)
    def gathered(i, j, x, y):
        y[i] = x[j[i]]

    x, y, j = device(np.ones(100)), device(np.ones(100)), np.arange(100)
    with pytest.raises(ZeroDivisionError, match="by zero at i = 70"):
        gr.parallel_for(100, divided, x, y, space="sim")
    j[40] = 1000
    with pytest.raises(gr.BoundsError, match=r"index 0 of x = 1000 in j\[i\], expected 0..99"):
        gr.parallel_for(100, gathered, device(j), x, y, space="sim")
    with pytest.raises(gr.BoundsError, match="expected 0..99"):
        gr.parallel_for(101, axpy, 1.0, x, y, space="sim")


def test_the_page():
    test_language_docs.run_page(test_language_docs.DOCS / "gpu.md")


@pytest.mark.parametrize("start", range(0, KERNELS, BATCH))
def test_random_kernels_have_cpythons_bits(start, tmp_path):
    """What the emitter writes is C++, too. Entries take addresses, and the simulated device reaches the host too."""
    first = random_kernels.SEED * 1000000 + 500000
    seeds = range(first + start, first + min(start + BATCH, KERNELS))
    print("seeds", seeds)
    texts = [("r%d" % seed, random_kernels.rk.Generator(seed, "r%d" % seed).kernel()) for seed in seeds]
    unit = random_kernels.Unit(pipeline.Options(space="sim"))
    specs = random_kernels.specialised(texts, unit)
    path = str(tmp_path / "random.so")
    flags = ("-w", "-O0" if start else "-O1")
    toolchain.compile(unit.sources(), path, extra_flags=flags, rpath=True, space="sim")
    library = ctypes.CDLL(path)
    wrong = [random_kernels.compare(library, name, text, spec) for name, text, spec in specs]
    assert not any(wrong), "\n\n".join("%s\n%s" % (w, t[1]) for w, t in zip(wrong, specs) if w)


@gr.kernel
def wraps(i, a, b, k, out):
    x, y = a[i], b[i]
    s = x + y - 3 * x
    for j in range(x, x + 2, 1 + k):
        s += j
    out[i, 0] = s
    out[i, 1] = -x
    out[i, 2] = abs(x) + math.gcd(x, y) - math.lcm(x, y)
    out[i, 3] = x ** 3 + (x << 5) + x // -1
    out[i, 4] = -k * k
    gr.atomic_add(out, (0, 5), x)
    gr.atomic_mul(out, (0, 6), y)


@gr.kernel
def short(i, s: gr.Acc[gr.i32], p: gr.Prod[gr.i64], x, w):
    s += x[i] * x[i] - w[i] * w[i]
    p *= 3 + 2 * i


@gr.kernel
def league(t, a, out):
    s = 2
    for j in gr.team_range(t, len(a)):
        s += a[j] * 3
    if gr.team_single(t):
        out[t.league_rank, 0] = s


WRAPS = """
import granum as gr, numpy as np, on_device, test_device as here
from granum import toolchain
real = toolchain.Compiler.__init__
def traps(self, path, space="host"):
    real(self, path, space)
    if space == "sim":
        self.flags = tuple(f for f in self.flags if f != "-fwrapv") + (
            "-fsanitize=signed-integer-overflow", "-fsanitize-trap=all" if self.is_clang else "-fsanitize-undefined-trap-on-error")
toolchain.Compiler.__init__ = traps
a, big = np.array([2**63 - 1, -2**63, 7, -2**62] * 9), np.array([2**31 - 1, -2**31, 5, 65537] * 9, "i4")
for k in 1, 2**62:
    here.both("for", 36, here.wraps, a, a[::-1].copy(), k, np.zeros((36, 7), "i8"))
here.both("reduce", 36, here.short, big, np.array([65535] * 36, "u2"))
here.both("for", gr.team(2, 32), here.league, a, np.zeros((2, 7), "i8"))
print("wrapped")
"""


def test_integers_wrap_without_the_compilers_help():
    """NVRTC has no -fwrapv: so where the simulated device's compiler ends at any sum that leaves its type."""
    done = subprocess.run([sys.executable, "-c", WRAPS], capture_output=True, text=True, cwd=os.path.dirname(__file__),
                          timeout=120, check=False)
    assert (done.returncode, done.stdout) == (0, "wrapped\n"), done.stdout + done.stderr


@gr.kernel(debug="bounds,each")
def gathered(i, j, x, index):
    x[index[i], j] = 1


@gr.kernel(debug="nan,overflow,each")
def watched(i, x, q):
    x[i] = x[i] - x[i]
    q[i] = q[i] * q[i]


def told(capfd):
    return sorted(line.replace(__file__, "FILE") for line in capfd.readouterr().err.splitlines())


def test_each_error_of_a_device_is_told(capfd):
    """As on the host, after the launch: ten of them by line, argument, index and shape, and how many there were."""
    x, index = device(np.zeros((4, 6))), device(np.array([0, 9, 2]))
    with pytest.raises(gr.BoundsError, match=r"index 0 of x = 9 in index\[i\]"):
        gr.parallel_for((3, 2), gathered, x, index, space="sim")
    line = gathered.function.__code__.co_firstlineno + 2
    assert told(capfd) == [f"granum: FILE:{line}:5: gathered(): index 0 of x = 9 in index[i], expected 0..3 where the "
                           "shape of x is (4, 6)"] * 2 + ["granum: gathered(): 2 errors in all"]
    assert x.copy(space="host").numpy().sum() == 4          # the rest went on
    for _ in range(2):
        with pytest.raises(gr.BoundsError):
            gr.parallel_for((500, 6), gathered, x, device(np.full(500, -1)), space="sim")
        said = told(capfd)
        assert len(said) == 11 and said[-1] == "granum: gathered(): 3000 errors in all"
    gr.parallel_for((1, 6), gathered, x, index, space="sim")
    assert told(capfd) == []
    a, q = device(np.array([1.0, np.inf, 3.0])), device(np.array([3, 4, 2**40]))
    with pytest.raises((FloatingPointError, OverflowError)):
        gr.parallel_for(3, watched, a, q, space="sim")
    line = watched.function.__code__.co_firstlineno + 2
    assert told(capfd) == sorted([
        f"granum: FILE:{line}:5: watched(): a NaN is assigned to x[i] at i = 1",
        f"granum: FILE:{line + 1}:12: watched(): integer overflow in q[i] * q[i] at i = 2",
        "granum: watched(): 2 errors in all"])
