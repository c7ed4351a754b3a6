/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file copy_run.h
 * @brief Carrying out a plan on the threads.
 */
#ifndef GRANUM_VIEWS_COPY_RUN_H
#define GRANUM_VIEWS_COPY_RUN_H

#include "copy_machine.h"
#include "copy_plan.h"

/** Pieces that threads share contiguous runs by: a page [B]. */
#define COPY_PIECE ((size_t)4096)

/** What to do with the runs of a plan. */
typedef struct copy_run_method {
    /** Do one or more adjacent pieces of a run. */
    void (*fn)(char *dst, const char *src, size_t bytes, const void *arg);
    const void *arg;
    size_t piece; /**< [B] */
} copy_run_method;

/** Do every run of a plan. */
void copy_run(const copy_plan *plan, const copy_run_method *method);

/** Copy as planned. */
void copy_execute(copy_plan plan);

/** Complain if a View cannot be read or written: released, no memory, or inside a kernel. */
gr_status copy_check_view(const char *what, const gr_any_view *v, gr_place place);

/** Complain if elements of a View to write share memory. */
gr_status copy_check_target(const char *what, const gr_any_view *v, gr_place place);

#endif
