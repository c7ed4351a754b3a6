/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file copy.c
 * @brief Deep copies: what is checked before a copy is planned and carried out.
 */
#include "copy_device.h"
#include "copy_run.h"
#include "handle.h"

#include <granum/impl/backend.h>
#include <granum/impl/tool_calls.h>
#include <granum/initialize.h>

#include <string.h>

/* The product of the extents, whether there is memory for them or not. */
static gr_index elements(const gr_any_view *v) {
    gr_index product = 1;

    for (int d = 0; d < v->rank; d++) {
        product *= v->extent[d];
    }
    return product;
}

gr_status copy_check_view(const char *what, const gr_any_view *v, gr_place place) {
    GR_TRY(gr_impl_view_check(v, what, place));
    if (gr_impl_in_kernel()) {
        return gr_impl_raise(GR_IN_KERNEL, place,
                             "%s \"%s\" = used by a copy inside a kernel, expected outside", what,
                             gr_view_label(*v));
    }
    if (v->data == NULL && elements(v) > 0) {
        return gr_impl_raise(GR_INVALID_ARG, place,
                             "data of %s = NULL, expected memory for %td elements", what,
                             elements(v));
    }
    return gr_impl_ensure_initialized();
}

gr_status copy_check_target(const char *what, const gr_any_view *v, gr_place place) {
    for (int d = 0; d < v->rank; d++) {
        if (v->extent[d] > 1 && v->stride[d] == 0) {
            return gr_impl_raise(
                GR_INVALID_ARG, place,
                "stride[%d] of %s = 0 with extent %td, expected elements that do not "
                "share memory",
                d, what, v->extent[d]);
        }
    }
    return GR_SUCCESS;
}

static gr_status check_shapes(const gr_any_view *dst, const gr_any_view *src, gr_place place) {
    char dst_text[SHAPE_TEXT], src_text[SHAPE_TEXT];

    if (dst->rank != src->rank) {
        return gr_impl_raise(GR_INVALID_ARG, place,
                             "rank of dst = %d, of src = %d, expected the same", dst->rank,
                             src->rank);
    }
    if (dst->dtype != src->dtype) {
        return gr_impl_raise(GR_INVALID_ARG, place,
                             "dtype of dst = %s, of src = %s, expected the same",
                             gr_dtype_name(dst->dtype), gr_dtype_name(src->dtype));
    }
    if (dst->item != src->item) {
        return gr_impl_raise(GR_INVALID_ARG, place,
                             "item of dst = %zu bytes, of src = %zu bytes, expected the same",
                             dst->item, src->item);
    }
    for (int d = 0; d < dst->rank; d++) {
        if (dst->extent[d] != src->extent[d]) {
            return gr_impl_raise(GR_INVALID_ARG, place,
                                 "shape of dst = %s, of src = %s, expected the same",
                                 handle_shape_text(dst_text, dst->extent, dst->rank),
                                 handle_shape_text(src_text, src->extent, src->rank));
        }
    }
    return GR_SUCCESS;
}

static bool is_same(const gr_any_view *a, const gr_any_view *b) {
    for (int d = 0; d < a->rank; d++) {
        if (a->extent[d] > 1 && a->stride[d] != b->stride[d]) {
            return false;
        }
    }
    return a->data == b->data;
}

static gr_status carry_out(const gr_any_view *dst, const gr_any_view *src, gr_place place) {
    const gr_impl_where to = view_where(dst), from = view_where(src);
    bool is_alone;

    if (GR_IMPL_UNLIKELY((to.vendor | from.vendor) != 0)) {
        return copy_between(dst, to, src, from, place);
    }
    is_alone = GRANUM_CHECKED && gr_impl_alone_begin();
    copy_execute(copy_plan_make(dst, src));
    gr_impl_alone_end(is_alone);
    return GR_SUCCESS;
}

static gr_impl_tool_side side_of(const gr_any_view *v) {
    const gr_impl_where where = view_where(v);

    return (gr_impl_tool_side){gr_view_label(*v), v->data, where.space, where.vendor};
}

gr_status gr_impl_deep_copy(gr_any_view dst, gr_any_view src, gr_place place) {
    gr_status status;

    GR_TRY(copy_check_view("dst", &dst, place));
    GR_TRY(copy_check_view("src", &src, place));
    GR_TRY(check_shapes(&dst, &src, place));
    if (gr_view_size(dst) == 0 || is_same(&dst, &src)) {
        return GR_SUCCESS;
    }
    GR_TRY(copy_check_target("dst", &dst, place));
    if (copy_plan_overlap(&dst, &src)) {
        return gr_impl_raise(GR_INVALID_ARG, place,
                             "dst \"%s\" at %p and src \"%s\" at %p share elements, expected Views "
                             "that do not overlap",
                             gr_view_label(dst), dst.data, gr_view_label(src), src.data);
    }
    if (GR_IMPL_HEARD(GR_IMPL_HEAR_COPIES)) {
        gr_impl_tools_copy(side_of(&dst), side_of(&src), (size_t)gr_view_size(dst) * dst.item);
        status = carry_out(&dst, &src, place);
        gr_impl_tools_copied();
        return status;
    }
    return carry_out(&dst, &src, place);
}

gr_status gr_impl_deep_copy_on(gr_instance instance, gr_any_view dst, gr_any_view src,
                               gr_place place) {
    gr_status status;

    GR_TRY(gr_impl_instance_begin(instance, place));
    status = gr_impl_deep_copy(dst, src, place);
    gr_impl_instance_end();
    return status;
}

gr_status gr_impl_view_fill_on(gr_instance instance, gr_any_view v, const void *value,
                               gr_place place) {
    gr_status status;

    GR_TRY(gr_impl_instance_begin(instance, place));
    status = gr_impl_view_fill(v, value, place);
    gr_impl_instance_end();
    return status;
}

static gr_status check_scalar(const gr_any_view *v, gr_place place) {
    GR_TRY(copy_check_view("v", v, place));
    if (gr_view_size(*v) != 1) {
        return gr_impl_raise(GR_INVALID_ARG, place, "size of v = %td elements, expected 1",
                             gr_view_size(*v));
    }
    return GR_SUCCESS;
}

gr_status gr_impl_copy_to_scalar(void *out, gr_any_view v, gr_place place) {
    GR_TRY(check_scalar(&v, place));
    return gr_impl_space_copy((gr_impl_where){GR_HOST, 0, 0}, out, view_where(&v), v.data, v.item,
                              place);
}

gr_status gr_impl_copy_from_scalar(gr_any_view v, const void *value, gr_place place) {
    GR_TRY(check_scalar(&v, place));
    return gr_impl_space_copy(view_where(&v), v.data, (gr_impl_where){GR_HOST, 0, 0}, value, v.item,
                              place);
}
