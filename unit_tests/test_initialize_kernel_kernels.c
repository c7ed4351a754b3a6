/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_initialize_kernel_kernels.c
 * @brief The kernel of test_initialize_kernel.c.
 */
#include "test_initialize_kernel.h"

#include <granum/granum.h>

gr_status life_cycle_in_kernel(int which) {
    gr_status seen[1] = {GR_INTERNAL};
    gr_status *answer = seen; /* captured by value: the pointer, not what it points to */

    GR_PARALLEL_FOR("life cycle", i, gr_range(0, 1)) {
        answer[i] = which == 0 ? gr_initialize(NULL) : gr_finalize();
    };
    GR_TRY(gr_fence());
    return seen[0];
}
