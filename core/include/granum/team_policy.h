/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file team_policy.h
 * @brief Leagues of teams as values: how many, how large, with how much scratch memory; and the
 * team.
 *
 *     GR_PARALLEL_TEAM("tiles", t, gr_with_scratch(gr_teams(n, GR_AUTO), 0, 4096, 0)) { ... };
 *
 * Included by team.h; apart from it, because backends need the types and not the language.
 */
#ifndef GRANUM_TEAM_POLICY_H
#define GRANUM_TEAM_POLICY_H

#include <granum/range.h>
#include <granum/types.h>

/** Most threads that may be asked for in one team, on every backend. */
#define GR_TEAM_SIZE_MAX 1024

/** Scratch memory of one team [B], its threads' shares included, at levels 0 (fast) and 1 (large).
 *  */
#define GR_SCRATCH_MAX_0 (1 << 16)
#define GR_SCRATCH_MAX_1 (1 << 26)

/** Scratch memory of one level [B]. */
typedef struct gr_scratch_size {
    gr_index per_team, per_thread;
} gr_scratch_size;

/** A league of teams. */
typedef struct gr_team_policy {
    gr_index league_size;
    int team_size;     /**< a request: t.team_size is what was given; GR_AUTO: what suits */
    int vector_length; /**< a request, or GR_AUTO */
    gr_scratch_size scratch[2];
    int wrong_level; /**< that scratch was asked for at: other than 0 and 1; 0: none */
    gr_options options;
} gr_team_policy;

/** @brief `league_size` teams of `team_size` threads, or GR_AUTO. */
GR_IMPL_INLINE gr_team_policy gr_teams(gr_index league_size, int team_size) {
    gr_team_policy policy = {league_size,      team_size, GR_AUTO,
                             {{0, 0}, {0, 0}}, 0,         {GR_AUTO, GR_STATIC, GR_AUTO, {0}}};

    return policy;
}

/** @brief The policy with a vector length. */
GR_IMPL_INLINE gr_team_policy gr_with_vector_length(gr_team_policy policy, int length) {
    policy.vector_length = length;
    return policy;
}

/** @brief The policy with scratch memory [B] at level 0 or 1, for each team and each of its
 * threads. */
GR_IMPL_INLINE gr_team_policy gr_with_scratch(gr_team_policy policy, int level, gr_index per_team,
                                              gr_index per_thread) {
    if (level != 0 && level != 1) {
        policy.wrong_level = level;
        return policy;
    }
    policy.scratch[level].per_team = per_team;
    policy.scratch[level].per_thread = per_thread;
    return policy;
}

GR_EXTERN_C_BEGIN

/** Memory of one team or thread that scratch Views are cut from. */
typedef struct gr_impl_arena {
    char *next, *end;
} gr_impl_arena;

/** What the threads of a team share. */
typedef struct gr_impl_team gr_impl_team;

/** The team that runs the block. */
typedef struct gr_team {
    gr_index league_rank; /**< 0 .. league_size - 1 */
    gr_index league_size;
    int team_rank; /**< of the calling thread, 0 .. team_size - 1 */
    int team_size; /**< threads of the team */
    gr_impl_team *shared;
    struct gr_impl_launch *launch;
    gr_impl_arena *arenas; /**< per team at level 0, 1; per thread at level 0, 1 */
} gr_team;

/** Largest and recommended team size on a backend with at most so many threads; 0: any number. */
GR_API int gr_impl_team_size_max(gr_team_policy policy, int host_threads);
GR_API int gr_impl_team_size_recommended(gr_team_policy policy, int host_threads);

GR_EXTERN_C_END

#endif
