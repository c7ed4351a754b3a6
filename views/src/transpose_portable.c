/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file transpose_portable.c
 * @brief Copy kernels in 16-byte vectors of the compiler's own: SSE2, NEON or what there is.
 *
 * W rows of W elements are transposed by interleaving row k with row k + W/2, log2(W) times. Four
 * such blocks below each other fill a cache line of each destination row.
 */
#include "copy_machine.h"

#include <stdbool.h>
#include <string.h>
#ifdef __x86_64__
#include <emmintrin.h>
#endif

typedef uint8_t vec1 __attribute__((vector_size(16)));
typedef uint16_t vec2 __attribute__((vector_size(16)));
typedef uint32_t vec4 __attribute__((vector_size(16)));
typedef uint64_t vec8 __attribute__((vector_size(16)));
typedef vec8 vec16;

#define INLINE static inline __attribute__((always_inline))

#define LOW_1(a, b) \
    __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
#define HIGH_1(a, b) \
    __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
#define LOW_2(a, b) __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11)
#define HIGH_2(a, b) __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15)
#define LOW_4(a, b) __builtin_shufflevector(a, b, 0, 4, 1, 5)
#define HIGH_4(a, b) __builtin_shufflevector(a, b, 2, 6, 3, 7)
#define LOW_8(a, b) __builtin_shufflevector(a, b, 0, 2)
#define HIGH_8(a, b) __builtin_shufflevector(a, b, 1, 3)
#define LOW_16(a, b) (a)
#define HIGH_16(a, b) (b)

INLINE vec8 load(const char *p) {
    vec8 v;

    memcpy(&v, p, sizeof v);
    return v;
}

INLINE void put(char *p, vec8 v, bool stream) {
#ifdef __x86_64__
    if (stream) {
        _mm_stream_si128((__m128i *)(void *)p, (__m128i)v);
        return;
    }
#elif defined __clang__
    if (stream) {
        __builtin_nontemporal_store(v, (vec8 *)(void *)p);
        return;
    }
#endif
    (void)stream;
    memcpy(p, &v, sizeof v);
}

#define BLOCK(item)                                                                 \
    INLINE void columns_##item(const char *src, ptrdiff_t s, vec8 out[16 / item]) { \
        enum { W = 16 / item };                                                     \
        vec##item a[W], b[W];                                                       \
                                                                                    \
        _Pragma("GCC unroll 16") for (int r = 0; r < W; r++) {                      \
            a[r] = (vec##item)load(src + r * s);                                    \
        }                                                                           \
        _Pragma("GCC unroll 4") for (int w = W; w > 1; w /= 2) {                    \
            _Pragma("GCC unroll 8") for (int k = 0; k < W / 2; k++) {               \
                b[2 * k] = LOW_##item(a[k], a[k + W / 2]);                          \
                b[2 * k + 1] = HIGH_##item(a[k], a[k + W / 2]);                     \
            }                                                                       \
            _Pragma("GCC unroll 16") for (int r = 0; r < W; r++) {                  \
                a[r] = b[r];                                                        \
            }                                                                       \
        }                                                                           \
        _Pragma("GCC unroll 16") for (int c = 0; c < W; c++) {                      \
            out[c] = (vec8)a[c];                                                    \
        }                                                                           \
    }
BLOCK(1)
BLOCK(2)
BLOCK(4)
BLOCK(8)
#undef BLOCK

INLINE void columns_16(const char *src, ptrdiff_t s, vec8 out[1]) {
    (void)s;
    out[0] = load(src);
}

/* W columns at a time, the last ones overlapping where they do not divide. */
#define BAND(item)                                                                                \
    INLINE void band_##item(const char *src, ptrdiff_t s, char *dst, ptrdiff_t d,                 \
                            gr_index columns, bool stream) {                                      \
        enum { W = 16 / item };                                                                   \
                                                                                                  \
        for (gr_index c = 0;; c = c + 2 * W <= columns ? c + W : columns - W) {                   \
            vec8 part[4][W];                                                                      \
            _Pragma("GCC unroll 4") for (int p = 0; p < 4; p++) {                                 \
                columns_##item(src + c * item + p * W * s, s, part[p]);                           \
            }                                                                                     \
            _Pragma("GCC unroll 16") for (int k = 0; k < W; k++) {                                \
                _Pragma("GCC unroll 4") for (int p = 0; p < 4; p++) {                             \
                    put(dst + (c + k) * d + 16 * p, part[p][k], stream);                          \
                }                                                                                 \
            }                                                                                     \
            if (c + W >= columns) {                                                               \
                break;                                                                            \
            }                                                                                     \
        }                                                                                         \
    }                                                                                             \
    void transpose_portable_##item##_store(const char *src, ptrdiff_t s, char *dst, ptrdiff_t d,  \
                                           gr_index columns) {                                    \
        band_##item(src, s, dst, d, columns, false);                                              \
    }                                                                                             \
    void transpose_portable_##item##_stream(const char *src, ptrdiff_t s, char *dst, ptrdiff_t d, \
                                            gr_index columns) {                                   \
        band_##item(src, s, dst, d, columns, true);                                               \
    }
BAND(1)
BAND(2)
BAND(4)
BAND(8)
BAND(16)
#undef BAND

INLINE void put_line(char *dst, const vec8 line[4], bool stream) {
#pragma GCC unroll 4
    for (int p = 0; p < 4; p++) {
        put(dst + 16 * p, line[p], stream);
    }
}

static void stream_lines(char *dst, const char *src, size_t lines) {
    for (size_t k = 0; k < lines; k++) {
        const char *from = src + 64 * k;
        const vec8 line[4] = {load(from), load(from + 16), load(from + 32), load(from + 48)};

        put_line(dst + 64 * k, line, true);
    }
}

INLINE void put_pattern(char *dst, const char pattern[64], size_t lines, bool stream) {
    const vec8 line[4] = {load(pattern), load(pattern + 16), load(pattern + 32),
                          load(pattern + 48)};

    for (size_t k = 0; k < lines; k++) {
        put_line(dst + 64 * k, line, stream);
    }
}

static void stream_pattern(char *dst, const char pattern[64], size_t lines) {
    put_pattern(dst, pattern, lines, true);
}

static void store_pattern(char *dst, const char pattern[64], size_t lines) {
    put_pattern(dst, pattern, lines, false);
}

static const transpose_kernel kernels[] = {
    {8, 2, transpose_portable_8_store, transpose_portable_8_stream, NULL},
    {4, 4, transpose_portable_4_store, transpose_portable_4_stream, NULL},
    {16, 1, transpose_portable_16_store, transpose_portable_16_stream, NULL},
    {2, 8, transpose_portable_2_store, transpose_portable_2_stream, NULL},
    {1, 16, transpose_portable_1_store, transpose_portable_1_stream, NULL},
    {0, 0, NULL, NULL, NULL},
};

const copy_machine copy_machine_portable = {stream_lines, stream_pattern, store_pattern, kernels};
