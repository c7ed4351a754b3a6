/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file scan_segmented.h
 * @brief Scans that begin anew: at elements that start a segment, or where a key changes.
 *
 *     GR_PARALLEL_SCAN_SEGMENTED("rows", i, gr_range(0, n), GR_SUM(double, sum), final,
 *                                GR_AT(head, i)) {
 *         if (final) GR_AT(before, i) = sum;    // exclusive: of what came before in the segment
 *         sum += GR_AT(x, i);
 *     };
 *
 *     GR_PARALLEL_SCAN_BY_KEY("groups", i, gr_range(0, n), GR_SUM(int64_t, count), final, keys) {
 *         count += 1;
 *         if (final) GR_AT(place, i) = count;   // inclusive
 *     };
 *
 * Not included by granum.h. The order of combination is that of a scan over pairs of a flag and a
 * value (docs/design/002-canonical-order.md): it depends on the range and on where segments start,
 * so results have the same bits everywhere.
 */
#ifndef GRANUM_SCAN_SEGMENTED_H
#define GRANUM_SCAN_SEGMENTED_H

#include <granum/scan.h>
#include <granum/team.h>

/**
 * @brief GR_PARALLEL_SCAN_SEGMENTED([label,] i, gr_range(...), reducer, final, starts) { ... };
 *
 * `starts` is an expression in i: whether element i begins a segment. There the reducer's variable
 * is the identity again before the block runs. The first element of the range needs no start.
 *
 * Errors:    as GR_PARALLEL_SCAN
 * Cost:      as GR_PARALLEL_SCAN; `starts` is evaluated as often as the block is run
 * Expansion: openmp  GR_PARALLEL_SCAN over a struct of value and flag
 */
#define GR_PARALLEL_SCAN_SEGMENTED(...)                                                      \
    GR_IMPL_BY_COUNT(__VA_ARGS__, GR_IMPL_SEGMENTED_MANY, GR_IMPL_SEGMENTED_MANY,            \
                     GR_IMPL_SEGMENTED_MANY, GR_IMPL_SEGMENTED, GR_IMPL_SEGMENTED_BARE,      \
                     GR_IMPL_SEGMENTED_MANY, GR_IMPL_SEGMENTED_MANY, GR_IMPL_SEGMENTED_MANY, \
                     GR_IMPL_SEGMENTED_MANY, )                                               \
    (__VA_ARGS__)
#define GR_IMPL_SEGMENTED(label, i, policy, reducer, final, starts) \
    GR_IMPL_CALL(GR_IMPL_SCAN_SEGMENTED, (label, i, policy, final, starts, GR_IMPL_UNTUPLE reducer))
#define GR_IMPL_SEGMENTED_BARE(i, policy, reducer, final, starts) \
    GR_IMPL_SEGMENTED("", i, policy, reducer, final, starts)
#define GR_IMPL_SEGMENTED_MANY(...)                                                         \
    GR_IMPL_WRONG("GR_PARALLEL_SCAN_SEGMENTED: expected ([label,] index, policy, reducer, " \
                  "final, starts)")

/**
 * @brief GR_PARALLEL_SCAN_BY_KEY([label,] i, gr_range(...), reducer, final, keys) { ... };
 *
 * `keys` is a View of rank 1 whose elements compare by !=; elements of equal keys that follow each
 * other are one segment.
 */
#define GR_PARALLEL_SCAN_BY_KEY(...)                                                             \
    GR_IMPL_BY_COUNT(__VA_ARGS__, GR_IMPL_BY_KEY_MANY, GR_IMPL_BY_KEY_MANY, GR_IMPL_BY_KEY_MANY, \
                     GR_IMPL_BY_KEY, GR_IMPL_BY_KEY_BARE, GR_IMPL_BY_KEY_MANY,                   \
                     GR_IMPL_BY_KEY_MANY, GR_IMPL_BY_KEY_MANY, GR_IMPL_BY_KEY_MANY, )            \
    (__VA_ARGS__)
