/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_watch_arguments.h
 * @brief Launches on memory that the library does not hold.
 */
#ifndef GRANUM_TEST_WATCH_ARGUMENTS_H
#define GRANUM_TEST_WATCH_ARGUMENTS_H

#include <granum/view.h>

GR_EXTERN_C_BEGIN

/** (n, m) numbers from the last one backwards, every other column: x[i, j] = 1 / (i - j). */
void inverse_differences(double *last, gr_index n, gr_index m);
/** x[i] += x[i - 1], and their sum after it. */
double smear_and_sum(double *x, gr_index n);
/** x[i] += 1 */
void add_one(double *x, gr_index n);

GR_EXTERN_C_END

#endif
