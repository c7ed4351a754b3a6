/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file initialize.c
 * @brief Counts the library's users; starts what the first needs and ends it with the last.
 */
#include "crash.h"
#include "error_record.h"
#include "lifecycle.h"
#include "tools.h"
#include "watch.h"

#include <granum/impl/backend.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

typedef struct hook {
    struct hook *older;
    void (*call)(void *arg);
    void *arg;
} hook;

static atomic_bool is_running; /* by a call or by first use */
static atomic_uint debug_in_force;
static atomic_bool traces_kernels;
static atomic_int device_in_force;

static int users;          /* gr_initialize without its gr_finalize */
static bool has_tools;     /* those of the settings were loaded */
static bool is_finalizing; /* hooks of the last gr_finalize are being called */
static hook *newest_hook;
static gr_impl_configuration in_force;
static pthread_mutex_t lifecycle_mutex = PTHREAD_MUTEX_INITIALIZER; /* guards the five above */

static pthread_once_t fork_handlers_once = PTHREAD_ONCE_INIT;

/* The locks of this library are taken before fork() in the order in which calls take them, so that
   the child finds each of them free and what it guards whole. */
static void before_fork(void) {
    gr_impl_alone_before_fork();
    gr_impl_race_before_fork();
    pthread_mutex_lock(&lifecycle_mutex);
    gr_impl_tools_lock();
    gr_impl_malloc_lock();
    gr_impl_memory_lock();
    gr_impl_quarantine_lock();
    gr_impl_scratch_lock();
}

static void after_fork(void) {
    gr_impl_scratch_unlock();
    gr_impl_quarantine_unlock();
    gr_impl_memory_unlock();
    gr_impl_malloc_unlock();
    gr_impl_tools_unlock();
    pthread_mutex_unlock(&lifecycle_mutex);
    gr_impl_race_after_fork();
    gr_impl_alone_after_fork();
}

static void install_fork_handlers(void) {
    /* Fails for want of memory only; a fork is then as safe as in a library that does nothing. */
    (void)pthread_atfork(before_fork, after_fork, after_fork);
}

int gr_impl_device_setting(void) {
    return atomic_load(&device_in_force);
}

unsigned gr_impl_debug(void) {
    return atomic_load_explicit(&debug_in_force, memory_order_relaxed);
}

bool gr_impl_traces_kernels(void) {
    return atomic_load_explicit(&traces_kernels, memory_order_relaxed);
}

void gr_impl_error_print(gr_debug word, const gr_error *error) {
    if (GR_IMPL_UNLIKELY(gr_impl_debug() & (unsigned)word)) {
        fprintf(stderr, "granum: %s: %s (%s:%d)\n", gr_status_name(error->status), error->message,
                error->file, error->line);
    }
}

const char *gr_version(void) {
    return GR_IMPL_STRING(GR_VERSION_MAJOR) "." GR_IMPL_STRING(GR_VERSION_MINOR) "." GR_IMPL_STRING(
        GR_VERSION_PATCH);
}

bool gr_is_initialized(void) {
    return atomic_load_explicit(&is_running, memory_order_acquire);
}

gr_impl_configuration gr_impl_configuration_now(void) {
    gr_impl_configuration now;

    pthread_mutex_lock(&lifecycle_mutex);
    now = in_force;
    pthread_mutex_unlock(&lifecycle_mutex);
    return now;
}

/* Put settings in force, under the lock. */
static void start(const gr_impl_configuration *configuration) {
    const bool was_running = gr_is_initialized();

    in_force = *configuration;
    /* What is meant for others alone must not make this library look. */
    atomic_store(&debug_in_force, configuration->settings.debug & gr_impl_debug_of_build());
    atomic_store(&traces_kernels, configuration->settings.trace_kernels);
    atomic_store(&device_in_force, configuration->settings.device);
    gr_impl_crash_watch((configuration->settings.debug & GR_DEBUG_CRASH) != 0);
    gr_impl_tools_listen();
    if (was_running && configuration->settings.num_threads != 0 &&
        configuration->settings.num_threads != gr_impl_num_threads()) {
        gr_impl_backends_stop();
        gr_impl_backends_start(configuration->settings.num_threads);
    }
    if (!was_running) {
        gr_impl_memory_reset_peak();
        gr_impl_backends_start(configuration->settings.num_threads);
        atomic_store_explicit(&is_running, true, memory_order_release);
    }
}

