/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file team.h
 * @brief Teams: a league of teams, each with nested ranges, barriers and scratch memory of its own.
 *
 *     GR_PARALLEL_TEAM("spmv", t, gr_teams(rows, GR_AUTO)) {
 *         double sum;
 *         GR_TEAM_REDUCE(t, k, GR_AT(row, t.league_rank), GR_AT(row, t.league_rank + 1),
 *                        GR_SUM(double, sum)) {
 *             sum += GR_AT(val, k) * GR_AT(x, GR_AT(col, k));
 *         };
 *         GR_TEAM_SINGLE(t) { GR_AT(y, t.league_rank) = sum; };
 *     };
 *
 * The block runs once for each team and thread of it. Nested ranges name who shares the work:
 *
 *     GR_TEAM_...          all threads and vector lanes of the team
 *     GR_TEAM_THREAD_...   its threads; GR_THREAD_VECTOR_... may stand inside
 *     GR_THREAD_VECTOR_... the vector lanes of the calling thread
 *
 * On the host a team is one thread unless more are asked for, and vector lanes are SIMD. A nested
 * reduction gives its result to all threads of the team, in an order that depends on the nested
 * range alone; the other nested ranges imply no barrier.
 */
#ifndef GRANUM_TEAM_H
#define GRANUM_TEAM_H

#include <granum/scan.h>
#include <granum/team_policy.h>

/* Most threads of a team, 0 for any number; devices have others than the host. */
#ifndef GR_IMPL_TEAM_THREADS
#define GR_IMPL_TEAM_THREADS GR_IMPL_HOST_THREADS
#endif

/** @brief Largest team size that a policy may be given on the backend of this file's kernels. */
GR_IMPL_INLINE int gr_team_size_max(gr_team_policy policy) {
    return gr_impl_team_size_max(policy, GR_IMPL_TEAM_THREADS);
}

/** @brief The size that suits: whole teams on single threads, unless the league is small. */
GR_IMPL_INLINE int gr_team_size_recommended(gr_team_policy policy) {
    return gr_impl_team_size_recommended(policy, GR_IMPL_TEAM_THREADS);
}

/**
 * @brief GR_PARALLEL_TEAM([label,] t, gr_teams(...)) { ... };
 *
 * Errors:    as GR_PARALLEL_FOR; GR_INVALID_ARG for league, team and scratch sizes (at gr_fence)
 * Cost:      a team of one thread costs no more than an iteration of a loop
 * Expansion: openmp  as GR_PARALLEL_FOR over league ranks, each with a gr_team t
 */
#define GR_PARALLEL_TEAM(...)                                                               \
    GR_IMPL_BY_COUNT(__VA_ARGS__, GR_IMPL_TEAM_MANY, GR_IMPL_TEAM_MANY, GR_IMPL_TEAM_MANY,  \
                     GR_IMPL_TEAM_MANY, GR_IMPL_TEAM_MANY, GR_IMPL_TEAM_MANY, GR_IMPL_TEAM, \
                     GR_IMPL_TEAM_BARE, GR_IMPL_TEAM_MANY, )                                \
    (__VA_ARGS__)
#define GR_IMPL_TEAM_BARE(t, policy) GR_IMPL_TEAM("", t, policy)
#define GR_IMPL_TEAM_MANY(...) GR_IMPL_WRONG("GR_PARALLEL_TEAM: expected ([label,] team, policy)")

/** @brief GR_PARALLEL_TEAM_REDUCE([label,] t, gr_teams(...), reducer, ...): over the league.
 *
 * Each team combines into the results once; teams are of one thread on the host. */
#define GR_PARALLEL_TEAM_REDUCE(a, b, ...)                                                     \
    GR_IMPL_CALL(                                                                              \
        GR_IMPL_PASTE(GR_IMPL_TEAM_REDUCE_, GR_IMPL_IS_REDUCER(GR_IMPL_FIRST(__VA_ARGS__, ))), \
        (a, b, __VA_ARGS__))
#define GR_IMPL_TEAM_REDUCE_BY_LABEL(label, t, policy, ...) \
    GR_IMPL_LEAGUE_REDUCE(label, t, policy, __VA_ARGS__)
#define GR_IMPL_TEAM_REDUCE_BARE(t, policy, ...) GR_IMPL_LEAGUE_REDUCE("", t, policy, __VA_ARGS__)

/** @brief GR_PARALLEL_TEAM_SCAN([label,] t, gr_teams(...), reducer, final): over the league. */
#define GR_PARALLEL_TEAM_SCAN(...)                                                               \
    GR_IMPL_BY_COUNT(__VA_ARGS__, GR_IMPL_TEAM_SCAN_MANY, GR_IMPL_TEAM_SCAN_MANY,                \
                     GR_IMPL_TEAM_SCAN_MANY, GR_IMPL_TEAM_SCAN_MANY, GR_IMPL_TEAM_SCAN_LABELLED, \
                     GR_IMPL_TEAM_SCAN_BARE, GR_IMPL_TEAM_SCAN_MANY, GR_IMPL_TEAM_SCAN_MANY,     \
                     GR_IMPL_TEAM_SCAN_MANY, )                                                   \
    (__VA_ARGS__)
