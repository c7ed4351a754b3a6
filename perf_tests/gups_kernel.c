/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file gups_kernel.c
 * @brief Random updates as a granum user writes them.
 */
#include "gups.h"

void gups_granum(void *data) {
    const gups_data *d = (const gups_data *)data;
    const gr_view1_u64 table = d->table, start = d->start;
    const gr_index each = d->each;
    const uint64_t mask = (uint64_t)table.extent[0] - 1;

    GR_PARALLEL_FOR("update", s, gr_range(0, GUPS_STREAMS)) {
        uint64_t a = GR_AT(start, s);

        for (gr_index k = 0; k < each; ++k) {
            a = gups_next(a);
            GR_ATOMIC_XOR(&GR_AT(table, (gr_index)(a & mask)), a);
        }
    };
}
