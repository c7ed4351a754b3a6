/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file grid_kernel.c
 * @brief Grids on a device: the stencils of the host's bench, and the transposing copy.
 */
#include "device.h"

#include "../stencil_kernel.c"

void device_set_grids(device_data *d) {
    const device_data x = *d;
    const gr_index *n = x.u.extent, *m = x.ma.extent;

    GR_PARALLEL_FOR_2D("set 2D", i, j, gr_range_2d(0, x.p.extent[0], 0, x.p.extent[1])) {
        GR_AT(x.p, i, j) = (double)((3 * i + 5 * j) % 101);
        GR_AT(x.t, i, j) = (double)((3 * i + 5 * j) % 101);
    };
    GR_PARALLEL_FOR_3D("set 3D", i, j, k, gr_range_3d(0, n[0], 0, n[1], 0, n[2])) {
        GR_AT(x.u, i, j, k) = (double)((3 * i + 5 * j + 7 * k) % 101);
    };
    GR_PARALLEL_FOR_2D("set matrices", i, j, gr_range_2d(0, m[0], 0, m[1])) {
        GR_AT(x.ma, i, j) = (double)((3 * i + 5 * j) % 17 - 8);
        GR_AT(x.mb, i, j) = (double)((7 * i + j) % 13 - 6);
    };
}

void device_transpose_granum(void *data) {
    const device_data *d = (const device_data *)data;

    (void)!gr_deep_copy(GR_ANY(d->q), GR_ANY(d->t));
}

void device_jacobi_2d_granum(void *data) {
    const device_data *d = (const device_data *)data;
    jacobi2d_data x = {d->q, d->p, {0}};

    stencil_jacobi2d_granum(&x);
}

void device_jacobi_3d_granum(void *data) {
    const device_data *d = (const device_data *)data;
    jacobi3d_data x = {d->v, d->u, {0}};

    stencil_jacobi3d_granum(&x);
}
