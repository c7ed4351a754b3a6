/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file histogram_kernel.c
 * @brief A histogram as a granum user writes it: every piece of the keys has bins of its own.
 */
#include "histogram.h"

#include <granum/reduce_array.h>

void histogram_granum(void *data) {
    const histogram_data *d = (const histogram_data *)data;
    const gr_view1_i64 keys = d->keys, bins = d->bins;
    const gr_view2_i64 parts = d->parts;
    const gr_index n = keys.extent[0], pieces = parts.extent[0], count = bins.extent[0];

    GR_PARALLEL_FOR("count", p, gr_range(0, pieces)) {
        for (gr_index b = 0; b < count; b++)
            GR_AT(parts, p, b) = 0;
        for (gr_index i = n * p / pieces; i < n * (p + 1) / pieces; i++)
            GR_AT(parts, p, GR_AT(keys, i)) += 1;
    };
    GR_PARALLEL_FOR("join", b, gr_range(0, count)) {
        int64_t sum = 0;

        for (gr_index p = 0; p < pieces; p++)
            sum += GR_AT(parts, p, b);
        GR_AT(bins, b) = sum;
    };
}

void histogram_array(void *data) {
    const histogram_data *d = (const histogram_data *)data;
    const gr_view1_i64 keys = d->keys, bins = d->bins;
    const gr_index n = keys.extent[0];

    GR_PARALLEL_REDUCE_ARRAY("histogram", i, gr_range(0, n),
                             GR_SUM_ARRAY(int64_t, bins, bins.extent[0])) {
        GR_AT(bins, GR_AT(keys, i)) += 1;
    };
}
