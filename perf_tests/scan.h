/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file scan.h
 * @brief Prefix sums, exclusive and inclusive, of double and int64_t, three ways.
 */
#ifndef PERF_TESTS_SCAN_H
#define PERF_TESTS_SCAN_H

#include <granum/granum.h>

typedef struct scan_data_f64 {
    gr_view1_f64 out, in;
    gr_view1_f64 expected; /**< exclusive; the inclusive value of i is that of i + 1: one longer */
    bool inclusive;
} scan_data_f64;

typedef struct scan_data_i64 {
    gr_view1_i64 out, in, expected;
    bool inclusive;
} scan_data_i64;

/* Each takes a scan_data_<dtype>. */
void scan_exclusive_f64_granum(void *data);
void scan_inclusive_f64_granum(void *data);
void scan_exclusive_i64_granum(void *data);
void scan_inclusive_i64_granum(void *data);

void scan_exclusive_f64_twin(void *data);
void scan_inclusive_f64_twin(void *data);
void scan_exclusive_i64_twin(void *data);
void scan_inclusive_i64_twin(void *data);

void scan_exclusive_f64_best(void *data);
void scan_inclusive_f64_best(void *data);
void scan_exclusive_i64_best(void *data);
void scan_inclusive_i64_best(void *data);

#endif
