/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file range.h
 * @brief Policies: which indices a launch visits, and how its work is dealt out.
 *
 *     GR_PARALLEL_FOR("axpy", i, gr_range(0, n)) { ... };
 *     GR_PARALLEL_FOR("rows", i, gr_with_dynamic(gr_with_chunk(gr_range(0, n), 4))) { ... };
 *     GR_PARALLEL_FOR_2D("jacobi", i, j, gr_range_2d(1, n - 1, 1, m - 1)) { ... };
 *     GR_PARALLEL_FOR_2D("tiles", i, j, gr_with_tile(gr_range_2d(0, n, 0, m), 64, 64)) { ... };
 *
 * A policy is a small value. Bounds are half open: lo <= i < hi, and hi < lo is an error of the
 * launch. No option changes a result: reductions and scans keep their bits.
 */
#ifndef GRANUM_RANGE_H
#define GRANUM_RANGE_H

#include <granum/instance.h>
#include <granum/types.h>

/** "Let granum choose", for a chunk or a number of threads. */
#define GR_AUTO (-1)

/** How work is dealt out to the threads. */
typedef enum gr_schedule {
    GR_STATIC,  /**< one contiguous piece a thread: the partition that first touch used */
    GR_DYNAMIC, /**< pieces on demand, for iterations of uneven cost */
} gr_schedule;

/** Options that every policy carries. */
typedef struct gr_options {
    gr_index chunk;       /**< smallest piece dealt out under GR_DYNAMIC [iterations of the
                               outermost loop], or GR_AUTO */
    gr_schedule schedule; /**< GR_STATIC unless asked otherwise */
    int threads;          /**< exactly so many threads, or GR_AUTO: as many as pay */
    gr_instance instance; /**< whose threads they are */
} gr_options;

/* The order of the loops is part of the type, so that each launch is compiled for one order; the
 * last two members are never set, and name the type of either order. A policy that names no order
 * is a type of its own: devices take it for left, the host for right. */
#define GR_IMPL_RANGE_LIST(X) \
    X(1, policy) X(2, right) X(3, right) X(4, right) X(5, right) X(6, right)
#define GR_IMPL_RANGE_MEMBERS(R, ordered)                                            \
    gr_index lo[R], hi[R];                                                           \
    gr_options options;                                                              \
    gr_index tile[R]; /* sizes asked for, or GR_AUTO; all GR_AUTO: granum chooses */ \
    struct gr_range_##R##d_##ordered *right;                                         \
    struct gr_range_##R##d_left *left;
#define GR_IMPL_RANGE_TYPE(R, ordered)      \
    struct gr_range_##R##d_right;           \
    struct gr_range_##R##d_left;            \
    typedef struct gr_range_##R##d_policy { \
        GR_IMPL_RANGE_MEMBERS(R, ordered)   \
    } gr_range_##R##d_policy;               \
    typedef struct gr_range_##R##d_right {  \
        GR_IMPL_RANGE_MEMBERS(R, ordered)   \
    } gr_range_##R##d_right;                \
    typedef struct gr_range_##R##d_left {   \
        GR_IMPL_RANGE_MEMBERS(R, ordered)   \
    } gr_range_##R##d_left;
GR_IMPL_RANGE_LIST(GR_IMPL_RANGE_TYPE)
#undef GR_IMPL_RANGE_TYPE
#undef GR_IMPL_RANGE_MEMBERS

#define GR_IMPL_OPTIONS                \
    {                                  \
        GR_AUTO, GR_STATIC, GR_AUTO, { \
            0                          \
        }                              \
    }

/** The indices lo <= i < hi. */
GR_IMPL_INLINE gr_range_1d_policy gr_range(gr_index lo, gr_index hi) {
    gr_range_1d_policy range = {{lo}, {hi}, GR_IMPL_OPTIONS, {GR_AUTO}, NULL, NULL};
    return range;
}

/** The pairs lo0 <= i < hi0, lo1 <= j < hi1; the last index is the innermost loop. */
GR_IMPL_INLINE gr_range_2d_policy gr_range_2d(gr_index lo0, gr_index hi0, gr_index lo1,
                                              gr_index hi1) {
    gr_range_2d_policy range = {{lo0, lo1},         {hi0, hi1}, GR_IMPL_OPTIONS,
                                {GR_AUTO, GR_AUTO}, NULL,       NULL};
    return range;
}

/** As gr_range_2d, with three indices. */
GR_IMPL_INLINE gr_range_3d_policy gr_range_3d(gr_index lo0, gr_index hi0, gr_index lo1,
                                              gr_index hi1, gr_index lo2, gr_index hi2) {
    gr_range_3d_policy range = {
        {lo0, lo1, lo2}, {hi0, hi1, hi2}, GR_IMPL_OPTIONS, {GR_AUTO, GR_AUTO, GR_AUTO}, NULL, NULL};
    return range;
}

