/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file arguments.c
 * @brief Debug modes for launches whose memory is their caller's: kernels from Python.
 *
 * Their arrays are no Views that the library holds, need not be dense, and are known by the names
 * of arguments. The caller says what they are and calls its launches through gr_impl_watch_call,
 * which copies what they may write and compares, as watch.c does around other launches, and runs
 * them once in each order for mode order, so that results are compared too. Modes race and uninit
 * ask here what an address is called.
 */
#include "watch.h"

#include "lifecycle.h"

#include <granum/impl/backend.h>
#include <granum/impl/launch.h>
#include <granum/view.h>

#include <stdlib.h>
#include <string.h>

/* A caller's launches while they run. */
typedef struct watched_call {
    const gr_impl_argument *argument;
    int count, order;
    const gr_site *site; /* of the launch that began last; NULL: none yet */
} watched_call;

static _Thread_local watched_call *current;

int gr_impl_arguments_order(void) {
    return current ? current->order : 0;
}

bool gr_impl_arguments_note(const gr_site *site) {
    if (current) {
        current->site = site;
    }
    return current != NULL;
}

/* ---- elements of an array of any strides, row by row in order of the indices ---- */

static gr_index row_length(const gr_any_view *view) {
    return view->rank > 0 ? view->extent[view->rank - 1] : 1;
}

static gr_index rows_of(const gr_any_view *view) {
    gr_index rows = 1;

    for (int d = 0; d < view->rank - 1; d++) {
        rows *= view->extent[d];
    }
    return rows;
}

/* From one element of a row to the next [B]. */
static ptrdiff_t row_step(const gr_any_view *view) {
    return view->rank > 0 ? view->stride[view->rank - 1] * (ptrdiff_t)view->item : 0;
}

static char *row_begin(const gr_any_view *view, gr_index row) {
    char *at = (char *)view->data;

    for (int d = view->rank - 2; d >= 0; d--) {
        at += row % view->extent[d] * view->stride[d] * (ptrdiff_t)view->item;
        row /= view->extent[d];
    }
    return at;
}

static const char *place_text(char text[160], const gr_any_view *view, gr_index element) {
    gr_index index[GR_MAX_RANK];
    size_t at = 1;

    for (int d = view->rank - 1; d >= 0; d--) {
        index[d] = element % view->extent[d];
        element /= view->extent[d];
    }
    text[0] = '(';
    for (int d = 0; d < view->rank; d++) {
        at += (size_t)snprintf(text + at, 160 - at, d > 0 ? ", %td" : "%td", index[d]);
    }
    snprintf(text + at, 160 - at, ")");
    return text;
}

/* ---- copies, dense ---- */

typedef struct copy {
    struct copy *next;
    const gr_impl_argument *argument;
    char element[];
} copy;

static size_t bytes_of(const gr_any_view *view) {
    return (size_t)rows_of(view) * (size_t)row_length(view) * view->item;
}

/* NULL: there is no memory for it. */
static copy *copy_one(const gr_impl_argument *argument) {
    const gr_any_view *view = &argument->view;
    const gr_index length = row_length(view), rows = rows_of(view);
    const size_t item = view->item, bytes = (size_t)length * item;
    copy *made = (copy *)malloc(sizeof *made + (size_t)rows * bytes);
    char *to = made ? made->element : NULL;

    if (!made) {
        return NULL;
    }
    made->argument = argument;
    for (gr_index row = 0; row < rows; row++) {
        const char *from = row_begin(view, row);

        if (row_step(view) == (ptrdiff_t)item) {
            memcpy(to, from, bytes);
            to += bytes;
            continue;
        }
        for (gr_index k = 0; k < length; k++, from += row_step(view), to += item) {
            memcpy(to, from, item);
        }
    }
    return made;
}

/* What the call may write. The size of what there is no memory for is added to *lost [B]. */
static copy *copy_written(const watched_call *call, size_t *lost) {
    copy *first = NULL, **last = &first;

    for (int k = 0; k < call->count; k++) {
        const gr_impl_argument *argument = &call->argument[k];
        const size_t bytes = argument->is_written ? bytes_of(&argument->view) : 0;

        if (bytes == 0) {
            continue;
        }
        *last = copy_one(argument);
        if (*last) {
            last = &(*last)->next;
        } else {
            *lost += bytes;
        }
    }
    *last = NULL;
    return first;
}

static void put_back(const copy *all) {
    for (; all; all = all->next) {
        const gr_any_view *view = &all->argument->view;
        const gr_index length = row_length(view), rows = rows_of(view);
        const char *from = all->element;

        for (gr_index row = 0; row < rows; row++) {
            char *to = row_begin(view, row);

            for (gr_index k = 0; k < length; k++, to += row_step(view), from += view->item) {
                memcpy(to, from, view->item);
            }
        }
    }
}

