/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file handle.h
 * @brief Typed View structs seen as gr_any_view, inside the library.
 */
#ifndef GRANUM_VIEWS_HANDLE_H
#define GRANUM_VIEWS_HANDLE_H

#include <granum/view.h>

#include <stdio.h>

/** Room for the text of a shape, "(344, 403)". */
enum { SHAPE_TEXT = 24 * GR_MAX_RANK };

/** Write extents as Python writes a tuple; returns text. */
char *handle_shape_text(char text[SHAPE_TEXT], const gr_index *extent, int rank);

/** Write a View struct. */
void handle_write(void *view, int rank, void *data, gr_buffer *buffer, const gr_index *extent,
                  const gr_index *stride);

/** Write a View struct of any's rank. */
void handle_store(void *view, const gr_any_view *any);

/** Write an empty View: no data, extents 0. */
void handle_clear(void *view, int rank);

/** Owner in a View struct. */
gr_buffer *handle_buffer(const void *view);

/** Set all but extents and strides. */
void handle_begin(gr_any_view *any, gr_impl_view_type type);

/** Read a View struct of the given type. */
gr_any_view handle_load(const void *view, gr_impl_view_type type);

/** Set the strides of a dense View of view's extents and layout, and its size [B]. */
gr_status handle_pack(gr_any_view *view, unsigned flags, size_t *bytes, const gr_place *place);

/** Give an empty View with extents its memory, zeroed unless flags say otherwise. */
gr_status handle_create(gr_any_view *view, unsigned flags, const char *label,
                        const gr_place *place);

/**
 * See the View as one of this layout; false if a stride forbids it. A stride along an extent of 0
 * or 1 is never used, nor is any in an empty View: it is set to what the layout wants.
 */
bool handle_take_layout(gr_any_view *view, gr_layout layout);

#endif
