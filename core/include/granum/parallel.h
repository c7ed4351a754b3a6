/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file parallel.h
 * @brief parallel_for: run a block once for each index of a range.
 *
 *     GR_PARALLEL_FOR("axpy", i, gr_range(0, n)) {
 *         GR_AT(y, i) += a * GR_AT(x, i);
 *     };
 *
 *     GR_PARALLEL_FOR_2D("jacobi", i, j, gr_range_2d(1, n - 1, 1, m - 1)) {
 *         GR_AT(b, i, j) = 0.25 * (GR_AT(a, i, j - 1) + GR_AT(a, i, j + 1)
 *                                  + GR_AT(a, i - 1, j) + GR_AT(a, i + 1, j));
 *     };
 *
 * A launch is a statement: its block is followed by `};`. The block sees read-only copies of the
 * enclosing function's variables (writing one is an error of the program; the lambda backend
 * rejects it at compile time) and may run in any order and on any thread. The label may be left
 * out. `return` and `break` out of the block do not compile; GR_CONTINUE ends one iteration.
 *
 * A launch reports nothing by itself: gr_fence() answers what went wrong.
 */
#ifndef GRANUM_PARALLEL_H
#define GRANUM_PARALLEL_H

#include <granum/backend.h>
#include <granum/range.h>
#include <granum/status.h>

/**
 * @brief Leave this iteration: the one spelling on every backend.
 *
 * Only at the top level of a block: inside a loop of the block's own it would end that loop's
 * iteration on the host and the whole one on a GPU.
 *
 * Expansion: host    continue
 *            lambda  return
 */
#define GR_CONTINUE GR_IMPL_CONTINUE

/**
 * @brief Put before a function that kernel bodies call: GR_FUNCTION double square(double x) {...}
 *
 * Expansion: host    static inline
 */
#define GR_FUNCTION GR_IMPL_FUNCTION

/**
 * @brief A table of constants for kernel bodies, read as a function: at file scope
 * GR_CONSTANT_TABLE(double, weight, 0.25, 0.5, 0.25) and in a body weight(k).
 *
 * File-scope variables cannot be used in a body: a GPU has none of them.
 */
#define GR_CONSTANT_TABLE(T, name, ...)            \
    GR_FUNCTION T name(gr_index gr_table_index) {  \
        static const T gr_table[] = {__VA_ARGS__}; \
        return gr_table[gr_table_index];           \
    }

GR_EXTERN_C_BEGIN

/** @brief printf for kernel bodies, on every backend; lines of different threads do not mix. */
GR_API int gr_printf(const char *format, ...) __attribute__((format(printf, 1, 2)));

GR_EXTERN_C_END

/* Devices that cannot call C functions with "..." bring their own. */
#ifdef GR_IMPL_PRINTF
#define gr_printf(...) GR_IMPL_PRINTF(__VA_ARGS__)
#endif

/* The macro behind a launch by the number of its arguments: the label may be missing. */
#define GR_IMPL_BY_COUNT(...) GR_IMPL_BY_COUNT_AT(__VA_ARGS__)
#define GR_IMPL_BY_COUNT_AT(a, b, c, d, e, f, g, h, i, selected, ...) selected
#define GR_IMPL_WRONG(text) for (GR_IMPL_STATIC_CHECK(0, text);;)

/**
 * @brief GR_PARALLEL_FOR([label,] i, policy) { ... };
 *
 * Errors:    GR_INVALID_ARG  bounds or options of the policy     (at gr_fence)
 *            GR_IN_KERNEL    launched inside a kernel            (at gr_fence)
 * Cost:      a launch that one thread can finish sooner than threads can be woken runs on the
 *            caller; the statement learns what an iteration costs from a sample of its launches
 * Threads:   several host threads may launch at once
 * Expansion: openmp  omp parallel default(firstprivate), a span of indices a thread, omp simd
 *            lambda  gr_impl_for(...) % [=](gr_index i)
 */
#define GR_PARALLEL_FOR(...)                                                               \
    GR_IMPL_BY_COUNT(__VA_ARGS__, GR_IMPL_FOR_MANY, GR_IMPL_FOR_MANY, GR_IMPL_FOR_MANY,    \
                     GR_IMPL_FOR_MANY, GR_IMPL_FOR_MANY, GR_IMPL_FOR_MANY, GR_IMPL_FOR_1D, \
                     GR_IMPL_FOR_1D_BARE, GR_IMPL_FOR_MANY, )                              \
    (__VA_ARGS__)
#define GR_IMPL_FOR_1D_BARE(i, policy) GR_IMPL_FOR_1D("", i, policy)
#define GR_IMPL_FOR_MANY(...) GR_IMPL_WRONG("GR_PARALLEL_FOR: expected ([label,] index, policy)")

/** @brief GR_PARALLEL_FOR_2D([label,] i, j, gr_range_2d(...)) { ... }; the last index is innermost.
 *  */
