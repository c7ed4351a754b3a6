/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file registry.c
 * @brief The backends of this build, and what is done once for all of them.
 */
#include "../backend.h"
#include "device.h"
#include "instance.h"

#include <granum/impl/backend.h>
#include <granum_backend_list.h>

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>

#include <granum/parallel.h>

#define DECLARE(name) extern const gr_impl_host_backend gr_impl_host_##name;
GR_IMPL_HOST_BACKEND_LIST(DECLARE)
#undef DECLARE

#define ADDRESS(name) &gr_impl_host_##name,
const gr_impl_host_backend *const gr_impl_host_backends[] = {GR_IMPL_HOST_BACKEND_LIST(ADDRESS)
                                                                 NULL};
#undef ADDRESS

const char *const *gr_impl_backend_names(void) {
    static const char *const names[] = {GR_IMPL_BACKEND_NAMES NULL};

    return names;
}

static void before_fork(void) {
    for (const gr_impl_host_backend *const *backend = gr_impl_host_backends; *backend; ++backend) {
        if ((*backend)->before_fork) {
            (*backend)->before_fork();
        }
    }
}

static void after_fork_in_child(void) {
    gr_impl_instances_after_fork();
    gr_impl_queues_after_fork();
}

__attribute__((constructor)) static void watch_forks(void) {
    pthread_atfork(before_fork, NULL, after_fork_in_child);
}

int gr_printf(const char *format, ...) {
    va_list arguments;
    int written;

    va_start(arguments, format);
    written = vprintf(format, arguments); /* one call holds the stream's lock: lines stay whole */
    va_end(arguments);
    return written;
}
