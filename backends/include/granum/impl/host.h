/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file impl/host.h
 * @brief The kernel language for C compilers with OpenMP: what the serial and openmp backends
 * share.
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

/* Expansions that only some files want: their public headers include them. */
#define GR_IMPL_REDUCE_ARRAY_HEADER <granum/impl/host_reduce_array.h>
#define GR_IMPL_SCAN_SEGMENTED_HEADER <granum/impl/host_scan_segmented.h>
#define GR_IMPL_RESULTS_HEADER <granum/impl/host_results.h>

#define GR_IMPL_CONTINUE continue
/* A body need not use its indices. */
#define GR_IMPL_UNUSED __attribute__((unused))
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

/* The static record of a launch statement. Statements are C here; a C++ compiler says so before it
 * says anything else. */
#ifdef __cplusplus
#define GR_IMPL_ONLY_C \
    GR_IMPL_PRAGMA(GCC error "granum: kernels of this backend are C, expected them in a .c file")
#else
#define GR_IMPL_ONLY_C
#endif
#define GR_IMPL_SITE(label)                                                                  \
    (__extension__({                                                                         \
        GR_IMPL_ONLY_C                                                                       \
        static gr_site gr_here = {label, __FILE__, __LINE__, GR_IMPL_HOST_THREADS, 0, 0, 0}; \
        &gr_here;                                                                            \
    }))

/* The caller's side: one round of the launch an iteration; begin makes the first. */
#define GR_IMPL_ROUNDS(begin) \
    for (gr_impl_launch gr_launch, *gr_p = begin; gr_p; gr_p = gr_impl_launch_end(gr_p))

/* The threads' side. */
#define GR_IMPL_REGION                                                       \
    GR_IMPL_PRAGMA(omp parallel default(firstprivate) if (gr_p->threads > 1) \
                       num_threads(gr_p->threads))

#define GR_IMPL_SPANS \
    GR_IMPL_REGION    \
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

#define GR_IMPL_IS_LEFT(policy) \
    __builtin_types_compatible_p(__typeof__(policy), __typeof__(*(policy).left))
#define GR_IMPL_SAME_RANK(policy, rank)                 \
    GR_IMPL_STATIC_CHECK(                               \
        sizeof(policy).lo == (rank) * sizeof(gr_index), \
        "the policy has another number of dimensions than the statement has indices")
#define GR_IMPL_BEGIN_ROWS(rank, label, policy)                                                   \
    (__extension__({                                                                              \
        const __auto_type gr_policy = (policy);                                                   \
                                                                                                  \
        GR_IMPL_SAME_RANK(gr_policy, rank);                                                       \
        gr_impl_begin_rows(&gr_launch, GR_IMPL_SITE(label), gr_policy.lo, gr_policy.hi,           \
                           gr_policy.tile, rank, GR_IMPL_IS_LEFT(gr_policy), &gr_policy.options); \
    }))
/* Boxes of a span of rows, and the loops over one; bounds are copied, so that compilers need not
 * fear that the body changes them. */
#define GR_IMPL_BOXES(rank, first_box)                                                       \
    for (gr_impl_box gr_box = first_box; gr_box.more; gr_impl_box_next(&gr_box, gr_p, rank)) \
        for (int gr_go = 1; gr_go; gr_go = 0)                                                \
            for (const gr_impl_bounds gr_x = gr_box.at; gr_go; gr_go = 0)
#define GR_IMPL_LEVEL(d, i) for (gr_index i = gr_x.lo[d]; i < gr_x.hi[d]; ++i)
#define GR_IMPL_OUTER_2D(i) GR_IMPL_LEVEL(0, i)
#define GR_IMPL_OUTER_3D(i, j) GR_IMPL_OUTER_2D(i) GR_IMPL_LEVEL(1, j)
#define GR_IMPL_OUTER_4D(i, j, k) GR_IMPL_OUTER_3D(i, j) GR_IMPL_LEVEL(2, k)
#define GR_IMPL_OUTER_5D(i, j, k, l) GR_IMPL_OUTER_4D(i, j, k) GR_IMPL_LEVEL(3, l)
#define GR_IMPL_OUTER_6D(i, j, k, l, m) GR_IMPL_OUTER_5D(i, j, k, l) GR_IMPL_LEVEL(4, m)

