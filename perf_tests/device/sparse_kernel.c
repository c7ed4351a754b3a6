/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file sparse_kernel.c
 * @brief Sparse matrix times vector on a device: the example's own kernel.
 */
#include "device.h"

#include "../spmv_kernel.c"

gr_status device_sparse_make(device_data *d) {
    spmv_data *s = (spmv_data *)calloc(1, sizeof *s);

    GR_REQUIRE(s, GR_OUT_OF_MEMORY, "memory for a matrix = none, expected %zu B", sizeof *s);
    d->more = s;
    GR_TRY(spmv_make_laplace27(s, d->n));
    GR_TRY(GR_CREATE(&s->y, "y", csr_rows(s->a)));
    d->rows = csr_rows(s->a);
    d->row = s->a.row.data;
    d->col = s->a.col.data;
    d->val = s->a.val.data;
    d->x = s->x.data;
    d->y = s->y.data;
    return GR_SUCCESS;
}

gr_status device_sparse_drop(device_data *d) {
    spmv_data *s = (spmv_data *)d->more;

    GR_TRY(csr_release(&s->a));
    GR_TRY(GR_RELEASE(&s->x));
    GR_TRY(GR_RELEASE(&s->y));
    free(s);
    return GR_SUCCESS;
}

gr_status device_sparse_fetch(double *to, const device_data *d, gr_index lo, gr_index count) {
    const spmv_data *s = (const spmv_data *)d->more;
    gr_view1_f64 part;
    gr_view1_f64_right host;

    GR_TRY(GR_SUBVIEW(&part, s->y, gr_slice(lo, lo + count)));
    GR_TRY(GR_WRAP(&host, to, count));
    return gr_deep_copy(GR_ANY(host), GR_ANY(part));
}

void device_spmv_granum(void *data) {
    const spmv_data *s = (const spmv_data *)((const device_data *)data)->more;

    by_vectors(s->a, s->x, s->y, 32);
}
