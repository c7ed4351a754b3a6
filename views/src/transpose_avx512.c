/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file transpose_avx512.c
 * @brief Copy kernels in 64-byte vectors: a row of a transposed block is one cache line.
 *
 * A block of 64 bytes by 64 bytes is transposed in two steps: pairs (f64) or quads (f32) of rows by
 * unpacking inside the 16-byte lanes, then 4 x 4 lanes by two rounds of shuffles.
 */
#ifdef __x86_64__
#include "copy_machine.h"

#include <immintrin.h>
#include <stdbool.h>

#define TARGET __attribute__((target("avx512f")))
#define INLINE TARGET static inline __attribute__((always_inline))

/* Lines ahead of which a band fetches its source rows: hardware prefetchers lose count of 8 or 16
 * rows that begin a multiple of a large power of two apart. */
enum { AHEAD = 4 * 64 };

INLINE __m512d load(const char *p) {
    return _mm512_loadu_pd(p);
}

INLINE void put(char *p, __m512d line, bool stream) {
    if (stream) {
        _mm512_stream_pd((double *)(void *)p, line);
    } else {
        _mm512_storeu_pd(p, line);
    }
}

/* Lane k of in[r] to lane r of the line k * step behind dst. */
INLINE void put_lanes(char *dst, ptrdiff_t step, const __m512d in[4], bool stream) {
    const __m512d even01 = _mm512_shuffle_f64x2(in[0], in[1], 0x88);
    const __m512d even23 = _mm512_shuffle_f64x2(in[2], in[3], 0x88);
    const __m512d odd01 = _mm512_shuffle_f64x2(in[0], in[1], 0xdd);
    const __m512d odd23 = _mm512_shuffle_f64x2(in[2], in[3], 0xdd);

    put(dst, _mm512_shuffle_f64x2(even01, even23, 0x88), stream);
    put(dst + step, _mm512_shuffle_f64x2(odd01, odd23, 0x88), stream);
    put(dst + 2 * step, _mm512_shuffle_f64x2(even01, even23, 0xdd), stream);
    put(dst + 3 * step, _mm512_shuffle_f64x2(odd01, odd23, 0xdd), stream);
}

INLINE void block_4(const char *src, ptrdiff_t s, char *dst, ptrdiff_t d, bool stream) {
    __m512d column[4][4];

#pragma GCC unroll 4
    for (int g = 0; g < 4; g++) {
        const char *row = src + 4 * g * s;
        const __m512 r0 = _mm512_castpd_ps(load(row)), r1 = _mm512_castpd_ps(load(row + s));
        const __m512 r2 = _mm512_castpd_ps(load(row + 2 * s));
        const __m512 r3 = _mm512_castpd_ps(load(row + 3 * s));
        const __m512d lo01 = _mm512_castps_pd(_mm512_unpacklo_ps(r0, r1));
        const __m512d hi01 = _mm512_castps_pd(_mm512_unpackhi_ps(r0, r1));
        const __m512d lo23 = _mm512_castps_pd(_mm512_unpacklo_ps(r2, r3));
        const __m512d hi23 = _mm512_castps_pd(_mm512_unpackhi_ps(r2, r3));

        column[0][g] = _mm512_unpacklo_pd(lo01, lo23);
        column[1][g] = _mm512_unpackhi_pd(lo01, lo23);
        column[2][g] = _mm512_unpacklo_pd(hi01, hi23);
        column[3][g] = _mm512_unpackhi_pd(hi01, hi23);
    }
#pragma GCC unroll 4
    for (int c = 0; c < 4; c++) {
        put_lanes(dst + c * d, 4 * d, column[c], stream);
    }
}

INLINE void block_8(const char *src, ptrdiff_t s, char *dst, ptrdiff_t d, bool stream) {
    __m512d column[2][4];

#pragma GCC unroll 4
    for (int g = 0; g < 4; g++) {
        const __m512d r0 = load(src + 2 * g * s), r1 = load(src + (2 * g + 1) * s);

        column[0][g] = _mm512_unpacklo_pd(r0, r1);
        column[1][g] = _mm512_unpackhi_pd(r0, r1);
    }
    put_lanes(dst, 2 * d, column[0], stream);
    put_lanes(dst + d, 2 * d, column[1], stream);
}

INLINE void block_16(const char *src, ptrdiff_t s, char *dst, ptrdiff_t d, bool stream) {
    const __m512d row[4] = {load(src), load(src + s), load(src + 2 * s), load(src + 3 * s)};

    put_lanes(dst, d, row, stream);
}

/* A band of whole blocks; the last one overlaps its neighbour where the columns do not divide. */
#define BAND(name, item, out)                                                                  \
    TARGET static void name##_##out(const char *src, ptrdiff_t s, char *dst, ptrdiff_t d,      \
                                    gr_index columns) {                                        \
        enum { WIDTH = 64 / item };                                                            \
                                                                                               \
        for (gr_index c = 0;; c = c + 2 * WIDTH <= columns ? c + WIDTH : columns - WIDTH) {    \
            const char *block = src + c * item;                                                \
            for (int r = 0; r < WIDTH; r++) {                                                  \
                _mm_prefetch((const char *)((uintptr_t)(block + r * s) + AHEAD), _MM_HINT_T0); \
            }                                                                                  \
            block_##item(block, s, dst + c * d, d, out);                                       \
            if (c + WIDTH >= columns) {                                                        \
                break;                                                                         \
            }                                                                                  \
        }                                                                                      \
    }
BAND(band_4, 4, false)
BAND(band_4, 4, true)
BAND(band_8, 8, false)
BAND(band_8, 8, true)
BAND(band_16, 16, false)
BAND(band_16, 16, true)
#undef BAND

TARGET static void stream_lines(char *dst, const char *src, size_t lines) {
    size_t k = 0;

    for (; k + 4 <= lines; k += 4) {
        const __m512d a = load(src + 64 * k), b = load(src + 64 * k + 64);
        const __m512d c = load(src + 64 * k + 128), d = load(src + 64 * k + 192);

        put(dst + 64 * k, a, true);
        put(dst + 64 * k + 64, b, true);
        put(dst + 64 * k + 128, c, true);
        put(dst + 64 * k + 192, d, true);
    }
    for (; k < lines; k++) {
        put(dst + 64 * k, load(src + 64 * k), true);
    }
}

TARGET static void stream_pattern(char *dst, const char pattern[64], size_t lines) {
    const __m512d line = load(pattern);

    for (size_t k = 0; k < lines; k++) {
        put(dst + 64 * k, line, true);
    }
}

TARGET static void store_pattern(char *dst, const char pattern[64], size_t lines) {
    const __m512d line = load(pattern);

    for (size_t k = 0; k < lines; k++) {
        put(dst + 64 * k, line, false);
    }
}

/* Elements of 1 and 2 bytes stay with 16-byte vectors: their full transposes need AVX-512BW and
 * gain nothing, as memory is the bound already. */
static const transpose_kernel kernels[] = {
    {4, 16, band_4_false, band_4_true},
    {8, 8, band_8_false, band_8_true},
    {16, 4, band_16_false, band_16_true},
    {2, 8, transpose_portable_2_store, transpose_portable_2_stream},
    {1, 16, transpose_portable_1_store, transpose_portable_1_stream},
    {0, 0, NULL, NULL},
};

const copy_machine copy_machine_avx512 = {stream_lines, stream_pattern, store_pattern, kernels};
#else
typedef int transpose_avx512_is_for_x86;
#endif
