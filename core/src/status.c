/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file status.c
 * @brief Status names and the record of a thread's last failure.
 */
#include <granum/status.h>

#include "error_record.h"

#include <stdio.h>
#include <string.h>

/* Half a kilobyte a thread: too much for the static block that initial-exec variables share, and
   touched on failures only. */
static _Thread_local gr_error last_error
    __attribute__((tls_model("global-dynamic"))) = {GR_SUCCESS, 0, "", "", ""};

void gr_impl_error_format(gr_error *error, gr_status status, gr_place place, const char *prefix,
                          const char *format, va_list arguments) {
    int used = 0;
    int rest;

    error->status = status;
    error->file = place.file ? place.file : "";
    error->line = place.line;
    error->func = place.func ? place.func : "";
    if (prefix) {
        used = snprintf(error->message, sizeof error->message, "%s", prefix);
    }
    if (used >= 0 && (size_t)used < sizeof error->message) {
        rest = vsnprintf(error->message + used, sizeof error->message - (size_t)used, format,
                         arguments);
        used = rest < 0 ? rest : used + rest;
    }
    if (used < 0 || (size_t)used >= sizeof error->message) {
        memcpy(error->message + sizeof error->message - sizeof "...", "...", sizeof "...");
    }
}

void gr_impl_error_set(const gr_error *error) {
    last_error = *error;
}

const gr_error *gr_last_error(void) {
    return &last_error;
}

void gr_error_clear(void) {
    last_error.status = GR_SUCCESS;
    last_error.line = 0;
    last_error.file = "";
    last_error.func = "";
    last_error.message[0] = '\0';
}

const char *gr_status_name(gr_status status) {
    switch (status) {
#define STATUS_NAME(word, meaning) \
    case GR_##word:                \
        return "GR_" #word;
        GR_STATUS_LIST(STATUS_NAME)
#undef STATUS_NAME
    }
    return "(unknown status)";
}

const char *gr_status_meaning(gr_status status) {
    switch (status) {
#define STATUS_MEANING(word, meaning) \
    case GR_##word:                   \
        return meaning;
        GR_STATUS_LIST(STATUS_MEANING)
#undef STATUS_MEANING
    }
    return "unknown status";
}

gr_status gr_impl_raise(gr_status status, gr_place place, const char *format, ...) {
    gr_error error; /* an argument may point into the old message */
    va_list arguments;

    va_start(arguments, format);
    gr_impl_error_format(&error, status, place, NULL, format, arguments);
    va_end(arguments);
    last_error = error;
    gr_impl_error_print(GR_DEBUG_ERRORS, &error);
    return status;
}
