# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""python -m granum doctor: everything that a compilation and a launch depend on, tried."""
import os
import sys
import tempfile
import time

from . import _config, _granum, cache, toolchain

_PROBE = """
#include <granum/granum.h>
GR_API int32_t probe(const int64_t *w, void *fault) {
    double *x = (double *)w[2];
    (void)fault;
    GR_PARALLEL_FOR("probe", i, gr_range(w[0], w[1])) { x[i] += 1; };
    return 0;
}
"""


class _Report:
    def __init__(self):
        self.odd = []

    def line(self, what, value):
        print(f"{what:<12} {value}")

    def wrong(self, what, value, advice):
        self.line(what, value)
        self.odd.append(advice)


def report():
    """Print it; 1 if kernels could not be compiled and run, else 0."""
    say = _Report()
    say.line("granum", f"{_config.VERSION}, {os.path.dirname(__file__)}")
    say.line("python", f"{sys.version.split()[0]}, {sys.executable}")
    try:
        import numpy

        say.line("numpy", numpy.__version__)
    except ImportError:
        say.line("numpy", "not installed (granum runs without it, on Views)")
    say.line("threads", f"{_granum.num_threads()} of {os.cpu_count()} processors")
    _cache(say)
    works = _compiler(say)
    _devices(say)
    for advice in say.odd:
        print(f"odd: {advice}")
    if not say.odd:
        print("nothing odd")
    return 0 if works else 1


def _devices(say):
    """Each device backend of the build: what it runs on, or why on nothing; and its run-time compiler."""
    from . import rtc
    for space in toolchain.DEVICES:
        if space not in _config.BACKENDS:
            continue
        try:
            what = rtc.architecture(space)
        except _granum.Error as error:
            what = f"not usable: {error}"
        if space in toolchain.RUN_TIME:
            found = rtc.library(space)
            what += f"; compiled by {found.name}" if found else f"; {rtc.missing(space)}"
        say.line(space, what)


def _cache(say):
    try:
        cache.lookup("0" * 40)
        found = cache.entries()
        say.line("cache", f"{cache.folder()}, {len(found)} kernels, {sum(size for _, size, _ in found)} bytes "
                          f"of {cache.size_limit()}")
        top = cache.folder()
        while not os.path.exists(top):
            top = os.path.dirname(top)
        if not os.access(top, os.W_OK):
            say.odd.append(f"{top} cannot be written to: each process compiles its kernels anew; set GRANUM_CACHE_DIR")
    except (cache.CacheError, ValueError) as error:
        say.wrong("cache", cache.folder(), str(error))


def _compiler(say):
    found = toolchain.compiler()
    if found is None:
        say.wrong("compiler", "none", toolchain.no_compiler_message())
        return False
    say.line("compiler", found.path)
    say.line("flags", " ".join(found.flags))
    with tempfile.TemporaryDirectory(prefix="granum-") as folder:
        path = os.path.join(folder, "probe.so")
        start = time.perf_counter()
        try:
            toolchain.compile(_PROBE, path)
        except Exception as error:
            say.wrong("compiles", "no", str(error))
            return False
        say.line("compiles", f"a small kernel in {time.perf_counter() - start:.2f} s")
        library = _granum.Library(path)

        class Probe(_granum.KernelBase):
            def _specialise(self, pattern, rank, types):
                return _granum.Plan(library.address("probe"), library, pattern, rank, types, writes=1)

        view = _granum.View(1)
        launch = Probe().bind(1, view)
        for _ in range(1000):
            launch()
        start = time.perf_counter()
        for _ in range(100_000):
            launch()
        say.line("launches", f"in {(time.perf_counter() - start) / 100_000 * 1e9:.0f} ns, bound")
        if view[0] != 101_000:
            say.odd.append(f"the probe counted {view[0]:.0f} launches, expected 101000")
            return False
    return True
