/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file dgemm_twin.c
 * @brief C += A B in OpenMP with vectors by hand: 6 x 32 sums in 24 registers of 8 numbers.
 */
#include "dgemm.h"
#include "simd.h"

/* The example's sizes. */
enum { ROWS = 6, COLUMNS = 32, DEPTH = 256, VECTORS = COLUMNS / 8 };

#define INLINE static inline __attribute__((always_inline))

static inline v8d fma8(double a, v8d b, v8d c) {
#ifdef __AVX512F__
    return (v8d)_mm512_fmadd_pd(_mm512_set1_pd(a), (__m512d)b, (__m512d)c);
#else
    v8d sum;

    for (int l = 0; l < 8; l++)
        sum[l] = __builtin_fma(a, b[l], c[l]);
    return sum;
#endif
}

INLINE void block(const double *a, gr_index lda, const double *panel, double *c, gr_index ldc,
                  gr_index depth, int rows) {
    v8d sum[ROWS][VECTORS];

    for (int i = 0; i < rows; i++)
        for (int v = 0; v < VECTORS; v++)
            sum[i][v] = v8d_load(c + i * ldc + 8 * v);
    for (gr_index k = 0; k < depth; k++) {
        const v8d b[VECTORS] = {v8d_load(panel + k * COLUMNS), v8d_load(panel + k * COLUMNS + 8),
                                v8d_load(panel + k * COLUMNS + 16),
                                v8d_load(panel + k * COLUMNS + 24)};

#pragma GCC unroll 6
        for (int i = 0; i < rows; i++)
#pragma GCC unroll 4
            for (int v = 0; v < VECTORS; v++)
                sum[i][v] = fma8(a[i * lda + k], b[v], sum[i][v]);
    }
    for (int i = 0; i < rows; i++)
        for (int v = 0; v < VECTORS; v++)
            v8d_store(c + i * ldc + 8 * v, sum[i][v]);
}

/* Sizes are multiples of COLUMNS and DEPTH. */
void dgemm_twin(void *data) {
    const dgemm_data *d = (const dgemm_data *)data;
    const gr_index n = d->c.extent[0];
    const double *a = d->a.data, *b = d->b.data;
    double *c = d->c.data;

#pragma omp parallel for schedule(static)
    for (gr_index j0 = 0; j0 < n; j0 += COLUMNS) {
        double panel[DEPTH * COLUMNS] __attribute__((aligned(64)));

        for (gr_index k0 = 0; k0 < n; k0 += DEPTH) {
            gr_index i = 0;

            for (gr_index k = 0; k < DEPTH; k++)
                for (int v = 0; v < VECTORS; v++)
                    v8d_store(panel + k * COLUMNS + 8 * v, v8d_load(b + (k0 + k) * n + j0 + 8 * v));
            for (; i + ROWS <= n; i += ROWS)
                block(a + i * n + k0, n, panel, c + i * n + j0, n, DEPTH, ROWS);
            for (; i < n; i++)
                block(a + i * n + k0, n, panel, c + i * n + j0, n, DEPTH, 1);
        }
    }
}