/** As gr_range_2d, with four indices. */
GR_IMPL_INLINE gr_range_4d_policy gr_range_4d(gr_index lo0, gr_index hi0, gr_index lo1,
                                              gr_index hi1, gr_index lo2, gr_index hi2,
                                              gr_index lo3, gr_index hi3) {
    gr_range_4d_policy range = {{lo0, lo1, lo2, lo3},
                                {hi0, hi1, hi2, hi3},
                                GR_IMPL_OPTIONS,
                                {GR_AUTO, GR_AUTO, GR_AUTO, GR_AUTO},
                                NULL,
                                NULL};
    return range;
}

/** As gr_range_2d, with five indices. */
GR_IMPL_INLINE gr_range_5d_policy gr_range_5d(gr_index lo0, gr_index hi0, gr_index lo1,
                                              gr_index hi1, gr_index lo2, gr_index hi2,
                                              gr_index lo3, gr_index hi3, gr_index lo4,
                                              gr_index hi4) {
    gr_range_5d_policy range = {{lo0, lo1, lo2, lo3, lo4},
                                {hi0, hi1, hi2, hi3, hi4},
                                GR_IMPL_OPTIONS,
                                {GR_AUTO, GR_AUTO, GR_AUTO, GR_AUTO, GR_AUTO},
                                NULL,
                                NULL};
    return range;
}

/** As gr_range_2d, with six indices. */
GR_IMPL_INLINE gr_range_6d_policy gr_range_6d(gr_index lo0, gr_index hi0, gr_index lo1,
                                              gr_index hi1, gr_index lo2, gr_index hi2,
                                              gr_index lo3, gr_index hi3, gr_index lo4,
                                              gr_index hi4, gr_index lo5, gr_index hi5) {
    gr_range_6d_policy range = {{lo0, lo1, lo2, lo3, lo4, lo5},
                                {hi0, hi1, hi2, hi3, hi4, hi5},
                                GR_IMPL_OPTIONS,
                                {GR_AUTO, GR_AUTO, GR_AUTO, GR_AUTO, GR_AUTO, GR_AUTO},
                                NULL,
                                NULL};
    return range;
}

#undef GR_IMPL_OPTIONS

/* One spelling for policies of every rank, so a macro: the value with one option replaced. The copy
 * can be written to where the policy itself is const. */
#ifdef __cplusplus
#define GR_IMPL_AUTO auto
#else
#define GR_IMPL_AUTO __auto_type
#endif
#define GR_IMPL_WITH(policy, field, value)       \
    (__extension__({                             \
        GR_IMPL_AUTO gr_with_##field = (policy); \
        gr_with_##field.options.field = (value); \
        gr_with_##field;                         \
    }))

/**
 * @brief The policy in tiles: gr_with_tile(gr_range_3d(...), 4, 8, GR_AUTO), a size for each index.
 *
 * A tile is a box of indices that one thread visits before the next; GR_AUTO is the whole extent.
 * Sizes below 1 are an error of the launch, and another number of sizes does not compile. Without
 * it granum goes row by row, which is the fastest where three rows or planes fit the caches.
 * Reductions accept it and keep their order, which is that of rows.
 */
#define gr_with_tile(policy, ...)                                                                 \
    (__extension__({                                                                              \
        GR_IMPL_AUTO gr_tiled = (policy);                                                         \
        const gr_index gr_tile[] = {__VA_ARGS__};                                                 \
        GR_IMPL_STATIC_CHECK(sizeof gr_tiled.lo > sizeof(gr_index) &&                             \
                                 sizeof gr_tile == sizeof gr_tiled.tile,                          \
                             "gr_with_tile: expected a policy of 2 to 6 indices, and a size for " \
                             "each");                                                             \
        __builtin_memcpy(gr_tiled.tile, gr_tile, sizeof gr_tile);                                 \
        gr_tiled;                                                                                 \
    }))

/**
 * @brief The policy with its first index innermost, for views in left layout; also in tiles, and
 * from tile to tile. gr_iterate_right has the last index innermost, as policies start with on the
 * host; on a device they start as gr_iterate_left, as Views there do.
 *
 * The launch is compiled for one order, so neither costs anything. Reductions keep their order,
 * which is that of rows.
 */
#define gr_iterate_left(policy) GR_IMPL_ITERATE(policy, left)
#define gr_iterate_right(policy) GR_IMPL_ITERATE(policy, right)
#define GR_IMPL_ITERATE(policy, order)                                            \
    (__extension__({                                                              \
        GR_IMPL_AUTO gr_from_##order = (policy);                                  \
        __typeof__(*gr_from_##order.order) gr_to_##order;                         \
        __builtin_memcpy(&gr_to_##order, &gr_from_##order, sizeof gr_to_##order); \
        gr_to_##order;                                                            \
    }))

/** The policy with pieces of `count` iterations of its outermost loop; count >= 1. */
#define gr_with_chunk(policy, count) GR_IMPL_WITH(policy, chunk, count)

/** The policy with pieces dealt out on demand. */
#define gr_with_dynamic(policy) GR_IMPL_WITH(policy, schedule, GR_DYNAMIC)

/** The policy on exactly `count` threads; count >= 1. Turns the adaptive choice off. */
#define gr_with_threads(policy, count) GR_IMPL_WITH(policy, threads, count)

/** The policy on the threads of an instance (<granum/instance.h>), after the work that it has. */
#define gr_on(policy, space) GR_IMPL_WITH(policy, instance, space)

#endif
