/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file launch_kernel.c
 * @brief Short launches and heavy iterations as a granum user writes them.
 */
#include "launch.h"

void launch_for_granum(void *data) {
    const launch_data *d = (const launch_data *)data;
    const gr_view1_f64 a = d->a, b = d->b, c = d->c;
    const double scalar = d->scalar;

    GR_PARALLEL_FOR("triad", i, gr_range(0, a.extent[0])) {
        GR_AT(a, i) = GR_AT(b, i) + scalar * GR_AT(c, i);
    };
}

void launch_reduce_granum(void *data) {
    launch_data *d = (launch_data *)data;
    const gr_view1_f64 b = d->b, c = d->c;
    double dot;

    GR_PARALLEL_REDUCE("dot", i, gr_range(0, b.extent[0]), GR_SUM(double, dot)) {
        dot += GR_AT(b, i) * GR_AT(c, i);
    };
    d->dot = dot;
}

void heavy_granum(void *data) {
    const heavy_data *d = (const heavy_data *)data;
    const gr_view1_f64 v = d->v;
    const gr_index steps = d->steps;

    GR_PARALLEL_FOR("heavy", i, gr_range(0, v.extent[0])) {
        double value = 2.0;

        HEAVY_CHAIN(value, steps);
        GR_AT(v, i) = value;
    };
}