static void drop(copy *all) {
    while (all) {
        copy *const next = all->next;

        free(all);
        all = next;
    }
}

/* ---- findings ---- */

typedef struct finding {
    gr_index count, first; /* elements */
    const char *now, *before;
} finding;

/* Elements that have changed to something wrong; a complex one is wrong where a half of it is. */
static finding search(const copy *old, bool (*is_wrong)(gr_dtype dtype, const char *at)) {
    const gr_any_view *view = &old->argument->view;
    const gr_index length = row_length(view), rows = rows_of(view);
    const size_t item = view->item;
    const size_t part = is_wrong ? gr_impl_part_of(view->dtype) : item;
    const char *before = old->element;
    finding found = {0, 0, NULL, NULL};

    for (gr_index row = 0; row < rows; row++) {
        const char *now = row_begin(view, row);

        for (gr_index k = 0; k < length; k++, now += row_step(view), before += item) {
            bool counted = false;

            if (memcmp(now, before, item) == 0) {
                continue;
            }
            for (size_t at = 0; at < item && !counted; at += part) {
                counted = !is_wrong ||
                          (is_wrong(view->dtype, now + at) && !is_wrong(view->dtype, before + at));
                if (counted && found.count++ == 0) {
                    found.first = row * length + k;
                    found.now = now + at;
                    found.before = before + at;
                }
            }
        }
    }
    return found;
}

static gr_place place_of(const watched_call *call) {
    return (gr_place){call->site->file, call->site->line, NULL};
}

/* Modes nan and poison. */
static void look_at(const watched_call *call, const copy *old) {
    const gr_any_view *view = &old->argument->view;
    const unsigned debug = gr_impl_debug();
    const char *const name = old->argument->name;
    char index[160], value[40], created[160] = "";
    gr_impl_owner owner;
    finding found = {0, 0, NULL, NULL};

    if (view->dtype == GR_STRUCT || !name) {
        return; /* what its members are is not known; a result is no element */
    }
    if (debug & GR_DEBUG_POISON) {
        found = search(old, gr_impl_is_poison);
    }
    if (found.count > 0) {
        if (gr_impl_owner_of(found.now, &owner) && owner.created.file) {
            snprintf(created, sizeof created, " (created at %.120s:%d)", owner.created.file,
                     owner.created.line);
        }
        gr_impl_launch_fail(GR_BAD_VALUE, place_of(call), call->site->label,
                            "argument \"%s\" = memory that was never set, or was released, at %s, "
                            "expected values that were set: %td such element%s%s",
                            name, place_text(index, view, found.first), found.count,
                            found.count == 1 ? "" : "s", created);
        return; /* poison is a NaN too */
    }
    if ((debug & GR_DEBUG_NAN) && gr_impl_is_real(view->dtype)) {
        found = search(old, gr_impl_is_wild);
    }
    if (found.count > 0) {
        gr_impl_launch_fail(
            GR_BAD_VALUE, place_of(call), call->site->label,
            "argument \"%s\" = %s at %s, expected finite values: %td became NaN or infinite", name,
            gr_impl_value_text(value, view->dtype, found.now), place_text(index, view, found.first),
            found.count);
    }
}

/* Mode order: is anything else than it was after the units ran forward? */
static bool compare(const watched_call *call, const copy *forward) {
    for (; forward; forward = forward->next) {
        const gr_impl_argument *argument = forward->argument;
        const gr_any_view *view = &argument->view;
        const char *const how = call->order == GR_IMPL_ORDER_REVERSED ? "reversed" : "shuffled";
        const finding found = search(forward, NULL);
        char index[160], now[40], before[40];

        if (found.count == 0) {
            continue;
        }
        gr_impl_value_text(now, view->dtype, found.now);
        gr_impl_value_text(before, view->dtype, found.before);
        if (!argument->name) {
            gr_impl_launch_fail(GR_BAD_VALUE, place_of(call), call->site->label,
                                "result = %s in %s order, expected %s as in forward order", now,
                                how, before);
        } else {
            gr_impl_launch_fail(
                GR_BAD_VALUE, place_of(call), call->site->label,
                "argument \"%s\" = %s at %s in %s order, expected %s as in forward order: %td "
                "element%s depend%s on the order of iterations",
                argument->name, now, place_text(index, view, found.first), how, before, found.count,
                found.count == 1 ? "" : "s", found.count == 1 ? "s" : "");
        }
        return false;
    }
    return true;
}

