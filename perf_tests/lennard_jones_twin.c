/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file lennard_jones_twin.c
 * @brief Forces between atoms in plain C + OpenMP: cells by threads, neighbours by vector lanes.
 */
#include "lennard_jones.h"

#include <stdlib.h>

#ifndef SIDE
#define SIDE(name) name##_twin
#endif

void SIDE(lennard_jones)(void *data) {
    const lennard_jones_data *d = (const lennard_jones_data *)data;
    const gr_index m = d->s.m, n = d->x.extent[1], room = d->s.room;
    const int64_t *first = d->s.first.data, *order = d->s.order.data;
    const double *x = d->s.x.data, box = d->s.box;
    double *force = d->force.data;

#pragma omp parallel
    {
        double *near = (double *)aligned_alloc(64, (size_t)(3 * 8 * room / 64 + 1) * 64);
        double *nx = near, *ny = near + room, *nz = near + 2 * room;

#pragma omp for schedule(static)
        for (gr_index c = 0; c < m * m * m; c++) {
            const gr_index i = c / (m * m), j = c / m % m, l = c % m;
            gr_index count = 0;

            for (gr_index ii = i - 1; ii <= i + 1; ii++)
                for (gr_index jj = j - 1; jj <= j + 1; jj++)
                    for (gr_index ll = l - 1; ll <= l + 1; ll++) {
                        const gr_index o = ((ii + m) % m * m + (jj + m) % m) * m + (ll + m) % m;
                        const double di = ii < 0 ? -box : ii < m ? 0 : box;
                        const double dj = jj < 0 ? -box : jj < m ? 0 : box;
                        const double dl = ll < 0 ? -box : ll < m ? 0 : box;

                        for (gr_index k = first[o]; k < first[o + 1]; k++, count++) {
                            nx[count] = x[k] + di;
                            ny[count] = x[n + k] + dj;
                            nz[count] = x[2 * n + k] + dl;
                        }
                    }
            for (gr_index a = first[c]; a < first[c + 1]; a++) {
                const double ax = x[a], ay = x[n + a], az = x[2 * n + a];
                double fx = 0, fy = 0, fz = 0;

#pragma omp simd reduction(+ : fx, fy, fz)
                for (gr_index k = 0; k < count; k++) {
                    const double dx = ax - nx[k], dy = ay - ny[k], dz = az - nz[k];
                    const double r2 = dx * dx + dy * dy + dz * dz;
                    const double p2 = 1.0 / r2, p6 = p2 * p2 * p2;
                    const bool there = r2 < LENNARD_JONES_CUTOFF * LENNARD_JONES_CUTOFF && r2 > 0.0;
                    const double f = there ? 48.0 * p6 * (p6 - 0.5) * p2 : 0.0;

                    fx += f * dx;
                    fy += f * dy;
                    fz += f * dz;
                }
                force[order[a]] = fx;
                force[n + order[a]] = fy;
                force[2 * n + order[a]] = fz;
            }
        }
        free(near);
    }
}
