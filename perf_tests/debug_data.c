/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file debug_data.c
 * @brief Arrays of the two kernels, and whether what came out is right.
 */
#include "debug_data.h"

static double value(gr_index i) {
    return 0.5 + (double)(i % 1021) / 1024; /* sums of it are exact */
}

gr_status debug_create(debug_data *d, debug_kernel kernel, gr_index n) {
    *d = (debug_data){0};
    if (kernel == DEBUG_TRIAD) {
        GR_TRY(GR_CREATE(&d->a, "a", n));
        GR_TRY(GR_CREATE(&d->b, "b", n));
        GR_TRY(GR_CREATE(&d->c, "c", n));
        for (gr_index i = 0; i < n; i++) {
            d->b.data[i] = value(i);
            d->c.data[i] = value(i + 7);
        }
        return GR_SUCCESS;
    }
    GR_TRY(GR_CREATE(&d->out, "out", n, n, n));
    GR_TRY(GR_CREATE(&d->in, "in", n, n, n));
    for (gr_index i = 0; i < n * n * n; i++) {
        d->in.data[i] = value(i);
    }
    return GR_SUCCESS;
}

void debug_release(debug_data *d) {
    GR_RELEASE(&d->in);
    GR_RELEASE(&d->out);
    GR_RELEASE(&d->c);
    GR_RELEASE(&d->b);
    GR_RELEASE(&d->a);
}

void debug_spoil(const debug_data *d) {
    for (gr_index i = 0; i < gr_view_size(GR_ANY(d->a)); i++) {
        d->a.data[i] = -1;
    }
    for (gr_index i = 0; i < gr_view_size(GR_ANY(d->out)); i++) {
        d->out.data[i] = -1;
    }
}

static double around(const debug_data *d, gr_index i, gr_index j, gr_index k) {
    double sum = 0;

    for (int p = -1; p <= 1; p++) {
        for (int q = -1; q <= 1; q++) {
            for (int r = -1; r <= 1; r++) {
                sum += DEBUG_WEIGHT((p != 0) + (q != 0) + (r != 0)) *
                       GR_AT(d->in, i + p, j + q, k + r);
            }
        }
    }
    return sum;
}

bool debug_is_right(const debug_data *d) {
    const gr_index n = d->in.extent[0];
    gr_index wrong = 0;

    for (gr_index i = 0; i < gr_view_size(GR_ANY(d->a)); i++) {
        wrong += d->a.data[i] != d->b.data[i] + 0.4 * d->c.data[i];
    }
    for (gr_index i = 1; i < n - 1; i++) {
        for (gr_index j = 1; j < n - 1; j++) {
            for (gr_index k = 1; k < n - 1; k++) {
                wrong += GR_AT(d->out, i, j, k) != around(d, i, j, k);
            }
        }
    }
    return wrong == 0;
}
