/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file reduce_array.h
 * @brief parallel_reduce into arrays whose length is known at run time: histograms, moments, bins.
 *
 *     gr_view1_i64 bins;                                    // of 1000 elements or more
 *     GR_PARALLEL_REDUCE_ARRAY("histogram", i, gr_range(0, n), GR_SUM_ARRAY(int64_t, bins, 1000)) {
 *         GR_AT(bins, GR_AT(key, i)) += 1;
 *     };
 *
 * The result is a View of rank 1. In the block its name is a View of `length` elements that nobody
 * else writes and that start at the operation's identity; the block changes any of them. Afterwards
 * the first `length` elements of the result hold the joined ones, over an empty range the identity.
 * Results are there after the next gr_fence.
 *
 * Not included by granum.h. The order of joining depends on the range, the length and the size of
 * an element alone (docs/design/002-canonical-order.md), so floating-point sums have the same bits
 * on every backend and any number of threads.
 */
#ifndef GRANUM_REDUCE_ARRAY_H
#define GRANUM_REDUCE_ARRAY_H

#include <granum/reduce.h>
#include <granum/team.h>
#include <granum/view.h>

/** Sum in each element of an array: starts at 0. */
#define GR_SUM_ARRAY(T, view, length) \
    (ARRAY, T, view, (T)0, GR_IMPL_JOIN_SUM, (GR_IMPL_OP_SUM, length))
/** Product: starts at 1. */
#define GR_PROD_ARRAY(T, view, length) \
    (ARRAY, T, view, (T)1, GR_IMPL_JOIN_PROD, (GR_IMPL_OP_PROD, length))
/** Minimum: starts at the largest value of T, infinity for floating point. */
#define GR_MIN_ARRAY(T, view, length) \
    (ARRAY, T, view, GR_IMPL_HIGHEST(T), GR_IMPL_JOIN_MIN, (GR_IMPL_OP_MIN, length))
/** Maximum: starts at the smallest value of T, -infinity for floating point. */
#define GR_MAX_ARRAY(T, view, length) \
    (ARRAY, T, view, GR_IMPL_LOWEST(T), GR_IMPL_JOIN_MAX, (GR_IMPL_OP_MAX, length))
/** Bitwise or of an integer type: starts with no bit set. */
#define GR_BOR_ARRAY(T, view, length) \
    (ARRAY, T, view, (T)0, GR_IMPL_JOIN_BOR, (GR_IMPL_OP_BOR, length))

/** @brief As GR_REDUCER for each element: any trivially copyable T with Views (GR_DEFINE_VIEW). */
#define GR_REDUCER_ARRAY(T, view, length, identity, join) \
    (ARRAY_USER, T, view, identity, GR_IMPL_JOIN_ARRAY_USER, (join, length))
#define GR_IMPL_JOIN_ARRAY_USER(T, argument, a, b) GR_IMPL_ARRAY_FIRST argument(a, b)

#define GR_IMPL_ARRAY_FIRST(first, length) first
#define GR_IMPL_ARRAY_LENGTH(first, length) length
#define GR_IMPL_PROBE_ARRAY ~, BARE
#define GR_IMPL_PROBE_ARRAY_USER ~, BARE
#define GR_IMPL_SCANS_ARRAY 0
#define GR_IMPL_SCANS_ARRAY_USER 0

/* Whether the order of joining cannot show, by kind. */
#define GR_IMPL_ORDERLESS(k, kind, T, ...) &&GR_IMPL_ORDERLESS_##kind(T)
#define GR_IMPL_ORDERLESS_SCALAR(T) ((T)1 / 2 == 0)
#define GR_IMPL_ORDERLESS_ARRAY(T) ((T)1 / 2 == 0)
#define GR_IMPL_ORDERLESS_MINMAX(T) ((T)1 / 2 == 0)
#define GR_IMPL_ORDERLESS_LOC(T) 1
#define GR_IMPL_ORDERLESS_MINMAXLOC(T) 1
#define GR_IMPL_ORDERLESS_USER(T) 0
#define GR_IMPL_ORDERLESS_FINAL(T) 0
#define GR_IMPL_ORDERLESS_ARRAY_USER(T) 0

