/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file spmv_kernel.c
 * @brief The products as a granum user writes them; see examples/spmv.c.
 */
#include "spmv.h"

gr_status spmv_make_laplace27(spmv_data *d, gr_index n) {
    GR_TRY(csr_laplace27(&d->a, n));
    return csr_vector(&d->x, csr_rows(d->a));
}

gr_status spmv_make_power_law(spmv_data *d, gr_index rows) {
    GR_TRY(csr_power_law(&d->a, rows));
    return csr_vector(&d->x, rows);
}

gr_status spmv_load(spmv_data *d, const char *folder, const char *name) {
    GR_TRY(csr_load(&d->a, folder, name));
    return csr_load_vector(&d->x, folder, name, "x");
}

void spmv_rows_granum(void *data) {
    const spmv_data *d = (const spmv_data *)data;
    const csr a = d->a;
    const gr_view1_f64 x = d->x, y = d->y;

    GR_PARALLEL_FOR("spmv", i, gr_range(0, y.extent[0])) {
        double sum = 0;

        for (int64_t k = GR_AT(a.row, i); k < GR_AT(a.row, i + 1); ++k) {
            sum += GR_AT(a.val, k) * GR_AT(x, GR_AT(a.col, k));
        }
        GR_AT(y, i) = sum;
    };
}

void spmv_nonzeros_granum(void *data) {
    const spmv_data *d = (const spmv_data *)data;
    const csr a = d->a;
    const gr_view1_f64 x = d->x, y = d->y, carry = d->carry;
    const gr_view1_i64 goes_on = d->goes_on;
    const int64_t n = y.extent[0], all = n + a.val.extent[0];
    const gr_index pieces = SPMV_PIECES, piece = (all + pieces - 1) / pieces;

    GR_PARALLEL_FOR("pieces", p, gr_range(0, pieces)) {
        const int64_t begin = p * piece < all ? p * piece : all;
        const int64_t end = begin + piece < all ? begin + piece : all;
        const int64_t last = spmv_rows_before(a.row.data, n, end);
        int64_t i = spmv_rows_before(a.row.data, n, begin), k = begin - i;
        double sum = 0;

        for (; i < last; ++i) {
            for (; k < GR_AT(a.row, i + 1); ++k) {
                sum += GR_AT(a.val, k) * GR_AT(x, GR_AT(a.col, k));
            }
            GR_AT(y, i) = sum;
            sum = 0;
        }
        for (; k < end - last; ++k) {
            sum += GR_AT(a.val, k) * GR_AT(x, GR_AT(a.col, k));
        }
        GR_AT(goes_on, p) = last;
        GR_AT(carry, p) = sum;
    };
    GR_PARALLEL_FOR("carry", p, gr_range(0, pieces)) {
        const int64_t i = GR_AT(goes_on, p);

        if (i < n && (p == 0 || GR_AT(goes_on, p - 1) != i)) {
            double sum = 0;

            for (gr_index q = p; q < pieces && GR_AT(goes_on, q) == i; ++q) {
                sum += GR_AT(carry, q);
            }
            GR_AT(y, i) += sum;
        }
    };
}
