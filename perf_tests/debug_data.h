/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file debug_data.h
 * @brief Arrays of the kernels of debug.h; for the bench and for the programs it starts.
 */
#ifndef PERF_TESTS_DEBUG_DATA_H
#define PERF_TESTS_DEBUG_DATA_H

#include "debug.h"

typedef enum debug_kernel { DEBUG_TRIAD, DEBUG_STENCIL27 } debug_kernel;

/** The arrays of one kernel, n elements or a cube of n each way, filled. */
gr_status debug_create(debug_data *d, debug_kernel kernel, gr_index n);
void debug_release(debug_data *d);

/** Make the result wrong. */
void debug_spoil(const debug_data *d);

/** Whether the result is, bit for bit, that of plain loops; all numbers are short binary fractions,
 * but for the triad's factor, which both sides round alike. */
bool debug_is_right(const debug_data *d);

static inline void debug_run(const debug_data *d, debug_kernel kernel, int launches) {
    for (int k = 0; k < launches; k++) {
        if (kernel == DEBUG_TRIAD) {
            debug_triad(d);
        } else {
            debug_stencil27(d);
        }
    }
}

#endif
