/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file mirror.h
 * @brief Host mirrors: the same code for memory that the host can reach and memory that it cannot.
 *
 *     gr_view1_f64_right host;
 *     GR_TRY(GR_MIRROR_COPY(&host, x));          // x itself where the host can reach it
 *     use(host);
 *     GR_TRY(gr_deep_copy(GR_ANY(x), GR_ANY(host)));
 *     GR_RELEASE(&host);
 */
#ifndef GRANUM_MIRROR_H
#define GRANUM_MIRROR_H

#include <granum/subview.h>

GR_EXTERN_C_BEGIN

/**
 * @brief Make host a View that the host may read and write, of v's shape: GR_MIRROR(&host, v).
 *
 * It is v itself, one more owner, where the host can reach v's memory and the layouts agree, so
 * copying back and forth costs nothing there; else a new View whose elements are not set.
 *
 * Errors:  GR_OUT_OF_MEMORY
 *          GR_INVALID_ARG      memory that was released (checked builds)
 */
#define GR_MIRROR(host, v) GR_IMPL_MIRROR("GR_MIRROR", host, v, GR_IMPL_MIRROR_SHARE)

/** @brief GR_MIRROR with v's elements in it. */
#define GR_MIRROR_COPY(host, v) \
    GR_IMPL_MIRROR("GR_MIRROR_COPY", host, v, GR_IMPL_MIRROR_SHARE | GR_IMPL_MIRROR_FILL)

/** @brief Make host a new View of v's shape and label, elements not set: GR_CREATE_MIRROR(&host,
 * v). */
#define GR_CREATE_MIRROR(host, v) GR_IMPL_MIRROR("GR_CREATE_MIRROR", host, v, 0)

#define GR_IMPL_MIRROR(what, host, v, how)                                                  \
    (GR_IMPL_CHECK_SAME_DTYPE(what, *(host), v), GR_IMPL_CHECK_SAME_RANK(what, *(host), v), \
     gr_impl_view_mirror((host), GR_IMPL_VIEW_TYPE(*(host)), GR_ANY(v), (how), GR_HERE))

enum { GR_IMPL_MIRROR_SHARE = 1, GR_IMPL_MIRROR_FILL = 2 };

GR_API gr_status gr_impl_view_mirror(void *view, gr_impl_view_type type, gr_any_view of,
                                     unsigned how, gr_place place);

GR_EXTERN_C_END

#endif
