/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_fork_compute.h
 * @brief Launches whose results and threads can be checked, for a process and its children.
 */
#ifndef GRANUM_TEST_FORK_COMPUTE_H
#define GRANUM_TEST_FORK_COMPUTE_H

#include <granum/types.h>

GR_EXTERN_C_BEGIN

/** A reduction, a scan and a loop over n elements on `threads` threads; how many answers are wrong.
 *  */
int fork_compute(gr_index n, int threads);

/** How many threads a launch that asks for `threads` of them runs on. */
int fork_threads(int threads);

/** Fork in a parallel region of one's own; the child's exit status is 0 where its launches were
 * right. */
int fork_in_region(int (*wait_for)(int pid));

GR_EXTERN_C_END

#endif
