/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_scan_segmented_teams.h
 * @brief Segmented scans over leagues and inside of teams, and over ranges, of the same values.
 */
#ifndef GRANUM_TEST_SCAN_SEGMENTED_TEAMS_H
#define GRANUM_TEST_SCAN_SEGMENTED_TEAMS_H

#include <granum/granum.h>

/** Who runs it. */
enum { SEGMENTS_RANGE, SEGMENTS_LEAGUE, SEGMENTS_TEAM, SEGMENTS_VECTOR, SEGMENTS_KINDS };

GR_EXTERN_C_BEGIN

/** What came before in the segment (from lo on), and what is there with the element itself. */
void segments_by(int kind, gr_team_policy policy, gr_view1_f64 before, gr_view1_i64 after,
                 gr_view1_f64 x, gr_view1_u8 head);

/** Each team scans its own row and reads it from behind: how many elements are wrong. */
void segments_then_read(gr_team_policy policy, gr_view2_i64 place, gr_view1_u8 head, long *wrong);

GR_EXTERN_C_END

#endif
