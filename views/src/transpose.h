/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file transpose.h
 * @brief Copies of two dimensions that Views step through in opposite order.
 */
#ifndef GRANUM_VIEWS_TRANSPOSE_H
#define GRANUM_VIEWS_TRANSPOSE_H

#include "copy_machine.h"
#include "copy_plan.h"

/**
 * @brief Element (r, c) of a matrix, at src + r * src_row + c * src_column and
 *        dst + r * dst_row + c * dst_column [B].
 */
typedef struct transpose_matrix {
    size_t item; /**< [B] */
    gr_index rows, columns;
    ptrdiff_t src_row, src_column;
    ptrdiff_t dst_row, dst_column;
    const copy_machine *machine;
    const transpose_kernel *kernel; /**< NULL: element by element */
    bool stream;                    /**< around the caches where dst's rows are long enough */
} transpose_matrix;

/** Rows and columns that transpose_tile wants at a time, for a matrix at dst. */
void transpose_tile_shape(const transpose_matrix *matrix, const char *dst, gr_index *rows,
                          gr_index *columns);

/** Set kernel and stream of a matrix whose other fields are set. */
void transpose_choose(transpose_matrix *matrix, bool large);

/** Copy the rows [row, row_end) of the columns [column, column_end) of one matrix. */
void transpose_tile(const transpose_matrix *matrix, char *dst, const char *src, gr_index row,
                    gr_index row_end, gr_index column, gr_index column_end);

#endif
