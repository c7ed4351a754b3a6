/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_memory_malloc.c
 * @brief Labelled memory: counted, checked, reported. Oracle: sums and messages by hand.
 */
#include "support/capture.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <criterion/theories.h>
#include <granum/initialize.h>
#include <granum/memory.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define PETABYTE ((size_t)1000000000000000)

static void forget_environment(void) {
    unsetenv("GRANUM_DEBUG");
}

TestSuite(memory, .init = forget_environment, .timeout = 60);

/* examples */

Test(memory, counts_what_is_held_and_the_most_ever) {
    double *a;
    char *b;

    cr_assert(eq(int, (int)gr_initialize(NULL), GR_SUCCESS));
    cr_assert(eq(int, (int)gr_malloc(&a, GR_HOST, "a", 800), GR_SUCCESS));
    cr_assert(eq(int, (int)gr_malloc(&b, GR_HOST, "b", 33), GR_SUCCESS));
    cr_assert(eq(sz, gr_memory_used(GR_HOST), 833));
    cr_assert(eq(int, (int)gr_free(a), GR_SUCCESS));
    cr_assert(eq(sz, gr_memory_used(GR_HOST), 33));
    cr_assert(eq(sz, gr_memory_peak(GR_HOST), 833));
    cr_assert(eq(int, (int)gr_free(b), GR_SUCCESS));
    cr_assert(eq(sz, gr_memory_used(GR_HOST), 0));
    cr_assert(eq(int, (int)gr_finalize(), GR_SUCCESS));

    cr_assert(eq(int, (int)gr_initialize(NULL), GR_SUCCESS));
    cr_assert(eq(sz, gr_memory_peak(GR_HOST), 0));
    cr_assert(eq(int, (int)gr_finalize(), GR_SUCCESS));
}

Test(memory, spaces_have_names) {
    cr_assert_str_eq(gr_space_name(GR_HOST), "host");
    cr_assert_str_eq(gr_space_name((gr_space)9), "(unknown space)");
    cr_assert(eq(sz, gr_memory_used((gr_space)9), 0));
    cr_assert(eq(sz, gr_memory_peak((gr_space)9), 0));
}

Test(memory, an_unknown_space_is_refused) {
    char stays;
    char *p = &stays;

    cr_assert(eq(int, (int)gr_malloc(&p, (gr_space)9, "p", 8), GR_INVALID_ARG));
    cr_assert_str_eq(gr_last_error()->message, "space = 9, expected a gr_space, 0..3");
    cr_assert(p == NULL);
}

Test(memory, a_petabyte_is_an_error_and_the_next_allocation_works) {
    char stays;
    char *p = &stays;
    char *q;

    cr_assert(eq(int, (int)gr_malloc(&q, GR_HOST, "q", 100), GR_SUCCESS));
    cr_assert(eq(int, (int)gr_malloc(&p, GR_HOST, "huge", PETABYTE), GR_OUT_OF_MEMORY));
    cr_assert_str_eq(gr_last_error()->message,
                     "\"huge\": bytes = 1000000000000000 in host, expected at most what is free "
                     "(100 are in use)");
    cr_assert(strstr(gr_last_error()->file, "test_memory_malloc.c") != NULL);
    cr_assert(p == NULL);
    /* half of the address space: granum asks, the operating system refuses */
    cr_assert(eq(int, (int)gr_malloc(&p, GR_HOST, "half", (size_t)1 << 47), GR_OUT_OF_MEMORY));
    cr_assert(eq(int, (int)gr_realloc(&q, SIZE_MAX), GR_OUT_OF_MEMORY));
    cr_assert(strstr(gr_last_error()->message, "\"q\": bytes = 18446744073709551615") != NULL);
    cr_assert(eq(sz, gr_memory_used(GR_HOST), 100));
    cr_assert(eq(int, (int)gr_malloc(&p, GR_HOST, "small", 100), GR_SUCCESS));
    memset(p, 1, 100);
    memset(q, 1, 100);
    cr_assert(eq(int, (int)gr_free(p), GR_SUCCESS));
    cr_assert(eq(int, (int)gr_free(q), GR_SUCCESS));
}

