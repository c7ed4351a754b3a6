/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file impl/host_scan_segmented.h
 * @brief Segmented scans for C compilers with OpenMP; included by scan_segmented.h.
 *
 * The scan of impl/host_scan.h over a struct of a value and a flag that says whether a segment has
 * started: of two such pairs the second's value counts alone where its flag is set. The struct has
 * no name; a pointer that is never followed stands for its type.
 */
#ifndef GRANUM_IMPL_HOST_SCAN_SEGMENTED_H
#define GRANUM_IMPL_HOST_SCAN_SEGMENTED_H

#include <granum/impl/host.h>

#define GR_IMPL_FLAGGED __typeof__(*gr_flagged)
#define GR_IMPL_EXACT_FLAG_SCALAR(F) GR_IMPL_EXACT_SCALAR(__typeof__(gr_flagged->value))
#define GR_IMPL_EXACT_FLAG_USER(F) 0

/* As GR_IMPL_CALL, whose expansion this is a part of. */
#define GR_IMPL_FLAGGED_CALL(macro, arguments) macro arguments
#define GR_IMPL_JOIN_FLAGGED(F, argument, a, b) \
    GR_IMPL_FLAGGED_CALL(GR_IMPL_JOIN_FLAGGED_OF, (F, a, b, GR_IMPL_UNTUPLE argument))
#define GR_IMPL_JOIN_FLAGGED_OF(F, a, b, T, join, argument)                                      \
    (__extension__({                                                                             \
        const F gr_y = a, gr_z = b;                                                              \
        const T gr_value = gr_z.starts ? gr_z.value : join(T, argument, gr_y.value, gr_z.value); \
        (F){gr_value, gr_y.starts | gr_z.starts};                                                \
    }))

