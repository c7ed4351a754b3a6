/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file groups.h
 * @brief The table of row groups, in the order in which they run.
 */
#ifndef PERF_TESTS_GROUPS_H
#define PERF_TESTS_GROUPS_H

/* Startup first, while nothing holds memory or threads; the sweep, which takes longest, last. */
#define BENCH_GROUPS(X) \
    X(runtime)          \
    X(launch)           \
    X(tools)            \
    X(debug)            \
    X(idle)             \
    X(heavy)            \
    X(graph)            \
    X(instance)         \
    X(stream)           \
    X(reduce)           \
    X(locate)           \
    X(scan)             \
    X(segmented)        \
    X(stencil)          \
    X(residual)         \
    X(mdrange)          \
    X(team)             \
    X(spmv)             \
    X(cg)               \
    X(dgemm)            \
    X(batched)          \
    X(copy)             \
    X(histogram)        \
    X(atomic)           \
    X(gups)             \
    X(mandelbrot)       \
    X(d2q9)             \
    X(lennard_jones)    \
    X(bfs)              \
    X(checked)          \
    X(compile)          \
    X(sweep)

#define BENCH_GROUP(name) void bench_group_##name(void);
BENCH_GROUPS(BENCH_GROUP)
#undef BENCH_GROUP

#endif
