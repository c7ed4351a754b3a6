/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file view.c
 * @brief Creation and release of Views, and what can be asked of one.
 */
#include "buffer.h"
#include "handle.h"

#include <granum/impl/backend.h>
#include <granum/impl/tool_calls.h>
#include <granum/initialize.h>

#include <stdint.h>
#include <string.h>

/* ---- creation and release ---- */

/* What the bits of flags say beside those that users set. */
#define SPACE_OF(flags) ((gr_space)((flags) >> 8 & 15u))
#define VENDOR_OF(flags) ((int)((flags) >> 12 & 15u))
#define SPACE_BITS 0xff00u

static gr_status zero(const gr_any_view *view, gr_impl_where where, size_t bytes, gr_place place) {
    if (GR_IMPL_UNLIKELY(where.space != GR_HOST)) {
        return gr_impl_space_zero(where, view->data, bytes, place);
    }
    buffer_zero(view->data, bytes);
    return GR_SUCCESS;
}

static gr_status create(gr_any_view *view, unsigned flags, const char *label,
                        const gr_place *place) {
    gr_impl_where where = {GR_HOST, 0, 0};
    size_t bytes;

    GR_TRY(gr_impl_ensure_initialized());
    if (gr_impl_in_kernel()) {
        return gr_impl_raise(GR_IN_KERNEL, *place,
                             "view \"%s\" = created inside a kernel, expected outside",
                             label == NULL ? "" : label);
    }
    if (GR_IMPL_UNLIKELY((flags & SPACE_BITS) != 0)) {
        if (SPACE_OF(flags) >= GR_IMPL_SPACES) {
            return gr_impl_raise(GR_INVALID_ARG, *place, "space = %d, expected a gr_space, 0..%d",
                                 (int)SPACE_OF(flags), GR_IMPL_SPACES - 1);
        }
        GR_TRY(gr_impl_space_choose(SPACE_OF(flags), VENDOR_OF(flags), label, *place, &where));
    }
    if ((flags & ~(GR_UNINITIALIZED | GR_PADDED | SPACE_BITS)) != 0) {
        return gr_impl_raise(GR_INVALID_ARG, *place,
                             "flags = %#x, expected GR_UNINITIALIZED and GR_PADDED at most", flags);
    }
    GR_TRY(handle_pack(view, flags, &bytes, place));
    GR_TRY(buffer_create(&view->buffer, where, label, bytes, place));
    view->buffer->flags = flags & (GR_PADDED | SPACE_BITS);
    view->data = view->buffer->data;
    if ((flags & GR_UNINITIALIZED) == 0) {
        const gr_status status = zero(view, where, bytes, *place);

        if (status != GR_SUCCESS) {
            (void)buffer_release(view->buffer, place);
            return status;
        }
    } else if (where.space == GR_HOST &&
               GR_IMPL_UNLIKELY(gr_impl_debug() & GR_IMPL_DEBUG_POISONS)) {
        gr_impl_poison(view->data, bytes, view->dtype);
    }
#if GRANUM_CHECKED
    view->buffer->shape = *view;
    view->buffer->record.shape = &view->buffer->shape;
#endif
    return GR_SUCCESS;
}

gr_status handle_create(gr_any_view *view, unsigned flags, const char *label,
                        const gr_place *place) {
    const bool is_alone = GRANUM_CHECKED && gr_impl_alone_begin();
    const gr_status status = create(view, flags, label, place);

    gr_impl_alone_end(is_alone);
    return status;
}

gr_status gr_impl_view_create(void *view, gr_impl_view_type type, unsigned flags, const char *label,
                              const gr_index *extent, const gr_place *place) {
    gr_any_view any;
    gr_status status;

    handle_begin(&any, type);
    for (int d = 0; d < type.rank; d++) {
        any.extent[d] = extent[d];
    }
    status = handle_create(&any, flags, label, place);
    if (status == GR_SUCCESS) {
        handle_store(view, &any);
    } else {
        handle_clear(view, type.rank);
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
    status = gr_impl_view_check(view, "the view", place);
    if (status == GR_SUCCESS) {
        status = handle_create(view, flags, label, &place);
    }
    for (int d = 0; d < GR_MAX_RANK; d++) {
        if (d >= view->rank) {
            view->extent[d] = 1;
            view->stride[d] = 1;
        } else if (status != GR_SUCCESS) {
            view->extent[d] = 0;
        }
    }
    return status;
}

gr_status gr_impl_view_wrap(void *view, gr_impl_view_type type, void *data, const gr_index *extent,
                            gr_place place) {
    gr_any_view any;
    size_t bytes;

    handle_clear(view, type.rank);
    handle_begin(&any, type);
    for (int d = 0; d < type.rank; d++) {
        any.extent[d] = extent[d];
    }
    GR_TRY(handle_pack(&any, 0, &bytes, &place));
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

gr_status gr_impl_view_release(void *view, int rank, const gr_place *place) {
    gr_buffer *const buffer = handle_buffer(view);

    handle_clear(view, rank);
    return buffer_release(buffer, place);
}

gr_status gr_impl_any_release(gr_any_view *view, gr_place place) {
    gr_buffer *const buffer = view->buffer;

    view->data = NULL;
    view->buffer = NULL;
    for (int d = 0; d < view->rank && d < GR_MAX_RANK; d++) {
        view->extent[d] = 0;
    }
    return buffer_release(buffer, &place);
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

gr_space gr_view_space(gr_any_view v) {
    return view_where(&v).space;
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