/**
 * @brief GR_PARALLEL_REDUCE_ARRAY([label,] i, policy, reducer, ...) { ... }; arrays and other
 * reducers, up to GR_MAX_REDUCERS.
 *
 * Errors:    as GR_PARALLEL_REDUCE (at gr_fence); GR_INVALID_ARG  a length is negative, or larger
 *            than the extent of its View: nothing runs, and the View is left as it was
 * Cost:      copies of the arrays: as many as fit 4 MiB, up to 4096, of large arrays up to 32;
 *            where every reducer is exact in any order, no more than 4 for each thread
 * Expansion: openmp  as GR_PARALLEL_REDUCE with one lane and one copy of each array for each chunk
 */
#define GR_PARALLEL_REDUCE_ARRAY(a, b, ...) \
    GR_IMPL_CALL(GR_IMPL_REDUCE_ARRAY_NAME(1, __VA_ARGS__), (a, b, __VA_ARGS__))
/** @brief As GR_PARALLEL_REDUCE_ARRAY, with two to six indices. */
#define GR_PARALLEL_REDUCE_ARRAY_2D(a, b, c, ...) \
    GR_IMPL_CALL(GR_IMPL_REDUCE_ARRAY_NAME(2, __VA_ARGS__), (a, b, c, __VA_ARGS__))
#define GR_PARALLEL_REDUCE_ARRAY_3D(a, b, c, d, ...) \
    GR_IMPL_CALL(GR_IMPL_REDUCE_ARRAY_NAME(3, __VA_ARGS__), (a, b, c, d, __VA_ARGS__))
#define GR_PARALLEL_REDUCE_ARRAY_4D(a, b, c, d, e, ...) \
    GR_IMPL_CALL(GR_IMPL_REDUCE_ARRAY_NAME(4, __VA_ARGS__), (a, b, c, d, e, __VA_ARGS__))
#define GR_PARALLEL_REDUCE_ARRAY_5D(a, b, c, d, e, f, ...) \
    GR_IMPL_CALL(GR_IMPL_REDUCE_ARRAY_NAME(5, __VA_ARGS__), (a, b, c, d, e, f, __VA_ARGS__))
#define GR_PARALLEL_REDUCE_ARRAY_6D(a, b, c, d, e, f, g, ...) \
    GR_IMPL_CALL(GR_IMPL_REDUCE_ARRAY_NAME(6, __VA_ARGS__), (a, b, c, d, e, f, g, __VA_ARGS__))

