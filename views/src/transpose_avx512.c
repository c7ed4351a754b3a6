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

#define TARGET __attribute__((target("avx512f")))
#define INLINE TARGET static inline __attribute__((always_inline))

/* Lines ahead of which a band fetches its source rows: hardware prefetchers lose count of 8 or 16
 * rows that begin a multiple of a large power of two apart. */
enum { AHEAD = 4 * 64 };

INLINE __m512d load(const char *p) {
    return _mm512_loadu_pd(p);
}

/* What becomes of a line of a transposed block. */
typedef enum put_mode {
    PUT_STORE,  /* to dst */
    PUT_STREAM, /* to dst, a line there too, around the caches */
    PUT_KEEP,   /* to the kept lines */
    PUT_CARRY   /* to the kept lines; the line of dst where it begins is complete with the one that
                   was kept before, and streamed */
} put_mode;

/* 16 numbers from entry n on pick what follows the first n of two vectors' 32 words. */
static const int32_t word_index[32] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10,
                                       11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21,
                                       22, 23, 24, 25, 26, 27, 28, 29, 30, 31};

INLINE void put(char *p, __m512d line, put_mode mode, char *kept) {
    if (mode == PUT_STORE) {
        _mm512_storeu_pd(p, line);
    } else if (mode == PUT_STREAM) {
        _mm512_stream_pd((double *)(void *)p, line);
    } else if (mode == PUT_KEEP) {
        _mm512_store_pd(kept, line);
    } else {
        const uintptr_t offset = (uintptr_t)p % LINE;
        const __m512i index = _mm512_loadu_si512(&word_index[16 - offset / sizeof *word_index]);
        const __m512i both =
            _mm512_permutex2var_epi32(_mm512_load_si512(kept), index, _mm512_castpd_si512(line));

        _mm512_stream_si512((__m512i *)(void *)(p - offset), both);
        _mm512_store_pd(kept, line);
    }
}

/* Lane k of in[r] to lane r of the line k * columns behind the first. */
INLINE void put_lanes(char *dst, ptrdiff_t d, int columns, const __m512d in[4], put_mode mode,
                      char *kept) {
    const ptrdiff_t step = columns * d;
    const int kept_step = columns * 64;
    const __m512d even01 = _mm512_shuffle_f64x2(in[0], in[1], 0x88);
    const __m512d even23 = _mm512_shuffle_f64x2(in[2], in[3], 0x88);
    const __m512d odd01 = _mm512_shuffle_f64x2(in[0], in[1], 0xdd);
    const __m512d odd23 = _mm512_shuffle_f64x2(in[2], in[3], 0xdd);

    put(dst, _mm512_shuffle_f64x2(even01, even23, 0x88), mode, kept);
    put(dst + step, _mm512_shuffle_f64x2(odd01, odd23, 0x88), mode, kept + kept_step);
    put(dst + 2 * step, _mm512_shuffle_f64x2(even01, even23, 0xdd), mode, kept + 2 * kept_step);
    put(dst + 3 * step, _mm512_shuffle_f64x2(odd01, odd23, 0xdd), mode, kept + 3 * kept_step);
}

INLINE void block_4(const char *src, ptrdiff_t s, char *dst, ptrdiff_t d, put_mode mode,
                    char *kept) {
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
        put_lanes(dst + c * d, d, 4, column[c], mode, kept + c * 64);
    }
}

INLINE void block_8(const char *src, ptrdiff_t s, char *dst, ptrdiff_t d, put_mode mode,
                    char *kept) {
    __m512d column[2][4];

#pragma GCC unroll 4
    for (int g = 0; g < 4; g++) {
        const __m512d r0 = load(src + 2 * g * s), r1 = load(src + (2 * g + 1) * s);

        column[0][g] = _mm512_unpacklo_pd(r0, r1);
        column[1][g] = _mm512_unpackhi_pd(r0, r1);
    }
    put_lanes(dst, d, 2, column[0], mode, kept);
    put_lanes(dst + d, d, 2, column[1], mode, kept + 64);
}

INLINE void block_16(const char *src, ptrdiff_t s, char *dst, ptrdiff_t d, put_mode mode,
                     char *kept) {
    const __m512d row[4] = {load(src), load(src + s), load(src + 2 * s), load(src + 3 * s)};

    put_lanes(dst, d, 1, row, mode, kept);
}

