/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file transpose_avx2.c
 * @brief Copy kernels in 32-byte vectors, two of which make a cache line.
 *
 * Both halves of a line are written one after the other, since a streamed half alone would cost a
 * transfer to memory of its own.
 */
#ifdef __x86_64__
#include "copy_machine.h"

#include <immintrin.h>

#define TARGET __attribute__((target("avx2")))
#define INLINE TARGET static inline __attribute__((always_inline))
#define BAND_LINKAGE TARGET static

INLINE __m256d load(const char *p) {
    return _mm256_loadu_pd((const double *)(const void *)p);
}

/* A line to p. */
INLINE void put_store(char *p, __m256d lo, __m256d hi) {
    _mm256_storeu_pd((double *)(void *)p, lo);
    _mm256_storeu_pd((double *)(void *)(p + 32), hi);
}

/* A line to p around the caches; p is a line. */
INLINE void put_stream(char *p, __m256d lo, __m256d hi) {
    _mm256_stream_pd((double *)(void *)p, lo);
    _mm256_stream_pd((double *)(void *)(p + 32), hi);
}

/* Two 16-byte lanes of each row group: the low ones and the high ones side by side. */
INLINE __m256d low_lanes(const __m256d in[2]) {
    return _mm256_permute2f128_pd(in[0], in[1], 0x20);
}

INLINE __m256d high_lanes(const __m256d in[2]) {
    return _mm256_permute2f128_pd(in[0], in[1], 0x31);
}

INLINE void columns_4(const char *src, ptrdiff_t s, __m256d out[8]) {
    __m256d column[4][2];

#pragma GCC unroll 2
    for (int g = 0; g < 2; g++) {
        const char *row = src + 4 * g * s;
        const __m256 r0 = _mm256_castpd_ps(load(row)), r1 = _mm256_castpd_ps(load(row + s));
        const __m256 r2 = _mm256_castpd_ps(load(row + 2 * s));
        const __m256 r3 = _mm256_castpd_ps(load(row + 3 * s));
        const __m256d lo01 = _mm256_castps_pd(_mm256_unpacklo_ps(r0, r1));
        const __m256d hi01 = _mm256_castps_pd(_mm256_unpackhi_ps(r0, r1));
        const __m256d lo23 = _mm256_castps_pd(_mm256_unpacklo_ps(r2, r3));
        const __m256d hi23 = _mm256_castps_pd(_mm256_unpackhi_ps(r2, r3));

        column[0][g] = _mm256_unpacklo_pd(lo01, lo23);
        column[1][g] = _mm256_unpackhi_pd(lo01, lo23);
        column[2][g] = _mm256_unpacklo_pd(hi01, hi23);
        column[3][g] = _mm256_unpackhi_pd(hi01, hi23);
    }
#pragma GCC unroll 4
    for (int c = 0; c < 4; c++) {
        out[c] = low_lanes(column[c]);
        out[c + 4] = high_lanes(column[c]);
    }
}

INLINE void columns_8(const char *src, ptrdiff_t s, __m256d out[4]) {
    __m256d column[2][2];

#pragma GCC unroll 2
    for (int g = 0; g < 2; g++) {
        const __m256d r0 = load(src + 2 * g * s), r1 = load(src + (2 * g + 1) * s);

        column[0][g] = _mm256_unpacklo_pd(r0, r1);
        column[1][g] = _mm256_unpackhi_pd(r0, r1);
    }
#pragma GCC unroll 2
    for (int c = 0; c < 2; c++) {
        out[c] = low_lanes(column[c]);
        out[c + 2] = high_lanes(column[c]);
    }
}

INLINE void columns_16(const char *src, ptrdiff_t s, __m256d out[2]) {
    const __m256d row[2] = {load(src), load(src + s)};

    out[0] = low_lanes(row);
    out[1] = high_lanes(row);
}

#define BAND_MODE store
#include "transpose_avx2_template.h"
#define BAND_MODE stream
#include "transpose_avx2_template.h"

TARGET static void stream_lines(char *dst, const char *src, size_t lines) {
    for (size_t k = 0; k < lines; k++) {
        put_stream(dst + 64 * k, load(src + 64 * k), load(src + 64 * k + 32));
    }
}

TARGET static void stream_pattern(char *dst, const char pattern[64], size_t lines) {
    const __m256d lo = load(pattern), hi = load(pattern + 32);

    for (size_t k = 0; k < lines; k++) {
        put_stream(dst + 64 * k, lo, hi);
    }
}

TARGET static void store_pattern(char *dst, const char pattern[64], size_t lines) {
    const __m256d lo = load(pattern), hi = load(pattern + 32);

    for (size_t k = 0; k < lines; k++) {
        put_store(dst + 64 * k, lo, hi);
    }
}

static const transpose_kernel kernels[] = {
    {4, 8, band_4_store, band_4_stream, NULL, NULL},
    {8, 4, band_8_store, band_8_stream, NULL, NULL},
    {16, 2, band_16_store, band_16_stream, NULL, NULL},
    {0, 0, NULL, NULL, NULL, NULL},
};

const copy_machine copy_machine_avx2 = {stream_lines, stream_pattern, store_pattern, kernels};
#else
typedef int transpose_avx2_is_for_x86;
#endif
