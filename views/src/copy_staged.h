/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file copy_staged.h
 * @brief Large copies between the host and a device, chunk by chunk; private to views.
 */
#ifndef GRANUM_VIEWS_COPY_STAGED_H
#define GRANUM_VIEWS_COPY_STAGED_H

#include "buffer.h"

/**
 * @brief Copy src, which lies in `from`, to dst in `to`, through pinned memory.
 *
 * The elements of the one on the device fill one run of bytes. *is_done: false where this way is
 * not for the copy; nothing has happened then.
 */
gr_status copy_staged(const gr_any_view *dst, gr_impl_where to, const gr_any_view *src,
                      gr_impl_where from, gr_place place, bool *is_done);

#endif
