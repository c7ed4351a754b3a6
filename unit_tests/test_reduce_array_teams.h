/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_reduce_array_teams.h
 * @brief Reductions into arrays over leagues and inside of teams.
 */
#ifndef GRANUM_TEST_REDUCE_ARRAY_TEAMS_H
#define GRANUM_TEST_REDUCE_ARRAY_TEAMS_H

#include <granum/granum.h>

/** A user's struct: a count and a sum whose order shows. */
typedef struct tally {
    int64_t count;
    double sum;
} tally;
GR_DEFINE_VIEW(tally, tally)

GR_EXTERN_C_BEGIN

/** Over a league: team r adds value[r] to element key[r], `length` being that of the result. */
void league_add(gr_view1_f64 bins, gr_index length, gr_view1_i32 key, gr_view1_f64 value,
                gr_team_policy policy);

/** Over a league, beside other reducers: team r counts its key 3 times; the sum of the keys. */
int64_t league_count(gr_view1_i64 bins, gr_view1_i32 key, gr_team_policy policy);

/** In each team: elements lo..hi into the team's row of `bins`; each thread reads the row's sum. */
void team_add(gr_view2_f64 bins, gr_index length, gr_index lo, gr_index hi, gr_view1_i32 key,
              gr_view1_f64 value, gr_view2_f64 read, gr_team_policy policy);

/** The same by one thread of a team, into strided columns. */
void vector_add(gr_view2_f64 bins, gr_index hi, gr_view1_i32 key, gr_view1_f64 value,
                gr_team_policy policy);

/** A user's struct and counts together, in scratch memory. */
void team_tally(gr_view2_tally out, gr_view2_i64 count, gr_view1_i32 key, gr_view1_f64 value,
                gr_team_policy policy);

/** The sum of the odd numbers below n by GR_CONTINUE, in a result of the team's. */
void team_odd(gr_view2_i64 out, gr_index n, gr_team_policy policy);

GR_EXTERN_C_END

#endif
