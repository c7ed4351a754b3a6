/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_team_scan.h
 * @brief Scans inside of teams, over leagues, and over ranges, of the same values.
 */
#ifndef GRANUM_TEST_TEAM_SCAN_H
#define GRANUM_TEST_TEAM_SCAN_H

#include <granum/team.h>

/** Results of a scan over n elements: what is before and after each of them. */
typedef struct team_scan {
    double *before, *after;
    int64_t *before_whole, *after_whole;
} team_scan;

/** Who runs it. */
enum { SCAN_RANGE, SCAN_TEAM, SCAN_VECTOR, SCAN_LEAGUE };

/** Totals over n elements, of the kernels' values and of 1, 2, ...: of a range, of a league, and
 * what each thread of one team has of the team's scan and of its own lanes'. */
typedef struct team_totals {
    double range, league;
    int64_t league_whole;
    double team[16], vector[16];
    int64_t team_whole[16];
} team_totals;

GR_EXTERN_C_BEGIN

/** Teams of a league write the same results; a team's are checked by another of its threads. */
void team_scan_by(int kind, gr_team_policy policy, gr_index lo, gr_index n, team_scan out);

int team_size_given_by(int team_size); /**< what a request is answered with */
team_totals team_total_by(gr_team_policy policy, gr_index n);

/** A scan and then a reduction over its results, in each team: the barrier after a scan holds. */
void team_scan_then_read(gr_team_policy policy, gr_index n, int64_t *memory, long *wrong);

/** Each thread scans a row of its own in a thread range. */
void team_scan_rows(gr_team_policy policy, gr_index rows, gr_index columns, int64_t *out);

/** Sum of the odd indices before each. */
void team_scan_continue(gr_team_policy policy, gr_index n, int64_t *out);

GR_EXTERN_C_END

#endif
