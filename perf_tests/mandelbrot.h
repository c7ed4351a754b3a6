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
    double pixel; /**< width of one; the picture begins at -2 - 1.25 i */
    int32_t most; /**< steps that are tried */
} mandelbrot_data;

GR_EXTERN_C_BEGIN

void mandelbrot_granum(void *data);
void mandelbrot_twin(void *data);
void mandelbrot_best(void *data);

GR_EXTERN_C_END

#endif
