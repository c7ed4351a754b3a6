/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file bench_runtime.c
 * @brief What do the library's own calls cost: start and stop, fence, a View's life?
 */
#include "harness/bench.h"
#include "harness/groups.h"
#include "runtime.h"

#include <math.h>

/* Whether any call of this file failed since the last look. */
static bool failed;

static double error(void *data) {
    const bool bad = failed;

    (void)data;
    failed = false;
    return bad ? INFINITY : 0;
}

static void initialize_granum(void *data) {
    (void)data;
    failed = gr_initialize(NULL) != GR_SUCCESS || gr_finalize() != GR_SUCCESS || failed;
}

static void fence_granum(void *data) {
    (void)data;
    failed = gr_fence() != GR_SUCCESS || failed;
}

static void view_create_granum(void *data) {
    gr_view1_f64 v;

    (void)data;
    failed = GR_CREATE(&v, "v", 1000) != GR_SUCCESS || GR_AT(v, 999) != 0 || failed;
    GR_RELEASE(&v);
}

void bench_group_runtime(void) {
    const bench_row initialize = {.name = "runtime.initialize",
                                  .n = 1,
                                  .run = {initialize_granum, NULL, NULL},
                                  .error = error,
                                  .target = {BENCH_ABSOLUTE, 50e-6}};
    const bench_row fence = {.name = "runtime.fence",
                             .n = 1,
                             .run = {fence_granum, NULL, NULL},
                             .error = error,
                             .target = {BENCH_ABSOLUTE, 10e-9}};
    const bench_row create = {.name = "view.create.f64",
                              .n = 1000,
                              .error = error,
                              .run = {view_create_granum, view_create_twin, NULL},
                              .target = {BENCH_RATIO, 1.5}};

    /* This program's own use of the library would hide the first start and the last stop. */
    if (bench_wants(initialize.name, initialize.n) && bench_made(gr_finalize())) {
        bench_measure(&initialize);
        bench_made(gr_initialize(NULL));
    }
    if (bench_wants(fence.name, fence.n))
        bench_measure(&fence);
    if (bench_wants(create.name, create.n))
        bench_measure(&create);
}
