/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file status.c
 * @brief Status names and the record of a thread's last failure.
 */
#include <granum/status.h>

#include "error_record.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * A thread's records, made when it first needs them. In thread-local storage they would not fit:
 * one initial-exec variable puts all of a library's into the static block, of which a program that
 * loads the library late (Python does) has little left.
 */
typedef struct thread_records {
    gr_error last, pending;
} thread_records;

#define NO_ERROR \
    { GR_SUCCESS, 0, "", "", "" }
static _Thread_local thread_records *records;
static thread_records spare = {NO_ERROR, NO_ERROR}; /* shared where there is no memory */

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t thread_end;
static bool has_key;

static void free_records(void *arg) {
    records = NULL; /* other destructors may fail after this one */
    gr_impl_error_pending_gone();
    free(arg);
}

static void make_key(void) {
    has_key = pthread_key_create(&thread_end, free_records) == 0;
}

/* Whoever unloads the library must not leave a destructor behind that is no longer there. */
__attribute__((destructor)) static void remove_key(void) {
    if (has_key) {
        pthread_key_delete(thread_end);
    }
}

static GR_IMPL_COLD thread_records *make_records(void) {
    const thread_records nothing = {NO_ERROR, NO_ERROR};
    thread_records *made;

    pthread_once(&once, make_key);
    made = has_key ? (thread_records *)malloc(sizeof *made) : NULL;
    if (made && pthread_setspecific(thread_end, made) != 0) {
        free(made);
        made = NULL;
    }
    if (!made) {
        return &spare;
    }
    *made = nothing;
    records = made;
    return made;
}

static thread_records *own_records(void) {
    return records ? records : make_records();
}

gr_error *gr_impl_error_pending(void) {
    return &own_records()->pending;
}

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
    own_records()->last = *error;
}

const gr_error *gr_last_error(void) {
    return &own_records()->last;
}

void gr_error_clear(void) {
    if (records) {
        records->last.status = GR_SUCCESS;
        records->last.line = 0;
        records->last.file = "";
        records->last.func = "";
        records->last.message[0] = '\0';
    }
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
    own_records()->last = error;
    gr_impl_error_print(GR_DEBUG_ERRORS, &error);
    return status;
}
