/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file fence.c
 * @brief Launch errors: kept for the host thread that launched, answered by its next gr_fence.
 */
#include "error_record.h"
#include "watch.h"

#include <granum/impl/space.h>
#include <granum/impl/tool_calls.h>

#include <stdatomic.h>
#include <stdio.h>

enum { NOTHING, WRITING, PENDING };

/* Debug word "each": failures of one launch that are printed. */
enum { MOST_PRINTED = 10 };

struct gr_impl_launch_errors {
    atomic_int state;  /* NOTHING, WRITING, PENDING */
    gr_error *error;   /* the thread's; NULL until a thread first asked for it */
    atomic_long found; /* failures since the launch began, or since the last one ended */
};

static _Thread_local gr_impl_launch_errors own_errors;
static _Thread_local gr_impl_launch_errors *used_errors; /* NULL: own_errors */

gr_impl_launch_errors *gr_impl_launch_errors_here(void) {
    if (used_errors) {
        return used_errors;
    }
    if (GR_IMPL_UNLIKELY(!own_errors.error)) {
        own_errors.error = gr_impl_error_pending();
    }
    return &own_errors;
}

void gr_impl_error_pending_gone(void) {
    own_errors.error = NULL;
}

void gr_impl_launch_errors_use(gr_impl_launch_errors *errors) {
    used_errors = errors;
}

/* Debug word "each": a failure is printed, whether or not it is the one that the fence answers. */
static GR_IMPL_COLD void print_one(gr_impl_launch_errors *errors, gr_status status, gr_place place,
                                   const char *prefix, const char *format, va_list arguments) {
    gr_error error;

    if (atomic_fetch_add(&errors->found, 1) < MOST_PRINTED) {
        gr_impl_error_format(&error, status, place, prefix, format, arguments);
        gr_impl_error_print(GR_DEBUG_EACH, &error);
    }
}

void gr_impl_failures_begin(void) {
    atomic_store(&gr_impl_launch_errors_here()->found, 0);
}

long gr_impl_failures_end(void) {
    return atomic_exchange(&gr_impl_launch_errors_here()->found, 0);
}

void gr_impl_launch_fail(gr_status status, gr_place place, const char *label, const char *format,
                         ...) {
    gr_impl_launch_errors *errors = gr_impl_launch_errors_here();
    int nothing = NOTHING;
    const bool is_first = atomic_compare_exchange_strong(&errors->state, &nothing, WRITING);
    const bool prints_each = (gr_impl_debug() & GR_DEBUG_EACH) != 0;
    char prefix[160];
    va_list arguments;

    if (!is_first && !prints_each) {
        return; /* the first one is kept */
    }
    if (label && label[0]) {
        snprintf(prefix, sizeof prefix, "kernel \"%.140s\": ", label);
    } else {
        prefix[0] = '\0';
    }
    if (prints_each) {
        va_start(arguments, format);
        print_one(errors, status, place, prefix, format, arguments);
        va_end(arguments);
    }
    if (!is_first) {
        return;
    }
    va_start(arguments, format);
    gr_impl_error_format(errors->error, status, place, prefix, format, arguments);
    va_end(arguments);
    if (!prints_each) {
        gr_impl_error_print(GR_DEBUG_SYNC, errors->error);
    }
    atomic_store_explicit(&errors->state, PENDING, memory_order_release);
}

static GR_IMPL_COLD gr_status take_pending(void) {
    gr_status status = own_errors.error->status;

    gr_impl_error_set(own_errors.error);
    gr_impl_error_print(GR_DEBUG_ERRORS, own_errors.error);
    atomic_store_explicit(&own_errors.state, NOTHING, memory_order_release);
    return status;
}

bool gr_impl_launch_failed(void) {
    return atomic_load_explicit(&gr_impl_launch_errors_here()->state, memory_order_acquire) !=
           NOTHING;
}

gr_status gr_fence(void) {
    const bool is_heard = GR_IMPL_HEARD(GR_IMPL_HEAR_FENCES);

    if (is_heard) {
        gr_impl_tools_fence("gr_fence");
    }
    gr_impl_devices_settle();
    if (is_heard) {
        gr_impl_tools_fenced();
    }
    if (GR_IMPL_UNLIKELY(atomic_load_explicit(&own_errors.state, memory_order_acquire) ==
                         PENDING)) {
        return take_pending();
    }
    return GR_SUCCESS;
}
