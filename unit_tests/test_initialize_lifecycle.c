/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_initialize_lifecycle.c
 * @brief Begin and end: counted, nested, repeated, implicit. Oracle: initialize.h, by hand.
 */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <dirent.h>
#include <granum/initialize.h>
#include <granum/memory.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

static void forget_environment(void) {
    unsetenv("GRANUM_NUM_THREADS");
    unsetenv("GRANUM_DEBUG");
    unsetenv("GRANUM_PRINT_CONFIGURATION");
}

TestSuite(initialize, .init = forget_environment, .timeout = 60);

/* examples */

Test(initialize, begins_and_ends) {
    cr_assert(not(gr_is_initialized()));
    cr_assert(eq(int, (int)gr_initialize(NULL), GR_SUCCESS));
    cr_assert(gr_is_initialized());
    cr_assert(eq(int, (int)gr_finalize(), GR_SUCCESS));
    cr_assert(not(gr_is_initialized()));
}

Test(initialize, nests_and_repeats) {
    int round;
    int depth;

    for (round = 0; round < 3; round++) {
        for (depth = 0; depth < 5; depth++) {
            cr_assert(eq(int, (int)gr_initialize(NULL), GR_SUCCESS));
        }
        for (depth = 0; depth < 5; depth++) {
            cr_assert(gr_is_initialized());
            cr_assert(eq(int, (int)gr_finalize(), GR_SUCCESS));
        }
        cr_assert(not(gr_is_initialized()));
    }
}

Test(initialize, one_end_too_many_is_an_error) {
    cr_assert(eq(int, (int)gr_finalize(), GR_NOT_INITIALIZED));
    cr_assert_str_eq(gr_last_error()->message,
                     "uses of granum = 0, expected 1 or more: gr_finalize without gr_initialize");
    cr_assert(eq(int, (int)gr_initialize(NULL), GR_SUCCESS));
    cr_assert(eq(int, (int)gr_finalize(), GR_SUCCESS));
    cr_assert(eq(int, (int)gr_finalize(), GR_NOT_INITIALIZED));
}

Test(initialize, first_use_initialises) {
    double *p;

    cr_assert(eq(int, (int)gr_malloc(&p, GR_HOST, "p", sizeof *p), GR_SUCCESS));
    cr_assert(gr_is_initialized());
    cr_assert(eq(int, (int)gr_free(p), GR_SUCCESS));
    cr_assert(eq(int, (int)gr_finalize(), GR_SUCCESS));
    cr_assert(not(gr_is_initialized()));
    cr_assert(eq(int, (int)gr_finalize(), GR_NOT_INITIALIZED));
}

Test(initialize, a_call_after_first_use_counts_from_one) {
    const gr_settings settings = {
        .num_threads = 0, .debug = GR_DEBUG_ERRORS, .print_configuration = false};

    cr_assert(eq(int, (int)gr_impl_ensure_initialized(), GR_SUCCESS));
    cr_assert(eq(int, (int)gr_impl_debug(), GR_DEBUG_NONE));
    cr_assert(eq(int, (int)gr_initialize(&settings), GR_SUCCESS));
    cr_assert(eq(int, (int)gr_impl_debug(), GR_DEBUG_ERRORS));
    cr_assert(eq(int, (int)gr_finalize(), GR_SUCCESS));
    cr_assert(not(gr_is_initialized()));
}

Test(initialize, headers_of_another_version_are_refused_with_both_versions) {
    char expected[200];

    snprintf(expected, sizeof expected,
             "version of the headers = 7.8.9, expected %d.%d.*, as the library, which is %s",
             GR_VERSION_MAJOR, GR_VERSION_MINOR, gr_version());
    cr_assert(eq(int, (int)gr_impl_initialize(NULL, NULL, NULL, 70809), GR_VERSION_MISMATCH));
    cr_assert_str_eq(gr_last_error()->message, expected);
    cr_assert(not(gr_is_initialized()));
    cr_assert(eq(int, (int)gr_impl_initialize(NULL, NULL, NULL, GR_VERSION / 100 * 100 + 99),
                 GR_SUCCESS));
    cr_assert(eq(int, (int)gr_finalize(), GR_SUCCESS));
}

