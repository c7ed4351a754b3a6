/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file d2q9_twin.c
 * @brief A step of lattice Boltzmann in plain C + OpenMP, on planes of directions and on cells.
 */
#include "d2q9.h"

#ifndef SIDE
#define SIDE(name) name##_twin
#endif

static inline double relaxed(double f, double rate, double density, double c, double u2,
                             double push) {
    return f + rate * (density * (1.0 + 3.0 * c + 4.5 * c * c - u2) - f) + push;
}

static inline __attribute__((always_inline)) void cell(const double *restrict f, double *restrict g,
                                                       gr_index q, gr_index sx, gr_index sy,
                                                       gr_index at, double rate, double push) {
    const double w0 = 4.0 / 9, w1 = 1.0 / 9, w2 = 1.0 / 36, p1 = 3 * w1 * push, p2 = 3 * w2 * push;
    const double f0 = f[at], f1 = f[at + q - sx], f2 = f[at + 2 * q - sy];
    const double f3 = f[at + 3 * q + sx], f4 = f[at + 4 * q + sy], f5 = f[at + 5 * q - sx - sy];
    const double f6 = f[at + 6 * q + sx - sy], f7 = f[at + 7 * q + sx + sy];
    const double f8 = f[at + 8 * q - sx + sy];
    const double n = f0 + f1 + f2 + f3 + f4 + f5 + f6 + f7 + f8;
    const double u = (f1 - f3 + f5 - f6 - f7 + f8) / n, v = (f2 - f4 + f5 + f6 - f7 - f8) / n;
    const double u2 = 1.5 * (u * u + v * v);

    g[at] = relaxed(f0, rate, w0 * n, 0.0, u2, 0.0);
    g[at + q] = relaxed(f1, rate, w1 * n, u, u2, p1);
    g[at + 2 * q] = relaxed(f2, rate, w1 * n, v, u2, 0.0);
    g[at + 3 * q] = relaxed(f3, rate, w1 * n, -u, u2, -p1);
    g[at + 4 * q] = relaxed(f4, rate, w1 * n, -v, u2, 0.0);
    g[at + 5 * q] = relaxed(f5, rate, w2 * n, u + v, u2, p2);
    g[at + 6 * q] = relaxed(f6, rate, w2 * n, v - u, u2, -p2);
    g[at + 7 * q] = relaxed(f7, rate, w2 * n, -u - v, u2, -p2);
    g[at + 8 * q] = relaxed(f8, rate, w2 * n, u - v, u2, p2);
}

void SIDE(d2q9_planes)(void *data) {
    const d2q9_data *d = (const d2q9_data *)data;
    const gr_index nx = d->nx, ny = d->ny, row = ny + 2, plane = (nx + 2) * row;
    const double rate = d->rate, push = d->push, *f = d->f.data;
    double *g = d->g.data;

#pragma omp parallel for schedule(static)
    for (gr_index x = 1; x <= nx; x++) {
#pragma omp simd
        for (gr_index y = 1; y <= ny; y++)
            cell(f, g, plane, row, 1, x * row + y, rate, push);
    }
}

void SIDE(d2q9_cells)(void *data) {
    const d2q9_data *d = (const d2q9_data *)data;
    const gr_index nx = d->nx, ny = d->ny, row = 9 * (nx + 2);
    const double rate = d->rate, push = d->push, *f = d->f_cells.data;
    double *g = d->g_cells.data;

#pragma omp parallel for schedule(static)
    for (gr_index y = 1; y <= ny; y++)
        for (gr_index x = 1; x <= nx; x++)
            cell(f, g, 1, 9, row, y * row + 9 * x, rate, push);
}
