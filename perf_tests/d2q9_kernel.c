/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file d2q9_kernel.c
 * @brief A step of lattice Boltzmann as a granum user writes it, for either layout.
 */
#include "d2q9.h"

GR_FUNCTION double relaxed(double f, double rate, double density, double c, double u2,
                           double push) {
    return f + rate * (density * (1.0 + 3.0 * c + 4.5 * c * c - u2) - f) + push;
}

/* The step's body once for both layouts, which differ in the order of the loops. */
#define CELL                                                                         \
    {                                                                                \
        const double f0 = GR_AT(f, 0, x, y), f1 = GR_AT(f, 1, x - 1, y);             \
        const double f2 = GR_AT(f, 2, x, y - 1), f3 = GR_AT(f, 3, x + 1, y);         \
        const double f4 = GR_AT(f, 4, x, y + 1), f5 = GR_AT(f, 5, x - 1, y - 1);     \
        const double f6 = GR_AT(f, 6, x + 1, y - 1), f7 = GR_AT(f, 7, x + 1, y + 1); \
        const double f8 = GR_AT(f, 8, x - 1, y + 1);                                 \
        const double n = f0 + f1 + f2 + f3 + f4 + f5 + f6 + f7 + f8;                 \
        const double u = (f1 - f3 + f5 - f6 - f7 + f8) / n;                          \
        const double v = (f2 - f4 + f5 + f6 - f7 - f8) / n;                          \
        const double u2 = 1.5 * (u * u + v * v);                                     \
                                                                                     \
        GR_AT(g, 0, x, y) = relaxed(f0, rate, w0 * n, 0.0, u2, 0.0);                 \
        GR_AT(g, 1, x, y) = relaxed(f1, rate, w1 * n, u, u2, p1);                    \
        GR_AT(g, 2, x, y) = relaxed(f2, rate, w1 * n, v, u2, 0.0);                   \
        GR_AT(g, 3, x, y) = relaxed(f3, rate, w1 * n, -u, u2, -p1);                  \
        GR_AT(g, 4, x, y) = relaxed(f4, rate, w1 * n, -v, u2, 0.0);                  \
        GR_AT(g, 5, x, y) = relaxed(f5, rate, w2 * n, u + v, u2, p2);                \
        GR_AT(g, 6, x, y) = relaxed(f6, rate, w2 * n, v - u, u2, -p2);               \
        GR_AT(g, 7, x, y) = relaxed(f7, rate, w2 * n, -u - v, u2, -p2);              \
        GR_AT(g, 8, x, y) = relaxed(f8, rate, w2 * n, u - v, u2, p2);                \
    }

#define LOCALS                                                              \
    const d2q9_data *d = (const d2q9_data *)data;                           \
    const gr_index nx = d->nx, ny = d->ny;                                  \
    const double rate = d->rate, w0 = 4.0 / 9, w1 = 1.0 / 9, w2 = 1.0 / 36; \
    const double p1 = 3 * w1 * d->push, p2 = 3 * w2 * d->push;

void d2q9_planes_granum(void *data) {
    LOCALS
    const gr_view3_f64_right f = d->f, g = d->g;

    GR_PARALLEL_FOR_2D("planes", x, y, gr_range_2d(1, nx + 1, 1, ny + 1))
        CELL;
}

void d2q9_cells_granum(void *data) {
    LOCALS
    const gr_view3_f64_left f = d->f_cells, g = d->g_cells;

    GR_PARALLEL_FOR_2D("cells", x, y, gr_iterate_left(gr_range_2d(1, nx + 1, 1, ny + 1)))
        CELL;
}
