/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file copy_best_template.h
 * @brief Body of copy_best.c's transposes for one type.
 *
 * In:  REAL, VECTOR, WIDTH, ROUNDS = log2(WIDTH), LOW, HIGH, DATA, SIDE, LOCAL(name), VECTOR_(op);
 *      undefined at the end.
 */

/* A square block: ROUNDS times interleave row k with row k + WIDTH / 2, which rotates the bits of
 * the pair (row, column) by one; after ROUNDS of them row and column have changed places. The lines
 * of a later block are fetched by hand: prefetchers lose count of rows a power of two apart. */
INLINE void LOCAL(turn)(VECTOR row[WIDTH], const REAL *in, gr_index n1) {
    VECTOR next[WIDTH];

#pragma GCC unroll 16
    for (int k = 0; k < WIDTH; k++) {
        __builtin_prefetch(in + k * n1 + AHEAD * WIDTH);
        row[k] = VECTOR_(load)(in + k * n1);
    }
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
}

INLINE void LOCAL(block)(REAL *out, gr_index n0, const REAL *in, gr_index n1, bool past_caches) {
    VECTOR row[WIDTH];

    LOCAL(turn)(row, in, n1);
#pragma GCC unroll 16
    for (int k = 0; k < WIDTH; k++) {
        if (past_caches)
            VECTOR_(stream)(out + k * n0, row[k]);
        else
            VECTOR_(store)(out + k * n0, row[k]);
    }
}

/* A tile: its rows in bands of WIDTH, each read forwards, as a machine's prefetchers like it. */
INLINE void LOCAL(tile)(REAL *out, gr_index n0, const REAL *in, gr_index n1, gr_index i_lo,
                        gr_index i_hi, gr_index j_lo, gr_index j_hi, bool past_caches) {
    const gr_index rows = i_lo + (i_hi - i_lo) / WIDTH * WIDTH;
    const gr_index columns = j_lo + (j_hi - j_lo) / WIDTH * WIDTH;

    for (gr_index i = i_lo; i < rows; i += WIDTH) {
        for (gr_index j = j_lo; j < columns; j += WIDTH)
            LOCAL(block)(out + j * n0 + i, n0, in + i * n1 + j, n1, past_caches);
        for (gr_index k = i; k < i + WIDTH; k++)
            for (gr_index j = columns; j < j_hi; j++)
                out[j * n0 + k] = in[k * n1 + j];
    }
    for (gr_index i = rows; i < i_hi; i++)
        for (gr_index j = j_lo; j < j_hi; j++)
            out[j * n0 + i] = in[i * n1 + j];
}

/* Columns of the output that begin anywhere in a line, past the caches: the lines of a band are
 * kept, and complete with the band below what a line of the output holds of both. */
static void LOCAL(strip)(REAL *out, gr_index n0, const REAL *in, gr_index n1, gr_index j_lo,
                         gr_index j_hi) {
    VECTOR kept[STRIP_COLUMNS];
    const gr_index rows = n0 / WIDTH * WIDTH, columns = j_lo + (j_hi - j_lo) / WIDTH * WIDTH;

    for (gr_index i = 0; i < rows; i += WIDTH)
        for (gr_index j = j_lo; j < columns; j += WIDTH) {
            VECTOR row[WIDTH];

            LOCAL(turn)(row, in + i * n1 + j, n1);
#pragma GCC unroll 16
            for (int k = 0; k < WIDTH; k++) {
                REAL *to = out + (j + k) * n0 + i;
                const int past = (int)((uintptr_t)to % 64 / sizeof(REAL));

                if (i > 0)
                    VECTOR_(stream)(to - past, VECTOR_(join)(kept[j - j_lo + k], row[k], past));
                else
                    for (int r = 0; r < WIDTH - past; r++)
                        to[r] = row[k][r];
                kept[j - j_lo + k] = row[k];
            }
        }
    for (gr_index j = j_lo; j < j_hi; j++) {
        const gr_index past = (gr_index)((uintptr_t)(out + j * n0 + rows) % 64 / sizeof(REAL));

        for (gr_index i = j < columns ? rows - past : 0; i < n0; i++)
            out[j * n0 + i] = in[i * n1 + j];
    }
}

void SIDE(void *data) {
    const DATA *d = (const DATA *)data;
    const gr_index n0 = d->in.extent[0], n1 = d->in.extent[1];
    const gr_index bytes = 2 * (gr_index)sizeof(REAL) * n0 * n1;
    /* Writes a row apart are slow through the caches long before these are full. */
    const bool past_caches = bytes > STREAMING_BYTES / 4;
    const REAL *in = d->in.data;
    REAL *out = d->out.data;

    if (past_caches && n0 % WIDTH != 0) {
#pragma omp parallel
        {
#pragma omp for schedule(static) nowait
            for (gr_index j = 0; j < n1; j += STRIP_COLUMNS)
                LOCAL(strip)(out, n0, in, n1, j, j + STRIP_COLUMNS < n1 ? j + STRIP_COLUMNS : n1);
            stream_end();
        }
        return;
    }
#pragma omp parallel
    {
#pragma omp for collapse(2) schedule(static) nowait
        for (gr_index i = 0; i < n0; i += TILE_BANDS * WIDTH)
            for (gr_index j = 0; j < n1; j += TILE_COLUMNS) {
                const gr_index i_hi = i + TILE_BANDS * WIDTH < n0 ? i + TILE_BANDS * WIDTH : n0;
                const gr_index j_hi = j + TILE_COLUMNS < n1 ? j + TILE_COLUMNS : n1;

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
