/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file stencil_kernel.c
 * @brief Loops over grids as a granum user writes them.
 */
#include "stencil.h"

void stencil_jacobi2d_granum(void *data) {
    const jacobi2d_data *d = (const jacobi2d_data *)data;
    const gr_view2_f64 b = d->out, a = d->in;

    GR_PARALLEL_FOR_2D("jacobi2d", i, j, gr_range_2d(1, a.extent[0] - 1, 1, a.extent[1] - 1)) {
        GR_AT(b, i, j) = 0.25 * (GR_AT(a, i - 1, j) + GR_AT(a, i + 1, j) + GR_AT(a, i, j - 1) +
                                 GR_AT(a, i, j + 1));
    };
}

void stencil_jacobi3d_granum(void *data) {
    const jacobi3d_data *d = (const jacobi3d_data *)data;
    const gr_view3_f64 b = d->out, a = d->in;

    GR_PARALLEL_FOR_3D("jacobi3d", i, j, k,
                       gr_range_3d(1, a.extent[0] - 1, 1, a.extent[1] - 1, 1, a.extent[2] - 1)) {
        GR_AT(b, i, j, k) =
            (1.0 / 6.0) * (GR_AT(a, i - 1, j, k) + GR_AT(a, i + 1, j, k) + GR_AT(a, i, j - 1, k) +
                           GR_AT(a, i, j + 1, k) + GR_AT(a, i, j, k - 1) + GR_AT(a, i, j, k + 1));
    };
}

void stencil_copy4d_granum(void *data) {
    const copy4d_data *d = (const copy4d_data *)data;
    const gr_view4_f64 b = d->out, a = d->in;
    const gr_index *n = a.extent;

    GR_PARALLEL_FOR_4D("copy4d", i, j, k, l, gr_range_4d(0, n[0], 0, n[1], 0, n[2], 0, n[3])) {
        GR_AT(b, i, j, k, l) = GR_AT(a, i, j, k, l);
    };
}

void stencil_copy5d_granum(void *data) {
    const copy5d_data *d = (const copy5d_data *)data;
    const gr_view5_f64 b = d->out, a = d->in;
    const gr_index *n = a.extent;

    GR_PARALLEL_FOR_5D("copy5d", i, j, k, l, m,
                       gr_range_5d(0, n[0], 0, n[1], 0, n[2], 0, n[3], 0, n[4])) {
        GR_AT(b, i, j, k, l, m) = GR_AT(a, i, j, k, l, m);
    };
}

void stencil_copy6d_granum(void *data) {
    const copy6d_data *d = (const copy6d_data *)data;
    const gr_view6_f64 b = d->out, a = d->in;
    const gr_index *n = a.extent;

    GR_PARALLEL_FOR_6D("copy6d", i, j, k, l, m, o,
                       gr_range_6d(0, n[0], 0, n[1], 0, n[2], 0, n[3], 0, n[4], 0, n[5])) {
        GR_AT(b, i, j, k, l, m, o) = GR_AT(a, i, j, k, l, m, o);
    };
}
