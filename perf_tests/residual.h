/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file residual.h
 * @brief Sum of squares of a 27-point residual in 3D, with a branch, two ways.
 */
#ifndef PERF_TESTS_RESIDUAL_H
#define PERF_TESTS_RESIDUAL_H

#include <granum/granum.h>

typedef struct residual_data {
    gr_view3_f64 a, f;
    double limit; /**< larger residuals count as this */
    double result, expected;
} residual_data;

/** f - (26 a - the 26 neighbours of a) at i, j, k; the same text for every side. */
#define RESIDUAL(F, A, i, j, k)                                                      \
    (F(i, j, k) - (26.0 * A(i, j, k) - RESIDUAL_PLANE(A, (i)-1, j, k) -              \
                   RESIDUAL_PLANE(A, (i) + 1, j, k) - RESIDUAL_ROW(A, i, (j)-1, k) - \
                   RESIDUAL_ROW(A, i, (j) + 1, k) - A(i, j, (k)-1) - A(i, j, (k) + 1)))
#define RESIDUAL_PLANE(A, i, j, k) \
    (RESIDUAL_ROW(A, i, (j)-1, k) + RESIDUAL_ROW(A, i, j, k) + RESIDUAL_ROW(A, i, (j) + 1, k))
#define RESIDUAL_ROW(A, i, j, k) (A(i, j, (k)-1) + A(i, j, k) + A(i, j, (k) + 1))

/* Each takes a residual_data. */
void residual_granum(void *data);
void residual_twin(void *data);

#endif
