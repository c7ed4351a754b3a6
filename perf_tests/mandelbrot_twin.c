/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file mandelbrot_twin.c
 * @brief The Mandelbrot set in plain C + OpenMP: rows on demand.
 */
#include "mandelbrot.h"

static inline int32_t escape(double re, double im, int32_t most) {
    double x = 0, y = 0;
    int32_t step = 0;

    while (step < most && x * x + y * y <= 4.0) {
        const double next = x * x - y * y + re;

        y = 2 * x * y + im;
        x = next;
        ++step;
    }
    return step;
}

void mandelbrot_twin(void *data) {
    const mandelbrot_data *d = (const mandelbrot_data *)data;
    const gr_index n = d->steps.extent[0];
    const double pixel = d->pixel;
    const int32_t most = d->most;
    int32_t *steps = d->steps.data;

#pragma omp parallel for schedule(dynamic)
    for (gr_index i = 0; i < n; i++)
        for (gr_index j = 0; j < n; j++)
            steps[i * n + j] = escape(mandelbrot_re(pixel, j), mandelbrot_im(pixel, n, i), most);
}
