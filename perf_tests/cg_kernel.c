/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file cg_kernel.c
 * @brief Conjugate gradients as a granum user writes them: the example's own kernels.
 */
#include "cg.h"

int cg_main(int argc, char **argv);

#define main cg_main
#include "../examples/cg.c"

gr_status cg_make(cg_data *d, gr_index n) {
    GR_TRY(csr_laplace27(&d->a, n));
    GR_TRY(csr_vector(&d->b, csr_rows(d->a)));
    GR_TRY(GR_CREATE(&d->x, "x", csr_rows(d->a)));
    GR_TRY(GR_CREATE(&d->r, "r", csr_rows(d->a)));
    GR_TRY(GR_CREATE(&d->p, "p", csr_rows(d->a)));
    return GR_CREATE(&d->q, "q", csr_rows(d->a));
}

void cg_granum(void *data) {
    cg_data *d = (cg_data *)data;
    problem s = {d->a, d->b, d->b, d->x, d->r, d->p, d->q, 0};
    int steps;

    (void)!solve(&s, 0, d->steps, &steps);
    d->rr = s.rr;
}
