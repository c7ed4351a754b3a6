/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file resize.c
 * @brief New extents for a View, with or without its elements.
 */
#include <granum/copy.h>
#include <granum/subview.h>

#include "buffer.h"
#include "handle.h"

/* Copy the elements that both shapes have. */
static gr_status copy_common(gr_any_view dst, gr_any_view src, gr_place place) {
    for (int d = 0; d < dst.rank; d++) {
        const gr_index common = src.extent[d] < dst.extent[d] ? src.extent[d] : dst.extent[d];

        if (common == 0) {
            return GR_SUCCESS;
        }
        dst.extent[d] = common;
        src.extent[d] = common;
    }
    return gr_impl_deep_copy(dst, src, place);
}

gr_status gr_impl_view_resize(void *view, gr_impl_view_type type, const gr_index *extent,
                              unsigned how, gr_place place) {
    const bool keep = (how & 1u) != 0;
    const gr_any_view old = handle_load(view, type);
    gr_any_view next = old;
    const bool was_empty = old.data == NULL;
    bool same = !was_empty;
    bool grows = false;
    gr_status status;

    if (!was_empty && old.buffer == NULL) {
        return gr_impl_raise(GR_INVALID_ARG, place,
                             "view = foreign memory at %p, expected one that GR_CREATE made",
                             old.data);
    }
    GR_TRY(gr_impl_view_check(&old, "the view", place));
    for (int d = 0; d < type.rank; d++) {
        next.extent[d] = extent[d];
        same = same && extent[d] == old.extent[d];
        grows = grows || extent[d] > old.extent[d];
    }
    if (same && keep) {
        return GR_SUCCESS;
    }
    /* Where nothing grows the copy sets every element. */
    GR_TRY(handle_create(&next,
                         old.buffer == NULL ? how & ~1u
                         : keep && !grows   ? old.buffer->flags | (unsigned)GR_UNINITIALIZED
                                            : old.buffer->flags,
                         old.buffer == NULL ? NULL : old.buffer->label, &place));
    status = keep && !was_empty ? copy_common(next, old, place) : GR_SUCCESS;
    if (status == GR_SUCCESS) {
        status = buffer_release(old.buffer, &place);
    }
    if (status != GR_SUCCESS) {
        (void)buffer_release(next.buffer, &place);
        return status;
    }
    handle_store(view, &next);
    return GR_SUCCESS;
}
