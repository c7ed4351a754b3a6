/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_sim_memory.h
 * @brief Functions of a device's kernel file.
 */
#ifndef GRANUM_TEST_SIM_MEMORY_H
#define GRANUM_TEST_SIM_MEMORY_H

#include <granum/view.h>

GR_EXTERN_C_BEGIN

/** Space and layout of what GR_CREATE makes in a device's file. */
gr_status made_by_default(gr_space *space, gr_layout *layout, gr_index *stride);

/** v[i] += 1 on the device. */
gr_status add_one(gr_view1_f64_right v);

/** The same in two dimensions, where every element is visited: v[i][j] += 10 i + j. */
gr_status add_indices(gr_view2_f64_strided v);

/** A launch on an instance that was destroyed, one with bad bounds, a nested one. */
gr_status on_destroyed_instance(void);
gr_status with_bad_options(gr_index chunk, int threads, gr_index tile);

/** Sum over i of 1 where both orders of a 3D range visit each index. */
gr_status visit_3d(gr_index n0, gr_index n1, gr_index n2, gr_view1_i32_right count, bool left);

/** v[i] = threads of the block of index i. */
gr_status block_sizes(gr_view1_f64_right v);

/** Load a file in a device's file, add 0.5, and answer the last element. */
gr_status load_and_add(const char *path, gr_space *space, double *corner);

/** v[i + 990] = 1 for each index. */
gr_status reach_beyond(gr_view1_f64_right v);

/** Kernels with 4 KiB and with 32 KiB of copies. */
gr_status capture_much(gr_view1_f64_right v);
gr_status capture_most(gr_view1_f64_right v);

GR_EXTERN_C_END

#endif
