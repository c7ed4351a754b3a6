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
#define BAND_LINKAGE TARGET static

INLINE __m512d load(const char *p) {
    return _mm512_loadu_pd(p);
}

/* ---- what becomes of a line that belongs to p ---- */

/* It goes there. */
INLINE void put_store(char *p, __m512d line, char *kept, gr_index slot) {
    (void)kept;
    (void)slot;
    _mm512_storeu_pd(p, line);
}

/* It goes there around the caches; p is a line. */
INLINE void put_stream(char *p, __m512d line, char *kept, gr_index slot) {
    (void)kept;
    (void)slot;
    _mm512_stream_pd((double *)(void *)p, line);
}

/* It is kept. */
INLINE void put_keep(char *p, __m512d line, char *kept, gr_index slot) {
    (void)p;
    _mm512_store_pd(kept + 64 * slot, line);
}

/* 16 numbers from entry n on pick what follows the first n of two vectors' 32 words. */
static const int32_t word_index[32] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10,
                                       11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21,
                                       22, 23, 24, 25, 26, 27, 28, 29, 30, 31};

/* The line of dst that p lies in is complete with what was kept before, and goes there around the
 * caches; then this one is kept. */
INLINE void put_carry(char *p, __m512d line, char *kept, gr_index slot) {
    const uintptr_t offset = (uintptr_t)p % LINE;
    const __m512i index = _mm512_loadu_si512(&word_index[16 - offset / sizeof *word_index]);
    const __m512i before = _mm512_load_si512(kept + 64 * slot);

    _mm512_stream_si512((__m512i *)(void *)(p - offset),
                        _mm512_permutex2var_epi32(before, index, _mm512_castpd_si512(line)));
    _mm512_store_pd(kept + 64 * slot, line);
}

/* ---- transposes inside of lanes ---- */

/* column[c][g]: of rows 4 g to 4 g + 3, columns c, c + 4, c + 8 and c + 12, a lane each. */
INLINE void quads(const char *src, ptrdiff_t s, __m512d column[4][4]) {
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
}

/* column[c][g]: of rows 2 g and 2 g + 1, columns c, c + 2, c + 4 and c + 6, a lane each. */
INLINE void pairs(const char *src, ptrdiff_t s, __m512d column[2][4]) {
#pragma GCC unroll 4
    for (int g = 0; g < 4; g++) {
        const __m512d r0 = load(src + 2 * g * s), r1 = load(src + (2 * g + 1) * s);

        column[0][g] = _mm512_unpacklo_pd(r0, r1);
        column[1][g] = _mm512_unpackhi_pd(r0, r1);
    }
}

#define BAND_MODE store
#include "transpose_avx512_template.h"
#define BAND_MODE stream
#include "transpose_avx512_template.h"
#define BAND_MODE keep
#include "transpose_avx512_template.h"
#define BAND_MODE carry
#include "transpose_avx512_template.h"

/* ---- contiguous lines ---- */

TARGET static void stream_lines(char *dst, const char *src, size_t lines) {
    for (size_t k = 0; k < lines; k++) {
        put_stream(dst + 64 * k, load(src + 64 * k), NULL, 0);
    }
}

TARGET static void stream_pattern(char *dst, const char pattern[64], size_t lines) {
    const __m512d line = load(pattern);

    for (size_t k = 0; k < lines; k++) {
        put_stream(dst + 64 * k, line, NULL, 0);
    }
}

TARGET static void store_pattern(char *dst, const char pattern[64], size_t lines) {
    const __m512d line = load(pattern);

    for (size_t k = 0; k < lines; k++) {
        put_store(dst + 64 * k, line, NULL, 0);
    }
}

/* Elements of 1 and 2 bytes stay with 16-byte vectors: their full transposes need AVX-512BW and
 * gain nothing, as memory is the bound already. */
static const transpose_kernel kernels[] = {
    {4, 16, band_4_store, band_4_stream, band_4_keep, band_4_carry},
    {8, 8, band_8_store, band_8_stream, band_8_keep, band_8_carry},
    {16, 4, band_16_store, band_16_stream, band_16_keep, band_16_carry},
    {0, 0, NULL, NULL, NULL, NULL},
};

const copy_machine copy_machine_avx512 = {stream_lines, stream_pattern, store_pattern, kernels};
#else
typedef int transpose_avx512_is_for_x86;
#endif
