/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file reduce_best_template.h
 * @brief Body of reduce_best.c for one type.
 *
 * In: REAL, VECTOR, MASK, WIDTH, DATA, SIDE(kernel), LOCAL(kernel), VECTOR_(op); undefined at the
 * end.
 */

#define INLINE static inline __attribute__((always_inline))

typedef enum LOCAL(op) { LOCAL(DOT), LOCAL(NRM2), LOCAL(SUM), LOCAL(MIN), LOCAL(MAX) } LOCAL(op);

INLINE VECTOR LOCAL(step)(LOCAL(op) op, VECTOR a, const REAL *x, const REAL *y) {
    const VECTOR v = VECTOR_(load)(x);

    switch (op) {
    case LOCAL(DOT):
        return a + v * VECTOR_(load)(y);
    case LOCAL(NRM2):
        return a + v * v;
    case LOCAL(SUM):
        return a + v;
    case LOCAL(MIN):
        return VECTOR_(min)(a, v);
    default:
        return VECTOR_(max)(a, v);
    }
}

INLINE VECTOR LOCAL(join)(LOCAL(op) op, VECTOR a, VECTOR b) {
    return op == LOCAL(MIN) ? VECTOR_(min)(a, b) : op == LOCAL(MAX) ? VECTOR_(max)(a, b) : a + b;
}

INLINE REAL LOCAL(one)(LOCAL(op) op, REAL a, REAL x, REAL y) {
    switch (op) {
    case LOCAL(DOT):
        return a + x * y;
    case LOCAL(NRM2):
        return a + x * x;
    case LOCAL(SUM):
        return a + x;
    case LOCAL(MIN):
        return x < a ? x : a;
    default:
        return x > a ? x : a;
    }
}

/* [lo, hi) with eight accumulators: enough to hide the latency of an addition at two loads a
 * cycle. */
INLINE REAL LOCAL(piece)(LOCAL(op) op, const REAL *x, const REAL *y, gr_index lo, gr_index hi) {
    const REAL start = op == LOCAL(MIN) ? (REAL)INFINITY : op == LOCAL(MAX) ? -(REAL)INFINITY : 0;
    const VECTOR zero = {0};
    VECTOR a[8];
    gr_index i = lo;
    REAL result = start;

    for (int k = 0; k < 8; k++)
        a[k] = zero + start;
    for (; i + 8 * WIDTH <= hi; i += 8 * WIDTH) {
#pragma GCC unroll 8
        for (int k = 0; k < 8; k++)
            a[k] = LOCAL(step)(op, a[k], x + i + k * WIDTH, y + i + k * WIDTH);
    }
    for (; i + WIDTH <= hi; i += WIDTH)
        a[0] = LOCAL(step)(op, a[0], x + i, y + i);
    for (int half = 4; half > 0; half /= 2)
        for (int k = 0; k < half; k++)
            a[k] = LOCAL(join)(op, a[k], a[k + half]);
    for (; i < hi; i++)
        result = LOCAL(one)(op, result, x[i], y[i]);
    for (int lane = 0; lane < WIDTH; lane++)
        result = op == LOCAL(MIN)   ? (a[0][lane] < result ? a[0][lane] : result)
                 : op == LOCAL(MAX) ? (a[0][lane] > result ? a[0][lane] : result)
                                    : result + a[0][lane];
    return result;
}

/* The operation becomes a constant inside of the parallel region: one captured there would be a
 * variable. */
static REAL LOCAL(share)(LOCAL(op) op, const REAL *x, const REAL *y, gr_index n) {
    const gr_index team = omp_get_num_threads(), me = omp_get_thread_num();
    const gr_index lo = n * me / team, hi = n * (me + 1) / team;

    switch (op) {
    case LOCAL(DOT):
        return LOCAL(piece)(LOCAL(DOT), x, y, lo, hi);
    case LOCAL(NRM2):
        return LOCAL(piece)(LOCAL(NRM2), x, y, lo, hi);
    case LOCAL(SUM):
        return LOCAL(piece)(LOCAL(SUM), x, y, lo, hi);
    case LOCAL(MIN):
        return LOCAL(piece)(LOCAL(MIN), x, y, lo, hi);
    default:
        return LOCAL(piece)(LOCAL(MAX), x, y, lo, hi);
    }
}

