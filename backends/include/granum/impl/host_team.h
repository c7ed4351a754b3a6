/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file impl/host_team.h
 * @brief Teams for C compilers with OpenMP; included by impl/host.h.
 *
 * A team is one thread unless more are asked for. Then its threads run the block together: nested
 * ranges give each its share, and meet at barriers. Vector ranges are `omp simd` loops.
 */
#ifndef GRANUM_IMPL_HOST_TEAM_H
#define GRANUM_IMPL_HOST_TEAM_H

#include <granum/impl/team.h>

#define GR_IMPL_TEAM(label, t, policy)                                          \
    GR_IMPL_ROUNDS(gr_impl_begin_team(&gr_launch, GR_IMPL_SITE(label), policy)) \
    GR_IMPL_SPANS                                                               \
    for (gr_index gr_rank = gr_s.lo; gr_rank < gr_s.hi; ++gr_rank)              \
        for (gr_team t = gr_impl_team_at(gr_p, gr_rank), *gr_t = &t; gr_t;      \
             gr_impl_team_end(gr_t), gr_t = NULL)                               \
    GR_IMPL_BODY

/* Results over the league: the canonical order over league ranks, in chunks of 32 and more. */
#define GR_IMPL_LEAGUE_REDUCE(label, t, policy, ...)                                             \
    for (gr_impl_launch gr_launch,                                                               \
         *gr_p = GR_IMPL_BEGIN_LEAGUE_REDUCE(label, policy, __VA_ARGS__);                        \
         gr_p; GR_IMPL_REDUCE_ROUND_END(__VA_ARGS__))                                            \
        GR_IMPL_CHUNKS_OF_SPAN(__VA_ARGS__)                                                      \
    for (gr_span gr_e = gr_impl_chunk_span(gr_p, gr_unit); gr_e.lo < gr_e.hi; gr_e.hi = gr_e.lo) \
        for (gr_index gr_rank = gr_e.lo; gr_rank < gr_e.hi; ++gr_rank)                           \
            for (gr_index gr_l = (gr_rank - gr_e.lo) % GR_IMPL_WIDTH, gr_body = 1; gr_body;      \
                 gr_body = 0)                                                                    \
                GR_IMPL_EACH(GR_IMPL_RESULT, __VA_ARGS__)                                        \
    for (gr_team t GR_IMPL_UNUSED = gr_impl_team_at(gr_p, gr_rank); gr_body; gr_body = 0)        \
    GR_IMPL_BODY
#define GR_IMPL_BEGIN_LEAGUE_REDUCE(label, policy, ...)                                 \
    (__extension__({                                                                    \
        const size_t gr_bytes[] = {GR_IMPL_EACH(GR_IMPL_SIZE, __VA_ARGS__)};            \
                                                                                        \
        GR_IMPL_EACH(GR_IMPL_CHECK, __VA_ARGS__)                                        \
        gr_impl_begin_team_reduce(&gr_launch, GR_IMPL_SITE(label), policy,              \
                                  (int)(sizeof gr_bytes / sizeof *gr_bytes), gr_bytes); \
    }))

#define GR_IMPL_LEAGUE_SCAN(label, t, policy, final, finish, total, reducer) \
    GR_IMPL_CALL(GR_IMPL_LEAGUE_SCAN_OF,                                     \
                 (label, t, policy, final, finish, total, GR_IMPL_UNTUPLE reducer))
#define GR_IMPL_LEAGUE_SCAN_OF(label, t, policy, final, finish, total, kind, T, v, identity, join, \
                               argument)                                                           \
    GR_IMPL_SCAN_STATE(T, identity, finish(total, T, join, argument))                              \
    GR_IMPL_ROUNDS(gr_impl_begin_team_scan(                                                        \
        &gr_launch, (GR_IMPL_CHECK_SCANS(kind), GR_IMPL_SITE(label)), policy))                     \
    GR_IMPL_SPANS                                                                                  \
    GR_IMPL_SCAN_CHUNKS(gr_s, gr_rank, final, kind, T, v, identity, join, argument)                \
    for (gr_team t = gr_impl_team_at(gr_p, gr_rank), *gr_t = &t; gr_t; gr_t = NULL)                \
    GR_IMPL_BODY

/* Nested ranges. */
#define GR_IMPL_TEAM_FOR(t, k, from, to)                                                          \
    for (gr_span gr_n = gr_impl_team_share(&(t), from, to); gr_n.lo < gr_n.hi; gr_n.hi = gr_n.lo) \
        GR_IMPL_PRAGMA(omp simd)                                                                  \
    for (gr_index k = gr_n.lo; k < gr_n.hi; ++k)
