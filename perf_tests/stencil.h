/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file stencil.h
 * @brief Loops over grids of 2 to 6 dimensions, three ways.
 */
#ifndef PERF_TESTS_STENCIL_H
#define PERF_TESTS_STENCIL_H

#include <granum/granum.h>

typedef struct jacobi2d_data {
    gr_view2_f64 out, in, expected;
} jacobi2d_data;

typedef struct jacobi3d_data {
    gr_view3_f64 out, in, expected;
} jacobi3d_data;

typedef struct copy4d_data {
    gr_view4_f64 out, in;
} copy4d_data;

typedef struct copy5d_data {
    gr_view5_f64 out, in;
} copy5d_data;

typedef struct copy6d_data {
    gr_view6_f64 out, in;
} copy6d_data;

/* out = mean of the neighbours (4 in 2D, 6 in 3D), the border left alone; out = in in 4D to 6D. */
void stencil_jacobi2d_granum(void *data);
void stencil_jacobi3d_granum(void *data);
void stencil_copy4d_granum(void *data);
void stencil_copy5d_granum(void *data);
void stencil_copy6d_granum(void *data);

void stencil_jacobi2d_twin(void *data);
void stencil_jacobi3d_twin(void *data);
void stencil_copy4d_twin(void *data);
void stencil_copy5d_twin(void *data);
void stencil_copy6d_twin(void *data);

void stencil_jacobi2d_best(void *data);
void stencil_jacobi3d_best(void *data);

#endif
