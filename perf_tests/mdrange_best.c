/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file mdrange_best.c
 * @brief Averages of the neighbours, tiled by hand: rows whose length the compiler knows, where it
 * is short, and tiles along the last index but one.
 */
#include "mdrange.h"

#include <omp.h>

#define INLINE static inline __attribute__((always_inline))

/* Rows of `width` elements, for the share from..to of the first index. */
INLINE void rows_2d(const mdrange_data *d, gr_index from, gr_index to, gr_index width) {
    const gr_index *e = d->extent;
    const double *a = d->a;
    double *b = d->b;
    const gr_index s0 = e[1];

    for (gr_index i = from; i < to; i++) {
        const double *p = a + i * s0;
        double *q = b + i * s0;

#pragma omp simd
        for (gr_index j = 1; j < width + 1; j++)
            q[j] = (1.0 / 4.0) * (p[j - s0] + p[j + s0] + p[j - 1] + p[j + 1]);
    }
}

/* Rows of `width` elements, for the share from..to of the first index. */
INLINE void rows_3d(const mdrange_data *d, gr_index from, gr_index to, gr_index width) {
    const gr_index *e = d->extent;
    const double *a = d->a;
    double *b = d->b;
    const gr_index s1 = e[2];
    const gr_index s0 = s1 * e[1];

    for (gr_index t = 1; t < e[1] - 1; t += d->tile) {
        const gr_index end = t + d->tile < e[1] - 1 ? t + d->tile : e[1] - 1;

        for (gr_index i = from; i < to; i++)
            for (gr_index j = t; j < end; j++) {
                const double *p = a + i * s0 + j * s1;
                double *q = b + i * s0 + j * s1;

#pragma omp simd
                for (gr_index k = 1; k < width + 1; k++)
                    q[k] = (1.0 / 6.0) *
                           (p[k - s0] + p[k + s0] + p[k - s1] + p[k + s1] + p[k - 1] + p[k + 1]);
            }
    }
}

/* Rows of `width` elements, for the share from..to of the first index. */
INLINE void rows_4d(const mdrange_data *d, gr_index from, gr_index to, gr_index width) {
    const gr_index *e = d->extent;
    const double *a = d->a;
    double *b = d->b;
    const gr_index s2 = e[3];
    const gr_index s1 = s2 * e[2];
    const gr_index s0 = s1 * e[1];

    for (gr_index t = 1; t < e[2] - 1; t += d->tile) {
        const gr_index end = t + d->tile < e[2] - 1 ? t + d->tile : e[2] - 1;

        for (gr_index i = from; i < to; i++)
            for (gr_index j = 1; j < e[1] - 1; j++)
                for (gr_index k = t; k < end; k++) {
                    const double *p = a + i * s0 + j * s1 + k * s2;
                    double *q = b + i * s0 + j * s1 + k * s2;

#pragma omp simd
                    for (gr_index l = 1; l < width + 1; l++)
                        q[l] = (1.0 / 8.0) * (p[l - s0] + p[l + s0] + p[l - s1] + p[l + s1] +
                                              p[l - s2] + p[l + s2] + p[l - 1] + p[l + 1]);
                }
    }
}

/* Rows of `width` elements, for the share from..to of the first index. */
INLINE void rows_5d(const mdrange_data *d, gr_index from, gr_index to, gr_index width) {
    const gr_index *e = d->extent;
    const double *a = d->a;
    double *b = d->b;
    const gr_index s3 = e[4];
    const gr_index s2 = s3 * e[3];
    const gr_index s1 = s2 * e[2];
    const gr_index s0 = s1 * e[1];

    for (gr_index t = 1; t < e[3] - 1; t += d->tile) {
        const gr_index end = t + d->tile < e[3] - 1 ? t + d->tile : e[3] - 1;

        for (gr_index i = from; i < to; i++)
            for (gr_index j = 1; j < e[1] - 1; j++)
                for (gr_index k = 1; k < e[2] - 1; k++)
                    for (gr_index l = t; l < end; l++) {
                        const double *p = a + i * s0 + j * s1 + k * s2 + l * s3;
                        double *q = b + i * s0 + j * s1 + k * s2 + l * s3;

#pragma omp simd
                        for (gr_index m = 1; m < width + 1; m++)
                            q[m] = (1.0 / 10.0) *
                                   (p[m - s0] + p[m + s0] + p[m - s1] + p[m + s1] + p[m - s2] +
                                    p[m + s2] + p[m - s3] + p[m + s3] + p[m - 1] + p[m + 1]);
                    }
    }
}

