/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file segmented_kernel.c
 * @brief A segmented sum as a granum user writes it.
 */
#include "segmented.h"

#include <granum/scan_segmented.h>

void segmented_granum(void *data) {
    const segmented_data *d = (const segmented_data *)data;
    const gr_view1_f64 out = d->out, in = d->in;
    const gr_view1_u8 head = d->head;

    GR_PARALLEL_SCAN_SEGMENTED("segmented", i, gr_range(0, in.extent[0]), GR_SUM(double, sum),
                               final, GR_AT(head, i)) {
        if (final) {
            GR_AT(out, i) = sum;
        }
        sum += GR_AT(in, i);
    };
}
