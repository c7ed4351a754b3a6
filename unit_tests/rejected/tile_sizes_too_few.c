/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* expect: gr_with_tile: expected a policy of 2 to 6 indices, and a size for each */
/* form: all */
#include <granum/granum.h>

void clear(gr_view3_f64 a);
void clear(gr_view3_f64 a) {
    const gr_range_3d_policy all = gr_range_3d(0, a.extent[0], 0, a.extent[1], 0, a.extent[2]);

#ifdef FIXED
    GR_PARALLEL_FOR_3D(i, j, k, gr_with_tile(all, 4, 8, 16)) {
#else
    GR_PARALLEL_FOR_3D(i, j, k, gr_with_tile(all, 4, 8)) {
#endif
        GR_AT(a, i, j, k) = 0;
    };
}
