/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file bench_gups.c
 * @brief What does an atomic update at a random place of a large table cost? (16 B and 1 operation
 * an update)
 */
#include "gups.h"
#include "harness/bench.h"
#include "harness/groups.h"

static void reset(void *data) {
    const gups_data *d = (const gups_data *)data;

    for (gr_index i = 0; i < d->table.extent[0]; i++)
        d->table.data[i] = (uint64_t)i;
}

/* The share of words that the same updates, one after the other, do not bring back. */
static double error(void *data) {
    const gups_data *d = (const gups_data *)data;
    const gr_index size = d->table.extent[0];
    uint64_t a = d->start.data[0];
    gr_index wrong = 0;

    for (gr_index k = 0; k < GUPS_STREAMS * d->each; k++) {
        a = gups_next(a);
        d->table.data[a & ((uint64_t)size - 1)] ^= a;
    }
    for (gr_index i = 0; i < size; i++)
        wrong += d->table.data[i] != (uint64_t)i;
    return (double)wrong / (double)size;
}

void bench_group_gups(void) {
    const gr_index size = (gr_index)1 << 24, updates = (gr_index)1 << 22;
    gups_data d = {.each = updates / GUPS_STREAMS};
    const bench_row row = {.name = "gups",
                           .n = updates,
                           .size = "2^22 in 128 MiB",
                           .bytes = 16.0 * (double)updates,
                           .data = &d,
                           .reset = reset,
                           .run = {gups_granum, gups_twin, gups_best},
                           .error = error,
                           .tolerance = 0,
                           .target = {BENCH_RATIO, 1.05}};

    if (!bench_wants(row.name, updates) || !bench_fits(row.name, updates, 8.0 * (double)size))
        return;
    if (bench_made(GR_CREATE(&d.table, "table", size)) &&
        bench_made(GR_CREATE(&d.start, "start", GUPS_STREAMS))) {
        uint64_t a = 1;

        for (gr_index k = 0; k < updates; k++) {
            if (k % d.each == 0)
                d.start.data[k / d.each] = a;
            a = gups_next(a);
        }
        bench_measure(&row);
    }
    GR_RELEASE(&d.start);
    GR_RELEASE(&d.table);
}