#define GR_IMPL_TEAM_THREAD_FOR(t, k, from, to)                                                   \
    for (gr_span gr_n = gr_impl_team_share(&(t), from, to); gr_n.lo < gr_n.hi; gr_n.hi = gr_n.lo) \
        for (gr_index k = gr_n.lo; k < gr_n.hi; ++k)                                              \
    GR_IMPL_BODY
#define GR_IMPL_THREAD_VECTOR_FOR(t, k, from, to)                         \
    for (gr_span gr_n = {from, to}; gr_n.lo < gr_n.hi; gr_n.hi = gr_n.lo) \
        GR_IMPL_PRAGMA(omp simd)                                          \
    for (gr_index k = gr_n.lo; k < gr_n.hi; ++k)

/* In two and three dimensions threads share the first, vector lanes the last. */
#define GR_IMPL_TEAM_FOR_2D(t, i, j, from0, to0, from1, to1)                 \
    GR_IMPL_NESTED_ROWS(gr_impl_team_share(&(t), from0, to0), i, from1, to1) \
    GR_IMPL_PRAGMA(omp simd)                                                 \
    for (gr_index j = gr_m.lo; j < gr_m.hi; ++j)
#define GR_IMPL_TEAM_FOR_3D(t, i, j, k, from0, to0, from1, to1, from2, to2)                   \
    GR_IMPL_NESTED_PLANES(gr_impl_team_share(&(t), from0, to0), i, j, from1, to1, from2, to2) \
    GR_IMPL_PRAGMA(omp simd)                                                                  \
    for (gr_index k = gr_o.lo; k < gr_o.hi; ++k)
#define GR_IMPL_TEAM_THREAD_FOR_2D(t, i, j, from0, to0, from1, to1)          \
    GR_IMPL_NESTED_ROWS(gr_impl_team_share(&(t), from0, to0), i, from1, to1) \
    for (gr_index j = gr_m.lo; j < gr_m.hi; ++j)                             \
    GR_IMPL_BODY
#define GR_IMPL_TEAM_THREAD_FOR_3D(t, i, j, k, from0, to0, from1, to1, from2, to2)            \
    GR_IMPL_NESTED_PLANES(gr_impl_team_share(&(t), from0, to0), i, j, from1, to1, from2, to2) \
    for (gr_index k = gr_o.lo; k < gr_o.hi; ++k)                                              \
    GR_IMPL_BODY
#define GR_IMPL_THREAD_VECTOR_FOR_2D(t, i, j, from0, to0, from1, to1) \
    GR_IMPL_NESTED_ROWS(((gr_span){from0, to0}), i, from1, to1)       \
    GR_IMPL_PRAGMA(omp simd)                                          \
    for (gr_index j = gr_m.lo; j < gr_m.hi; ++j)
#define GR_IMPL_THREAD_VECTOR_FOR_3D(t, i, j, k, from0, to0, from1, to1, from2, to2) \
    GR_IMPL_NESTED_PLANES(((gr_span){from0, to0}), i, j, from1, to1, from2, to2)     \
    GR_IMPL_PRAGMA(omp simd)                                                         \
    for (gr_index k = gr_o.lo; k < gr_o.hi; ++k)
#define GR_IMPL_NESTED_ROWS(share, i, from1, to1)                                         \
    for (gr_span gr_n = share, gr_m = {from1, to1}; gr_n.lo < gr_n.hi; gr_n.hi = gr_n.lo) \
        for (gr_index i = gr_n.lo; i < gr_n.hi; ++i)
#define GR_IMPL_NESTED_PLANES(share, i, j, from1, to1, from2, to2)                          \
    for (gr_span gr_n = share, gr_m = {from1, to1}, gr_o = {from2, to2}; gr_n.lo < gr_n.hi; \
         gr_n.hi = gr_n.lo)                                                                 \
        for (gr_index i = gr_n.lo; i < gr_n.hi; ++i)                                        \
            for (gr_index j = gr_m.lo; j < gr_m.hi; ++j)

/* Nested reductions: at most 32 chunks; each thread of the team has a share of them. The loops are
 * unrolled into a copy for each way that a range can go (impl/launch.h), which decides
 * before the identities what is run between them and the join. */