/* The loops of parallel_for. In right order the first index is outermost. In left order the
 * geometry has the indices in reverse; loops over all but the first come before the others, which
 * then have one iteration. gr_turn is a constant, so each launch keeps the loops of its order. */
#define GR_IMPL_FOR_ROWS(rank, label, policy)                             \
    GR_IMPL_ROUNDS(GR_IMPL_BEGIN_ROWS(rank, label, policy))               \
    GR_IMPL_SPANS                                                         \
    GR_IMPL_BOXES(rank, gr_impl_boxes(gr_p, rank, gr_s.lo, gr_s.hi))      \
    for (const int gr_turn = GR_IMPL_IS_LEFT(policy),                     \
                   gr_whole = gr_turn || !gr_impl_is_narrow(&gr_x, rank); \
         gr_go; gr_go = 0)                                                \
    GR_IMPL_WIDTHS
/* Two copies of the loops: rows of 4, 8, 12 or 16 in steps whose length compilers know, since a
 * loop over few elements is little but its beginning and end; and rows of any length. */
#define GR_IMPL_WIDTHS                         \
    GR_IMPL_PRAGMA(GCC unroll 2)               \
    for (int gr_any = 0; gr_any < 2; ++gr_any) \
        for (int gr_now = gr_any == gr_whole; gr_now; gr_now = 0)
