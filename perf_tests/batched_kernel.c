/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file batched_kernel.c
 * @brief LU with partial pivoting as a granum user writes it: the example's own kernel.
 */
#include "batched.h"

int batched_main(int argc, char **argv);

#define main batched_main
#include "../examples/batched.c"

void batched_granum(void *data) {
    const batched_data *d = (const batched_data *)data;

    solve(d->a, d->b, d->x, d->info);
}
