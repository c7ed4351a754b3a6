/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file scan.h
 * @brief parallel_scan: prefix sums and other running results, the same bits everywhere.
 *
 *     GR_PARALLEL_SCAN("offsets", i, gr_range(0, n), GR_SUM(int64_t, sum), final) {
 *         if (final) GR_AT(offset, i) = sum;    // exclusive: written before the add
 *         sum += GR_AT(count, i);
 *     };
 *
 * The block is run twice for an element: once to find what it adds (final is 0) and once with what
 * came before it (final is 1), so only `if (final)` may write. With exact types one pass may do.
 * The order of combination depends on the range alone (docs/design/002-canonical-order.md).
 */
#ifndef GRANUM_SCAN_H
#define GRANUM_SCAN_H

#include <granum/reduce.h>

/* Whether a kind of reducer has what a scan needs; the value of an expression that says so. */
#define GR_IMPL_SCANS_SCALAR 1
#define GR_IMPL_SCANS_USER 1
#define GR_IMPL_SCANS_FINAL 0
#define GR_IMPL_SCANS_LOC 0
#define GR_IMPL_SCANS_MINMAX 0
#define GR_IMPL_SCANS_MINMAXLOC 0
#define GR_IMPL_CHECK_SCANS(kind)              \
    GR_IMPL_STATIC_CHECK(GR_IMPL_SCANS_##kind, \
                         "a scan takes a reducer of one value without locations or a last step")

/**
 * @brief GR_PARALLEL_SCAN([label,] i, gr_range(...), reducer, final) { ... };
 *
 * The reducer's variable need not exist outside; any reducer of one value will do: not those
 * with locations, MINMAX, or a last step.
 *
 * Errors:    as GR_PARALLEL_FOR (at gr_fence)
 * Cost:      each element is read from memory once, then from cache
 * Expansion: openmp  as GR_PARALLEL_FOR over chunks of 4096 in increasing order, each passing its
 *                    total on to the next
 */
#define GR_PARALLEL_SCAN(...)                                                              \
    GR_IMPL_BY_COUNT(__VA_ARGS__, GR_IMPL_SCAN_MANY, GR_IMPL_SCAN_MANY, GR_IMPL_SCAN_MANY, \
                     GR_IMPL_SCAN_MANY, GR_IMPL_SCAN_LABELLED, GR_IMPL_SCAN_BARE,          \
                     GR_IMPL_SCAN_MANY, GR_IMPL_SCAN_MANY, GR_IMPL_SCAN_MANY, )            \
    (__VA_ARGS__)
#define GR_IMPL_SCAN_LABELLED(label, i, policy, reducer, final) \
    GR_IMPL_SCAN(label, i, policy, final, GR_IMPL_SCAN_NO_TOTAL, , reducer)
#define GR_IMPL_SCAN_BARE(i, policy, reducer, final) \
    GR_IMPL_SCAN("", i, policy, final, GR_IMPL_SCAN_NO_TOTAL, , reducer)
#define GR_IMPL_SCAN_MANY(...) \
    GR_IMPL_WRONG("GR_PARALLEL_SCAN: expected ([label,] index, policy, reducer, final)")

/**
 * @brief GR_PARALLEL_SCAN_TOTAL([label,] i, gr_range(...), reducer, final, total) { ... };
 *
 * `total`, a variable of the reducer's type, receives the result over all elements.
 */
#define GR_PARALLEL_SCAN_TOTAL(...)                                                             \
    GR_IMPL_BY_COUNT(__VA_ARGS__, GR_IMPL_SCAN_TOTAL_MANY, GR_IMPL_SCAN_TOTAL_MANY,             \
                     GR_IMPL_SCAN_TOTAL_MANY, GR_IMPL_SCAN_TOTAL_LABELLED,                      \
                     GR_IMPL_SCAN_TOTAL_BARE, GR_IMPL_SCAN_TOTAL_MANY, GR_IMPL_SCAN_TOTAL_MANY, \
                     GR_IMPL_SCAN_TOTAL_MANY, GR_IMPL_SCAN_TOTAL_MANY, )                        \
    (__VA_ARGS__)
#define GR_IMPL_SCAN_TOTAL_LABELLED(label, i, policy, reducer, final, total) \
    GR_IMPL_SCAN(label, i, policy, final, GR_IMPL_SCAN_TOTAL, total, reducer)
#define GR_IMPL_SCAN_TOTAL_BARE(i, policy, reducer, final, total) \
    GR_IMPL_SCAN("", i, policy, final, GR_IMPL_SCAN_TOTAL, total, reducer)
#define GR_IMPL_SCAN_TOTAL_MANY(...) \
    GR_IMPL_WRONG(                   \
        "GR_PARALLEL_SCAN_TOTAL: expected ([label,] index, policy, reducer, final, total)")

#endif
