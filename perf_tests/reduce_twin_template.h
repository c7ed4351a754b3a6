/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file reduce_twin_template.h
 * @brief Body of reduce_twin.c for one type.
 *
 * In:  REAL, COUNT (as wide as REAL, so that both fill the same vectors), DATA, SIDE(kernel);
 *      undefined at the end.
 */

void SIDE(dot)(void *data) {
    DATA *d = (DATA *)data;
    const REAL *x = d->x.data, *y = d->y.data;
    const gr_index n = d->x.extent[0];
    REAL sum = 0;

#pragma omp parallel for simd schedule(static) reduction(+ : sum)
    for (gr_index i = 0; i < n; i++)
        sum += x[i] * y[i];
    d->answer.result = (double)sum;
}

void SIDE(nrm2)(void *data) {
    DATA *d = (DATA *)data;
    const REAL *x = d->x.data;
    const gr_index n = d->x.extent[0];
    REAL sum = 0;

#pragma omp parallel for simd schedule(static) reduction(+ : sum)
    for (gr_index i = 0; i < n; i++)
        sum += x[i] * x[i];
    d->answer.result = sqrt((double)sum);
}

void SIDE(sum)(void *data) {
    DATA *d = (DATA *)data;
    const REAL *x = d->x.data;
    const gr_index n = d->x.extent[0];
    REAL sum = 0;

#pragma omp parallel for simd schedule(static) reduction(+ : sum)
    for (gr_index i = 0; i < n; i++)
        sum += x[i];
    d->answer.result = (double)sum;
}

void SIDE(min)(void *data) {
    DATA *d = (DATA *)data;
    const REAL *x = d->x.data;
    const gr_index n = d->x.extent[0];
    REAL least = (REAL)INFINITY;

#pragma omp parallel for simd schedule(static) reduction(min : least)
    for (gr_index i = 0; i < n; i++)
        least = x[i] < least ? x[i] : least;
    d->answer.result = (double)least;
}

void SIDE(max)(void *data) {
    DATA *d = (DATA *)data;
    const REAL *x = d->x.data;
    const gr_index n = d->x.extent[0];
    REAL most = -(REAL)INFINITY;

#pragma omp parallel for simd schedule(static) reduction(max : most)
    for (gr_index i = 0; i < n; i++)
        most = x[i] > most ? x[i] : most;
    d->answer.result = (double)most;
}

void SIDE(count)(void *data) {
    DATA *d = (DATA *)data;
    const REAL *x = d->x.data, limit = d->limit;
    const gr_index n = d->x.extent[0];
    COUNT above = 0;

#pragma omp parallel for simd schedule(static) reduction(+ : above)
    for (gr_index i = 0; i < n; i++)
        above += x[i] > limit;
    d->answer.result = (double)above;
}

#undef REAL
#undef COUNT
#undef DATA
#undef SIDE
