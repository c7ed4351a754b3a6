/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file instance_kernel.c
 * @brief A chain of dependent operations on each thread of an instance.
 */
#include "instance.h"

void instance_chain(const heavy_data *d, gr_instance instance) {
    const gr_view1_f64 v = d->v;
    const gr_index steps = d->steps;
    const gr_range_1d_policy range = gr_range(0, v.extent[0]);

    GR_PARALLEL_FOR("chain", i, gr_on(range, instance)) {
        double value = 2.0;

        HEAVY_CHAIN(value, steps);
        GR_AT(v, i) = value;
    };
}
