/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file outcome.h
 * @brief Claims about a call's status and message, evaluated once and printed short.
 */
#ifndef GRANUM_TEST_OUTCOME_H
#define GRANUM_TEST_OUTCOME_H

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <granum/status.h>

/** The call succeeds; its message is shown if not. */
#define SUCCEEDS(call)                                                                  \
    do {                                                                                \
        const int outcome_status = (int)(call);                                         \
        cr_assert(eq(int, outcome_status, GR_SUCCESS), "%s", gr_last_error()->message); \
    } while (0)

/** The call fails with this status and exactly this message. */
#define FAILS(call, status, text)                                 \
    do {                                                          \
        const int outcome_status = (int)(call);                   \
        const char *const outcome_text = (text);                  \
        cr_assert(eq(int, outcome_status, (int)(status)));        \
        cr_assert_str_eq(gr_last_error()->message, outcome_text); \
    } while (0)

#endif
