/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file cg_kernel.c
 * @brief Conjugate gradients as a granum user writes them; see examples/cg.c.
 */
#include "cg.h"

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
    const csr a = d->a;
    const gr_view1_f64 b = d->b, x = d->x, r = d->r, p = d->p, q = d->q;
    const gr_index n = b.extent[0];
    double rr;

    GR_PARALLEL_REDUCE("start", i, gr_range(0, n), GR_SUM(double, rr)) {
        GR_AT(x, i) = 0;
        GR_AT(r, i) = GR_AT(p, i) = GR_AT(b, i);
        rr += GR_AT(b, i) * GR_AT(b, i);
    };
    for (int step = 0; step < d->steps; ++step) {
        double pq, next;

        GR_PARALLEL_REDUCE("q = A p, p q", i, gr_range(0, n), GR_SUM(double, pq)) {
            double sum = 0;

            for (int64_t k = GR_AT(a.row, i); k < GR_AT(a.row, i + 1); ++k) {
                sum += GR_AT(a.val, k) * GR_AT(p, GR_AT(a.col, k));
            }
            GR_AT(q, i) = sum;
            pq += sum * GR_AT(p, i);
        };
        const double alpha = rr / pq;
        GR_PARALLEL_REDUCE("x, r, r r", i, gr_range(0, n), GR_SUM(double, next)) {
            const double rest = GR_AT(r, i) - alpha * GR_AT(q, i);

            GR_AT(x, i) += alpha * GR_AT(p, i);
            GR_AT(r, i) = rest;
            next += rest * rest;
        };
        const double beta = next / rr;
        GR_PARALLEL_FOR("p", i, gr_range(0, n)) {
            GR_AT(p, i) = GR_AT(r, i) + beta * GR_AT(p, i);
        };
        rr = next;
    }
    d->rr = rr;
}
