/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file histogram_twin.c
 * @brief A histogram in plain C + OpenMP: a reduction over an array.
 */
#include "histogram.h"

#include <string.h>

void histogram_twin(void *data) {
    const histogram_data *d = (const histogram_data *)data;
    const gr_index n = d->keys.extent[0], count = d->bins.extent[0];
    const int64_t *keys = d->keys.data;
    int64_t *bins = d->bins.data;

    memset(bins, 0, (size_t)count * sizeof *bins);
#pragma omp parallel for schedule(static) reduction(+ : bins[:count])
    for (gr_index i = 0; i < n; i++)
        bins[keys[i]]++;
}
