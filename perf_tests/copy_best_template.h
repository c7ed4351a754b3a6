/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file copy_best_template.h
 * @brief Body of copy_best.c's transposes for one type.
 *
 * In:  REAL, VECTOR, WIDTH, ROUNDS = log2(WIDTH), LOW, HIGH, DATA, SIDE, LOCAL(name), VECTOR_(op);
 *      undefined at the end.
 */

/* A square block: ROUNDS times interleave row k with row k + WIDTH / 2, which rotates the bits of the
 * pair (row, column) by one; after ROUNDS of them row and column have changed places. */
INLINE void LOCAL(block)(REAL *out, gr_index n0, const REAL *in, gr_index n1, bool past_caches) {
    VECTOR row[WIDTH], next[WIDTH];

#pragma GCC unroll 16
    for (int k = 0; k < WIDTH; k++)
        row[k] = VECTOR_(load)(in + k * n1);
#pragma GCC unroll 4
    for (int round = 0; round < ROUNDS; round++) {
#pragma GCC unroll 8
        for (int k = 0; k < WIDTH / 2; k++) {
            next[2 * k] = __builtin_shufflevector(row[k], row[k + WIDTH / 2], LOW);
            next[2 * k + 1] = __builtin_shufflevector(row[k], row[k + WIDTH / 2], HIGH);
        }
#pragma GCC unroll 16
        for (int k = 0; k < WIDTH; k++)
            row[k] = next[k];
    }
#pragma GCC unroll 16
    for (int k = 0; k < WIDTH; k++) {
        if (past_caches)
            VECTOR_(stream)(out + k * n0, row[k]);
        else
            VECTOR_(store)(out + k * n0, row[k]);
    }
}

/* Rows [lo, hi) of the input, at most STRIP of them, over all columns. */
INLINE void LOCAL(strip)(REAL *out, gr_index n0, const REAL *in, gr_index n1, gr_index lo,
                         gr_index hi, bool past_caches) {
    const gr_index rows = lo + (hi - lo) / WIDTH * WIDTH, columns = n1 / WIDTH * WIDTH;

    for (gr_index j = 0; j < columns; j += WIDTH)
        for (gr_index i = lo; i < rows; i += WIDTH)
            LOCAL(block)(out + j * n0 + i, n0, in + i * n1 + j, n1, past_caches);
    for (gr_index i = lo; i < rows; i++)
        for (gr_index j = columns; j < n1; j++)
            out[j * n0 + i] = in[i * n1 + j];
    for (gr_index i = rows; i < hi; i++)
        for (gr_index j = 0; j < n1; j++)
            out[j * n0 + i] = in[i * n1 + j];
}

void SIDE(void *data) {
    const DATA *d = (const DATA *)data;
    const gr_index n0 = d->in.extent[0], n1 = d->in.extent[1];
    const gr_index bytes = 2 * (gr_index)sizeof(REAL) * n0 * n1;
    /* Stores past the caches want whole lines, so every column of the output has to start on one. */
    const bool past_caches = bytes > 2 * STREAMING_BYTES && n0 % WIDTH == 0;
    const REAL *in = d->in.data;
    REAL *out = d->out.data;

#pragma omp parallel
    {
#pragma omp for schedule(static) nowait
        for (gr_index lo = 0; lo < n0; lo += STRIP) {
            const gr_index hi = lo + STRIP < n0 ? lo + STRIP : n0;

            if (past_caches)
                LOCAL(strip)(out, n0, in, n1, lo, hi, true);
            else
                LOCAL(strip)(out, n0, in, n1, lo, hi, false);
        }
        stream_end();
    }
}

#undef REAL
#undef VECTOR
#undef WIDTH
#undef ROUNDS
#undef LOW
#undef HIGH
#undef DATA
#undef SIDE
#undef LOCAL
#undef VECTOR_
