/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file stream_kernel.c
 * @brief STREAM as a granum user writes it.
 */
#include "stream.h"

void stream_copy_granum(void *data) {
    const stream_data *d = (const stream_data *)data;
    const gr_view1_f64 out = d->out, x = d->x;

    GR_PARALLEL_FOR("copy", i, gr_range(0, out.extent[0])) {
        GR_AT(out, i) = GR_AT(x, i);
    };
}

void stream_mul_granum(void *data) {
    const stream_data *d = (const stream_data *)data;
    const gr_view1_f64 out = d->out, x = d->x;
    const double scalar = d->scalar;

    GR_PARALLEL_FOR("mul", i, gr_range(0, out.extent[0])) {
        GR_AT(out, i) = scalar * GR_AT(x, i);
    };
}

void stream_add_granum(void *data) {
    const stream_data *d = (const stream_data *)data;
    const gr_view1_f64 out = d->out, x = d->x, y = d->y;

    GR_PARALLEL_FOR("add", i, gr_range(0, out.extent[0])) {
        GR_AT(out, i) = GR_AT(x, i) + GR_AT(y, i);
    };
}

void stream_triad_granum(void *data) {
    const stream_data *d = (const stream_data *)data;
    const gr_view1_f64 out = d->out, x = d->x, y = d->y;
    const double scalar = d->scalar;

    GR_PARALLEL_FOR("triad", i, gr_range(0, out.extent[0])) {
        GR_AT(out, i) = GR_AT(x, i) + scalar * GR_AT(y, i);
    };
}
