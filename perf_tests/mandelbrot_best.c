/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file mandelbrot_best.c
 * @brief The Mandelbrot set by hand: 32 pixels at a time in four vectors, those that have escaped
 * masked out. The same operations in the same order, so the same steps.
 */
#include "mandelbrot.h"
#include "simd.h"

enum { VECTORS = 4, TOGETHER = 8 * VECTORS };

/* Steps of 32 pixels beside each other. */
static inline void escape(gr_index first, double pixel, double im, int32_t most, int32_t *steps) {
    v8d x[VECTORS] = {{0}}, y[VECTORS] = {{0}}, c[VECTORS];
    v8l count[VECTORS] = {{0}}, live[VECTORS];
    bool any = true;

    for (int v = 0; v < VECTORS; v++)
        for (int l = 0; l < 8; l++) {
            c[v][l] = mandelbrot_re(pixel, first + 8 * v + l);
            live[v][l] = -1;
        }
    for (int32_t step = 0; any && step < most;) {
        /* Whether any lives is asked once in a while; those that have escaped count no more. */
        const int32_t stop = step + 8 < most ? step + 8 : most;

        for (; step < stop; step++)
            for (int v = 0; v < VECTORS; v++) {
                const v8d xx = x[v] * x[v], yy = y[v] * y[v];

                live[v] &= (v8l)(xx + yy <= 4.0);
                count[v] -= live[v];
                y[v] = 2 * x[v] * y[v] + im;
                x[v] = xx - yy + c[v];
            }
        v8l all = live[0];
        for (int v = 1; v < VECTORS; v++)
            all |= live[v];
        any = false;
        for (int l = 0; l < 8; l++)
            any = any || all[l];
    }
    for (int v = 0; v < VECTORS; v++)
        for (int l = 0; l < 8; l++)
            steps[8 * v + l] = (int32_t)count[v][l];
}

void mandelbrot_best(void *data) {
    const mandelbrot_data *d = (const mandelbrot_data *)data;
    const gr_index n = d->steps.extent[0];
    int32_t *steps = d->steps.data;

#pragma omp parallel for schedule(dynamic)
    for (gr_index i = 0; i < n; i++)
        for (gr_index j = 0; j < n; j += TOGETHER)
            escape(j, d->pixel, mandelbrot_im(d->pixel, n, i), d->most, steps + i * n + j);
}
