/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file lennard_jones_kernel.c
 * @brief Forces between neighbours as a granum user writes them: the example's own kernel.
 */
#include "lennard_jones.h"

#include <math.h>

int lennard_jones_main(int argc, char **argv);

#define main lennard_jones_main
#include "../examples/lennard_jones.c"

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

    (void)!forces(d->s, d->force, GR_AUTO);
}
