/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file bench_compile.c
 * @brief What does granum.h cost the compiler, for one small file and for one with twenty kernels?
 */
#define _POSIX_C_SOURCE 200809L
#include "harness/bench.h"
#include "harness/groups.h"

#include "bench_config.h"

#include <math.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>

extern char **environ;

enum { MAX_ARGUMENTS = 128 };

typedef struct compile_data {
    const char *files[BENCH_SIDES];
    bool failed;
} compile_data;

/* The flags that kernel files and twins of this very build have; the object goes nowhere. */
static const char *const granum_flags[] = {BENCH_CC,
                                           BENCH_KERNEL_OPTIONS BENCH_GRANUM_OPTIONS NULL};
static const char *const twin_flags[] = {BENCH_CC, BENCH_KERNEL_OPTIONS NULL};

static void compile(compile_data *d, const char *const *flags, const char *file) {
    char *argv[MAX_ARGUMENTS];
    int count = 0, status;
    pid_t child;

    while (flags[count] != NULL && count < MAX_ARGUMENTS - 5) {
        argv[count] = (char *)flags[count];
        count++;
    }
    argv[count++] = "-c";
    argv[count++] = (char *)file;
    argv[count++] = "-o";
    argv[count++] = "/dev/null";
    argv[count] = NULL;
    if (posix_spawnp(&child, argv[0], NULL, NULL, argv, environ) != 0 ||
        waitpid(child, &status, 0) != child || status != 0) {
        d->failed = true;
    }
}

static void compile_granum(void *data) {
    compile_data *d = (compile_data *)data;

    compile(d, granum_flags, d->files[BENCH_GRANUM]);
}

static void compile_twin(void *data) {
    compile_data *d = (compile_data *)data;

    compile(d, twin_flags, d->files[BENCH_TWIN]);
}

static void reset(void *data) {
    ((compile_data *)data)->failed = false;
}

static double error(void *data) {
    return ((compile_data *)data)->failed ? INFINITY : 0;
}

static void measure(const char *name, gr_index kernels, const char *granum, const char *twin,
                    double bar) {
    compile_data d = {.files = {granum, twin, NULL}};
    const bench_row row = {.name = name,
                           .n = kernels,
                           .data = &d,
                           .reset = reset,
                           .run = {compile_granum, compile_twin, NULL},
                           .error = error,
                           .rounds = bench_quick() ? 5 : 15,
                           .target = {BENCH_RATIO, bar}};

    if (bench_wants(name, kernels)) {
        bench_measure(&row);
    }
}

void bench_group_compile(void) {
    measure("compile.one", 2, BENCH_SOURCE_DIR "/compile/one_granum.c",
            BENCH_SOURCE_DIR "/compile/one_openmp.c", 1.5);
    measure("compile.twenty", 20, BENCH_SOURCE_DIR "/compile/twenty_granum.c",
            BENCH_SOURCE_DIR "/compile/twenty_openmp.c", 2);
}
