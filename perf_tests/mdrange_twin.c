/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file mdrange_twin.c
 * @brief Averages of the neighbours in plain C + OpenMP: nested loops, two of them shared out.
 */
#include "mdrange.h"

void mdrange_2d_twin(void *data) {
    const mdrange_data *d = (const mdrange_data *)data;
    const gr_index *e = d->extent;
    const double *a = d->a;
    double *b = d->b;
    const gr_index s0 = e[1];

#pragma omp parallel for schedule(static)
    for (gr_index i = 1; i < e[0] - 1; i++) {
        const double *p = a + i * s0;
        double *q = b + i * s0;

#pragma omp simd
        for (gr_index j = 1; j < e[1] - 1; j++)
            q[j] = (1.0 / 4.0) * (p[j - s0] + p[j + s0] + p[j - 1] + p[j + 1]);
    }
}

void mdrange_3d_twin(void *data) {
    const mdrange_data *d = (const mdrange_data *)data;
    const gr_index *e = d->extent;
    const double *a = d->a;
    double *b = d->b;
    const gr_index s1 = e[2];
    const gr_index s0 = s1 * e[1];

#pragma omp parallel for collapse(2) schedule(static)
    for (gr_index i = 1; i < e[0] - 1; i++)
        for (gr_index j = 1; j < e[1] - 1; j++) {
            const double *p = a + i * s0 + j * s1;
            double *q = b + i * s0 + j * s1;

#pragma omp simd
            for (gr_index k = 1; k < e[2] - 1; k++)
                q[k] = (1.0 / 6.0) *
                       (p[k - s0] + p[k + s0] + p[k - s1] + p[k + s1] + p[k - 1] + p[k + 1]);
        }
}

void mdrange_4d_twin(void *data) {
    const mdrange_data *d = (const mdrange_data *)data;
    const gr_index *e = d->extent;
    const double *a = d->a;
    double *b = d->b;
    const gr_index s2 = e[3];
    const gr_index s1 = s2 * e[2];
    const gr_index s0 = s1 * e[1];

#pragma omp parallel for collapse(2) schedule(static)
    for (gr_index i = 1; i < e[0] - 1; i++)
        for (gr_index j = 1; j < e[1] - 1; j++)
            for (gr_index k = 1; k < e[2] - 1; k++) {
                const double *p = a + i * s0 + j * s1 + k * s2;
                double *q = b + i * s0 + j * s1 + k * s2;

#pragma omp simd
                for (gr_index l = 1; l < e[3] - 1; l++)
                    q[l] = (1.0 / 8.0) * (p[l - s0] + p[l + s0] + p[l - s1] + p[l + s1] +
                                          p[l - s2] + p[l + s2] + p[l - 1] + p[l + 1]);
            }
}

void mdrange_5d_twin(void *data) {
    const mdrange_data *d = (const mdrange_data *)data;
    const gr_index *e = d->extent;
    const double *a = d->a;
    double *b = d->b;
    const gr_index s3 = e[4];
    const gr_index s2 = s3 * e[3];
    const gr_index s1 = s2 * e[2];
    const gr_index s0 = s1 * e[1];

#pragma omp parallel for collapse(2) schedule(static)
    for (gr_index i = 1; i < e[0] - 1; i++)
        for (gr_index j = 1; j < e[1] - 1; j++)
            for (gr_index k = 1; k < e[2] - 1; k++)
                for (gr_index l = 1; l < e[3] - 1; l++) {
                    const double *p = a + i * s0 + j * s1 + k * s2 + l * s3;
                    double *q = b + i * s0 + j * s1 + k * s2 + l * s3;

#pragma omp simd
                    for (gr_index m = 1; m < e[4] - 1; m++)
                        q[m] = (1.0 / 10.0) *
                               (p[m - s0] + p[m + s0] + p[m - s1] + p[m + s1] + p[m - s2] +
                                p[m + s2] + p[m - s3] + p[m + s3] + p[m - 1] + p[m + 1]);
                }
}

void mdrange_6d_twin(void *data) {
    const mdrange_data *d = (const mdrange_data *)data;
    const gr_index *e = d->extent;
    const double *a = d->a;
    double *b = d->b;
    const gr_index s4 = e[5];
    const gr_index s3 = s4 * e[4];
    const gr_index s2 = s3 * e[3];
    const gr_index s1 = s2 * e[2];
    const gr_index s0 = s1 * e[1];

#pragma omp parallel for collapse(2) schedule(static)
    for (gr_index i = 1; i < e[0] - 1; i++)
        for (gr_index j = 1; j < e[1] - 1; j++)
            for (gr_index k = 1; k < e[2] - 1; k++)
                for (gr_index l = 1; l < e[3] - 1; l++)
                    for (gr_index m = 1; m < e[4] - 1; m++) {
                        const double *p = a + i * s0 + j * s1 + k * s2 + l * s3 + m * s4;
                        double *q = b + i * s0 + j * s1 + k * s2 + l * s3 + m * s4;

#pragma omp simd
                        for (gr_index n = 1; n < e[5] - 1; n++)
                            q[n] = (1.0 / 12.0) * (p[n - s0] + p[n + s0] + p[n - s1] + p[n + s1] +
                                                   p[n - s2] + p[n + s2] + p[n - s3] + p[n + s3] +
                                                   p[n - s4] + p[n + s4] + p[n - 1] + p[n + 1]);
                    }
}
