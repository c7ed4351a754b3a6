/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_launch_errors.h
 * @brief Launches that fail.
 */
#ifndef GRANUM_TEST_LAUNCH_ERRORS_H
#define GRANUM_TEST_LAUNCH_ERRORS_H

#include <granum/range.h>
#include <granum/reduce.h>

GR_EXTERN_C_BEGIN

/** Kinds of launches. */
enum { LAUNCH_FOR, LAUNCH_REDUCE, LAUNCH_SCAN, LAUNCH_KINDS };

/** Launch over lo..hi and count the bodies that ran; the result of a reduction, else 0. */
double launch_1d(int kind, gr_index lo, gr_index hi, gr_options options, long *bodies);
double launch_3d(int kind, const gr_index lo[3], const gr_index hi[3], gr_options options,
                 long *bodies);
void launch_without_label(void);

/** In each of n bodies on so many threads launch again; how many of the inner bodies ran. */
long launch_in_kernel(int inner, gr_index n, int threads, long *outer);

/** Eight reducers of 64 bytes each and more; the sum of their results. */
double launch_eight(gr_index n);

GR_EXTERN_C_END

#endif