INLINE REAL LOCAL(reduce)(LOCAL(op) op, const REAL *x, const REAL *y, gr_index n) {
    REAL result;

    if ((op == LOCAL(DOT) ? 2 : 1) * (gr_index)sizeof(REAL) * n <= SERIAL_BYTES)
        return LOCAL(piece)(op, x, y, 0, n);
    if (op == LOCAL(MIN)) {
        result = (REAL)INFINITY;
#pragma omp parallel reduction(min : result)
        result = LOCAL(share)(op, x, y, n);
    } else if (op == LOCAL(MAX)) {
        result = -(REAL)INFINITY;
#pragma omp parallel reduction(max : result)
        result = LOCAL(share)(op, x, y, n);
    } else {
        result = 0;
#pragma omp parallel reduction(+ : result)
        result = LOCAL(share)(op, x, y, n);
    }
    return result;
}

void SIDE(dot)(void *data) {
    DATA *d = (DATA *)data;

    d->answer.result = (double)LOCAL(reduce)(LOCAL(DOT), d->x.data, d->y.data, d->x.extent[0]);
}

void SIDE(nrm2)(void *data) {
    DATA *d = (DATA *)data;

    d->answer.result =
        sqrt((double)LOCAL(reduce)(LOCAL(NRM2), d->x.data, d->x.data, d->x.extent[0]));
}

void SIDE(sum)(void *data) {
    DATA *d = (DATA *)data;

    d->answer.result = (double)LOCAL(reduce)(LOCAL(SUM), d->x.data, d->x.data, d->x.extent[0]);
}

void SIDE(min)(void *data) {
    DATA *d = (DATA *)data;

    d->answer.result = (double)LOCAL(reduce)(LOCAL(MIN), d->x.data, d->x.data, d->x.extent[0]);
}

void SIDE(max)(void *data) {
    DATA *d = (DATA *)data;

    d->answer.result = (double)LOCAL(reduce)(LOCAL(MAX), d->x.data, d->x.data, d->x.extent[0]);
}

/* A comparison is 0 or -1 per lane: subtract it. Lanes of 32 bits hold for 2^31 elements of each
 * lane. */
INLINE int64_t LOCAL(count_piece)(const REAL *x, REAL limit, gr_index lo, gr_index hi) {
    const VECTOR bar = (VECTOR){0} + limit;
    MASK a[4] = {{0}, {0}, {0}, {0}};
    gr_index i = lo;
    int64_t above = 0;

    for (; i + 4 * WIDTH <= hi; i += 4 * WIDTH) {
#pragma GCC unroll 4
        for (int k = 0; k < 4; k++)
            a[k] -= (MASK)(VECTOR_(load)(x + i + k * WIDTH) > bar);
    }
    for (; i < hi; i++)
        above += x[i] > limit;
    for (int k = 0; k < 4; k++)
        for (int lane = 0; lane < WIDTH; lane++)
            above += a[k][lane];
    return above;
}

void SIDE(count)(void *data) {
    DATA *d = (DATA *)data;
    const REAL *x = d->x.data, limit = d->limit;
    const gr_index n = d->x.extent[0];
    int64_t above = 0;

    if ((gr_index)sizeof(REAL) * n <= SERIAL_BYTES) {
        above = LOCAL(count_piece)(x, limit, 0, n);
    } else {
#pragma omp parallel reduction(+ : above)
        above = LOCAL(count_piece)(x, limit, n * omp_get_thread_num() / omp_get_num_threads(),
                                   n * (omp_get_thread_num() + 1) / omp_get_num_threads());
    }
    d->answer.result = (double)above;
}

#undef INLINE
#undef REAL
#undef VECTOR
#undef MASK
#undef WIDTH
#undef DATA
#undef SIDE
#undef LOCAL
#undef VECTOR_
