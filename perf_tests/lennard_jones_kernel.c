/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file lennard_jones_kernel.c
 * @brief Forces between atoms as a granum user writes them: a team a cell, neighbours in scratch.
 */
#include "lennard_jones.h"

#include <math.h>

gr_status lennard_jones_make(lennard_jones_data *d, gr_index crystal) {
    const gr_index n = 4 * crystal * crystal * crystal;
    const double box = cbrt((double)n / 0.8442);
    const gr_index m = (gr_index)(box / LENNARD_JONES_CUTOFF);

    d->s.m = m;
    d->s.box = box;
    GR_TRY(GR_CREATE(&d->x, "x", 3, n));
    GR_TRY(GR_CREATE(&d->force, "force", 3, n));
    GR_TRY(GR_CREATE(&d->expected, "expected", 3, n));
    GR_TRY(GR_CREATE(&d->s.first, "first", m * m * m + 1));
    GR_TRY(GR_CREATE(&d->s.order, "order", n));
    GR_TRY(GR_CREATE(&d->s.x, "x, by cells", 3, n));
    cells_shake(d->x, crystal, box);
    return cells_sort(&d->s, d->x);
}

void lennard_jones_granum(void *data) {
    const lennard_jones_data *d = (const lennard_jones_data *)data;
    const cells s = d->s;
    const gr_view2_f64 force = d->force;
    const gr_index m = s.m;

    GR_PARALLEL_TEAM("forces", t,
                     gr_with_scratch(gr_teams(m * m * m, GR_AUTO), 0, 3 * 8 * s.room + 64, 0)) {
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
                const bool there = r2 < LENNARD_JONES_CUTOFF * LENNARD_JONES_CUTOFF && r2 > 0.0;
                const double f = there ? 48.0 * p6 * (p6 - 0.5) * p2 : 0.0;

                fx += f * dx;
                fy += f * dy;
                fz += f * dz;
            };
            GR_THREAD_SINGLE(t) {
                GR_AT(force, 0, a) = fx;
                GR_AT(force, 1, a) = fy;
                GR_AT(force, 2, a) = fz;
            };
        };
    };
}
