# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The same kernels in C, with granum's macros: what throughput is measured against.

They are launched through the same extension, so a difference is one of the code that the compiler
made of the Python. Words of an entry: see granum's plan.c.
"""
import os
import tempfile

from granum import _granum, toolchain

SOURCE = r"""
#include <granum/granum.h>
#include <math.h>
#define ENTRY(name) GR_API int32_t name(const int64_t *w, void *fault)
static double real(int64_t word) { double value; __builtin_memcpy(&value, &word, 8); return value; }
#define F64(k) ((double *)w[k])
#define I64(k) ((int64_t *)w[k])

ENTRY(triad) {
    double *a = F64(2);
    const double *b = F64(5), *c = F64(8), s = real(w[11]);
    (void)fault;
    GR_PARALLEL_FOR("triad", i, gr_range(w[0], w[1])) { a[i] = b[i] + s * c[i]; };
    return 0;
}
/* launches one after the other with no Python between them */
ENTRY(triads) {
    double *a = F64(2);
    const double *b = F64(5), *c = F64(8), s = real(w[11]);
    (void)fault;
    for (int64_t k = 0; k < w[12]; ++k) {
        GR_PARALLEL_FOR("triad", i, gr_range(w[0], w[1])) { a[i] = b[i] + s * c[i]; };
    }
    return 0;
}
ENTRY(dot) {
    const double *x = F64(2), *y = F64(5);
    double sum;
    (void)fault;
    GR_PARALLEL_REDUCE("dot", i, gr_range(w[0], w[1]), GR_SUM(double, sum)) { sum += x[i] * y[i]; };
    *F64(8) = sum;
    return 0;
}
ENTRY(jacobi) {
    double *b = F64(4);
    const double *a = F64(9);
    const gr_index s = w[7], t = w[12];
    (void)fault;
    GR_PARALLEL_FOR_2D("jacobi", i, j, gr_range_2d(w[0], w[1], w[2], w[3])) {
        b[i * s + j] = 0.25 * (a[i * t + j - 1] + a[i * t + j + 1] + a[(i - 1) * t + j] + a[(i + 1) * t + j]);
    };
    return 0;
}
ENTRY(scan) {
    const double *x = F64(2);
    double *out = F64(5), total;
    (void)fault;
    GR_PARALLEL_SCAN_TOTAL("scan", i, gr_range(w[0], w[1]), GR_SUM(double, acc), final, total) {
        if (final) out[i] = acc;
        acc += x[i];
    };
    *F64(8) = total;
    return 0;
}
ENTRY(histogram) {
    int64_t *count = I64(2);
    const int64_t *x = I64(5);
    (void)fault;
    GR_PARALLEL_FOR("histogram", i, gr_range(w[0], w[1])) { GR_ATOMIC_ADD(&count[x[i]], 1); };
    return 0;
}
ENTRY(spmv) {
    double *y = F64(2);
    const int64_t *start = I64(5), *column = I64(8);
    const double *value = F64(11), *x = F64(14);
    (void)fault;
    GR_PARALLEL_FOR("spmv", i, gr_range(w[0], w[1])) {
        double total = 0;
        for (int64_t k = start[i]; k < start[i + 1]; ++k) total += value[k] * x[column[k]];
        y[i] = total;
    };
    return 0;
}
ENTRY(nbody) {
    double *ax = F64(2), *ay = F64(5), *az = F64(8);
    const double *x = F64(11), *y = F64(14), *z = F64(17), *mass = F64(20), soft = real(w[23]);
    const gr_index n = w[12];
    (void)fault;
    GR_PARALLEL_FOR("nbody", i, gr_range(w[0], w[1])) {
        double fx = 0, fy = 0, fz = 0;
        for (gr_index j = 0; j < n; ++j) {
            const double dx = x[j] - x[i], dy = y[j] - y[i], dz = z[j] - z[i];
            const double r2 = dx * dx + dy * dy + dz * dz + soft, q = mass[j] / (r2 * sqrt(r2));
            fx += q * dx; fy += q * dy; fz += q * dz;
        }
        ax[i] = fx; ay[i] = fy; az[i] = fz;
    };
    return 0;
}
ENTRY(mandelbrot) {
    int64_t *count = I64(4);
    const gr_index n = w[5], m = w[6], limit = w[9];
    (void)fault;
    GR_PARALLEL_FOR_2D("mandelbrot", i, j, gr_range_2d(w[0], w[1], w[2], w[3])) {
        const double cx = -2.25 + 3.0 * (double)j / (double)m, cy = -1.125 + 2.25 * (double)i / (double)n;
        double x = 0, y = 0;
        int64_t steps = 0;
        while (steps < limit && x * x + y * y <= 4.0) {
            const double t = x * x - y * y + cx;
            y = 2.0 * x * y + cy;
            x = t;
            ++steps;
        }
        count[i * m + j] = steps;
    };
    return 0;
}
"""


class Twin(_granum.KernelBase):
    """One entry of the library above."""

    def __init__(self, library, name, results):
        self.library, self.__name__, self.results = library, name, results

    def _specialise(self, pattern, rank, types):
        return _granum.Plan(self.library.address(self.__name__), self.library, pattern, rank, types,
                            writes=(1 << 64) - 1 if not self.results else 0, results=self.results)


def load():
    """{name: Twin} of all twins, compiled now."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "twins.so")
        toolchain.compile(SOURCE, path)
        library = _granum.Library(path)
    results = {"dot": ("f64",), "scan": ("f64",)}
    return {name: Twin(library, name, results.get(name, ()))
            for name in ("triad", "triads", "dot", "jacobi", "scan", "histogram", "spmv", "nbody", "mandelbrot")}
