/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_view_checked.h
 * @brief Kernels that step outside of their Views.
 */
#ifndef GRANUM_TEST_VIEW_CHECKED_H
#define GRANUM_TEST_VIEW_CHECKED_H

#include <granum/granum.h>

GR_EXTERN_C_BEGIN

/** v(i) = i for i in [0, n). */
void view_checked_fill(gr_view1_f64_right v, gr_index n);

/** b = mean of a's four neighbours, but for a border of this many rows and columns. */
void view_checked_jacobi(gr_view2_f64_right b, gr_view2_f64_right a, gr_index border);

/** Sums over v's first 8 elements, held in registers while v(outside) is read. */
double view_checked_many_values(gr_view1_f64_right v, gr_index outside);

/** Each team writes element n of a scratch View of n. */
void view_checked_scratch(gr_team_policy policy, gr_index n);

/** What creating a View in a kernel answers. */
gr_status view_checked_create_inside(void);

GR_EXTERN_C_END

#endif