/* A program that never finalises has its tools end with it. */
static void end_tools_at_exit(void) {
    gr_impl_tools_stop();
}

static void install_exit_handler(void) {
    (void)atexit(end_tools_at_exit);
}

/* Load the tools of the settings, once; without the lock, for a tool may call the library. */
static gr_status load_tools(const gr_settings *settings) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    bool is_first;

    if (!settings->tools && !settings->tools_libs) {
        return GR_SUCCESS;
    }
    pthread_mutex_lock(&lifecycle_mutex);
    is_first = !has_tools;
    has_tools = true;
    pthread_mutex_unlock(&lifecycle_mutex);
    if (!is_first) {
        return GR_SUCCESS;
    }
    pthread_once(&once, install_exit_handler);
    return gr_impl_tools_start(settings->tools, settings->tools_libs, settings->tools_args);
}

/* Check, under the lock, what a nested call's command line asks for against what is in force. */
static gr_status join(const gr_impl_configuration *configuration) {
    const int threads = configuration->settings.num_threads;
    const bool is_command =
        configuration->source[GR_IMPL_SETTING_num_threads][0] == 'c'; /* "command line" */

    GR_REQUIRE(!is_command || threads == gr_impl_num_threads(), GR_INVALID_ARG,
               "--granum-num-threads = %d, expected %d: granum is in use already, with that many",
               threads, gr_impl_num_threads());
    return GR_SUCCESS;
}

/* The last user leaves, under the lock. */
static void stop(void) {
    gr_impl_backends_stop();
    gr_impl_memory_report_leaks(stderr);
    gr_impl_malloc_trim();
    has_tools = false;
    atomic_store(&debug_in_force, GR_DEBUG_NONE);
    atomic_store(&traces_kernels, false);
    gr_impl_crash_watch(false);
    gr_impl_tools_listen();
    atomic_store_explicit(&is_running, false, memory_order_release);
}

/* Take back a first use that did not come to be. */
static void leave(void) {
    pthread_mutex_lock(&lifecycle_mutex);
    users--;
    if (users == 0) {
        stop();
    }
    pthread_mutex_unlock(&lifecycle_mutex);
}

gr_status gr_impl_initialize(const gr_settings *settings, int *argc, char **argv, int header) {
    gr_impl_configuration configuration;
    gr_status status = GR_SUCCESS;
    bool is_first;

    GR_REQUIRE(header / 100 == GR_VERSION / 100, GR_VERSION_MISMATCH,
               "version of the headers = %d.%d.%d, expected %d.%d.*, as the library, which is %s",
               header / 10000, header / 100 % 100, header % 100, GR_VERSION_MAJOR, GR_VERSION_MINOR,
               gr_version());
    GR_REQUIRE(!gr_impl_in_kernel(), GR_IN_KERNEL,
               "gr_initialize called in a kernel, expected outside of kernels");
    GR_REQUIRE(!argc == !argv, GR_INVALID_ARG, "%s = NULL, expected both argc and argv or neither",
               argc ? "argv" : "argc");
    GR_TRY(gr_impl_configure(&configuration, settings, argc ? *argc : 0, argv));
    pthread_once(&fork_handlers_once, install_fork_handlers);

    pthread_mutex_lock(&lifecycle_mutex);
    if (users == 0) {
        start(&configuration);
    } else {
        status = join(&configuration);
    }
    is_first = users == 0 && status == GR_SUCCESS;
    users += status == GR_SUCCESS;
    pthread_mutex_unlock(&lifecycle_mutex);
    GR_TRY(status);
    if (is_first && (status = load_tools(&configuration.settings)) != GR_SUCCESS) {
        leave();
        return status;
    }

    if (argc) {
        gr_impl_arguments_consume(argc, argv);
    }
    if (configuration.tools_help) {
        gr_impl_tools_help(argv[0]);
    }
    if (configuration.help) {
        gr_impl_print_help(stdout);
    }
    return configuration.settings.print_configuration ? gr_print_configuration(stderr) : GR_SUCCESS;
}

