/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_watch_arguments_kernels.c
 * @brief Launches on memory that the library does not hold.
 */
#include "test_watch_arguments.h"

#include <granum/parallel.h>
#include <granum/reduce.h>

void inverse_differences(double *last, gr_index n, gr_index m) {
    GR_PARALLEL_FOR_2D("differences", i, j, gr_range_2d(0, n, 0, m)) {
        last[-(2 * m * i + 2 * j)] = 1 / (double)(i - j);
    };
}

double smear_and_sum(double *x, gr_index n) {
    double sum;

    GR_PARALLEL_FOR("smear", i, gr_range(1, n)) {
        x[i] += x[i - 1];
    };
    GR_PARALLEL_REDUCE("sum", i, gr_range(0, n), GR_SUM(double, sum)) {
        sum += x[i];
    };
    return sum;
}

void add_one(double *x, gr_index n) {
    GR_PARALLEL_FOR("add one", i, gr_range(0, n)) {
        x[i] += 1;
    };
}