Test(initialize, version_of_the_library_is_the_one_of_its_headers_here) {
    char expected[40];

    snprintf(expected, sizeof expected, "%d.%d.%d", GR_VERSION_MAJOR, GR_VERSION_MINOR,
             GR_VERSION_PATCH);
    cr_assert_str_eq(gr_version(), expected);
}

Test(initialize, end_answers_a_launch_error_that_no_fence_saw) {
    const gr_place place = {"kernel.c", 42, "kernel"};

    cr_assert(eq(int, (int)gr_initialize(NULL), GR_SUCCESS));
    cr_assert(eq(int, (int)gr_initialize(NULL), GR_SUCCESS));
    gr_impl_launch_fail(GR_OUT_OF_BOUNDS, place, "axpy", "i = 7, expected 0..6");
    cr_assert(eq(int, (int)gr_finalize(), GR_SUCCESS));
    cr_assert(eq(int, (int)gr_finalize(), GR_OUT_OF_BOUNDS));
    cr_assert(not(gr_is_initialized()));
}

/* hooks */

static int calls[8];
static int call_count;

static void note(void *arg) {
    calls[call_count++] = *(const int *)arg;
}

static void use_the_library(void *arg) {
    double *p;

    (void)arg;
    cr_assert(gr_is_initialized());
    cr_assert(eq(int, (int)gr_initialize(NULL), GR_SUCCESS));
    cr_assert(eq(int, (int)gr_malloc(&p, GR_HOST, "in a hook", 100), GR_SUCCESS));
    cr_assert(eq(int, (int)gr_free(p), GR_SUCCESS));
    cr_assert(eq(int, (int)gr_finalize(), GR_SUCCESS));
    cr_assert(gr_is_initialized());
    cr_assert(eq(int, (int)gr_finalize(), GR_NOT_INITIALIZED));
    call_count++;
}

static void push_another(void *arg) {
    cr_assert(eq(int, (int)gr_finalize_hook_push(note, arg), GR_SUCCESS));
    call_count++;
}

Test(initialize, hooks_run_once_last_in_first_out) {
    static int ids[] = {1, 2, 3};
    int i;

    cr_assert(eq(int, (int)gr_initialize(NULL), GR_SUCCESS));
    cr_assert(eq(int, (int)gr_initialize(NULL), GR_SUCCESS));
    for (i = 0; i < 3; i++) {
        cr_assert(eq(int, (int)gr_finalize_hook_push(note, &ids[i]), GR_SUCCESS));
    }
    cr_assert(eq(int, (int)gr_finalize(), GR_SUCCESS));
    cr_assert(eq(int, call_count, 0));
    cr_assert(eq(int, (int)gr_finalize(), GR_SUCCESS));
    cr_assert(eq(int, call_count, 3));
    cr_assert(eq(int, calls[0], 3));
    cr_assert(eq(int, calls[1], 2));
    cr_assert(eq(int, calls[2], 1));
    cr_assert(eq(int, (int)gr_initialize(NULL), GR_SUCCESS));
    cr_assert(eq(int, (int)gr_finalize(), GR_SUCCESS));
    cr_assert(eq(int, call_count, 3));
}

Test(initialize, a_hook_may_use_the_library_and_push_hooks) {
    static int id = 5;

    cr_assert(eq(int, (int)gr_finalize_hook_push(use_the_library, NULL), GR_SUCCESS));
    cr_assert(eq(int, (int)gr_finalize_hook_push(push_another, &id), GR_SUCCESS));
    cr_assert(gr_is_initialized());
    cr_assert(eq(int, (int)gr_finalize(), GR_SUCCESS));
    cr_assert(eq(int, call_count, 3));
    cr_assert(eq(int, calls[1], 5));
    cr_assert(not(gr_is_initialized()));
}

Test(initialize, a_hook_that_is_none_is_refused) {
    cr_assert(eq(int, (int)gr_finalize_hook_push(NULL, NULL), GR_INVALID_ARG));
    cr_assert_str_eq(gr_last_error()->message, "hook = NULL, expected a function");
}

