/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file impl/host_reduce_array.h
 * @brief Reductions into arrays for C compilers with OpenMP; included by reduce_array.h.
 *
 * The steps of impl/host_reduce.h for two more kinds of reducers. A chunk has one lane, since a
 * lane costs a copy of each array; the loop over its elements is no `omp simd` loop, since two
 * elements may go to one place.
 */
#ifndef GRANUM_IMPL_HOST_REDUCE_ARRAY_H
#define GRANUM_IMPL_HOST_REDUCE_ARRAY_H

#include <granum/impl/arrays.h>
#include <granum/impl/host.h>

/* The results of a launch, by reducer. */
#define GR_IMPL_DESCRIBE(k, kind, T, v, ...) GR_IMPL_DESCRIBE_##kind(k, T, v, __VA_ARGS__)
#define GR_IMPL_DESCRIBE_SCALAR(k, T, v, ...) {#v, sizeof(v), 1, 1},
#define GR_IMPL_DESCRIBE_USER GR_IMPL_DESCRIBE_SCALAR
#define GR_IMPL_DESCRIBE_FINAL GR_IMPL_DESCRIBE_SCALAR
#define GR_IMPL_DESCRIBE_LOC GR_IMPL_DESCRIBE_SCALAR
#define GR_IMPL_DESCRIBE_MINMAX GR_IMPL_DESCRIBE_SCALAR
#define GR_IMPL_DESCRIBE_MINMAXLOC GR_IMPL_DESCRIBE_SCALAR
#define GR_IMPL_DESCRIBE_ARRAY(k, T, v, identity, join, argument) \
    {#v, sizeof(T), GR_IMPL_ARRAY_LENGTH argument, (v).extent[0]},
#define GR_IMPL_DESCRIBE_ARRAY_USER GR_IMPL_DESCRIBE_ARRAY

#define GR_IMPL_CHECK_ARRAY(k, T, v, identity, join, argument)                                 \
    GR_IMPL_ARRAY_IS_VIEW(v);                                                                  \
    GR_IMPL_CHECK_TYPE(*(v).data, T);                                                          \
    for (gr_index gr_q = 0;                                                                    \
         gr_q < (gr_array[k].length <= gr_array[k].extent ? gr_array[k].length : 0); ++gr_q) { \
        (v).data[gr_q * GR_IMPL_ARRAY_STRIDE(v)] = identity;                                   \
    }
#define GR_IMPL_CHECK_ARRAY_USER GR_IMPL_CHECK_ARRAY

/* One copy a chunk; the user's name becomes a View of it. */
#define GR_IMPL_LANES_ARRAY(k, T, v, identity, join, argument)                             \
    for (T *gr_copy_##k = GR_IMPL_COPY(k, T, identity); gr_chunk; gr_chunk = 0)            \
        for (const __typeof__(v) v = {gr_copy_##k, NULL, {gr_array[k].length}, {1}, NULL}; \
             gr_chunk; gr_chunk = 0)
#define GR_IMPL_LANES_ARRAY_USER GR_IMPL_LANES_ARRAY
#define GR_IMPL_COPY(k, T, identity)                                           \
    (__extension__({                                                           \
        T *const gr_to = GR_IMPL_PARTIAL(k, T) + gr_unit * gr_array[k].length; \
        const T gr_none = identity;                                            \
        for (gr_index gr_q = 0; gr_q < gr_array[k].length; ++gr_q) {           \
            gr_to[gr_q] = gr_none;                                             \
        }                                                                      \
        gr_to;                                                                 \
    }))
#define GR_IMPL_RESULT_ARRAY(...)
#define GR_IMPL_RESULT_ARRAY_USER(...)

#define GR_IMPL_FINISH_ARRAY(k, T, v, identity, join, argument)                                  \
    gr_impl_join_arrays(GR_IMPL_ARRAY_FIRST argument, GR_IMPL_DTYPE_OF(T), gr_launch.partial[k], \
                        gr_launch.end, gr_array[k].length, (v).data, GR_IMPL_ARRAY_STRIDE(v));
#define GR_IMPL_FINISH_ARRAY_USER(k, T, v, identity, join, argument)      \
    for (gr_index gr_at = 0; gr_at < gr_array[k].length; ++gr_at) {       \
        const T *const gr_part = (const T *)gr_launch.partial[k] + gr_at; \
        T gr_lane_##k[GR_IMPL_WIDTH] = {gr_part[0]};                      \
                                                                          \
        if (gr_launch.end > 1) {                                          \
            (void)GR_IMPL_FILLED(gr_lane_##k, identity);                  \
            for (gr_index gr_c = 0; gr_c < gr_launch.end; ++gr_c) {       \
                gr_lane_##k[gr_c % GR_IMPL_WIDTH] =                       \
                    join(T, argument, gr_lane_##k[gr_c % GR_IMPL_WIDTH],  \
                         gr_part[gr_c * gr_array[k].length]);             \
            }                                                             \
            GR_IMPL_TREE_SCALAR(k, T, join, argument);                    \
        }                                                                 \
        (v).data[gr_at * GR_IMPL_ARRAY_STRIDE(v)] = gr_lane_##k[0];       \
    }

#define GR_IMPL_BEGIN_REDUCE_ARRAY(rank, label, policy, ...)                                     \
    (__extension__({                                                                             \
        const __auto_type gr_policy = (policy);                                                  \
                                                                                                 \
        GR_IMPL_SAME_RANK(gr_policy, rank);                                                      \
        GR_IMPL_EACH(GR_IMPL_CHECK, __VA_ARGS__)                                                 \
        gr_impl_begin_reduce_arrays(&gr_launch, GR_IMPL_SITE(label), gr_policy.lo, gr_policy.hi, \
                                    gr_policy.tile, rank, &gr_policy.options,                    \
                                    (int)(sizeof gr_array / sizeof *gr_array), gr_array,         \
                                    1 GR_IMPL_EACH(GR_IMPL_ORDERLESS, __VA_ARGS__));             \
    }))
#define GR_IMPL_REDUCE_ARRAY(rank, label, policy, ...) \
    GR_IMPL_REDUCE_ARRAYS(GR_IMPL_BEGIN_REDUCE_ARRAY(rank, label, policy, __VA_ARGS__), __VA_ARGS__)
#define GR_IMPL_ARRAYS(...)                                                        \
    for (gr_impl_array gr_array[] = {GR_IMPL_EACH(GR_IMPL_DESCRIBE, __VA_ARGS__)}, \
                       *gr_once = gr_array;                                        \
         gr_once; gr_once = NULL)
#define GR_IMPL_REDUCE_ARRAYS(begin, ...)                                                        \
    GR_IMPL_ARRAYS(__VA_ARGS__)                                                                  \
    for (gr_impl_launch gr_launch, *gr_p = begin; gr_p; GR_IMPL_REDUCE_ROUND_END(__VA_ARGS__))   \
        GR_IMPL_SPANS                                                                            \
    for (gr_index gr_unit = gr_s.lo; gr_unit < gr_s.hi; ++gr_unit)                               \
        for (int gr_chunk = 1, gr_way GR_IMPL_UNUSED = GR_IMPL_WAY_LANE; gr_chunk; gr_chunk = 0) \
    GR_IMPL_EACH(GR_IMPL_LANES, __VA_ARGS__)
/* The block for one element. */
#define GR_IMPL_ONE_LANE(...)                                            \
    for (int gr_l GR_IMPL_UNUSED = 0, gr_body = 1; gr_body; gr_body = 0) \
    GR_IMPL_EACH(GR_IMPL_RESULT, __VA_ARGS__) GR_IMPL_BODY

#define GR_IMPL_REDUCE_ARRAY_1D(label, i, policy, ...)                                           \
    GR_IMPL_REDUCE_ARRAY(1, label, policy, __VA_ARGS__)                                          \
    for (gr_span gr_e = gr_impl_chunk_span(gr_p, gr_unit); gr_e.lo < gr_e.hi; gr_e.hi = gr_e.lo) \
        for (gr_index i = gr_e.lo; i < gr_e.hi; ++i)                                             \
    GR_IMPL_ONE_LANE(__VA_ARGS__)
#define GR_IMPL_REDUCE_ARRAY_ROWS(rank, label, policy, ...) \
    GR_IMPL_REDUCE_ARRAY(rank, label, policy, __VA_ARGS__)  \
    GR_IMPL_BOXES(rank, gr_impl_chunk_boxes(gr_p, rank, gr_unit))
#define GR_IMPL_REDUCE_ARRAY_2D(label, i, j, policy, ...)    \
    GR_IMPL_REDUCE_ARRAY_ROWS(2, label, policy, __VA_ARGS__) \
    GR_IMPL_OUTER_2D(i) GR_IMPL_LEVEL(1, j) GR_IMPL_ONE_LANE(__VA_ARGS__)
#define GR_IMPL_REDUCE_ARRAY_3D(label, i, j, k, policy, ...) \
    GR_IMPL_REDUCE_ARRAY_ROWS(3, label, policy, __VA_ARGS__) \
    GR_IMPL_OUTER_3D(i, j) GR_IMPL_LEVEL(2, k) GR_IMPL_ONE_LANE(__VA_ARGS__)
#define GR_IMPL_REDUCE_ARRAY_4D(label, i, j, k, l, policy, ...) \
    GR_IMPL_REDUCE_ARRAY_ROWS(4, label, policy, __VA_ARGS__)    \
    GR_IMPL_OUTER_4D(i, j, k) GR_IMPL_LEVEL(3, l) GR_IMPL_ONE_LANE(__VA_ARGS__)
#define GR_IMPL_REDUCE_ARRAY_5D(label, i, j, k, l, m, policy, ...) \
    GR_IMPL_REDUCE_ARRAY_ROWS(5, label, policy, __VA_ARGS__)       \
    GR_IMPL_OUTER_5D(i, j, k, l) GR_IMPL_LEVEL(4, m) GR_IMPL_ONE_LANE(__VA_ARGS__)
#define GR_IMPL_REDUCE_ARRAY_6D(label, i, j, k, l, m, n, policy, ...) \
    GR_IMPL_REDUCE_ARRAY_ROWS(6, label, policy, __VA_ARGS__)          \
    GR_IMPL_OUTER_6D(i, j, k, l, m) GR_IMPL_LEVEL(5, n) GR_IMPL_ONE_LANE(__VA_ARGS__)

/* Over a league: its ranks are the elements. */
#define GR_IMPL_LEAGUE_REDUCE_ARRAY(label, t, policy, ...)                                       \
    GR_IMPL_REDUCE_ARRAYS(GR_IMPL_BEGIN_LEAGUE_ARRAYS(label, policy, __VA_ARGS__), __VA_ARGS__)  \
    for (gr_span gr_e = gr_impl_chunk_span(gr_p, gr_unit); gr_e.lo < gr_e.hi; gr_e.hi = gr_e.lo) \
        for (gr_index gr_rank = gr_e.lo; gr_rank < gr_e.hi; ++gr_rank)                           \
            for (gr_team t GR_IMPL_UNUSED = gr_impl_team_at(gr_p, gr_rank), *gr_t = &t; gr_t;    \
                 gr_t = NULL)                                                                    \
    GR_IMPL_ONE_LANE(__VA_ARGS__)
#define GR_IMPL_BEGIN_LEAGUE_ARRAYS(label, policy, ...)                                       \
    (__extension__({                                                                          \
        GR_IMPL_EACH(GR_IMPL_CHECK, __VA_ARGS__)                                              \
        gr_impl_begin_team_reduce_arrays(&gr_launch, GR_IMPL_SITE(label), policy,             \
                                         (int)(sizeof gr_array / sizeof *gr_array), gr_array, \
                                         1 GR_IMPL_EACH(GR_IMPL_ORDERLESS, __VA_ARGS__));     \
    }))

/* Nested in a team's block: one thread runs it, as a nested scan. A single copy is the result
 * itself, so arrays of any length cost no memory. */
#define GR_IMPL_TEAM_REDUCE_ARRAY(t, k, from, to, ...)                                           \
    GR_IMPL_NESTED_ARRAYS((t).team_rank == 0, gr_impl_team_barrier(&(t), __FILE__, __LINE__), k, \
                          from, to, __VA_ARGS__)
#define GR_IMPL_THREAD_VECTOR_REDUCE_ARRAY(t, k, from, to, ...) \
    GR_IMPL_NESTED_ARRAYS(true, (void)(t).team_rank, k, from, to, __VA_ARGS__)
#define GR_IMPL_NESTED_ARRAYS(runs, end, k, from, to, ...)                           \
    GR_IMPL_ARRAYS(__VA_ARGS__)                                                      \
    for (gr_impl_nest_arrays gr_launch,                                              \
         *gr_p = GR_IMPL_BEGIN_NESTED_ARRAYS(runs, from, to, __VA_ARGS__);           \
         gr_p; GR_IMPL_END_NESTED_ARRAYS(end, __VA_ARGS__), gr_p = NULL)             \
        for (gr_index gr_unit = 0; gr_unit < gr_launch.hi; ++gr_unit)                \
            for (int gr_chunk = 1; gr_chunk; gr_chunk = 0)                           \
                GR_IMPL_EACH(GR_IMPL_NEST_COPY, __VA_ARGS__)                         \
    for (gr_span gr_e = gr_impl_nest_arrays_chunk(gr_p, gr_unit); gr_e.lo < gr_e.hi; \
         gr_e.hi = gr_e.lo)                                                          \
        for (gr_index k GR_IMPL_UNUSED = gr_e.lo; k < gr_e.hi; ++k)                  \
    GR_IMPL_BODY
#define GR_IMPL_BEGIN_NESTED_ARRAYS(runs, from, to, ...)                             \
    (__extension__({                                                                 \
        GR_IMPL_EACH(GR_IMPL_NEST_CHECK, __VA_ARGS__)                                \
        gr_impl_nest_arrays_of(&gr_launch, __FILE__, __LINE__, runs, from, to,       \
                               (int)(sizeof gr_array / sizeof *gr_array), gr_array); \
    }))
#define GR_IMPL_END_NESTED_ARRAYS(end, ...)           \
    __extension__({                                   \
        if (gr_launch.hi > 1) {                       \
            GR_IMPL_EACH(GR_IMPL_FINISH, __VA_ARGS__) \
        }                                             \
        end;                                          \
    })
#define GR_IMPL_NEST_CHECK(k, kind, T, v, ...)                                            \
    GR_IMPL_STATIC_CHECK(GR_IMPL_NESTS_##kind,                                            \
                         "a nested reduction into arrays takes reducers of arrays only"); \
    GR_IMPL_ARRAY_IS_VIEW(v);                                                             \
    GR_IMPL_CHECK_TYPE(*(v).data, T);
#define GR_IMPL_NEST_COPY(k, kind, T, v, identity, join, argument)                         \
    for (gr_index gr_step_##k = gr_launch.end > 1 ? 1 : GR_IMPL_ARRAY_STRIDE(v); gr_chunk; \
         gr_chunk = 0)                                                                     \
        for (T *gr_copy_##k = gr_launch.end > 1                                            \
                                  ? GR_IMPL_PARTIAL(k, T) + gr_unit * gr_array[k].length   \
                                  : (v).data,                                              \
               gr_none_##k = GR_IMPL_FILL(k, T, identity);                                 \
             gr_chunk; (void)gr_none_##k, gr_chunk = 0)                                    \
            for (const __typeof__(v) v =                                                   \
                     {gr_copy_##k, NULL, {gr_array[k].length}, {gr_step_##k}, NULL};       \
                 gr_chunk; gr_chunk = 0)
#define GR_IMPL_FILL(k, T, identity)                                 \
    (__extension__({                                                 \
        const T gr_none = identity;                                  \
                                                                     \
        for (gr_index gr_q = 0; gr_q < gr_array[k].length; ++gr_q) { \
            gr_copy_##k[gr_q * gr_step_##k] = gr_none;               \
        }                                                            \
        gr_none;                                                     \
    }))

#endif