#define GR_IMPL_TEAM_SCAN_LABELLED(label, t, policy, reducer, final) \
    GR_IMPL_LEAGUE_SCAN(label, t, policy, final, GR_IMPL_SCAN_NO_TOTAL, , reducer)
#define GR_IMPL_TEAM_SCAN_BARE(t, policy, reducer, final) \
    GR_IMPL_LEAGUE_SCAN("", t, policy, final, GR_IMPL_SCAN_NO_TOTAL, , reducer)
#define GR_IMPL_TEAM_SCAN_MANY(...) \
    GR_IMPL_WRONG("GR_PARALLEL_TEAM_SCAN: expected ([label,] team, policy, reducer, final)")

/**
 * @brief GR_PARALLEL_TEAM_SCAN_TOTAL([label,] t, gr_teams(...), reducer, final, total).
 *
 * `total`, a variable of the reducer's type, receives the result over all teams.
 */
#define GR_PARALLEL_TEAM_SCAN_TOTAL(...)                                                         \
    GR_IMPL_BY_COUNT(__VA_ARGS__, GR_IMPL_LEAGUE_TOTAL_MANY, GR_IMPL_LEAGUE_TOTAL_MANY,          \
                     GR_IMPL_LEAGUE_TOTAL_MANY, GR_IMPL_LEAGUE_TOTAL, GR_IMPL_LEAGUE_TOTAL_BARE, \
                     GR_IMPL_LEAGUE_TOTAL_MANY, GR_IMPL_LEAGUE_TOTAL_MANY,                       \
                     GR_IMPL_LEAGUE_TOTAL_MANY, GR_IMPL_LEAGUE_TOTAL_MANY, )                     \
    (__VA_ARGS__)
#define GR_IMPL_LEAGUE_TOTAL(label, t, policy, reducer, final, total) \
    GR_IMPL_LEAGUE_SCAN(label, t, policy, final, GR_IMPL_SCAN_TOTAL, total, reducer)
#define GR_IMPL_LEAGUE_TOTAL_BARE(t, policy, reducer, final, total) \
    GR_IMPL_LEAGUE_SCAN("", t, policy, final, GR_IMPL_SCAN_TOTAL, total, reducer)
#define GR_IMPL_LEAGUE_TOTAL_MANY(...) \
    GR_IMPL_WRONG(                     \
        "GR_PARALLEL_TEAM_SCAN_TOTAL: expected ([label,] team, policy, reducer, final, total)")

/** @brief Nested ranges lo <= k < hi inside of a team's block; see the top of the file. */
#define GR_TEAM_FOR(t, k, lo, hi) GR_IMPL_TEAM_FOR(t, k, lo, hi)
#define GR_TEAM_THREAD_FOR(t, k, lo, hi) GR_IMPL_TEAM_THREAD_FOR(t, k, lo, hi)
#define GR_THREAD_VECTOR_FOR(t, k, lo, hi) GR_IMPL_THREAD_VECTOR_FOR(t, k, lo, hi)
#define GR_TEAM_FOR_2D(t, i, j, lo0, hi0, lo1, hi1) GR_IMPL_TEAM_FOR_2D(t, i, j, lo0, hi0, lo1, hi1)
#define GR_TEAM_FOR_3D(t, i, j, k, lo0, hi0, lo1, hi1, lo2, hi2) \
    GR_IMPL_TEAM_FOR_3D(t, i, j, k, lo0, hi0, lo1, hi1, lo2, hi2)
#define GR_TEAM_THREAD_FOR_2D(t, i, j, lo0, hi0, lo1, hi1) \
    GR_IMPL_TEAM_THREAD_FOR_2D(t, i, j, lo0, hi0, lo1, hi1)
#define GR_TEAM_THREAD_FOR_3D(t, i, j, k, lo0, hi0, lo1, hi1, lo2, hi2) \
    GR_IMPL_TEAM_THREAD_FOR_3D(t, i, j, k, lo0, hi0, lo1, hi1, lo2, hi2)
#define GR_THREAD_VECTOR_FOR_2D(t, i, j, lo0, hi0, lo1, hi1) \
    GR_IMPL_THREAD_VECTOR_FOR_2D(t, i, j, lo0, hi0, lo1, hi1)
#define GR_THREAD_VECTOR_FOR_3D(t, i, j, k, lo0, hi0, lo1, hi1, lo2, hi2) \
    GR_IMPL_THREAD_VECTOR_FOR_3D(t, i, j, k, lo0, hi0, lo1, hi1, lo2, hi2)

/** @brief Nested reductions; each result goes to the reducers' variables in every thread.
 *
 * Up to 8 elements are combined from the left; longer ranges in the canonical order. */
#define GR_TEAM_REDUCE(t, k, lo, hi, ...) GR_IMPL_TEAM_REDUCE(t, k, lo, hi, __VA_ARGS__)
#define GR_TEAM_THREAD_REDUCE(t, k, lo, hi, ...) \
    GR_IMPL_TEAM_THREAD_REDUCE(t, k, lo, hi, __VA_ARGS__)
