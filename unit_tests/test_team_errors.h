/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_team_errors.h
 * @brief Wrong leagues, and blocks that go wrong.
 */
#ifndef GRANUM_TEST_TEAM_ERRORS_H
#define GRANUM_TEST_TEAM_ERRORS_H

#include <granum/team.h>

enum { TEAM_FOR_KIND, TEAM_REDUCE_KIND, TEAM_SCAN_KIND, TEAM_KINDS };

/** Ways for part of a team to go astray. */
enum {
    SKIP_BARRIER,     /**< thread 0 leaves without the barrier */
    SKIP_IN_LOOP,     /**< thread 0 leaves a loop with a barrier after two rounds */
    OTHER_BARRIER,    /**< thread 0 stands at another one */
    SKIP_REDUCTION,   /**< thread 0 takes no part in a reduction */
    SKIP_BROADCAST,   /**< the last thread takes no part in a broadcast */
    SKIP_LAST_THREAD, /**< as SKIP_BARRIER, but the last thread */
    SKIP_KINDS
};

GR_EXTERN_C_BEGIN

/** Launch over a league; bodies counts how often the block ran. The reduction's result. */
double errors_launch(int kind, gr_team_policy policy, long *bodies);

/** Threads that the team was given. */
int errors_team_size(int team_size);

/** Scratch Views of n elements at a level, per team or thread, asked for twice: blocks that ended.
 *  */
long errors_scratch(gr_team_policy policy, bool per_thread, int level, gr_index n);

/** Scratch Views of n and n x m elements, of which the block writes 1000 and 1000 x 4 whatever n
 * and m are; the number of blocks that ended and read what they had written. */
long errors_scratch_extents(gr_team_policy policy, gr_index n, gr_index m);

/** Blocks that ended although part of the team went astray; then 100 more barriers each. */
long errors_barrier(gr_team_policy policy, int way);

/** A launch of each kind (0 for, 1 reduce, 2 team, 3 team scan) inside a team's block. */
long errors_nested(int kind, gr_team_policy policy, long *inner);

GR_EXTERN_C_END

#endif
