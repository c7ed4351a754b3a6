/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file d2q9_cells_kernel.c
 * @brief A step of lattice Boltzmann as a granum user writes it, cell by cell: the same kernel of
 * the example's.
 */
#include "d2q9.h"

int d2q9_cells_main(int argc, char **argv);

#define D2Q9_CELLS
#define main d2q9_cells_main
#include "../examples/d2q9.c"

void d2q9_cells_granum(void *data) {
    const d2q9_data *d = (const d2q9_data *)data;

    step(d->f_cells, d->g_cells, d->nx, d->ny, d->rate, d->push);
}
