/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file debug_kernel.c
 * @brief A triad (24 B, 2 flop an element) and a 27-point stencil (16 B, 54 flop an element).
 */
#include "debug.h"

void debug_triad(const debug_data *d) {
    const gr_view1_f64 a = d->a, b = d->b, c = d->c;

    GR_PARALLEL_FOR("triad", i, gr_range(0, a.extent[0])) {
        GR_AT(a, i) = GR_AT(b, i) + 0.4 * GR_AT(c, i);
    };
}

void debug_stencil27(const debug_data *d) {
    const gr_view3_f64 out = d->out, in = d->in;
    const gr_index n = in.extent[0];

    GR_PARALLEL_FOR_3D("stencil27", i, j, k, gr_range_3d(1, n - 1, 1, n - 1, 1, n - 1)) {
        double sum = 0;

        for (int p = -1; p <= 1; p++) {
            for (int q = -1; q <= 1; q++) {
                for (int r = -1; r <= 1; r++) {
                    sum += DEBUG_WEIGHT((p != 0) + (q != 0) + (r != 0)) *
                           GR_AT(in, i + p, j + q, k + r);
                }
            }
        }
        GR_AT(out, i, j, k) = sum;
    };
}
