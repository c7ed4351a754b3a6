/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file gups_kernel.c
 * @brief Random updates as a granum user writes them: the example's own kernel.
 */
#include "gups.h"

int gups_main(int argc, char **argv);

#define main gups_main
#include "../examples/gups.c"

void gups_granum(void *data) {
    const gups_data *d = (const gups_data *)data;

    update(d->table, d->start, d->each);
}
