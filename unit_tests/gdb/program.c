/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file program.c
 * @brief What a debugger steps through: Views of several kinds, and a kernel.
 */
#include <granum/granum.h>

int main(void) {
    gr_view2_f64 a;
    gr_view1_i32_left b;
    gr_view0_f32 c;
    gr_view1_u8 none = {0};

    if (GR_CREATE(&a, "matrix", 3, 4) || GR_CREATE(&b, "pair", 2) || GR_CREATE(&c, "number")) {
        return 1;
    }
    GR_PARALLEL_FOR_2D("fill", i, j, gr_with_threads(gr_range_2d(0, 3, 0, 4), 1)) {
        const double value = (double)(10 * i + j);

        GR_AT(a, i, j) = value; /* in the kernel */
    };
    GR_AT(b, 1) = 7;
    GR_AT(c) = 2.5f;
    (void)none;
    if (gr_fence() != GR_SUCCESS) { /* after the kernel */
        return 1;
    }
    GR_RELEASE(&a);
    GR_RELEASE(&b);
    GR_RELEASE(&c);
    return (int)gr_finalize();
}