#define GR_IMPL_TURNED(d, j)                                \
    for (gr_index gr_turned_##j = gr_turn ? gr_x.lo[d] : 0; \
         gr_turned_##j < (gr_turn ? gr_x.hi[d] : 1); ++gr_turned_##j)
/* A condition of one comparison: gcc has no place for the annotation elsewhere, and warns. */
#define GR_IMPL_FIRST_INDEX(rank, i)                                    \
    GR_IMPL_NO_DEPENDENCE                                               \
    for (gr_index i = gr_turn ? gr_x.lo[rank - 1] : gr_x.lo[0],         \
                  gr_to_##i = gr_turn ? gr_x.hi[rank - 1] : gr_x.hi[0]; \
         i < gr_to_##i; ++i)
#define GR_IMPL_NEXT_INDEX(d, j)                            \
    for (gr_index j = gr_turn ? gr_turned_##j : gr_x.lo[d]; \
         j < (gr_turn ? gr_turned_##j + 1 : gr_x.hi[d]); ++j)
#define GR_IMPL_LAST_INDEX(d, k)                                        \
    for (gr_index gr_b = gr_turn ? gr_turned_##k : gr_x.lo[d],          \
                  gr_end = gr_turn ? gr_b + 1 : gr_x.hi[d];             \
         gr_b < gr_end; gr_b = gr_any ? gr_end : gr_b + GR_IMPL_NARROW) \
        GR_IMPL_PRAGMA(omp simd)                                        \
    for (gr_index k = gr_b; k < (gr_any ? gr_end : gr_b + GR_IMPL_NARROW); ++k)
#ifdef __clang__
#define GR_IMPL_NO_DEPENDENCE
#else
#define GR_IMPL_NO_DEPENDENCE GR_IMPL_PRAGMA(GCC ivdep)
#endif

#define GR_IMPL_TURNS_2D(j) GR_IMPL_TURNED(0, j)
#define GR_IMPL_TURNS_3D(k, j) GR_IMPL_TURNS_2D(k) GR_IMPL_TURNED(1, j)
#define GR_IMPL_TURNS_4D(l, k, j) GR_IMPL_TURNS_3D(l, k) GR_IMPL_TURNED(2, j)
#define GR_IMPL_TURNS_5D(m, l, k, j) GR_IMPL_TURNS_4D(m, l, k) GR_IMPL_TURNED(3, j)
#define GR_IMPL_TURNS_6D(n, m, l, k, j) GR_IMPL_TURNS_5D(n, m, l, k) GR_IMPL_TURNED(4, j)
#define GR_IMPL_WALK_2D(rank, i) GR_IMPL_FIRST_INDEX(rank, i)
#define GR_IMPL_WALK_3D(rank, i, j) GR_IMPL_WALK_2D(rank, i) GR_IMPL_NEXT_INDEX(1, j)
#define GR_IMPL_WALK_4D(rank, i, j, k) GR_IMPL_WALK_3D(rank, i, j) GR_IMPL_NEXT_INDEX(2, k)
#define GR_IMPL_WALK_5D(rank, i, j, k, l) GR_IMPL_WALK_4D(rank, i, j, k) GR_IMPL_NEXT_INDEX(3, l)
#define GR_IMPL_WALK_6D(rank, i, j, k, l, m) \
    GR_IMPL_WALK_5D(rank, i, j, k, l) GR_IMPL_NEXT_INDEX(4, m)
#define GR_IMPL_LOOPS_2D(i, j) GR_IMPL_TURNS_2D(j) GR_IMPL_WALK_2D(2, i) GR_IMPL_LAST_INDEX(1, j)
#define GR_IMPL_LOOPS_3D(i, j, k) \
    GR_IMPL_TURNS_3D(k, j) GR_IMPL_WALK_3D(3, i, j) GR_IMPL_LAST_INDEX(2, k)
#define GR_IMPL_LOOPS_4D(i, j, k, l) \
    GR_IMPL_TURNS_4D(l, k, j) GR_IMPL_WALK_4D(4, i, j, k) GR_IMPL_LAST_INDEX(3, l)
#define GR_IMPL_LOOPS_5D(i, j, k, l, m) \
    GR_IMPL_TURNS_5D(m, l, k, j) GR_IMPL_WALK_5D(5, i, j, k, l) GR_IMPL_LAST_INDEX(4, m)
#define GR_IMPL_LOOPS_6D(i, j, k, l, m, n) \
    GR_IMPL_TURNS_6D(n, m, l, k, j) GR_IMPL_WALK_6D(6, i, j, k, l, m) GR_IMPL_LAST_INDEX(5, n)

#define GR_IMPL_FOR_2D(label, i, j, policy) \
    GR_IMPL_FOR_ROWS(2, label, policy) GR_IMPL_LOOPS_2D(i, j)
#define GR_IMPL_FOR_3D(label, i, j, k, policy) \
    GR_IMPL_FOR_ROWS(3, label, policy) GR_IMPL_LOOPS_3D(i, j, k)
#define GR_IMPL_FOR_4D(label, i, j, k, l, policy) \
    GR_IMPL_FOR_ROWS(4, label, policy) GR_IMPL_LOOPS_4D(i, j, k, l)
#define GR_IMPL_FOR_5D(label, i, j, k, l, m, policy) \
    GR_IMPL_FOR_ROWS(5, label, policy) GR_IMPL_LOOPS_5D(i, j, k, l, m)
#define GR_IMPL_FOR_6D(label, i, j, k, l, m, n, policy) \
    GR_IMPL_FOR_ROWS(6, label, policy) GR_IMPL_LOOPS_6D(i, j, k, l, m, n)

/* The loops right around a body that is not the body of an `omp simd` loop itself. `break` would
 * end the inner one with gr_left still 1; where there is none the compiler sees that at any level
 * of
 * optimisation, and the call with its error is gone. Without optimisation it is a check at run
 * time. */
#ifdef __OPTIMIZE__
void gr_impl_break_in_body(void)
    __attribute__((error("a kernel body is left by break: use GR_CONTINUE to end one iteration")));
#else
#define gr_impl_break_in_body gr_impl_body_was_left
#endif
#define GR_IMPL_BODY                                                    \
    for (int gr_left = 1; gr_left != 2;                                 \
         gr_left == 0 ? (void)0 : gr_impl_break_in_body(), gr_left = 2) \
        for (; gr_left; gr_left = 0)

#include <granum/impl/host_reduce.h>

#include <granum/impl/host_scan.h>

#include <granum/impl/host_team.h>

#include <granum/impl/host_atomic.h>

#endif
