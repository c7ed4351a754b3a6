/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file handle.c
 * @brief Typed View structs read and written by value of their rank, and the strides of dense ones.
 */
#include "handle.h"

#include <granum/memory.h>

#include <string.h>

/* ---- typed handles ---- */

/* All View structs are data, buffer, extents, strides, facts, with max(rank, 1) of the middle two.
 * Creating a small View is to cost no more than malloc, so nothing here touches more than that. */
static size_t dimensions(int rank) {
    return rank > 0 ? (size_t)rank : 1;
}

void handle_write(void *view, int rank, void *data, gr_buffer *buffer, const gr_index *extent,
                  const gr_index *stride) {
    const size_t n = dimensions(rank);
    const void *const facts = NULL;
    char *at = (char *)view;

    memcpy(at, &data, sizeof data);
    at += sizeof data;
    memcpy(at, &buffer, sizeof buffer);
    at += sizeof buffer;
    for (size_t d = 0; d < n; d++) {
        memcpy(at + d * sizeof(gr_index), &extent[d], sizeof(gr_index));
        memcpy(at + (n + d) * sizeof(gr_index), &stride[d], sizeof(gr_index));
    }
    memcpy(at + 2 * n * sizeof(gr_index), &facts, sizeof facts);
}

void handle_store(void *view, const gr_any_view *any) {
    handle_write(view, any->rank, any->data, any->buffer, any->extent, any->stride);
}

void handle_clear(void *view, int rank) {
    static const gr_index zero[GR_MAX_RANK] = {0};
    static const gr_index one[GR_MAX_RANK] = {1, 1, 1, 1, 1, 1, 1, 1};

    handle_write(view, rank, NULL, NULL, rank > 0 ? zero : one, one);
}

gr_buffer *handle_buffer(const void *view) {
    gr_buffer *buffer;

    memcpy(&buffer, (const char *)view + sizeof(void *), sizeof buffer);
    return buffer;
}

void handle_begin(gr_any_view *any, gr_impl_view_type type) {
    any->data = NULL;
    any->buffer = NULL;
    any->dtype = (gr_dtype)type.dtype;
    any->rank = type.rank;
    any->item = type.item;
    any->layout = (gr_layout)type.layout;
    any->extent[0] = 1; /* of a View without dimensions too */
    any->stride[0] = 1;
}

gr_any_view handle_load(const void *view, gr_impl_view_type type) {
    const size_t n = dimensions(type.rank) * sizeof(gr_index);
    const char *at = (const char *)view;
    gr_any_view any = {.rank = 0};

    handle_begin(&any, type);
    memcpy(&any.data, at, sizeof any.data);
    any.buffer = handle_buffer(view);
    at += sizeof any.data + sizeof any.buffer;
    memcpy(any.extent, at, n);
    memcpy(any.stride, at + n, n);
    return any;
}

char *handle_shape_text(char text[SHAPE_TEXT], const gr_index *extent, int rank) {
    size_t at = 0;

    text[at++] = '(';
    for (int d = 0; d < rank; d++) {
        at += (size_t)snprintf(text + at, SHAPE_TEXT - at, d > 0 ? ", %td" : "%td", extent[d]);
    }
    snprintf(text + at, SHAPE_TEXT - at, rank == 1 ? ",)" : ")");
    return text;
}

/* ---- dense layouts ---- */

static size_t greatest_common_divisor(size_t a, size_t b) {
    while (b > 0) {
        const size_t rest = a % b;

        a = b;
        b = rest;
    }
    return a;
}

/* Round a row up to whole cache lines, and off multiples of a page: rows at equal page offsets
 * compete for the same few cache sets. False when the size overflows. */
static bool pad_row(gr_index *row, size_t item) {
    const gr_index step = (gr_index)(GR_ALIGNMENT / greatest_common_divisor(GR_ALIGNMENT, item));
    const gr_index rest = *row % step;
    size_t bytes;

    if (rest > 0 && __builtin_add_overflow(*row, step - rest, row)) {
        return false;
    }
    if (*row > step && !__builtin_mul_overflow((size_t)*row, item, &bytes) && bytes % 4096 == 0) {
        return !__builtin_add_overflow(*row, step, row);
    }
    return true;
}

gr_status handle_pack(gr_any_view *view, unsigned flags, size_t *bytes, const gr_place *place) {
    const bool left = view->layout == GR_LEFT;
    gr_index elements = 1; /* of the block so far; what an empty extent would hide is counted too */
    bool fits = true;
    bool empty = false;
    size_t total;

    for (int d = 0; d < view->rank; d++) {
        if (view->extent[d] < 0) {
            return gr_impl_raise(GR_INVALID_ARG, *place, "extent[%d] = %td, expected 0 or more", d,
                                 view->extent[d]);
        }
    }
    for (int k = 0; k < view->rank; k++) {
        const int d = left ? k : view->rank - 1 - k;
        gr_index row = view->extent[d];

        view->stride[d] = elements;
        empty = empty || row == 0;
        row = row == 0 ? 1 : row;
        if (k == 0 && view->rank > 1 && (flags & GR_PADDED) != 0) {
            fits = pad_row(&row, view->item);
        }
        fits = fits && !__builtin_mul_overflow(elements, row, &elements);
    }
    fits = fits && !__builtin_mul_overflow((size_t)elements, view->item, &total) &&
           total <= (size_t)PTRDIFF_MAX;
    if (!fits) {
        char shape[SHAPE_TEXT];

        return gr_impl_raise(GR_INVALID_ARG, *place,
                             "shape = %s of %zu bytes each, expected at most %td bytes together",
                             handle_shape_text(shape, view->extent, view->rank), view->item,
                             PTRDIFF_MAX);
    }
    *bytes = empty ? 0 : total;
    return GR_SUCCESS;
}
