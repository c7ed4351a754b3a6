/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file one_granum.c
 * @brief A file with two kernels, axpy and a dot product: what does granum.h cost its compiler?
 */
#include <granum/granum.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void axpy(gr_view1_f64 y, gr_view1_f64 x, double a) {
    GR_PARALLEL_FOR("axpy", i, gr_range(0, y.extent[0])) {
        GR_AT(y, i) += a * GR_AT(x, i);
    };
}

double dot(gr_view1_f64 x, gr_view1_f64 y) {
    double sum;

    GR_PARALLEL_REDUCE("dot", i, gr_range(0, x.extent[0]), GR_SUM(double, sum)) {
        sum += GR_AT(x, i) * GR_AT(y, i);
    };
    return sum;
}
