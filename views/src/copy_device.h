/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file copy_device.h
 * @brief Copies and fills where a device takes part; private to views.
 */
#ifndef GRANUM_VIEWS_COPY_DEVICE_H
#define GRANUM_VIEWS_COPY_DEVICE_H

#include "buffer.h"

/** Copy src, which lies in `from`, to dst in `to`; both have elements, and were checked. */
gr_status copy_between(const gr_any_view *dst, gr_impl_where to, const gr_any_view *src,
                       gr_impl_where from, gr_place place);

/** Set each element of a View in device memory to the value, which is on the host. */
gr_status fill_device(const gr_any_view *v, gr_impl_where where, const char *value, gr_place place);

/** A View of the same elements that the host reads: v itself, or a dense copy that is to be
 * released. */
gr_status view_for_host(gr_any_view *out, const gr_any_view *v, gr_place place);

#endif
