/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file transpose_portable_template.h
 * @brief Blocks and bands of transpose_portable.c for one element size.
 *
 * In:  ITEM       element size [B]
 *      WIDTH      elements of a vector
 *      VECTOR     vector type of such elements
 *      LOW, HIGH  (a, b): interleave the lower (upper) halves of two vectors
 *      All are undefined at the end.
 */
#define LOCAL(name) GR_IMPL_PASTE(name, ITEM)

/* A square block in registers: interleaving row k with row k + WIDTH / 2 rotates the bits of (row,
 * column) by one place; after log2(WIDTH) rounds they have changed sides. */
INLINE void LOCAL(columns_)(const char *src, ptrdiff_t s, vector out[WIDTH]) {
    VECTOR a[WIDTH], b[WIDTH];

#pragma GCC unroll 16
    for (int r = 0; r < WIDTH; r++) {
        a[r] = (VECTOR)load(src + r * s);
    }
#pragma GCC unroll 4
    for (int w = WIDTH; w > 1; w /= 2) {
#pragma GCC unroll 8
        for (int k = 0; k < WIDTH / 2; k++) {
            b[2 * k] = LOW(a[k], a[k + WIDTH / 2]);
            b[2 * k + 1] = HIGH(a[k], a[k + WIDTH / 2]);
        }
#pragma GCC unroll 16
        for (int r = 0; r < WIDTH; r++) {
            a[r] = b[r];
        }
    }
#pragma GCC unroll 16
    for (int c = 0; c < WIDTH; c++) {
        out[c] = (vector)a[c];
    }
}

/* Four blocks below each other: WIDTH columns of a whole line. */
INLINE void LOCAL(lines_)(const char *src, ptrdiff_t s, vector part[4][WIDTH]) {
#pragma GCC unroll 4
    for (int p = 0; p < 4; p++) {
        LOCAL(columns_)(src + p * WIDTH * s, s, part[p]);
    }
}

INLINE void GR_IMPL_PASTE(LOCAL(block_), _store)(const char *src, ptrdiff_t s, char *dst,
                                                 ptrdiff_t d, char *kept, gr_index slot) {
    vector part[4][WIDTH];

    (void)kept;
    (void)slot;
    LOCAL(lines_)(src, s, part);
#pragma GCC unroll 16
    for (int k = 0; k < WIDTH; k++) {
        put_store(dst + k * d, part[0][k], part[1][k], part[2][k], part[3][k]);
    }
}

INLINE void GR_IMPL_PASTE(LOCAL(block_), _stream)(const char *src, ptrdiff_t s, char *dst,
                                                  ptrdiff_t d, char *kept, gr_index slot) {
    vector part[4][WIDTH];

    (void)kept;
    (void)slot;
    LOCAL(lines_)(src, s, part);
#pragma GCC unroll 16
    for (int k = 0; k < WIDTH; k++) {
        put_stream(dst + k * d, part[0][k], part[1][k], part[2][k], part[3][k]);
    }
}

#define BAND_ITEM ITEM
#define BAND_COLUMNS WIDTH
#define BAND_MODE store
#include "transpose_band_template.h"
#undef BAND_MODE

#define BAND_ITEM ITEM
#define BAND_COLUMNS WIDTH
#define BAND_MODE stream
#include "transpose_band_template.h"
#undef BAND_MODE

#undef LOCAL
#undef ITEM
#undef WIDTH
#undef VECTOR
#undef LOW
#undef HIGH
