/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file copy_plan.h
 * @brief A copy reduced to the fewest dimensions that describe it.
 */
#ifndef GRANUM_VIEWS_COPY_PLAN_H
#define GRANUM_VIEWS_COPY_PLAN_H

#include <granum/view.h>

/** One loop of a copy. */
typedef struct copy_loop {
    gr_index extent;    /**< at least 2 */
    ptrdiff_t dst_step; /**< positive [B] */
    ptrdiff_t src_step; /**< any [B] */
} copy_loop;

/** Loops around a run of bytes that is contiguous in both Views. */
typedef struct copy_plan {
    char *dst;
    const char *src;
    size_t item; /**< bytes of the run: an element or several */
    int rank;
    copy_loop loop[GR_MAX_RANK]; /**< by falling dst_step */
} copy_plan;

/**
 * @brief Plan the copy of src to dst, of equal shapes without zero extents.
 *
 * Dimensions of extent 1 vanish, those that dst walks backwards are turned round, they are sorted
 * by dst's steps, and neighbours that both Views step through evenly become one.
 */
copy_plan copy_plan_make(const gr_any_view *dst, const gr_any_view *src);

/** Bytes that a plan writes. */
size_t copy_plan_bytes(const copy_plan *plan);

/** Whether an element of a shares memory with one of b. */
bool copy_plan_overlap(const gr_any_view *a, const gr_any_view *b);

#endif
