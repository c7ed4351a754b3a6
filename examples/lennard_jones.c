/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file lennard_jones.c
 * @brief Forces between atoms that see only their neighbourhood, the same bits on every run.
 *
 *     lennard_jones [CRYSTAL]     4 CRYSTAL^3 atoms, argon near its triple point
 *
 * Atoms are sorted into cells as wide as the force reaches (cells.h). A team takes a cell: it
 * gathers the atoms of the 27 cells around it into scratch memory, shifted where the box repeats
 * itself, and each thread sums the force on an atom of the cell over all of them with vector lanes.
 * Every pair is computed twice, so nobody writes to another's atom: no atomics, and one order of
 * adding.
 *
 * Checked against all pairs, without cells, by another form of the formula.
 */
#include "cells.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CUTOFF 2.5 /* both in units of an atom's size */
#define DENSITY 0.8442

/* force: (3, n), by the atoms' own numbers. */
static gr_status forces(cells s, gr_view2_f64 force, int threads) {
    const gr_index m = s.m;
    gr_team_policy policy =
        gr_with_scratch(gr_teams(m * m * m, GR_AUTO), 0, 3 * 8 * s.room + 64, 0);

    policy = gr_with_threads(policy, threads);
    GR_PARALLEL_TEAM("forces", t, policy) {
        const gr_index c = t.league_rank;
        gr_view2_f64 near;
        gr_index count = 0;

        GR_SCRATCH_VIEW(&near, t, 0, 3, s.room);
        for (int around = 0; around < 27; ++around) {
            const gr_index i = c / (m * m) + around / 9 - 1, j = c / m % m + around / 3 % 3 - 1;
            const gr_index l = c % m + around % 3 - 1;
            const gr_index other = ((i + m) % m * m + (j + m) % m) * m + (l + m) % m;
            const gr_index lo = GR_AT(s.first, other), to = count - lo;
            const double di = i < 0 ? -s.box : i < m ? 0 : s.box;
            const double dj = j < 0 ? -s.box : j < m ? 0 : s.box;
            const double dl = l < 0 ? -s.box : l < m ? 0 : s.box;

            GR_TEAM_FOR(t, k, lo, GR_AT(s.first, other + 1)) {
                GR_AT(near, 0, to + k) = GR_AT(s.x, 0, k) + di;
                GR_AT(near, 1, to + k) = GR_AT(s.x, 1, k) + dj;
                GR_AT(near, 2, to + k) = GR_AT(s.x, 2, k) + dl;
            };
            count += GR_AT(s.first, other + 1) - lo;
        }
        /* Reductions go by rows of 32 lanes: fill the last one with atoms out of reach. */
        const gr_index filled = (count + 31) / 32 * 32;
        GR_TEAM_FOR(t, k, count, filled) {
            GR_AT(near, 0, k) = GR_AT(near, 1, k) = GR_AT(near, 2, k) = -9.0 * s.box;
        };
        GR_TEAM_BARRIER(t);
        GR_TEAM_THREAD_FOR(t, a, GR_AT(s.first, c), GR_AT(s.first, c + 1)) {
            const double x = GR_AT(s.x, 0, a), y = GR_AT(s.x, 1, a), z = GR_AT(s.x, 2, a);
            double fx, fy, fz;

            GR_THREAD_VECTOR_REDUCE(t, k, 0, filled, GR_SUM(double, fx), GR_SUM(double, fy),
                                    GR_SUM(double, fz)) {
                const double dx = x - GR_AT(near, 0, k), dy = y - GR_AT(near, 1, k);
                const double dz = z - GR_AT(near, 2, k), r2 = dx * dx + dy * dy + dz * dz;
                const double p2 = 1.0 / r2, p6 = p2 * p2 * p2;
                const bool there = r2 < CUTOFF * CUTOFF && r2 > 0.0; /* and not the atom itself */
                const double f = there ? 48.0 * p6 * (p6 - 0.5) * p2 : 0.0;

                fx += f * dx;
                fy += f * dy;
                fz += f * dz;
            };
            GR_THREAD_SINGLE(t) {
                GR_AT(force, 0, GR_AT(s.order, a)) = fx;
                GR_AT(force, 1, GR_AT(s.order, a)) = fy;
                GR_AT(force, 2, GR_AT(s.order, a)) = fz;
            };
        };
    };
    return gr_fence();
}

