/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file bench_lennard_jones.c
 * @brief What do forces between neighbours cost, a team a cell? (48 B an atom; some 400 pairs of 20
 * flops each)
 */
#include "harness/bench.h"
#include "harness/groups.h"
#include "lennard_jones.h"

#include <float.h>
#include <math.h>

static void reset(void *data) {
    const lennard_jones_data *d = (const lennard_jones_data *)data;

    GR_FILL(d->force, NAN);
}

static double error(void *data) {
    const lennard_jones_data *d = (const lennard_jones_data *)data;

    return bench_difference_f64(d->force.data, d->expected.data, 3 * d->x.extent[1]);
}

/* An atom's forces in long double, by powers of the distance to the nearest image. */
static void expect(const lennard_jones_data *d) {
    const gr_index m = d->s.m;
    const gr_view2_f64 x = d->s.x;

#pragma omp parallel for schedule(dynamic)
    for (gr_index c = 0; c < m * m * m; c++) {
        for (gr_index a = GR_AT(d->s.first, c); a < GR_AT(d->s.first, c + 1); a++) {
            long double f[3] = {0, 0, 0};

            for (int around = 0; around < 27; around++) {
                const gr_index i = (c / (m * m) + around / 9 + m - 1) % m;
                const gr_index j = (c / m % m + around / 3 % 3 + m - 1) % m;
                const gr_index o = (i * m + j) * m + (c % m + around % 3 + m - 1) % m;

                for (gr_index b = GR_AT(d->s.first, o); b < GR_AT(d->s.first, o + 1); b++) {
                    long double r[3], rr = 0;

                    for (int k = 0; k < 3; k++) {
                        r[k] = (long double)GR_AT(x, k, a) - GR_AT(x, k, b);
                        r[k] -= r[k] > d->s.box / 2 ? d->s.box : 0;
                        r[k] += r[k] < -d->s.box / 2 ? d->s.box : 0;
                        rr += r[k] * r[k];
                    }
                    if (a == b || rr >= LENNARD_JONES_CUTOFF * LENNARD_JONES_CUTOFF)
                        continue;
                    const long double r6 = rr * rr * rr;
                    for (int k = 0; k < 3; k++)
                        f[k] += (48 / (r6 * r6 * rr) - 24 / (r6 * rr)) * r[k];
                }
            }
            for (int k = 0; k < 3; k++)
                GR_AT(d->expected, k, GR_AT(d->s.order, a)) = (double)f[k];
        }
    }
}

void bench_group_lennard_jones(void) {
    const gr_index crystal = 20, n = 4 * crystal * crystal * crystal;
    lennard_jones_data d = {0};
    const bench_row row = {.name = "lennard_jones",
                           .n = n,
                           .size = "32000 atoms",
                           .bytes = 48.0 * (double)n,
                           .data = &d,
                           .reset = reset,
                           .run = {lennard_jones_granum, lennard_jones_twin, lennard_jones_best},
                           .error = error,
                           /* Terms of a few hundred, from positions that are rounded at the size
                            * of the box: distances are off by 8 steps, their 13th power by 100. */
                           .tolerance = 4e4 * DBL_EPSILON,
                           .target = {BENCH_RATIO, 1.05}};

    if (!bench_wants(row.name, n) || !bench_fits(row.name, n, 150.0 * (double)n))
        return;
    if (bench_made(lennard_jones_make(&d, crystal))) {
        expect(&d);
        bench_measure(&row);
    }
    GR_RELEASE(&d.x);
    GR_RELEASE(&d.force);
    GR_RELEASE(&d.expected);
    GR_RELEASE(&d.s.first);
    GR_RELEASE(&d.s.order);
    GR_RELEASE(&d.s.x);
}
