/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_sim_grid.h
 * @brief What device code makes of numbers of blocks, threads and elements, without a launch.
 */
#ifndef GRANUM_TEST_SIM_GRID_H
#define GRANUM_TEST_SIM_GRID_H

#include <granum/impl/device.h>

GR_EXTERN_C_BEGIN

/** Indices of a thread of a block of the grid, the fast one first; false: it is outside. */
bool grid_at(const gr_impl_gpu_grid *grid, unsigned block, unsigned thread, gr_index *at);

/** Elements of a nested box whose indices are wrong, visited by steps of 1, 32 and 64 from each of
 * the first 32. */
gr_index grid_wrong_in_box(gr_index planes, gr_index rows, gr_index columns);

/** Run over 1 x n x 1 and over n x 1 x 2 x 1 x 1 x 1, and sum the indices of all iterations. */
gr_status grid_run(gr_index n, int64_t *sum_3d, int64_t *sum_6d);

GR_EXTERN_C_END

#endif
