/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_kokkos_lessons.h
 * @brief Kernels on which others have stumbled.
 */
#ifndef GRANUM_TEST_KOKKOS_LESSONS_H
#define GRANUM_TEST_KOKKOS_LESSONS_H

#include <granum/team.h>

GR_EXTERN_C_BEGIN

/** The size that teams got of the one asked for; *most: what the backend can give. */
int lessons_large_team(int size, int *most, long *wrong);

/** Reductions over what the whole team has just written, and writing again after each. */
long lessons_team_reduces_again(gr_team_policy policy, gr_index n, int times);

/** Reductions by lanes in reductions by threads in a reduction over the league, many times. */
long lessons_three_levels(gr_team_policy policy, gr_index rows, gr_index columns, int times);

/** Scans of values of 1, 2, 4, 8, 16 and 40 bytes. */
long lessons_scan_sizes(gr_index n);

/** A scan that counts how often its block was asked for an element, and told to write it. */
void lessons_scan_calls(gr_index n, int threads, int32_t *asked, int32_t *written);

/** Wrong elements of a scan. */
long lessons_scan(gr_index n, int64_t *out);

/** Sums, products, extremes and truth of boxes of bounds around a vector, in narrow types. */
long lessons_box_types(gr_index n, gr_index m);

GR_EXTERN_C_END

#endif
