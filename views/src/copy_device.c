/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file copy_device.c
 * @brief Copies and fills where a device takes part.
 *
 * Bytes cross between host and device in one run; whatever changes the layout happens on one side,
 * through memory of the same shape: on the host where the device's View has no holes, else on the
 * device. Large copies go in chunks (copy_staged.c).
 */
#include "copy_device.h"

#include "copy_run.h"
#include "copy_staged.h"

#include <string.h>

/* Items of a fill that travel with its launch, at most [B]. */
#define FILL_ITEM ((size_t)256)

static void set_loops(gr_impl_device_plan *plan, const copy_plan *copy) {
    plan->to = copy->dst;
    plan->from = copy->src;
    plan->item = copy->item;
    plan->rank = copy->rank;
    for (int d = 0; d < copy->rank; d++) {
        plan->loop[d] = (gr_impl_device_loop){copy->loop[d].extent, copy->loop[d].dst_step,
                                              copy->loop[d].src_step};
    }
}

/* Whether the elements fill the bytes from the first to the last, which is behind it. */
static bool is_one_run(const gr_any_view *v) {
    for (int d = 0; d < v->rank; d++) {
        if (v->extent[d] > 1 && v->stride[d] < 0) {
            return false;
        }
    }
    return gr_view_is_contiguous(*v);
}

/* A View of v's shape in new memory: with v's strides, or dense ones. */
static gr_status stage(gr_any_view *out, const gr_any_view *v, gr_impl_where where,
                       bool keeps_strides, gr_place place) {
    gr_index stride = 1;

    *out = *v;
    out->buffer = NULL;
    for (int d = v->rank - 1; d >= 0 && !keeps_strides; d--) {
        out->stride[d] = stride;
        stride *= v->extent[d];
    }
    return gr_impl_space_take(where, "staging of a copy", (size_t)gr_view_size(*v) * v->item, place,
                              &out->data);
}

/* Between two places of which neither reaches the other. The side on the device has the shape that
 * bytes cross in: dst where it is on one, else src. Between peers it is made on either device, and
 * the host has no part in it. */
static gr_status copy_through(const gr_any_view *dst, gr_impl_where to, const gr_any_view *src,
                              gr_impl_where from, gr_place place) {
    const bool to_device = to.space == GR_DEVICE;
    const gr_any_view *shape = to_device ? dst : src;
    const bool is_run = is_one_run(shape);
    const gr_impl_where there = !is_run ? to_device ? to : from
                                : gr_impl_space_are_peers(to, from)
                                    ? from
                                    : (gr_impl_where){GR_HOST, 0, 0};
    gr_any_view middle;
    gr_status status;

    GR_TRY(stage(&middle, shape, there, is_run, place));
    status = copy_between(&middle, there, src, from, place);
    if (status == GR_SUCCESS) {
        status = copy_between(dst, to, &middle, there, place);
    }
    gr_impl_space_give(there, middle.data);
    return status;
}

/* Whether the device of `where` follows pointers into `other`. */
static bool reaches(gr_impl_where where, gr_impl_where other) {
    return where.vendor == other.vendor && where.device == other.device;
}

/* Whether bytes cross in one copy: all but those between devices that are no peers. */
static bool is_direct(gr_impl_where to, gr_impl_where from) {
    return to.space != GR_DEVICE || from.space != GR_DEVICE || reaches(to, from) ||
           gr_impl_space_are_peers(to, from);
}

/* On a device that reaches both; what the host reaches is done when it is answered. */
static gr_status copy_there(const copy_plan *plan, gr_impl_where to, gr_impl_where from,
                            gr_place place) {
    const gr_impl_where where = to.space == GR_DEVICE ? to : from;
    gr_impl_device_plan loops;

    set_loops(&loops, plan);
    GR_TRY(gr_impl_space_copy_items(where, &loops, place));
    return to.space == from.space ? GR_SUCCESS : gr_impl_space_arrived(where, place);
}

gr_status copy_between(const gr_any_view *dst, gr_impl_where to, const gr_any_view *src,
                       gr_impl_where from, gr_place place) {
    const copy_plan plan = copy_plan_make(dst, src);
    bool is_done = false;

    if (to.space != GR_DEVICE && from.space != GR_DEVICE) {
        GR_TRY(gr_impl_space_settle(to, place));
        GR_TRY(gr_impl_space_settle(from, place));
        copy_execute(plan);
        return GR_SUCCESS;
    }
    if (is_one_run(to.space == GR_DEVICE ? dst : src)) {
        GR_TRY(copy_staged(dst, to, src, from, place, &is_done));
        if (is_done) {
            return GR_SUCCESS;
        }
    }
    if (plan.rank == 0 && is_direct(to, from)) {
        return gr_impl_space_copy(to, plan.dst, from, plan.src, plan.item, place);
    }
    if (reaches(to, from)) {
        return copy_there(&plan, to, from, place);
    }
    return copy_through(dst, to, src, from, place);
}

/* A large value is copied from a View of it whose strides are all zero. */
static gr_status fill_from_host(const gr_any_view *v, gr_impl_where where, const char *value,
                                gr_place place) {
    gr_any_view from = *v;

    from.data = (void *)(uintptr_t)value;
    from.buffer = NULL;
    for (int d = 0; d < v->rank; d++) {
        from.stride[d] = 0;
    }
    return copy_between(v, where, &from, (gr_impl_where){GR_HOST, 0, 0}, place);
}

gr_status fill_device(const gr_any_view *v, gr_impl_where where, const char *value,
                      gr_place place) {
    const copy_plan plan = copy_plan_make(v, v);
    gr_impl_device_plan loops;
    bool is_zero = true;

    for (size_t k = 0; k < v->item; k++) {
        is_zero = is_zero && value[k] == 0;
    }
    if (is_zero && plan.rank == 0) {
        return gr_impl_space_zero(where, plan.dst, plan.item, place);
    }
    if (v->item > FILL_ITEM) {
        return fill_from_host(v, where, value, place);
    }
    set_loops(&loops, &plan);
    loops.from = value;
    loops.item = v->item;
    if (plan.item != v->item) {
        loops.loop[loops.rank++] =
            (gr_impl_device_loop){(gr_index)(plan.item / v->item), (gr_index)v->item, 0};
    }
    for (int d = 0; d < loops.rank; d++) {
        loops.loop[d].from_step = 0;
    }
    return gr_impl_space_fill_items(where, &loops, place);
}

gr_status view_for_host(gr_any_view *out, const gr_any_view *v, gr_place place) {
    const gr_impl_where where = view_where(v);
    gr_status status;

    *out = *v;
    out->buffer = NULL;
    if (gr_view_size(*v) == 0 || where.space != GR_DEVICE) {
        return gr_impl_space_settle(where, place);
    }
    if (out->layout == GR_STRIDED) {
        out->layout = GR_RIGHT;
    }
    GR_TRY(gr_impl_any_create(out, gr_view_label(*v), GR_UNINITIALIZED, place));
    status = copy_between(out, (gr_impl_where){GR_HOST, 0, 0}, v, where, place);
    if (status != GR_SUCCESS) {
        (void)!gr_impl_any_release(out, place);
    }
    return status;
}
