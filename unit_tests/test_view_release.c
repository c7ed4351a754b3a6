/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_view_release.c
 * @brief Owners are counted, and checked builds notice who owns no more. Oracle: counts by hand.
 */
#include "support/outcome.h"

#include <granum/copy.h>
#include <granum/memory.h>
#include <granum/mirror.h>
#include <granum/subview.h>
#include <pthread.h>
#include <string.h>

#ifndef GRANUM_CHECKED
#define GRANUM_CHECKED 0
#endif

/* The place of the release is in the message; the line depends on the test. */
#define FAILS_AS_RELEASED(call)                                                                   \
    do {                                                                                          \
        gr_error_clear();                                                                         \
        const int outcome_status = (int)(call);                                                   \
        cr_assert(eq(int, outcome_status, GR_INVALID_ARG));                                       \
        cr_assert(strncmp(gr_last_error()->message, "view \"v\" = released at ", 23) == 0);       \
        cr_assert(strstr(gr_last_error()->message, "test_view_release.c:") != NULL);              \
        cr_assert(strstr(gr_last_error()->message, ", expected one that is still held") != NULL); \
    } while (0)

TestSuite(view_release, .timeout = 60);

/* examples */

Test(view_release, owners_are_counted) {
    gr_view1_f64 v;
    gr_view1_f64 w;

    SUCCEEDS(GR_CREATE(&v, "v", 10));
    cr_assert(eq(int, gr_view_use_count(GR_ANY(v)), 1));
    w = v;
    SUCCEEDS(GR_RETAIN(w));
    cr_assert(eq(int, gr_view_use_count(GR_ANY(v)), 2));
    SUCCEEDS(GR_RELEASE(&v));
    cr_assert(eq(int, gr_view_use_count(GR_ANY(w)), 1));
    GR_AT(w, 9) = 1;
    SUCCEEDS(GR_RELEASE(&w));
    cr_assert(eq(sz, gr_memory_used(GR_HOST), 0));
}

Test(view_release, a_released_view_is_empty_and_releases_again) {
    gr_view2_f64 v;
    gr_view0_f64 zero;

    SUCCEEDS(GR_CREATE(&v, "v", 10, 10));
    SUCCEEDS(GR_RELEASE(&v));
    cr_assert(v.data == NULL);
    cr_assert(eq(i64, v.extent[0], 0));
    cr_assert(eq(i64, v.extent[1], 0));
    cr_assert(eq(i64, gr_view_size(GR_ANY(v)), 0));
    SUCCEEDS(GR_RELEASE(&v));
    SUCCEEDS(GR_CREATE(&zero, "zero"));
    SUCCEEDS(GR_RELEASE(&zero));
    SUCCEEDS(GR_RELEASE(&zero));
    cr_assert(eq(i64, gr_view_span(GR_ANY(zero)), 0));
}

Test(view_release, releasing_twice_through_a_copy_is_noticed) {
    gr_view1_f64 v;
    gr_view1_f64 copy;

    if (!GRANUM_CHECKED) {
        cr_skip_test("checked builds only");
    }
    SUCCEEDS(GR_CREATE(&v, "v", 10));
    copy = v;
    SUCCEEDS(GR_RELEASE(&v));
    FAILS_AS_RELEASED(GR_RELEASE(&copy));
    SUCCEEDS(GR_RELEASE(&copy)); /* empty now */
    SUCCEEDS(GR_CREATE(&v, "v", 10));
    SUCCEEDS(GR_RELEASE(&v));
}

