/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file stream_kernel_template.h
 * @brief STREAM for one type.
 *
 * In:  REAL, VIEW, DATA, SIDE(kernel); undefined at the end.
 */

void SIDE(copy)(void *data) {
    const DATA *d = (const DATA *)data;
    const VIEW out = d->out, x = d->x;

    GR_PARALLEL_FOR("copy", i, gr_range(0, out.extent[0])) {
        GR_AT(out, i) = GR_AT(x, i);
    };
}

void SIDE(mul)(void *data) {
    const DATA *d = (const DATA *)data;
    const VIEW out = d->out, x = d->x;
    const REAL scalar = d->scalar;

    GR_PARALLEL_FOR("mul", i, gr_range(0, out.extent[0])) {
        GR_AT(out, i) = scalar * GR_AT(x, i);
    };
}

void SIDE(add)(void *data) {
    const DATA *d = (const DATA *)data;
    const VIEW out = d->out, x = d->x, y = d->y;

    GR_PARALLEL_FOR("add", i, gr_range(0, out.extent[0])) {
        GR_AT(out, i) = GR_AT(x, i) + GR_AT(y, i);
    };
}

void SIDE(triad)(void *data) {
    const DATA *d = (const DATA *)data;
    const VIEW out = d->out, x = d->x, y = d->y;
    const REAL scalar = d->scalar;

    GR_PARALLEL_FOR("triad", i, gr_range(0, out.extent[0])) {
        GR_AT(out, i) = GR_AT(x, i) + scalar * GR_AT(y, i);
    };
}

#undef REAL
#undef VIEW
#undef DATA
#undef SIDE
