/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file fill.c
 * @brief Fills by a scalar: lines of a repeated pattern, zeros by memset.
 */
#include "copy_device.h"
#include "copy_run.h"

#include <granum/impl/tool_calls.h>
#include <granum/memory.h>

#include <string.h>

/* Values up to this size are kept on the stack [B]. */
#define SMALL_VALUE ((size_t)256)

/* Pieces of a fill whose element does not divide a line [B]. */
#define ODD_PIECE ((size_t)16384)

/* What to write. */
typedef struct fill_value {
    const char *bytes;
    size_t item; /* [B] */
    const copy_machine *machine;
    bool stream; /* around the caches */
} fill_value;

static void fill_zero(char *dst, const char *src, size_t bytes, const void *arg) {
    (void)src;
    (void)arg;
    memset(dst, 0, bytes);
}

/* Whole lines of a pattern, for elements that divide a line. */
static void fill_lines(char *dst, const char *src, size_t bytes, const void *arg) {
    const fill_value *value = (const fill_value *)arg;
    const size_t misaligned = (size_t)((uintptr_t)dst % LINE);
    const size_t head = misaligned == 0 ? 0 : LINE - misaligned;
    _Alignas(64) char pattern[2 * 64];
    size_t lines, done;

    (void)src;
    for (size_t k = 0; k < sizeof pattern; k += value->item) {
        memcpy(pattern + k, value->bytes, value->item);
    }
    if (bytes < head + LINE) {
        memcpy(dst, pattern, bytes);
        return;
    }
    memcpy(dst, pattern, head);
    lines = (bytes - head) / LINE;
    done = head + lines * LINE;
    /* the pattern's phase at the first line: the head may end inside an element */
    (value->stream ? value->machine->stream_pattern : value->machine->store_pattern)(
        dst + head, pattern + head % value->item, lines);
    memcpy(dst + done, pattern + head % value->item, bytes - done);
}

/* Other sizes: what is written so far is doubled, out of the first-level cache. */
static void fill_odd(char *dst, const char *src, size_t bytes, const void *arg) {
    const fill_value *value = (const fill_value *)arg;
    const size_t most =
        value->item < ODD_PIECE ? ODD_PIECE / value->item * value->item : value->item;
    size_t done = value->item;

    (void)src;
    memcpy(dst, value->bytes, value->item);
    while (done < bytes) {
        const size_t known = done < most ? done : most;
        const size_t step = known < bytes - done ? known : bytes - done;

        memcpy(dst + done, dst, step);
        done += step;
    }
}

static bool is_zero(const char *bytes, size_t n) {
    return bytes[0] == 0 && memcmp(bytes, bytes + 1, n - 1) == 0;
}

static void fill(const gr_any_view *v, const char *bytes) {
    const copy_context context = copy_context_get();
    copy_plan plan = copy_plan_make(v, v);
    const fill_value value = {bytes, v->item, context.machine,
                              copy_plan_bytes(&plan) > context.stream_bytes};
    copy_run_method method = {fill_lines, &value, COPY_PIECE};

    if (plan.item == v->item && plan.rank > 0) {
        /* no two elements are adjacent: a copy from a View whose strides are all zero */
        plan.src = bytes;
        for (int d = 0; d < plan.rank; d++) {
            plan.loop[d].src_step = 0;
        }
        copy_execute(plan);
        return;
    }
    if (is_zero(bytes, v->item)) {
        method.fn = fill_zero;
    } else if (LINE % v->item != 0) {
        method.fn = fill_odd;
        method.piece = (v->item < ODD_PIECE ? ODD_PIECE / v->item : 1) * v->item;
    }
    copy_run(&plan, &method);
}

gr_status gr_impl_view_fill(gr_any_view v, const void *value, gr_place place) {
    char small[SMALL_VALUE];
    char *bytes = small;
    gr_impl_where where;
    gr_status status;

    GR_TRY(copy_check_view("v", &v, place));
    if (value == NULL) {
        return gr_impl_raise(GR_INVALID_ARG, place,
                             "value = NULL, expected one element of %zu bytes", v.item);
    }
    if (gr_view_size(v) == 0) {
        return GR_SUCCESS;
    }
    GR_TRY(copy_check_target("v", &v, place));
    if (v.item > SMALL_VALUE) {
        bytes = (char *)gr_impl_host_alloc(v.item, LINE);
        if (bytes == NULL) {
            return gr_impl_out_of_memory(GR_HOST, "value of a fill", v.item, place);
        }
    }
    /* a copy, since the value may be an element of v */
    memcpy(bytes, value, v.item);
    where = view_where(&v);
    if (where.space == GR_DEVICE) {
        status = fill_device(&v, where, bytes, place);
    } else {
        const bool is_alone = GRANUM_CHECKED && gr_impl_alone_begin();

        status = gr_impl_space_settle(where, place);
        fill(&v, bytes);
        gr_impl_alone_end(is_alone);
    }
    if (v.item > SMALL_VALUE) {
        gr_impl_host_free(bytes);
    }
    return status;
}