Test(view_release, using_a_copy_after_the_release_is_noticed) {
    gr_view2_f64 v;
    gr_view2_f64 copy;
    gr_view2_f64 other;
    gr_view1_f64 row;

    if (!GRANUM_CHECKED) {
        cr_skip_test("checked builds only");
    }
    SUCCEEDS(GR_CREATE(&v, "v", 10, 10));
    copy = v;
    SUCCEEDS(GR_RELEASE(&v));
    cr_assert(eq(int, gr_view_use_count(GR_ANY(copy)), 0));
    cr_assert_str_eq(gr_view_label(GR_ANY(copy)), "v");
    FAILS_AS_RELEASED(GR_RETAIN(copy));
    FAILS_AS_RELEASED(GR_SUBVIEW(&row, copy, gr_pick(0), GR_ALL));
    FAILS_AS_RELEASED(GR_ASSIGN(&other, copy));
    FAILS_AS_RELEASED(GR_FROM_ANY(&other, GR_ANY(copy)));
    FAILS_AS_RELEASED(GR_MIRROR(&other, copy));
    FAILS_AS_RELEASED(GR_RESIZE(&copy, 20, 20));
    FAILS_AS_RELEASED(gr_view_print(stderr, GR_ANY(copy)));
    SUCCEEDS(GR_CREATE(&other, "other", 10, 10));
    FAILS_AS_RELEASED(gr_deep_copy(GR_ANY(other), GR_ANY(copy)));
    FAILS_AS_RELEASED(gr_deep_copy(GR_ANY(copy), GR_ANY(other)));
    FAILS_AS_RELEASED(GR_FILL(copy, 1.0));
    SUCCEEDS(GR_RELEASE(&other));
}

Test(view_release, headers_in_quarantine_are_few) {
    gr_view1_f64 v;
    gr_view1_f64 copy;

    SUCCEEDS(GR_CREATE(&v, "v", 10));
    copy = v;
    SUCCEEDS(GR_RELEASE(&v));
    for (int k = 0; k < 3000; k++) {
        gr_view1_f64 w;

        SUCCEEDS(GR_CREATE(&w, "w", 10));
        SUCCEEDS(GR_RELEASE(&w));
    }
    if (GRANUM_CHECKED) {
        FAILS_AS_RELEASED(GR_RETAIN(copy));
    }
    for (int k = 0; k < 10000; k++) { /* the oldest make room */
        gr_view1_f64 w;

        SUCCEEDS(GR_CREATE(&w, "w", 10));
        SUCCEEDS(GR_RELEASE(&w));
    }
    cr_assert(eq(sz, gr_memory_used(GR_HOST), 0));
}

Test(view_release, memory_that_is_used_again_is_zero_again) {
    gr_index set = 0;

    for (int k = 0; k < 20; k++) {
        gr_view1_f64 v[6];

        for (int t = 0; t < 6; t++) {
            SUCCEEDS(GR_CREATE(&v[t], "v", 200 + 100 * (t % 3)));
            for (gr_index i = 0; i < v[t].extent[0]; i++) {
                set += GR_AT(v[t], i) != 0;
                GR_AT(v[t], i) = 1;
            }
        }
        for (int t = 0; t < 6; t++) {
            SUCCEEDS(GR_RELEASE(&v[t]));
        }
    }
    cr_assert(eq(i64, set, 0));
    cr_assert(eq(sz, gr_memory_used(GR_HOST), 0));
}

/* laws */

static void *retain_and_release(void *arg) {
    for (int k = 0; k < 10000; k++) {
        gr_view1_f64 v = *(gr_view1_f64 *)arg;

        if (GR_RETAIN(v) != GR_SUCCESS || GR_RELEASE(&v) != GR_SUCCESS) {
            return arg;
        }
    }
    return NULL;
}

static void *create_and_release(void *arg) {
    (void)arg;
    for (int k = 0; k < 2000; k++) {
        gr_view1_f64 v;

        if (GR_CREATE(&v, "v", k) != GR_SUCCESS || GR_RELEASE(&v) != GR_SUCCESS) {
            return &create_and_release;
        }
    }
    return NULL;
}

Test(view_release, threads_count_together) {
    gr_view1_f64 v;
    pthread_t threads[8];

    SUCCEEDS(GR_CREATE(&v, "v", 10));
    for (int t = 0; t < 8; t++) {
        cr_assert(eq(int,
                     pthread_create(&threads[t], NULL,
                                    t % 2 == 0 ? retain_and_release : create_and_release, &v),
                     0));
    }
    for (int t = 0; t < 8; t++) {
        void *failed = &v;

        pthread_join(threads[t], &failed);
        cr_assert(failed == NULL);
    }
    cr_assert(eq(int, gr_view_use_count(GR_ANY(v)), 1));
    SUCCEEDS(GR_RELEASE(&v));
    cr_assert(eq(sz, gr_memory_used(GR_HOST), 0));
}