/* A band of whole blocks; the last one overlaps its neighbour where the columns do not divide, and
 * has kept lines of its own. */
#define BAND(item)                                                                             \
    INLINE void band_##item(const char *src, ptrdiff_t s, char *dst, ptrdiff_t d,              \
                            gr_index columns, put_mode mode, char *kept) {                     \
        enum { WIDTH = 64 / item };                                                            \
                                                                                               \
        for (gr_index c = 0;; c = c + 2 * WIDTH <= columns ? c + WIDTH : columns - WIDTH) {    \
            const char *block = src + c * item;                                                \
            for (int r = 0; r < WIDTH; r++) {                                                  \
                _mm_prefetch((const char *)((uintptr_t)(block + r * s) + AHEAD), _MM_HINT_T0); \
            }                                                                                  \
            block_##item(block, s, dst + c * d, d, mode, kept);                                \
            if (c + WIDTH >= columns) {                                                        \
                break;                                                                         \
            }                                                                                  \
            kept += WIDTH * (mode >= PUT_KEEP ? 64 : 0);                                       \
        }                                                                                      \
    }                                                                                          \
    TARGET static void store_##item(const char *src, ptrdiff_t s, char *dst, ptrdiff_t d,      \
                                    gr_index columns) {                                        \
                                                                                               \
        band_##item(src, s, dst, d, columns, PUT_STORE, dst);                                  \
    }                                                                                          \
    TARGET static void stream_##item(const char *src, ptrdiff_t s, char *dst, ptrdiff_t d,     \
                                     gr_index columns) {                                       \
                                                                                               \
        band_##item(src, s, dst, d, columns, PUT_STREAM, dst);                                 \
    }                                                                                          \
    TARGET static void carry_##item(const char *src, ptrdiff_t s, char *dst, ptrdiff_t d,      \
                                    gr_index columns, char *kept) {                            \
        if (dst == NULL) {                                                                     \
            band_##item(src, s, kept, 0, columns, PUT_KEEP, kept);                             \
        } else {                                                                               \
            band_##item(src, s, dst, d, columns, PUT_CARRY, kept);                             \
        }                                                                                      \
    }
BAND(4)
BAND(8)
BAND(16)
#undef BAND

TARGET static void stream_lines(char *dst, const char *src, size_t lines) {
    size_t k = 0;

    for (; k + 4 <= lines; k += 4) {
        const __m512d a = load(src + 64 * k), b = load(src + 64 * k + 64);
        const __m512d c = load(src + 64 * k + 128), d = load(src + 64 * k + 192);

        put(dst + 64 * k, a, PUT_STREAM, dst);
        put(dst + 64 * k + 64, b, PUT_STREAM, dst);
        put(dst + 64 * k + 128, c, PUT_STREAM, dst);
        put(dst + 64 * k + 192, d, PUT_STREAM, dst);
    }
    for (; k < lines; k++) {
        put(dst + 64 * k, load(src + 64 * k), PUT_STREAM, dst);
    }
}

TARGET static void stream_pattern(char *dst, const char pattern[64], size_t lines) {
    const __m512d line = load(pattern);

    for (size_t k = 0; k < lines; k++) {
        put(dst + 64 * k, line, PUT_STREAM, dst);
    }
}

TARGET static void store_pattern(char *dst, const char pattern[64], size_t lines) {
    const __m512d line = load(pattern);

    for (size_t k = 0; k < lines; k++) {
        put(dst + 64 * k, line, PUT_STORE, dst);
    }
}

/* Elements of 1 and 2 bytes stay with 16-byte vectors: their full transposes need AVX-512BW and
 * gain nothing, as memory is the bound already. */
static const transpose_kernel kernels[] = {
    {4, 16, store_4, stream_4, carry_4},
    {8, 8, store_8, stream_8, carry_8},
    {16, 4, store_16, stream_16, carry_16},
    {2, 8, transpose_portable_2_store, transpose_portable_2_stream, NULL},
    {1, 16, transpose_portable_1_store, transpose_portable_1_stream, NULL},
    {0, 0, NULL, NULL, NULL},
};

const copy_machine copy_machine_avx512 = {stream_lines, stream_pattern, store_pattern, kernels};
#else
typedef int transpose_avx512_is_for_x86;
#endif
