/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file locate_best.c
 * @brief Reductions with several results, blocked and on vectors: the value first, the place from
 * one block only.
 */
#include "locate.h"
#include "simd.h"

#include <math.h>
#include <omp.h>

/* One block stays in L1 for the second look [elements]. */
enum { BLOCK = 1024, LANES = 8 };

#define INLINE static inline __attribute__((always_inline))

typedef struct four {
    double least, most, sum, squares;
} four;

static const four nothing = {INFINITY, -INFINITY, 0, 0};

INLINE four join(four a, four b) {
    const four both = {b.least < a.least ? b.least : a.least, b.most > a.most ? b.most : a.most,
                       a.sum + b.sum, a.squares + b.squares};

    return both;
}

/* What of [lo, hi) is asked for; the rest is dead code where this is inlined. */
INLINE four piece(const double *x, gr_index lo, gr_index hi) {
    const v8d zero = {0};
    v8d least[4], most[4], sum[4], squares[4];
    four result = nothing;
    gr_index i = lo;

    for (int k = 0; k < 4; k++) {
        least[k] = zero + INFINITY;
        most[k] = zero - INFINITY;
        sum[k] = squares[k] = zero;
    }
    for (; i + 4 * LANES <= hi; i += 4 * LANES) {
#pragma GCC unroll 4
        for (int k = 0; k < 4; k++) {
            const v8d v = v8d_load(x + i + k * LANES);

            least[k] = v8d_min(least[k], v);
            most[k] = v8d_max(most[k], v);
            sum[k] += v;
            squares[k] += v * v;
        }
    }
    for (; i < hi; i++)
        result = join(result, (four){x[i], x[i], x[i], x[i] * x[i]});
    for (int half = 2; half > 0; half /= 2)
        for (int k = 0; k < half; k++) {
            least[k] = v8d_min(least[k], least[k + half]);
            most[k] = v8d_max(most[k], most[k + half]);
            sum[k] += sum[k + half];
            squares[k] += squares[k + half];
        }
    for (int lane = 0; lane < LANES; lane++)
        result =
            join(result, (four){least[0][lane], most[0][lane], sum[0][lane], squares[0][lane]});
    return result;
}

typedef struct found {
    double value;
    gr_index at;
} found;

static inline bool better(bool least, found a, found b) {
    return (least ? a.value < b.value : a.value > b.value) || (a.value == b.value && a.at < b.at);
}

INLINE found locate_piece(bool least, const double *x, gr_index lo, gr_index hi) {
    found best = {least ? INFINITY : -INFINITY, PTRDIFF_MAX};
    gr_index block = lo;

    for (gr_index b = lo; b < hi; b += BLOCK) {
        const gr_index end = b + BLOCK < hi ? b + BLOCK : hi;
        const four all = piece(x, b, end);
        const double value = least ? all.least : all.most;

        if (least ? value < best.value : value > best.value) {
            best.value = value;
            block = b;
        }
    }
    for (gr_index i = block; i < hi; i++)
        if (x[i] == best.value) {
            best.at = i;
            break;
        }
    return best;
}

static void locate(bool least, locate_data *d) {
    const double *x = d->x.data;
    const gr_index n = d->x.extent[0];
    found best = {least ? INFINITY : -INFINITY, PTRDIFF_MAX};

#pragma omp parallel if (8 * n > SERIAL_BYTES)
    {
        const gr_index team = omp_get_num_threads(), me = omp_get_thread_num();
        const gr_index lo = n * me / team, hi = n * (me + 1) / team;
        const found mine = least ? locate_piece(true, x, lo, hi) : locate_piece(false, x, lo, hi);

#pragma omp critical
        best = better(least, mine, best) ? mine : best;
    }
    d->result[0] = best.value;
    d->result[1] = (double)best.at;
}

void locate_minloc_best(void *data) {
    locate(true, (locate_data *)data);
}

void locate_maxloc_best(void *data) {
    locate(false, (locate_data *)data);
}

/* The place of a value that is in one block. */
INLINE gr_index place_in(const double *x, double value, gr_index from, gr_index hi) {
    while (from < hi && x[from] != value)
        from++;
    return from;
}

void locate_minmaxloc_best(void *data) {
    locate_data *d = (locate_data *)data;
    const double *x = d->x.data;
    const gr_index n = d->x.extent[0];
    found least = {INFINITY, PTRDIFF_MAX}, most = {-INFINITY, PTRDIFF_MAX};

#pragma omp parallel if (8 * n > SERIAL_BYTES)
    {
        const gr_index team = omp_get_num_threads(), me = omp_get_thread_num();
        const gr_index lo = n * me / team, hi = n * (me + 1) / team;
        found low = {INFINITY, lo}, high = {-INFINITY, lo};

        for (gr_index b = lo; b < hi; b += BLOCK) {
            const four all = piece(x, b, b + BLOCK < hi ? b + BLOCK : hi);

            low = all.least < low.value ? (found){all.least, b} : low;
            high = all.most > high.value ? (found){all.most, b} : high;
        }
        low.at = place_in(x, low.value, low.at, hi);
        high.at = place_in(x, high.value, high.at, hi);
#pragma omp critical
        {
            least = better(true, low, least) ? low : least;
            most = better(false, high, most) ? high : most;
        }
    }
    d->result[0] = least.value;
    d->result[1] = (double)least.at;
    d->result[2] = most.value;
    d->result[3] = (double)most.at;
}

void locate_minmax_best(void *data) {
    locate_data *d = (locate_data *)data;
    const double *x = d->x.data;
    const gr_index n = d->x.extent[0];
    double least = INFINITY, most = -INFINITY;

#pragma omp parallel if (8 * n > SERIAL_BYTES)
    {
        const gr_index team = omp_get_num_threads(), me = omp_get_thread_num();
        const four mine = piece(x, n * me / team, n * (me + 1) / team);

#pragma omp critical
        {
            least = mine.least < least ? mine.least : least;
            most = mine.most > most ? mine.most : most;
        }
    }
    d->result[0] = least;
    d->result[1] = most;
}

void locate_stats_best(void *data) {
    locate_data *d = (locate_data *)data;
    const double *x = d->x.data;
    const gr_index n = d->x.extent[0];
    four all = nothing;

#pragma omp parallel if (8 * n > SERIAL_BYTES)
    {
        const gr_index team = omp_get_num_threads(), me = omp_get_thread_num();
        const four mine = piece(x, n * me / team, n * (me + 1) / team);

#pragma omp critical
        all = join(all, mine);
    }
    d->result[0] = all.least;
    d->result[1] = all.most;
    d->result[2] = all.sum;
    d->result[3] = all.squares;
}
