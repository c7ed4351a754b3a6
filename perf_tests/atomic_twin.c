/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file atomic_twin.c
 * @brief The same additions in plain C + OpenMP; the ordered ones in a serial loop.
 */
#include "atomic.h"

void atomic_add_i64_twin(void *data) {
    const atomic_data *d = (const atomic_data *)data;
    const gr_index n = d->keys.extent[0];
    const int64_t *keys = d->keys.data, *x = d->integers.data;
    int64_t *cells = d->integer_cells.data;

#pragma omp parallel for schedule(static)
    for (gr_index i = 0; i < n; i++) {
#pragma omp atomic
        cells[keys[i]] += x[i];
    }
}

void atomic_add_f64_twin(void *data) {
    const atomic_data *d = (const atomic_data *)data;
    const gr_index n = d->keys.extent[0];
    const int64_t *keys = d->keys.data;
    const double *x = d->reals.data;
    double *cells = d->real_cells.data;

#pragma omp parallel for schedule(static)
    for (gr_index i = 0; i < n; i++) {
#pragma omp atomic
        cells[keys[i]] += x[i];
    }
}

void atomic_scatter_twin(void *data) {
    const atomic_data *d = (const atomic_data *)data;
    const gr_index n = d->keys.extent[0];
    const int64_t *keys = d->keys.data;
    const double *x = d->reals.data;
    double *cells = d->real_cells.data;

    for (gr_index i = 0; i < n; i++) {
        cells[keys[i]] += x[i];
    }
}
