/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file bench_tools.c
 * @brief What do tools cost a launch? Ten thousand launches of one element, and some of a triad and
 * of a 27-point stencil, heard by a tool; the twin is the same launches unheard.
 *
 * tools.idle compares launches that nobody hears with those of a library that never asks, in two
 * programs of their own.
 */
#include "bench_config.h"
#include "debug_data.h"
#include "harness/bench.h"
#include "harness/groups.h"
#include "helper/child.h"
#include "launch.h"

#include <granum/tools.h>

#include <dlfcn.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { LAUNCHES = 10000, LARGE_LAUNCHES = 50, IDLE_LAUNCHES = 200000 };

typedef struct tools_data {
    launch_data launch;
    gr_tool tool;
    bool is_large; /* one of the two kernels */
    debug_kernel kernel;
    debug_data data;
} tools_data;

static void unheard(void *data) {
    tools_data *d = (tools_data *)data;

    if (d->is_large)
        debug_run(&d->data, d->kernel, LARGE_LAUNCHES);
    for (int k = 0; k < LAUNCHES && !d->is_large; k++)
        launch_for_granum(&d->launch);
}

static void heard(void *data) {
    tools_data *d = (tools_data *)data;
    char program[] = "bench", file[] = BENCH_TRACE_FILE, *arguments[] = {program, file, NULL};
    int number;

    if (d->tool.parse_args)
        d->tool.parse_args(2, arguments);
    if (gr_tool_register(&d->tool, &number) != GR_SUCCESS)
        return; /* the result stays spoiled */
    unheard(data);
    (void)gr_tool_unregister(number);
}

static void reset(void *data) {
    tools_data *d = (tools_data *)data;

    if (d->is_large)
        debug_spoil(&d->data);
    else
        GR_AT(d->launch.a, 0) = NAN;
}

static double error(void *data) {
    const tools_data *all = (const tools_data *)data;
    const launch_data *d = &all->launch;

    if (all->is_large)
        return debug_is_right(&all->data) ? 0 : INFINITY;
    return GR_AT(d->a, 0) == GR_AT(d->b, 0) + d->scalar * GR_AT(d->c, 0) ? 0 : INFINITY;
}

static void nothing_begins(const char *label, uint32_t device, uint64_t *id) {
    (void)label, (void)device, (void)id;
}

static void nothing_ends(uint64_t id) {
    (void)id;
}

/* The functions of one of granum's own tools. */
static bool load(gr_tool *tool, const char *file) {
    void *library = dlopen(file, RTLD_NOW | RTLD_LOCAL);

    if (!library) {
        fprintf(stderr, "bench: %s\n", dlerror());
        return false;
    }
#define FIND(name, parameters)                           \
    {                                                    \
        void *symbol = dlsym(library, "kokkosp_" #name); \
                                                         \
        memcpy(&tool->name, &symbol, sizeof symbol);     \
    }
    GR_TOOL_LIST(FIND)
#undef FIND
    return true;
}

static void measure(const char *name, const char *file, bench_target target) {
    tools_data d = {.launch = {.scalar = 0.4}, .tool = {.version = GR_TOOLS_VERSION}};

    if (!bench_wants(name, LAUNCHES))
        return;
    d.tool.begin_parallel_for = nothing_begins;
    d.tool.end_parallel_for = nothing_ends;
    if ((!file || load(&d.tool, file)) && bench_made(GR_CREATE(&d.launch.a, "a", 1)) &&
        bench_made(GR_CREATE(&d.launch.b, "b", 1)) && bench_made(GR_CREATE(&d.launch.c, "c", 1))) {
        bench_fill_f64(d.launch.b.data, 1, 0, 1, 8);
        bench_fill_f64(d.launch.c.data, 1, 0, 1, 9);
        bench_measure(&(bench_row){.name = name,
                                   .n = LAUNCHES,
                                   .data = &d,
                                   .reset = reset,
                                   .run = {heard, unheard, NULL},
                                   .error = error,
                                   .target = target});
    }
    GR_RELEASE(&d.launch.c);
    GR_RELEASE(&d.launch.b);
    GR_RELEASE(&d.launch.a);
}

static void measure_large(const char *tool, const char *file, debug_kernel kernel, gr_index n) {
    const bool is_triad = kernel == DEBUG_TRIAD;
    const gr_index elements = is_triad ? n : n * n * n;
    tools_data d = {.tool = {.version = GR_TOOLS_VERSION}, .is_large = true, .kernel = kernel};
    char name[64], size[32];

    snprintf(name, sizeof name, "%s.%s", tool, is_triad ? "triad" : "stencil27");
    snprintf(size, sizeof size, is_triad ? "%td" : "%td cubed", n);
    if (!bench_wants(name, elements))
        return;
    d.tool.begin_parallel_for = nothing_begins;
    d.tool.end_parallel_for = nothing_ends;
    if ((!file || load(&d.tool, file)) && bench_made(debug_create(&d.data, kernel, n)))
        bench_measure(&(bench_row){.name = name,
                                   .n = elements,
                                   .size = size,
                                   .data = &d,
                                   .reset = reset,
                                   .run = {heard, unheard, NULL},
                                   .error = error});
    debug_release(&d.data);
}

/* ---- nobody listens ---- */

typedef struct idle_sides {
    child hears, deaf;
    child *last;
} idle_sides;

static void run_hearing(void *data) {
    idle_sides *d = (idle_sides *)data;

    d->last = &d->hears;
    child_run(d->last, IDLE_LAUNCHES);
}

static void run_deaf(void *data) {
    idle_sides *d = (idle_sides *)data;

    d->last = &d->deaf;
    child_run(d->last, IDLE_LAUNCHES);
}

static void reset_idle(void *data) {
    idle_sides *d = (idle_sides *)data;

    child_check(&d->hears);
    child_check(&d->deaf);
}

static double error_idle(void *data) {
    return ((const idle_sides *)data)->last->failed ? INFINITY : 0;
}

static void measure_idle(void) {
    idle_sides d = {0};

    if (!bench_wants("tools.idle", IDLE_LAUNCHES))
        return;
    if (child_start(&d.hears, "plain", "", "small", 1) &&
        child_start(&d.deaf, "deaf", "", "small", 1))
        bench_measure(&(bench_row){.name = "tools.idle",
                                   .n = IDLE_LAUNCHES,
                                   .data = &d,
                                   .reset = reset_idle,
                                   .run = {run_hearing, run_deaf, NULL},
                                   .error = error_idle,
                                   .target = {BENCH_EXCESS, 2e-9 * IDLE_LAUNCHES}});
    child_end(&d.deaf);
    child_end(&d.hears);
}

void bench_group_tools(void) {
    static const char *const names[] = {"tools.empty", "tools.summary", "tools.trace"};
    static const char *const files[] = {NULL, BENCH_TOOLS_FOLDER "/libgranum-tool-summary.so",
                                        BENCH_TOOLS_FOLDER "/libgranum-tool-trace.so"};

    measure_idle();
    for (int t = 0; t < 3; t++) {
        const bench_target target = {t == 0 ? BENCH_EXCESS : BENCH_REPORTED, 30e-9 * LAUNCHES};

        measure(names[t], files[t], target);
        measure_large(names[t], files[t], DEBUG_TRIAD, 100000);
        measure_large(names[t], files[t], DEBUG_STENCIL27, 48);
    }
}