#define GR_THREAD_VECTOR_REDUCE(t, k, lo, hi, ...) \
    GR_IMPL_THREAD_VECTOR_REDUCE(t, k, lo, hi, __VA_ARGS__)

/**
 * @brief Nested reductions over ranges in two and three dimensions.
 *
 * As those over the elements in row-major order, the last index fastest: the results have the bits
 * of the reduction over one range of n0 * n1 (* n2) elements. Empty where one of the ranges is. The
 * number of elements must fit a gr_index.
 *
 * Cost: on the host a division or two for 32 elements, elsewhere for each
 */
#define GR_TEAM_REDUCE_2D(t, i, j, lo0, hi0, lo1, hi1, ...) \
    GR_IMPL_TEAM_REDUCE_2D(t, i, j, lo0, hi0, lo1, hi1, __VA_ARGS__)
#define GR_TEAM_REDUCE_3D(t, i, j, k, lo0, hi0, lo1, hi1, lo2, hi2, ...) \
    GR_IMPL_TEAM_REDUCE_3D(t, i, j, k, lo0, hi0, lo1, hi1, lo2, hi2, __VA_ARGS__)
#define GR_TEAM_THREAD_REDUCE_2D(t, i, j, lo0, hi0, lo1, hi1, ...) \
    GR_IMPL_TEAM_THREAD_REDUCE_2D(t, i, j, lo0, hi0, lo1, hi1, __VA_ARGS__)
#define GR_TEAM_THREAD_REDUCE_3D(t, i, j, k, lo0, hi0, lo1, hi1, lo2, hi2, ...) \
    GR_IMPL_TEAM_THREAD_REDUCE_3D(t, i, j, k, lo0, hi0, lo1, hi1, lo2, hi2, __VA_ARGS__)
#define GR_THREAD_VECTOR_REDUCE_2D(t, i, j, lo0, hi0, lo1, hi1, ...) \
    GR_IMPL_THREAD_VECTOR_REDUCE_2D(t, i, j, lo0, hi0, lo1, hi1, __VA_ARGS__)
#define GR_THREAD_VECTOR_REDUCE_3D(t, i, j, k, lo0, hi0, lo1, hi1, lo2, hi2, ...) \
    GR_IMPL_THREAD_VECTOR_REDUCE_3D(t, i, j, k, lo0, hi0, lo1, hi1, lo2, hi2, __VA_ARGS__)

/** @brief Nested scans, as GR_PARALLEL_SCAN; a team's ends with a barrier. */
#define GR_TEAM_SCAN(t, k, lo, hi, reducer, final) GR_IMPL_TEAM_SCAN(t, k, lo, hi, reducer, final)
#define GR_THREAD_VECTOR_SCAN(t, k, lo, hi, reducer, final) \
    GR_IMPL_THREAD_VECTOR_SCAN(t, k, lo, hi, reducer, final)

/** @brief As those, and `total` receives the result over the range, in every thread. */
#define GR_TEAM_SCAN_TOTAL(t, k, lo, hi, reducer, final, total) \
    GR_IMPL_TEAM_SCAN_TOTAL(t, k, lo, hi, reducer, final, total)
#define GR_THREAD_VECTOR_SCAN_TOTAL(t, k, lo, hi, reducer, final, total) \
    GR_IMPL_THREAD_VECTOR_SCAN_TOTAL(t, k, lo, hi, reducer, final, total)

/** @brief Run a block on one thread of the team, or on one lane of each thread. No barrier. */
#define GR_TEAM_SINGLE(t) GR_IMPL_TEAM_SINGLE(t)
#define GR_THREAD_SINGLE(t) GR_IMPL_THREAD_SINGLE(t)

/** @brief As GR_TEAM_SINGLE; then every thread has the value that the block gave to `variable`.
 *
 * GR_CONTINUE ends this block, and the value is passed on. */
#define GR_TEAM_SINGLE_BROADCAST(t, T, variable) GR_IMPL_TEAM_SINGLE_BROADCAST(t, T, variable)

/**
 * @brief A View in scratch memory, of any rank: GR_SCRATCH_VIEW(&v, t, level, n0, n1, ...).
 *
 * It is the team's: every thread that makes the same Views in the same order gets the same memory,
 * unset, until the block ends. Asked for with gr_with_scratch, of which each View takes whole cache
 * lines of 64 bytes. Where that is used up, the launch fails at gr_fence with both numbers, and the
 * View gets spare memory so that the block can end. So it does where an extent is negative or the
 * size overflows, with extents that fit 64 MiB.
 */
#define GR_SCRATCH_VIEW(view, t, ...) GR_IMPL_SCRATCH_VIEW(view, t, false, __VA_ARGS__)

/** @brief As GR_SCRATCH_VIEW, in the memory of the calling thread. */
#define GR_THREAD_SCRATCH_VIEW(view, t, ...) GR_IMPL_SCRATCH_VIEW(view, t, true, __VA_ARGS__)

/** @brief Wait for all threads of the team; what they wrote before is seen by all after it. */
#define GR_TEAM_BARRIER(t) GR_IMPL_TEAM_BARRIER(t)

#endif
