/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file dgemm_kernel.c
 * @brief C += A B as a granum user writes it: the example's own kernel.
 */
#include "dgemm.h"

int dgemm_main(int argc, char **argv);

#define main dgemm_main
#include "../examples/dgemm.c"

void dgemm_granum(void *data) {
    const dgemm_data *d = (const dgemm_data *)data;

    dgemm(d->a, d->b, d->c);
}