Test(initialize, a_hook_without_memory_is_an_error_and_the_next_one_works) {
    static int id = 1;

    cr_assert(eq(int, (int)gr_initialize(NULL), GR_SUCCESS));
    gr_impl_fail_allocation_after(0);
    cr_assert(eq(int, (int)gr_finalize_hook_push(note, &id), GR_OUT_OF_MEMORY));
    cr_assert(strstr(gr_last_error()->message, "\"finalize hook\": bytes = ") != NULL);
    cr_assert(eq(int, (int)gr_finalize_hook_push(note, &id), GR_SUCCESS));
    cr_assert(eq(int, (int)gr_finalize(), GR_SUCCESS));
    cr_assert(eq(int, call_count, 1));
}

/* threads, processes */

static int count_threads(void) {
    DIR *tasks = opendir("/proc/self/task");
    int count = -2; /* "." and ".." */

    while (tasks && readdir(tasks)) {
        count++;
    }
    if (tasks) {
        closedir(tasks);
    }
    return count;
}

Test(initialize, starts_no_thread_and_keeps_the_affinity) {
    const int threads = count_threads();
    cpu_set_t before;
    cpu_set_t after;

    cr_assert(eq(int, sched_getaffinity(0, sizeof before, &before), 0));
    cr_assert(eq(int, (int)gr_initialize(NULL), GR_SUCCESS));
    cr_assert(eq(int, count_threads(), threads));
    cr_assert(eq(int, sched_getaffinity(0, sizeof after, &after), 0));
    cr_assert(eq(int, !!CPU_EQUAL(&before, &after), 1));
    cr_assert(eq(int, (int)gr_finalize(), GR_SUCCESS));
}

/* The address sanitizer's malloc (gcc 12, clang 14) does not survive a fork while another thread is
   inside of it, so there the other thread stays out of malloc. */
#if defined(__SANITIZE_ADDRESS__)
#define MALLOC_SURVIVES_FORK 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define MALLOC_SURVIVES_FORK 0
#endif
#endif
#ifndef MALLOC_SURVIVES_FORK
#define MALLOC_SURVIVES_FORK 1
#endif

static void *busy(void *stop) {
    double *p = NULL;

    while (!__atomic_load_n((int *)stop, __ATOMIC_RELAXED)) {
        if (gr_initialize(NULL) != GR_SUCCESS ||
            (MALLOC_SURVIVES_FORK && gr_malloc(&p, GR_HOST, "p", 64) != GR_SUCCESS) ||
            gr_free(p) != GR_SUCCESS || gr_finalize() != GR_SUCCESS) {
            return stop;
        }
    }
    return NULL;
}

/* The child has one thread: whatever the other one held at the fork must be free in it. */
Test(initialize, a_child_of_fork_finds_every_lock_free) {
    enum { FORKS = 200 };
    pthread_t thread;
    void *failed = NULL;
    int stop = 0;
    int bad = 0;
    int i;

    cr_assert(eq(int, (int)gr_initialize(NULL), GR_SUCCESS));
    cr_assert(eq(int, pthread_create(&thread, NULL, busy, &stop), 0));
    for (i = 0; i < FORKS; i++) {
        const pid_t child = fork();
        int answer = -1;

        if (child == 0) {
            double *p;
            const bool is_good = gr_initialize(NULL) == GR_SUCCESS &&
                                 gr_malloc(&p, GR_HOST, "child", 64) == GR_SUCCESS &&
                                 gr_free(p) == GR_SUCCESS && gr_finalize() == GR_SUCCESS;

            _exit(is_good ? 0 : 1);
        }
        bad += child < 0 || waitpid(child, &answer, 0) != child || answer != 0;
    }
    __atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
    cr_assert(eq(int, pthread_join(thread, &failed), 0));
    cr_assert(failed == NULL);
    cr_assert(eq(int, bad, 0));
    cr_assert(eq(int, (int)gr_finalize(), GR_SUCCESS));
}