#define GR_IMPL_SCAN_IS_INNER(i) ((i) != gr_p->from)
#define GR_IMPL_SCAN_SEGMENTED(label, i, policy, final, starts_here, kind, T, v, identity, join, \
                               argument)                                                         \
    GR_IMPL_FLAGGED_STATE(T, identity, (void)0)                                                  \
    GR_IMPL_ROUNDS(gr_impl_begin_scan(&gr_launch,                                                \
                                      (GR_IMPL_CHECK_SCANS(kind), GR_IMPL_SITE(label)), policy,  \
                                      GR_IMPL_EXACT_FLAG_##kind(GR_IMPL_FLAGGED)))               \
    GR_IMPL_SPANS                                                                                \
    GR_IMPL_FLAGGED_SCAN(gr_s, i, final, T, v, identity, FLAG_##kind, join, argument)            \
    GR_IMPL_FLAGGED_START(starts_here, v) GR_IMPL_BODY
#define GR_IMPL_LEAGUE_SCAN_SEGMENTED(label, t, policy, final, starts_here, kind, T, v, identity, \
                                      join, argument)                                             \
    GR_IMPL_FLAGGED_STATE(T, identity, (void)0)                                                   \
    GR_IMPL_ROUNDS(gr_impl_begin_team_scan(                                                       \
        &gr_launch, (GR_IMPL_CHECK_SCANS(kind), GR_IMPL_SITE(label)), policy))                    \
    GR_IMPL_SPANS                                                                                 \
    GR_IMPL_FLAGGED_SCAN(gr_s, gr_rank, final, T, v, identity, FLAG_##kind, join, argument)       \
    for (gr_team t = gr_impl_team_at(gr_p, gr_rank), *gr_t = &t; gr_t; gr_t = NULL)               \
    GR_IMPL_FLAGGED_START(starts_here, v) GR_IMPL_BODY

/* Nested: as GR_IMPL_NESTED_SCAN. */
#define GR_IMPL_TEAM_SCAN_SEGMENTED(t, k, from, to, final, starts_here, ...)                     \
    GR_IMPL_NESTED_SEGMENTED((t).team_rank == 0, gr_impl_team_barrier(&(t), __FILE__, __LINE__), \
                             k, from, to, final, starts_here, __VA_ARGS__)
#define GR_IMPL_THREAD_VECTOR_SCAN_SEGMENTED(t, k, from, to, final, starts_here, ...)    \
    GR_IMPL_NESTED_SEGMENTED(true, (void)(t).team_rank, k, from, to, final, starts_here, \
                             __VA_ARGS__)
#define GR_IMPL_NESTED_SEGMENTED(runs, end, k, from, to, final, starts_here, kind, T, v, identity, \
                                 join, argument)                                                   \
    GR_IMPL_FLAGGED_STATE(T, identity, end)                                                        \
    for (gr_impl_launch gr_launch,                                                                 \
         *gr_p = gr_impl_nest_scan(&gr_launch, from, to, (GR_IMPL_CHECK_SCANS(kind), runs));       \
         gr_p; gr_p = NULL)                                                                        \
        GR_IMPL_FLAGGED_SCAN(gr_launch, k, final, T, v, identity, FLAG_##kind, join, argument)     \
    GR_IMPL_FLAGGED_START(starts_here, v) GR_IMPL_BODY

/* The pair's type, and what came before, kept through a scan; then `end`. */
#define GR_IMPL_FLAGGED_STATE(T, identity, end) \
    for (int gr_once = 1; gr_once; gr_once = 0) \
        GR_IMPL_FLAGGED_TYPE(T)                 \
    GR_IMPL_SCAN_STATE(GR_IMPL_FLAGGED, GR_IMPL_NOT_FLAGGED(identity), end)
#define GR_IMPL_NOT_FLAGGED(identity) ((GR_IMPL_FLAGGED){identity, 0})
/* clang-format off */
#define GR_IMPL_FLAGGED_TYPE(T)                                                              \
    for (struct { T value; int starts; } *gr_flagged = NULL; gr_once; (void)gr_flagged, gr_once = 0)
/* clang-format on */

/* As GR_IMPL_SCAN_CHUNKS and GR_IMPL_SCAN_ONE with pairs. In a segment value and flag are variables
 * of their own. */
#define GR_IMPL_FLAGGED_SCAN(span, i, final, T, v, identity, kind, join, argument)  \
    for (gr_index gr_unit = (span).lo; gr_unit < (span).hi; ++gr_unit)              \
        GR_IMPL_FLAGGED_CHUNK(kind, GR_IMPL_FLAGGED, GR_IMPL_NOT_FLAGGED(identity), \
                              GR_IMPL_JOIN_FLAGGED, (T, join, argument))            \
    GR_IMPL_FLAGGED_SEGMENT(i, final, T, v, identity, kind, GR_IMPL_FLAGGED)
#define GR_IMPL_FLAGGED_CHUNK(kind, F, none, both, values)                                        \
    for (gr_span gr_e = gr_impl_chunk_span(gr_p, gr_unit); gr_e.lo < gr_e.hi; gr_e.hi = gr_e.lo)  \
        for (gr_index gr_full = GR_IMPL_SEGMENTS_FULL(kind, F, gr_e.hi - gr_e.lo),                \
                      gr_segments = GR_IMPL_SEGMENTS_ALL(kind, F, gr_e.hi - gr_e.lo), gr_row = 1; \
             gr_row; gr_row = 0)                                                                  \
            for (F gr_carry[GR_IMPL_SEGMENTS_MOST(kind, F)] = {none}; gr_row; gr_row = 0)         \
                GR_IMPL_PRAGMA(GCC unroll 2)                                                      \
    for (int gr_pass = 0; gr_pass < 2;                                                            \
         gr_pass ? (void)0 : GR_IMPL_SCAN_CARRIES(kind, F, none, both, values), ++gr_pass)        \
        GR_IMPL_PRAGMA(GCC unroll 2)                                                              \
    for (int gr_rest = 0; gr_rest < 2; ++gr_rest)                                                 \
        for (gr_index gr_g = gr_rest ? gr_full : 0; gr_g < GR_IMPL_SEGMENT_LAST(kind, F); ++gr_g)
#define GR_IMPL_FLAGGED_SEGMENT(i, final, T, v, identity, kind, F)                                \
    for (int gr_body = 1, gr_started = gr_pass ? gr_carry[gr_g].starts : 0; gr_body; gr_body = 0) \
        for (T gr_start[1] = {identity}, v = gr_pass ? gr_carry[gr_g].value : gr_start[0];        \
             gr_body; GR_IMPL_SEGMENT_END(kind, F, ((F){v, gr_started})), gr_body = 0)            \
            for (const int final GR_IMPL_UNUSED = gr_pass; gr_body; gr_body = 0)                  \
                for (gr_index i = gr_e.lo + gr_g * GR_IMPL_SEGMENT,                               \
                              gr_end = gr_rest ? gr_e.hi : i + GR_IMPL_SEGMENT;                   \
                     GR_IMPL_SCAN_MORE(i); ++i)
#define GR_IMPL_FLAGGED_START(starts_here, v) \
    for (int gr_in = ((starts_here) ? (v = gr_start[0], gr_started = 1) : 1); gr_in; gr_in = 0)

#endif
