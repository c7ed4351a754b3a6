/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file simd.h
 * @brief 64-byte vectors for the best sides: one AVX-512 register, or as many smaller ones as the
 * machine needs.
 *
 * The compiler's own vectors do arithmetic, so that every machine has a fallback; what they lack in
 * C (minimum, selection, streaming stores) is here.
 */
#ifndef PERF_TESTS_SIMD_H
#define PERF_TESTS_SIMD_H

#include <granum/types.h>

#ifdef __x86_64__
#include <immintrin.h>
#endif

/* Results larger than this [B] do not stay in the caches: writing them past the caches saves
 * reading them first. */
enum { STREAMING_BYTES = 16 << 20 };

/* Fewer elements than this [B] are done before other threads have woken. */
enum { SERIAL_BYTES = 192 << 10 };

typedef double v8d __attribute__((vector_size(64)));
typedef float v16f __attribute__((vector_size(64)));
typedef int64_t v8l __attribute__((vector_size(64)));
typedef int32_t v16i __attribute__((vector_size(64)));
typedef v8d v8d_unaligned __attribute__((aligned(8), may_alias));
typedef v16f v16f_unaligned __attribute__((aligned(4), may_alias));
typedef v8l v8l_unaligned __attribute__((aligned(8), may_alias));

static inline v8d v8d_load(const double *p) {
    return *(const v8d_unaligned *)p;
}

static inline v16f v16f_load(const float *p) {
    return *(const v16f_unaligned *)p;
}

static inline v8l v8l_load(const int64_t *p) {
    return *(const v8l_unaligned *)p;
}

static inline void v8d_store(double *p, v8d x) {
    *(v8d_unaligned *)p = x;
}

static inline void v8l_store(int64_t *p, v8l x) {
    *(v8l_unaligned *)p = x;
}

/* Write a 64-byte aligned line past the caches; wait for it with stream_end() before other threads
 * read. */
static inline void v8d_stream(double *p, v8d x) {
#if defined(__AVX512F__)
    _mm512_stream_pd(p, (__m512d)x);
#elif defined(__AVX__)
    const union {
        v8d whole;
        __m256d half[2];
    } u = {x};
    _mm256_stream_pd(p, u.half[0]);
    _mm256_stream_pd(p + 4, u.half[1]);
#else
    *(v8d *)p = x;
#endif
}

static inline void v16f_store(float *p, v16f x) {
    *(v16f_unaligned *)p = x;
}

static inline void v16f_stream(float *p, v16f x) {
    v8d_stream((double *)(void *)p, (v8d)x);
}

static inline void stream_end(void) {
#ifdef __x86_64__
    _mm_sfence();
#endif
}

static inline v8d v8d_select(v8l mask, v8d yes, v8d no) {
    return (v8d)(((v8l)yes & mask) | ((v8l)no & ~mask));
}

static inline v8d v8d_min(v8d a, v8d b) {
#ifdef __AVX512F__
    return (v8d)_mm512_min_pd((__m512d)a, (__m512d)b);
#else
    return v8d_select(a < b, a, b);
#endif
}

static inline v8d v8d_max(v8d a, v8d b) {
#ifdef __AVX512F__
    return (v8d)_mm512_max_pd((__m512d)a, (__m512d)b);
#else
    return v8d_select(a > b, a, b);
#endif
}

static inline v16f v16f_select(v16i mask, v16f yes, v16f no) {
    return (v16f)(((v16i)yes & mask) | ((v16i)no & ~mask));
}

static inline v16f v16f_min(v16f a, v16f b) {
#ifdef __AVX512F__
    return (v16f)_mm512_min_ps((__m512)a, (__m512)b);
#else
    return v16f_select(a < b, a, b);
#endif
}

static inline v16f v16f_max(v16f a, v16f b) {
#ifdef __AVX512F__
    return (v16f)_mm512_max_ps((__m512)a, (__m512)b);
#else
    return v16f_select(a > b, a, b);
#endif
}

#endif
