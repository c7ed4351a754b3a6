/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file view.c
 * @brief Creation and release of Views, and what can be asked of one.
 */
#include "buffer.h"
#include "handle.h"

#include <granum/impl/backend.h>
#include <granum/initialize.h>

#include <stdint.h>
#include <string.h>

/* ---- layout ---- */

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

gr_status handle_pack(gr_any_view *view, unsigned flags, size_t *bytes, gr_place place) {
    const bool left = view->layout == GR_LEFT;
    gr_index elements = 1; /* of the block so far; what an empty extent would hide is counted too */
    bool fits = true;
    bool empty = false;
    size_t total;

    for (int d = 0; d < view->rank; d++) {
        if (view->extent[d] < 0) {
            return gr_impl_raise(GR_INVALID_ARG, place, "extent[%d] = %td, expected 0 or more", d,
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

        return gr_impl_raise(GR_INVALID_ARG, place,
                             "shape = %s of %zu bytes each, expected at most %td bytes together",
                             handle_shape_text(shape, view->extent, view->rank), view->item,
                             PTRDIFF_MAX);
    }
    *bytes = empty ? 0 : total;
    return GR_SUCCESS;
}

/* ---- typed handles ---- */

/* All View structs are data, buffer, extents, strides, facts, with max(rank, 1) of the latter two.
 */
static size_t handle_dimensions(int rank) {
    return rank > 0 ? (size_t)rank : 1;
}

void handle_store(void *view, const gr_any_view *any) {
    const size_t n = handle_dimensions(any->rank) * sizeof(gr_index);
    char *at = (char *)view;
    const void *facts = NULL;

    memcpy(at, &any->data, sizeof any->data);
    at += sizeof any->data;
    memcpy(at, &any->buffer, sizeof any->buffer);
    at += sizeof any->buffer;
    memcpy(at, any->extent, n);
    memcpy(at + n, any->stride, n);
    memcpy(at + 2 * n, &facts, sizeof facts);
}

gr_any_view handle_load(const void *view, gr_impl_view_type type) {
    const size_t n = handle_dimensions(type.rank) * sizeof(gr_index);
    const char *at = (const char *)view;
    gr_any_view any = handle_empty(type);

    memcpy(&any.data, at, sizeof any.data);
    at += sizeof any.data;
    memcpy(&any.buffer, at, sizeof any.buffer);
    at += sizeof any.buffer;
    memcpy(any.extent, at, n);
    memcpy(any.stride, at + n, n);
    return any;
}

gr_any_view handle_empty(gr_impl_view_type type) {
    gr_any_view any = {
        .dtype = type.dtype, .rank = type.rank, .item = type.item, .layout = type.layout};

    for (int d = 0; d < GR_MAX_RANK; d++) {
        any.extent[d] = d < type.rank ? 0 : 1;
        any.stride[d] = 1;
    }
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

/* ---- creation and release ---- */

gr_status handle_create(gr_any_view *view, unsigned flags, const char *label, gr_place place) {
    size_t bytes;

    GR_TRY(gr_impl_ensure_initialized());
    if (gr_impl_in_kernel()) {
        return gr_impl_raise(GR_IN_KERNEL, place,
                             "view \"%s\" = created inside a kernel, expected outside",
                             label == NULL ? "" : label);
    }
    if ((flags & ~(unsigned)(GR_UNINITIALIZED | GR_PADDED)) != 0) {
        return gr_impl_raise(GR_INVALID_ARG, place,
                             "flags = %#x, expected GR_UNINITIALIZED and GR_PADDED at most", flags);
    }
    GR_TRY(handle_pack(view, flags, &bytes, place));
    GR_TRY(buffer_create(&view->buffer, label, bytes, place));
    view->buffer->flags = flags & (unsigned)GR_PADDED;
    view->data = view->buffer->data;
    if ((flags & GR_UNINITIALIZED) == 0) {
        buffer_zero(view->data, bytes);
    }
    return GR_SUCCESS;
}

gr_status gr_impl_view_create(void *view, gr_impl_view_type type, unsigned flags, const char *label,
                              gr_shape shape, gr_place place) {
    gr_any_view any = handle_empty(type);
    gr_status status;

    handle_store(view, &any);
    memcpy(any.extent, shape.n, (size_t)type.rank * sizeof any.extent[0]);
    status = handle_create(&any, flags, label, place);
    if (status == GR_SUCCESS) {
        handle_store(view, &any);
    }
    return status;
}

gr_status gr_impl_any_create(gr_any_view *view, const char *label, unsigned flags, gr_place place) {
    gr_status status;

    view->data = NULL;
    view->buffer = NULL;
    if (view->item == 0) {
        view->item = gr_dtype_size(view->dtype);
    }
    GR_TRY(gr_impl_view_check(view, "the view", place));
    for (int d = view->rank; d < GR_MAX_RANK; d++) {
        view->extent[d] = 1;
        view->stride[d] = 1;
    }
    status = handle_create(view, flags, label, place);
    if (status != GR_SUCCESS) {
        for (int d = 0; d < view->rank; d++) {
            view->extent[d] = 0;
        }
    }
    return status;
}

gr_status gr_impl_view_wrap(void *view, gr_impl_view_type type, void *data, gr_shape shape,
                            gr_place place) {
    gr_any_view any = handle_empty(type);
    size_t bytes;

    handle_store(view, &any);
    memcpy(any.extent, shape.n, (size_t)type.rank * sizeof any.extent[0]);
    GR_TRY(handle_pack(&any, 0, &bytes, place));
    if (data == NULL && bytes > 0) {
        return gr_impl_raise(GR_INVALID_ARG, place, "pointer = NULL, expected %zu bytes", bytes);
    }
    if ((uintptr_t)data % (uintptr_t)type.align != 0) {
        return gr_impl_raise(GR_INVALID_ARG, place, "pointer = %p, expected a multiple of %d", data,
                             type.align);
    }
    any.data = data;
    handle_store(view, &any);
    return GR_SUCCESS;
}

gr_status gr_impl_view_release(void *view, int rank, gr_place place) {
    const gr_impl_view_type type = {.rank = rank, .layout = GR_STRIDED};
    const gr_any_view any = handle_load(view, type);
    const gr_any_view empty = handle_empty(type);

    handle_store(view, &empty);
    return buffer_release(any.buffer, place);
}

gr_status gr_impl_any_release(gr_any_view *view, gr_place place) {
    gr_buffer *const buffer = view->buffer;

    view->data = NULL;
    view->buffer = NULL;
    for (int d = 0; d < view->rank && d < GR_MAX_RANK; d++) {
        view->extent[d] = 0;
    }
    return buffer_release(buffer, place);
}

/* ---- questions ---- */

gr_index gr_view_size(gr_any_view v) {
    gr_index size = 1;

    for (int d = 0; d < v.rank; d++) {
        size *= v.extent[d];
    }
    return v.data == NULL ? 0 : size;
}

gr_index gr_view_span(gr_any_view v) {
    gr_index last = 0;

    if (gr_view_size(v) == 0) {
        return 0;
    }
    for (int d = 0; d < v.rank; d++) {
        last += (v.extent[d] - 1) * v.stride[d];
    }
    return last + 1;
}

bool gr_view_is_contiguous(gr_any_view v) {
    return gr_view_span(v) == gr_view_size(v);
}

const char *gr_view_label(gr_any_view v) {
    return v.buffer == NULL ? "" : v.buffer->label;
}

int gr_view_use_count(gr_any_view v) {
    return v.buffer == NULL ? 0 : atomic_load_explicit(&v.buffer->owners, memory_order_relaxed);
}

const char *gr_dtype_name(gr_dtype dtype) {
    switch (dtype) {
    case GR_STRUCT:
        return "struct";
#define DTYPE_NAME(suffix, type, word) \
    case GR_##word:                    \
        return #suffix;
        GR_DTYPE_LIST(DTYPE_NAME)
#undef DTYPE_NAME
    }
    return NULL;
}

size_t gr_dtype_size(gr_dtype dtype) {
    switch (dtype) {
    case GR_STRUCT:
        return 0;
#define DTYPE_SIZE(suffix, type, word) \
    case GR_##word:                    \
        return sizeof(type);
        GR_DTYPE_LIST(DTYPE_SIZE)
#undef DTYPE_SIZE
    }
    return 0;
}
