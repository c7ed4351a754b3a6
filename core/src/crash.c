/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file crash.c
 * @brief Debug word "crash": which kernel a fatal signal hit, before the process dies of it.
 *
 * The handler writes with write(2) only; backtrace() allocates at its first call, which is made
 * when the handlers are installed.
 */
#include "crash.h"

#include <granum/impl/backend.h>
#include <granum/impl/launch.h>
#include <granum/initialize.h>

#include <execinfo.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { FRAMES = 64 };
static const int fatal[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
enum { SIGNALS = sizeof fatal / sizeof fatal[0] };

static struct sigaction before[SIGNALS];
static bool installed;

static void put(const char *text) {
    const ssize_t written = write(STDERR_FILENO, text, strlen(text));

    (void)written; /* nobody is left to tell */
}

static void put_number(long long number) {
    char text[24];
    int at = sizeof text - 1;
    unsigned long long rest =
        number < 0 ? 0 - (unsigned long long)number : (unsigned long long)number;

    text[at] = '\0';
    do {
        text[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (number < 0) {
        text[--at] = '-';
    }
    put(text + at);
}

static void report(int number) {
    void *frames[FRAMES];
    const char *label;
    gr_place place;
    gr_index lo, hi;

    if (gr_impl_current_kernel(&label, &place) && gr_impl_current_units(&lo, &hi)) {
        put("granum: signal ");
        put_number(number);
        put(" in kernel \"");
        put(label);
        put("\" (");
        put(place.file);
        put(":");
        put_number(place.line);
        put("), units [");
        put_number(lo);
        put(", ");
        put_number(hi);
        put(")\n");
        backtrace_symbols_fd(frames, backtrace(frames, FRAMES), STDERR_FILENO);
    }
}

/* Report, and let the signal come again to whom it would have come before. */
static void handle(int number) {
    report(number);
    for (int k = 0; k < SIGNALS; k++) {
        if (fatal[k] == number) {
            sigaction(number, &before[k], NULL);
        }
    }
    raise(number);
}

void gr_impl_crash_watch(bool watch) {
    struct sigaction action;
    void *frame[1];

    if (watch == installed) {
        return;
    }
    installed = watch;
    (void)backtrace(frame, 1);
    memset(&action, 0, sizeof action);
    action.sa_handler = handle;
    action.sa_flags = SA_NODEFER;
    sigemptyset(&action.sa_mask);
    for (int k = 0; k < SIGNALS; k++) {
        if (watch) {
            sigaction(fatal[k], &action, &before[k]);
        } else {
            sigaction(fatal[k], &before[k], NULL);
        }
    }
}
