/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_team_for.h
 * @brief Leagues that note who ran what, and nested ranges that count their visits.
 */
#ifndef GRANUM_TEST_TEAM_FOR_H
#define GRANUM_TEST_TEAM_FOR_H

#include <granum/team.h>

/** Threads of a team that there is room for in results. */
enum { MOST_THREADS = 16 };

/** What a thread of a team saw; visits counts how often. */
typedef struct team_seen {
    int visits;
    int team_rank, team_size;
    gr_index league_rank, league_size;
} team_seen;

/** Kinds of nested ranges. */
enum {
    NESTED_TEAM,
    NESTED_THREAD,
    NESTED_THREAD_VECTOR, /**< a vector range inside of a thread range, as a square */
    NESTED_2D,
    NESTED_3D,
    NESTED_THREAD_2D,
    NESTED_THREAD_3D,
    NESTED_VECTOR, /**< each thread the whole range: counts are the team's size */
    NESTED_VECTOR_2D,
    NESTED_VECTOR_3D,
    NESTED_KINDS
};

/** Bounds of a nested range; dimensions that the kind does not have are 0..1. */
typedef struct nested_box {
    gr_index lo[3], hi[3];
} nested_box;

GR_EXTERN_C_BEGIN

/** What a request for a team size is answered with on the kernels' backend. */
int team_size_given(gr_team_policy policy);
int team_size_recommended(gr_team_policy policy);

/** seen has league_size * MOST_THREADS elements. */
void team_visit(gr_team_policy policy, team_seen *seen);

/** The same without a label, and without using the team. */
void team_count(gr_team_policy policy, long *bodies);

/** Visits of each cell of the box in each team: counts has league_size * cells elements. */
void team_cover(gr_team_policy policy, int kind, const nested_box *box, int *counts);

/** out[r] = sizes of the two triangles that rows of different lengths make: GR_CONTINUE everywhere.
 *  */
void team_continue(gr_team_policy policy, gr_index n, gr_index *out);

/** counts[r] = threads of team r that ran a single of the team, and of the thread. */
void team_singles(gr_team_policy policy, int *team, int *thread);

GR_EXTERN_C_END

#endif
