/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file copy_staged.c
 * @brief Large copies between the host and a device, chunk by chunk.
 *
 * A driver copies pageable memory through pinned memory of its own, on one thread, and the host
 * does nothing meanwhile. Here the threads move a chunk between the host's View and pinned memory,
 * in the device's order of elements, while the chunk before or behind it crosses the bus.
 */
#include "copy_staged.h"

#include "copy_run.h"

/* A run on the device in slices of at most a chunk: some rows of one dimension, all of those that
 * are denser, and one index of each of the others. */
typedef struct slices {
    const gr_any_view *dst, *src;
    const gr_any_view *shape; /* the one on the device */
    int split;                /* the dimension */
    gr_index rows;            /* of a slice at most */
    gr_index pieces;          /* of the dimension */
    gr_index count;           /* slices in all */
} slices;

/* Whether dimension d is walked in steps wider than those of dimension `by`. */
static bool is_outside(const gr_any_view *v, int d, int by) {
    return v->extent[d] > 1 && v->stride[d] > v->stride[by];
}

static gr_index divide_up(gr_index a, gr_index b) {
    return (a - 1) / b + 1;
}

/* Cut into slices of equal numbers of rows; false: one element is larger than a chunk. */
static bool cut(slices *s, size_t chunk) {
    const gr_any_view *shape = s->shape;
    const gr_index most = (gr_index)(chunk / shape->item);

    s->split = -1;
    for (int d = 0; d < shape->rank; d++) {
        if (shape->extent[d] > 1 && shape->stride[d] <= most &&
            (s->split < 0 || is_outside(shape, d, s->split))) {
            s->split = d;
        }
    }
    if (s->split < 0) {
        return false;
    }
    s->pieces = divide_up(shape->extent[s->split], most / shape->stride[s->split]);
    s->rows = divide_up(shape->extent[s->split], s->pieces);
    s->pieces = divide_up(shape->extent[s->split], s->rows);
    s->count = s->pieces;
    for (int d = 0; d < shape->rank; d++) {
        s->count *= is_outside(shape, d, s->split) ? shape->extent[d] : 1;
    }
    return true;
}

/* Slice k of a View of that shape. */
static gr_any_view slice(const slices *s, const gr_any_view *v, gr_index k) {
    gr_any_view part = *v;
    gr_index lo[GR_MAX_RANK] = {0}, offset = 0;
    const gr_index all = s->shape->extent[s->split];

    lo[s->split] = k % s->pieces * s->rows;
    part.extent[s->split] = all - lo[s->split] < s->rows ? all - lo[s->split] : s->rows;
    k /= s->pieces;
    for (int d = 0; d < v->rank; d++) {
        if (is_outside(s->shape, d, s->split)) {
            lo[d] = k % s->shape->extent[d];
            part.extent[d] = 1;
            k /= s->shape->extent[d];
        }
    }
    for (int d = 0; d < v->rank; d++) {
        offset += lo[d] * v->stride[d];
    }
    part.buffer = NULL;
    part.data = (char *)v->data + offset * (gr_index)v->item;
    return part;
}

static void move(const gr_any_view *dst, const gr_any_view *src) {
    copy_execute(copy_plan_make(dst, src));
}

/* Begin to move slice k between pinned memory and the device; its bytes in pinned memory. */
static gr_status cross(const slices *s, const gr_impl_staging *staging, gr_index k,
                       gr_place place) {
    const gr_any_view there = slice(s, s->shape, k);
    const size_t bytes = (size_t)gr_view_size(there) * there.item;
    char *pinned = staging->half[k % 2];

    return s->shape == s->dst
               ? gr_impl_space_send(staging->where, there.data, pinned, bytes, place)
               : gr_impl_space_send(staging->where, pinned, there.data, bytes, place);
}

/* Slice k as it lies in pinned memory. */
static gr_any_view pinned_slice(const slices *s, const gr_impl_staging *staging, gr_index k) {
    gr_any_view part = slice(s, s->shape, k);

    part.data = staging->half[k % 2];
    return part;
}

/* Slice k is packed while slice k - 1 crosses. */
static gr_status to_device(const slices *s, const gr_impl_staging *staging, gr_place place) {
    for (gr_index k = 0; k < s->count; k++) {
        const gr_any_view pinned = pinned_slice(s, staging, k), from = slice(s, s->src, k);

        move(&pinned, &from);
        if (k > 0) {
            GR_TRY(gr_impl_space_arrived(staging->where, place));
        }
        GR_TRY(cross(s, staging, k, place));
    }
    return gr_impl_space_arrived(staging->where, place);
}

/* Slice k is unpacked while slice k + 1 crosses. */
static gr_status from_device(const slices *s, const gr_impl_staging *staging, gr_place place) {
    GR_TRY(cross(s, staging, 0, place));
    for (gr_index k = 0; k < s->count; k++) {
        const gr_any_view pinned = pinned_slice(s, staging, k), to = slice(s, s->dst, k);

        GR_TRY(gr_impl_space_arrived(staging->where, place));
        if (k + 1 < s->count) {
            GR_TRY(cross(s, staging, k + 1, place));
        }
        move(&to, &pinned);
    }
    return GR_SUCCESS;
}

gr_status copy_staged(const gr_any_view *dst, gr_impl_where to, const gr_any_view *src,
                      gr_impl_where from, gr_place place, bool *is_done) {
    const bool is_to_device = to.space == GR_DEVICE;
    const gr_impl_where there = is_to_device ? to : from, here = is_to_device ? from : to;
    slices s = {.dst = dst, .src = src, .shape = is_to_device ? dst : src};
    gr_impl_staging *staging = NULL;
    gr_status status;

    *is_done = false;
    if (here.space == GR_HOST && there.space == GR_DEVICE) {
        staging = gr_impl_staging_take(there, (size_t)gr_view_size(*dst) * dst->item);
    }
    if (!staging) {
        return GR_SUCCESS;
    }
    *is_done = cut(&s, staging->chunk);
    status = !*is_done      ? GR_SUCCESS
             : is_to_device ? to_device(&s, staging, place)
                            : from_device(&s, staging, place);
    if (status != GR_SUCCESS) {
        (void)!gr_impl_space_arrived(there, place); /* what did begin may still cross */
    }
    gr_impl_staging_give(staging);
    return status;
}