#define GR_PARALLEL_FOR_2D(...)                                                                  \
    GR_IMPL_BY_COUNT(__VA_ARGS__, GR_IMPL_FOR_MANY_2D, GR_IMPL_FOR_MANY_2D, GR_IMPL_FOR_MANY_2D, \
                     GR_IMPL_FOR_MANY_2D, GR_IMPL_FOR_MANY_2D, GR_IMPL_FOR_2D,                   \
                     GR_IMPL_FOR_2D_BARE, GR_IMPL_FOR_MANY_2D, GR_IMPL_FOR_MANY_2D, )            \
    (__VA_ARGS__)
#define GR_IMPL_FOR_2D_BARE(i, j, policy) GR_IMPL_FOR_2D("", i, j, policy)
#define GR_IMPL_FOR_MANY_2D(...) \
    GR_IMPL_WRONG("GR_PARALLEL_FOR_2D: expected ([label,] 2 indices, policy)")

/** @brief As GR_PARALLEL_FOR_2D, with three indices. */
#define GR_PARALLEL_FOR_3D(...)                                                                  \
    GR_IMPL_BY_COUNT(__VA_ARGS__, GR_IMPL_FOR_MANY_3D, GR_IMPL_FOR_MANY_3D, GR_IMPL_FOR_MANY_3D, \
                     GR_IMPL_FOR_MANY_3D, GR_IMPL_FOR_3D, GR_IMPL_FOR_3D_BARE,                   \
                     GR_IMPL_FOR_MANY_3D, GR_IMPL_FOR_MANY_3D, GR_IMPL_FOR_MANY_3D, )            \
    (__VA_ARGS__)
#define GR_IMPL_FOR_3D_BARE(i, j, k, policy) GR_IMPL_FOR_3D("", i, j, k, policy)
#define GR_IMPL_FOR_MANY_3D(...) \
    GR_IMPL_WRONG("GR_PARALLEL_FOR_3D: expected ([label,] 3 indices, policy)")

/** @brief As GR_PARALLEL_FOR_2D, with four indices. */
#define GR_PARALLEL_FOR_4D(...)                                                                  \
    GR_IMPL_BY_COUNT(__VA_ARGS__, GR_IMPL_FOR_MANY_4D, GR_IMPL_FOR_MANY_4D, GR_IMPL_FOR_MANY_4D, \
                     GR_IMPL_FOR_4D, GR_IMPL_FOR_4D_BARE, GR_IMPL_FOR_MANY_4D,                   \
                     GR_IMPL_FOR_MANY_4D, GR_IMPL_FOR_MANY_4D, GR_IMPL_FOR_MANY_4D, )            \
    (__VA_ARGS__)
#define GR_IMPL_FOR_4D_BARE(i, j, k, l, policy) GR_IMPL_FOR_4D("", i, j, k, l, policy)
#define GR_IMPL_FOR_MANY_4D(...) \
    GR_IMPL_WRONG("GR_PARALLEL_FOR_4D: expected ([label,] 4 indices, policy)")

/** @brief As GR_PARALLEL_FOR_2D, with five indices. */
#define GR_PARALLEL_FOR_5D(...)                                                             \
    GR_IMPL_BY_COUNT(__VA_ARGS__, GR_IMPL_FOR_MANY_5D, GR_IMPL_FOR_MANY_5D, GR_IMPL_FOR_5D, \
                     GR_IMPL_FOR_5D_BARE, GR_IMPL_FOR_MANY_5D, GR_IMPL_FOR_MANY_5D,         \
                     GR_IMPL_FOR_MANY_5D, GR_IMPL_FOR_MANY_5D, GR_IMPL_FOR_MANY_5D, )       \
    (__VA_ARGS__)
#define GR_IMPL_FOR_5D_BARE(i, j, k, l, m, policy) GR_IMPL_FOR_5D("", i, j, k, l, m, policy)
#define GR_IMPL_FOR_MANY_5D(...) \
    GR_IMPL_WRONG("GR_PARALLEL_FOR_5D: expected ([label,] 5 indices, policy)")

/** @brief As GR_PARALLEL_FOR_2D, with six indices. */
#define GR_PARALLEL_FOR_6D(...)                                                             \
    GR_IMPL_BY_COUNT(__VA_ARGS__, GR_IMPL_FOR_MANY_6D, GR_IMPL_FOR_6D, GR_IMPL_FOR_6D_BARE, \
                     GR_IMPL_FOR_MANY_6D, GR_IMPL_FOR_MANY_6D, GR_IMPL_FOR_MANY_6D,         \
                     GR_IMPL_FOR_MANY_6D, GR_IMPL_FOR_MANY_6D, GR_IMPL_FOR_MANY_6D, )       \
    (__VA_ARGS__)
#define GR_IMPL_FOR_6D_BARE(i, j, k, l, m, n, policy) GR_IMPL_FOR_6D("", i, j, k, l, m, n, policy)
#define GR_IMPL_FOR_MANY_6D(...) \
    GR_IMPL_WRONG("GR_PARALLEL_FOR_6D: expected ([label,] 6 indices, policy)")

#endif
