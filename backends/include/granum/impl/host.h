/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file impl/host.h
 * @brief The kernel language for C compilers with OpenMP: what the serial and openmp backends share.
 *
 * A launch is a nest of loops around the user's block. One-shot loops declare names, and do in
 * their increment what has to follow the block; `continue` in the block reaches each of them. The
 * parallel region with default(firstprivate) gives the block its read-only copies. A backend says
 * how many threads it may use by GR_IMPL_HOST_THREADS (0: any number) before it includes this.
 */
#ifndef GRANUM_IMPL_HOST_H
#define GRANUM_IMPL_HOST_H

#if !defined(_OPENMP)
#error "granum: kernel files are compiled with -fopenmp, on the serial backend too"
#elif defined(__clang__) && _OPENMP < 202011
#error "granum: clang needs -fopenmp-version=51 for default(firstprivate) (clang 14 or newer)"
#endif

#include <granum/impl/launch.h>
#include <granum/impl/view_arguments.h>

extern int omp_get_thread_num(void);
extern int omp_get_num_threads(void);

#define GR_IMPL_CONTINUE continue
#define GR_IMPL_FUNCTION static inline __attribute__((unused))

/* A launch that the caller runs alone need not build a team of one: calls of the OpenMP runtime in
 * this file go through functions of the library, which run such a launch themselves and forward
 * everything else unchanged. Where the alias does not take effect, launches are merely slower. */
#if defined(__ELF__) && !defined(__clang__)
__asm__(".set GOMP_parallel, gr_impl_gomp_parallel");
#elif defined(__ELF__)
__asm__(".set __kmpc_serialized_parallel, gr_impl_kmpc_serialized_parallel\n\t"
        ".set __kmpc_end_serialized_parallel, gr_impl_kmpc_end_serialized_parallel");
#endif

/* The static record of a launch statement. */
#define GR_IMPL_SITE(label)                                                                  \
    (__extension__({                                                                         \
        static gr_site gr_here = {label, __FILE__, __LINE__, GR_IMPL_HOST_THREADS, 0, 0, 0}; \
        &gr_here;                                                                            \
    }))

/* The caller's side: one round of the launch an iteration; begin makes the first. */
#define GR_IMPL_ROUNDS(begin) \
    for (gr_impl_launch gr_launch, *gr_p = begin; gr_p; gr_p = gr_impl_launch_end(gr_p))

/* The threads' side. */
#define GR_IMPL_TEAM                                                         \
    GR_IMPL_PRAGMA(omp parallel default(firstprivate) if (gr_p->threads > 1) \
                       num_threads(gr_p->threads))

#define GR_IMPL_SPANS \
    GR_IMPL_TEAM      \
    for (gr_span gr_s = gr_impl_enter(gr_p); gr_s.lo < gr_s.hi; gr_s = gr_impl_next(gr_p, gr_s))

GR_IMPL_INLINE gr_span gr_impl_enter(gr_impl_launch *launch) {
    gr_span whole;

    if (launch->threads > 1) {
        return gr_impl_span_first(launch, omp_get_thread_num(), omp_get_num_threads());
    }
    whole.lo = launch->lo;
    whole.hi = launch->hi;
    return whole;
}

GR_IMPL_INLINE gr_span gr_impl_next(gr_impl_launch *launch, gr_span done) {
    const gr_span none = {0, 0};

    return launch->threads > 1 ? gr_impl_span_next(launch, done) : none;
}

/* parallel_for. `omp simd` on the loop over the user's block makes both compilers refuse `break`,
 * the parallel region makes them refuse `return`. */
#define GR_IMPL_FOR_1D(label, i, policy)                                      \
    GR_IMPL_ROUNDS(gr_impl_begin_1d(&gr_launch, GR_IMPL_SITE(label), policy)) \
    GR_IMPL_SPANS                                                             \
    GR_IMPL_PRAGMA(omp simd)                                                  \
    for (gr_index i = gr_s.lo; i < gr_s.hi; ++i)

#define GR_IMPL_BEGIN_ROWS(rank, label, policy)                                               \
    (__extension__({                                                                          \
        const gr_range_##rank##d_policy gr_policy = (policy);                                 \
        gr_impl_begin_rows(&gr_launch, GR_IMPL_SITE(label), gr_policy.lo, gr_policy.hi, rank, \
                           &gr_policy.options);                                               \
    }))