#define GR_IMPL_REDUCE_ARRAY_NAME(rank, ...) \
    GR_IMPL_PASTE(GR_IMPL_REDUCE_ARRAY_##rank##D_, GR_IMPL_IS_REDUCER(GR_IMPL_FIRST(__VA_ARGS__, )))
#define GR_IMPL_REDUCE_ARRAY_1D_BY_LABEL(label, i, policy, ...) \
    GR_IMPL_REDUCE_ARRAY_1D(label, i, policy, __VA_ARGS__)
#define GR_IMPL_REDUCE_ARRAY_1D_BARE(i, policy, ...) \
    GR_IMPL_REDUCE_ARRAY_1D("", i, policy, __VA_ARGS__)
#define GR_IMPL_REDUCE_ARRAY_2D_BY_LABEL(label, i, j, policy, ...) \
    GR_IMPL_REDUCE_ARRAY_2D(label, i, j, policy, __VA_ARGS__)
#define GR_IMPL_REDUCE_ARRAY_2D_BARE(i, j, policy, ...) \
    GR_IMPL_REDUCE_ARRAY_2D("", i, j, policy, __VA_ARGS__)
#define GR_IMPL_REDUCE_ARRAY_3D_BY_LABEL(label, i, j, k, policy, ...) \
    GR_IMPL_REDUCE_ARRAY_3D(label, i, j, k, policy, __VA_ARGS__)
#define GR_IMPL_REDUCE_ARRAY_3D_BARE(i, j, k, policy, ...) \
    GR_IMPL_REDUCE_ARRAY_3D("", i, j, k, policy, __VA_ARGS__)
#define GR_IMPL_REDUCE_ARRAY_4D_BY_LABEL(label, i, j, k, l, policy, ...) \
    GR_IMPL_REDUCE_ARRAY_4D(label, i, j, k, l, policy, __VA_ARGS__)
#define GR_IMPL_REDUCE_ARRAY_4D_BARE(i, j, k, l, policy, ...) \
    GR_IMPL_REDUCE_ARRAY_4D("", i, j, k, l, policy, __VA_ARGS__)
#define GR_IMPL_REDUCE_ARRAY_5D_BY_LABEL(label, i, j, k, l, m, policy, ...) \
    GR_IMPL_REDUCE_ARRAY_5D(label, i, j, k, l, m, policy, __VA_ARGS__)
#define GR_IMPL_REDUCE_ARRAY_5D_BARE(i, j, k, l, m, policy, ...) \
    GR_IMPL_REDUCE_ARRAY_5D("", i, j, k, l, m, policy, __VA_ARGS__)
#define GR_IMPL_REDUCE_ARRAY_6D_BY_LABEL(label, i, j, k, l, m, n, policy, ...) \
    GR_IMPL_REDUCE_ARRAY_6D(label, i, j, k, l, m, n, policy, __VA_ARGS__)
#define GR_IMPL_REDUCE_ARRAY_6D_BARE(i, j, k, l, m, n, policy, ...) \
    GR_IMPL_REDUCE_ARRAY_6D("", i, j, k, l, m, n, policy, __VA_ARGS__)

/**
 * @brief GR_PARALLEL_TEAM_REDUCE_ARRAY([label,] t, gr_teams(...), reducer, ...) { ... };
 *
 * Over a league: each team changes elements of the arrays once; teams are of one thread on the
 * host.
 *
 * Errors:  as GR_PARALLEL_REDUCE_ARRAY and GR_PARALLEL_TEAM
 * Cost:    as GR_PARALLEL_REDUCE_ARRAY
 */
#define GR_PARALLEL_TEAM_REDUCE_ARRAY(a, b, ...)                                                \
    GR_IMPL_CALL(                                                                               \
        GR_IMPL_PASTE(GR_IMPL_LEAGUE_ARRAY_, GR_IMPL_IS_REDUCER(GR_IMPL_FIRST(__VA_ARGS__, ))), \
        (a, b, __VA_ARGS__))
#define GR_IMPL_LEAGUE_ARRAY_BY_LABEL(label, t, policy, ...) \
    GR_IMPL_LEAGUE_REDUCE_ARRAY(label, t, policy, __VA_ARGS__)
#define GR_IMPL_LEAGUE_ARRAY_BARE(t, policy, ...) \
    GR_IMPL_LEAGUE_REDUCE_ARRAY("", t, policy, __VA_ARGS__)

/**
 * @brief GR_TEAM_REDUCE_ARRAY(t, k, lo, hi, reducer, ...) { ... }; nested in a team's block, with
 * reducers of arrays only.
 *
 * The Views are the team's: in scratch memory, or a part of the league's result that this team
 * has. When it ends every thread of the team may read them. GR_THREAD_VECTOR_REDUCE_ARRAY is the
 * calling thread's own.
 *
 * Errors:  GR_INVALID_ARG  a length is negative, or larger than the extent of its View (at
 *                          gr_fence): nothing runs, and the Views are left as they were
 * Cost:    up to 32 copies of the arrays, as many as fit 4 KiB, and no copy of larger ones; on the
 *          host one thread of the team runs it, as nested scans
 */
#define GR_TEAM_REDUCE_ARRAY(t, k, lo, hi, ...) GR_IMPL_TEAM_REDUCE_ARRAY(t, k, lo, hi, __VA_ARGS__)
#define GR_THREAD_VECTOR_REDUCE_ARRAY(t, k, lo, hi, ...) \
    GR_IMPL_THREAD_VECTOR_REDUCE_ARRAY(t, k, lo, hi, __VA_ARGS__)

/* Whether a kind of reducer may stand in a nested reduction into arrays. */
#define GR_IMPL_NESTS_ARRAY 1
#define GR_IMPL_NESTS_ARRAY_USER 1
#define GR_IMPL_NESTS_SCALAR 0
#define GR_IMPL_NESTS_USER 0
#define GR_IMPL_NESTS_FINAL 0
#define GR_IMPL_NESTS_LOC 0
#define GR_IMPL_NESTS_MINMAX 0
#define GR_IMPL_NESTS_MINMAXLOC 0

#include GR_IMPL_REDUCE_ARRAY_HEADER

#endif
