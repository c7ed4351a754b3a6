/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file one_openmp.c
 * @brief The file that one_granum.c replaces: axpy and a dot product in plain C + OpenMP.
 */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void axpy(double *y, const double *x, double a, ptrdiff_t n) {
#pragma omp parallel for simd schedule(static)
    for (ptrdiff_t i = 0; i < n; i++)
        y[i] += a * x[i];
}

double dot(const double *x, const double *y, ptrdiff_t n) {
    double sum = 0;

#pragma omp parallel for simd schedule(static) reduction(+ : sum)
    for (ptrdiff_t i = 0; i < n; i++)
        sum += x[i] * y[i];
    return sum;
}