#define GR_IMPL_FOR_ROWS(rank, label, policy)                                              \
    GR_IMPL_ROUNDS(GR_IMPL_BEGIN_ROWS(rank, label, policy))                                \
    GR_IMPL_SPANS                                                                          \
    for (gr_impl_rows gr_r = gr_impl_rows_at(gr_p, rank, gr_s.lo, gr_s.hi); gr_r.left > 0; \
         gr_impl_rows_next(&gr_r, gr_p, rank))
/* The innermost loop over the user's block. */
#define GR_IMPL_FOR_ROW(k)   \
    GR_IMPL_PRAGMA(omp simd) \
    for (gr_index k = gr_r.lo; k < gr_r.hi; ++k)

/* The outer indices of a row, as the user names them. */
#define GR_IMPL_AT_ROW_2D(i) for (gr_index i = gr_r.at[0], gr_row = 1; gr_row; gr_row = 0)
#define GR_IMPL_AT_ROW_3D(i, j) \
    for (gr_index i = gr_r.at[0], j = gr_r.at[1], gr_row = 1; gr_row; gr_row = 0)
#define GR_IMPL_AT_ROW_4D(i, j, k) \
    for (gr_index i = gr_r.at[0], j = gr_r.at[1], k = gr_r.at[2], gr_row = 1; gr_row; gr_row = 0)
#define GR_IMPL_AT_ROW_5D(i, j, k, l)                                                         \
    for (gr_index i = gr_r.at[0], j = gr_r.at[1], k = gr_r.at[2], l = gr_r.at[3], gr_row = 1; \
         gr_row; gr_row = 0)
#define GR_IMPL_AT_ROW_6D(i, j, k, l, m)                                                          \
    for (gr_index i = gr_r.at[0], j = gr_r.at[1], k = gr_r.at[2], l = gr_r.at[3], m = gr_r.at[4], \
                  gr_row = 1;                                                                     \
         gr_row; gr_row = 0)

#define GR_IMPL_FOR_2D(label, i, j, policy) \
    GR_IMPL_FOR_ROWS(2, label, policy) GR_IMPL_AT_ROW_2D(i) GR_IMPL_FOR_ROW(j)
#define GR_IMPL_FOR_3D(label, i, j, k, policy) \
    GR_IMPL_FOR_ROWS(3, label, policy) GR_IMPL_AT_ROW_3D(i, j) GR_IMPL_FOR_ROW(k)
#define GR_IMPL_FOR_4D(label, i, j, k, l, policy) \
    GR_IMPL_FOR_ROWS(4, label, policy) GR_IMPL_AT_ROW_4D(i, j, k) GR_IMPL_FOR_ROW(l)
#define GR_IMPL_FOR_5D(label, i, j, k, l, m, policy) \
    GR_IMPL_FOR_ROWS(5, label, policy) GR_IMPL_AT_ROW_5D(i, j, k, l) GR_IMPL_FOR_ROW(m)
#define GR_IMPL_FOR_6D(label, i, j, k, l, m, n, policy) \
    GR_IMPL_FOR_ROWS(6, label, policy) GR_IMPL_AT_ROW_6D(i, j, k, l, m) GR_IMPL_FOR_ROW(n)

/* The loops right around a body that is not the body of an `omp simd` loop itself. `break` would
 * end the inner one with gr_left still 1; where there is none the compiler sees that at any level of
 * optimisation, and the call with its error is gone. Without optimisation it is a check at run time. */
#ifdef __OPTIMIZE__
void gr_impl_break_in_body(const gr_impl_launch *launch)
    __attribute__((error("a kernel body is left by break: use GR_CONTINUE to end one iteration")));
#else
#define gr_impl_break_in_body gr_impl_body_was_left
#endif
#define GR_IMPL_BODY                                                        \
    for (int gr_left = 1; gr_left != 2;                                     \
         gr_left == 0 ? (void)0 : gr_impl_break_in_body(gr_p), gr_left = 2) \
        for (; gr_left; gr_left = 0)

/* What differs between the kinds of reducers: the lanes of partial results are arrays of scalars,
 * for compilers keep those in vector registers and arrays of structs not. */
