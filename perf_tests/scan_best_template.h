/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file scan_best_template.h
 * @brief Body of scan_best.c for one type.
 *
 * In:  VALUE, VECTOR, VECTOR_(op), DATA, SIDE(kernel), LOCAL(name); undefined at the end.
 * Source: prefix sum in log2(8) shifted additions (Hillis & Steele 1986, doi:10.1145/7902.7903)
 */

#define INLINE static inline __attribute__((always_inline))

/* A thread's part of a block: read twice, written once, in a second-level cache of 1 MiB
 * [elements]. */
enum { LOCAL(PART) = 32768 };

INLINE VALUE LOCAL(sum)(const VALUE *in, gr_index lo, gr_index hi) {
    VECTOR a[4] = {{0}, {0}, {0}, {0}};
    VALUE sum = 0;
    gr_index i = lo;

    for (; i + 32 <= hi; i += 32) {
#pragma GCC unroll 4
        for (int k = 0; k < 4; k++)
            a[k] += VECTOR_(load)(in + i + 8 * k);
    }
    for (; i < hi; i++)
        sum += in[i];
    a[0] += a[1] + a[2] + a[3];
    for (int lane = 0; lane < 8; lane++)
        sum += a[0][lane];
    return sum;
}

/* Lane k becomes the sum of lanes 0..k: shuffles with a zero vector shift lanes up. */
INLINE VECTOR LOCAL(prefix)(VECTOR v) {
    const VECTOR zero = {0};

    v += __builtin_shufflevector(zero, v, 0, 8, 9, 10, 11, 12, 13, 14);
    v += __builtin_shufflevector(zero, v, 0, 1, 8, 9, 10, 11, 12, 13);
    v += __builtin_shufflevector(zero, v, 0, 1, 2, 3, 8, 9, 10, 11);
    return v;
}

INLINE void LOCAL(piece)(bool inclusive, VALUE *out, const VALUE *in, gr_index lo, gr_index hi,
                         VALUE sum) {
    const VECTOR zero = {0};
    VECTOR carry = zero + sum;
    gr_index i = lo;

    for (; i + 8 <= hi; i += 8) {
        const VECTOR within = LOCAL(prefix)(VECTOR_(load)(in + i));
        const VECTOR shifted = __builtin_shufflevector(zero, within, 0, 8, 9, 10, 11, 12, 13, 14);

        VECTOR_(store)(out + i, carry + (inclusive ? within : shifted));
        carry += __builtin_shufflevector(within, within, 7, 7, 7, 7, 7, 7, 7, 7);
    }
    sum = carry[0];
    for (; i < hi; i++) {
        const VALUE value = in[i];

        out[i] = inclusive ? sum + value : sum;
        sum += value;
    }
}

static void LOCAL(scan)(bool inclusive, VALUE *out, const VALUE *in, gr_index n) {
    VALUE sums[2][256];

    if (16 * n <= SERIAL_BYTES) {
        LOCAL(piece)(inclusive, out, in, 0, n, 0);
        return;
    }
#pragma omp parallel num_threads(omp_get_max_threads() < 256 ? omp_get_max_threads() : 256)
    {
        const gr_index team = omp_get_num_threads(), me = omp_get_thread_num();
        const gr_index block = n < team * LOCAL(PART) ? n : team * LOCAL(PART);
        VALUE before = 0;
        int turn = 0;

        /* Two rows of sums, used in turns: one barrier a block. */
        for (gr_index b = 0; b < n; b += block, turn = !turn) {
            const gr_index size = b + block < n ? block : n - b;
            const gr_index lo = b + size * me / team, hi = b + size * (me + 1) / team;
            VALUE sum = before;

            sums[turn][me] = LOCAL(sum)(in, lo, hi);
#pragma omp barrier
            for (gr_index t = 0; t < team; t++) {
                sum += t < me ? sums[turn][t] : 0;
                before += sums[turn][t];
            }
            if (inclusive)
                LOCAL(piece)(true, out, in, lo, hi, sum);
            else
                LOCAL(piece)(false, out, in, lo, hi, sum);
        }
    }
}

void SIDE(exclusive)(void *data) {
    const DATA *d = (const DATA *)data;

    LOCAL(scan)(false, d->out.data, d->in.data, d->in.extent[0]);
}

void SIDE(inclusive)(void *data) {
    const DATA *d = (const DATA *)data;

    LOCAL(scan)(true, d->out.data, d->in.data, d->in.extent[0]);
}

#undef INLINE
#undef VALUE
#undef VECTOR
#undef VECTOR_
#undef DATA
#undef SIDE
#undef LOCAL