#define GR_IMPL_NESTED_REDUCE(team, corner, index, from, to, ...)                                \
    for (int gr_nest = 1; gr_nest; gr_nest = 0)                                                  \
        for (gr_impl_nest gr_launch, *const gr_p =                                               \
                                         GR_IMPL_BEGIN_NESTED(team, from, to, __VA_ARGS__);      \
             gr_nest; gr_nest = 0)                                                               \
            GR_IMPL_EACH(GR_IMPL_PARTS, __VA_ARGS__)                                             \
    for (const gr_team *const gr_of = team; gr_nest;                                             \
         GR_IMPL_EACH(GR_IMPL_NEST_END, __VA_ARGS__) gr_nest = 0)                                \
        GR_IMPL_PRAGMA(GCC unroll 3)                                                             \
    for (int gr_way = 0; gr_way < 3; ++gr_way)                                                   \
        for (gr_span gr_s = gr_impl_nest_share(&gr_launch, gr_of, gr_way); gr_s.lo < gr_s.hi;    \
             gr_s.lo = gr_way == GR_IMPL_WAY_SETS ? gr_s.lo + 1 : gr_s.hi)                       \
            for (gr_index gr_unit = gr_s.lo, gr_chunk = 1; gr_chunk; gr_chunk = 0)               \
                GR_IMPL_EACH(GR_IMPL_LANES, __VA_ARGS__)                                         \
    for (const gr_span gr_e = gr_impl_nest_chunk(gr_p, gr_unit, gr_way); gr_chunk; gr_chunk = 0) \
    GR_IMPL_IN_NEST(corner, index, gr_way == GR_IMPL_WAY_LANE ? 1 : GR_IMPL_WIDTH, __VA_ARGS__)
#define GR_IMPL_CORNER_AND_LANES(corner) corner GR_IMPL_SIMD_LANES
/* The block over the elements of a chunk: whole sets of lanes, but for the last one, which has
 * gr_rest elements. `index` declares the indices, with what `corner` finds out for a whole set. */
#define GR_IMPL_IN_NEST(corner, index, set, ...)                                            \
    GR_IMPL_PRAGMA(GCC unroll 2)                                                            \
    for (int gr_last = 0; gr_last < 2; ++gr_last)                                           \
        for (gr_index gr_rest = (set) == 1 ? 0 : ((gr_e.hi - gr_e.lo - 1) & ((set)-1)) + 1, \
                      gr_b = gr_last ? gr_e.hi - gr_rest : gr_e.lo,                         \
                      gr_more = gr_way == GR_IMPL_WAY_LANE  ? !gr_last && gr_b < gr_e.hi    \
                                : gr_way == GR_IMPL_WAY_SET ? gr_last                       \
                                                            : 1;                            \
             gr_more; GR_IMPL_NO_JAM(gr_way == GR_IMPL_WAY_SETS), gr_b += (set),            \
                      gr_more = !gr_last && gr_b < gr_e.hi - gr_rest)                       \
            GR_IMPL_CORNER_AND_LANES(corner)                                                \
    for (int gr_l = 0; gr_l < (gr_last ? (int)gr_rest : (set)); ++gr_l)                     \
        for (gr_index GR_IMPL_UNTUPLE index, gr_body = 1; gr_body; gr_body = 0)             \
            GR_IMPL_EACH(GR_IMPL_RESULT, __VA_ARGS__)                                       \
    GR_IMPL_BODY
#define GR_IMPL_BEGIN_NESTED(team, from, to, ...)            \
    (__extension__({                                         \
        const gr_span gr_ends = {from, to};                  \
                                                             \
        GR_IMPL_EACH(GR_IMPL_CHECK, __VA_ARGS__)             \
        gr_impl_nest_of(&gr_launch, gr_ends.lo, gr_ends.hi); \
    }))
#define GR_IMPL_TEAM_THREAD_REDUCE GR_IMPL_TEAM_REDUCE
#define GR_IMPL_TEAM_REDUCE(t, k, from, to, ...) \
    GR_IMPL_NESTED_REDUCE(&(t), , (k GR_IMPL_UNUSED = gr_b + gr_l), from, to, __VA_ARGS__)
#define GR_IMPL_THREAD_VECTOR_REDUCE(t, k, from, to, ...) \
    GR_IMPL_NESTED_REDUCE(NULL, , (k GR_IMPL_UNUSED = gr_b + gr_l), from, to, __VA_ARGS__)

