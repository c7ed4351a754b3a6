/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_copy_kernel_kernels.c
 * @brief The kernels of test_copy_kernel.c.
 */
#include "test_copy_kernel.h"

#include <granum/granum.h>

gr_status copy_in_kernel(gr_any_view dst, gr_any_view src, int which) {
    gr_status seen[1] = {GR_INTERNAL};
    gr_status *answer = seen; /* captured by value: the pointer, not what it points to */

    GR_PARALLEL_FOR("a kernel that copies", i, gr_range(0, 1)) {
        const double value = 1;

        answer[i] = which == 0   ? gr_deep_copy(dst, src)
                    : which == 1 ? gr_view_fill(dst, &value)
                                 : gr_npy_save("/dev/null", src);
    };
    GR_TRY(gr_fence());
    return seen[0];
}

void copy_by_kernel(gr_view3_f64_left dst, gr_view3_f64_right src) {
    GR_PARALLEL_FOR_3D(i, j, k, gr_range_3d(0, src.extent[0], 0, src.extent[1], 0, src.extent[2])) {
        GR_AT(dst, i, j, k) = GR_AT(src, i, j, k);
    };
}