/* CHECK: the variable has the type that the reducer names. RESET: the identity of each member. */
#define GR_IMPL_CHECK(k, kind, ...) GR_IMPL_CHECK_##kind(k, __VA_ARGS__)
#define GR_IMPL_CHECK_TYPE(a, T)                                         \
    GR_IMPL_STATIC_CHECK(__builtin_types_compatible_p(__typeof__(a), T), \
                         "the variable of a reducer has another type than the reducer names");
#define GR_IMPL_CHECK_SCALAR(k, T, v, identity, join, argument) \
    GR_IMPL_CHECK_TYPE(v, T) v = identity;
#define GR_IMPL_CHECK_USER(k, T, v, identity, join, argument) GR_IMPL_CHECK_TYPE(v, T) v = identity;
#define GR_IMPL_CHECK_LOC(k, T, v, identity, join, argument) \
    GR_IMPL_CHECK_TYPE(v.value, T) v.value = identity;       \
    v.location = GR_NO_LOCATION;
#define GR_IMPL_CHECK_MINMAX(k, T, v, identity, join, argument) \
    GR_IMPL_CHECK_TYPE(v.min, T) v.min = GR_IMPL_HIGHEST(T);    \
    v.max = GR_IMPL_LOWEST(T);

/* SIZE: bytes of one chunk's result. */
#define GR_IMPL_SIZE(k, kind, T, v, identity, join, argument) sizeof(v),

