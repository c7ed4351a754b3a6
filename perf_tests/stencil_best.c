/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file stencil_best.c
 * @brief Jacobi by hand: whole lines of the output, written past the caches where the grid is
 * large.
 */
#include "simd.h"
#include "stencil.h"

#include <omp.h>

#define INLINE static inline __attribute__((always_inline))

typedef struct row_sources {
    const double *at[6]; /* rows above, below, ..., and the row itself shifted by -1 and +1 */
    double weight;
    int count;
} row_sources;

/* b[lo..hi) = weight * sum of the sources, in the order in which they are given. */
INLINE void row(double *b, row_sources s, gr_index lo, gr_index hi, bool past_caches) {
    gr_index j = lo;

    for (; j < hi && (uintptr_t)(b + j) % 64 != 0; j++) {
        double sum = s.at[0][j];

        for (int k = 1; k < s.count; k++)
            sum += s.at[k][j];
        b[j] = s.weight * sum;
    }
    for (; j + 8 <= hi; j += 8) {
        v8d sum = v8d_load(s.at[0] + j);

        for (int k = 1; k < s.count; k++)
            sum += v8d_load(s.at[k] + j);
        if (past_caches)
            v8d_stream(b + j, s.weight * sum);
        else
            v8d_store(b + j, s.weight * sum);
    }
    for (; j < hi; j++) {
        double sum = s.at[0][j];

        for (int k = 1; k < s.count; k++)
            sum += s.at[k][j];
        b[j] = s.weight * sum;
    }
}

/* The choice becomes a constant here, not outside of the parallel region: there it would be
 * captured as a variable. */
INLINE void row_either(double *b, row_sources s, gr_index lo, gr_index hi, bool past_caches) {
    if (past_caches)
        row(b, s, lo, hi, true);
    else
        row(b, s, lo, hi, false);
}

static void rows_2d(const double *a, double *b, gr_index n0, gr_index n1, bool past_caches) {
#pragma omp parallel
    {
#pragma omp for schedule(static) nowait
        for (gr_index i = 1; i < n0 - 1; i++) {
            const double *at = a + i * n1;

            row_either(b + i * n1, (row_sources){{at - n1, at + n1, at - 1, at + 1}, 0.25, 4}, 1,
                       n1 - 1, past_caches);
        }
        stream_end();
    }
}

static void rows_3d(const double *a, double *b, gr_index n0, gr_index n1, gr_index n2,
                    bool past_caches) {
    const gr_index plane = n1 * n2;

#pragma omp parallel
    {
#pragma omp for collapse(2) schedule(static) nowait
        for (gr_index i = 1; i < n0 - 1; i++)
            for (gr_index j = 1; j < n1 - 1; j++) {
                const double *at = a + i * plane + j * n2;

                row_either(b + i * plane + j * n2,
                           (row_sources){{at - plane, at + plane, at - n2, at + n2, at - 1, at + 1},
                                         1.0 / 6.0,
                                         6},
                           1, n2 - 1, past_caches);
            }
        stream_end();
    }
}

void stencil_jacobi2d_best(void *data) {
    const jacobi2d_data *d = (const jacobi2d_data *)data;
    const gr_index n0 = d->in.extent[0], n1 = d->in.extent[1];

    rows_2d(d->in.data, d->out.data, n0, n1, 8 * n0 * n1 > STREAMING_BYTES);
}

void stencil_jacobi3d_best(void *data) {
    const jacobi3d_data *d = (const jacobi3d_data *)data;
    const gr_index n0 = d->in.extent[0], n1 = d->in.extent[1], n2 = d->in.extent[2];

    rows_3d(d->in.data, d->out.data, n0, n1, n2, 8 * n0 * n1 * n2 > STREAMING_BYTES);
}