/* ---- around the launches of a call ---- */

/* Mode order: the same in the other orders; what was after the first one is left. */
static int32_t run_again(watched_call *call, const copy *before, int32_t (*launches)(void *),
                         void *argument, size_t *lost) {
    copy *const forward = copy_written(call, lost);
    bool is_same = true;
    int32_t code = 0;

    for (int order = GR_IMPL_ORDER_REVERSED;
         order <= GR_IMPL_ORDER_SHUFFLED && is_same && code == 0 && *lost == 0; order++) {
        put_back(before);
        call->order = order;
        code = launches(argument);
        is_same = code != 0 || compare(call, forward);
    }
    if (*lost == 0) {
        put_back(forward);
    }
    drop(forward);
    return code;
}

int32_t gr_impl_watch_call(const gr_impl_argument *argument, int count,
                           int32_t (*launches)(void *argument), void *passed) {
    const unsigned debug = gr_impl_debug();
    const bool is_alone = gr_impl_alone_begin();
    const bool orders = (debug & GR_DEBUG_ORDER) && !(debug & GR_DEBUG_RACE);
    watched_call *const outer = current;
    watched_call call = {argument, count, orders ? GR_IMPL_ORDER_FORWARD : GR_IMPL_ORDER_LOGGED,
                         NULL};
    copy *before = NULL;
    size_t lost = 0;
    int32_t code;

    if (debug & (GR_DEBUG_NAN | GR_DEBUG_POISON | GR_DEBUG_ORDER)) {
        before = copy_written(&call, &lost);
    }
    current = &call;
    code = launches(passed);
    if (orders && code == 0 && call.site && lost == 0 && !gr_impl_launch_failed()) {
        code = run_again(&call, before, launches, passed, &lost);
    }
    for (const copy *old = before; old && call.site; old = old->next) {
        look_at(&call, old);
    }
    if (lost > 0 && call.site) {
        gr_impl_launch_fail(GR_OUT_OF_MEMORY, place_of(&call), call.site->label,
                            "bytes to copy = %zu, expected memory for all: the launch was not "
                            "looked at in whole",
                            lost);
    }
    current = outer;
    drop(before);
    gr_impl_alone_end(is_alone);
    return code;
}

/* ---- names of addresses ---- */

/* The indices of the element at an address, if it is one of the array's. */
static bool find_index(const gr_any_view *view, uintptr_t address, gr_index index[GR_MAX_RANK]) {
    ptrdiff_t left = (ptrdiff_t)(address - (uintptr_t)view->data);
    bool is_done[GR_MAX_RANK] = {false};

    for (int d = 0; d < view->rank; d++) { /* from the lowest address */
        index[d] = 0;
        if (view->stride[d] < 0) {
            left -= view->stride[d] * (view->extent[d] - 1) * (ptrdiff_t)view->item;
        }
    }
    if (left < 0) {
        return false;
    }
    left /= (ptrdiff_t)view->item;
    for (int step = 0; step < view->rank; step++) { /* the largest stride first */
        int most = -1;
        gr_index stride, at;

        for (int d = 0; d < view->rank; d++) {
            if (!is_done[d] && (most < 0 || llabs(view->stride[d]) > llabs(view->stride[most]))) {
                most = d;
            }
        }
        is_done[most] = true;
        stride = (gr_index)llabs(view->stride[most]);
        if (view->extent[most] == 0) {
            return false;
        }
        if (stride == 0 || view->extent[most] == 1) {
            continue;
        }
        at = left / stride;
        if (at >= view->extent[most]) {
            return false;
        }
        left -= at * stride;
        index[most] = view->stride[most] < 0 ? view->extent[most] - 1 - at : at;
    }
    return left == 0;
}

bool gr_impl_arguments_describe(gr_impl_owner *owner) {
    for (int k = 0; current && k < current->count; k++) {
        const gr_impl_argument *argument = &current->argument[k];
        const gr_any_view *view = &argument->view;
        gr_index index[GR_MAX_RANK], element = 0;

        if (!argument->name || !find_index(view, owner->address, index)) {
            continue;
        }
        for (int d = 0; d < view->rank; d++) {
            element = element * view->extent[d] + index[d];
        }
        place_text(owner->index, view, element);
        snprintf(owner->label, sizeof owner->label, "%s", argument->name);
        owner->what = "argument";
        if (!owner->data) {
            owner->data = (const char *)view->data;
        }
        if (owner->dtype == GR_STRUCT) {
            owner->dtype = view->dtype;
        }
        return true;
    }
    return false;
}
