/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file team.h
 * @brief Sums of a matrix's rows, two ways.
 */
#ifndef PERF_TESTS_TEAM_H
#define PERF_TESTS_TEAM_H

#include <granum/granum.h>

typedef struct team_data {
    gr_view2_f64 a;
    gr_view1_f64 sum, expected;
} team_data;

/* Each takes a team_data. */
void team_rowsum_granum(void *data);
void team_rowsum_twin(void *data);

#endif
