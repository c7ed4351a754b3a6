/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file subview.c
 * @brief Parts of Views, and passing from one layout to another without copying.
 */
#include <granum/subview.h>

#include "buffer.h"
#include "handle.h"

#include <string.h>

gr_status gr_impl_view_check(const gr_any_view *v, const char *what, gr_place place) {
    if (v->rank < 0 || v->rank > GR_MAX_RANK) {
        return gr_impl_raise(GR_INVALID_ARG, place, "rank of %s = %d, expected 0..%d", what,
                             v->rank, GR_MAX_RANK);
    }
    if (gr_dtype_name(v->dtype) == NULL) {
        return gr_impl_raise(GR_INVALID_ARG, place, "dtype of %s = %d, expected a gr_dtype", what,
                             (int)v->dtype);
    }
    if (v->dtype == GR_STRUCT ? v->item == 0 : v->item != gr_dtype_size(v->dtype)) {
        return gr_impl_raise(GR_INVALID_ARG, place, "item of %s = %zu bytes, expected %s%zu", what,
                             v->item, v->dtype == GR_STRUCT ? "more than " : "",
                             gr_dtype_size(v->dtype));
    }
    if (v->layout < GR_RIGHT || v->layout > GR_STRIDED) {
        return gr_impl_raise(GR_INVALID_ARG, place, "layout of %s = %d, expected a gr_layout", what,
                             (int)v->layout);
    }
    for (int d = 0; d < v->rank; d++) {
        if (v->extent[d] < 0) {
            return gr_impl_raise(GR_INVALID_ARG, place,
                                 "extent[%d] of %s = %td, expected 0 or more", d, what,
                                 v->extent[d]);
        }
    }
    return gr_impl_buffer_check(v->buffer, place);
}

/* ---- layouts ---- */

static const char *layout_name(gr_layout layout) {
    return layout == GR_RIGHT ? "right" : layout == GR_LEFT ? "left" : "strided";
}

/* The dimension that must have stride 1, or -1. */
static int unit_dimension(gr_layout layout, int rank) {
    return rank == 0 || layout == GR_STRIDED ? -1 : layout == GR_LEFT ? 0 : rank - 1;
}

bool handle_take_layout(gr_any_view *view, gr_layout layout) {
    const int unit = unit_dimension(layout, view->rank);

    if (unit >= 0 && view->stride[unit] != 1) {
        if (view->extent[unit] > 1 && gr_view_size(*view) > 0) {
            return false;
        }
        view->stride[unit] = 1;
    }
    view->layout = layout;
    return true;
}

static gr_status raise_layout(const gr_any_view *view, gr_layout layout, gr_place place) {
    const int unit = unit_dimension(layout, view->rank);

    return gr_impl_raise(GR_INVALID_ARG, place,
                         "stride[%d] of \"%s\" = %td, expected 1 for layout %s; a _strided View "
                         "takes any",
                         unit, gr_view_label(*view), view->stride[unit], layout_name(layout));
}

gr_status gr_impl_view_set(void *view, gr_impl_view_type type, gr_any_view any, gr_place place) {
    if (any.rank != type.rank) {
        return gr_impl_raise(GR_INVALID_ARG, place, "rank of \"%s\" = %d, expected %d",
                             gr_view_label(any), any.rank, type.rank);
    }
    if (any.dtype != (gr_dtype)type.dtype) {
        return gr_impl_raise(GR_INVALID_ARG, place, "dtype of \"%s\" = %s, expected %s",
                             gr_view_label(any), gr_dtype_name(any.dtype),
                             gr_dtype_name((gr_dtype)type.dtype));
    }
    if (any.item != type.item) {
        return gr_impl_raise(GR_INVALID_ARG, place, "item of \"%s\" = %zu bytes, expected %zu",
                             gr_view_label(any), any.item, type.item);
    }
    if (!handle_take_layout(&any, (gr_layout)type.layout)) {
        return raise_layout(&any, (gr_layout)type.layout, place);
    }
    handle_store(view, &any);
    return GR_SUCCESS;
}

