/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file bfs_twin.c
 * @brief Breadth-first search in plain C + OpenMP: one parallel region, a queue that threads fill
 * in pieces.
 */
#include "bfs.h"

#include <string.h>

enum { PIECE = 1024 };

/* Put what a thread has found behind what others have. */
static inline int flush(int32_t *next, int64_t *tail, const int32_t *own, int have) {
    int64_t at;

#pragma omp atomic capture
    {
        at = *tail;
        *tail += have;
    }
    memcpy(next + at, own, (size_t)have * sizeof *own);
    return 0;
}

void bfs_twin(void *data) {
    const bfs_data *d = (const bfs_data *)data;
    const gr_index n = d->level.extent[0];
    const int64_t *row = d->g.row.data;
    const int32_t *col = d->g.col.data;
    int32_t *level = d->level.data, *frontier = d->frontier.data, *next = d->next.data;
    int64_t size = 1, tail = 0;

#pragma omp parallel
    {
        int32_t own[PIECE];
        int have = 0;

#pragma omp for schedule(static)
        for (gr_index v = 0; v < n; v++)
            level[v] = -1;
#pragma omp single
        {
            level[d->start] = 0;
            frontier[0] = (int32_t)d->start;
        }
        for (int32_t here = 0; size > 0; here++) {
#pragma omp for schedule(dynamic, 64) nowait
            for (gr_index k = 0; k < size; k++) {
                const int32_t v = frontier[k];

                for (int64_t e = row[v]; e < row[v + 1]; e++) {
                    int32_t *to = &level[col[e]], unseen = -1;

                    if (__atomic_load_n(to, __ATOMIC_RELAXED) < 0 &&
                        __atomic_compare_exchange_n(to, &unseen, here + 1, false, __ATOMIC_RELAXED,
                                                    __ATOMIC_RELAXED)) {
                        own[have++] = col[e];
                        if (have == PIECE)
                            have = flush(next, &tail, own, have);
                    }
                }
            }
            if (have)
                have = flush(next, &tail, own, have);
#pragma omp barrier
#pragma omp single
            {
                int32_t *old = frontier;

                frontier = next;
                next = old;
                size = tail;
                tail = 0;
            }
        }
    }
}
