/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file checked.h
 * @brief Kernels of stream.h and stencil.h with every index checked.
 */
#ifndef PERF_TESTS_CHECKED_H
#define PERF_TESTS_CHECKED_H

/* Each takes what its unchecked form takes. */
void checked_triad_granum(void *data);
void checked_jacobi2d_granum(void *data);
void checked_jacobi3d_granum(void *data);

#endif
