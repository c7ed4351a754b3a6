/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file copy_best.c
 * @brief Copies by hand: transposes of whole lines in registers, and stores past the caches where
 * large.
 */
#include "copy.h"
#include "simd.h"

#include <omp.h>
#include <string.h>

#define INLINE static inline __attribute__((always_inline))

/* Tiles are long in the direction in which the input is read, and low, so that few pages of the
 * output are in use: bands of one line of 64 bytes by columns. Lines are fetched so many ahead. */
enum { TILE_BANDS = 16, TILE_COLUMNS = 1024, STRIP_COLUMNS = 512, AHEAD = 4 };

/* The last n elements of a, then the first of b: a line that begins n elements before b. */
INLINE v8d v8d_join(v8d a, v8d b, int n) {
#ifdef __AVX512F__
    const __m512i first = _mm512_set_epi64(7, 6, 5, 4, 3, 2, 1, 0);

    return (v8d)_mm512_permutex2var_pd(
        (__m512d)a, _mm512_add_epi64(first, _mm512_set1_epi64(8 - n)), (__m512d)b);
#else
    double both[16];

    v8d_store(both, a);
    v8d_store(both + 8, b);
    return v8d_load(both + 8 - n);
#endif
}

INLINE v16f v16f_join(v16f a, v16f b, int n) {
#ifdef __AVX512F__
    const __m512i first = _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);

    return (v16f)_mm512_permutex2var_ps(
        (__m512)a, _mm512_add_epi32(first, _mm512_set1_epi32(16 - n)), (__m512)b);
#else
    float both[32];

    v16f_store(both, a);
    v16f_store(both + 16, b);
    return v16f_load(both + 16 - n);
#endif
}

#define REAL double
#define VECTOR v8d
#define WIDTH 8
#define ROUNDS 3
#define LOW 0, 8, 1, 9, 2, 10, 3, 11
#define HIGH 4, 12, 5, 13, 6, 14, 7, 15
#define DATA transpose_data_f64
#define SIDE copy_transpose_f64_best
#define LOCAL(name) name##_f64
#define VECTOR_(op) v8d_##op
#include "copy_best_template.h"

#define REAL float
#define VECTOR v16f
#define WIDTH 16
#define ROUNDS 4
#define LOW 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23
#define HIGH 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31
#define DATA transpose_data_f32
#define SIDE copy_transpose_f32_best
#define LOCAL(name) name##_f32
#define VECTOR_(op) v16f_##op
#include "copy_best_template.h"

/* Whole lines of [0, n) to the threads; what is left over to the caller. */
void copy_same_best(void *data) {
    const same_data *d = (const same_data *)data;
    const gr_index n = d->out.extent[0], whole = n / 8;
    const double *in = d->in.data;
    double *out = d->out.data;

#pragma omp parallel
    {
        const gr_index team = omp_get_num_threads(), me = omp_get_thread_num();
        const gr_index lo = whole * me / team * 8, hi = whole * (me + 1) / team * 8;

        if (16 * n > STREAMING_BYTES)
            for (gr_index i = lo; i < hi; i += 8)
                v8d_stream(out + i, v8d_load(in + i));
        else
            for (gr_index i = lo; i < hi; i += 8)
                v8d_store(out + i, v8d_load(in + i));
        stream_end();
    }
    for (gr_index i = whole * 8; i < n; i++)
        out[i] = in[i];
}

void copy_fill_best(void *data) {
    const same_data *d = (const same_data *)data;
    const gr_index n = d->out.extent[0], whole = n / 8;
    const double value = d->value;
    double *out = d->out.data;

#pragma omp parallel
    {
        const gr_index team = omp_get_num_threads(), me = omp_get_thread_num();
        const gr_index lo = whole * me / team * 8, hi = whole * (me + 1) / team * 8;
        const v8d line = (v8d){0} + value;

        if (8 * n > STREAMING_BYTES)
            for (gr_index i = lo; i < hi; i += 8)
                v8d_stream(out + i, line);
        else
            for (gr_index i = lo; i < hi; i += 8)
                v8d_store(out + i, line);
        stream_end();
    }
    for (gr_index i = whole * 8; i < n; i++)
        out[i] = value;
}
