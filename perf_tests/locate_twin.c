/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file locate_twin.c
 * @brief Reductions with several results in plain C + OpenMP: user-declared reductions where
 * needed.
 */
#include "locate.h"

#include <math.h>

typedef struct found {
    double value;
    gr_index at;
} found;

#pragma omp declare reduction(                                                    \
    lowest:found                                                                  \
    : omp_out = omp_in.value < omp_out.value ||                                   \
                        (omp_in.value == omp_out.value && omp_in.at < omp_out.at) \
                    ? omp_in                                                      \
                    : omp_out) initializer(omp_priv = (found){INFINITY, PTRDIFF_MAX})
#pragma omp declare reduction(                                                    \
    highest:found                                                                 \
    : omp_out = omp_in.value > omp_out.value ||                                   \
                        (omp_in.value == omp_out.value && omp_in.at < omp_out.at) \
                    ? omp_in                                                      \
                    : omp_out) initializer(omp_priv = (found){-INFINITY, PTRDIFF_MAX})

void locate_minloc_twin(void *data) {
    locate_data *d = (locate_data *)data;
    const double *x = d->x.data;
    const gr_index n = d->x.extent[0];
    found least = {INFINITY, PTRDIFF_MAX};

#pragma omp parallel for schedule(static) reduction(lowest : least)
    for (gr_index i = 0; i < n; i++)
        if (x[i] < least.value) {
            least.value = x[i];
            least.at = i;
        }
    d->result[0] = least.value;
    d->result[1] = (double)least.at;
}

void locate_maxloc_twin(void *data) {
    locate_data *d = (locate_data *)data;
    const double *x = d->x.data;
    const gr_index n = d->x.extent[0];
    found most = {-INFINITY, PTRDIFF_MAX};

#pragma omp parallel for schedule(static) reduction(highest : most)
    for (gr_index i = 0; i < n; i++)
        if (x[i] > most.value) {
            most.value = x[i];
            most.at = i;
        }
    d->result[0] = most.value;
    d->result[1] = (double)most.at;
}

void locate_minmaxloc_twin(void *data) {
    locate_data *d = (locate_data *)data;
    const double *x = d->x.data;
    const gr_index n = d->x.extent[0];
    found least = {INFINITY, PTRDIFF_MAX}, most = {-INFINITY, PTRDIFF_MAX};

#pragma omp parallel for schedule(static) reduction(lowest : least) reduction(highest : most)
    for (gr_index i = 0; i < n; i++) {
        if (x[i] < least.value) {
            least.value = x[i];
            least.at = i;
        }
        if (x[i] > most.value) {
            most.value = x[i];
            most.at = i;
        }
    }
    d->result[0] = least.value;
    d->result[1] = (double)least.at;
    d->result[2] = most.value;
    d->result[3] = (double)most.at;
}

void locate_minmax_twin(void *data) {
    locate_data *d = (locate_data *)data;
    const double *x = d->x.data;
    const gr_index n = d->x.extent[0];
    double least = INFINITY, most = -INFINITY;

#pragma omp parallel for simd schedule(static) reduction(min : least) reduction(max : most)
    for (gr_index i = 0; i < n; i++) {
        least = x[i] < least ? x[i] : least;
        most = x[i] > most ? x[i] : most;
    }
    d->result[0] = least;
    d->result[1] = most;
}

void locate_stats_twin(void *data) {
    locate_data *d = (locate_data *)data;
    const double *x = d->x.data;
    const gr_index n = d->x.extent[0];
    double least = INFINITY, most = -INFINITY, sum = 0, squares = 0;

#pragma omp parallel for simd schedule(static) reduction(min : least) reduction(max : most) \
    reduction(+ : sum, squares)
    for (gr_index i = 0; i < n; i++) {
        least = x[i] < least ? x[i] : least;
        most = x[i] > most ? x[i] : most;
        sum += x[i];
        squares += x[i] * x[i];
    }
    d->result[0] = least;
    d->result[1] = most;
    d->result[2] = sum;
    d->result[3] = squares;
}
