/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file copy_best_template.h
 * @brief Body of copy_best.c's transposes for one type.
 *
 * In:  REAL, VECTOR, WIDTH, ROUNDS = log2(WIDTH), LOW, HIGH, DATA, SIDE, LOCAL(name), VECTOR_(op);
 *      undefined at the end.
 */

/* A square block: ROUNDS times interleave row k with row k + WIDTH / 2, which rotates the bits of
 * the pair (row, column) by one; after ROUNDS of them row and column have changed places. */
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

/* A tile: its rows in bands of WIDTH, each read forwards, as a machine's prefetchers like it, with
 * the lines to come fetched by hand, as they lose count of rows a power of two apart. */
INLINE void LOCAL(tile)(REAL *out, gr_index n0, const REAL *in, gr_index n1, gr_index i_lo,
                        gr_index i_hi, gr_index j_lo, gr_index j_hi, bool past_caches) {
    const gr_index rows = i_lo + (i_hi - i_lo) / WIDTH * WIDTH;
    const gr_index columns = j_lo + (j_hi - j_lo) / WIDTH * WIDTH;

    for (gr_index i = i_lo; i < rows; i += WIDTH) {
        for (gr_index j = j_lo; j < columns; j += WIDTH) {
#pragma GCC unroll 16
            for (int k = 0; k < WIDTH; k++)
                __builtin_prefetch(in + (i + k) * n1 + j + AHEAD * WIDTH);
            LOCAL(block)(out + j * n0 + i, n0, in + i * n1 + j, n1, past_caches);
        }
        for (gr_index k = i; k < i + WIDTH; k++)
            for (gr_index j = columns; j < j_hi; j++)
                out[j * n0 + k] = in[k * n1 + j];
    }
    for (gr_index i = rows; i < i_hi; i++)
        for (gr_index j = j_lo; j < j_hi; j++)
            out[j * n0 + i] = in[i * n1 + j];
}

void SIDE(void *data) {
    const DATA *d = (const DATA *)data;
    const gr_index n0 = d->in.extent[0], n1 = d->in.extent[1];
    const gr_index bytes = 2 * (gr_index)sizeof(REAL) * n0 * n1;
    /* Stores past the caches want whole lines, so every column of the output has to start on
     * one. */
    const bool past_caches = bytes > 2 * STREAMING_BYTES && n0 % WIDTH == 0;
    const REAL *in = d->in.data;
    REAL *out = d->out.data;

#pragma omp parallel
    {
#pragma omp for collapse(2) schedule(static) nowait
        for (gr_index i = 0; i < n0; i += TILE_BANDS * WIDTH)
            for (gr_index j = 0; j < n1; j += TILE_LINES * WIDTH) {
                const gr_index i_hi = i + TILE_BANDS * WIDTH < n0 ? i + TILE_BANDS * WIDTH : n0;
                const gr_index j_hi = j + TILE_LINES * WIDTH < n1 ? j + TILE_LINES * WIDTH : n1;

                if (past_caches)
                    LOCAL(tile)(out, n0, in, n1, i, i_hi, j, j_hi, true);
                else
                    LOCAL(tile)(out, n0, in, n1, i, i_hi, j, j_hi, false);
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