/* In two and three dimensions: over the numbers of the elements, whose indices are taken from them
 * by division for the first of a set of lanes. */
#define GR_IMPL_NESTED_REDUCE_2D(team, i, j, from0, to0, from1, to1, ...)                  \
    for (const gr_impl_nest_box gr_box = gr_impl_nest_box_2d(from0, to0, from1, to1),      \
                                *gr_boxed = &gr_box;                                       \
         gr_boxed; gr_boxed = NULL)                                                        \
    GR_IMPL_NESTED_REDUCE(team, GR_IMPL_NEST_CORNER,                                       \
                          (GR_IMPL_NEST_COLUMN, i GR_IMPL_UNUSED = gr_box.row + gr_across, \
                           j GR_IMPL_UNUSED = gr_box.column + gr_along),                   \
                          0, gr_box.elements, __VA_ARGS__)
#define GR_IMPL_NESTED_REDUCE_3D(team, i, j, k, from0, to0, from1, to1, from2, to2, ...)          \
    for (const gr_impl_nest_box gr_box = gr_impl_nest_box_3d(from0, to0, from1, to1, from2, to2), \
                                *gr_boxed = &gr_box;                                              \
         gr_boxed; gr_boxed = NULL)                                                               \
    GR_IMPL_NESTED_REDUCE(team, GR_IMPL_NEST_CORNER,                                              \
                          (GR_IMPL_NEST_COLUMN,                                                   \
                           gr_up = gr_impl_nest_wraps(gr_across, gr_box.rows, gr_box.by_rows),    \
                           i GR_IMPL_UNUSED = gr_box.plane + gr_corner.plane + gr_up,             \
                           j GR_IMPL_UNUSED = gr_box.row + gr_across - gr_up * gr_box.rows,       \
                           k GR_IMPL_UNUSED = gr_box.column + gr_along),                          \
                          0, gr_box.elements, __VA_ARGS__)
#define GR_IMPL_NEST_CORNER                                                                  \
    for (const gr_impl_nest_corner gr_corner = gr_impl_nest_corner_of(gr_box, gr_b, gr_way), \
                                   *gr_cornered = &gr_corner;                                \
         gr_cornered; gr_cornered = NULL)
/* The column, and the row as if there were one plane of endless height. */
#define GR_IMPL_NEST_COLUMN                                                 \
    gr_on = gr_corner.column + (gr_b - gr_corner.element) + gr_l,           \
    gr_over = gr_impl_nest_wraps(gr_on, gr_box.columns, gr_box.by_columns), \
    gr_along = gr_on - gr_over * gr_box.columns, gr_across = gr_corner.row + gr_over
#define GR_IMPL_TEAM_THREAD_REDUCE_2D GR_IMPL_TEAM_REDUCE_2D
#define GR_IMPL_TEAM_THREAD_REDUCE_3D GR_IMPL_TEAM_REDUCE_3D
#define GR_IMPL_TEAM_REDUCE_2D(t, i, j, from0, to0, from1, to1, ...) \
    GR_IMPL_NESTED_REDUCE_2D(&(t), i, j, from0, to0, from1, to1, __VA_ARGS__)
#define GR_IMPL_TEAM_REDUCE_3D(t, i, j, k, from0, to0, from1, to1, from2, to2, ...) \
    GR_IMPL_NESTED_REDUCE_3D(&(t), i, j, k, from0, to0, from1, to1, from2, to2, __VA_ARGS__)
#define GR_IMPL_THREAD_VECTOR_REDUCE_2D(t, i, j, from0, to0, from1, to1, ...) \
    GR_IMPL_NESTED_REDUCE_2D(NULL, i, j, from0, to0, from1, to1, __VA_ARGS__)
#define GR_IMPL_THREAD_VECTOR_REDUCE_3D(t, i, j, k, from0, to0, from1, to1, from2, to2, ...) \
    GR_IMPL_NESTED_REDUCE_3D(NULL, i, j, k, from0, to0, from1, to1, from2, to2, __VA_ARGS__)

