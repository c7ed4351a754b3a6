/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_sim_device.c
 * @brief What users ask about devices, and work on one while the host runs out of memory.
 *
 * Oracle: formulas; after each allocation that failed the same work is done again, and is right.
 */
#include "test_sim_stream.h"

#include "support/outcome.h"

#include <granum/device.h>
#include <granum/graph.h>
#include <granum/initialize.h>
#include <granum/memory.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { N = 20000 };

Test(sim_device, describes_itself, .timeout = 20) {
    gr_device_info info;

    setenv("GRANUM_SIM_WARP", "64", 1);
    SUCCEEDS(gr_device_describe(0, &info));
    cr_assert_str_eq(info.backend, "sim");
    cr_assert_str_eq(info.architecture, "sim64");
    cr_assert(eq(int, info.warp, 64));
    cr_assert(info.name[0] != '\0');
    cr_assert(gt(sz, info.shared, 0));
    cr_assert(gt(sz, info.memory, 0));
    cr_assert(le(sz, info.free_memory, info.memory));
}

Test(sim_device, what_cannot_be_described, .timeout = 20) {
    gr_device_info info;

    FAILS(gr_device_describe(0, NULL), GR_INVALID_ARG, "info = NULL, expected a place for it");
    FAILS(gr_device_describe(1, &info), GR_INVALID_ARG, "device = 1, expected 0..0");
    FAILS(gr_device_describe(-1, &info), GR_INVALID_ARG, "device = -1, expected 0..0");
}

Test(sim_device, the_configuration_names_it, .timeout = 20) {
    char text[8000] = "";
    FILE *out = fmemopen(text, sizeof text - 1, "w");

    cr_assert(out != NULL);
    gr_print_configuration(out);
    fclose(out);
    cr_assert(strstr(text, "sim: ") != NULL, "%s", text);
}

/* Work of each kind; 0 where something failed, which the calls have said. */
static double work(void) {
    gr_view1_f64 x, y, host;
    gr_graph *graph = NULL;
    gr_node range, device, scan, copy;
    step s = {.add = 1}, t = {.add = 0};
    int calls = 0;
    double result = 0;
    bool good;

    good = GR_CREATE_IN(&x, GR_DEVICE, "x", N) == GR_SUCCESS;
    good = GR_CREATE_IN(&y, GR_DEVICE, "y", N) == GR_SUCCESS && good;
    good = GR_MIRROR(&host, x) == GR_SUCCESS && good;
    if (good) {
        s.to = s.from = t.from = x;
        t.to = y;
        s.calls = t.calls = &calls;
        for (gr_index i = 0; i < N; i++) {
            GR_AT(host, i) = 1;
        }
        good =
            gr_deep_copy(GR_ANY(x), GR_ANY(host)) == GR_SUCCESS &&
            gr_graph_create(&graph, "graph") == GR_SUCCESS &&
            gr_graph_add_range(graph, &range, "range", step_range, N, &s, sizeof s) == GR_SUCCESS &&
            gr_graph_add_device(graph, &device, "device", step_device, &s, sizeof s) ==
                GR_SUCCESS &&
            gr_graph_add_scan(graph, &scan, "scan", step_scan, N, &t, sizeof t) == GR_SUCCESS &&
            gr_graph_add_copy(graph, &copy, "copy", GR_ANY(host), GR_ANY(y)) == GR_SUCCESS &&
            gr_graph_after(graph, device, range) == GR_SUCCESS &&
            gr_graph_after(graph, scan, device) == GR_SUCCESS &&
            gr_graph_after(graph, copy, scan) == GR_SUCCESS &&
            gr_graph_instantiate(graph) == GR_SUCCESS;
        for (int k = 0; k < 3 && good; k++) {
            good = gr_graph_submit(graph, GR_DEFAULT_INSTANCE) == GR_SUCCESS;
        }
        good = gr_fence() == GR_SUCCESS && good;
        if (good) {
            result = GR_AT(host, N - 1) + sum_of(x, GR_DEFAULT_INSTANCE);
            good = gr_fence() == GR_SUCCESS;
        }
    }
    if (graph) {
        SUCCEEDS(gr_graph_destroy(&graph));
    }
    SUCCEEDS(GR_RELEASE(&host));
    SUCCEEDS(GR_RELEASE(&y));
    SUCCEEDS(GR_RELEASE(&x));
    return good ? result : 0;
}

Test(sim_device, the_host_may_run_out_of_memory_anywhere, .timeout = 120) {
    /* x is 7 after six additions, and the exclusive sums of N of them end with 7 (N - 1). */
    const double expected = 7.0 * (N - 1) + 7.0 * N;
    bool failed = true;

    setenv("GRANUM_SIM_CHUNK", "65536", 1);
    for (int n = 0; n < 200 && failed; n++) {
        double result;

        SUCCEEDS(gr_initialize(NULL));
        gr_impl_fail_allocation_after(n);
        result = work();
        failed = gr_impl_fail_allocation_after(-1) < 0;
        (void)!gr_fence();
        cr_assert(result == 0 || result == expected, "allocation %d: %g, not %g", n, result,
                  expected);
        cr_assert(failed || result == expected);
        cr_assert(eq(dbl, work(), expected), "after allocation %d", n);
        SUCCEEDS(gr_finalize());
        cr_assert(eq(sz, gr_memory_used(GR_HOST), 0));
        cr_assert(eq(sz, gr_memory_used(GR_DEVICE), 0));
    }
    cr_assert(not(failed));
}
