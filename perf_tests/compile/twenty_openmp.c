/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file twenty_openmp.c
 * @brief The file that twenty_granum.c replaces: the same twenty loops in plain C + OpenMP.
 */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <omp.h>

void copy(double *out, const double *x, ptrdiff_t n) {
#pragma omp parallel for simd schedule(static)
    for (ptrdiff_t i = 0; i < n; i++)
        out[i] = x[i];
}

void scale(double *out, const double *x, double a, ptrdiff_t n) {
#pragma omp parallel for simd schedule(static)
    for (ptrdiff_t i = 0; i < n; i++)
        out[i] = a * x[i];
}

void add(double *out, const double *x, const double *y, ptrdiff_t n) {
#pragma omp parallel for simd schedule(static)
    for (ptrdiff_t i = 0; i < n; i++)
        out[i] = x[i] + y[i];
}

void triad(double *out, const double *x, const double *y, double a, ptrdiff_t n) {
#pragma omp parallel for simd schedule(static)
    for (ptrdiff_t i = 0; i < n; i++)
        out[i] = x[i] + a * y[i];
}

void root(double *out, const double *x, ptrdiff_t n) {
#pragma omp parallel for simd schedule(static)
    for (ptrdiff_t i = 0; i < n; i++)
        out[i] = sqrt(x[i]);
}

void clip(double *out, const double *x, double a, ptrdiff_t n) {
#pragma omp parallel for simd schedule(static)
    for (ptrdiff_t i = 0; i < n; i++)
        out[i] = x[i] < a ? x[i] : a;
}

void blend(double *out, const double *x, const double *y, double a, ptrdiff_t n) {
#pragma omp parallel for simd schedule(static)
    for (ptrdiff_t i = 0; i < n; i++)
        out[i] = a * x[i] + (1.0 - a) * y[i];
}

void ratio(double *out, const double *x, const double *y, double a, ptrdiff_t n) {
#pragma omp parallel for simd schedule(static)
    for (ptrdiff_t i = 0; i < n; i++)
        out[i] = x[i] / (y[i] + a);
}

double sum(const double *x, ptrdiff_t n) {
    double sum = 0;

#pragma omp parallel for simd schedule(static) reduction(+ : sum)
    for (ptrdiff_t i = 0; i < n; i++)
        sum += x[i];
    return sum;
}

double nrm2(const double *x, ptrdiff_t n) {
    double sum = 0;

#pragma omp parallel for simd schedule(static) reduction(+ : sum)
    for (ptrdiff_t i = 0; i < n; i++)
        sum += x[i] * x[i];
    return sum;
}

double least(const double *x, ptrdiff_t n) {
    double value = INFINITY;

#pragma omp parallel for simd schedule(static) reduction(min : value)
    for (ptrdiff_t i = 0; i < n; i++)
        value = x[i] < value ? x[i] : value;
    return value;
}

double most(const double *x, ptrdiff_t n) {
    double value = -INFINITY;

#pragma omp parallel for simd schedule(static) reduction(max : value)
    for (ptrdiff_t i = 0; i < n; i++)
        value = x[i] > value ? x[i] : value;
    return value;
}

double dot(const double *x, const double *y, ptrdiff_t n) {
    double sum = 0;

#pragma omp parallel for simd schedule(static) reduction(+ : sum)
    for (ptrdiff_t i = 0; i < n; i++)
        sum += x[i] * y[i];
    return sum;
}

int64_t count(const double *x, double limit, ptrdiff_t n) {
    int64_t above = 0;

#pragma omp parallel for simd schedule(static) reduction(+ : above)
    for (ptrdiff_t i = 0; i < n; i++)
        above += x[i] > limit;
    return above;
}

void jacobi2d(double *b, const double *a, ptrdiff_t n, ptrdiff_t m) {
#pragma omp parallel for schedule(static)
    for (ptrdiff_t i = 1; i < n - 1; i++) {
#pragma omp simd
        for (ptrdiff_t j = 1; j < m - 1; j++)
            b[i * m + j] = 0.25 * (a[(i - 1) * m + j] + a[(i + 1) * m + j] + a[i * m + j - 1] +
                                   a[i * m + j + 1]);
    }
}

void gradient(double *gx, double *gy, const double *a, double h, ptrdiff_t n, ptrdiff_t m) {
#pragma omp parallel for schedule(static)
    for (ptrdiff_t i = 1; i < n - 1; i++) {
#pragma omp simd
        for (ptrdiff_t j = 1; j < m - 1; j++) {
            gx[i * m + j] = (a[i * m + j + 1] - a[i * m + j - 1]) * h;
            gy[i * m + j] = (a[(i + 1) * m + j] - a[(i - 1) * m + j]) * h;
        }
    }
}

void jacobi3d(double *b, const double *a, ptrdiff_t n, ptrdiff_t m, ptrdiff_t l) {
#pragma omp parallel for collapse(2) schedule(static)
    for (ptrdiff_t i = 1; i < n - 1; i++)
        for (ptrdiff_t j = 1; j < m - 1; j++) {
            const ptrdiff_t row = (i * m + j) * l;

#pragma omp simd
            for (ptrdiff_t k = 1; k < l - 1; k++)
                b[row + k] = (a[row - m * l + k] + a[row + m * l + k] + a[row - l + k] +
                              a[row + l + k] + a[row + k - 1] + a[row + k + 1]) /
                             6.0;
        }
}

double total2d(const double *a, ptrdiff_t n, ptrdiff_t m) {
    double sum = 0;

#pragma omp parallel for schedule(static) reduction(+ : sum)
    for (ptrdiff_t i = 0; i < n; i++) {
#pragma omp simd reduction(+ : sum)
        for (ptrdiff_t j = 0; j < m; j++)
            sum += a[i * m + j];
    }
    return sum;
}

void statistics(const double *x, double *result, ptrdiff_t n) {
    double lo = INFINITY, hi = -INFINITY, sum = 0, squares = 0;

#pragma omp parallel for simd schedule(static) reduction(min : lo) reduction(max : hi) \
    reduction(+ : sum, squares)
    for (ptrdiff_t i = 0; i < n; i++) {
        const double value = x[i];

        lo = value < lo ? value : lo;
        hi = value > hi ? value : hi;
        sum += value;
        squares += value * value;
    }
    result[0] = lo;
    result[1] = hi;
    result[2] = sum;
    result[3] = squares;
}

/* Two passes: sums of the threads' parts, then each part from what is before it. */
void offsets(int64_t *out, const int64_t *in, ptrdiff_t n) {
    int64_t sums[256];

#pragma omp parallel num_threads(omp_get_max_threads() < 256 ? omp_get_max_threads() : 256)
    {
        const ptrdiff_t team = omp_get_num_threads(), me = omp_get_thread_num();
        const ptrdiff_t lo = n * me / team, hi = n * (me + 1) / team;
        int64_t sum = 0;

        for (ptrdiff_t i = lo; i < hi; i++)
            sum += in[i];
        sums[me] = sum;
#pragma omp barrier
        sum = 0;
        for (ptrdiff_t t = 0; t < me; t++)
            sum += sums[t];
        for (ptrdiff_t i = lo; i < hi; i++) {
            out[i] = sum;
            sum += in[i];
        }
    }
}
