/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file data.c
 * @brief Inputs that are the same on every machine, and differences against references.
 */
#include "bench.h"

#include <math.h>

/* SplitMix64's finaliser (Steele, Lea & Flood 2014, doi:10.1145/2660193.2660195): a value per
 * index, no state. */
static inline uint64_t scramble(uint64_t i, unsigned seed) {
    uint64_t z = (i + 1) * 0x9e3779b97f4a7c15u + (uint64_t)seed * 0xd1342543de82ef95u;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static inline double unit(uint64_t i, unsigned seed) {
    return (double)(int64_t)(scramble(i, seed) >> 11) * 0x1p-53;
}

void bench_fill_f64(double *x, gr_index n, double lo, double hi, unsigned seed) {
#pragma omp parallel for simd schedule(static)
    for (gr_index i = 0; i < n; i++)
        x[i] = lo + (hi - lo) * unit((uint64_t)i, seed);
}

void bench_fill_f32(float *x, gr_index n, float lo, float hi, unsigned seed) {
#pragma omp parallel for simd schedule(static)
    for (gr_index i = 0; i < n; i++)
        x[i] = lo + (hi - lo) * (float)unit((uint64_t)i, seed);
}

void bench_fill_i64(int64_t *x, gr_index n, int64_t lo, int64_t hi, unsigned seed) {
#pragma omp parallel for simd schedule(static)
    for (gr_index i = 0; i < n; i++)
        x[i] = lo + (int64_t)((double)(hi - lo) * unit((uint64_t)i, seed));
}

double bench_difference_f64(const double *x, const double *y, gr_index n) {
    double largest = 0;
    bool bad = false;

#pragma omp parallel for simd schedule(static) reduction(max : largest) reduction(|| : bad)
    for (gr_index i = 0; i < n; i++) {
        double d = fabs(x[i] - y[i]) / fmax(fabs(y[i]), 1);

        bad = bad || !(d >= 0);
        largest = d > largest ? d : largest;
    }
    return bad ? INFINITY : largest;
}

double bench_difference_f32(const float *x, const float *y, gr_index n) {
    double largest = 0;
    bool bad = false;

#pragma omp parallel for simd schedule(static) reduction(max : largest) reduction(|| : bad)
    for (gr_index i = 0; i < n; i++) {
        double d = fabs((double)x[i] - (double)y[i]) / fmax(fabs((double)y[i]), 1);

        bad = bad || !(d >= 0);
        largest = d > largest ? d : largest;
    }
    return bad ? INFINITY : largest;
}

double bench_relative(double x, double y) {
    double d = y == 0 ? fabs(x) : fabs(x - y) / fabs(y);

    return d >= 0 ? d : INFINITY;
}
