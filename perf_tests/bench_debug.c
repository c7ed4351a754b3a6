/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file bench_debug.c
 * @brief What do debug modes cost? Each runs in a program of its own (helper/), whose library and
 * kernels are built for it; the twin is the same launches of the ordinary build, here.
 */
#define _POSIX_C_SOURCE 200809L
#include "debug_data.h"
#include "harness/bench.h"
#include "harness/groups.h"
#include "helper/child.h"

#include <math.h>
#include <stdio.h>

typedef struct mode_data {
    debug_kernel kernel;
    debug_data data;
    int launches; /* of a run */
    child helper;
    bool ran_here; /* the last run was the twin's */
} mode_data;

static void run_granum(void *data) {
    mode_data *d = (mode_data *)data;

    d->ran_here = false;
    child_run(&d->helper, d->launches);
}

static void run_twin(void *data) {
    mode_data *d = (mode_data *)data;

    d->ran_here = true;
    debug_run(&d->data, d->kernel, d->launches);
}

static void reset(void *data) {
    mode_data *d = (mode_data *)data;

    debug_spoil(&d->data);
    child_check(&d->helper);
}

/* The helper has looked at its result itself. */
static double error(void *data) {
    const mode_data *d = (const mode_data *)data;

    if (d->ran_here) {
        return debug_is_right(&d->data) ? 0 : INFINITY;
    }
    return d->helper.failed ? INFINITY : 0;
}

static void measure(const char *program, const char *mode, debug_kernel kernel, gr_index n,
                    int launches) {
    const bool is_triad = kernel == DEBUG_TRIAD;
    mode_data d = {.kernel = kernel, .launches = launches};
    char name[64], size[32];

    snprintf(name, sizeof name, "debug.%s.%s", mode, is_triad ? "triad" : "stencil27");
    snprintf(size, sizeof size, is_triad ? "%td" : "%td cubed", n);
    if (!bench_wants(name, is_triad ? n : n * n * n)) {
        return;
    }
    if (child_start(&d.helper, program, mode, is_triad ? "triad" : "stencil27", n) &&
        bench_made(debug_create(&d.data, kernel, n))) {
        bench_measure(&(bench_row){.name = name,
                                   .n = is_triad ? n : n * n * n,
                                   .size = size,
                                   .data = &d,
                                   .reset = reset,
                                   .run = {run_granum, run_twin, NULL},
                                   .error = error,
                                   .rounds = launches == 1 ? 5 : 0});
    }
    debug_release(&d.data);
    child_end(&d.helper);
}

void bench_group_debug(void) {
    static const struct {
        const char *program, *mode;
        int launches;
    } modes[] = {{"sync", "sync", 50},      {"checked", "bounds", 50}, {"checked", "nan", 20},
                 {"checked", "poison", 20}, {"checked", "order", 5},   {"race", "race", 1},
                 {"race", "uninit", 1}};

    for (size_t m = 0; m < sizeof modes / sizeof modes[0]; m++) {
        measure(modes[m].program, modes[m].mode, DEBUG_TRIAD, 100000, modes[m].launches);
        measure(modes[m].program, modes[m].mode, DEBUG_STENCIL27, 48, modes[m].launches);
    }
}