/* Rows of `width` elements, for the share from..to of the first index. */
INLINE void rows_6d(const mdrange_data *d, gr_index from, gr_index to, gr_index width) {
    const gr_index *e = d->extent;
    const double *a = d->a;
    double *b = d->b;
    const gr_index s4 = e[5];
    const gr_index s3 = s4 * e[4];
    const gr_index s2 = s3 * e[3];
    const gr_index s1 = s2 * e[2];
    const gr_index s0 = s1 * e[1];

    for (gr_index t = 1; t < e[4] - 1; t += d->tile) {
        const gr_index end = t + d->tile < e[4] - 1 ? t + d->tile : e[4] - 1;

        for (gr_index i = from; i < to; i++)
            for (gr_index j = 1; j < e[1] - 1; j++)
                for (gr_index k = 1; k < e[2] - 1; k++)
                    for (gr_index l = 1; l < e[3] - 1; l++)
                        for (gr_index m = t; m < end; m++) {
                            const double *p = a + i * s0 + j * s1 + k * s2 + l * s3 + m * s4;
                            double *q = b + i * s0 + j * s1 + k * s2 + l * s3 + m * s4;

#pragma omp simd
                            for (gr_index n = 1; n < width + 1; n++)
                                q[n] =
                                    (1.0 / 12.0) * (p[n - s0] + p[n + s0] + p[n - s1] + p[n + s1] +
                                                    p[n - s2] + p[n + s2] + p[n - s3] + p[n + s3] +
                                                    p[n - s4] + p[n + s4] + p[n - 1] + p[n + 1]);
                        }
    }
}

void mdrange_2d_best(void *data) {
    const mdrange_data *d = (const mdrange_data *)data;
    const gr_index rows = d->extent[0] - 2, width = d->extent[1] - 2;

#pragma omp parallel
    {
        const gr_index threads = omp_get_num_threads(), thread = omp_get_thread_num();
        const gr_index from = 1 + rows * thread / threads, to = 1 + rows * (thread + 1) / threads;

        if (width == 4)
            rows_2d(d, from, to, 4);
        else if (width == 16)
            rows_2d(d, from, to, 16);
        else
            rows_2d(d, from, to, width);
    }
}

void mdrange_3d_best(void *data) {
    const mdrange_data *d = (const mdrange_data *)data;
    const gr_index rows = d->extent[0] - 2, width = d->extent[2] - 2;

#pragma omp parallel
    {
        const gr_index threads = omp_get_num_threads(), thread = omp_get_thread_num();
        const gr_index from = 1 + rows * thread / threads, to = 1 + rows * (thread + 1) / threads;

        if (width == 4)
            rows_3d(d, from, to, 4);
        else if (width == 16)
            rows_3d(d, from, to, 16);
        else
            rows_3d(d, from, to, width);
    }
}

void mdrange_4d_best(void *data) {
    const mdrange_data *d = (const mdrange_data *)data;
    const gr_index rows = d->extent[0] - 2, width = d->extent[3] - 2;

#pragma omp parallel
    {
        const gr_index threads = omp_get_num_threads(), thread = omp_get_thread_num();
        const gr_index from = 1 + rows * thread / threads, to = 1 + rows * (thread + 1) / threads;

        if (width == 4)
            rows_4d(d, from, to, 4);
        else if (width == 16)
            rows_4d(d, from, to, 16);
        else
            rows_4d(d, from, to, width);
    }
}

void mdrange_5d_best(void *data) {
    const mdrange_data *d = (const mdrange_data *)data;
    const gr_index rows = d->extent[0] - 2, width = d->extent[4] - 2;

#pragma omp parallel
    {
        const gr_index threads = omp_get_num_threads(), thread = omp_get_thread_num();
        const gr_index from = 1 + rows * thread / threads, to = 1 + rows * (thread + 1) / threads;

        if (width == 4)
            rows_5d(d, from, to, 4);
        else if (width == 16)
            rows_5d(d, from, to, 16);
        else
            rows_5d(d, from, to, width);
    }
}

void mdrange_6d_best(void *data) {
    const mdrange_data *d = (const mdrange_data *)data;
    const gr_index rows = d->extent[0] - 2, width = d->extent[5] - 2;

#pragma omp parallel
    {
        const gr_index threads = omp_get_num_threads(), thread = omp_get_thread_num();
        const gr_index from = 1 + rows * thread / threads, to = 1 + rows * (thread + 1) / threads;

        if (width == 4)
            rows_6d(d, from, to, 4);
        else if (width == 16)
            rows_6d(d, from, to, 16);
        else
            rows_6d(d, from, to, width);
    }
}