/* LANES: one-shot loops that hold the partial results of a chunk, and store its result at the end. */
#define GR_IMPL_LANES_OF(T, name, start) \
    for (T name[GR_IMPL_WIDTH] = {[0 ... GR_IMPL_WIDTH - 1] = start}; gr_chunk
#define GR_IMPL_LANES(k, kind, ...) GR_IMPL_LANES_##kind(k, __VA_ARGS__)
#define GR_IMPL_LANES_SCALAR(k, T, v, identity, join, argument) \
    GR_IMPL_LANES_OF(T, gr_lane_##k, identity);                 \
    gr_chunk = 0, GR_IMPL_TREE_SCALAR(k, T, join, argument),                     \
    ((T *)gr_p->partial[k])[gr_unit] = gr_lane_##k[0])
#define GR_IMPL_LANES_USER GR_IMPL_LANES_SCALAR
#define GR_IMPL_LANES_LOC(k, T, v, identity, join, argument)             \
    GR_IMPL_LANES_OF(T, gr_lane_##k, identity); gr_chunk = 0)                    \
    GR_IMPL_LANES_OF(gr_index, gr_location_##k, GR_NO_LOCATION);         \
    gr_chunk = 0, GR_IMPL_TREE_LOC(k, join),                                     \
    ((__typeof__(v) *)gr_p->partial[k])[gr_unit].value = gr_lane_##k[0],         \
    ((__typeof__(v) *)gr_p->partial[k])[gr_unit].location = gr_location_##k[0])
#define GR_IMPL_LANES_MINMAX(k, T, v, identity, join, argument)         \
    GR_IMPL_LANES_OF(T, gr_lane_##k, GR_IMPL_HIGHEST(T)); gr_chunk = 0)          \
    GR_IMPL_LANES_OF(T, gr_high_##k, GR_IMPL_LOWEST(T));                \
    gr_chunk = 0, GR_IMPL_TREE_MINMAX(k, T),                                     \
    ((__typeof__(v) *)gr_p->partial[k])[gr_unit].min = gr_lane_##k[0],           \
    ((__typeof__(v) *)gr_p->partial[k])[gr_unit].max = gr_high_##k[0])

/* TREE: join the lanes, each with the one half the width further on. */
#define GR_IMPL_TREE(statement)                                        \
    (__extension__({                                                   \
        GR_IMPL_PRAGMA(GCC unroll 5)                                   \
        for (int gr_half = GR_IMPL_WIDTH / 2; gr_half; gr_half /= 2) { \
            for (int gr_q = 0; gr_q < gr_half; ++gr_q) {               \
                statement                                              \
            }                                                          \
        }                                                              \
    }))
#define GR_IMPL_TREE_SCALAR(k, T, join, argument) \
    GR_IMPL_TREE(gr_lane_##k[gr_q] =              \
                     join(T, argument, gr_lane_##k[gr_q], gr_lane_##k[gr_q + gr_half]);)
#define GR_IMPL_TREE_LOC(k, before)                                                                \
    GR_IMPL_TREE(const bool gr_take =                                                              \
                     before(gr_lane_##k[gr_q], gr_location_##k[gr_q], gr_lane_##k[gr_q + gr_half], \
                            gr_location_##k[gr_q + gr_half]);                                      \
                 gr_lane_##k[gr_q] = gr_lane_##k[gr_take ? gr_q + gr_half : gr_q];                 \
                 gr_location_##k[gr_q] = gr_location_##k[gr_take ? gr_q + gr_half : gr_q];)
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
#define GR_IMPL_RESULT_LOC(k, T, v, identity, join, argument)                   \
    for (__typeof__(v) v = {gr_lane_##k[gr_l], gr_location_##k[gr_l]}; gr_body; \
         gr_lane_##k[gr_l] = v.value, gr_location_##k[gr_l] = v.location, gr_body = 0)
#define GR_IMPL_RESULT_MINMAX(k, T, v, identity, join, argument)            \
    for (__typeof__(v) v = {gr_lane_##k[gr_l], gr_high_##k[gr_l]}; gr_body; \
         gr_lane_##k[gr_l] = v.min, gr_high_##k[gr_l] = v.max, gr_body = 0)

/* FINISH: the chunk results, joined as if each were an element: chunk c in lane c mod 32. */
#define GR_IMPL_FINISH(k, kind, ...) GR_IMPL_FINISH_##kind(k, __VA_ARGS__)
#define GR_IMPL_FINISH_SCALAR(k, T, v, identity, join, argument)                         \
    {                                                                                    \
        const T *gr_part = (const T *)gr_launch.partial[k];                              \
                                                                                         \
        v = gr_part[0];                                                                  \
        if (gr_launch.end > 1) {                                                         \
            T gr_lane_##k[GR_IMPL_WIDTH] = {[0 ... GR_IMPL_WIDTH - 1] = identity};       \
                                                                                         \
            for (gr_index gr_c = 0; gr_c < gr_launch.end; ++gr_c) {                      \
                gr_lane_##k[gr_c % GR_IMPL_WIDTH] =                                      \
                    join(T, argument, gr_lane_##k[gr_c % GR_IMPL_WIDTH], gr_part[gr_c]); \
            }                                                                            \
            GR_IMPL_TREE_SCALAR(k, T, join, argument);                                   \
            v = gr_lane_##k[0];                                                          \
        }                                                                                \
    }
#define GR_IMPL_FINISH_USER GR_IMPL_FINISH_SCALAR
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
#define GR_IMPL_BEGIN_REDUCE(rank, label, policy, ...)                                          \
    (__extension__({                                                                            \
        const gr_range_##rank##d_policy gr_policy = (policy);                                   \
        const size_t gr_bytes[] = {GR_IMPL_EACH(GR_IMPL_SIZE, __VA_ARGS__)};                    \
                                                                                                \
        GR_IMPL_EACH(GR_IMPL_CHECK, __VA_ARGS__)                                                \
        gr_impl_begin_reduce(&gr_launch, GR_IMPL_SITE(label), gr_policy.lo, gr_policy.hi, rank, \
                             &gr_policy.options, (int)(sizeof gr_bytes / sizeof *gr_bytes),     \
                             gr_bytes);                                                         \
    }))
#define GR_IMPL_REDUCE_ROUNDS(rank, label, policy, ...)                                            \
    for (gr_impl_launch gr_launch, *gr_p = GR_IMPL_BEGIN_REDUCE(rank, label, policy, __VA_ARGS__); \
         gr_p; __extension__({                                                                     \
             gr_p = gr_impl_launch_end(gr_p);                                                      \
             if (!gr_p) {                                                                          \
                 GR_IMPL_EACH(GR_IMPL_FINISH, __VA_ARGS__)                                         \
             }                                                                                     \
         }))

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

/* The block over the elements lo..hi, which begin at lane 0. Full sets of 32 lanes first, then the
 * rest: the compiler sees two loops, the first with a constant number of lanes. */
#define GR_IMPL_IN_LANES(i, row_lo, row_hi, ...)                                                \
    for (gr_index gr_lo = row_lo, gr_hi = row_hi,                                               \
                  gr_mid = gr_lo + (gr_hi - gr_lo) / GR_IMPL_WIDTH * GR_IMPL_WIDTH, gr_row = 1; \
         gr_row; gr_row = 0)                                                                    \
        GR_IMPL_PRAGMA(GCC unroll 2)                                                            \
    for (int gr_rest = 0; gr_rest < 2; ++gr_rest)                                               \
        for (gr_index gr_b = gr_rest ? gr_mid : gr_lo; gr_b < (gr_rest ? gr_hi : gr_mid);       \
             gr_b += GR_IMPL_WIDTH)                                                             \
            GR_IMPL_SIMD_LANES                                                                  \
    for (int gr_l = 0; gr_l < (gr_rest ? (int)(gr_hi - gr_b) : GR_IMPL_WIDTH); ++gr_l)          \
        for (gr_index i = gr_b + gr_l, gr_body = 1; gr_body; gr_body = 0)                       \
            GR_IMPL_EACH(GR_IMPL_RESULT, __VA_ARGS__)                                           \
    GR_IMPL_BODY

#define GR_IMPL_REDUCE_1D(label, i, policy, ...)                                                 \
    GR_IMPL_REDUCE_ROUNDS(1, label, policy, __VA_ARGS__)                                         \
    GR_IMPL_CHUNKS_OF_SPAN(__VA_ARGS__)                                                          \
    for (gr_span gr_e = gr_impl_chunk_span(gr_p, gr_unit); gr_e.lo < gr_e.hi; gr_e.hi = gr_e.lo) \
    GR_IMPL_IN_LANES(i, gr_e.lo, gr_e.hi, __VA_ARGS__)

#define GR_IMPL_REDUCE_ROWS(rank, label, policy, ...)                                \
    GR_IMPL_REDUCE_ROUNDS(rank, label, policy, __VA_ARGS__)                          \
    GR_IMPL_CHUNKS_OF_SPAN(__VA_ARGS__)                                              \
    for (gr_impl_rows gr_r = gr_impl_chunk_rows(gr_p, rank, gr_unit); gr_r.left > 0; \
         gr_impl_rows_next(&gr_r, gr_p, rank))
#define GR_IMPL_REDUCE_2D(label, i, j, policy, ...)    \
    GR_IMPL_REDUCE_ROWS(2, label, policy, __VA_ARGS__) \
    GR_IMPL_AT_ROW_2D(i) GR_IMPL_IN_LANES(j, gr_r.lo, gr_r.hi, __VA_ARGS__)
#define GR_IMPL_REDUCE_3D(label, i, j, k, policy, ...) \
    GR_IMPL_REDUCE_ROWS(3, label, policy, __VA_ARGS__) \
    GR_IMPL_AT_ROW_3D(i, j) GR_IMPL_IN_LANES(k, gr_r.lo, gr_r.hi, __VA_ARGS__)
#define GR_IMPL_REDUCE_4D(label, i, j, k, l, policy, ...) \
    GR_IMPL_REDUCE_ROWS(4, label, policy, __VA_ARGS__)    \
    GR_IMPL_AT_ROW_4D(i, j, k) GR_IMPL_IN_LANES(l, gr_r.lo, gr_r.hi, __VA_ARGS__)
#define GR_IMPL_REDUCE_5D(label, i, j, k, l, m, policy, ...) \
    GR_IMPL_REDUCE_ROWS(5, label, policy, __VA_ARGS__)       \
    GR_IMPL_AT_ROW_5D(i, j, k, l) GR_IMPL_IN_LANES(m, gr_r.lo, gr_r.hi, __VA_ARGS__)
#define GR_IMPL_REDUCE_6D(label, i, j, k, l, m, n, policy, ...) \
    GR_IMPL_REDUCE_ROWS(6, label, policy, __VA_ARGS__)          \
    GR_IMPL_AT_ROW_6D(i, j, k, l, m) GR_IMPL_IN_LANES(n, gr_r.lo, gr_r.hi, __VA_ARGS__)

#include <granum/impl/host_scan.h>

#endif
