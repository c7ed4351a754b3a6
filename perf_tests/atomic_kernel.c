/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file atomic_kernel.c
 * @brief Atomic additions as a granum user writes them.
 */
#include "atomic.h"

void atomic_add_i64_granum(void *data) {
    const atomic_data *d = (const atomic_data *)data;
    const gr_view1_i64 keys = d->keys, x = d->integers, cells = d->integer_cells;

    GR_PARALLEL_FOR("add", i, gr_range(0, keys.extent[0])) {
        GR_ATOMIC_ADD(&GR_AT(cells, GR_AT(keys, i)), GR_AT(x, i));
    };
}

void atomic_add_f64_granum(void *data) {
    const atomic_data *d = (const atomic_data *)data;
    const gr_view1_i64 keys = d->keys;
    const gr_view1_f64 x = d->reals, cells = d->real_cells;

    GR_PARALLEL_FOR("add", i, gr_range(0, keys.extent[0])) {
        GR_ATOMIC_ADD(&GR_AT(cells, GR_AT(keys, i)), GR_AT(x, i));
    };
}

void atomic_scatter_granum(void *data) {
    const atomic_data *d = (const atomic_data *)data;

    (void)gr_scatter_add(GR_ANY(d->real_cells), GR_ANY(d->keys), GR_ANY(d->reals));
}