#define GR_IMPL_BY_KEY(label, i, policy, reducer, final, keys) \
    GR_IMPL_SEGMENTED(label, i, policy, reducer, final,        \
                      GR_IMPL_SCAN_IS_INNER(i) && GR_AT(keys, i) != GR_AT(keys, (i)-1))
#define GR_IMPL_BY_KEY_BARE(i, policy, reducer, final, keys) \
    GR_IMPL_BY_KEY("", i, policy, reducer, final, keys)
#define GR_IMPL_BY_KEY_MANY(...) \
    GR_IMPL_WRONG(               \
        "GR_PARALLEL_SCAN_BY_KEY: expected ([label,] index, policy, reducer, final, keys)")

/**
 * @brief GR_PARALLEL_TEAM_SCAN_SEGMENTED([label,] t, gr_teams(...), reducer, final, starts).
 *
 * Over a league; `starts` is an expression in t: whether team t.league_rank begins a segment.
 */
#define GR_PARALLEL_TEAM_SCAN_SEGMENTED(...)                                                    \
    GR_IMPL_BY_COUNT(__VA_ARGS__, GR_IMPL_LEAGUE_SEGMENTED_MANY, GR_IMPL_LEAGUE_SEGMENTED_MANY, \
                     GR_IMPL_LEAGUE_SEGMENTED_MANY, GR_IMPL_LEAGUE_SEGMENTED,                   \
                     GR_IMPL_LEAGUE_SEGMENTED_BARE, GR_IMPL_LEAGUE_SEGMENTED_MANY,              \
                     GR_IMPL_LEAGUE_SEGMENTED_MANY, GR_IMPL_LEAGUE_SEGMENTED_MANY,              \
                     GR_IMPL_LEAGUE_SEGMENTED_MANY, )                                           \
    (__VA_ARGS__)
#define GR_IMPL_LEAGUE_SEGMENTED(label, t, policy, reducer, final, starts) \
    GR_IMPL_CALL(GR_IMPL_LEAGUE_SCAN_SEGMENTED,                            \
                 (label, t, policy, final, starts, GR_IMPL_UNTUPLE reducer))
#define GR_IMPL_LEAGUE_SEGMENTED_BARE(t, policy, reducer, final, starts) \
    GR_IMPL_LEAGUE_SEGMENTED("", t, policy, reducer, final, starts)
#define GR_IMPL_LEAGUE_SEGMENTED_MANY(...)                                                      \
    GR_IMPL_WRONG("GR_PARALLEL_TEAM_SCAN_SEGMENTED: expected ([label,] team, policy, reducer, " \
                  "final, starts)")

/** @brief Nested in a team's block, as GR_TEAM_SCAN and GR_THREAD_VECTOR_SCAN. */
#define GR_TEAM_SCAN_SEGMENTED(t, k, lo, hi, reducer, final, starts) \
    GR_IMPL_CALL(GR_IMPL_TEAM_SCAN_SEGMENTED,                        \
                 (t, k, lo, hi, final, starts, GR_IMPL_UNTUPLE reducer))
#define GR_THREAD_VECTOR_SCAN_SEGMENTED(t, k, lo, hi, reducer, final, starts) \
    GR_IMPL_CALL(GR_IMPL_THREAD_VECTOR_SCAN_SEGMENTED,                        \
                 (t, k, lo, hi, final, starts, GR_IMPL_UNTUPLE reducer))

/* The kinds of GR_IMPL_CHECK_SCANS with a flag beside the value. */
#define GR_IMPL_SCANS_FLAG_SCALAR 1
#define GR_IMPL_SCANS_FLAG_USER 1
#define GR_IMPL_SCANS_FLAG_FINAL 0
#define GR_IMPL_SCANS_FLAG_LOC 0
#define GR_IMPL_SCANS_FLAG_MINMAX 0
#define GR_IMPL_SCANS_FLAG_MINMAXLOC 0

#include GR_IMPL_SCAN_SEGMENTED_HEADER

#endif
