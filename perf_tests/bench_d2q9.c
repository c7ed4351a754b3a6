/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file bench_d2q9.c
 * @brief What does a step of lattice Boltzmann cost whose data lie by direction, or by cell? (144 B
 * and 130 flops a cell)
 */
#include "d2q9.h"
#include "harness/bench.h"
#include "harness/groups.h"

#include <float.h>
#include <math.h>

static const int along[9][2] = {{0, 0}, {1, 0},  {0, 1},   {-1, 0}, {0, -1},
                                {1, 1}, {-1, 1}, {-1, -1}, {1, -1}};

/* Direction by direction, from the formulas. */
static void expect(const d2q9_data *d) {
    for (gr_index x = 1; x <= d->nx; x++) {
        for (gr_index y = 1; y <= d->ny; y++) {
            double n = 0, u[2] = {0, 0};

            for (int q = 0; q < 9; q++) {
                const double f = GR_AT(d->f, q, x - along[q][0], y - along[q][1]);

                n += f;
                u[0] += along[q][0] * f;
                u[1] += along[q][1] * f;
            }
            for (int q = 0; q < 9; q++) {
                const double f = GR_AT(d->f, q, x - along[q][0], y - along[q][1]);
                const double c = (along[q][0] * u[0] + along[q][1] * u[1]) / n;
                const double w = q == 0 ? 4.0 / 9 : q < 5 ? 1.0 / 9 : 1.0 / 36;
                const double uu = (u[0] * u[0] + u[1] * u[1]) / (n * n);
                const double even = w * n * (1 + 3 * c + 4.5 * c * c - 1.5 * uu);

                GR_AT(d->expected, q, x, y) =
                    f + d->rate * (even - f) + 3 * w * d->push * along[q][0];
            }
        }
    }
}

static void reset(void *data) {
    const d2q9_data *d = (const d2q9_data *)data;

    if (d->g.data)
        GR_FILL(d->g, NAN);
    else
        GR_FILL(d->g_cells, NAN);
}

static double error(void *data) {
    const d2q9_data *d = (const d2q9_data *)data;
    double worst = 0;

    for (int q = 0; q < 9; q++) {
        for (gr_index x = 1; x <= d->nx; x++) {
            for (gr_index y = 1; y <= d->ny; y++) {
                const double g = d->g.data ? GR_AT(d->g, q, x, y) : GR_AT(d->g_cells, q, x, y);

                worst = fmax(worst, bench_relative(g, GR_AT(d->expected, q, x, y)));
            }
        }
    }
    return worst;
}

static void measure(const char *name, void (*granum)(void *), void (*twin)(void *),
                    void (*best)(void *), bool cells) {
    const gr_index n = 1024, numbers = 9 * (n + 2) * (n + 2);
    d2q9_data d = {.nx = n, .ny = n, .rate = 1.1, .push = 1e-4};
    const bench_row row = {.name = name,
                           .n = n * n,
                           .size = "1024 x 1024",
                           .bytes = 144.0 * (double)(n * n),
                           .data = &d,
                           .reset = reset,
                           .run = {granum, twin, best},
                           .error = error,
                           /* Nine numbers of like size are added, and twice as many roundings of
                            * that size follow. */
                           .tolerance = 64 * DBL_EPSILON,
                           .target = {BENCH_RATIO, 1.05}};

    if (!bench_wants(name, n * n) || !bench_fits(name, n * n, 24.0 * (double)numbers))
        return;
    if (bench_made(GR_CREATE(&d.f, "f", 9, n + 2, n + 2)) &&
        bench_made(GR_CREATE(&d.expected, "expected", 9, n + 2, n + 2))) {
        bench_fill_f64(d.f.data, numbers, 0.1, 0.11, 17);
        expect(&d);
        if (!cells) {
            if (bench_made(GR_CREATE(&d.g, "g", 9, n + 2, n + 2)))
                bench_measure(&row);
        } else if (bench_made(GR_CREATE(&d.f_cells, "f", 9, n + 2, n + 2)) &&
                   bench_made(GR_CREATE(&d.g_cells, "g", 9, n + 2, n + 2)) &&
                   bench_made(gr_deep_copy(GR_ANY(d.f_cells), GR_ANY(d.f)))) {
            GR_RELEASE(&d.f);
            bench_measure(&row);
        }
    }
    GR_RELEASE(&d.f);
    GR_RELEASE(&d.g);
    GR_RELEASE(&d.f_cells);
    GR_RELEASE(&d.g_cells);
    GR_RELEASE(&d.expected);
}

void bench_group_d2q9(void) {
    measure("d2q9.planes", d2q9_planes_granum, d2q9_planes_twin, d2q9_planes_best, false);
    measure("d2q9.cells", d2q9_cells_granum, d2q9_cells_twin, d2q9_cells_best, true);
}
