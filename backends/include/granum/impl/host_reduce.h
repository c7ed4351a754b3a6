/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file impl/host_reduce.h
 * @brief parallel_reduce for C compilers with OpenMP; included by impl/host.h.
 *
 * A chunk has 32 lanes of partial results for each reducer. Lanes are arrays of scalars, one or two
 * for a reducer, because compilers keep those in vector registers and arrays of structs not; that
 * is what the kinds of reducers (SCALAR, USER, LOC, MINMAX) differ in. Each step below is a macro
 * for one reducer, by kind: CHECK, SIZE, LANES, TREE, RESULT, FINISH.
 */
#ifndef GRANUM_IMPL_HOST_REDUCE_H
#define GRANUM_IMPL_HOST_REDUCE_H

#include <granum/impl/launch.h>

/* CHECK: the variable has the type that the reducer names. It becomes the identity. */
#define GR_IMPL_CHECK(k, kind, ...) GR_IMPL_CHECK_##kind(k, __VA_ARGS__)
#define GR_IMPL_CHECK_TYPE(a, T)                                         \
    GR_IMPL_STATIC_CHECK(__builtin_types_compatible_p(__typeof__(a), T), \
                         "the variable of a reducer has another type than the reducer names");
#define GR_IMPL_CHECK_SCALAR(k, T, v, identity, join, argument) \
    GR_IMPL_CHECK_TYPE(v, T) v = identity;
#define GR_IMPL_CHECK_USER(k, T, v, identity, join, argument) GR_IMPL_CHECK_TYPE(v, T) v = identity;
#define GR_IMPL_CHECK_FINAL(k, T, v, identity, join, argument) \
    GR_IMPL_CHECK_TYPE(v, T) v = GR_IMPL_FINISH_OF argument(identity);
#define GR_IMPL_CHECK_LOC(k, T, v, identity, join, argument) \
    GR_IMPL_CHECK_TYPE(v.value, T) v.value = identity;       \
    v.location = GR_NO_LOCATION;
#define GR_IMPL_CHECK_MINMAX(k, T, v, identity, join, argument) \
    GR_IMPL_CHECK_TYPE(v.min, T) v.min = GR_IMPL_HIGHEST(T);    \
    v.max = GR_IMPL_LOWEST(T);
#define GR_IMPL_CHECK_MINMAXLOC(k, T, v, identity, join, argument) \
    GR_IMPL_CHECK_MINMAX(k, T, v, , , ) v.min_location = v.max_location = GR_NO_LOCATION;

/* SIZE: bytes of one chunk's result. */
#define GR_IMPL_SIZE(k, kind, T, v, identity, join, argument) sizeof(v),

/* LANES: one-shot loops that hold the partial results of a chunk, and in the end join them. */
#define GR_IMPL_LANES(k, kind, ...) GR_IMPL_LANES_##kind(k, __VA_ARGS__)
#define GR_IMPL_LANES_OF(T, name, start, end) \
    for (T name[GR_IMPL_WIDTH] = {[0 ... GR_IMPL_WIDTH - 1] = start}; gr_chunk; end, gr_chunk = 0)