/* Room for the chunk results of one reducer. */
#define GR_IMPL_PARTS(k, kind, T, v, identity, join, argument)                    \
    for (__typeof__(v) gr_part_##k[GR_IMPL_WIDTH],                                \
         *gr_set_##k = (gr_launch.partial[k] = (char *)gr_part_##k, gr_part_##k); \
         gr_nest && gr_set_##k; gr_set_##k = NULL)
#define GR_IMPL_NEST_END(k, kind, ...) GR_IMPL_NEST_END_OF(k, kind, __VA_ARGS__)
#define GR_IMPL_NEST_END_OF(k, kind, T, v, ...)                                                \
    __extension__({                                                                            \
        if (GR_IMPL_UNLIKELY(gr_of != NULL && gr_of->team_size > 1)) {                         \
            gr_impl_nest_gather(gr_of->launch, gr_of->league_rank, gr_launch.end, gr_part_##k, \
                                sizeof(v));                                                    \
        }                                                                                      \
        GR_IMPL_FINISH(k, kind, T, v, __VA_ARGS__)                                             \
    }),

/* Nested scans: one thread runs them, the team waits. */
#define GR_IMPL_TEAM_SCAN(t, k, from, to, reducer, final)                                          \
    GR_IMPL_CALL(GR_IMPL_NESTED_SCAN,                                                              \
                 ((t).team_rank == 0, gr_impl_team_barrier(&(t), __FILE__, __LINE__), k, from, to, \
                  final, GR_IMPL_UNTUPLE reducer))
#define GR_IMPL_TEAM_SCAN_TOTAL(t, k, from, to, reducer, final, total) \
    GR_IMPL_CALL(GR_IMPL_TEAM_SCAN_TOTAL_OF,                           \
                 (t, k, from, to, final, total, GR_IMPL_UNTUPLE reducer))
#define GR_IMPL_TEAM_SCAN_TOTAL_OF(t, k, from, to, final, total, kind, T, v, identity, join, \
                                   argument)                                                 \
    GR_IMPL_NESTED_SCAN(                                                                     \
        (t).team_rank == 0,                                                                  \
        (GR_IMPL_SCAN_TOTAL(total, T, join, argument),                                       \
         gr_impl_team_broadcast(&(t), &(total), sizeof(total), __FILE__, __LINE__)),         \
        k, from, to, final, kind, T, v, identity, join, argument)
#define GR_IMPL_THREAD_VECTOR_SCAN(t, k, from, to, reducer, final) \
    GR_IMPL_CALL(GR_IMPL_NESTED_SCAN,                              \
                 (true, (void)(t).team_rank, k, from, to, final, GR_IMPL_UNTUPLE reducer))
#define GR_IMPL_THREAD_VECTOR_SCAN_TOTAL(t, k, from, to, reducer, final, total) \
    GR_IMPL_CALL(GR_IMPL_VECTOR_SCAN_TOTAL_OF,                                  \
                 (t, k, from, to, final, total, GR_IMPL_UNTUPLE reducer))
#define GR_IMPL_VECTOR_SCAN_TOTAL_OF(t, k, from, to, final, total, kind, T, v, identity, join,     \
                                     argument)                                                     \
    GR_IMPL_NESTED_SCAN(((void)(t).team_rank, true), GR_IMPL_SCAN_TOTAL(total, T, join, argument), \
                        k, from, to, final, kind, T, v, identity, join, argument)
#define GR_IMPL_NESTED_SCAN(runs, end, k, from, to, final, kind, T, v, identity, join, argument) \
    GR_IMPL_SCAN_STATE(T, identity, end)                                                         \
    for (gr_impl_launch gr_launch,                                                               \
         *gr_p = gr_impl_nest_scan(&gr_launch, from, to, (GR_IMPL_CHECK_SCANS(kind), runs));     \
         gr_p; gr_p = NULL)                                                                      \
    GR_IMPL_SCAN_CHUNKS(gr_launch, k, final, kind, T, v, identity, join, argument)

#define GR_IMPL_TEAM_SINGLE(t) if ((t).team_rank == 0)
#define GR_IMPL_THREAD_SINGLE(t) if ((void)(t).team_rank, 1)
#define GR_IMPL_TEAM_SINGLE_BROADCAST(t, T, variable)                                          \
    for (int gr_go =                                                                           \
             (GR_IMPL_STATIC_CHECK(__builtin_types_compatible_p(__typeof__(variable), T),      \
                                   "GR_TEAM_SINGLE_BROADCAST: the variable has another type"), \
              1);                                                                              \
         gr_go;                                                                                \
         gr_impl_team_broadcast(&(t), &(variable), sizeof(T), __FILE__, __LINE__), gr_go = 0)  \
        if ((t).team_rank == 0)                                                                \
    GR_IMPL_BODY
#define GR_IMPL_TEAM_BARRIER(t) gr_impl_team_barrier(&(t), __FILE__, __LINE__)

#endif