gr_status gr_impl_view_assign(void *view, gr_impl_view_type type, gr_any_view src, gr_place place) {
    handle_clear(view, type.rank);
    GR_TRY(gr_impl_view_check(&src, "the source", place));
    GR_TRY(gr_impl_view_set(view, type, src, place));
    return gr_impl_buffer_retain(src.buffer, place);
}

/* ---- parts ---- */

static gr_status check_selector(const gr_any_view *src, int d, const gr_selector *s,
                                gr_place place) {
    const gr_index extent = src->extent[d];

    if (s->kind == GR_SELECT_INDEX && (s->lo < 0 || s->lo >= extent)) {
        return gr_impl_raise(GR_OUT_OF_BOUNDS, place,
                             "index = %td in dimension %d of \"%s\", expected 0 <= index < %td",
                             s->lo, d, gr_view_label(*src), extent);
    }
    if (s->kind == GR_SELECT_RANGE && s->hi < s->lo) {
        return gr_impl_raise(GR_INVALID_ARG, place,
                             "range = [%td, %td) in dimension %d of \"%s\", expected lo <= hi",
                             s->lo, s->hi, d, gr_view_label(*src));
    }
    if (s->kind == GR_SELECT_RANGE && (s->lo < 0 || s->hi > extent)) {
        return gr_impl_raise(GR_OUT_OF_BOUNDS, place,
                             "range = [%td, %td) in dimension %d of \"%s\", expected within "
                             "[0, %td)",
                             s->lo, s->hi, d, gr_view_label(*src), extent);
    }
    if (s->kind != GR_SELECT_INDEX && s->kind != GR_SELECT_RANGE && s->kind != GR_SELECT_ALL) {
        return gr_impl_raise(GR_INVALID_ARG, place,
                             "selector of dimension %d = kind %d, expected gr_pick, gr_slice or "
                             "GR_ALL",
                             d, (int)s->kind);
    }
    return GR_SUCCESS;
}

/* The part of src, strided; counts no owner. */
static gr_status select_part(gr_any_view *part, const gr_any_view *src,
                             const gr_selector *selectors, gr_place place) {
    gr_index offset = 0;
    int rank = 0;
    bool empty;

    GR_TRY(gr_impl_view_check(src, "the source", place));
    empty = gr_view_size(*src) == 0;
    *part = *src;
    part->layout = GR_STRIDED;
    for (int d = 0; d < src->rank; d++) {
        const gr_selector *s = &selectors[d];

        GR_TRY(check_selector(src, d, s, place));
        if (s->kind != GR_SELECT_ALL) {
            offset += s->lo * src->stride[d];
        }
        if (s->kind != GR_SELECT_INDEX) {
            part->extent[rank] = s->kind == GR_SELECT_ALL ? src->extent[d] : s->hi - s->lo;
            part->stride[rank] = src->stride[d];
            rank++;
        }
    }
    part->rank = rank;
    for (int d = rank; d < GR_MAX_RANK; d++) {
        part->extent[d] = 1;
        part->stride[d] = 1;
    }
    /* An empty View may have no memory to point into. */
    part->data = empty ? src->data : (char *)src->data + offset * (gr_index)src->item;
    return GR_SUCCESS;
}

gr_status gr_impl_view_subview(void *view, gr_impl_view_type type, gr_any_view src,
                               gr_impl_selectors selectors, gr_place place) {
    gr_any_view part;

    handle_clear(view, type.rank);
    GR_TRY(select_part(&part, &src, selectors.n, place));
    GR_TRY(gr_impl_view_set(view, type, part, place));
    return gr_impl_buffer_retain(src.buffer, place);
}

gr_status gr_impl_subview(gr_any_view *out, gr_any_view src, const gr_selector *selectors,
                          gr_place place) {
    gr_any_view part;

    memset(out, 0, sizeof *out);
    out->dtype = src.dtype;
    out->item = src.item;
    out->layout = src.layout;
    GR_TRY(select_part(&part, &src, selectors, place));
    (void)handle_take_layout(&part, src.layout);
    *out = part;
    return gr_impl_buffer_retain(src.buffer, place);
}
