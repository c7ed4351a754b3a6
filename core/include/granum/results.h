/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file results.h
 * @brief Results of reductions and scans that go to Views: no variable waits for them.
 *
 *     gr_view0_f64 total;                        // or one element: a subview of rank 0
 *     GR_PARALLEL_REDUCE_TO("dot", i, gr_range(0, n), GR_TO(total, GR_SUM(double, sum))) {
 *         sum += GR_AT(x, i) * GR_AT(y, i);
 *     };
 *     // ... other launches, of which some may read GR_AT(total) in their blocks ...
 *     gr_fence();                                // only now the host may read GR_AT(total)
 *
 * Not included by granum.h. A statement of this file implies no fence: on a device the result is
 * written where its View is, in the order of the launches. On the host it is there when the
 * statement ends, but only a program that fences before it reads is right everywhere. Results that
 * are arrays are Views in any case: reduce_array.h.
 */
#ifndef GRANUM_RESULTS_H
#define GRANUM_RESULTS_H

#include <granum/scan.h>
#include <granum/view.h>

/**
 * @brief A reducer whose result goes to `view`, a View of rank 0 of the result's type.
 *
 * The reducer's variable is declared by the statement; it has a name of its own and is known in the
 * block only.
 */
#define GR_TO(view, reducer) (TO, view, reducer)

/**
 * @brief GR_PARALLEL_REDUCE_TO([label,] i, policy, GR_TO(view, reducer), ...) { ... };
 *
 * Over an empty range, or when the launch failed, the identity is written.
 *
 * Errors:    as GR_PARALLEL_REDUCE; GR_INVALID_ARG  a View is empty (both at gr_fence)
 * Expansion: openmp  GR_PARALLEL_REDUCE, then a store
 */
#define GR_PARALLEL_REDUCE_TO(a, b, ...) \
    GR_IMPL_CALL(GR_IMPL_REDUCE_TO_NAME(1, __VA_ARGS__), (a, b, __VA_ARGS__))
/** @brief As GR_PARALLEL_REDUCE_TO, with two to six indices. */
#define GR_PARALLEL_REDUCE_TO_2D(a, b, c, ...) \
    GR_IMPL_CALL(GR_IMPL_REDUCE_TO_NAME(2, __VA_ARGS__), (a, b, c, __VA_ARGS__))
#define GR_PARALLEL_REDUCE_TO_3D(a, b, c, d, ...) \
    GR_IMPL_CALL(GR_IMPL_REDUCE_TO_NAME(3, __VA_ARGS__), (a, b, c, d, __VA_ARGS__))
#define GR_PARALLEL_REDUCE_TO_4D(a, b, c, d, e, ...) \
    GR_IMPL_CALL(GR_IMPL_REDUCE_TO_NAME(4, __VA_ARGS__), (a, b, c, d, e, __VA_ARGS__))
#define GR_PARALLEL_REDUCE_TO_5D(a, b, c, d, e, f, ...) \
    GR_IMPL_CALL(GR_IMPL_REDUCE_TO_NAME(5, __VA_ARGS__), (a, b, c, d, e, f, __VA_ARGS__))
#define GR_PARALLEL_REDUCE_TO_6D(a, b, c, d, e, f, g, ...) \
    GR_IMPL_CALL(GR_IMPL_REDUCE_TO_NAME(6, __VA_ARGS__), (a, b, c, d, e, f, g, __VA_ARGS__))

