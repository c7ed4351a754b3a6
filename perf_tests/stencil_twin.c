/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file stencil_twin.c
 * @brief Loops over grids in plain C + OpenMP.
 */
#include "stencil.h"

void stencil_jacobi2d_twin(void *data) {
    const jacobi2d_data *d = (const jacobi2d_data *)data;
    const gr_index n0 = d->in.extent[0], n1 = d->in.extent[1];
    const double *a = d->in.data;
    double *b = d->out.data;

#pragma omp parallel for schedule(static)
    for (gr_index i = 1; i < n0 - 1; i++) {
#pragma omp simd
        for (gr_index j = 1; j < n1 - 1; j++)
            b[i * n1 + j] = 0.25 * (a[(i - 1) * n1 + j] + a[(i + 1) * n1 + j] + a[i * n1 + j - 1] +
                                    a[i * n1 + j + 1]);
    }
}

void stencil_jacobi3d_twin(void *data) {
    const jacobi3d_data *d = (const jacobi3d_data *)data;
    const gr_index n0 = d->in.extent[0], n1 = d->in.extent[1], n2 = d->in.extent[2];
    const double *a = d->in.data;
    double *b = d->out.data;

#pragma omp parallel for collapse(2) schedule(static)
    for (gr_index i = 1; i < n0 - 1; i++)
        for (gr_index j = 1; j < n1 - 1; j++) {
            const gr_index row = (i * n1 + j) * n2;

#pragma omp simd
            for (gr_index k = 1; k < n2 - 1; k++)
                b[row + k] =
                    (1.0 / 6.0) * (a[row - n1 * n2 + k] + a[row + n1 * n2 + k] + a[row - n2 + k] +
                                   a[row + n2 + k] + a[row + k - 1] + a[row + k + 1]);
        }
}

void stencil_copy4d_twin(void *data) {
    const copy4d_data *d = (const copy4d_data *)data;
    const gr_index *n = d->in.extent, n0 = n[0], n1 = n[1], n2 = n[2], n3 = n[3];
    const double *a = d->in.data;
    double *b = d->out.data;

#pragma omp parallel for collapse(2) schedule(static)
    for (gr_index i = 0; i < n0; i++)
        for (gr_index j = 0; j < n1; j++)
            for (gr_index k = 0; k < n2; k++) {
                const gr_index row = ((i * n1 + j) * n2 + k) * n3;

#pragma omp simd
                for (gr_index l = 0; l < n3; l++)
                    b[row + l] = a[row + l];
            }
}

void stencil_copy5d_twin(void *data) {
    const copy5d_data *d = (const copy5d_data *)data;
    const gr_index *n = d->in.extent, n0 = n[0], n1 = n[1], n2 = n[2], n3 = n[3], n4 = n[4];
    const double *a = d->in.data;
    double *b = d->out.data;

#pragma omp parallel for collapse(2) schedule(static)
    for (gr_index i = 0; i < n0; i++)
        for (gr_index j = 0; j < n1; j++)
            for (gr_index k = 0; k < n2; k++)
                for (gr_index l = 0; l < n3; l++) {
                    const gr_index row = (((i * n1 + j) * n2 + k) * n3 + l) * n4;

#pragma omp simd
                    for (gr_index m = 0; m < n4; m++)
                        b[row + m] = a[row + m];
                }
}

void stencil_copy6d_twin(void *data) {
    const copy6d_data *d = (const copy6d_data *)data;
    const gr_index *n = d->in.extent, n0 = n[0], n1 = n[1], n2 = n[2], n3 = n[3], n4 = n[4],
                   n5 = n[5];
    const double *a = d->in.data;
    double *b = d->out.data;

#pragma omp parallel for collapse(2) schedule(static)
    for (gr_index i = 0; i < n0; i++)
        for (gr_index j = 0; j < n1; j++)
            for (gr_index k = 0; k < n2; k++)
                for (gr_index l = 0; l < n3; l++)
                    for (gr_index m = 0; m < n4; m++) {
                        const gr_index row = ((((i * n1 + j) * n2 + k) * n3 + l) * n4 + m) * n5;

#pragma omp simd
                        for (gr_index o = 0; o < n5; o++)
                            b[row + o] = a[row + o];
                    }
}
