/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file transpose_avx512_template.h
 * @brief Blocks and bands of transpose_avx512.c whose lines all become the same.
 *
 * In:  BAND_MODE  put_<mode>(p, line, kept, slot) takes a line of the result; undefined at the end
 */
#define LOCAL(name) GR_IMPL_PASTE(name, BAND_MODE)

/* Lane k of in[r] to lane r of the line k * columns behind the first. */
INLINE void LOCAL(lanes_)(char *dst, ptrdiff_t d, int columns, const __m512d in[4], char *kept,
                          gr_index slot) {
    const ptrdiff_t step = columns * d;
    const __m512d even01 = _mm512_shuffle_f64x2(in[0], in[1], 0x88);
    const __m512d even23 = _mm512_shuffle_f64x2(in[2], in[3], 0x88);
    const __m512d odd01 = _mm512_shuffle_f64x2(in[0], in[1], 0xdd);
    const __m512d odd23 = _mm512_shuffle_f64x2(in[2], in[3], 0xdd);

    LOCAL(put_)(dst, _mm512_shuffle_f64x2(even01, even23, 0x88), kept, slot);
    LOCAL(put_)(dst + step, _mm512_shuffle_f64x2(odd01, odd23, 0x88), kept, slot + columns);
    LOCAL(put_)
    (dst + 2 * step, _mm512_shuffle_f64x2(even01, even23, 0xdd), kept, slot + 2 * columns);
    LOCAL(put_)(dst + 3 * step, _mm512_shuffle_f64x2(odd01, odd23, 0xdd), kept, slot + 3 * columns);
}

INLINE void LOCAL(block_4_)(const char *src, ptrdiff_t s, char *dst, ptrdiff_t d, char *kept,
                            gr_index slot) {
    __m512d column[4][4];

    quads(src, s, column);
#pragma GCC unroll 4
    for (int c = 0; c < 4; c++) {
        LOCAL(lanes_)(dst + c * d, d, 4, column[c], kept, slot + c);
    }
}

INLINE void LOCAL(block_8_)(const char *src, ptrdiff_t s, char *dst, ptrdiff_t d, char *kept,
                            gr_index slot) {
    __m512d column[2][4];

    pairs(src, s, column);
    LOCAL(lanes_)(dst, d, 2, column[0], kept, slot);
    LOCAL(lanes_)(dst + d, d, 2, column[1], kept, slot + 1);
}

INLINE void LOCAL(block_16_)(const char *src, ptrdiff_t s, char *dst, ptrdiff_t d, char *kept,
                             gr_index slot) {
    const __m512d row[4] = {load(src), load(src + s), load(src + 2 * s), load(src + 3 * s)};

    LOCAL(lanes_)(dst, d, 1, row, kept, slot);
}

#define BAND_ITEM 4
#define BAND_COLUMNS 16
#include "transpose_band_template.h"

#define BAND_ITEM 8
#define BAND_COLUMNS 8
#include "transpose_band_template.h"

#define BAND_ITEM 16
#define BAND_COLUMNS 4
#include "transpose_band_template.h"

#undef LOCAL
#undef BAND_MODE
