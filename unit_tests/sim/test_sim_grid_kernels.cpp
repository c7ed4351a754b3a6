/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_sim_grid_kernels.cpp
 * @brief The kernels of test_sim_grid.c.
 */
#include "test_sim_grid.h"

#include <granum/granum.h>

extern "C++" {

template <int R>
static bool at_rank(const gr_impl_gpu_grid &grid, unsigned block, unsigned thread, gr_index *at) {
    gr_impl_device_thread *const before = gr_impl_device_now;
    gr_impl_sim_block here = {};
    bool inside;

    here.block = block;
    here.thread = thread;
    gr_impl_device_now = &here.self;
    inside = gr_impl_gpu_at<R>(gr_impl_gpu_tiles_of<R>(grid), at);
    gr_impl_device_now = before;
    return inside;
}

} /* extern "C++" */

bool grid_at(const gr_impl_gpu_grid *grid, unsigned block, unsigned thread, gr_index *at) {
    switch (grid->rank) {
    case 2:
        return at_rank<2>(*grid, block, thread, at);
    case 3:
        return at_rank<3>(*grid, block, thread, at);
    case 4:
        return at_rank<4>(*grid, block, thread, at);
    case 5:
        return at_rank<5>(*grid, block, thread, at);
    default:
        return at_rank<6>(*grid, block, thread, at);
    }
}

gr_index grid_wrong_in_box(gr_index planes, gr_index rows, gr_index columns) {
    const gr_impl_nest_box<3> box =
        gr_impl_nest_box_3d(-2, planes - 2, 5, 5 + rows, 100, 100 + columns);
    const gr_impl_nest_box<2> flat = gr_impl_nest_box_2d(5, 5 + planes * rows, 100, 100 + columns);
    const gr_index steps[] = {1, 32, 64};
    gr_index n = 0, wrong = 0;
    const auto solid = [&](gr_index i, gr_index j, gr_index k) {
        wrong += ((i + 2) * rows + j - 5) * columns + k - 100 != n || i + 2 >= planes ||
                 j - 5 >= rows || k - 100 >= columns;
    };
    const auto plane = [&](gr_index j, gr_index k) {
        wrong += (j - 5) * columns + k - 100 != n || k - 100 >= columns;
    };

    for (gr_index step : steps) {
        for (gr_index lane = 0; lane < 32; ++lane) {
            const gr_impl_nest_numbered<3, decltype(solid)> in_solid(box, solid);
            const gr_impl_nest_numbered<2, decltype(plane)> in_plane(flat, plane);

            for (n = lane; n < planes * rows * columns; n += step) {
                in_solid(n);
                in_plane(n);
            }
        }
    }
    return wrong;
}

gr_status grid_run(gr_index n, int64_t *sum_3d, int64_t *sum_6d) {
    gr_view1_i64 sum;
    gr_view1_i64_right host;

    GR_TRY(GR_CREATE(&sum, "sum", 2));
    GR_TRY(GR_FILL(sum, 0));
    GR_PARALLEL_FOR_3D("thin", i, j, k, gr_range_3d(0, 1, 0, n, 0, 1)) {
        GR_ATOMIC_ADD(&GR_AT(sum, 0), (int64_t)(i + j + k));
    };
    GR_PARALLEL_FOR_6D("long", i, j, k, l, m, o, gr_range_6d(0, n, 0, 1, 0, 2, 0, 1, 0, 1, 0, 1)) {
        GR_ATOMIC_ADD(&GR_AT(sum, 1), (int64_t)(i + j + k + l + m + o));
    };
    GR_TRY(gr_fence());
    GR_TRY(GR_MIRROR_COPY(&host, sum));
    *sum_3d = GR_AT(host, 0);
    *sum_6d = GR_AT(host, 1);
    GR_TRY(GR_RELEASE(&host));
    return GR_RELEASE(&sum);
}