/* All pairs, each at its nearest image, by powers of the distance: the largest difference. */
static double off(gr_view2_f64 x, gr_view2_f64 force, double box) {
    const gr_index n = x.extent[1];
    double worst = 0;

    for (gr_index a = 0; a < n; ++a) {
        double f[3] = {0, 0, 0};

        for (gr_index b = 0; b < n; ++b) {
            double d[3], r = 0;

            for (int k = 0; k < 3; ++k) {
                d[k] = GR_AT(x, k, a) - GR_AT(x, k, b);
                d[k] -= box * floor(d[k] / box + 0.5);
                r += d[k] * d[k];
            }
            if (b == a || r >= CUTOFF * CUTOFF) {
                continue;
            }
            r = sqrt(r);
            for (int k = 0; k < 3; ++k) {
                f[k] += (48 * pow(r, -13) - 24 * pow(r, -7)) * d[k] / r;
            }
        }
        for (int k = 0; k < 3; ++k) {
            worst = fmax(worst, fabs(f[k] - GR_AT(force, k, a)));
        }
    }
    return worst;
}

static gr_status run(gr_index crystal) {
    const gr_index n = 4 * crystal * crystal * crystal;
    const double box = cbrt((double)n / DENSITY);
    const gr_index m = (gr_index)(box / CUTOFF);
    gr_view2_f64 x, force, again;
    cells s;
    double px, py, pz, most;

    GR_REQUIRE(m >= 3, GR_INVALID_ARG, "CRYSTAL = %td, expected 5 or more", crystal);
    s.m = m;
    s.box = box;
    GR_TRY(GR_CREATE(&x, "x", 3, n));
    GR_TRY(GR_CREATE(&force, "force", 3, n));
    GR_TRY(GR_CREATE(&again, "force, again", 3, n));
    GR_TRY(GR_CREATE(&s.first, "first", m * m * m + 1));
    GR_TRY(GR_CREATE(&s.order, "order", n));
    GR_TRY(GR_CREATE(&s.x, "x, by cells", 3, n));
    cells_shake(x, crystal, box);
    GR_TRY(cells_sort(&s, x));
    gr_timer timer = gr_timer_start();
    GR_TRY(forces(s, force, GR_AUTO));
    const double seconds = gr_timer_seconds(timer);
    for (int threads = 1; threads <= 4; ++threads) {
        GR_TRY(cells_sort(&s, x));
        GR_TRY(forces(s, again, threads));
        GR_REQUIRE(!memcmp(force.data, again.data, (size_t)(3 * n) * sizeof(double)), GR_INTERNAL,
                   "forces on %d threads differ, expected the same bits", threads);
    }
    GR_PARALLEL_REDUCE("total", a, gr_range(0, n), GR_SUM(double, px), GR_SUM(double, py),
                       GR_SUM(double, pz), GR_MAX(double, most)) {
        const double x2 = GR_AT(force, 0, a) * GR_AT(force, 0, a);
        const double y2 = GR_AT(force, 1, a) * GR_AT(force, 1, a);
        const double z2 = GR_AT(force, 2, a) * GR_AT(force, 2, a);
        const double size = sqrt(x2 + y2 + z2);

        px += GR_AT(force, 0, a);
        py += GR_AT(force, 1, a);
        pz += GR_AT(force, 2, a);
        most = size > most ? size : most;
    };
    GR_TRY(gr_fence());
    const double error = off(x, force, box), drift = fabs(px) + fabs(py) + fabs(pz);
    printf(
        "%td atoms in %td cells, %.2f ms; forces of up to %.1f, the same bits on 1 to 4 threads\n"
        "off the sum over all pairs by %.1e, all forces together %.1e\n",
        n, m * m * m, 1e3 * seconds, most, error, drift);
    GR_TRY(GR_RELEASE(&x));
    GR_TRY(GR_RELEASE(&force));
    GR_TRY(GR_RELEASE(&again));
    GR_TRY(GR_RELEASE(&s.first));
    GR_TRY(GR_RELEASE(&s.order));
    GR_TRY(GR_RELEASE(&s.x));
    /* A pair at distance r pushes with up to 48 / r^13, here up to a few hundred, rounded some ten
     * times on either side; positions are rounded at the size of the box. */
    GR_REQUIRE(error < 1e-10 && drift < 1e-12 * (double)n, GR_INTERNAL,
               "error, drift = %g, %g, expected rounding", error, drift);
    return GR_SUCCESS;
}

int main(int argc, char **argv) {
    if (gr_initialize_args(&argc, argv, NULL) || run(argc > 1 ? atol(argv[1]) : 8) ||
        gr_finalize()) {
        const gr_error *e = gr_last_error();
        fprintf(stderr, "lennard_jones: %s (%s:%d)\n", e->message, e->file, e->line);
        return 1;
    }
    return 0;
}
