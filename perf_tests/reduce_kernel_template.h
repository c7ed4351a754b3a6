/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file reduce_kernel_template.h
 * @brief Body of reduce_kernel.c for one type.
 *
 * In:  REAL, COUNT (as wide as REAL, so that both fill the same vectors), VIEW, DATA, SIDE(kernel);
 *      undefined at the end.
 */

void SIDE(dot)(void *data) {
    DATA *d = (DATA *)data;
    const VIEW x = d->x, y = d->y;
    REAL sum;

    GR_PARALLEL_REDUCE("dot", i, gr_range(0, x.extent[0]), GR_SUM(REAL, sum)) {
        sum += GR_AT(x, i) * GR_AT(y, i);
    };
    d->answer.result = (double)sum;
}

void SIDE(nrm2)(void *data) {
    DATA *d = (DATA *)data;
    const VIEW x = d->x;
    REAL sum;

    GR_PARALLEL_REDUCE("nrm2", i, gr_range(0, x.extent[0]), GR_SUM(REAL, sum)) {
        sum += GR_AT(x, i) * GR_AT(x, i);
    };
    d->answer.result = sqrt((double)sum);
}

void SIDE(sum)(void *data) {
    DATA *d = (DATA *)data;
    const VIEW x = d->x;
    REAL sum;

    GR_PARALLEL_REDUCE("sum", i, gr_range(0, x.extent[0]), GR_SUM(REAL, sum)) {
        sum += GR_AT(x, i);
    };
    d->answer.result = (double)sum;
}

void SIDE(min)(void *data) {
    DATA *d = (DATA *)data;
    const VIEW x = d->x;
    REAL least;

    GR_PARALLEL_REDUCE("min", i, gr_range(0, x.extent[0]), GR_MIN(REAL, least)) {
        least = GR_AT(x, i) < least ? GR_AT(x, i) : least;
    };
    d->answer.result = (double)least;
}

void SIDE(max)(void *data) {
    DATA *d = (DATA *)data;
    const VIEW x = d->x;
    REAL most;

    GR_PARALLEL_REDUCE("max", i, gr_range(0, x.extent[0]), GR_MAX(REAL, most)) {
        most = GR_AT(x, i) > most ? GR_AT(x, i) : most;
    };
    d->answer.result = (double)most;
}

void SIDE(count)(void *data) {
    DATA *d = (DATA *)data;
    const VIEW x = d->x;
    const REAL limit = d->limit;
    COUNT above;

    GR_PARALLEL_REDUCE("count", i, gr_range(0, x.extent[0]), GR_SUM(COUNT, above)) {
        above += GR_AT(x, i) > limit;
    };
    d->answer.result = (double)above;
}

#undef REAL
#undef COUNT
#undef VIEW
#undef DATA
#undef SIDE
