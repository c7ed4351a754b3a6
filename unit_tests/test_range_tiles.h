/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_range_tiles.h
 * @brief What test_range_tiles.c and its kernels share.
 */
#ifndef GRANUM_TEST_RANGE_TILES_H
#define GRANUM_TEST_RANGE_TILES_H

#include <granum/range.h>

GR_EXTERN_C_BEGIN

/** A range of 2 to 6 indices in tiles. */
typedef struct tiled_range {
    int rank;
    gr_index lo[6], hi[6], tile[6];
    gr_options options;
} tiled_range;

/** Cells of the range with a border of one around it. */
gr_index tiled_cells(const tiled_range *range);

/** Add one to the cell of each index, in right or left order. */
void tiled_visit(const tiled_range *range, bool left, unsigned char *cells);

/** The sum of numbers that depend on the indices; of 1 to 4 dimensions. */
double tiled_sum(const tiled_range *range, bool left);

/** The same few cells by policies that options are put on in several orders. */
void tiled_compositions(int64_t *cells);

GR_EXTERN_C_END

#endif