gr_status gr_impl_ensure_initialized(void) {
    gr_impl_configuration configuration;
    gr_status status;
    bool is_first;

    if (GR_IMPL_LIKELY(gr_is_initialized())) {
        return GR_SUCCESS;
    }
    status = gr_impl_configure(&configuration, NULL, 0, NULL);
    if (status != GR_SUCCESS) {
        configuration = gr_impl_configuration_default();
    }
    pthread_once(&fork_handlers_once, install_fork_handlers);

    pthread_mutex_lock(&lifecycle_mutex);
    is_first = !gr_is_initialized();
    if (is_first) {
        start(&configuration);
    }
    pthread_mutex_unlock(&lifecycle_mutex);

    if (is_first && status == GR_SUCCESS) {
        status = load_tools(&configuration.settings);
    }
    if (status != GR_SUCCESS) {
        gr_impl_launch_fail(status, GR_HERE, NULL, "%s", gr_last_error()->message);
        return status;
    }
    return is_first && configuration.settings.print_configuration ? gr_print_configuration(stderr)
                                                                  : GR_SUCCESS;
}

gr_status gr_finalize_hook_push(void (*call)(void *arg), void *arg) {
    hook *added;

    GR_REQUIRE(call, GR_INVALID_ARG, "hook = NULL, expected a function");
    GR_TRY(gr_impl_ensure_initialized());
    added = (hook *)gr_impl_host_alloc(sizeof *added, GR_ALIGNMENT);
    if (!added) {
        return gr_impl_out_of_memory(GR_HOST, "finalize hook", sizeof *added, GR_HERE);
    }
    added->call = call;
    added->arg = arg;
    pthread_mutex_lock(&lifecycle_mutex);
    added->older = newest_hook;
    newest_hook = added;
    pthread_mutex_unlock(&lifecycle_mutex);
    return GR_SUCCESS;
}

/* Call the hooks, then end the tools, without the lock, which is held before and after: both may
   use the library. */
static void call_hooks(void) {
    is_finalizing = true;
    while (newest_hook) {
        hook called = *newest_hook;

        gr_impl_host_free(newest_hook);
        newest_hook = called.older;
        pthread_mutex_unlock(&lifecycle_mutex);
        called.call(called.arg);
        pthread_mutex_lock(&lifecycle_mutex);
    }
    if (users <= 1) {
        pthread_mutex_unlock(&lifecycle_mutex);
        gr_impl_tools_stop();
        pthread_mutex_lock(&lifecycle_mutex);
    }
    is_finalizing = false;
}

gr_status gr_finalize(void) {
    gr_status status = GR_SUCCESS;
    bool is_last;

    GR_REQUIRE(!gr_impl_in_kernel(), GR_IN_KERNEL,
               "gr_finalize called in a kernel, expected outside of kernels");
    pthread_mutex_lock(&lifecycle_mutex);
    if (!gr_is_initialized() || (is_finalizing && users <= 1)) {
        pthread_mutex_unlock(&lifecycle_mutex);
        return GR_RAISE(
            GR_NOT_INITIALIZED,
            "uses of granum = 0, expected 1 or more: gr_finalize without gr_initialize");
    }
    if (users == 0) {
        users = 1; /* initialised by first use: the same as one call */
    }
    is_last = users == 1;
    if (is_last) {
        call_hooks();
        is_last = users == 1; /* another thread may have come while the hooks ran */
    }
    users--;
    if (is_last) {
        stop();
    }
    pthread_mutex_unlock(&lifecycle_mutex);
    if (is_last) {
        status = gr_fence();
    }
    return status;
}
