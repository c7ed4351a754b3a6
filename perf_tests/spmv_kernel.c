/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file spmv_kernel.c
 * @brief The products as a granum user writes them: the example's own kernels.
 */
#include "spmv.h"

int spmv_main(int argc, char **argv);

#define main spmv_main
#include "../examples/spmv.c"

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

    by_range(d->a, d->x, d->y);
}

void spmv_nonzeros_granum(void *data) {
    const spmv_data *d = (const spmv_data *)data;

    (void)!by_nonzeros(d->a, d->x, d->y);
}
