/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_parallel_for.h
 * @brief Launches that count how often each index is visited.
 */
#ifndef GRANUM_TEST_PARALLEL_FOR_H
#define GRANUM_TEST_PARALLEL_FOR_H

#include <granum/range.h>

GR_EXTERN_C_BEGIN

/** Ranges of 1 to 6 dimensions, counted into an array over a box with one cell more on each side.
 *  */
typedef struct visit_range {
    int rank;
    gr_index lo[6], hi[6];
    gr_options options;
} visit_range;

/** Cells of the box. */
gr_index visit_cells(const visit_range *range);

/** Add 1 to the cell of each index that the body sees; two statements, with and without label. */
void visit_labelled(const visit_range *range, unsigned char *cells);
void visit_bare(const visit_range *range, unsigned char *cells);

/** The options that gr_with_... made of a plain range: chunk, dynamic, threads, all of them. */
gr_options visit_options(int which);

/* Examples. */
void odd_only(gr_index n, int *out);       /**< GR_CONTINUE on even indices */
void odd_pairs(gr_index n, int *out);      /**< the same in 2D: where i + j is odd, n * n */
void by_table(gr_index n, double *out);    /**< a constant table */
void first_multiple(gr_index n, int *out); /**< an inner loop that breaks, and one that continues */
void print_lines(gr_index n);              /**< gr_printf */
void locals_of_the_caller(gr_index n,
                          double *out); /**< captures: scalars, a struct, an array in it */
void complex_square(gr_index n,
                    gr_c128 *out);       /**< out[i] = (i + 2i)^2, in units of the imaginary */
void in_conditions(int which, int *out); /**< launches as statements of if, else, for, switch */

GR_EXTERN_C_END

#endif