Test(memory, a_wrong_pointer_is_refused_and_nothing_is_for_null) {
    static double foreign;
    char expected[100];
    double *p;

    cr_assert(eq(int, (int)gr_free(NULL), GR_SUCCESS));
    cr_assert(eq(int, (int)gr_free(&foreign), GR_INVALID_ARG));
    snprintf(expected, sizeof expected,
             "pointer = %p, expected one of gr_malloc's that was not freed yet", (void *)&foreign);
    cr_assert_str_eq(gr_last_error()->message, expected);

    cr_assert(eq(int, (int)gr_malloc(&p, GR_HOST, "p", 64), GR_SUCCESS));
    cr_assert(eq(int, (int)gr_free(p + 1), GR_INVALID_ARG));
    cr_assert(eq(int, (int)gr_free(p), GR_SUCCESS));
    cr_assert(eq(int, (int)gr_free(p), GR_INVALID_ARG));
    cr_assert(eq(int, (int)gr_realloc(&p, 10), GR_INVALID_ARG));
    p = NULL;
    cr_assert(eq(int, (int)gr_realloc(&p, 10), GR_INVALID_ARG));
    cr_assert(eq(sz, gr_memory_used(GR_HOST), 0));
}

Test(memory, realloc_keeps_content_label_and_place) {
    static capture report;
    char expected[300];
    unsigned char *p;
    const int line = __LINE__ + 3;
    int i;

    cr_assert(eq(int, (int)gr_malloc(&p, GR_HOST, "table", 100), GR_SUCCESS));
    for (i = 0; i < 100; i++) {
        p[i] = (unsigned char)i;
    }
    cr_assert(eq(int, (int)gr_realloc(&p, 100000), GR_SUCCESS));
    cr_assert(eq(sz, gr_memory_used(GR_HOST), 100000));
    cr_assert(eq(int, (int)gr_realloc(&p, 50), GR_SUCCESS));
    cr_assert(eq(sz, gr_memory_used(GR_HOST), 50));
    for (i = 0; i < 50; i++) {
        cr_assert(eq(int, p[i], i));
    }
    capture_begin(&report, stderr);
    cr_assert(eq(int, (int)gr_finalize(), GR_SUCCESS));
    capture_end(&report);
    snprintf(expected, sizeof expected,
             "granum: 50 bytes in 1 allocation held at gr_finalize, expected none:\n"
             "granum:   \"table\": 50 bytes in host, created at %s:%d\n",
             __FILE__, line);
    cr_assert_str_eq(report.text, expected);
    cr_assert(eq(int, (int)gr_free(p), GR_SUCCESS));
}

/* the report of what was forgotten */

Test(memory, finalize_reports_what_is_held_and_leaves_it_usable) {
    static capture report;
    char expected[500];
    char label[] = "label on the stack";
    const int line = __LINE__ + 5;
    double *a;
    double *b;

    cr_assert(eq(int, (int)gr_initialize(NULL), GR_SUCCESS));
    cr_assert(eq(int, (int)gr_malloc(&a, GR_HOST, label, 80), GR_SUCCESS));
    cr_assert(eq(int, (int)gr_malloc(&b, GR_HOST, NULL, 8), GR_SUCCESS));
    label[0] = 'x';
    capture_begin(&report, stderr);
    cr_assert(eq(int, (int)gr_finalize(), GR_SUCCESS));
    capture_end(&report);
    snprintf(expected, sizeof expected,
             "granum: 88 bytes in 2 allocations held at gr_finalize, expected none:\n"
             "granum:   \"label on the stack\": 80 bytes in host, created at %s:%d\n"
             "granum:   \"(no label)\": 8 bytes in host, created at %s:%d\n",
             __FILE__, line, __FILE__, line + 1);
    cr_assert_str_eq(report.text, expected);
    a[9] = 1.0;
    cr_assert(eq(int, (int)gr_free(a), GR_SUCCESS));
    cr_assert(eq(int, (int)gr_free(b), GR_SUCCESS));
    cr_assert(eq(sz, gr_memory_used(GR_HOST), 0));

    capture_begin(&report, stderr);
    cr_assert(eq(int, (int)gr_initialize(NULL), GR_SUCCESS));
    cr_assert(eq(int, (int)gr_finalize(), GR_SUCCESS));
    cr_assert_str_eq(capture_end(&report), "");
}

