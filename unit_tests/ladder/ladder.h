/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file ladder.h
 * @brief The conformance ladder: what must hold on every backend, in the order in which a new one
 * comes alive.
 *
 * A rung is one kernel file with one function, ladder_climb(), and a program of its own for each
 * backend. It uses what the rungs below have shown and one thing more. It needs no test framework:
 * a device's first day is hard enough. Results are read through host mirrors, never directly.
 */
#ifndef GRANUM_TEST_LADDER_H
#define GRANUM_TEST_LADDER_H

#include <granum/granum.h>

/** Around the sizes of vectors, warps, blocks and chunks, and the first prime over 1e5. */
#define LADDER_SIZES \
    { 0, 1, 2, 7, 31, 32, 33, 64, 255, 256, 257, 1023, 4096, 4097, 100003 }

/** Fail the rung unless `wrong`, a count of elements, is 0; `...` says of what, for printf. */
#define LADDER_NONE_WRONG(wrong, n, what)                                                    \
    GR_REQUIRE((wrong) == 0, GR_INTERNAL, "n = %td: %s: %td wrong, expected 0", (n), (what), \
               (gr_index)(wrong))

GR_EXTERN_C_BEGIN

/** Climb the rung; the first failure says what was wrong and where. */
gr_status ladder_climb(void);

GR_EXTERN_C_END

#endif
