/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file mandelbrot_kernel.c
 * @brief The Mandelbrot set as a granum user writes it: rows on demand.
 */
#include "mandelbrot.h"

GR_FUNCTION int32_t escape(double re, double im, int32_t most) {
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

void mandelbrot_granum(void *data) {
    const mandelbrot_data *d = (const mandelbrot_data *)data;
    const gr_view2_i32 steps = d->steps;
    const gr_index n = steps.extent[0];
    const double pixel = d->pixel;
    const int32_t most = d->most;

    GR_PARALLEL_FOR_2D("mandelbrot", i, j, gr_with_dynamic(gr_range_2d(0, n, 0, n))) {
        GR_AT(steps, i, j) = escape(-2.0 + pixel * (double)j, -1.25 + pixel * (double)i, most);
    };
}
