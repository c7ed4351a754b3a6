/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file bench_cg.c
 * @brief Does a whole solver run at the speed of its loops? (a step: 12 B a nonzero and 104 B a
 * row; 2 flop a nonzero and 10 a row)
 */
#include "cg.h"
#include "harness/bench.h"
#include "harness/groups.h"

#include <math.h>

static void reset(void *data) {
    cg_data *d = (cg_data *)data;

    for (gr_index i = 0; i < d->x.extent[0]; i++)
        d->x.data[i] = NAN;
    d->rr = NAN;
}

/* How far the solver's own residual, over the norm of b, is from that of its x in long double; and
 * 100 steps reach 1e-3 at least. */
static double error(void *data) {
    const cg_data *d = (const cg_data *)data;
    double rr = 0, bb = 0;

#pragma omp parallel for reduction(+ : rr, bb)
    for (gr_index i = 0; i < d->b.extent[0]; i++) {
        long double rest = d->b.data[i];

        for (int64_t k = d->a.row.data[i]; k < d->a.row.data[i + 1]; k++)
            rest -= (long double)d->a.val.data[k] * d->x.data[d->a.col.data[k]];
        rr += (double)(rest * rest);
        bb += d->b.data[i] * d->b.data[i];
    }
    return rr <= 1e-6 * bb ? fabs(sqrt(d->rr / bb) - sqrt(rr / bb)) : INFINITY;
}

void bench_group_cg(void) {
    const gr_index n = 100, rows = n * n * n;
    const double nonzeros = pow(3 * (double)n - 2, 3);
    cg_data d = {.steps = 100};
    const bench_row row = {.name = "cg.laplace27",
                           .n = rows,
                           .size = "100^3, 100 steps",
                           .bytes = d.steps * (12 * nonzeros + 104 * (double)rows),
                           .data = &d,
                           .reset = reset,
                           .run = {cg_granum, cg_twin, NULL},
                           .error = error,
                           .tolerance =
                               1e-12, /* both by updates that each round, with 27 terms in a row */
                           .rounds = bench_quick() ? 3 : 5,
                           .target = {BENCH_RATIO, 1.05}};

    if (!bench_wants(row.name, rows) ||
        !bench_fits(row.name, rows, 12 * nonzeros + 48 * (double)rows))
        return;
    if (bench_made(cg_make(&d, n)))
        bench_measure(&row);
    GR_RELEASE(&d.b);
    GR_RELEASE(&d.x);
    GR_RELEASE(&d.r);
    GR_RELEASE(&d.p);
    GR_RELEASE(&d.q);
    csr_release(&d.a);
}
