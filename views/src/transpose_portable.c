/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file transpose_portable.c
 * @brief Copy kernels in 16-byte vectors of the compiler's own: SSE2, NEON or what there is.
 */
#include "copy_machine.h"

#include <string.h>
#ifdef __x86_64__
#include <emmintrin.h>
#endif

typedef uint8_t vector_1 __attribute__((vector_size(16)));
typedef uint16_t vector_2 __attribute__((vector_size(16)));
typedef uint32_t vector_4 __attribute__((vector_size(16)));
typedef uint64_t vector __attribute__((vector_size(16)));

#define INLINE static inline __attribute__((always_inline))
#define BAND_LINKAGE static

INLINE vector load(const char *p) {
    vector v;

    memcpy(&v, p, sizeof v);
    return v;
}

INLINE void store_part(char *p, vector v) {
    memcpy(p, &v, sizeof v);
}

INLINE void stream_part(char *p, vector v) {
#ifdef __x86_64__
    _mm_stream_si128((__m128i *)(void *)p, (__m128i)v);
#elif defined __clang__
    __builtin_nontemporal_store(v, (vector *)(void *)p);
#else
    store_part(p, v); /* this compiler has no way to ask for it */
#endif
}

/* A line to p. */
INLINE void put_store(char *p, vector a, vector b, vector c, vector d) {
    store_part(p, a);
    store_part(p + 16, b);
    store_part(p + 32, c);
    store_part(p + 48, d);
}

/* A line to p around the caches; p is a line. Its parts are written one after the other, since each
 * alone would cost a transfer to memory of its own. */
INLINE void put_stream(char *p, vector a, vector b, vector c, vector d) {
    stream_part(p, a);
    stream_part(p + 16, b);
    stream_part(p + 32, c);
    stream_part(p + 48, d);
}

#define ITEM 1
#define WIDTH 16
#define VECTOR vector_1
#define LOW(a, b) \
    __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
#define HIGH(a, b) \
    __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
#include "transpose_portable_template.h"

#define ITEM 2
#define WIDTH 8
#define VECTOR vector_2
#define LOW(a, b) __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11)
#define HIGH(a, b) __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15)
#include "transpose_portable_template.h"

#define ITEM 4
#define WIDTH 4
#define VECTOR vector_4
#define LOW(a, b) __builtin_shufflevector(a, b, 0, 4, 1, 5)
#define HIGH(a, b) __builtin_shufflevector(a, b, 2, 6, 3, 7)
#include "transpose_portable_template.h"

#define ITEM 8
#define WIDTH 2
#define VECTOR vector
#define LOW(a, b) __builtin_shufflevector(a, b, 0, 2)
#define HIGH(a, b) __builtin_shufflevector(a, b, 1, 3)
#include "transpose_portable_template.h"

#define ITEM 16
#define WIDTH 1
#define VECTOR vector
#define LOW(a, b) (a)
#define HIGH(a, b) (b)
#include "transpose_portable_template.h"

static void stream_lines(char *dst, const char *src, size_t lines) {
    for (size_t k = 0; k < lines; k++) {
        const char *from = src + 64 * k;

        put_stream(dst + 64 * k, load(from), load(from + 16), load(from + 32), load(from + 48));
    }
}

static void stream_pattern(char *dst, const char pattern[64], size_t lines) {
    const vector a = load(pattern), b = load(pattern + 16);
    const vector c = load(pattern + 32), d = load(pattern + 48);

    for (size_t k = 0; k < lines; k++) {
        put_stream(dst + 64 * k, a, b, c, d);
    }
}

static void store_pattern(char *dst, const char pattern[64], size_t lines) {
    const vector a = load(pattern), b = load(pattern + 16);
    const vector c = load(pattern + 32), d = load(pattern + 48);

    for (size_t k = 0; k < lines; k++) {
        put_store(dst + 64 * k, a, b, c, d);
    }
}

static const transpose_kernel kernels[] = {
    {8, 2, band_8_store, band_8_stream, NULL, NULL},
    {4, 4, band_4_store, band_4_stream, NULL, NULL},
    {16, 1, band_16_store, band_16_stream, NULL, NULL},
    {2, 8, band_2_store, band_2_stream, NULL, NULL},
    {1, 16, band_1_store, band_1_stream, NULL, NULL},
    {0, 0, NULL, NULL, NULL, NULL},
};

const copy_machine copy_machine_portable = {stream_lines, stream_pattern, store_pattern, kernels};
