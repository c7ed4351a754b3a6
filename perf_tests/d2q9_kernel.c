/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file d2q9_kernel.c
 * @brief A step of lattice Boltzmann as a granum user writes it, direction by direction: the
 * example's own kernel.
 */
#include "d2q9.h"

int d2q9_planes_main(int argc, char **argv);

#define main d2q9_planes_main
#include "../examples/d2q9.c"

void d2q9_planes_granum(void *data) {
    const d2q9_data *d = (const d2q9_data *)data;

    step(d->f, d->g, d->nx, d->ny, d->rate, d->push);
}
