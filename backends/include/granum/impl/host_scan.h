/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file impl/host_scan.h
 * @brief parallel_scan for C compilers with OpenMP; included by impl/host.h.
 *
 * Threads take chunks in increasing order. In a chunk the block runs over each segment of 8
 * elements from the identity (pass 0); the segments' totals become carries; the chunk waits for
 * its turn, takes what came before it and passes its own total on; then the block runs again from
 * the carries, now final (pass 1), over elements that are still in cache.
 *
 * Where joining is exact (integers) every order gives the same result, so a chunk is one segment,
 * as long as suits the threads.
 */
#ifndef GRANUM_IMPL_HOST_SCAN_H
#define GRANUM_IMPL_HOST_SCAN_H

#include <granum/impl/launch.h>

/* Whether the order of joining cannot show: a constant. */
#define GR_IMPL_EXACT_SCALAR(T) (!GR_IMPL_IS_FLOAT(T))
#define GR_IMPL_EXACT_USER(T) 0
#define GR_IMPL_SEGMENTS_MOST(kind, T) (GR_IMPL_EXACT_##kind(T) ? 1 : GR_IMPL_SCAN_SEGMENTS)
/* Segments of a chunk of n elements: those of full length, and all. */
#define GR_IMPL_SEGMENTS_FULL(kind, T, n) (GR_IMPL_EXACT_##kind(T) ? 0 : (n) / GR_IMPL_SEGMENT)
#define GR_IMPL_SEGMENTS_ALL(kind, T, n) \
    (GR_IMPL_EXACT_##kind(T) ? 1 : ((n) + GR_IMPL_SEGMENT - 1) / GR_IMPL_SEGMENT)

/* What came before a chunk, by level: chunks in a group of 32, groups in a super-group of 32, and
 * all before that. Joined from the last level to the first. */
#define GR_IMPL_STATE_BEFORE(T, join, argument, s) \
    join(T, argument, join(T, argument, s[2], s[1]), s[0])
#define GR_IMPL_STATE_ADD(T, identity, join, argument, s, chunk, total) \
    {                                                                   \
        s[0] = join(T, argument, s[0], total);                          \
        if ((chunk + 1) % GR_IMPL_WIDTH == 0) {                         \
            s[1] = join(T, argument, s[1], s[0]);                       \
            s[0] = identity;                                            \
            if ((chunk + 1) % (GR_IMPL_WIDTH * GR_IMPL_WIDTH) == 0) {   \
                s[2] = join(T, argument, s[2], s[1]);                   \
                s[1] = identity;                                        \
            }                                                           \
        }                                                               \
    }

/* An exact scan on one thread needs no pass 0: what came before is what the last chunk left. */
#define GR_IMPL_ONE_PASS(kind, T) (GR_IMPL_EXACT_##kind(T) && gr_p->threads == 1)

/* After pass 0: totals of segments become what is before each. The lanes of a tile (32 segments)
 * are joined from the left, and so are the tiles of the chunk. */
#define GR_IMPL_SCAN_CARRIES(kind, T, identity, join, argument)                        \
    (__extension__({                                                                   \
        T gr_tile = identity, gr_left = identity, gr_before;                           \
                                                                                       \
        if (GR_IMPL_ONE_PASS(kind, T)) {                                               \
            gr_carry[0] = gr_state[0];                                                 \
        } else {                                                                       \
            for (gr_index gr_g = 0; gr_g < gr_segments; ++gr_g) {                      \
                const T gr_own = gr_carry[gr_g];                                       \
                                                                                       \
                if (gr_g > 0 && gr_g % GR_IMPL_WIDTH == 0) {                           \
                    gr_tile = join(T, argument, gr_tile, gr_left);                     \
                    gr_left = identity;                                                \
                }                                                                      \
                gr_carry[gr_g] = join(T, argument, gr_tile, gr_left);                  \
                gr_left = join(T, argument, gr_left, gr_own);                          \
            }                                                                          \
            gr_tile = join(T, argument, gr_tile, gr_left);                             \
            if (gr_p->threads != 1) {                                                  \
                gr_impl_turn_wait(gr_p, gr_unit, gr_state, 3 * sizeof *gr_state);      \
            }                                                                          \
            gr_before = GR_IMPL_STATE_BEFORE(T, join, argument, gr_state);             \
            GR_IMPL_STATE_ADD(T, identity, join, argument, gr_state, gr_unit, gr_tile) \
            if (gr_p->threads != 1) {                                                  \
                gr_impl_turn_pass(gr_p, gr_unit, gr_state, 3 * sizeof *gr_state);      \
            }                                                                          \
            for (gr_index gr_g = 0; gr_g < gr_segments; ++gr_g) {                      \
                gr_carry[gr_g] = join(T, argument, gr_before, gr_carry[gr_g]);         \
            }                                                                          \
        }                                                                              \
    }))

/* After a segment: pass 0 keeps its total; in one pass the chunk's end is what the next starts
 * with. */
#define GR_IMPL_SEGMENT_END(kind, T, v)         \
    (__extension__({                            \
        if (gr_pass == 0) {                     \
            gr_carry[gr_g] = v;                 \
        } else if (GR_IMPL_ONE_PASS(kind, T)) { \
            gr_state[0] = v;                    \
        }                                       \
    }))

#define GR_IMPL_SCAN_NO_TOTAL(total, T, join, argument) (void)0
#define GR_IMPL_SCAN_TOTAL(total, T, join, argument) \
    total = GR_IMPL_STATE_BEFORE(T, join, argument, gr_states)

#define GR_IMPL_SCAN(label, i, policy, final, finish, total, reducer) \
    GR_IMPL_CALL(GR_IMPL_SCAN_OF, (label, i, policy, final, finish, total, GR_IMPL_UNTUPLE reducer))

#define GR_IMPL_SCAN_OF(label, i, policy, final, finish, total, kind, T, v, identity, join,     \
                        argument)                                                               \
    GR_IMPL_SCAN_STATE(T, identity, finish(total, T, join, argument))                           \
    GR_IMPL_ROUNDS(gr_impl_begin_scan(&gr_launch,                                               \
                                      (GR_IMPL_CHECK_SCANS(kind), GR_IMPL_SITE(label)), policy, \
                                      GR_IMPL_EXACT_##kind(T)))                                 \
    GR_IMPL_SPANS                                                                               \
    GR_IMPL_SCAN_CHUNKS(gr_s, i, final, kind, T, v, identity, join, argument)

/* What came before, kept through a scan; then `end`. */
#define GR_IMPL_SCAN_STATE(T, identity, end)                                               \
    for (T gr_states[3] = {identity, identity, identity}, *gr_state = gr_states; gr_state; \
         end, gr_state = NULL)
#define GR_IMPL_SCAN_CHUNKS(span, i, final, kind, T, v, identity, join, argument) \
    for (gr_index gr_unit = (span).lo; gr_unit < (span).hi; ++gr_unit)            \
    GR_IMPL_SCAN_ONE(i, final, kind, T, v, identity, join, argument)

#define GR_IMPL_SEGMENT_LAST(kind, T) \
    (gr_pass == 0 && GR_IMPL_ONE_PASS(kind, T) ? 0 : gr_rest ? gr_segments : gr_full)

/* One chunk: two passes; in each the full segments, whose length is a constant, then the rest. */
#define GR_IMPL_SCAN_ONE(i, final, kind, T, v, identity, join, argument)                          \
    for (gr_span gr_e = gr_impl_chunk_span(gr_p, gr_unit); gr_e.lo < gr_e.hi; gr_e.hi = gr_e.lo)  \
        for (gr_index gr_full = GR_IMPL_SEGMENTS_FULL(kind, T, gr_e.hi - gr_e.lo),                \
                      gr_segments = GR_IMPL_SEGMENTS_ALL(kind, T, gr_e.hi - gr_e.lo), gr_row = 1; \
             gr_row; gr_row = 0)                                                                  \
            for (T gr_carry[GR_IMPL_SEGMENTS_MOST(kind, T)] = {identity}; gr_row; gr_row = 0)     \
                GR_IMPL_PRAGMA(GCC unroll 2)                                                      \
    for (int gr_pass = 0; gr_pass < 2;                                                            \
         gr_pass ? (void)0 : GR_IMPL_SCAN_CARRIES(kind, T, identity, join, argument), ++gr_pass)  \
        GR_IMPL_PRAGMA(GCC unroll 2)                                                              \
    for (int gr_rest = 0; gr_rest < 2; ++gr_rest)                                                 \
        for (gr_index gr_g = gr_rest ? gr_full : 0; gr_g < GR_IMPL_SEGMENT_LAST(kind, T); ++gr_g) \
    GR_IMPL_SCAN_SEGMENT(i, final, kind, T, v, identity)

/* Debug mode "race" tells elements apart, of which both passes do something. */
#ifdef GR_IMPL_LOGGED
#define GR_IMPL_SCAN_MORE(i) (gr_impl_race_element(gr_p, i), i < gr_end)
#else
#define GR_IMPL_SCAN_MORE(i) i < gr_end
#endif

#define GR_IMPL_SCAN_SEGMENT(i, final, kind, T, v, identity)                                  \
    for (int gr_body = 1; gr_body; gr_body = 0)                                               \
        for (T gr_start[1] = {identity}, v = gr_pass ? gr_carry[gr_g] : gr_start[0]; gr_body; \
             GR_IMPL_SEGMENT_END(kind, T, v), gr_body = 0)                                    \
            for (const int final GR_IMPL_UNUSED = gr_pass; gr_body; gr_body = 0)              \
                for (gr_index i = gr_e.lo + gr_g * GR_IMPL_SEGMENT,                           \
                              gr_end = gr_rest ? gr_e.hi : i + GR_IMPL_SEGMENT;               \
                     GR_IMPL_SCAN_MORE(i); ++i)                                               \
    GR_IMPL_BODY

#endif
