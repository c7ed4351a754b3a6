/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_team_share.h
 * @brief What the threads of a team share: values, phases and scratch memory.
 */
#ifndef GRANUM_TEST_TEAM_SHARE_H
#define GRANUM_TEST_TEAM_SHARE_H

#include <granum/team.h>

GR_EXTERN_C_BEGIN

/** Threads that saw another value than thread 0 broadcast, over several broadcasts a team. */
long share_broadcast(gr_team_policy policy);

/** GR_CONTINUE in a broadcast ends its block only: *ended counts the teams that came to the end. */
long share_continue(gr_team_policy policy, long *ended);

/** A value too large to pass at once. */
long share_broadcast_large(gr_team_policy policy);

/** Phases on an array of n in scratch memory: each reads what other threads wrote before. */
long share_phases(gr_team_policy policy, int level, gr_index n, int phases);

/** Views of ranks 0..4 and of three dtypes at one level, per team or thread: cells that are not
 * what their owner wrote; *sum counts the cells that were looked at. */
long share_ranks(gr_team_policy policy, int level, long *cells);
long share_ranks_of_thread(gr_team_policy policy, int level, long *cells);

/** Bytes that share_ranks asks for of one level. */
gr_index share_ranks_bytes(void);

/** Addresses: wrong alignments, Views that overlap, threads of a team that got different ones. */
long share_addresses(gr_team_policy policy, const double **seen);

/** Sums of tiles that pass through scratch memory: a transpose of an n x n matrix, tiles of 8. */
void share_transpose(gr_index n, int team_size, int level, const double *in, double *out);

/** Scratch in reductions and scans over leagues: results by formula. */
long share_in_league_patterns(gr_team_policy policy);

GR_EXTERN_C_END

#endif
