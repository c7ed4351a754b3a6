/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file helper.c
 * @brief A program that the bench starts because another build of the library is in question: it
 * launches a kernel as often as it is told to.
 *
 *     helper triad|stencil27|small N
 *
 * Reads a letter and a number, "r 50": run 50 launches; "s 1": spoil the result, launch once and
 * check. Answers each by a letter: + for good, - for what the fence or the check found.
 */
#include "../debug_data.h"
#include "../launch.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct work {
    bool is_small;
    debug_kernel kernel;
    debug_data data;
    launch_data small; /* one element */
} work;

static gr_status create(work *w, const char *name, gr_index n) {
    w->is_small = strcmp(name, "small") == 0;
    if (w->is_small) {
        GR_TRY(GR_CREATE(&w->small.a, "a", 1));
        GR_TRY(GR_CREATE(&w->small.b, "b", 1));
        GR_TRY(GR_CREATE(&w->small.c, "c", 1));
        w->small.scalar = 0.5;
        return GR_SUCCESS;
    }
    w->kernel = strcmp(name, "triad") == 0 ? DEBUG_TRIAD : DEBUG_STENCIL27;
    return debug_create(&w->data, w->kernel, n);
}

static void run(work *w, int launches) {
    if (!w->is_small) {
        debug_run(&w->data, w->kernel, launches);
        return;
    }
    for (int k = 0; k < launches; k++) {
        launch_for_granum(&w->small);
    }
}

static bool is_right(work *w) {
    if (w->is_small) {
        GR_AT(w->small.a, 0) = NAN;
        run(w, 1);
        return GR_AT(w->small.a, 0) == 0;
    }
    debug_spoil(&w->data);
    run(w, 1);
    return debug_is_right(&w->data);
}

int main(int argc, char **argv) {
    static work w;
    int launches;
    char what;

    if (argc != 3 || create(&w, argv[1], atol(argv[2])) != GR_SUCCESS) {
        fprintf(stderr, "helper: %s\n", gr_last_error()->message);
        return 1;
    }
    while (scanf(" %c %d", &what, &launches) == 2) {
        bool good = true;

        if (what == 's') {
            good = is_right(&w);
        } else {
            run(&w, launches);
        }
        if (gr_fence() != GR_SUCCESS) {
            fprintf(stderr, "helper: %s\n", gr_last_error()->message);
            good = false;
        }
        putchar(good ? '+' : '-');
        fflush(stdout);
    }
    return 0;
}
