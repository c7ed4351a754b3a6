/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_status_record.c
 * @brief What a failure leaves behind. Oracle: the statements of status.h, by hand.
 */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <criterion/theories.h>
#include <granum/status.h>
#include <pthread.h>
#include <string.h>

enum { RAISED_AT = __LINE__ + 3 };

static gr_status fail_with_rank(int rank) {
    GR_REQUIRE(rank >= 1 && rank <= 8, GR_INVALID_ARG, "rank = %d, expected 1..8", rank);
    return GR_SUCCESS;
}

static gr_status pass_on(int rank, int *reached) {
    GR_TRY(fail_with_rank(rank));
    *reached = 1;
    return GR_SUCCESS;
}

/* examples */

Test(status, success_is_zero_and_names_are_as_spelt, .timeout = 10) {
    cr_assert(eq(int, GR_SUCCESS, 0));
    cr_assert_str_eq(gr_status_name(GR_SUCCESS), "GR_SUCCESS");
    cr_assert_str_eq(gr_status_name(GR_OUT_OF_MEMORY), "GR_OUT_OF_MEMORY");
    cr_assert_str_eq(gr_status_name((gr_status)1000), "(unknown status)");
    cr_assert_str_eq(gr_status_meaning(GR_SUCCESS), "success");
    cr_assert_str_eq(gr_status_meaning((gr_status)-1), "unknown status");
}

Test(status, every_status_has_a_name_and_a_meaning_of_its_own, .timeout = 10) {
    int a;
    int b;

    for (a = GR_SUCCESS; a <= GR_INTERNAL; a++) {
        for (b = GR_SUCCESS; b < a; b++) {
            cr_assert_str_neq(gr_status_name((gr_status)a), gr_status_name((gr_status)b));
            cr_assert_str_neq(gr_status_meaning((gr_status)a), gr_status_meaning((gr_status)b));
        }
    }
}

Test(status, a_thread_starts_without_failure, .timeout = 10) {
    const gr_error *error = gr_last_error();

    cr_assert(eq(int, (int)error->status, GR_SUCCESS));
    cr_assert(eq(int, error->line, 0));
    cr_assert_str_eq(error->file, "");
    cr_assert_str_eq(error->func, "");
    cr_assert_str_eq(error->message, "");
}

Test(status, a_failure_names_place_and_number, .timeout = 10) {
    int reached = 0;

    cr_assert(eq(int, (int)pass_on(9, &reached), GR_INVALID_ARG));
    cr_assert(eq(int, reached, 0));
    cr_assert(eq(int, (int)gr_last_error()->status, GR_INVALID_ARG));
    cr_assert_str_eq(gr_last_error()->message, "rank = 9, expected 1..8");
    cr_assert_str_eq(gr_last_error()->func, "fail_with_rank");
    cr_assert(strstr(gr_last_error()->file, "test_status_record.c") != NULL);
    cr_assert(eq(int, gr_last_error()->line, RAISED_AT));
}

Test(status, a_success_leaves_the_record_and_clear_empties_it, .timeout = 10) {
    int reached = 0;

    cr_assert(eq(int, (int)fail_with_rank(0), GR_INVALID_ARG));
    cr_assert(eq(int, (int)pass_on(3, &reached), GR_SUCCESS));
    cr_assert(eq(int, reached, 1));
    cr_assert_str_eq(gr_last_error()->message, "rank = 0, expected 1..8");
    gr_error_clear();
    cr_assert(eq(int, (int)gr_last_error()->status, GR_SUCCESS));
    cr_assert(eq(int, gr_last_error()->line, 0));
    cr_assert_str_eq(gr_last_error()->message, "");
    cr_assert_str_eq(gr_last_error()->file, "");
}

Test(status, a_message_may_quote_the_one_before, .timeout = 10) {
    gr_status status = GR_RAISE(GR_IO, "disk = full, expected room");

    status = GR_RAISE(GR_BAD_FILE, "copy: %s", gr_last_error()->message);
    cr_assert(eq(int, (int)status, GR_BAD_FILE));
    cr_assert_str_eq(gr_last_error()->message, "copy: disk = full, expected room");
}

Test(status, a_place_may_be_unknown, .timeout = 10) {
    const gr_place nowhere = {NULL, 0, NULL};

    cr_assert(eq(int, (int)gr_impl_raise(GR_IO, nowhere, "x"), GR_IO));
    cr_assert_str_eq(gr_last_error()->file, "");
    cr_assert_str_eq(gr_last_error()->func, "");
}

static void *see_own_record(void *seen) {
    *(int *)seen = (int)gr_last_error()->status;
    return fail_with_rank(12) == GR_INVALID_ARG ? seen : NULL;
}

Test(status, each_thread_has_its_own_record, .timeout = 10) {
    pthread_t thread;
    void *answer = NULL;
    int seen = -1;

    cr_assert(eq(int, (int)fail_with_rank(9), GR_INVALID_ARG));
    cr_assert(eq(int, pthread_create(&thread, NULL, see_own_record, &seen), 0));
    cr_assert(eq(int, pthread_join(thread, &answer), 0));
    cr_assert(answer == &seen);
    cr_assert(eq(int, seen, GR_SUCCESS));
    cr_assert_str_eq(gr_last_error()->message, "rank = 9, expected 1..8");
}

/* laws */

TheoryDataPoints(status, messages_are_cut_with_dots) = {
    DataPoints(int, 0, 1, 2, GR_ERROR_MESSAGE_SIZE - 2, GR_ERROR_MESSAGE_SIZE - 1,
               GR_ERROR_MESSAGE_SIZE, GR_ERROR_MESSAGE_SIZE + 1, 5 * GR_ERROR_MESSAGE_SIZE),
};

Theory((int length), status, messages_are_cut_with_dots, .timeout = 10) {
    static char text[5 * GR_ERROR_MESSAGE_SIZE + 1];
    const char *message = gr_last_error()->message;
    const size_t most = GR_ERROR_MESSAGE_SIZE - 1;
    size_t kept = (size_t)length < most ? (size_t)length : most;

    memset(text, 'a', (size_t)length);
    text[length] = '\0';
    cr_assert(eq(int, (int)GR_RAISE(GR_IO, "%s", text), GR_IO));
    cr_assert(eq(sz, strlen(message), kept));
    if ((size_t)length > most) {
        cr_assert_str_eq(message + most - 3, "...");
        kept = most - 3;
    }
    cr_assert(eq(int, strncmp(message, text, kept), 0));
}