Test(memory, a_long_report_is_cut) {
    enum { BLOCKS = 40 };
    static capture report;
    char *blocks[BLOCKS];
    int i;

    for (i = 0; i < BLOCKS; i++) {
        cr_assert(eq(int, (int)gr_malloc(&blocks[i], GR_HOST, "block", 10), GR_SUCCESS));
    }
    capture_begin(&report, stderr);
    cr_assert(eq(int, (int)gr_finalize(), GR_SUCCESS));
    capture_end(&report);
    cr_assert(strstr(report.text, "granum: 400 bytes in 40 allocations held") == report.text);
    cr_assert(strstr(report.text, "granum:   and more, 80 bytes\n") != NULL);
    for (i = 0; i < BLOCKS; i++) {
        cr_assert(eq(int, (int)gr_free(blocks[i]), GR_SUCCESS));
    }
}

Test(memory, debug_word_prints_each_change) {
    const gr_settings settings = {.debug = GR_DEBUG_MEMORY};
    static capture printed;
    char expected[400];
    const int line = __LINE__ + 5;
    double *p;

    cr_assert(eq(int, (int)gr_initialize(&settings), GR_SUCCESS));
    capture_begin(&printed, stderr);
    cr_assert(eq(int, (int)gr_malloc(&p, GR_HOST, "p", 64), GR_SUCCESS));
    cr_assert(eq(int, (int)gr_free(p), GR_SUCCESS));
    capture_end(&printed);
    snprintf(expected, sizeof expected,
             "granum: allocate \"p\": 64 bytes in host (%s:%d)\n"
             "granum: release \"p\": 64 bytes in host (%s:%d)\n",
             __FILE__, line, __FILE__, line);
    cr_assert_str_eq(printed.text, expected);
    cr_assert(eq(int, (int)gr_finalize(), GR_SUCCESS));
}

Test(memory, debug_word_prints_each_failure) {
    const gr_settings settings = {.debug = GR_DEBUG_ERRORS};
    static capture printed;
    double *p;

    cr_assert(eq(int, (int)gr_initialize(&settings), GR_SUCCESS));
    capture_begin(&printed, stderr);
    cr_assert(eq(int, (int)gr_malloc(&p, GR_HOST, "huge", PETABYTE), GR_OUT_OF_MEMORY));
    capture_end(&printed);
    cr_assert(
        strstr(printed.text, "granum: GR_OUT_OF_MEMORY: \"huge\": bytes = 1000000000000000") ==
        printed.text);
    cr_assert(eq(int, (int)gr_finalize(), GR_SUCCESS));
}

/* laws */

TheoryDataPoints(memory, every_size_is_aligned_and_its_own) = {
    DataPoints(size_t, 0, 1, 2, 7, 63, 64, 65, 4095, 4096, 4097, 100003, 5000000),
};

Theory((size_t bytes), memory, every_size_is_aligned_and_its_own, .timeout = 60) {
    unsigned char *p;
    unsigned char *q;
    size_t i;

    cr_assert(eq(int, (int)gr_malloc(&p, GR_HOST, "p", bytes), GR_SUCCESS));
    cr_assert(eq(int, (int)gr_malloc(&q, GR_HOST, "q", bytes), GR_SUCCESS));
    cr_assert(p != NULL && q != NULL && p != q);
    cr_assert(eq(sz, (uintptr_t)p % GR_ALIGNMENT, 0));
    cr_assert(eq(sz, (uintptr_t)q % GR_ALIGNMENT, 0));
    memset(p, 1, bytes);
    memset(q, 2, bytes);
    for (i = 0; i < bytes; i++) {
        cr_assert(p[i] == 1 && q[i] == 2);
    }
    cr_assert(eq(int, (int)gr_free(q), GR_SUCCESS));
    cr_assert(eq(int, (int)gr_free(p), GR_SUCCESS));
}

