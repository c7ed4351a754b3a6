/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file transpose_avx2_template.h
 * @brief Blocks and bands of transpose_avx2.c whose lines all become the same.
 *
 * In:  BAND_MODE  put_<mode>(p, lo, hi) takes a line of the result; undefined at the end
 */
#define LOCAL(name) GR_IMPL_PASTE(name, BAND_MODE)

INLINE void LOCAL(block_4_)(const char *src, ptrdiff_t s, char *dst, ptrdiff_t d, char *kept,
                            gr_index slot) {
    __m256d lo[8], hi[8];

    (void)kept;
    (void)slot;
    columns_4(src, s, lo);
    columns_4(src + 8 * s, s, hi);
#pragma GCC unroll 8
    for (int k = 0; k < 8; k++) {
        LOCAL(put_)(dst + k * d, lo[k], hi[k]);
    }
}

INLINE void LOCAL(block_8_)(const char *src, ptrdiff_t s, char *dst, ptrdiff_t d, char *kept,
                            gr_index slot) {
    __m256d lo[4], hi[4];

    (void)kept;
    (void)slot;
    columns_8(src, s, lo);
    columns_8(src + 4 * s, s, hi);
#pragma GCC unroll 4
    for (int k = 0; k < 4; k++) {
        LOCAL(put_)(dst + k * d, lo[k], hi[k]);
    }
}

INLINE void LOCAL(block_16_)(const char *src, ptrdiff_t s, char *dst, ptrdiff_t d, char *kept,
                             gr_index slot) {
    __m256d lo[2], hi[2];

    (void)kept;
    (void)slot;
    columns_16(src, s, lo);
    columns_16(src + 2 * s, s, hi);
    LOCAL(put_)(dst, lo[0], hi[0]);
    LOCAL(put_)(dst + d, lo[1], hi[1]);
}

#define BAND_ITEM 4
#define BAND_COLUMNS 8
#include "transpose_band_template.h"

#define BAND_ITEM 8
#define BAND_COLUMNS 4
#include "transpose_band_template.h"

#define BAND_ITEM 16
#define BAND_COLUMNS 2
#include "transpose_band_template.h"

#undef LOCAL
#undef BAND_MODE
