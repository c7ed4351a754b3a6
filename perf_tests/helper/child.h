/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file child.h
 * @brief The bench's side of helper.c: a program that is started once and told what to run.
 */
#ifndef PERF_TESTS_CHILD_H
#define PERF_TESTS_CHILD_H

#include <granum/types.h>

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

typedef struct child {
    pid_t id; /**< 0: none */
    FILE *to, *from;
    bool failed; /**< some answer was not good */
} child;

/** Start helper_<program> with GRANUM_DEBUG=mode ("": none); says so and is false where there is no
 * such program. */
bool child_start(child *c, const char *program, const char *mode, const char *kernel, gr_index n);

/** Have it launch so often. */
void child_run(child *c, int launches);

/** Have it launch once and check the result; whatever failed before is forgotten. */
void child_check(child *c);

/** Let it end. */
void child_end(child *c);

#endif
