/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_sim_rtc.h
 * @brief Kernels as generators write them for run-time compilers, and the same as statements.
 */
#ifndef GRANUM_TEST_SIM_RTC_H
#define GRANUM_TEST_SIM_RTC_H

#include <granum/granum.h>
#include <granum/impl/rtc.h>

GR_EXTERN_C_BEGIN

/** Words: bounds of the indices, then pointers. What they compute stands in the .cpp file. */
void rtc_square(void *arguments);   /* lo, hi, x, y: y[i] = x[i] * x[i] */
void rtc_table(void *arguments);    /* lo0, hi0, lo1, hi1, width, y: y[i * width + j] = i - j */
void rtc_sums(void *arguments);     /* lo, hi, x: the sum and the maximum of x */
void rtc_running(void *arguments);  /* lo, hi, x, y: y[i] = x[0] + ... + x[i] */
void rtc_ranks(void *arguments);    /* 0, league, y: y[rank] = rank * team size */
void rtc_league(void *arguments);   /* 0, league, x: the sum of x over the league, first kernel */
void rtc_join(void *arguments);     /* its second kernel */
void rtc_negative(void *arguments); /* lo, hi, x: notes the first negative one */
void rtc_threads(void *arguments);  /* lo, hi, y: y[i] = threads of a block */

/** What rtc_negative notes: a code, where the index is. */
typedef struct rtc_note {
    int32_t code, unused;
    int64_t index;
} rtc_note;

/** The same as statements of this file. */
double sum_as_statement(gr_view1_f64 x);
double scan_as_statement(gr_view1_f64 x, gr_view1_f64 y);
double league_as_statement(gr_view1_f64 x);

GR_EXTERN_C_END

#endif
