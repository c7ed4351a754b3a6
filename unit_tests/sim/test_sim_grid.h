/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_sim_grid.h
 * @brief What device code makes of block and thread numbers of grids, without running them.
 */
#ifndef GRANUM_TEST_SIM_GRID_H
#define GRANUM_TEST_SIM_GRID_H

#include <granum/impl/device.h>

GR_EXTERN_C_BEGIN

/** Indices of a thread of a block of the grid, the fast one first; false: it is outside. */
bool grid_at(const gr_impl_gpu_grid *grid, unsigned block, unsigned thread, gr_index *at);

/** Run over 1 x n x 1 and over n x 1 x 2 x 1 x 1 x 1, and sum the indices of all iterations. */
gr_status grid_run(gr_index n, int64_t *sum_3d, int64_t *sum_6d);

GR_EXTERN_C_END

#endif
