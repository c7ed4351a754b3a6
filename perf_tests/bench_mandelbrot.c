/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file bench_mandelbrot.c
 * @brief Is work dealt out well whose pieces differ a thousandfold? (4 B and up to 8000 flops a
 * pixel)
 */
#include "harness/bench.h"
#include "harness/groups.h"
#include "mandelbrot.h"

static void reset(void *data) {
    const mandelbrot_data *d = (const mandelbrot_data *)data;

    for (gr_index k = 0; k < d->steps.extent[0] * d->steps.extent[1]; k++)
        d->steps.data[k] = -1;
}

static double error(void *data) {
    const mandelbrot_data *d = (const mandelbrot_data *)data;
    gr_index wrong = 0;

    for (gr_index k = 0; k < d->steps.extent[0] * d->steps.extent[1]; k++)
        wrong += d->steps.data[k] != d->expected.data[k];
    return (double)wrong;
}

/* Steps are counted back from the escape: another loop than the sides'. */
static void expect(const mandelbrot_data *d) {
    const gr_index n = d->steps.extent[0];

    for (gr_index i = 0; i < n; i++) {
        for (gr_index j = 0; j < n; j++) {
            const double re = mandelbrot_re(d->pixel, j), im = mandelbrot_im(d->pixel, n, i);
            double x = 0, y = 0, xx = 0, yy = 0;
            int32_t left = d->most;

            for (; left > 0; left--) {
                if (xx + yy > 4.0)
                    break;
                y = 2 * x * y + im;
                x = xx - yy + re;
                xx = x * x;
                yy = y * y;
            }
            d->expected.data[i * n + j] = d->most - left;
        }
    }
}

void bench_group_mandelbrot(void) {
    const gr_index n = 512;
    mandelbrot_data d = {.pixel = 2.5 / (double)n, .most = 1000};
    const bench_row row = {.name = "mandelbrot",
                           .n = n * n,
                           .size = "512 x 512, 1000 steps",
                           .bytes = 4.0 * (double)(n * n),
                           .data = &d,
                           .reset = reset,
                           .run = {mandelbrot_granum, mandelbrot_twin, mandelbrot_best},
                           .error = error,
                           .tolerance = 0,
                           .target = {BENCH_RATIO, 1.05}};

    if (!bench_wants(row.name, n * n))
        return;
    if (bench_made(GR_CREATE(&d.steps, "steps", n, n)) &&
        bench_made(GR_CREATE(&d.expected, "expected", n, n))) {
        expect(&d);
        bench_measure(&row);
    }
    GR_RELEASE(&d.expected);
    GR_RELEASE(&d.steps);
}
