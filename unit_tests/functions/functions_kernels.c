/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file functions_kernels.c
 * @brief Each function in a kernel of its own.
 */
#include "functions.h"

#include <math.h>

#define KERNEL(name, in_f64, in_f32, ...)                  \
    case FUNCTION_##name:                                  \
        GR_PARALLEL_FOR(#name, i, gr_range(0, n)) {        \
            const double x = GR_AT(at, i);                 \
                                                           \
            GR_AT(large, i) = in_f64;                      \
        };                                                 \
        GR_PARALLEL_FOR(#name " f32", i, gr_range(0, n)) { \
            const float x = (float)GR_AT(at, i);           \
                                                           \
            GR_AT(small, i) = in_f32;                      \
        };                                                 \
        break;

gr_status functions_values(int which, gr_index n, const double *points, double *f64, float *f32) {
    gr_view1_f64 at, large;
    gr_view1_f32 small;
    gr_view1_f64_right host;
    gr_view1_f32_right host_small;

    GR_TRY(GR_CREATE(&at, "points", n));
    GR_TRY(GR_CREATE(&large, "f64", n));
    GR_TRY(GR_CREATE(&small, "f32", n));
    GR_TRY(GR_WRAP(&host, (double *)points, n));
    GR_TRY(gr_deep_copy(GR_ANY(at), GR_ANY(host)));
    switch (which) { FUNCTIONS(KERNEL) }
    GR_TRY(gr_fence());
    GR_TRY(GR_WRAP(&host, f64, n));
    GR_TRY(gr_deep_copy(GR_ANY(host), GR_ANY(large)));
    GR_TRY(GR_WRAP(&host_small, f32, n));
    GR_TRY(gr_deep_copy(GR_ANY(host_small), GR_ANY(small)));
    GR_TRY(GR_RELEASE(&at));
    GR_TRY(GR_RELEASE(&large));
    return GR_RELEASE(&small);
}
