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
 * output are in use; both in lines of 64 bytes. Lines are fetched so many ahead. */
enum { TILE_BANDS = 8, TILE_LINES = 64, AHEAD = 4 };

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