#define GR_IMPL_LANES_SCALAR(k, T, v, identity, join, argument)  \
    GR_IMPL_LANES_OF(T, gr_lane_##k, identity,                   \
                     (GR_IMPL_TREE_SCALAR(k, T, join, argument), \
                      GR_IMPL_PARTIAL(k, T)[gr_unit] = gr_lane_##k[0]))
/* A user's identity may be any expression; clang takes only constants in a range of elements. */
#ifdef __clang__
#define GR_IMPL_LANES_USER(k, T, v, identity, join, argument)                                \
    for (T gr_lane_##k[GR_IMPL_WIDTH], gr_start_##k = GR_IMPL_FILLED(gr_lane_##k, identity); \
         gr_chunk; (void)gr_start_##k, GR_IMPL_TREE_SCALAR(k, T, join, argument),            \
                                       GR_IMPL_PARTIAL(k, T)[gr_unit] = gr_lane_##k[0],      \
                                       gr_chunk = 0)
#else
#define GR_IMPL_LANES_USER GR_IMPL_LANES_SCALAR
#endif
#define GR_IMPL_FILLED(lanes, identity)                    \
    (__extension__({                                       \
        const __typeof__(lanes[0]) gr_none = identity;     \
        for (int gr_q = 0; gr_q < GR_IMPL_WIDTH; ++gr_q) { \
            lanes[gr_q] = gr_none;                         \
        }                                                  \
        gr_none;                                           \
    }))
#define GR_IMPL_LANES_FINAL GR_IMPL_LANES_USER
#define GR_IMPL_LANES_LOC(k, T, v, identity, join, argument)                             \
    GR_IMPL_LANES_OF(T, gr_lane_##k, identity, (void)0)                                  \
    GR_IMPL_LANES_OF(gr_index, gr_location_##k, GR_NO_LOCATION,                          \
                     (GR_IMPL_TREE_LOC(k, join),                                         \
                      GR_IMPL_PARTIAL(k, __typeof__(v))[gr_unit].value = gr_lane_##k[0], \
                      GR_IMPL_PARTIAL(k, __typeof__(v))[gr_unit].location = gr_location_##k[0]))
#define GR_IMPL_LANES_MINMAX(k, T, v, identity, join, argument)                        \
    GR_IMPL_LANES_OF(T, gr_lane_##k, GR_IMPL_HIGHEST(T), (void)0)                      \
    GR_IMPL_LANES_OF(T, gr_high_##k, GR_IMPL_LOWEST(T),                                \
                     (GR_IMPL_TREE_MINMAX(k, T),                                       \
                      GR_IMPL_PARTIAL(k, __typeof__(v))[gr_unit].min = gr_lane_##k[0], \
                      GR_IMPL_PARTIAL(k, __typeof__(v))[gr_unit].max = gr_high_##k[0]))
#define GR_IMPL_LANES_MINMAXLOC(k, T, v, identity, before, after)                 \
    GR_IMPL_LANES_OF(T, gr_lane_##k, GR_IMPL_HIGHEST(T), (void)0)                 \
    GR_IMPL_LANES_OF(gr_index, gr_location_##k, GR_NO_LOCATION, (void)0)          \
    GR_IMPL_LANES_OF(T, gr_lane_h##k, GR_IMPL_LOWEST(T), (void)0)                 \
    GR_IMPL_LANES_OF(gr_index, gr_location_h##k, GR_NO_LOCATION,                  \
                     (GR_IMPL_TREE_LOC(k, before), GR_IMPL_TREE_LOC(h##k, after), \
                      GR_IMPL_PARTIAL(k, __typeof__(v))[gr_unit] = GR_IMPL_MINMAXLOC(k, v, 0)))
#define GR_IMPL_MINMAXLOC(k, v, l) \
    ((__typeof__(v)){gr_lane_##k[l], gr_lane_h##k[l], gr_location_##k[l], gr_location_h##k[l]})
#define GR_IMPL_PARTIAL(k, V) ((V *)gr_p->partial[k])

/* TREE: join the lanes, each with the one half the width further on. A nested range of few elements
 * has one lane (host_team.h); elsewhere the name gr_way means this constant. */
enum { gr_way = GR_IMPL_WAY_SETS };
#define GR_IMPL_TREE(...)                       \
    (__extension__({                            \
        if (gr_way != GR_IMPL_WAY_LANE) {       \
            GR_IMPL_TREE_STEP(16, __VA_ARGS__); \
            GR_IMPL_TREE_STEP(8, __VA_ARGS__);  \
            GR_IMPL_TREE_STEP(4, __VA_ARGS__);  \
            GR_IMPL_TREE_STEP(2, __VA_ARGS__);  \
            GR_IMPL_TREE_STEP(1, __VA_ARGS__);  \
        }                                       \
    }))
#define GR_IMPL_TREE_STEP(half, ...)              \
    {                                             \
        enum { gr_half = half };                  \
        GR_IMPL_PRAGMA(omp simd)                  \
        for (int gr_q = 0; gr_q < half; ++gr_q) { \
            __VA_ARGS__                           \
        }                                         \
    }
#define GR_IMPL_TREE_SCALAR(k, T, join, argument) \
    GR_IMPL_TREE(gr_lane_##k[gr_q] =              \
                     join(T, argument, gr_lane_##k[gr_q], gr_lane_##k[gr_q + gr_half]);)
#define GR_IMPL_TREE_LOC(k, before)                                                          \
    GR_IMPL_TREE(                                                                            \
        const __typeof__(gr_lane_##k[0]) gr_a = gr_lane_##k[gr_q],                           \
        gr_z = gr_lane_##k[gr_q + gr_half];                                                  \
        const gr_index gr_m = gr_location_##k[gr_q], gr_n = gr_location_##k[gr_q + gr_half]; \
        const bool gr_take = before(gr_a, gr_m, gr_z, gr_n);                                 \
        gr_lane_##k[gr_q] = gr_take ? gr_z : gr_a; gr_location_##k[gr_q] = gr_take ? gr_n : gr_m;)
#define GR_IMPL_TREE_MINMAX(k, T)                                                           \
    GR_IMPL_TREE(gr_lane_##k[gr_q] =                                                        \
                     GR_IMPL_JOIN_MIN(T, , gr_lane_##k[gr_q], gr_lane_##k[gr_q + gr_half]); \
                 gr_high_##k[gr_q] =                                                        \
                     GR_IMPL_JOIN_MAX(T, , gr_high_##k[gr_q], gr_high_##k[gr_q + gr_half]);)

/* RESULT: the user's name for one lane's partial result, while the block runs. */
#define GR_IMPL_RESULT(k, kind, ...) GR_IMPL_RESULT_##kind(k, __VA_ARGS__)
#define GR_IMPL_RESULT_SCALAR(k, T, v, identity, join, argument) \
    for (T v = gr_lane_##k[gr_l]; gr_body; gr_lane_##k[gr_l] = v, gr_body = 0)
#define GR_IMPL_RESULT_USER GR_IMPL_RESULT_SCALAR
#define GR_IMPL_RESULT_FINAL GR_IMPL_RESULT_SCALAR
#define GR_IMPL_RESULT_LOC(k, T, v, identity, join, argument)                   \
    for (__typeof__(v) v = {gr_lane_##k[gr_l], gr_location_##k[gr_l]}; gr_body; \
         gr_lane_##k[gr_l] = v.value, gr_location_##k[gr_l] = v.location, gr_body = 0)
#define GR_IMPL_RESULT_MINMAX(k, T, v, identity, join, argument)            \
    for (__typeof__(v) v = {gr_lane_##k[gr_l], gr_high_##k[gr_l]}; gr_body; \
         gr_lane_##k[gr_l] = v.min, gr_high_##k[gr_l] = v.max, gr_body = 0)
#define GR_IMPL_RESULT_MINMAXLOC(k, T, v, identity, join, argument)                       \
    for (__typeof__(v) v = {gr_lane_##k[gr_l], gr_lane_h##k[gr_l], gr_location_##k[gr_l], \
                            gr_location_h##k[gr_l]};                                      \
         gr_body; gr_lane_##k[gr_l] = v.min, gr_lane_h##k[gr_l] = v.max,                  \
                       gr_location_##k[gr_l] = v.min_location,                            \
                       gr_location_h##k[gr_l] = v.max_location, gr_body = 0)

/* FINISH: the chunk results, joined as if each were an element: chunk c in lane c mod 32. */
#define GR_IMPL_FINISH(k, kind, ...) GR_IMPL_FINISH_##kind(k, __VA_ARGS__)
#define GR_IMPL_FINISH_SCALAR(k, T, v, identity, join, op)                             \
    {                                                                                  \
        v = *(const T *)gr_launch.partial[k];                                          \
        if (gr_launch.end > 1) {                                                       \
            T gr_joined;                                                               \
                                                                                       \
            gr_impl_join(op, GR_IMPL_DTYPE_OF(T), gr_launch.partial[k], gr_launch.end, \
                         &gr_joined);                                                  \
            v = gr_joined;                                                             \
        }                                                                              \
    }
#define GR_IMPL_FINISH_USER(k, T, v, identity, join, argument)                           \
    {                                                                                    \
        const T *gr_part = (const T *)gr_launch.partial[k];                              \
                                                                                         \
        v = gr_part[0];                                                                  \
        if (gr_launch.end > 1) {                                                         \
            T gr_lane_##k[GR_IMPL_WIDTH];                                                \
                                                                                         \
            (void)GR_IMPL_FILLED(gr_lane_##k, identity);                                 \
            for (gr_index gr_c = 0; gr_c < gr_launch.end; ++gr_c) {                      \
                gr_lane_##k[gr_c % GR_IMPL_WIDTH] =                                      \
                    join(T, argument, gr_lane_##k[gr_c % GR_IMPL_WIDTH], gr_part[gr_c]); \
            }                                                                            \
            GR_IMPL_TREE_SCALAR(k, T, join, argument);                                   \
            v = gr_lane_##k[0];                                                          \
        }                                                                                \
    }
#define GR_IMPL_FINISH_FINAL(k, T, v, identity, join, argument) \
    {                                                           \
        GR_IMPL_FINISH_USER(k, T, v, identity, join, argument)  \
        v = GR_IMPL_FINISH_OF argument(v);                      \
    }
#define GR_IMPL_FINISH_LOC(k, T, v, identity, before, argument)                             \
    {                                                                                       \
        const __typeof__(v) *gr_part = (const __typeof__(v) *)gr_launch.partial[k];         \
                                                                                            \
        v = gr_part[0];                                                                     \
        for (gr_index gr_c = 1; gr_c < gr_launch.end; ++gr_c) {                             \
            if (before(v.value, v.location, gr_part[gr_c].value, gr_part[gr_c].location)) { \
                v = gr_part[gr_c];                                                          \
            }                                                                               \
        }                                                                                   \
    }
#define GR_IMPL_FINISH_MINMAXLOC(k, T, v, identity, before, after)                  \
    {                                                                               \
        const __typeof__(v) *gr_part = (const __typeof__(v) *)gr_launch.partial[k]; \
                                                                                    \
        v = gr_part[0];                                                             \
        for (gr_index gr_c = 1; gr_c < gr_launch.end; ++gr_c) {                     \
            const __typeof__(v) gr_z = gr_part[gr_c];                               \
                                                                                    \
            if (before(v.min, v.min_location, gr_z.min, gr_z.min_location)) {       \
                v.min = gr_z.min;                                                   \
                v.min_location = gr_z.min_location;                                 \
            }                                                                       \
            if (after(v.max, v.max_location, gr_z.max, gr_z.max_location)) {        \
                v.max = gr_z.max;                                                   \
                v.max_location = gr_z.max_location;                                 \
            }                                                                       \
        }                                                                           \
    }
#define GR_IMPL_FINISH_MINMAX(k, T, v, identity, join, argument)                                 \
    {                                                                                            \
        const __typeof__(v) *gr_part = (const __typeof__(v) *)gr_launch.partial[k];              \
                                                                                                 \
        v = gr_part[0];                                                                          \
        if (gr_launch.end > 1) {                                                                 \
            T gr_lane_##k[GR_IMPL_WIDTH] = {[0 ... GR_IMPL_WIDTH - 1] = GR_IMPL_HIGHEST(T)};     \
            T gr_high_##k[GR_IMPL_WIDTH] = {[0 ... GR_IMPL_WIDTH - 1] = GR_IMPL_LOWEST(T)};      \
                                                                                                 \
            for (gr_index gr_c = 0; gr_c < gr_launch.end; ++gr_c) {                              \
                const gr_index gr_q = gr_c % GR_IMPL_WIDTH;                                      \
                                                                                                 \
                gr_lane_##k[gr_q] = GR_IMPL_JOIN_MIN(T, , gr_lane_##k[gr_q], gr_part[gr_c].min); \
                gr_high_##k[gr_q] = GR_IMPL_JOIN_MAX(T, , gr_high_##k[gr_q], gr_part[gr_c].max); \
            }                                                                                    \
            GR_IMPL_TREE_MINMAX(k, T);                                                           \
            v.min = gr_lane_##k[0];                                                              \
            v.max = gr_high_##k[0];                                                              \
        }                                                                                        \
    }

/* The caller's side of a reduction: identities, rounds, and the join after the last round. */
#define GR_IMPL_BEGIN_REDUCE(rank, label, policy, ...)                                    \
    (__extension__({                                                                      \
        const __auto_type gr_policy = (policy);                                           \
        const size_t gr_bytes[] = {GR_IMPL_EACH(GR_IMPL_SIZE, __VA_ARGS__)};              \
                                                                                          \
        GR_IMPL_SAME_RANK(gr_policy, rank);                                               \
        GR_IMPL_EACH(GR_IMPL_CHECK, __VA_ARGS__)                                          \
        gr_impl_begin_reduce(&gr_launch, GR_IMPL_SITE(label), gr_policy.lo, gr_policy.hi, \
                             gr_policy.tile, rank, &gr_policy.options,                    \
                             (int)(sizeof gr_bytes / sizeof *gr_bytes), gr_bytes);        \
    }))
#define GR_IMPL_REDUCE_ROUNDS(rank, label, policy, ...)                                            \
    for (gr_impl_launch gr_launch, *gr_p = GR_IMPL_BEGIN_REDUCE(rank, label, policy, __VA_ARGS__); \
         gr_p; GR_IMPL_REDUCE_ROUND_END(__VA_ARGS__))
#define GR_IMPL_REDUCE_ROUND_END(...)                 \
    __extension__({                                   \
        gr_p = gr_impl_launch_end(gr_p);              \
        if (!gr_p) {                                  \
            GR_IMPL_EACH(GR_IMPL_FINISH, __VA_ARGS__) \
        }                                             \
    })

/* The threads' side: chunks, lanes. */
#define GR_IMPL_CHUNKS_OF_SPAN(...)                                \
    GR_IMPL_SPANS                                                  \
    for (gr_index gr_unit = gr_s.lo; gr_unit < gr_s.hi; ++gr_unit) \
        for (int gr_chunk = 1; gr_chunk; gr_chunk = 0)             \
    GR_IMPL_EACH(GR_IMPL_LANES, __VA_ARGS__)

/* clang would unroll a loop of 32 iterations into scalar code before it looks at vectors. */
#ifdef __clang__
#define GR_IMPL_SIMD_LANES \
    GR_IMPL_PRAGMA(clang loop vectorize(assume_safety) interleave(enable) unroll(disable))
#else
#define GR_IMPL_SIMD_LANES GR_IMPL_PRAGMA(omp simd)
#endif

/* gcc would unroll the loop over sets of lanes and jam the copies, and pass the lanes through
 * memory to a second loop for the last set; a statement that may do anything keeps it from that. */
#define GR_IMPL_NO_JAM(where)     \
    (__extension__({              \
        if (where) {              \
            __asm__ volatile(""); \
        }                         \
    }))

/* Debug mode "race" tells elements apart. */
#ifdef GR_IMPL_LOGGED
#define GR_IMPL_ELEMENT_BEGINS (gr_impl_race_next(gr_p), 1)
#else
#define GR_IMPL_ELEMENT_BEGINS 1
#endif

/* The block over the elements lo..hi, which begin at lane 0. Full sets of lanes first, then the
 * rest: the compiler sees two loops, the first with a constant number of lanes. */
#define GR_IMPL_IN_LANES(i, row_lo, row_hi, ...)                                                 \
    for (gr_index gr_lo = row_lo, gr_hi = row_hi,                                                \
                  gr_mid = gr_lo + (gr_hi - gr_lo) / GR_IMPL_WIDTH * GR_IMPL_WIDTH, gr_row = 1;  \
         gr_row; gr_row = 0)                                                                     \
        GR_IMPL_PRAGMA(GCC unroll 2)                                                             \
    for (int gr_rest = 0; gr_rest < 2; ++gr_rest)                                                \
        for (gr_index gr_b = gr_rest ? gr_mid : gr_lo; gr_b < (gr_rest ? gr_hi : gr_mid);        \
             GR_IMPL_NO_JAM(!gr_rest), gr_b += GR_IMPL_WIDTH)                                    \
            GR_IMPL_SIMD_LANES                                                                   \
    for (int gr_l = 0; gr_l < (gr_rest ? (int)(gr_hi - gr_b) : GR_IMPL_WIDTH); ++gr_l)           \
        for (gr_index i GR_IMPL_UNUSED = gr_b + gr_l, gr_body = GR_IMPL_ELEMENT_BEGINS; gr_body; \
             gr_body = 0)                                                                        \
            GR_IMPL_EACH(GR_IMPL_RESULT, __VA_ARGS__)                                            \
    GR_IMPL_BODY

#define GR_IMPL_REDUCE_1D(label, i, policy, ...)                                                 \
    GR_IMPL_REDUCE_ROUNDS(1, label, policy, __VA_ARGS__)                                         \
    GR_IMPL_CHUNKS_OF_SPAN(__VA_ARGS__)                                                          \
    for (gr_span gr_e = gr_impl_chunk_span(gr_p, gr_unit); gr_e.lo < gr_e.hi; gr_e.hi = gr_e.lo) \
    GR_IMPL_IN_LANES(i, gr_e.lo, gr_e.hi, __VA_ARGS__)

#define GR_IMPL_REDUCE_ROWS(rank, label, policy, ...)       \
    GR_IMPL_REDUCE_ROUNDS(rank, label, policy, __VA_ARGS__) \
    GR_IMPL_CHUNKS_OF_SPAN(__VA_ARGS__)                     \
    GR_IMPL_BOXES(rank, gr_impl_chunk_boxes(gr_p, rank, gr_unit))
#define GR_IMPL_REDUCE_2D(label, i, j, policy, ...)    \
    GR_IMPL_REDUCE_ROWS(2, label, policy, __VA_ARGS__) \
    GR_IMPL_OUTER_2D(i) GR_IMPL_IN_LANES(j, gr_x.lo[1], gr_x.hi[1], __VA_ARGS__)
#define GR_IMPL_REDUCE_3D(label, i, j, k, policy, ...) \
    GR_IMPL_REDUCE_ROWS(3, label, policy, __VA_ARGS__) \
    GR_IMPL_OUTER_3D(i, j) GR_IMPL_IN_LANES(k, gr_x.lo[2], gr_x.hi[2], __VA_ARGS__)
#define GR_IMPL_REDUCE_4D(label, i, j, k, l, policy, ...) \
    GR_IMPL_REDUCE_ROWS(4, label, policy, __VA_ARGS__)    \
    GR_IMPL_OUTER_4D(i, j, k)                             \
    GR_IMPL_IN_LANES(l, gr_x.lo[3], gr_x.hi[3], __VA_ARGS__)
#define GR_IMPL_REDUCE_5D(label, i, j, k, l, m, policy, ...) \
    GR_IMPL_REDUCE_ROWS(5, label, policy, __VA_ARGS__)       \
    GR_IMPL_OUTER_5D(i, j, k, l)                             \
    GR_IMPL_IN_LANES(m, gr_x.lo[4], gr_x.hi[4], __VA_ARGS__)
#define GR_IMPL_REDUCE_6D(label, i, j, k, l, m, n, policy, ...) \
    GR_IMPL_REDUCE_ROWS(6, label, policy, __VA_ARGS__)          \
    GR_IMPL_OUTER_6D(i, j, k, l, m)                             \
    GR_IMPL_IN_LANES(n, gr_x.lo[5], gr_x.hi[5], __VA_ARGS__)

#endif
