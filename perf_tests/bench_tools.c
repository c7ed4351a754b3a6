/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file bench_tools.c
 * @brief What do tools cost a launch? Each row is ten thousand launches of one element, heard by a
 * tool; its twin is the same launches unheard.
 */
#include "bench_config.h"
#include "harness/bench.h"
#include "harness/groups.h"
#include "launch.h"

#include <granum/tools.h>

#include <dlfcn.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { LAUNCHES = 10000 };

typedef struct tools_data {
    launch_data launch;
    gr_tool tool;
} tools_data;

static void unheard(void *data) {
    tools_data *d = (tools_data *)data;

    for (int k = 0; k < LAUNCHES; k++)
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

    GR_AT(d->launch.a, 0) = NAN;
}

static double error(void *data) {
    const launch_data *d = &((const tools_data *)data)->launch;

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

void bench_group_tools(void) {
    measure("tools.empty", NULL, (bench_target){BENCH_EXCESS, 30e-9 * LAUNCHES});
    measure("tools.summary", BENCH_TOOLS_FOLDER "/libgranum-tool-summary.so",
            (bench_target){BENCH_REPORTED, 0});
    measure("tools.trace", BENCH_TOOLS_FOLDER "/libgranum-tool-trace.so",
            (bench_target){BENCH_REPORTED, 0});
}
