/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_status_fence.c
 * @brief Launch errors wait for the fence of the thread that launched. Oracle: status.h, by hand.
 */
#include "support/capture.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <granum/initialize.h>
#include <pthread.h>
#include <string.h>

static const gr_place place = {"kernel.c", 42, "kernel"};

/* examples */

Test(fence, nothing_pending_is_success, .timeout = 10) {
    cr_assert(eq(int, (int)gr_fence(), GR_SUCCESS));
    cr_assert(eq(int, (int)gr_last_error()->status, GR_SUCCESS));
}

Test(fence, answers_a_launch_error_once_with_label_and_place, .timeout = 10) {
    gr_impl_launch_fail(GR_OUT_OF_BOUNDS, place, "axpy", "i = %d, expected 0..%d", 7, 6);
    cr_assert(eq(int, (int)gr_last_error()->status, GR_SUCCESS));
    cr_assert(eq(int, (int)gr_fence(), GR_OUT_OF_BOUNDS));
    cr_assert_str_eq(gr_last_error()->message, "kernel \"axpy\": i = 7, expected 0..6");
    cr_assert_str_eq(gr_last_error()->file, "kernel.c");
    cr_assert(eq(int, gr_last_error()->line, 42));
    cr_assert(eq(int, (int)gr_fence(), GR_SUCCESS));
}

Test(fence, keeps_the_first_error_and_forgets_it_after, .timeout = 10) {
    gr_impl_launch_fail(GR_OUT_OF_BOUNDS, place, "first", "i = 1, expected 0");
    gr_impl_launch_fail(GR_INVALID_ARG, place, "second", "j = 1, expected 0");
    cr_assert(eq(int, (int)gr_fence(), GR_OUT_OF_BOUNDS));
    cr_assert_str_eq(gr_last_error()->message, "kernel \"first\": i = 1, expected 0");
    gr_impl_launch_fail(GR_INVALID_ARG, place, "third", "k = 1, expected 0");
    cr_assert(eq(int, (int)gr_fence(), GR_INVALID_ARG));
    cr_assert_str_eq(gr_last_error()->message, "kernel \"third\": k = 1, expected 0");
}

Test(fence, a_launch_without_label_has_no_prefix, .timeout = 10) {
    gr_impl_launch_fail(GR_IN_KERNEL, place, NULL, "launch in a kernel, expected outside");
    cr_assert(eq(int, (int)gr_fence(), GR_IN_KERNEL));
    cr_assert_str_eq(gr_last_error()->message, "launch in a kernel, expected outside");
}

Test(fence, a_long_label_leaves_room_for_the_numbers, .timeout = 10) {
    char label[1000];

    memset(label, 'l', sizeof label - 1);
    label[sizeof label - 1] = '\0';
    gr_impl_launch_fail(GR_OUT_OF_BOUNDS, place, label, "i = 7, expected 0..6");
    cr_assert(eq(int, (int)gr_fence(), GR_OUT_OF_BOUNDS));
    cr_assert(strstr(gr_last_error()->message, "i = 7, expected 0..6") != NULL);
}

Test(fence, sync_prints_at_once, .timeout = 10) {
    const gr_settings settings = {.debug = GR_DEBUG_SYNC};
    static capture printed;

    cr_assert(eq(int, (int)gr_initialize(&settings), GR_SUCCESS));
    capture_begin(&printed, stderr);
    gr_impl_launch_fail(GR_OUT_OF_BOUNDS, place, "axpy", "i = 7, expected 0..6");
    cr_assert_str_eq(
        capture_end(&printed),
        "granum: GR_OUT_OF_BOUNDS: kernel \"axpy\": i = 7, expected 0..6 (kernel.c:42)\n");
    cr_assert(eq(int, (int)gr_finalize(), GR_OUT_OF_BOUNDS));
}

/* threads */

static void *fail_and_fence(void *answer) {
    *(gr_status *)answer = gr_fence();
    gr_impl_launch_fail(GR_BACKEND, place, "other", "code = 3, expected 0");
    return gr_fence() == GR_BACKEND ? answer : NULL;
}

Test(fence, each_host_thread_sees_its_own_launches, .timeout = 10) {
    gr_status seen = GR_INTERNAL;
    pthread_t thread;
    void *answer = NULL;

    gr_impl_launch_fail(GR_INVALID_ARG, place, "mine", "n = -1, expected 0 or more");
    cr_assert(eq(int, pthread_create(&thread, NULL, fail_and_fence, &seen), 0));
    cr_assert(eq(int, pthread_join(thread, &answer), 0));
    cr_assert(answer == &seen);
    cr_assert(eq(int, (int)seen, GR_SUCCESS));
    cr_assert(eq(int, (int)gr_fence(), GR_INVALID_ARG));
}
