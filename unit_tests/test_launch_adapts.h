/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_launch_adapts.h
 * @brief One launch statement of each kind, whose cost and size the caller chooses.
 */
#ifndef GRANUM_TEST_LAUNCH_ADAPTS_H
#define GRANUM_TEST_LAUNCH_ADAPTS_H

#include <granum/types.h>

GR_EXTERN_C_BEGIN

/** Kinds of statements; each is one place in the program with a memory of its own. */
enum { ADAPTS_FOR, ADAPTS_FOR_2D, ADAPTS_REDUCE, ADAPTS_SCAN, ADAPTS_KINDS };

/** Let time be what iterations say that they cost: the machine and its load have no part in it. */
void adapts_use_clock(void);

/**
 * Launch over n iterations that cost `cost` ticks and one more each, and answer how many
 * threads the body saw; the result of the launch is checked against `wrong`.
 */
int adapts_launch(int kind, gr_index n, int cost, long *wrong);

/** The same kind of loop with the number of threads given: how many the body saw. */
int adapts_with_threads(gr_index n, int cost, int threads);

GR_EXTERN_C_END

#endif
