/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_launch_errors_kernels.c
 * @brief The kernels of test_launch_errors.c.
 */
#include "test_launch_errors.h"

#include <granum/granum.h>

GR_FUNCTION void count(long *bodies) {
    __atomic_fetch_add(bodies, 1, __ATOMIC_RELAXED);
}

double launch_1d(int kind, gr_index lo, gr_index hi, gr_options options, long *bodies) {
    gr_range_1d_policy range = gr_range(lo, hi);
    double sum = 0.0;

    range.options = options;
    if (kind == LAUNCH_FOR) {
        GR_PARALLEL_FOR("wrong for", i, range) {
            count(bodies);
        };
    } else if (kind == LAUNCH_REDUCE) {
        GR_PARALLEL_REDUCE("wrong reduce", i, range, GR_PROD(double, sum)) {
            count(bodies);
            sum *= 2.0;
        };
    } else {
        GR_PARALLEL_SCAN("wrong scan", i, range, GR_SUM(double, prefix), final) {
            count(bodies);
            prefix += 1.0;
        };
    }
    return sum;
}

double launch_3d(int kind, const gr_index lo[3], const gr_index hi[3], gr_options options,
                 long *bodies) {
    gr_range_3d_policy range = gr_range_3d(lo[0], hi[0], lo[1], hi[1], lo[2], hi[2]);
    double sum = 0.0;

    range.options = options;
    if (kind == LAUNCH_FOR) {
        GR_PARALLEL_FOR_3D("wrong for", i, j, k, range) {
            count(bodies);
        };
    } else {
        GR_PARALLEL_REDUCE_3D("wrong reduce", i, j, k, range, GR_MIN(double, sum)) {
            count(bodies);
            sum = 0.0;
        };
    }
    return sum;
}

void launch_without_label(void) {
    GR_PARALLEL_FOR(i, gr_range(1, 0)) {};
}

/* A launch in a function that bodies call: a person's library may do so without knowing. */
static void __attribute__((noinline)) inner_launch(int kind, long *bodies) {
    const gr_options options = {GR_AUTO, GR_STATIC, GR_AUTO, {0}};

    launch_1d(kind, 0, 10, options, bodies);
}

long launch_in_kernel(int inner, gr_index n, int threads, long *outer) {
    long bodies = 0;
    long *counter = &bodies;

    GR_PARALLEL_FOR("outer", i, gr_with_threads(gr_range(0, n), threads)) {
        inner_launch(inner, counter);
        count(outer);
    };
    return bodies;
}

typedef struct wide {
    double x[8];
} wide;

GR_FUNCTION wide add_wide(wide a, wide b) {
    for (int k = 0; k < 8; k++) {
        a.x[k] += b.x[k];
    }
    return a;
}

#define WIDE(name) GR_REDUCER(wide, name, (GR_IMPL_LITERAL(wide){{0}}), add_wide)

double launch_eight(gr_index n) {
    wide a, b, c;
    double d, e, f;
    float g;
    int64_t h;

    GR_PARALLEL_REDUCE("eight", i, gr_range(0, n), WIDE(a), WIDE(b), WIDE(c), GR_SUM(double, d),
                       GR_MAX(double, e), GR_MIN(double, f), GR_SUM(float, g), GR_SUM(int64_t, h)) {
        a.x[i % 8] += 1.0;
        b.x[7] += 1.0;
        c.x[0] += 1.0;
        d += 1.0;
        e = 1.0;
        f = 1.0;
        g += 1.0f;
        h += 1;
    };
    return a.x[0] + a.x[7] + b.x[7] + c.x[0] + d + e + f + (double)g + (double)h;
}
