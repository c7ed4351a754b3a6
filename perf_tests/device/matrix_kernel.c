/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file matrix_kernel.c
 * @brief C += A B on a device: the example's own kernel for tiles.
 */
#include "device.h"

#include "../dgemm_kernel.c"

void device_dgemm_granum(void *data) {
    const device_data *d = (const device_data *)data;

    dgemm_tiles(d->ma, d->mb, d->mc, 256);
}
