/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file mandelbrot_kernel.c
 * @brief The Mandelbrot set as a granum user writes it: the example's own kernel.
 */
#include "mandelbrot.h"

int mandelbrot_main(int argc, char **argv);

#define main mandelbrot_main
#include "../examples/mandelbrot.c"

void mandelbrot_granum(void *data) {
    const mandelbrot_data *d = (const mandelbrot_data *)data;
    const plane p = {d->pixel, d->steps.extent[0]};

    count(d->steps, p, d->most);
}