TheoryDataPoints(memory, host_memory_has_the_alignment_asked_for) = {
    DataPoints(size_t, 1, 8, 16, 32, 64, 128, 4096),
    DataPoints(size_t, 0, 1, 100, 10000),
};

Theory((size_t align, size_t bytes), memory, host_memory_has_the_alignment_asked_for,
       .timeout = 60) {
    void *p = gr_impl_host_alloc(bytes, align);

    cr_assert(p != NULL);
    cr_assert(eq(sz, (uintptr_t)p % align, 0));
    memset(p, 1, bytes);
    gr_impl_host_free(p);
    gr_impl_host_free(NULL);
}

Test(memory, many_blocks_are_found_in_any_order) {
    enum { BLOCKS = 5000 };
    static char *blocks[BLOCKS];
    size_t i;

    for (i = 0; i < BLOCKS; i++) {
        cr_assert(eq(int, (int)gr_malloc(&blocks[i], GR_HOST, "block", i % 10), GR_SUCCESS));
    }
    cr_assert(eq(sz, gr_memory_used(GR_HOST), BLOCKS / 10 * 45));
    for (i = 0; i < BLOCKS; i++) {
        const size_t at = i * 7 % BLOCKS; /* 7 and 5000 have no common factor: each once */

        cr_assert(eq(int, (int)gr_free(blocks[at]), GR_SUCCESS));
        cr_assert(eq(int, (int)gr_free(blocks[at]), GR_INVALID_ARG));
    }
    cr_assert(eq(sz, gr_memory_used(GR_HOST), 0));
}

/* Let the first, second, ... allocation inside of one operation fail, until all of it succeeds. */
Test(memory, any_allocation_may_fail) {
    long n;
    bool has_failed = true;

    cr_assert(eq(int, (int)gr_initialize(NULL), GR_SUCCESS));
    for (n = 0; has_failed; n++) {
        char stays;
        char *p = &stays;
        gr_status status;

        gr_impl_fail_allocation_after(n);
        status = gr_malloc(&p, GR_HOST, "p", 100);
        if (status == GR_SUCCESS) {
            status = gr_realloc(&p, 200);
        }
        has_failed = gr_impl_fail_allocation_after(-1) < 0;
        cr_assert(eq(int, (int)status, has_failed ? GR_OUT_OF_MEMORY : GR_SUCCESS));
        if (has_failed) {
            cr_assert(strstr(gr_last_error()->message, "\"p\": bytes = ") != NULL);
        }
        cr_assert(eq(sz, gr_memory_used(GR_HOST), !p ? 0 : has_failed ? 100 : 200));
        cr_assert(eq(int, (int)gr_free(p), GR_SUCCESS));
        cr_assert(eq(sz, gr_memory_used(GR_HOST), 0));
    }
    /* the block, its data, the table; the block again and its data */
    cr_assert(eq(long, n, 5));
    cr_assert(eq(int, (int)gr_finalize(), GR_SUCCESS));
}

Test(memory, a_table_that_cannot_grow_keeps_working) {
    enum { BLOCKS = 200 };
    char *blocks[BLOCKS];
    int i;

    for (i = 0; i < BLOCKS; i++) {
        gr_impl_fail_allocation_after(i > 0 ? 2 : -1); /* block and data succeed, the table not */
        cr_assert(eq(int, (int)gr_malloc(&blocks[i], GR_HOST, "block", 10), GR_SUCCESS));
    }
    gr_impl_fail_allocation_after(-1);
    for (i = 0; i < BLOCKS; i++) {
        cr_assert(eq(int, (int)gr_free(blocks[i]), GR_SUCCESS));
    }
    cr_assert(eq(sz, gr_memory_used(GR_HOST), 0));
}