#define GR_IMPL_PROBE_TO ~, BARE
#define GR_IMPL_REDUCE_TO_NAME(rank, ...) \
    GR_IMPL_PASTE(GR_IMPL_REDUCE_TO_##rank##D_, GR_IMPL_IS_REDUCER(GR_IMPL_FIRST(__VA_ARGS__, )))
#define GR_IMPL_REDUCE_TO_1D_BY_LABEL(label, i, policy, ...) \
    GR_IMPL_REDUCE_TO_1D(label, i, policy, __VA_ARGS__)
#define GR_IMPL_REDUCE_TO_1D_BARE(i, policy, ...) GR_IMPL_REDUCE_TO_1D("", i, policy, __VA_ARGS__)
#define GR_IMPL_REDUCE_TO_2D_BY_LABEL(label, i, j, policy, ...) \
    GR_IMPL_REDUCE_TO_2D(label, i, j, policy, __VA_ARGS__)
#define GR_IMPL_REDUCE_TO_2D_BARE(i, j, policy, ...) \
    GR_IMPL_REDUCE_TO_2D("", i, j, policy, __VA_ARGS__)
#define GR_IMPL_REDUCE_TO_3D_BY_LABEL(label, i, j, k, policy, ...) \
    GR_IMPL_REDUCE_TO_3D(label, i, j, k, policy, __VA_ARGS__)
#define GR_IMPL_REDUCE_TO_3D_BARE(i, j, k, policy, ...) \
    GR_IMPL_REDUCE_TO_3D("", i, j, k, policy, __VA_ARGS__)
#define GR_IMPL_REDUCE_TO_4D_BY_LABEL(label, i, j, k, l, policy, ...) \
    GR_IMPL_REDUCE_TO_4D(label, i, j, k, l, policy, __VA_ARGS__)
#define GR_IMPL_REDUCE_TO_4D_BARE(i, j, k, l, policy, ...) \
    GR_IMPL_REDUCE_TO_4D("", i, j, k, l, policy, __VA_ARGS__)
#define GR_IMPL_REDUCE_TO_5D_BY_LABEL(label, i, j, k, l, m, policy, ...) \
    GR_IMPL_REDUCE_TO_5D(label, i, j, k, l, m, policy, __VA_ARGS__)
#define GR_IMPL_REDUCE_TO_5D_BARE(i, j, k, l, m, policy, ...) \
    GR_IMPL_REDUCE_TO_5D("", i, j, k, l, m, policy, __VA_ARGS__)
#define GR_IMPL_REDUCE_TO_6D_BY_LABEL(label, i, j, k, l, m, n, policy, ...) \
    GR_IMPL_REDUCE_TO_6D(label, i, j, k, l, m, n, policy, __VA_ARGS__)
#define GR_IMPL_REDUCE_TO_6D_BARE(i, j, k, l, m, n, policy, ...) \
    GR_IMPL_REDUCE_TO_6D("", i, j, k, l, m, n, policy, __VA_ARGS__)

/**
 * @brief GR_PARALLEL_SCAN_TOTAL_TO([label,] i, policy, reducer, final, view) { ... };
 *
 * As GR_PARALLEL_SCAN_TOTAL; the total goes to a View of rank 0. What a scan finds for each element
 * its block writes to Views itself.
 */
#define GR_PARALLEL_SCAN_TOTAL_TO(...)                                                        \
    GR_IMPL_BY_COUNT(__VA_ARGS__, GR_IMPL_TOTAL_TO_MANY, GR_IMPL_TOTAL_TO_MANY,               \
                     GR_IMPL_TOTAL_TO_MANY, GR_IMPL_TOTAL_TO_LABELLED, GR_IMPL_TOTAL_TO_BARE, \
                     GR_IMPL_TOTAL_TO_MANY, GR_IMPL_TOTAL_TO_MANY, GR_IMPL_TOTAL_TO_MANY,     \
                     GR_IMPL_TOTAL_TO_MANY, )                                                 \
    (__VA_ARGS__)
#define GR_IMPL_TOTAL_TO_LABELLED(label, i, policy, reducer, final, view) \
    GR_IMPL_SCAN_TOTAL_TO(label, i, policy, reducer, final, view)
#define GR_IMPL_TOTAL_TO_BARE(i, policy, reducer, final, view) \
    GR_IMPL_SCAN_TOTAL_TO("", i, policy, reducer, final, view)
#define GR_IMPL_TOTAL_TO_MANY(...) \
    GR_IMPL_WRONG(                 \
        "GR_PARALLEL_SCAN_TOTAL_TO: expected ([label,] index, policy, reducer, final, view)")

/* The reducers of a list of GR_TO, with commas between. */
#define GR_IMPL_TO_REDUCERS(...) GR_IMPL_SELECT(GR_IMPL_TO_REDUCERS_, ~, __VA_ARGS__)(__VA_ARGS__)
#define GR_IMPL_TO_REDUCER(to, view, reducer) reducer
#define GR_IMPL_TO_REDUCERS_1(a) GR_IMPL_TO_REDUCER a
#define GR_IMPL_TO_REDUCERS_2(a, b) GR_IMPL_TO_REDUCERS_1(a), GR_IMPL_TO_REDUCER b
#define GR_IMPL_TO_REDUCERS_3(a, b, c) GR_IMPL_TO_REDUCERS_2(a, b), GR_IMPL_TO_REDUCER c
#define GR_IMPL_TO_REDUCERS_4(a, b, c, d) GR_IMPL_TO_REDUCERS_3(a, b, c), GR_IMPL_TO_REDUCER d
#define GR_IMPL_TO_REDUCERS_5(a, b, c, d, e) GR_IMPL_TO_REDUCERS_4(a, b, c, d), GR_IMPL_TO_REDUCER e
#define GR_IMPL_TO_REDUCERS_6(a, b, c, d, e, f) \
    GR_IMPL_TO_REDUCERS_5(a, b, c, d, e), GR_IMPL_TO_REDUCER f
#define GR_IMPL_TO_REDUCERS_7(a, b, c, d, e, f, g) \
    GR_IMPL_TO_REDUCERS_6(a, b, c, d, e, f), GR_IMPL_TO_REDUCER g
#define GR_IMPL_TO_REDUCERS_8(a, b, c, d, e, f, g, h) \
    GR_IMPL_TO_REDUCERS_7(a, b, c, d, e, f, g), GR_IMPL_TO_REDUCER h

#include GR_IMPL_RESULTS_HEADER

#endif
