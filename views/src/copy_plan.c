/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file copy_plan.c
 * @brief Reduction of a copy to its loops.
 */
#include "copy_plan.h"

/* Order of loops: large steps of dst outside; among equals large steps of src outside. */
static bool goes_before(copy_loop a, copy_loop b) {
    const ptrdiff_t src_a = a.src_step < 0 ? -a.src_step : a.src_step;
    const ptrdiff_t src_b = b.src_step < 0 ? -b.src_step : b.src_step;

    return a.dst_step > b.dst_step || (a.dst_step == b.dst_step && src_a > src_b);
}

static void insert(copy_plan *plan, copy_loop loop) {
    int at = plan->rank++;

    for (; at > 0 && goes_before(loop, plan->loop[at - 1]); at--) {
        plan->loop[at] = plan->loop[at - 1];
    }
    plan->loop[at] = loop;
}

static void merge_neighbours(copy_plan *plan) {
    int kept = 0;

    for (int d = 1; d < plan->rank; d++) {
        copy_loop *outer = &plan->loop[kept];
        const copy_loop inner = plan->loop[d];

        if (outer->dst_step == inner.dst_step * inner.extent &&
            outer->src_step == inner.src_step * inner.extent) {
            outer->extent *= inner.extent;
            outer->dst_step = inner.dst_step;
            outer->src_step = inner.src_step;
        } else {
            plan->loop[++kept] = inner;
        }
    }
    plan->rank = plan->rank == 0 ? 0 : kept + 1;
}

copy_plan copy_plan_make(const gr_any_view *dst, const gr_any_view *src) {
    const ptrdiff_t item = (ptrdiff_t)dst->item;
    copy_plan plan = {.dst = (char *)dst->data, .src = (const char *)src->data, .item = dst->item};

    for (int d = 0; d < dst->rank; d++) {
        copy_loop loop = {dst->extent[d], dst->stride[d] * item, src->stride[d] * item};

        if (loop.extent == 1) {
            continue;
        }
        if (loop.dst_step < 0) {
            plan.dst += (loop.extent - 1) * loop.dst_step;
            plan.src += (loop.extent - 1) * loop.src_step;
            loop.dst_step = -loop.dst_step;
            loop.src_step = -loop.src_step;
        }
        insert(&plan, loop);
    }
    merge_neighbours(&plan);
    if (plan.rank > 0) {
        const copy_loop last = plan.loop[plan.rank - 1];

        if (last.dst_step == item && last.src_step == item) {
            plan.item *= (size_t)last.extent;
            plan.rank--;
        }
    }
    return plan;
}

size_t copy_plan_bytes(const copy_plan *plan) {
    size_t bytes = plan->item;

    for (int d = 0; d < plan->rank; d++) {
        bytes *= (size_t)plan->loop[d].extent;
    }
    return bytes;
}
