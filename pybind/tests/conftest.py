# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Kernels whose C is written by hand: the launch path is tested without the compiler in front of it."""
import os

import pytest

os.environ.setdefault("OMP_WAIT_POLICY", "passive")
os.environ.setdefault("GRANUM_NUM_THREADS", "2")

from granum import _granum, toolchain  # noqa: E402

HAND_WRITTEN = r"""
#include <granum/granum.h>
#include <time.h>
typedef struct gr_py_fault { int32_t code, line; int64_t value[6]; } gr_py_fault;
#define ENTRY(name) GR_API int32_t name(const int64_t *w, gr_py_fault *fault)
static double real(int64_t word) { double value; __builtin_memcpy(&value, &word, 8); return value; }

/* y += a * x with bounds checked: words lo hi a, x n s, y n s */
ENTRY(axpy) {
    const gr_index lo = w[0], hi = w[1], s = w[5], t = w[8];
    const double a = real(w[2]), *x = (const double *)w[3];
    double *y = (double *)w[6];
    if (lo < hi && (lo < 0 || hi > w[4] || hi > w[7])) {
        fault->line = 7; fault->value[0] = hi; fault->value[1] = w[4]; return 3;
    }
    GR_PARALLEL_FOR("axpy", i, gr_range(lo, hi)) { y[i * t] += a * x[i * s]; };
    return 0;
}
ENTRY(dot) {
    const gr_index lo = w[0], hi = w[1];
    const double *x = (const double *)w[2], *y = (const double *)w[5];
    double sum;
    (void)fault;
    GR_PARALLEL_REDUCE("dot", i, gr_range(lo, hi), GR_SUM(double, sum)) { sum += x[i] * y[i]; };
    *(double *)w[8] = sum;
    return 0;
}
/* the lowest value and where it lies */
ENTRY(lowest) {
    const double *x = (const double *)w[2];
    gr_loc_f64 least;
    (void)fault;
    GR_PARALLEL_REDUCE("lowest", i, gr_range(w[0], w[1]), GR_MINLOC(double, least)) {
        if (x[i] < least.value) { least.value = x[i]; least.location = i; }
    };
    *(double *)w[5] = least.value;
    *(int64_t *)w[6] = least.location;
    return 0;
}
/* b = a in two dimensions, any strides, elements of 8 bytes */
ENTRY(copy2) {
    const int64_t *a = (const int64_t *)w[4];
    int64_t *b = (int64_t *)w[9];
    const gr_index s = w[7], t = w[8], u = w[12], v = w[13];
    (void)fault;
    GR_PARALLEL_FOR_2D("copy2", i, j, gr_range_2d(w[0], w[1], w[2], w[3])) {
        b[i * u + j * v] = a[i * s + j * t];
    };
    return 0;
}
/* all words but the bounds, as they came, into an array of int64 at the end */
ENTRY(words) {
    int64_t *out = (int64_t *)w[w[1] + 2];
    (void)fault;
    for (gr_index k = 0; k < w[1]; k++) out[k] = w[k + 2];
    return 0;
}
/* sleeps for w[2] microseconds */
ENTRY(nap) {
    struct timespec time = {0, 1000 * w[2]};
    (void)fault;
    return nanosleep(&time, NULL);
}
/* says in out[0] that it runs, and waits until out[1] is set: out[2] is then 1, after 20 s 0 */
ENTRY(waits) {
    volatile int64_t *out = (volatile int64_t *)w[2];
    struct timespec time = {0, 2000000};
    int k = 0;
    (void)fault;
    out[0] = 1;
    do {
        nanosleep(&time, NULL);
    } while (!out[1] && k++ < 10000);
    out[2] = out[1];
    return 0;
}
/* a launch error: a range of two threads asks for a chunk of 0 */
ENTRY(fails) {
    (void)fault;
    GR_PARALLEL_FOR("fails", i, gr_with_chunk(gr_range(w[0], w[1]), 0)) { };
    return 0;
}
"""


@pytest.fixture(autouse=True)
def space(request, monkeypatch):
    """Launches of Python kernels go to a device where GRANUM_TEST_SPACE says so."""
    if os.environ.get("GRANUM_TEST_SPACE"):
        import on_device
        if request.node.originalname in on_device.HOST_ONLY:
            pytest.skip("looks at what the host's launches leave behind")
        on_device.everywhere(monkeypatch, os.environ["GRANUM_TEST_SPACE"])


@pytest.fixture(scope="session")
def library(tmp_path_factory):
    path = str(tmp_path_factory.mktemp("hand") / "hand.so")
    toolchain.compile(HAND_WRITTEN, path)
    return _granum.Library(path)


class HandKernel(_granum.KernelBase):
    """A kernel over one hand-written entry for every type; counts how often it was specialised."""

    def __init__(self, library, name, names, **options):
        self.library = library
        self.__name__ = name
        self.names = names
        self.options = options
        self.made = []
        self.changes = 0

    def _specialise(self, pattern, rank, types):
        self.made.append((pattern, rank, types))
        return _granum.Plan(self.library.address(self.__name__), self.library, pattern, rank, types, **self.options)

    def _argument_name(self, pattern, rank, at):
        return self.names[at]

    def _raise_fault(self, plan, code, line, values, args):
        raise IndexError(self.__name__, code, line, values[:2], len(args))

    def _constants_changed(self):
        self.changes += 1

    def _call_with(self, pattern, policy, args, kwargs):
        return _granum.launch(pattern, policy, self, *args, *(kwargs[name] for name in self.names[len(args):]))

    def _launch_other(self, pattern, policy, args):
        return ("other", pattern, policy, args)


@pytest.fixture
def axpy(library):
    return HandKernel(library, "axpy", "axy", writes=0b100)


@pytest.fixture
def dot(library):
    return HandKernel(library, "dot", "xy", results=("f64",))


@pytest.fixture
def copy2(library):
    return HandKernel(library, "copy2", "ab", writes=0b10)


@pytest.fixture
def make(library):
    return lambda name, names, **options: HandKernel(library, name, names, **options)
