/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file residual_kernel.c
 * @brief The residual as a granum user writes it.
 */
#include "residual.h"

#define A(i, j, k) GR_AT(a, i, j, k)
#define F(i, j, k) GR_AT(f, i, j, k)

void residual_granum(void *data) {
    residual_data *d = (residual_data *)data;
    const gr_view3_f64 a = d->a, f = d->f;
    const double limit = d->limit;
    double sum;

    GR_PARALLEL_REDUCE_3D("residual", i, j, k,
                          gr_range_3d(1, a.extent[0] - 1, 1, a.extent[1] - 1, 1, a.extent[2] - 1),
                          GR_SUM(double, sum)) {
        double r = RESIDUAL(F, A, i, j, k);

        if (r > limit)
            r = limit;
        sum += r * r;
    };
    d->result = sum;
}
