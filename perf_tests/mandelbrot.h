/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file mandelbrot.h
 * @brief What a picture of the Mandelbrot set needs, and who computes it.
 */
#ifndef PERF_TESTS_MANDELBROT_H
#define PERF_TESTS_MANDELBROT_H

#include <granum/granum.h>

typedef struct mandelbrot_data {
    gr_view2_i32 steps; /**< (n, n), n a multiple of 32 */
    gr_view2_i32 expected;
    double pixel; /**< width of one */
    int32_t most; /**< steps that are tried */
} mandelbrot_data;

/** Where pixels of n x n lie: centres, from -2 on, and up and down from the middle (see
 * examples/mandelbrot.c). */
static inline double mandelbrot_re(double pixel, gr_index j) {
    return -2.0 + pixel * ((double)j + 0.5);
}
static inline double mandelbrot_im(double pixel, gr_index n, gr_index i) {
    return pixel * ((double)(2 * i + 1 - n) * 0.5);
}

GR_EXTERN_C_BEGIN

void mandelbrot_granum(void *data);
void mandelbrot_twin(void *data);
void mandelbrot_best(void *data);

GR_EXTERN_C_END

#endif
