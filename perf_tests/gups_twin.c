/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file gups_twin.c
 * @brief Random updates in plain C + OpenMP; and with the words fetched before they are needed.
 */
#include "gups.h"

void gups_twin(void *data) {
    const gups_data *d = (const gups_data *)data;
    const gr_index each = d->each;
    const uint64_t mask = (uint64_t)d->table.extent[0] - 1, *start = d->start.data;
    uint64_t *table = d->table.data;

#pragma omp parallel for schedule(static)
    for (gr_index s = 0; s < GUPS_STREAMS; s++) {
        uint64_t a = start[s];

        for (gr_index k = 0; k < each; k++) {
            a = gups_next(a);
#pragma omp atomic
            table[a & mask] ^= a;
        }
    }
}

/* The rules allow to look 1024 updates ahead. */
enum { AHEAD = 64 };

void gups_best(void *data) {
    const gups_data *d = (const gups_data *)data;
    const gr_index each = d->each;
    const uint64_t mask = (uint64_t)d->table.extent[0] - 1, *start = d->start.data;
    uint64_t *table = d->table.data;

#pragma omp parallel for schedule(static)
    for (gr_index s = 0; s < GUPS_STREAMS; s++) {
        uint64_t a = start[s], ahead = a;

        for (gr_index k = 0; k < each + AHEAD; k++) {
            if (k < each) {
                ahead = gups_next(ahead);
                __builtin_prefetch(&table[ahead & mask], 1);
            }
            if (k >= AHEAD) {
                a = gups_next(a);
#pragma omp atomic
                table[a & mask] ^= a;
            }
        }
    }
}
