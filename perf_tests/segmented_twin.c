/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file segmented_twin.c
 * @brief A segmented sum in plain C + OpenMP: blocks that fit caches, in each two passes.
 */
#include "segmented.h"

#include <omp.h>

/* A thread's part of a block, read and written: half of a second-level cache of 1 MiB
 * [elements]. */
enum { PART = 32768, MOST = 256 };

void segmented_twin(void *data) {
    const segmented_data *d = (const segmented_data *)data;
    const gr_index n = d->in.extent[0];
    const double *in = d->in.data;
    const uint8_t *head = d->head.data;
    double *out = d->out.data;
    double sums[MOST];
    bool starts[MOST];

#pragma omp parallel num_threads(omp_get_max_threads() < MOST ? omp_get_max_threads() : MOST)
    {
        const gr_index team = omp_get_num_threads(), me = omp_get_thread_num();
        const gr_index block = n < team * PART ? n : team * PART;
        double before = 0;

        for (gr_index b = 0; b < n; b += block) {
            const gr_index size = b + block < n ? block : n - b;
            const gr_index lo = b + size * me / team, hi = b + size * (me + 1) / team;
            gr_index first = hi;
            double sum = 0;

            /* Only what follows the last head is passed on. */
            while (first > lo && !head[first - 1])
                first--;
            starts[me] = first > lo;
            first = first > lo ? first - 1 : lo;
#pragma omp simd reduction(+ : sum)
            for (gr_index i = first; i < hi; i++)
                sum += in[i];
            sums[me] = sum;
#pragma omp barrier
            sum = before;
            for (gr_index t = 0; t < me; t++)
                sum = starts[t] ? sums[t] : sum + sums[t];
            for (gr_index t = 0; t < team; t++)
                before = starts[t] ? sums[t] : before + sums[t];
            for (gr_index i = lo; i < hi; i++) {
                sum = head[i] ? 0 : sum;
                out[i] = sum;
                sum += in[i];
            }
#pragma omp barrier
        }
    }
}
